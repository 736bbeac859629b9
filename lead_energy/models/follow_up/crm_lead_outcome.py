from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html

CALL_TYPE = "mail.mail_activity_data_call"
TODO_TYPE = "mail.mail_activity_data_todo"
# a notice is shown for seconds; later on, the history of the status stands
UNDO_TIME = timedelta(minutes=10)
# what may have come of a call, or of other work on a lead
OUTCOMES = (
    "reached",
    "not_reached",
    "appointment",
    "material",
    "wrong_number",
    "note",
    "done",
)


class CrmLead(models.Model):
    """What came of a call: told once, and done on the lead's activities.

    REACHED, also for an appointment or for material: the calls that are due are done,
    or a call is logged; done, they step the lead up. NOT REACHED, they move to the next
    attempt, as does an appointment to be arranged, or the attempt is planned. WRONG
    NUMBER: it is noted, and who looks after the lead has the task to find another;
    taking the number off is a step of its own.
    UNDO reopens, moves back and drops what the outcome did to activities and status.
    What was written stays in the chatter, with a line that it was taken back.
    """

    _inherit = "crm.lead"

    def record_outcome(self, outcome, note=None, detail=None):
        """Record what came of a call.

        :param str outcome: one of ``OUTCOMES``
        :param str note: what was said
        :param detail: of 'not_reached' the day of the next attempt, without it the next
            working day; of 'done' the id of the activity
        :return: dict of the ``message`` to show, and of ``undo``, to be given to
            :meth:`undo_outcome`
        :raise UserError: there is no such outcome, day or activity
        """
        self.ensure_one()
        self.check_access("write")
        if outcome not in OUTCOMES:
            raise UserError(
                self.env._(
                    "'%(outcome)s' cannot come of a call. Choose one of the list.",
                    outcome=outcome,
                )
            )
        note = note.strip() if isinstance(note, str) else ""
        steps, status = self._get_open_steps(), self._get_status_before()
        message = getattr(self, f"_record_{outcome}")(note, detail)
        return {
            "message": self.env._(
                "%(lead)s: %(message)s",
                # as the line calls it
                lead=self.partner_name or self.contact_name or self.name,
                message=message,
            ),
            "undo": self._get_outcome_undo(steps, status),
        }

    # Outcomes: each does what follows, and returns what to tell

    def _record_reached(self, note, _detail):
        return self._finish_calls(self.env._("Reached"), note)

    def _record_appointment(self, note, _detail):
        label = self._finish_calls(self.env._("Appointment made"), note)
        self._get_appointments_to_arrange().action_feedback()
        return label

    def _record_material(self, note, _detail):
        label = self._finish_calls(self.env._("Wants information material"), note)
        self.send_info_material = True
        return label

    def _record_not_reached(self, note, day):
        day = self._get_attempt_day(day)
        today = fields.Date.context_today(self)
        # an appointment is arranged by a call, too
        due = self._get_due_calls() | self._get_appointments_to_arrange().filtered(
            lambda step: step.date_deadline <= today
        )
        if due:
            due.date_deadline = day
        else:
            self.next_contact_date = day
        self._log_outcome(self.env._("Not reached"), note)
        return self.env._(
            "not reached, next attempt on %(date)s", date=format_date(self.env, day)
        )

    def _record_wrong_number(self, note, _detail):
        self._log_outcome(
            self.env._("Wrong number: %(number)s", number=self.phone or ""), note
        )
        summary = self.env._("Find the right phone number")
        if summary not in self.activity_ids.mapped("summary"):
            todo = self.env.ref(TODO_TYPE, raise_if_not_found=False)
            user = self._get_activity_user(
                todo or self.env["mail.activity.type"], self.env.user
            )
            self.activity_schedule(TODO_TYPE, summary=summary, user_id=user.id)
        return self.env._("the number is noted as wrong")

    def _record_note(self, note, _detail):
        if not note:
            raise UserError(self.env._("Write the note first: it is empty."))
        self._log_outcome(note)
        return self.env._("noted")

    def _record_done(self, note, step_id):
        step = self.activity_ids.filtered(
            lambda step: step.active and step.id == step_id
        )
        if not step:
            raise UserError(
                self.env._(
                    "What you want to mark as done on %(lead)s is not planned any "
                    "more. Reload the page.",
                    lead=self.display_name,
                )
            )
        name = step.display_name
        step.action_feedback(feedback=note or False)
        return self.env._("%(step)s is done", step=name)

    def _finish_calls(self, label, note):
        """Mark the calls that are due as done, or log that there was one."""
        feedback = f"{label}: {note}" if note else label
        due = self._get_due_calls()
        reworks = due.filtered(
            lambda step: step.activity_type_id in self._get_rework_activity_type()
        )
        # first: out of the rework the lead is open, and from there a call steps it up
        reworks.action_feedback(feedback=feedback if reworks == due else False)
        calls = due - reworks or self.activity_schedule(
            CALL_TYPE, user_id=self.env.uid, automated=False
        )
        calls.action_feedback(feedback=feedback)
        return label

    def _get_due_calls(self):
        """Return the calls of today or before; a rework is taken up by a call."""
        today = fields.Date.context_today(self)
        reworks = self._get_rework_activity_type()
        return self.activity_ids.filtered(
            lambda step: (
                step.active
                and step.date_deadline <= today
                and (
                    step.activity_category == "phonecall"
                    or step.activity_type_id in reworks
                )
            )
        )

    def _get_appointments_to_arrange(self):
        """Return what is planned to arrange one, without appointments to come."""
        planned = self._get_follow_up_activities(["arrange_appointment"])
        return planned.filtered(lambda step: not step.calendar_event_id)

    def _get_attempt_day(self, day):
        """Return the day of the next attempt as a date after today."""
        if not isinstance(day, str):
            day = self._get_next_working_day()
        try:
            day = fields.Date.to_date(day)
        except ValueError:
            day = None
        if not day or day <= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "Choose a day after today for the next attempt on %(lead)s.",
                    lead=self.display_name,
                )
            )
        return day

    def _log_outcome(self, label, note=""):
        """Log a note, which the head of the lead shows as the last touch."""
        self.message_post(
            body=plaintext2html(f"{label}: {note}" if note else label),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    # Undo

    def undo_outcome(self, undo):
        """Take back an outcome: what it did to activities and status.

        :param dict undo: as ``record_outcome`` gave it
        """
        self.ensure_one()
        self.check_access("write")
        undo = undo if isinstance(undo, dict) else {}
        steps = self.env["mail.activity"].with_context(active_test=False)
        steps = steps.search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        # first: what the fields of the lead mirror is there once
        steps.filtered(
            lambda step: (
                step.id in self._get_ids(undo.get("planned"))
                and step.create_uid == self.env.user
            )
        ).unlink()
        steps = steps.exists()
        done = steps.filtered(lambda step: step.id in self._get_ids(undo.get("done")))
        done.filtered(lambda step: not step.active).write(
            {"active": True, "feedback": False}
        )
        for step in steps.filtered("active"):
            if day := self._get_moved(undo.get("moved")).get(step.id):
                step.date_deadline = day
        self._take_back_steps_up(undo)
        self._message_log(body=self.env._("Taken back: what was told of the call."))
        return True

    @api.model
    def _get_ids(self, value):
        return {i for i in value if type(i) is int} if isinstance(value, list) else ()

    @api.model
    def _get_moved(self, value):
        """Return {id: day} of what a client sent as such."""
        moved = {}
        for item in value if isinstance(value, list) else ():
            # what cannot be a pair of both is no move
            with suppress(TypeError, ValueError):
                step_id, day = item
                moved[int(step_id)] = fields.Date.to_date(str(day))
        return moved

    def _take_back_steps_up(self, undo):
        """Let the lead be in the status that it was in before the outcome."""
        status_id = undo.get("status_id")
        if type(status_id) is not int or self.lead_status_id.id == status_id:
            return
        # sudo: only the last rows of a lead that the user may write are read
        logs = self.sudo().lead_status_log_ids.filtered(lambda log: not log.origin)
        earliest = self.env.cr.now() - UNDO_TIME
        for log, before in pairwise(logs):
            if not log.is_system or log.date_from < earliest:
                self._raise_moved_meanwhile()
            self._take_back_status(before, undo)
            if before.status_id.id == status_id:
                break

    def _get_status_before(self):
        return {**self._get_undo_values(), "status_id": self.lead_status_id.id}

    def _get_open_steps(self):
        """Return {id: day} of all that is planned, whoever plans it."""
        # sudo: what the system plans for colleagues is taken back with the rest
        steps = self.env["mail.activity"].sudo()
        steps = steps.search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        return {step.id: step.date_deadline for step in steps}

    def _get_outcome_undo(self, before, status):
        """Return what :meth:`undo_outcome` needs to know."""
        after = self._get_open_steps()
        undo = {
            "done": sorted(before.keys() - after.keys()),
            "planned": sorted(after.keys() - before.keys()),
            "moved": [
                [step_id, before[step_id]]
                for step_id in sorted(before.keys() & after.keys())
                if before[step_id] != after[step_id]
            ],
        }
        if self.lead_status_id.id != status["status_id"]:
            undo |= status
        return undo
