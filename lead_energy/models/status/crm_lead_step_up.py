from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..context import tell, told

# the activity that reminds of a lead that was put off
REWORK_TYPE = "lead_energy.mail_activity_type_rework"


class CrmLead(models.Model):
    """What happens by itself: steps up, and the return from rework.

    STEP UP: the first mail to the prospect, a call made or a meeting held takes an
    open lead to 'contacted'. Never down, and never out of a rework: a date that
    somebody set is that person's plan.
    REWORK: a lead that is put off has a date and an activity on it. On that day, or
    when the activity is done, it returns to the default open status.
    """

    _inherit = "crm.lead"

    rework_date = fields.Date(
        string="Take up again on",
        copy=False,
        help="On this day the lead returns to its open status. An activity reminds "
        "the salesperson; moving one moves the other.",
    )

    # Rework

    @contextmanager
    def _replanning_rework(self, vals):
        """Let the activity of the rework follow when ``vals`` are written inside."""
        if {"rework_date", "lead_status_id", "type"}.isdisjoint(vals):
            yield
            return
        self._check_rework_date(vals)
        planned = self.filtered("rework_date")
        yield
        self._plan_rework()
        dropped = planned.filtered(lambda lead: not lead.rework_date)
        if dropped and not told(self.env, "rework_due"):
            dropped._drop_rework_plan()

    @api.model
    def _keep_rework_date(self, vals):
        """An empty cell of a file says nothing."""
        if "import_file" in self.env.context and not vals.get("rework_date"):
            vals.pop("rework_date", None)

    @api.model
    def _get_default_rework_date(self):
        return fields.Date.add(fields.Date.context_today(self), months=1)

    def _check_rework_date(self, vals):
        """A lead that is put off, and stays so, has a day on which it returns."""
        if vals.get("rework_date", True) or vals.get("type") == "opportunity":
            return
        if undated := self.filtered(
            lambda lead: (
                lead.lead_status_kind == "rework"
                and vals.get("lead_status_id") in (None, False, lead.lead_status_id.id)
            )
        ):
            raise UserError(
                self.env._(
                    "%(name)s is put off and needs the day on which it is taken up "
                    "again. Choose a day, or another status.",
                    name=undated[0].display_name,
                )
            )

    @api.model
    def _get_rework_activity_type(self):
        return (
            self.env.ref(REWORK_TYPE, raise_if_not_found=False)
            or self.env["mail.activity.type"]
        )

    def _get_rework_activities(self):
        # cached, unlike the record
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(REWORK_TYPE)
        # sudo: the plan may be assigned to somebody else
        activities = self.env["mail.activity"].sudo()
        # without the type there is no plan, and none is what has no type
        if not type_id:
            return activities
        return activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", type_id),
            ]
        )

    def _plan_rework(self):
        """Move the activity of the rework to its date, or plan it."""
        leads = self.filtered("rework_date")
        activity_type = leads and self._get_rework_activity_type()
        if not activity_type:
            return
        planned = leads._get_rework_activities().grouped("res_id")
        vals_list = []
        for lead in leads:
            if activities := planned.get(lead.id):
                activities.filtered(
                    lambda activity, lead=lead: (
                        activity.date_deadline != lead.rework_date
                    )
                ).write({"date_deadline": lead.rework_date})
            else:
                user = lead._get_activity_user(activity_type, self.env.user)
                vals_list.append(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": lead.id,
                        "activity_type_id": activity_type.id,
                        "summary": self._get_summary(activity_type, user),
                        "date_deadline": lead.rework_date,
                        "user_id": user.id,
                    }
                )
        self.env["mail.activity"].create(vals_list)

    def _drop_rework_plan(self):
        """A lead that left the rework before its date needs no reminder."""
        self._get_rework_activities().unlink()

    def _return_from_rework(self):
        """Take leads up again; the activity stays as the reminder to do so."""
        leads = self.filtered(lambda lead: lead.lead_status_kind == "rework")
        tell(leads, rework_due=True, caused_by=self.env.uid)._step_to("open")

    def _filter_rework_due(self):
        """The day begins where the salesperson is."""
        return self.filtered(
            lambda lead: (
                lead.rework_date
                <= fields.Date.context_today(lead.with_context(tz=lead.user_id.tz))
            )
        )

    def _merge_dependences(self, opportunities):
        if (self | opportunities)._get_merged_status().kind != "rework":
            # the reminders of what is not put off any more
            opportunities.filtered(
                lambda lead: lead.lead_status_kind == "rework"
            )._drop_rework_plan()
        return super()._merge_dependences(opportunities)

    # Steps up

    def _step_up(self, code):
        """Take open leads to 'contacted', if the automation ``code`` is on."""
        leads = self.filtered(
            lambda lead: lead.type == "lead" and lead.lead_status_kind == "open"
        )
        if leads and self.env["crm.lead.automation"]._is_on(code):
            tell(leads, caused_by=self.env.uid)._step_to("contacted")

    def _step_to(self, kind):
        status = self.env["crm.lead.status"]._get_default(kind)
        if self and status:
            # superuser: the system does it, and it shows as done by the system, not
            # by who wrote a mail or did an activity
            self.with_user(SUPERUSER_ID).write({"lead_status_id": status.id})

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self.lead_status_kind == "open" and self._is_mail_to_prospect(message):
            self._step_up("step_mail")
        return result

    def _is_mail_to_prospect(self, message):
        """Return whether a user of ours wrote to somebody outside."""
        # sudo: a rep may not read every partner that a message names
        message = message.sudo()
        if message.message_type not in ("comment", "email_outgoing"):
            return False
        if message.is_internal or not message.subtype_id or message.subtype_id.internal:
            return False
        if not message.author_id or message.author_id.partner_share:
            return False
        recipients = message.partner_ids | self.sudo().message_partner_ids
        return bool(message.outgoing_email_to) or any(
            recipients.mapped("partner_share")
        )

    def _message_mail_after_hook(self, mails):
        result = super()._message_mail_after_hook(mails)
        reached = self._filter_personal_mails(mails).mapped("res_id")
        self.filtered(lambda lead: lead.id in reached)._step_up("step_mail")
        return result

    @api.model
    def _filter_personal_mails(self, mails):
        """Return the mails that count as contact; a mailing to many does not."""
        return mails.filtered(lambda mail: mail.state != "cancel")

    @api.model
    def _search_met(self):
        """Return the open leads that had a meeting since they are open.

        It counts if who planned it may write the lead: a meeting can be put on any.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT event.create_uid, array_agg(DISTINCT lead.id)
                  FROM calendar_event event
                 CROSS JOIN unnest(ARRAY[
                           event.opportunity_id,
                           CASE WHEN event.res_model = 'crm.lead'
                                THEN event.res_id END]) AS target (id)
                  JOIN crm_lead lead ON lead.id = target.id
                 WHERE lead.type = 'lead'
                   AND lead.lead_status_kind = 'open'
                   AND lead.active
                   AND event.active
                   AND event.stop <= %(now)s
                   AND event.stop > lead.lead_status_date
              GROUP BY event.create_uid
                """,
                now=self.env.cr.now(),
                to_flush=(
                    self._fields["lead_status_kind"],
                    self._fields["lead_status_date"],
                    self.env["calendar.event"]._fields["stop"],
                ),
            )
        )
        met = self.browse()
        for user_id, lead_ids in rows:
            leads = self.browse(lead_ids).with_user(user_id or SUPERUSER_ID)
            met |= leads._filtered_access("write").with_env(self.env)
        return met

    # Cron

    @api.model
    def _cron_life_cycle(self, batch_size=500):
        """Return leads whose rework is due, and step up those that had a meeting."""
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        due = self.search(
            [("lead_status_kind", "=", "rework"), ("rework_date", "<=", tomorrow)]
        )._filter_rework_due()
        self._run_in_batches(due, batch_size, lambda leads: leads._return_from_rework())
        if self.env["crm.lead.automation"]._is_on("step_meeting"):
            self._run_in_batches(
                self._search_met(),
                batch_size,
                lambda leads: leads._step_up("step_meeting"),
            )

    @api.model
    def _run_in_batches(self, leads, batch_size, method):
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(leads))
        for offset in range(0, len(leads), batch_size):
            batch = leads[offset : offset + batch_size].exists()
            method(batch)
            if not progress(len(batch)):
                break
