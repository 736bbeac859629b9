# what a test writes is not shown to anybody
# pylint: disable=translation-required
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged, users
from odoo.tools.safe_eval import safe_eval

from ..common import LeadEnergyCommon

FIELDS = ("appointment_user_id", "follow_up_user_id")


@tagged("post_install", "-at_install")
class TestColleagues(LeadEnergyCommon):
    """Rights follow the naming on a lead, and end with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(
            cls.env, "energy_clerk", "base.group_user", name="Carla Clerk"
        )
        cls.lead = cls.create_lead(cls.other_rep, partner_name="Amsel GmbH").sudo()
        cls.env["crm.lead.touchpoint"].create(
            {
                "lead_id": cls.lead.id,
                "type_id": cls.env["crm.lead.touchpoint.type"].search([], limit=1).id,
            }
        )
        now = fields.Datetime.now()
        cls.env["crm.lead.score.log"].create(
            {"lead_id": cls.lead.id, "date": now, "reason": "time"}
        )
        cls.env["crm.lead.conversion"].create(
            {
                "lead_id": cls.lead.id,
                "date": now,
                "result": "partner",
                "undone_date": now,
            }
        )
        cls.lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.other_rep.id
        )
        cls.lead.message_post(body="Called", message_type="comment")

    def get_seen(self, user):
        """Return the names of the models of which ``user`` sees what the lead has."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = [
            "crm.lead.status.log",
            "crm.lead.score.log",
            "crm.lead.touchpoint",
            "crm.lead.conversion",
        ]
        domain = [("lead_id", "=", self.lead.id)]
        seen = {name for name in names if self.env[name].with_user(user).search(domain)}
        of_lead = [("res_model", "=", "crm.lead"), ("res_id", "=", self.lead.id)]
        if self.env["mail.activity"].with_user(user).search(of_lead):
            seen.add("mail.activity")
        if (
            self.env["mail.message"]
            .with_user(user)
            .search([("model", "=", "crm.lead"), ("res_id", "=", self.lead.id)])
        ):
            seen.add("mail.message")
        if self.env["crm.lead"].with_user(user).search([("id", "=", self.lead.id)]):
            seen.add("crm.lead")
        return seen

    def test_rights_follow_the_naming_and_end_with_it(self):
        everything = {
            "crm.lead",
            "crm.lead.conversion",
            "crm.lead.score.log",
            "crm.lead.status.log",
            "crm.lead.touchpoint",
            "mail.activity",
            "mail.message",
        }
        for name in FIELDS:
            with self.subTest(name):
                self.assertFalse(self.get_seen(self.rep) - {"mail.activity"})
                self.lead[name] = self.rep
                self.assertEqual(self.get_seen(self.rep), everything)
                self.lead[name] = False
                self.assertFalse(self.get_seen(self.rep))
                with self.assertRaises(AccessError):
                    self.lead.with_user(self.rep).name = "Mine?"

    def test_the_report_of_activities_shows_a_lead_that_names_me(self):
        self.lead.activity_ids._action_done()
        report = self.env["crm.activity.report"].with_user(self.rep)
        domain = [("lead_id", "=", self.lead.id)]
        self.env.flush_all()
        self.assertFalse(report.search(domain))
        self.lead.follow_up_user_id = self.rep
        self.env.flush_all()
        self.assertTrue(report.search(domain))

    @users("energy_rep")
    def test_who_is_named_works_on_the_lead(self):
        self.lead.appointment_user_id = self.rep
        lead = self.lead.with_env(self.env)
        with Form(lead) as form:
            form.phone = "030 23125 101"
            form.next_contact_date = fields.Date.context_today(lead)
        lead.lead_status_id = self.status_contacted
        lead.message_post(body="Reached", message_type="comment")
        lead.activity_ids[0].action_feedback("Done")
        lead.lead_status_id = self.status_qualified
        lead.convert_opportunity(lead._create_customer())
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.user_id, self.other_rep, "it stays the other's")

    @users("energy_rep")
    def test_who_is_named_neither_deletes_nor_creates_for_others(self):
        self.lead.follow_up_user_id = self.rep
        with self.assertRaises(AccessError):
            self.lead.with_env(self.env).unlink()
        with self.assertRaises(AccessError):
            self.env["crm.lead"].create(
                {
                    "name": "For a colleague",
                    "type": "lead",
                    "user_id": self.other_rep.id,
                    "follow_up_user_id": self.rep.id,
                }
            )

    @users("energy_rep")
    def test_mine_are_the_leads_that_name_me(self):
        by_follow_up = self.create_lead(
            self.other_rep, follow_up_user_id=self.rep.id
        ).sudo()
        by_appointment = self.create_lead(
            self.other_rep, appointment_user_id=self.rep.id
        ).sudo()
        mine = self.create_lead()
        arch = self.env["crm.lead"].get_view(
            self.env.ref("crm.view_crm_case_leads_filter").id, "search"
        )["arch"]
        found = self.env["crm.lead"].search(self.get_filter(arch, "assigned_to_me"))
        named = by_follow_up | by_appointment
        self.assertLessEqual(named | mine, found.sudo())
        self.assertNotIn(self.lead, found.sudo())
        found = self.env["crm.lead"].search(self.get_filter(arch, "my_follow_up"))
        self.assertLessEqual(named | mine, found.sudo())

    def get_filter(self, arch, name):
        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return safe_eval(node.get("domain"), {"uid": self.env.uid})

    def test_an_employee_without_the_crm_is_refused_with_the_reason(self):
        for name in FIELDS:
            with (
                self.subTest(name),
                self.assertRaisesRegex(
                    ValidationError,
                    "Carla Clerk cannot be named on .*rights in the CRM",
                ),
            ):
                self.lead[name] = self.employee
            with self.subTest(f"create, {name}"), self.assertRaises(ValidationError):
                self.create_lead(**{name: self.employee.id})

    def test_who_does_not_work_in_the_company_of_the_lead_is_refused(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        far = new_test_user(
            self.env,
            "energy_far",
            "sales_team.group_sale_salesman",
            name="Frida Far",
            company_id=abroad.id,
            company_ids=[(6, 0, abroad.ids)],
        )
        self.lead.company_id = self.env.company
        with self.assertRaisesRegex(ValidationError, "Frida Far .* belongs to"):
            self.lead.follow_up_user_id = far
        self.lead.company_id = False
        self.lead.follow_up_user_id = far
        self.assertIn("crm.lead", self.get_seen(far))

    def test_only_who_uses_the_crm_is_offered(self):
        for name in FIELDS:
            domain = self.lead.fields_get([name])[name]["domain"]
            offered = self.env["res.users"].search(
                safe_eval(domain, {"user_company_ids": self.env.company.ids})
            )
            self.assertIn(self.other_rep, offered)
            self.assertIn(self.manager, offered)
            self.assertNotIn(self.employee, offered)

    def test_who_lost_the_rights_holds_no_merge_and_no_copy_back(self):
        leads = self.env["crm.lead"]
        for user in (self.other_rep, self.rep):
            leads |= self.create_lead(user, follow_up_user_id=user.id).sudo()
        leads[0].priority = "3"
        self.other_rep.group_ids = self.env.ref("base.group_user")
        copy = leads[0].copy()
        self.assertFalse(copy.follow_up_user_id)
        self.assertEqual(leads[1].copy().follow_up_user_id, self.rep)
        merged = leads.with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.follow_up_user_id, self.rep)

    def test_naming_many_costs_no_query_for_each(self):
        def count(number):
            leads = self.env["crm.lead"].concat(
                *(self.create_lead() for _index in range(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.write({name: self.manager.id for name in FIELDS})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(20) - count(3), 4)
