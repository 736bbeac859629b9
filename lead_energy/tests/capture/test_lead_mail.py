from odoo.tests import tagged
from odoo.tools import file_open

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadMail(LeadEnergyCommon):
    def test_a_mail_to_the_alias_becomes_a_complete_lead(self):
        domain = self.env["mail.alias.domain"].create({"name": "energy.example"})
        self.team.write({"alias_name": "leads", "alias_domain_id": domain.id})
        with file_open("lead_energy/tests/data/inquiry.eml", "rb") as file:
            raw = file.read()
        lead_id = self.env["mail.thread"].message_process(None, raw)

        lead = self.env["crm.lead"].browse(lead_id).with_user(self.rep)
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Anfrage Photovoltaik für unsere Mühle",
                    "type": "lead",
                    "team_id": self.team.id,
                    "email_normalized": "b.kaestner@muehle-kaestner.example",
                    "lead_status_id": self.status_open.id,
                    "lead_score": 0,
                    "lead_temperature": "cold",
                }
            ],
        )
        self.assertTrue(lead.lead_number)
        self.assertTrue(lead.lead_status_log_ids.is_system)
        message = lead.message_ids.filtered("email_from")[-1:]
        self.assertIn("900 m²", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["Dachplan Mühle.png"])
        self.assertTrue(message.attachment_ids.raw.startswith(b"\x89PNG"))

    def test_a_broken_address_is_taken(self):
        lead = self.create_lead(email_from="kaestner(at)muehle")
        self.assertEqual(lead.email_from, "kaestner(at)muehle")
        self.assertEqual(lead.email_state, "incorrect")
