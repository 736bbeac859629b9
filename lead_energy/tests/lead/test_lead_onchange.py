from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.web.models.models import Base

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadOnchange(LeadEnergyCommon):
    """A change in the form of a saved lead asks for less, and answers the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.create_lead(
            partner_name="Amsel AG", email_from="x@amsel.example", city="Bonn"
        )
        cls.partner = cls.env["res.partner"].create({"name": "Buche GmbH"})
        cls.spec = Form(cls.lead.with_user(cls.rep))._view["fields_spec"]

    def get_changes(self):
        """Return a value for a field of each kind that follows in another way."""
        need = self.env["crm.lead.rating"].search([("kind", "=", "need")], limit=1)
        return {
            "need_id": need.id,
            "source_id": self.env["utm.source"].search([], limit=1).id,
            "interest_ids": [
                Command.link(self.env["crm.lead.interest"].search([], limit=1).id)
            ],
            "annual_consumption_kwh": 150000,
            "customer_segment": "industry",
            "city": "Kiel",
            "website": "https://amsel.example",
            "email_from": "y@gmail.com",
            "phone": "0228 1234567",
            "malo_id": "41373559241",
            "partner_name": "Amsel GmbH",
            "partner_id": self.partner.id,
            "user_id": self.manager.id,
            "team_id": False,
            "stage_id": self.env["crm.stage"].search([])[-1].id,
            "name": "Another name",
        }

    def test_each_change_answers_as_odoo_does(self):
        lead = self.lead.with_user(self.rep)
        answers = {}
        for name, value in self.get_changes().items():
            with self.subTest(field=name):
                values = {name: value}
                odoo = Base.onchange(lead, dict(values), [name], self.spec)
                self.env.invalidate_all()
                answers[name] = lead.onchange(dict(values), [name], self.spec)
                self.assertEqual(answers[name], odoo)
                self.env.invalidate_all()
        self.assertIn("lead_score", answers["need_id"]["value"])
        self.assertIn("similar_records", answers["partner_name"]["value"])
        self.assertIn("contact_name", answers["partner_id"]["value"])

    def test_a_rating_asks_for_what_follows_from_it(self):
        lead = self.lead.with_user(self.rep)
        following = lead._get_following(["need_id"], self.spec)
        self.assertIn("lead_score_details", following)
        self.assertNotIn("next_step", following)
        self.assertNotIn("duplicate_lead_count", following)
        self.assertLess(len(following), len(self.spec) / 4)
        values = {"need_id": self.get_changes()["need_id"]}

        def count(onchange):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            onchange(lead, dict(values), ["need_id"], self.spec)
            return self.env.cr.sql_log_count - before

        count(Base.onchange)  # what is remembered is not counted
        self.assertLess(count(type(lead).onchange), count(Base.onchange) / 2)
