# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_my_day import MyDayCommon


@tagged("post_install", "-at_install")
class TestOutcome(MyDayCommon):
    """What came of a call, told in 'My day', is done wherever activities are shown."""

    def setUp(self):
        super().setUp()
        self.lead = self.create_lead(name="Roof", phone="+49 30 23125 101")

    def tell(self, outcome, note="", detail=False, lead=None, user=None):
        lead = (lead or self.lead).with_user(user or self.rep)
        result = lead.record_outcome(outcome, note, detail)
        self.env.invalidate_all()
        return result

    def take_back(self, result):
        self.lead.with_user(self.rep).undo_outcome(result["undo"])
        self.env.invalidate_all()

    def plan(self, days=0, xmlid="lead_energy.activity_type_next_contact", **vals):
        return self.lead.activity_schedule(xmlid, self.in_days(days), **vals)

    def get_notes(self):
        return [str(message.body) for message in self.lead.message_ids]

    def test_reached_is_the_call_that_was_due_done(self):
        self.lead.next_contact_date = self.in_days(-1)
        call = self.lead.activity_ids
        result = self.tell("reached", "Wants 30 kWp")
        self.assertEqual(result["message"], "Roof: Reached")
        self.assertFalse(call.active)
        self.assertEqual(call.feedback, "Reached: Wants 30 kWp")
        self.assertFalse(self.lead.next_contact_date)
        self.assertIn("Wants 30 kWp", self.get_notes()[0])
        self.assertEqual(self.lead.lead_status_id, self.status_contacted)
        self.take_back(result)
        self.assertTrue(call.active)
        self.assertFalse(call.feedback)
        self.assertEqual(self.lead.next_contact_date, self.in_days(-1))
        self.assertEqual(self.lead.lead_status_id, self.status_open)
        self.assertEqual(
            self.lead.lead_status_log_ids.status_id.mapped("kind"), ["open"]
        )

    def test_reached_without_a_plan_is_a_call_that_was_made(self):
        later = self.plan(3)
        self.tell("reached")
        self.assertTrue(later.active, "what is planned for later stays planned")
        done = self.env["mail.activity"].with_context(active_test=False)
        done = done.search([("res_id", "=", self.lead.id), ("active", "=", False)])
        self.assertEqual(
            done.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(done.user_id, self.rep)
        self.assertEqual(self.lead.lead_status_id, self.status_contacted)

    def test_reached_after_a_rework_is_contacted(self):
        rework = {"lead_status_id": self.status_rework.id}
        self.lead.write({**rework, "rework_date": self.in_days(1)})
        self.lead.rework_date = self.today
        reminder = self.lead.activity_ids
        result = self.tell("reached", "Now")
        self.assertFalse(reminder.active)
        self.assertEqual(self.lead.lead_status_id, self.status_contacted)
        self.take_back(result)
        self.assertTrue(reminder.active)
        self.assertEqual(self.lead.lead_status_id, self.status_rework)
        self.assertEqual(self.lead.rework_date, self.today)
        self.assertEqual(self.lead.activity_ids, reminder)

    def test_not_reached_moves_the_call_to_the_next_attempt(self):
        call = self.plan(-2, user_id=self.rep.id)
        result = self.tell("not_reached", "Engaged", str(self.in_days(4)))
        self.assertTrue(call.active)
        self.assertEqual(call.date_deadline, self.in_days(4))
        self.assertEqual(self.lead.next_contact_date, self.in_days(4))
        self.assertIn("Not reached: Engaged", self.get_notes()[0])
        self.assertTrue(self.lead.last_touch.endswith("Not reached: Engaged"))
        self.assertEqual(
            self.lead.lead_status_id, self.status_open, "nobody has talked"
        )
        self.take_back(result)
        self.assertEqual(call.date_deadline, self.in_days(-2))
        self.assertIn("Taken back", self.get_notes()[0])

    def test_not_reached_an_appointment_is_to_be_arranged_later(self):
        to_arrange = self.plan(-1, "lead_energy.activity_type_appointment")
        later = self.plan(3)
        self.tell("not_reached", detail=str(self.in_days(2)))
        self.assertEqual(to_arrange.date_deadline, self.in_days(2))
        self.assertEqual(later.date_deadline, self.in_days(3))

    def test_the_message_calls_the_lead_as_its_line_does(self):
        self.lead.write({"partner_name": "Amsel GmbH", "contact_name": "Anna"})
        self.assertEqual(self.tell("reached")["message"], "Amsel GmbH: Reached")
        self.lead.partner_name = False
        self.assertEqual(self.tell("reached")["message"], "Anna: Reached")

    def test_not_reached_without_a_plan_plans_the_next_attempt(self):
        result = self.tell("not_reached")
        day = self.lead._get_next_working_day()
        self.assertEqual(self.lead.next_contact_date, day)
        self.assertIn(day.strftime("%m/%d/%Y"), result["message"])
        self.take_back(result)
        self.assertFalse(self.lead.next_contact_date)
        self.assertFalse(self.lead.activity_ids)

    def test_the_next_attempt_is_after_today(self):
        for day in (str(self.today), str(self.in_days(-1)), "soon", ""):
            with self.subTest(day), self.assertRaisesRegex(UserError, "after today"):
                self.tell("not_reached", detail=day)

    def test_an_appointment_is_what_was_to_be_arranged(self):
        call = self.plan(0)
        to_arrange = self.plan(2, "lead_energy.activity_type_appointment")
        event = self.env["calendar.event"].with_user(self.rep)
        event = event.with_context(
            default_res_model="crm.lead", default_res_id=self.lead.id
        ).create({"name": "Visit", "start": "2030-01-01", "stop": "2030-01-01 01:00"})
        self.assertEqual(event.res_id, self.lead.id)
        self.tell("appointment")
        self.assertFalse(call.active or to_arrange.active)
        self.assertEqual(self.lead.activity_ids.calendar_event_id, event)

    def test_wished_material_is_promised(self):
        call = self.plan(0)
        result = self.tell("material", "the leaflet on storage")
        self.assertFalse(call.active)
        self.assertTrue(self.lead.send_info_material)
        self.assertEqual(list(self.get_names()), ["material"])
        self.take_back(result)
        self.assertFalse(self.lead.send_info_material)
        self.assertTrue(call.active)

    def test_a_wrong_number_is_noted_and_the_lead_stays_in_the_day(self):
        call = self.plan(-1, user_id=self.rep.id)
        result = self.tell("wrong_number")
        self.assertIn("Wrong number: +49 30 23125 101", self.get_notes()[0])
        self.assertEqual(self.lead.phone, "+49 30 23125 101", "nothing goes silently")
        self.assertTrue(call.active)
        task = self.lead.activity_ids - call
        self.assertEqual(task.summary, "Find the right phone number")
        self.assertEqual((task.user_id, task.date_deadline), (self.rep, self.today))
        self.tell("wrong_number")
        self.assertEqual(self.lead.activity_ids, call | task, "one task")
        call.action_done()
        self.lead.phone = False
        self.assertEqual(self.get_names(), {"today": ["Roof"]})
        self.take_back(result)
        self.assertFalse(task.exists())

    def test_a_step_is_done_with_what_was_said(self):
        ask = self.plan(0, "mail.mail_activity_data_todo", summary="Ask")
        result = self.tell("done", "By mail", ask.id)
        self.assertEqual(result["message"], "Roof: Ask is done")
        self.assertFalse(ask.active)
        self.assertEqual(ask.feedback, "By mail")
        self.assertIn("By mail", self.get_notes()[0])
        with self.assertRaisesRegex(UserError, "not planned any more"):
            self.tell("done", "", ask.id)
        self.take_back(result)
        self.assertTrue(ask.active)

    def test_a_note_is_logged_and_does_nothing_else(self):
        call = self.plan(0)
        self.tell("note", "Secretary: <b>Meyer</b>")
        self.assertTrue(call.active)
        note = self.lead.message_ids[0]
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertIn("&lt;b&gt;Meyer", note.body)
        self.assertEqual(self.lead.lead_status_id, self.status_open)
        with self.assertRaisesRegex(UserError, "empty"):
            self.tell("note", "  ")

    def test_who_may_not_write_the_lead_tells_nothing(self):
        for outcome in ("reached", "not_reached", "note"):
            with self.subTest(outcome), self.assertRaises(AccessError):
                self.tell(outcome, "x", user=self.other_rep)
        with self.assertRaises(AccessError):
            self.lead.with_user(self.other_rep).undo_outcome({})
        self.assertFalse(self.lead.activity_ids)

    def test_a_leader_tells_it_for_a_colleague(self):
        call = self.plan(-1, user_id=self.rep.id)
        self.tell("reached", user=self.manager)
        self.assertFalse(call.active)
        self.assertEqual(self.lead.message_ids[0].author_id, self.manager.partner_id)

    def test_an_undo_leaves_what_others_did_since(self):
        call = self.plan(0)
        result = self.tell("reached")
        theirs = self.lead.with_user(self.manager).activity_schedule()
        foreign = self.create_work("Other", 1).activity_ids
        foreign_id, theirs_id = foreign.id, theirs.id
        undo = result["undo"]
        undo["planned"] += [foreign_id, theirs_id]
        undo["moved"] += [[foreign_id, str(self.in_days(-9))]]
        self.take_back(result)
        self.assertTrue(call.active)
        self.assertTrue(foreign.exists() and theirs.exists())
        self.assertEqual(foreign.date_deadline, self.in_days(1))

    def test_an_undo_does_not_move_a_status_that_a_person_chose_since(self):
        self.plan(0)
        result = self.tell("reached")
        self.lead.with_user(self.manager).lead_status_id = self.status_qualified
        with self.assertRaisesRegex(UserError, "was moved to 'Qualified'"):
            self.lead.with_user(self.rep).undo_outcome(result["undo"])

    def test_the_history_of_a_status_stands_after_a_while(self):
        self.plan(0)
        result = self.tell("reached")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_status_log SET date_from = date_from - interval '1 hour'"
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.lead.with_user(self.rep).undo_outcome(result["undo"])

    def test_an_outcome_that_is_none_is_refused(self):
        with self.assertRaisesRegex(UserError, "'sold' cannot come of a call"):
            self.tell("sold")
