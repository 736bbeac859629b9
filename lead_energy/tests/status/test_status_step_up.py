# what a test writes is not shown to anybody
# pylint: disable=translation-required
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestStatusStepUp(LeadEnergyCommon):
    """What happens steps a status up, never down, and shows as the system's doing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prospect = cls.env["res.partner"].create(
            {"name": "Anna Amsel", "email": "anna@amsel.example"}
        )

    def _mail(self, lead):
        lead.with_user(self.rep).message_post(
            body="Our offer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.prospect.ids,
        )

    def _mass_mail(self, lead):
        composer = self.env["mail.compose.message"].with_user(self.rep)
        composer.with_context(
            active_model="crm.lead",
            active_ids=lead.ids,
            default_composition_mode="mass_mail",
            default_model="crm.lead",
            default_res_ids=lead.ids,
        ).create({"subject": "Hello", "body": "Hello"})._action_send_mail()

    def _call(self, lead):
        self._do(lead, "mail.mail_activity_data_call")

    def _meet(self, lead):
        self._do(lead, "mail.mail_activity_data_meeting")

    def _do(self, lead, activity_type):
        lead.with_user(self.rep).activity_schedule(
            activity_type, user_id=self.rep.id
        ).action_feedback()

    def _events(self):
        return {
            self._mail: "step_mail",
            self._mass_mail: "step_mail",
            self._call: "step_call",
            self._meet: "step_meeting",
            self._hold_meeting: "step_meeting",
        }

    def _hold_meeting(self, lead):
        now = fields.Datetime.now()
        self.env["calendar.event"].with_user(self.rep).create(
            {
                "name": "On the roof",
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": lead.id,
                "start": now + timedelta(hours=1),
                "stop": now + timedelta(hours=2),
            }
        )
        self._run_cron(now + timedelta(minutes=30))
        self.assertNotEqual(lead.lead_status_id, self.status_contacted, "not yet held")
        self._run_cron(now + timedelta(hours=3))

    def _run_cron(self, moment):
        self.env.flush_all()
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("lead_energy.cron_life_cycle").method_direct_trigger()
        self.env.invalidate_all()

    def _create_lead(self, status=None):
        lead = self.create_lead(email_from="anna@amsel.example")
        if status:
            lead.lead_status_id = status
        return lead

    def test_each_event_steps_up_as_the_system(self):
        for event in self._events():
            with self.subTest(event=event.__name__):
                lead = self._create_lead()
                event(lead)
                self.assertEqual(lead.lead_status_id, self.status_contacted)
                log = lead.lead_status_log_ids[0]
                self.assertTrue(log.is_system)
                self.assertEqual(log.user_id, self.env.ref("base.user_root"))

    def test_no_event_steps_down_or_out_of_a_plan(self):
        for event in self._events():
            for status in (
                self.status_qualified,
                self.status_rework,
                self.status_closed,
            ):
                with self.subTest(event=event.__name__, status=status.name):
                    lead = self._create_lead(status)
                    event(lead)
                    self.assertEqual(lead.lead_status_id, status)

    def test_each_event_can_be_switched_off(self):
        for event, code in self._events().items():
            with self.subTest(event=event.__name__):
                switch = self.env.ref(f"lead_energy.automation_{code}")
                switch.with_user(self.manager).is_on = False
                lead = self._create_lead()
                if event == self._hold_meeting:
                    self._run_cron(fields.Datetime.now() + timedelta(hours=3))
                else:
                    event(lead)
                self.assertEqual(lead.lead_status_id, self.status_open)

    def test_what_is_no_mail_to_the_prospect_changes_nothing(self):
        lead = self._create_lead()
        lead = lead.with_user(self.rep)
        lead.message_post(body="A note", subtype_xmlid="mail.mt_note")
        lead.message_post(
            body="To a colleague",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.other_rep.partner_id.ids,
        )
        lead.message_post(
            body="About the prospect, whom it names",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.prospect.ids,
            is_internal=True,
        )
        lead.sudo().message_post(
            body="From the prospect",
            message_type="email",
            author_id=self.prospect.id,
            subtype_xmlid="mail.mt_comment",
        )
        self._do(lead, "mail.mail_activity_data_todo")
        self.assertEqual(lead.lead_status_id, self.status_open)

    def _create_foreign_lead(self, status=None):
        lead = self.create_lead(self.other_rep, email_from="anna@amsel.example")
        if status:
            lead.lead_status_id = status
        with self.assertRaises(AccessError):
            lead.with_user(self.rep).check_access("read")
        return lead

    def test_an_activity_cannot_be_moved_to_a_lead_of_somebody_else(self):
        call = self.env.ref("mail.mail_activity_data_call")
        lead = self._create_lead()
        partner = self.prospect.with_user(self.rep)
        for document in (lead, partner):
            for status in (self.status_open, self.status_rework):
                foreign = self._create_foreign_lead(status)
                activity = document.with_user(self.rep).activity_schedule(
                    activity_type_id=call.id, user_id=self.rep.id
                )
                target = {
                    "res_id": foreign.id,
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                }
                with (
                    self.subTest(document=document, status=status.name),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    activity.write(target)
                self.env.invalidate_all()
                self.assertEqual(foreign.lead_status_id, status)
                self.assertNotIn(activity, foreign.activity_ids)

    def test_an_activity_moves_to_another_lead_of_ones_own(self):
        lead, other = self._create_lead(), self._create_lead()
        activity = lead.with_user(self.rep).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.rep.id
        )
        activity.res_id = other.id
        activity.action_feedback()
        self.assertEqual(other.lead_status_id, self.status_contacted)
        self.assertEqual(lead.lead_status_id, self.status_open)

    def test_who_was_given_an_activity_does_it_without_access(self):
        lead = self._create_foreign_lead()
        activity = lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.rep.id
        )
        activity.with_user(self.rep).action_feedback()
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    def test_a_meeting_put_on_the_lead_of_somebody_else_does_not_count(self):
        now = fields.Datetime.now()
        for target in ("opportunity_id", "res_id"):
            lead = self._create_foreign_lead()
            event = {"name": "Forged", "start": now, "stop": now + timedelta(hours=1)}
            if target == "res_id":
                event["res_model_id"] = self.env["ir.model"]._get_id("crm.lead")
            event = self.env["calendar.event"].with_user(self.rep).create(event)
            event.write({target: lead.id})
            self._run_cron(now + timedelta(hours=3))
            self.assertEqual(lead.lead_status_id, self.status_open, target)

    def test_a_meeting_from_before_the_lead_was_open_does_not_count(self):
        now = fields.Datetime.now()
        lead = self._create_lead()
        meeting = self.env["calendar.event"].with_user(self.rep)
        meeting = meeting.create(
            {
                "name": "Before",
                "opportunity_id": lead.id,
                "start": now - timedelta(hours=2),
                "stop": now - timedelta(hours=1),
            }
        )
        self._run_cron(now + timedelta(hours=1))
        self.assertEqual(lead.lead_status_id, self.status_open)
        # the same, of a lead that has been open for longer
        lead.sudo().lead_status_date = now - timedelta(hours=3)
        self._run_cron(now + timedelta(hours=1))
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    def test_the_composer_of_the_form_steps_up(self):
        lead = self._create_lead().with_user(self.rep)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.rep)
            .with_context(
                default_model="crm.lead",
                default_res_ids=lead.ids,
                default_composition_mode="comment",
                default_subtype_id=self.env.ref("mail.mt_comment").id,
            )
        )
        with Form(composer) as form:
            form.body = "<p>Our offer</p>"
            form.subject = "Offer"
            form.partner_ids.add(self.prospect)
        form.record._action_send_mail()
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    # Rework

    def test_a_lead_that_is_put_off_has_a_day_on_every_path(self):
        rework, month = (
            self.status_rework.id,
            fields.Date.add(fields.Date.today(), months=1),
        )
        leads = self.create_lead() | self.create_lead(lead_status_id=rework)
        leads.with_user(self.rep).lead_status_id = rework  # as a list edit does
        for lead in leads:
            self.assertAlmostEqual(lead.rework_date, month, delta=timedelta(1))
            plan = lead._get_rework_activities()
            self.assertEqual(plan.date_deadline, lead.rework_date)
        with self.assertRaisesRegex(UserError, "taken up again"):
            leads[0].rework_date = False
        for vals in (
            {"lead_status_id": rework},
            {"lead_status_id": str(rework)},
            {"type": "lead"},
        ):
            with self.subTest(vals):
                with self.assertRaisesRegex(UserError, "taken up again"):
                    leads.write({**vals, "rework_date": False})
                # an empty cell says nothing
                importing = leads.with_context(import_file=True)
                importing.write({"type": "lead", **vals, "rework_date": False})
                for lead in leads:
                    self.assertAlmostEqual(lead.rework_date, month, delta=timedelta(1))
        leads.write({"lead_status_id": self.status_open.id, "rework_date": False})
        self.assertEqual(leads.mapped("rework_date"), [False, False])

    def test_an_empty_day_with_another_status_of_rework_is_in_a_month(self):
        later = self.status_rework.copy({"name": "Next year", "is_default": False})
        lead = self.create_lead(
            lead_status_id=self.status_rework.id, rework_date="2035-01-01"
        )
        lead.write({"lead_status_id": later.id, "rework_date": False})
        month = fields.Date.add(fields.Date.today(), months=1)
        self.assertAlmostEqual(lead.rework_date, month, delta=timedelta(1))

    def test_a_lead_that_was_put_off_and_lost_comes_back_open(self):
        lead = self.create_lead(lead_status_id=self.status_rework.id)
        lead.action_set_lost()
        lead.action_unarchive()
        self.assertEqual(lead.lead_status_id, self.status_open)
        self.assertFalse(lead.rework_date)

    def test_a_merge_keeps_the_first_day(self):
        head = self.create_lead(priority="3")
        for day in ("2035-02-01", "2035-01-01"):
            head |= self.create_lead(
                lead_status_id=self.status_rework.id, rework_date=day
            )
        merged = head.with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.lead_status_id, self.status_rework)
        self.assertEqual(merged.rework_date, date(2035, 1, 1))
