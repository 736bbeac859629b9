from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged, users

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

    def test_what_is_planned_is_told_in_the_language_of_who_does_it(self):
        self.env["res.lang"]._activate_lang("de_DE")
        kind = self.env.ref("lead_energy.activity_type_next_contact")
        rework = self.env.ref("lead_energy.mail_activity_type_rework")
        kind.with_context(lang="de_DE").summary = "Wieder melden"
        rework.with_context(lang="de_DE").summary = "Wieder aufnehmen"
        self.other_rep.lang = "de_DE"
        lead = self.create_lead(
            self.other_rep, next_contact_date=self.today, lang_id=False
        ).sudo()
        self.assertEqual(lead.activity_ids.summary, "Wieder melden")
        lead.lead_status_id = self.status_rework
        plan = lead._get_rework_activities()
        self.assertEqual(plan.summary, "Wieder aufnehmen")
        lead.activity_ids.unlink()
        lead.follow_up_user_id = self.rep
        lead.next_contact_date = self.today
        self.assertEqual(self.activities("next_contact", lead).summary, "Next contact")

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

    # Who is there

    def _plan_all(self, **vals):
        return self.create_lead(
            next_contact_date=self.today,
            send_info_material=True,
            request_opt_in=True,
            arrange_appointment=True,
            **vals,
        )

    def _get_leavers(self):
        """Three ways in which a user is no more there."""
        return {
            "archive": lambda user: user.action_archive(),
            "write": lambda user: user.write({"active": False}),
            "unlink": lambda user: user.unlink(),
        }

    def test_who_leaves_hands_the_work_over_and_the_dates_stay(self):
        for name, leave in self._get_leavers().items():
            with self.subTest(name):
                leaver = new_test_user(
                    self.env, f"leaver_{name}", "sales_team.group_sale_salesman"
                )
                lead = self._plan_all(
                    follow_up_user_id=leaver.id, appointment_user_id=leaver.id
                )
                call = lead.activity_schedule(
                    "mail.mail_activity_data_call", user_id=leaver.id
                )
                self.assertEqual(lead.activity_ids.user_id, leaver)
                leave(leaver)
                self.env.invalidate_all()
                self.assertEqual(len(lead.activity_ids), 5)
                self.assertEqual(lead.activity_ids.user_id, self.rep)
                self.assertTrue(call.exists())
                self.assertRecordValues(
                    lead,
                    [
                        {
                            "next_contact_date": self.today,
                            "send_info_material": True,
                            "request_opt_in": True,
                            "arrange_appointment": True,
                        }
                    ],
                )

    def test_the_work_goes_to_the_named_then_the_salesperson_then_the_leader(self):
        self.team.user_id = self.manager
        lead = self._plan_all(follow_up_user_id=self.other_rep.id)
        lead.lead_status_id = self.status_rework
        plan = lead._get_rework_activities()
        self.assertEqual(plan.user_id, self.rep)
        appointment = self.activities("appointment", lead)
        self.rep.action_archive()
        self.assertEqual(appointment.user_id, self.manager)
        self.assertEqual(plan.user_id, self.manager)
        self.assertTrue(lead.rework_date)
        contact = self.activities("next_contact", lead)
        self.assertEqual(contact.user_id, self.other_rep)
        self.other_rep.action_archive()
        self.assertEqual(contact.user_id, self.manager)
        self.manager.action_archive()
        self.env.invalidate_all()
        self.assertFalse(lead.activity_ids.user_id)
        self.assertEqual(lead.next_contact_date, self.today)

    def test_who_leaves_together_does_not_inherit(self):
        self.team.user_id = self.manager
        lead = self._plan_all(follow_up_user_id=self.other_rep.id)
        (self.rep | self.other_rep).action_archive()
        self.env.invalidate_all()
        self.assertEqual(lead.activity_ids.user_id, self.manager)

    def test_a_closed_lead_keeps_its_plan_too(self):
        lead = self._plan_all()
        lead.action_set_lost()
        self.rep.action_archive()
        self.env.invalidate_all()
        self.assertEqual(lead.next_contact_date, self.today)

    def test_who_inherits_is_told_once(self):
        leads = self._plan_all(follow_up_user_id=self.other_rep.id)
        leads |= self._plan_all(follow_up_user_id=self.other_rep.id)
        told = [("partner_ids", "in", self.rep.partner_id.ids)]
        before = self.env["mail.message"].search(told)
        self.other_rep.action_archive()
        message = self.env["mail.message"].search(told) - before
        self.assertEqual(len(message), 1)
        self.assertIn("6 planned activities", message.body)
        self.assertIn(self.other_rep.name, message.body)

    def test_nothing_is_planned_for_who_is_archived(self):
        self.team.user_id = self.manager
        self.rep.active = False
        lead = self.create_lead(
            self.manager,
            user_id=self.rep.id,
            appointment_user_id=self.rep.id,
            next_contact_date=self.today,
            arrange_appointment=True,
            lead_status_id=self.status_rework.id,
        )
        self.assertEqual(len(lead.activity_ids), 3)
        self.assertEqual(lead.activity_ids.user_id, self.manager)
        lead.activity_ids.user_id = self.other_rep
        lead.follow_up_user_id = self.rep
        self.assertEqual(lead.activity_ids.user_id, self.other_rep)
        self.team.user_id = False
        robot = self.create_lead(self.env.user, user_id=False, send_info_material=True)
        self.assertFalse(robot.activity_ids.user_id, "OdooBot does no work")

    def test_handing_over_costs_no_query_for_each_lead(self):
        counts = []
        for size in (3, 30):
            leaver = new_test_user(
                self.env, f"leaver_{size}", "sales_team.group_sale_salesman"
            )
            for _number in range(size):
                self._plan_all(follow_up_user_id=leaver.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            leaver._hand_over_leads()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)

    # One of a kind

    def test_a_merge_leaves_one_activity_of_a_kind(self):
        rework = {"lead_status_id": self.status_rework.id, "rework_date": "2035-02-01"}
        leads = self._plan_all(**rework) | self._plan_all(**rework)
        leads[1].next_contact_date = self.today - timedelta(2)
        call = leads[1].activity_schedule("mail.mail_activity_data_call")
        leads[0].activity_schedule("mail.mail_activity_data_call")
        merged = leads.with_user(self.manager).merge_opportunity()
        self.env.invalidate_all()
        for name in ("next_contact", "info_material", "opt_in", "appointment"):
            self.assertEqual(len(self.activities(name, merged)), 1, name)
        self.assertEqual(len(merged._get_rework_activities()), 1)
        self.assertEqual(merged.next_contact_date, self.today - timedelta(2))
        calls = merged.activity_ids.filtered(
            lambda activity: activity.activity_type_id == call.activity_type_id
        )
        self.assertEqual(len(calls), 2, "what no field shows is not ours to drop")
        self.activities("info_material", merged)._action_done()
        self.env.invalidate_all()
        self.assertFalse(merged.send_info_material)

    def test_a_merge_that_ends_a_rework_ends_its_reminder(self):
        head = self.create_lead(lead_status_id=self.status_qualified.id, priority="3")
        head |= self.create_lead(lead_status_id=self.status_rework.id)
        merged = head.with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.lead_status_id, self.status_qualified)
        self.assertFalse(merged._get_rework_activities())
