# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo.tests import HttpCase, tagged, users

from ...models.capture.crm_lead_quick_create import KEPT
from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestKeptValues(LeadEnergyCommon):
    @users("energy_rep")
    def test_what_was_deleted_or_archived_is_not_kept(self):
        fair = self.env.ref("lead_energy.source_fair")
        gone = self.env["utm.campaign"].create({"title": "Fair of last year"})
        values = {
            "source_id": fair.ids,
            "campaign_id": gone.ids,
            "interest_ids": self.photovoltaics.ids,
        }
        get_kept = self.env["crm.lead"].get_kept_values
        self.assertEqual(get_kept(values), {**values, "medium_id": []})
        gone.sudo().unlink()
        self.photovoltaics.active = False
        self.assertEqual(
            get_kept(values),
            {
                "source_id": fair.ids,
                "campaign_id": [],
                "medium_id": [],
                "interest_ids": [],
            },
        )

    @users("energy_rep")
    def test_nonsense_of_a_device_is_nothing(self):
        nothing = {name: [] for name in KEPT}
        get_kept = self.env["crm.lead"].get_kept_values
        for values in (None, [], "x", {"source_id": 7}, {"source_id": ["7", None]}):
            self.assertEqual(get_kept(values), nothing, values)


class QuickCreateCase(HttpCase, LeadEnergyCommon):
    def check_fair(self):
        """Type in three leads one after the other, the last after a reload."""
        self.env["crm.lead"].search([]).action_archive()
        self.env["utm.campaign"].create({"title": "Intersolar"})
        self.start_tour(
            "/odoo/action-lead_energy.crm_lead_action",
            "lead_energy_fair_kept",
            login=self.rep.login,
        )
        leads = self.env["crm.lead"].search([], order="id")
        fair = self.env.ref("lead_energy.source_fair")
        wind = self.env.ref("lead_energy.interest_wind_power")
        self.assertEqual(
            leads.mapped("partner_name"), ["Amsel", "Buche", "Distel", "Erle"]
        )
        self.assertEqual(set(leads.source_id.ids), set(fair.ids))
        for lead, campaign, interests in zip(
            leads,
            ("Intersolar", "Intersolar", "Intersolar", False),
            (
                self.photovoltaics,
                self.photovoltaics,
                self.photovoltaics | wind,
                wind.browse(),
            ),
            strict=True,
        ):
            with self.subTest(lead.partner_name):
                self.assertEqual(lead.source_id, fair)
                self.assertEqual(lead.campaign_id.title, campaign)
                self.assertEqual(lead.interest_ids, interests)


@tagged("post_install", "-at_install")
class TestQuickCreateDesk(QuickCreateCase):
    browser_size = "1366x768"

    def test_source_and_event_are_kept_and_interests_if_wished(self):
        self.check_fair()


@tagged("post_install", "-at_install")
class TestQuickCreatePhone(QuickCreateCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_source_and_event_are_kept_and_interests_if_wished(self):
        self.check_fair()
