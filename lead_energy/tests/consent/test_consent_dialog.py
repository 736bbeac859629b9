import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestConsentDialog(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.create_lead(email_from="jana@kestholz.example")

    def open_dialog(self, record=None, user=None):
        record = (record or self.lead).with_user(user or self.rep)
        action = record.action_record_consent()
        model = self.env[action["res_model"]].with_user(user or self.rep)
        return Form(model.with_context(**action["context"]))

    def test_a_rep_records_what_was_agreed_on_the_phone(self):
        dialog = self.open_dialog()
        self.assertEqual(dialog.address, "jana@kestholz.example")
        self.assertIn("informs me by e-mail", dialog.text)
        result = dialog.save().action_record()
        self.assertIn("Confirmed", result["params"]["message"])
        event = self.lead.consent_ids
        self.assertEqual(
            (event.event, event.origin, event.user_id),
            ("confirmed", "phone", self.rep),
        )
        self.assertEqual(self.lead.opt_in_state, "confirmed")

    def test_a_signed_form_of_a_fair(self):
        dialog = self.open_dialog()
        dialog.origin = "fair"
        dialog.attachment = base64.b64encode(b"photo")
        dialog.save().action_record()
        self.assertEqual(self.lead.consent_ids.attachment_id.raw, b"photo")

    def test_who_objects_to_everything(self):
        dialog = self.open_dialog()
        dialog.purpose_id = self.env["crm.lead.consent.purpose"]
        with self.assertRaisesRegex(UserError, "Choose what the person agrees to"):
            dialog.save().action_record()
        dialog.event = "objected"
        dialog.save().action_record()
        self.assertTrue(self.lead.has_objected)

    def test_a_person_without_a_number(self):
        dialog = self.open_dialog()
        dialog.channel = "phone"
        self.assertFalse(dialog.address)
        with self.assertRaisesRegex(UserError, "no valid address for 'Phone'"):
            dialog.save().action_record()

    def test_a_contact_of_the_address_book(self):
        partner = self.env["res.partner"].create(
            {"name": "Bruno", "email": "bruno@kestholz.example"}
        )
        self.open_dialog(partner, self.manager).save().action_record()
        self.assertEqual(partner.opt_in_state, "confirmed")
        action = partner.with_user(self.manager).action_open_consents()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, partner.consent_ids)

    def test_the_lead_of_somebody_else(self):
        wizard = self.env["crm.lead.consent.record"].with_user(self.other_rep)
        wizard = wizard.create({"lead_id": self.lead.id, "channel": "email"})
        with self.assertRaises(AccessError):
            wizard.action_record()
        own = self.open_dialog().save()
        with self.assertRaises(AccessError):
            own.with_user(self.other_rep).channel = "post"
