from contextlib import nullcontext

from odoo.tests import HttpCase, TransactionCase, new_test_user

from odoo.addons.web.tests import test_js


class LeadEnergyCommon(TransactionCase):
    """Two reps, a manager and the shipped options; no demo data."""

    @classmethod
    def setUpClass(cls):
        # first in, last out: when what the class has published is rolled back
        cls.addClassCleanup(cls._watch_again)
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.rep = new_test_user(
            cls.env, "energy_rep", "sales_team.group_sale_salesman", name="Rita Rep"
        )
        cls.other_rep = new_test_user(
            cls.env, "energy_other_rep", "sales_team.group_sale_salesman"
        )
        cls.manager = new_test_user(
            cls.env, "energy_manager", "sales_team.group_sale_manager"
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Energy Sales",
                "use_leads": True,
                "crm_team_member_ids": [
                    (0, 0, {"user_id": user.id}) for user in (cls.rep, cls.other_rep)
                ],
            }
        )
        for kind in ("open", "contacted", "qualified", "rework", "closed", "converted"):
            setattr(cls, f"status_{kind}", cls.env.ref(f"lead_energy.status_{kind}"))
        cls.decision_maker = cls.env.ref("lead_energy.influence_decision_maker")
        cls.urgent = cls.env.ref("lead_energy.need_urgent")
        cls.photovoltaics = cls.env.ref("lead_energy.interest_photovoltaics")

    def setUp(self):
        self.addCleanup(self._watch_again, lambda: nullcontext(self.cr))
        super().setUp()

    @classmethod
    def _watch_again(cls, cursor=None):
        """Let the registry watch what the database says after a rollback.

        A server does so by itself when a request fails.
        """
        with (cursor or cls.registry.cursor)() as cr:
            cls.registry._setup_models__(cr, ["crm.lead"])
            cls.registry.registry_invalidated = False

    @classmethod
    def create_lead(cls, user=None, **vals):
        """Create a lead as ``user``, by default the rep, who is its salesperson."""
        user = user or cls.rep
        leads = cls.env["crm.lead"].with_user(user)
        return leads.create(
            {
                "name": "PV for the new hall",
                "type": "lead",
                "user_id": user.id,
                "team_id": cls.team.id,
                **vals,
            }
        )

    def assertLinesAddUp(self, leads):
        for lead in leads:
            points = sum(line["points"] for line in lead.lead_score_lines or [])
            self.assertAlmostEqual(points, lead.lead_score, 6, lead.display_name)


class HootCase(HttpCase, LeadEnergyCommon):
    """Runs tests of static/tests in a browser."""

    def run_hoot(self, name):
        """Run the tests of the file ``name``.test.js."""
        suite = test_js.HOOTCommon._generate_hash(self, f"@lead_energy/{name}")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
