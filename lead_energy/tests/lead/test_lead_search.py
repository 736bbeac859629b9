from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tests import tagged, users
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadSearch(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.create_lead(
            name="Roof of hall 7",
            partner_name="Musterwerk Solar GmbH",
            contact_name="Erika Beispiel",
            email_from="erika@musterwerk.example",
            phone="+49 30 23125 177",
        )
        cls.other = cls.create_lead(name="Other", phone="+49 30 23125 188")

    @users("energy_rep")
    def test_one_box_finds_number_name_company_contact_mail_and_phone(self):
        for text in (
            self.lead.lead_number,
            "roof of",
            "musterwerk",
            "beispiel",
            "erika@",
            "+49 30 23125 177",
            "+493023125177",
            "0049 30 23125177",
            "030 23125-177",
            "030/23125177",
            "+49 (0)30 23125 177",
            "23125 177",
            "5177",
            "25-17 7",
            "0 23125 17",
            "+49 030 23125177",
        ):
            with self.subTest(text):
                self.assertFinds(text, self.lead)

    def assertFinds(self, text, leads, operator="ilike", among=None):
        leads = leads.with_env(self.env)
        domain = [("quick_search", operator, text)]
        among = ("id", "in", (among or self.lead | self.other | leads).ids)
        self.assertEqual(self.env["crm.lead"].search([*domain, among]), leads, text)

    @users("energy_rep")
    def test_names_are_found_with_and_without_umlauts(self):
        names = [
            "Müller & Söhne",
            "MUELLER-BÄCK",
            "Muller",
            "Neuenergie Straße",
            "René",
        ]
        leads = self.env["crm.lead"].browse(
            [self.create_lead(name="x", partner_name=name).id for name in names]
        )
        mueller, back, plain, neu, rene = leads
        for text, found in {
            "mueller": mueller + back + plain,
            "muller": mueller + back + plain,
            "Müller": mueller + back + plain,
            "MU\u0308LLER": mueller + back + plain,
            "muel": mueller + back + plain,
            "ueller b": self.env["crm.lead"],
            "müller-baeck": back,
            "eller-": back,
            "rene": rene,
            "René": rene,
            "soehne": mueller,
            "sohne": mueller,
            "energie": neu,
            "strasse": neu,
            "STRAẞE": neu,
        }.items():
            with self.subTest(text):
                self.assertFinds(text, found, among=leads + self.lead)

    @users("energy_rep")
    def test_a_number_that_is_none_is_found_as_it_was_typed(self):
        lead = self.create_lead(name="x", phone="(0)99 - 12 34 (5)")
        self.assertFalse(lead.phone_sanitized)
        for text in ("991234", "099/1234", "1234-5", "12345"):
            with self.subTest(text):
                self.assertFinds(text, lead)
        among = self.lead | self.other | lead
        with self.subTest("three digits are no number to look for"):
            self.assertFinds("234", self.env["crm.lead"], among=among)
        with self.subTest("nothing goes from one spelling or field into the next"):
            self.assertFinds("188 49 30", self.env["crm.lead"], among=among)

    @users("energy_rep")
    def test_what_is_not_found_is_all_the_rest(self):
        self.assertFinds("musterwerk", self.other, operator="not ilike")
        self.assertFinds("23125177", self.other, operator="not ilike")
        self.assertFinds("Other", self.other, operator="=")
        self.assertFinds("Other", self.lead, operator="!=")

    @users("energy_rep")
    def test_signs_of_patterns_mean_what_they_mean_to_odoo(self):
        self.assertFinds("muster%solar", self.lead)
        self.assertFinds("roof_of", self.lead)
        for text in ("roof [o]f", "roof.of", "(", "\\", "[", "*"):
            self.assertFinds(text, self.env["crm.lead"], among=self.lead)

    def test_a_search_reads_indexes_and_no_table(self):
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            self.env.cr.execute(f"SET LOCAL enable_{way} = off")
        leads = self.env["crm.lead"].with_context(active_test=False)
        for field in ("quick_search", "phone_mobile_search"):
            query = leads._search([(field, "ilike", "030/23125-177")], order="id")
            self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
            plan = "\n".join(line for (line,) in self.env.cr.fetchall())
            self.assertNotIn("Seq Scan", plan)
            self.assertIn("crm_lead_search_numbers_index", plan)
            names = "crm_lead__partner_name_index"
            self.assertEqual(names in plan, field == "quick_search", plan)

    @users("energy_rep")
    def test_a_search_is_one_query(self):
        self.env["crm.lead"].search([("quick_search", "ilike", "+49 30 0815")])
        with self.assertQueryCount(1):
            self.env["crm.lead"].search([("quick_search", "ilike", "+49 30 23125 177")])

    def get_filter(self, name):
        view = self.env["crm.lead"].get_view(
            self.env.ref("crm.view_crm_case_leads_filter").id, "search"
        )
        (node,) = etree.fromstring(view["arch"]).xpath(f"//filter[@name='{name}']")
        return Domain(safe_eval(node.get("domain"), {"uid": self.env.uid}))

    def assertFilter(self, name, leads):
        own = [("id", "in", (self.lead | self.other).ids)]
        found = self.env["crm.lead"].search(self.get_filter(name) & Domain(own))
        self.assertEqual(found, leads, name)

    @users("energy_rep")
    def test_filters_of_the_follow_up(self):
        today = fields.Date.context_today(self.lead)
        monday = today - timedelta(today.weekday())
        self.env.ref("base.lang_en").sudo().week_start = "1"
        lead, none = self.lead.with_env(self.env), self.env["crm.lead"]
        self.assertFilter("without_next_step", self.lead + self.other)
        for day, expected in (
            (today, {"follow_up_due", "follow_up_today", "follow_up_this_week"}),
            (today - timedelta(8), {"follow_up_due", "follow_up_overdue"}),
            (monday + timedelta(7), set()),
        ):
            lead.next_contact_date = day
            for name in (
                "follow_up_due",
                "follow_up_today",
                "follow_up_overdue",
                "follow_up_this_week",
            ):
                with self.subTest(name, day=day):
                    self.assertFilter(name, lead if name in expected else none)
        self.assertFilter("without_next_step", self.other)
        lead.next_contact_date = today
        lead.action_set_lost()
        self.assertFilter("follow_up_due", none)

    @users("energy_rep")
    def test_every_filter_of_the_search_view_runs(self):
        view = self.env["crm.lead"].get_view(
            self.env.ref("crm.view_crm_case_leads_filter").id, "search"
        )
        for node in etree.fromstring(view["arch"]).iter("filter"):
            with self.subTest(node.get("name")):
                if node.get("domain"):
                    self.env["crm.lead"].search(
                        safe_eval(node.get("domain"), {"uid": self.env.uid}), limit=1
                    )
                group_by = safe_eval(node.get("context") or "{}").get("group_by")
                if group_by and group_by != "lead_properties":
                    if group_by == "date_closed":
                        group_by += ":month"
                    self.env["crm.lead"].formatted_read_group([], [group_by], [])

    @users("energy_rep")
    def test_favourites_are_there_for_every_rep_and_find(self):
        action = self.env.ref("lead_energy.crm_lead_action")
        filters = {
            values["name"]: values
            for values in self.env["ir.filters"].get_filters("crm.lead", action.id)
        }
        self.lead.source_id = self.env.ref("lead_energy.source_fair")
        self.lead.next_contact_date = fields.Date.context_today(self.lead)
        for name, found in (
            ("Follow-up due", self.lead),
            ("New today", self.lead | self.other),
            ("Fair leads", self.lead),
            ("Hot without next step", self.env["crm.lead"]),
        ):
            with self.subTest(name):
                domain = Domain(safe_eval(filters[name]["domain"]))
                domain &= Domain("id", "in", (self.lead | self.other).ids)
                self.assertEqual(self.env["crm.lead"].search(domain), found)

    def test_a_lead_without_a_subject_is_named_after_its_company(self):
        form_lead = self.env["crm.lead"].new(
            {"type": "lead", "partner_name": "Musterwerk"}
        )
        self.assertEqual(form_lead.name, "Musterwerk")
