import re
from unittest.mock import patch

from odoo.tests import Form, tagged, users

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadSimilar(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.de")
        cls.company = cls.env["res.partner"].create(
            {"name": "Kästner Metallbau GmbH & Co. KG", "is_company": True}
        )
        cls.lead = cls.create_lead(
            partner_name="Stadtwerke Beispielstadt AG",
            phone="+49 30 23125 101",
            email_from="Erika <erika@stadtwerke.example>",
        )

    def type_in(self, **values):
        form = Form(
            self.env["crm.lead"].with_context(default_type="lead"),
            "lead_energy.crm_lead_view_form_quick_create",
        )
        for field_name, value in values.items():
            form[field_name] = value
        return form.similar_records or ""

    @users("energy_rep")
    def test_a_lead_shows_up_while_it_is_typed(self):
        for values, reason in (
            ({"phone": "030 / 23125-101"}, "same phone number"),
            ({"phone": "+49 (0)30 23125101"}, "same phone number"),
            ({"email_from": "ERIKA@stadtwerke.example"}, "same e-mail"),
            ({"partner_name": "Stadtwerke Beispielstadt"}, "similar company name"),
            ({"partner_name": "stadtwerk Beispielstatt GmbH"}, "similar company name"),
            ({"partner_name": "Stadtw. Beispielstadt"}, "similar company name"),
        ):
            with self.subTest(values):
                shown = self.type_in(**values)
                self.assertIn(f"/odoo/crm.lead/{self.lead.id}", shown)
                self.assertIn(reason, shown)

    @users("energy_rep")
    def test_a_partner_shows_up_while_it_is_typed(self):
        for name in ("Kastner Metallbau", "Kaestner Metalbau", "Metallbau Kästner"):
            with self.subTest(name):
                shown = self.type_in(partner_name=name)
                self.assertIn(f"/odoo/res.partner/{self.company.id}", shown)

    @users("energy_rep")
    def test_a_person_with_the_same_address_shows_up(self):
        person = self.company.sudo().copy(
            {"name": "Karl Kästner", "is_company": False, "email": "karl@k.example"}
        )
        shown = self.type_in(email_from="Karl@k.example")
        self.assertIn(f"/odoo/res.partner/{person.id}", shown)
        self.assertIn("same e-mail", shown)

    @users("energy_rep")
    def test_a_partner_that_the_rep_may_not_read_is_not_shown(self):
        company = self.company.company_id.create({"name": "Another branch"})
        self.company.company_id = company
        self.assertEqual(self.type_in(partner_name="Kästner Metallbau"), "")

    def test_the_index_of_the_company_name_finds_the_leads(self):
        lead = self.env["crm.lead"].new({"partner_name": "Stadtwerke Beispielstadt"})
        statements = []
        execute = type(self.env.cr).execute

        def remember(cr, query, params=None, log_exceptions=True):
            statements.append(cr.mogrify(query, params))
            return execute(cr, query, params, log_exceptions)

        with patch.object(type(self.env.cr), "execute", remember):
            self.assertEqual(lead._find_similar_leads(), self.lead)
        (statement,) = (s for s in statements if b"%> 'beispielstadt'" in s)
        found = re.search(rb'[\w(]*"crm_lead"."partner_name"\S* %> \S+', statement)
        condition = found[0].rstrip(b")").removeprefix(b"(")
        # of few leads the planner would read all
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(b"EXPLAIN SELECT id FROM crm_lead WHERE " + condition)
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("crm_lead__partner_name_index", plan)

    @users("energy_rep")
    def test_many_similar_records_cost_no_more_than_one(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lead = self.env["crm.lead"].new(
                {"type": "lead", "partner_name": "Stadtwerke Beispielstadt"}
            )
            self.assertIn("Beispielstadt", lead.similar_records)
            return self.env.cr.sql_log_count - before

        def create(number):
            values = {"name": "Stadtwerke Beispielstadt", "is_company": True}
            self.env["res.partner"].create([values] * number)
            for index in range(number):
                self.create_lead(partner_name=values["name"], city=str(index))
            self.env.flush_all()

        create(1)
        count()
        one = count()
        create(20)
        self.assertEqual(count(), one)

    @users("energy_rep")
    def test_what_differs_is_not_shown(self):
        for values in (
            {"partner_name": "Bäckerei Musterbrot GmbH"},
            {"partner_name": "GmbH & Co. KG"},
            {"phone": "030 23125 102", "email_from": "other@stadtwerke.example"},
        ):
            with self.subTest(values):
                self.assertEqual(self.type_in(**values), "")

    @users("energy_other_rep")
    def test_a_lead_of_a_colleague_is_named_without_a_link(self):
        shown = self.type_in(phone="030 23125101")
        self.assertIn(self.lead.lead_number, shown)
        self.assertIn(self.rep.name, shown)
        self.assertNotIn("<a ", shown)

    def test_names_are_shown_as_text(self):
        self.lead.name = "<script>alert(1)</script>"
        self.assertIn("&lt;script&gt;", self.type_in(phone="030 23125101"))

    def test_a_closed_lead_and_the_lead_itself_are_not_shown(self):
        form = Form(self.lead)
        form.phone = "030 23125 101"
        self.assertFalse(form.similar_records)
        self.lead.action_set_lost()
        self.assertEqual(self.type_in(phone="030 23125101"), "")

    def test_a_lead_that_is_only_read_costs_nothing(self):
        self.env.flush_all()
        self.lead.fetch(["type"])
        with self.assertQueryCount(0):
            self.assertFalse(self.lead.similar_records)
