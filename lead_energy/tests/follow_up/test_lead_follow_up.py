from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged, users

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadFollowUp(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["crm.lead"])
        cls.lead = cls.create_lead()

    def activities(self, name, lead=None):
        activity_type = self.env.ref(f"lead_energy.activity_type_{name}")
        lead = lead or self.lead
        return lead.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    def test_the_next_contact_is_one_activity_that_moves(self):
        self.lead.next_contact_date = self.today + timedelta(3)
        activity = self.activities("next_contact")
        self.assertRecordValues(
            activity,
            [{"date_deadline": self.today + timedelta(3), "user_id": self.rep.id}],
        )
        for days in (7, 1):
            self.lead.next_contact_date = self.today + timedelta(days)
            self.assertEqual(self.activities("next_contact"), activity)
            self.assertEqual(activity.date_deadline, self.today + timedelta(days))

    def test_moving_the_activity_moves_the_date(self):
        self.lead.next_contact_date = self.today
        self.activities("next_contact").date_deadline = self.today + timedelta(5)
        self.assertEqual(self.lead.next_contact_date, self.today + timedelta(5))

    def test_a_cleared_date_cancels_and_a_cancelled_activity_clears(self):
        self.lead.next_contact_date = self.today
        self.lead.next_contact_date = False
        self.assertFalse(self.activities("next_contact"))
        self.lead.next_contact_date = self.today
        self.activities("next_contact").unlink()
        self.assertFalse(self.lead.next_contact_date)

    def test_with_two_planned_the_earliest_counts_and_both_may_move(self):
        self.lead.next_contact_date = self.today + timedelta(2)
        self.activities("next_contact").copy(
            {"date_deadline": self.today + timedelta(4)}
        )
        self.assertEqual(self.lead.next_contact_date, self.today + timedelta(2))
        self.lead.next_contact_date = self.today + timedelta(6)
        self.env.invalidate_all()
        self.assertEqual(self.lead.next_contact_date, self.today + timedelta(6))
        self.assertEqual(len(self.activities("next_contact")), 2)

    def test_a_flag_is_an_activity_and_done_it_is_cleared(self):
        for field_name, type_name in (
            ("send_info_material", "info_material"),
            ("request_opt_in", "opt_in"),
            ("arrange_appointment", "appointment"),
        ):
            with self.subTest(field_name):
                self.lead[field_name] = True
                self.lead[field_name] = True
                self.assertEqual(len(self.activities(type_name)), 1)
                self.activities(type_name)._action_done()
                self.env.invalidate_all()
                self.assertFalse(self.lead[field_name])
                self.lead[field_name] = True
                self.lead[field_name] = False
                self.assertFalse(self.activities(type_name))

    def test_an_activity_planned_by_hand_sets_the_flag(self):
        self.lead.activity_schedule("lead_energy.activity_type_info_material")
        self.assertTrue(self.lead.send_info_material)

    def test_the_named_people_get_the_activities(self):
        lead = self.create_lead(
            next_contact_date=self.today,
            arrange_appointment=True,
            follow_up_user_id=self.other_rep.id,
            appointment_user_id=self.manager.id,
        )
        self.assertEqual(self.activities("next_contact", lead).user_id, self.other_rep)
        self.assertEqual(self.activities("appointment", lead).user_id, self.manager)
        lead.appointment_user_id = self.rep
        self.assertEqual(self.activities("appointment", lead).user_id, self.rep)

    @users("energy_rep")
    def test_a_rep_plans_in_the_form(self):
        form = Form(self.lead.with_env(self.env))
        form.next_contact_date = self.today + timedelta(1)
        form.send_info_material = True
        form.save()
        self.assertEqual(len(self.activities("next_contact")), 1)
        self.assertEqual(len(self.activities("info_material")), 1)

    def test_many_leads_are_planned_by_a_constant_number_of_queries(self):
        def count(number):
            leads = self.create_lead() | self.create_lead()
            leads |= self.env["crm.lead"].concat(
                *(self.create_lead() for _index in range(number))
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            leads.next_contact_date = self.today
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(18) - count(2), 4)

    def test_a_default_of_the_context_is_planned_once(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        lead = leads.with_context(default_next_contact_date=self.today).create(
            {"name": "From a button", "type": "lead"}
        )
        self.assertEqual(lead.next_contact_date, self.today)
        self.assertEqual(len(lead.activity_ids), 1)

    def test_a_merge_keeps_the_plan(self):
        other = self.create_lead(
            next_contact_date=self.today,
            follow_up_until=self.today,
            appointment_user_id=self.manager.id,
        )
        merged = (self.lead | other).merge_opportunity()
        self.assertRecordValues(
            merged,
            [
                {
                    "next_contact_date": self.today,
                    "follow_up_until": self.today,
                    "appointment_user_id": self.manager.id,
                }
            ],
        )

    def test_a_copy_starts_without_a_plan(self):
        self.lead.next_contact_date = self.today
        self.lead.send_info_material = True
        copy = self.lead.copy()
        self.assertFalse(copy.next_contact_date)
        self.assertFalse(copy.send_info_material)
        self.assertFalse(copy.activity_ids)

    def test_types_that_fields_mirror_are_not_deleted(self):
        for name in ("activity_type_next_contact", "mail_activity_type_rework"):
            kind = self.env.ref(f"lead_energy.{name}").with_user(self.manager)
            with self.assertRaisesRegex(UserError, kind.name):
                kind.unlink()

    def test_postponing_many_costs_no_query_for_each(self):
        counts = []
        for size in (5, 40):
            leads = self.env["crm.lead"]
            for _number in range(size):
                leads |= self.create_lead(next_contact_date="2030-01-01")
            leads.write(
                {"lead_status_id": self.status_rework.id, "rework_date": "2030-02-01"}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            leads.next_contact_date = "2030-01-02"
            leads._get_rework_activities().date_deadline = "2030-03-01"
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(set(leads.mapped("rework_date")), {date(2030, 3, 1)})
            days = leads.activity_ids.mapped("date_deadline")
            self.assertEqual(set(days), {date(2030, 1, 2), date(2030, 3, 1)})
        self.assertLessEqual(counts[1], counts[0] + 3)
