import threading
from functools import partial

from odoo import SUPERUSER_ID, api
from odoo.exceptions import RedirectWarning, UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

REPS = 3


@tagged("post_install", "-at_install")
class TestLeadConversionRace(BaseCase):
    """Real transactions on committed data, which the test removes."""

    def setUp(self):
        super().setUp()
        self.registry_of_db = Registry(get_db_name())
        with self.registry_of_db.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            users = [
                new_test_user(
                    env,
                    f"race_rep_{number}",
                    "sales_team.group_sale_salesman_all_leads",
                )
                for number in range(REPS)
            ]
            self.user_ids = [user.id for user in users]
            lead = env["crm.lead"].create(
                {
                    "name": "Race",
                    "type": "lead",
                    "partner_name": "Wettlauf Solar GmbH",
                    "contact_name": "Rosa Rennt",
                    "email_from": "rosa@wettlauf-solar.example",
                    "user_id": users[0].id,
                }
            )
            self.lead_id = lead.id
        self.addCleanup(self._remove_data)

    def _remove_data(self):
        with self.registry_of_db.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            env["sale.order"].search([("opportunity_id", "=", self.lead_id)]).unlink()
            env["crm.lead"].search([("user_id", "in", self.user_ids)]).unlink()
            own = [("email_normalized", "=like", "%@wettlauf-solar.example")]
            people = env["res.partner"].search(own)
            named = env["res.partner"].search([("name", "ilike", "wettlauf s%")])
            companies = named | people.parent_id
            (people - companies).unlink()
            companies.unlink()
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _run_at_once(self, jobs):
        """Run each job in a transaction of its own, as a request does.

        :return: what each returned, or the exception it raised
        """
        barrier = threading.Barrier(len(jobs), timeout=30)
        results = [None] * len(jobs)

        def run(number, user_id, job):
            tries = 0

            def request(env):
                nonlocal tries
                tries += 1
                # the snapshot is taken before anybody changes anything
                env["crm.lead"].browse(self.lead_id).name  # noqa: B018
                if tries == 1:
                    barrier.wait()
                return job(env)

            with self.registry_of_db.cursor() as cr:
                env = api.Environment(cr, user_id, {})
                try:
                    results[number] = retrying(partial(request, env), env)
                    # a transaction of its own, as a request has it
                    cr.commit()  # pylint: disable=invalid-commit
                except Exception as error:
                    results[number] = error
                    cr.rollback()

        threads = [
            threading.Thread(target=run, args=(number, user_id, job))
            for number, (user_id, job) in enumerate(jobs)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    def _read(self):
        with self.registry_of_db.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            lead = env["crm.lead"].browse(self.lead_id)
            people = env["res.partner"].search(
                [("email_normalized", "=", "rosa@wettlauf-solar.example")]
            )
            return {
                "type": lead.type,
                "conversions": len(lead.conversion_ids),
                "contacts": len(people.filtered(lambda p: not p.is_company)),
                "companies": env["res.partner"].search_count(
                    [("name", "=", "Wettlauf Solar GmbH")]
                ),
                "orders": len(lead.order_ids),
            }

    ONCE = {
        "type": "opportunity",
        "conversions": 1,
        "contacts": 1,
        "companies": 1,
    }

    def test_three_reps_at_once_make_one_conversion(self):
        def convert(env):
            action = env["crm.lead"].browse(self.lead_id).action_convert()
            wizard = env[action["res_model"]].browse(action["res_id"])
            wizard.action_next()
            wizard.action_next()
            wizard.result = "quotation"
            wizard.action_convert()
            return "converted"

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once([(uid, convert) for uid in self.user_ids])
        self.assertEqual(results.count("converted"), 1, results)
        others = [result for result in results if result != "converted"]
        for error in others:
            self.assertIsInstance(error, RedirectWarning)
            self.assertEqual(error.args[1]["res_id"], self.lead_id)
        self.assertEqual(self._read(), {**self.ONCE, "orders": 1})

    def _open_second_stage(self):
        """Make the lead a partner, and open a dialog for each rep.

        :return: {user id: id of the dialog}
        """
        wizards = {}
        for user_id in (self.user_ids[0], *self.user_ids):
            with self.registry_of_db.cursor() as cr:
                env = api.Environment(cr, user_id, {})
                action = env["crm.lead"].browse(self.lead_id).action_convert()
                wizard = env[action["res_model"]].browse(action["res_id"])
                if wizard.step == "company":
                    wizard.action_next()
                    wizard.action_next()
                    wizard.result = "partner"
                    wizard.action_convert()
                else:
                    wizard.result = "quotation"
                    wizards[user_id] = wizard.id
        return wizards

    def _finish(self, env, wizards):
        wizard = env["crm.lead2opportunity.partner"].browse(wizards[env.uid])
        wizard.action_convert()
        return "converted"

    def test_three_reps_at_once_make_one_second_stage(self):
        wizards = self._open_second_stage()
        with mute_logger("odoo.sql_db"):
            results = self._run_at_once(
                [(uid, lambda env: self._finish(env, wizards)) for uid in wizards]
            )
        self.assertEqual(results.count("converted"), 1, results)
        for error in (result for result in results if result != "converted"):
            self.assertIsInstance(error, RedirectWarning)
        self.assertEqual(self._read(), {**self.ONCE, "conversions": 2, "orders": 1})

    def test_the_second_stage_and_the_undo_of_the_first_at_once(self):
        """One of them wins, and the other sees it: no inquiry without its customer."""
        wizards = self._open_second_stage()

        def undo(env):
            lead = env["crm.lead"].browse(self.lead_id)
            lead.conversion_ids[-1]._undo("By mistake")
            return "undone"

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once(
                [
                    (self.user_ids[0], undo),
                    (self.user_ids[1], lambda env: self._finish(env, wizards)),
                ]
            )
        is_undone = results[0] == "undone"
        (error,) = (result for result in results if isinstance(result, Exception))
        self.assertIsInstance(error, UserError, results)
        expected = {**self.ONCE, "conversions": 2, "orders": 1}
        if is_undone:
            self.assertIn("Choose the company", str(error))
            expected = {"type": "lead", "conversions": 1, "orders": 0}
            expected |= {"companies": 0, "contacts": 0}
        else:
            self.assertIn("converted again since", str(error))
        self.assertEqual(self._read(), expected)

    def test_a_lead_is_locked_before_anything_is_made_of_it(self):
        def lock(lead_id):
            with self.registry_of_db.cursor() as cr, mute_logger("odoo.sql_db"):
                env = api.Environment(cr, SUPERUSER_ID, {})
                lead = env["crm.lead"].browse(lead_id)
                return bool(lead.try_lock_for_update())

        with self.registry_of_db.cursor() as cr:
            env = api.Environment(cr, self.user_ids[0], {})
            lead = env["crm.lead"].browse(self.lead_id)
            self.assertTrue(lock(self.lead_id))
            with lead._recorded_conversion():
                self.assertFalse(lock(self.lead_id))
            cr.rollback()
        self.assertTrue(lock(self.lead_id))

    # --------------------------------------------- two leads of one new company at once
    def _create_second_lead(self, **vals):
        with self.registry_of_db.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            lead = env["crm.lead"].create(
                {
                    "name": "Race, second",
                    "type": "lead",
                    "partner_name": "WETTLAUF Solar",
                    "contact_name": "Rolf Rennt",
                    "email_from": "rolf@wettlauf-solar.example",
                    "user_id": self.user_ids[1],
                    **vals,
                }
            )
            return lead.id

    def _read_companies(self):
        with self.registry_of_db.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            leads = env["crm.lead"].search([("user_id", "in", self.user_ids)])
            companies = env["res.partner"].search(
                [("name", "ilike", "wettlauf"), ("is_company", "=", True)]
            )
            return {
                "companies": len(companies),
                "contacts": sorted(companies.child_ids.mapped("name")),
                "converted": leads.mapped("type").count("opportunity"),
            }

    def test_two_leads_of_a_new_company_make_one(self):
        """Spelt in two ways, by two reps: the second finds the company of the first."""
        second_id = self._create_second_lead()

        def convert(env):
            lead_id = self.lead_id if env.uid == self.user_ids[0] else second_id
            env["crm.lead2opportunity.partner"].with_context(
                active_model="crm.lead", active_ids=[lead_id], active_id=lead_id
            ).create({"name": "convert", "action": "create"}).action_apply()
            return "converted"

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once([(uid, convert) for uid in self.user_ids[:2]])
        self.assertEqual(results, ["converted"] * 2)
        self.assertEqual(
            self._read_companies(),
            {"companies": 1, "contacts": ["Rolf Rennt", "Rosa Rennt"], "converted": 2},
        )

    def test_two_leads_of_one_domain_in_the_dialog(self):
        """Who chose to create is asked again, when a colleague was quicker."""
        second_id = self._create_second_lead()
        wizards = {}
        for user_id, lead_id in zip(
            self.user_ids, (self.lead_id, second_id), strict=False
        ):
            with self.registry_of_db.cursor() as cr:
                env = api.Environment(cr, user_id, {})
                action = env["crm.lead"].browse(lead_id).action_convert()
                wizard = env[action["res_model"]].browse(action["res_id"])
                wizard.action_next()
                wizard.action_next()
                wizards[user_id] = wizard.id

        def finish(env):
            wizard = env["crm.lead2opportunity.partner"].browse(wizards[env.uid])
            wizard.action_convert()
            return "converted"

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once([(user_id, finish) for user_id in wizards])
        self.assertEqual(results.count("converted"), 1, results)
        (error,) = (result for result in results if result != "converted")
        self.assertIsInstance(error, UserError)
        self.assertIn("in the meantime", str(error))
        self.assertEqual(self._read_companies()["companies"], 1)

    def test_two_mass_conversions_of_the_same_companies(self):
        """In opposite order: neither a duplicate nor a deadlock."""
        other = {"partner_name": "Wettlauf Speicher AG", "email_from": False}
        first = [self.lead_id, self._create_second_lead(**other)]
        other["contact_name"] = "Ria Rennt"
        second = [self._create_second_lead(**other), self._create_second_lead()]

        def convert(env, lead_ids):
            env["crm.lead2opportunity.partner.mass"].with_context(
                active_model="crm.lead", active_ids=lead_ids, active_id=lead_ids[0]
            ).create({"deduplicate": False}).action_mass_convert()
            return "converted"

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once(
                [
                    (self.user_ids[0], lambda env: convert(env, first)),
                    (self.user_ids[1], lambda env: convert(env, second)),
                ]
            )
        self.assertEqual(results, ["converted"] * 2)
        self.assertEqual(self._read_companies()["companies"], 2)
        self.assertEqual(self._read_companies()["converted"], 4)

    def test_a_double_click_on_odoos_own_dialog(self):
        def convert(env):
            env["crm.lead2opportunity.partner"].with_context(
                active_model="crm.lead",
                active_ids=[self.lead_id],
                active_id=self.lead_id,
            ).create({"name": "convert", "action": "create"}).action_apply()
            return "converted"

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once([(self.user_ids[0], convert)] * 2)
        self.assertEqual(results.count("converted"), 1, results)
        self.assertEqual(self._read(), {**self.ONCE, "orders": 0})

    def test_the_quotation_wizard_makes_one_contact(self):
        def create(env):
            lead = env["crm.lead"].browse(self.lead_id)
            lead._handle_partner_assignment()
            return lead.partner_id.id

        with mute_logger("odoo.sql_db"):
            results = self._run_at_once([(uid, create) for uid in self.user_ids])
        self.assertEqual(len(set(results)), 1, results)
        expected = {**self.ONCE, "type": "lead", "conversions": 0, "orders": 0}
        self.assertEqual(self._read(), expected)
