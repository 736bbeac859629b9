# what a test writes is not shown to anybody
# pylint: disable=translation-required
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, new_test_user, tagged, users

from ..common import LeadEnergyCommon


class PeopleCommon(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env.ref("lead_energy.company_category_lead")
        cls.company = cls.env["res.partner"].create(
            {
                "name": "Buche GmbH",
                "is_company": True,
                "company_category_id": cls.category.id,
                "child_ids": [
                    Command.create({"name": name}) for name in ("Ben", "Bea", "Bo")
                ],
            }
        )
        cls.ben, cls.bea, cls.bo = cls.company.child_ids.sorted("id")


@tagged("post_install", "-at_install")
class TestPeople(PeopleCommon):
    """The people of a company, by status and by the group of their category."""

    # Last touch

    def touch(self, lead, body):
        message = lead.message_post(body=body, message_type="comment")
        message.date = self.env.cr.now().replace(microsecond=0)
        return message

    def get_touches(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        people = (self.ben | self.bea | self.bo).with_user(user)
        return [text or "" for text in people.mapped(lambda p: p.last_touch)]

    def test_the_last_touch_is_the_latest_of_all_leads_that_the_user_may_read(self):
        old = self.create_lead(partner_id=self.ben.id)
        new = self.create_lead(partner_id=self.ben.id)
        self.touch(old, "Asked for an offer").date = "2026-01-01 10:00:00"
        self.touch(new, "Wants it in spring").date = "2026-02-01 10:00:00"
        hidden = self.create_lead(self.other_rep, partner_id=self.bea.id)
        self.touch(hidden, "Between us").date = "2026-03-01 10:00:00"
        ben, bea, bo = self.get_touches(self.rep)
        self.assertRegex(ben, "2026.*Wants it in spring")
        self.assertEqual((bea, bo), ("", ""), "a colleague's lead is not told")
        self.assertRegex(self.get_touches(self.manager)[1], "Between us")
        new.action_set_lost()
        self.assertRegex(self.get_touches(self.rep)[0], "Wants it in spring")

    def test_an_employee_without_the_crm_reads_no_touch(self):
        clerk = new_test_user(self.env, "energy_clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.ben.with_user(clerk).read(["last_touch"])
        arch = (
            self.env["res.partner"]
            .with_user(clerk)
            .get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        )
        self.assertNotIn("last_touch", arch)

    def test_many_people_cost_no_query_for_each(self):
        people = self.env["res.partner"]
        for index in range(12):
            people |= self.ben.copy({"name": f"Person {index}"})
        for person in people:
            self.touch(self.create_lead(partner_id=person.id), "Called")

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.rep).read(["last_touch"])
            return self.env.cr.sql_log_count - before

        count(people)
        self.assertEqual(count(people[:1]), count(people))

    @users("energy_rep", "energy_manager")
    def test_the_form_of_a_company_shows_what_its_people_have(self):
        self.create_lead(partner_id=self.ben.id).lead_status_id = self.status_qualified
        company = self.company.with_env(self.env)
        arch = etree.fromstring(
            company.get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        )
        names = arch.xpath("//field[@name='child_ids']/kanban//t//field/@name")
        shown = {"lead_status_id", "company_category_id", "last_touch"}
        self.assertLessEqual(shown, set(names))
        with Form(company) as form:
            form.phone = "030 23125 101"
        self.assertEqual(self.ben.lead_status_id, self.status_qualified)

    # Category group

    def test_partners_and_leads_are_found_and_grouped_by_the_group(self):
        lead = self.create_lead(partner_id=self.ben.id)
        plain = self.create_lead()
        for records, own, other in (
            (
                self.env["res.partner"],
                self.company,
                self.env["res.partner"].create({"name": "Unknown"}),
            ),
            (self.env["crm.lead"], lead, plain),
        ):
            records = records.with_user(self.rep)
            with self.subTest(records._name):
                domain = [("company_category_group", "=", "prospect")]
                found = records.search(domain)
                self.assertIn(own.id, found.ids)
                self.assertNotIn(other.id, found.ids)
                groups = records.formatted_read_group(
                    [("id", "in", (own.id, other.id))],
                    ["company_category_group"],
                    ["__count"],
                )
                counts = {g["company_category_group"]: g["__count"] for g in groups}
                self.assertEqual(counts, {"prospect": 1, False: 1})
        self.company.company_category_id = self.env.ref(
            "lead_energy.company_category_customer"
        )
        self.assertEqual(lead.company_category_group, "customer")

    # Board

    @users("energy_rep")
    def test_the_board_has_each_status_as_a_column(self):
        people = self.env["res.partner"].with_context(read_group_expand=True)
        groups = people.web_read_group(
            [("id", "in", self.company.child_ids.ids)], ["lead_status_id"]
        )["groups"]
        found = [group["lead_status_id"][0] for group in groups]
        statuses = self.env["crm.lead.status"].search([("active", "=", True)])
        self.assertEqual(found, statuses.ids)


@tagged("post_install", "-at_install")
class TestPeopleBoard(HttpCase, PeopleCommon):
    browser_size = "1366x768"

    def test_a_rep_moves_a_person_on_the_board(self):
        self.env["res.partner"].search(
            [("use_lead_status", "=", True), ("parent_id", "!=", self.company.id)]
        ).lead_status_id = self.status_closed
        self.start_tour(
            "/odoo/action-lead_energy.res_partner_action_status",
            "lead_energy_people",
            login=self.rep.login,
        )
        self.assertEqual(self.ben.lead_status_id, self.status_contacted)
        self.assertEqual(self.bea.lead_status_id, self.status_open)
