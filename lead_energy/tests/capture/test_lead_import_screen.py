from odoo.tests import HttpCase, tagged

from ...wizards import base_import_import
from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadImportScreen(HttpCase, LeadEnergyCommon):
    browser_size = "1366x768"

    def run_tour(self, name):
        """Return the leads that a rep has imported on the screen."""
        self.rep.group_ids += self.env.ref("crm.group_use_lead")
        before = self.env["crm.lead"].search([])
        action = self.env.ref("crm.crm_lead_all_leads")
        url = f"/odoo/action-{action.id}/import?active_model=crm.lead"
        self.start_tour(url, name, login=self.rep.login)
        return self.env["crm.lead"].search([], order="id") - before

    def test_the_screen_names_each_value_and_lets_it_go(self):
        leads = self.run_tour("lead_energy_import")
        self.assertRecordValues(
            leads,
            [
                {
                    "name": name,
                    "influence_id": influence.id,
                    "lead_status_id": self.status_open.id,
                }
                for name, influence in (
                    ("Anfrage Speicher", self.decision_maker),
                    ("Anfrage Keller", self.decision_maker.browse()),
                )
            ],
        )

    def test_a_long_import_is_stopped_and_goes_on(self):
        self.patch(base_import_import, "WHOLE_FILE_ROWS", 100)
        leads = self.run_tour("lead_energy_import_batches")
        self.assertEqual(leads.mapped("name"), [f"L{n}" for n in range(120)])
        for lead in leads:
            self.assertEqual(lead.interest_ids, self.photovoltaics)
            self.assertEqual(len(lead.lead_status_log_ids), 1)
