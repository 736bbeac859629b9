from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, format_date

from ..context import tell

# what the updating cron writes of its progress
PROGRESS_FIELDS = {
    *("update_pending", "update_last_id", "update_done", "update_total"),
    "update_date",
}
# what no watched write tells of, such as a change by SQL, is found after so long
FULL_UPDATE_EVERY = timedelta(days=7)
REVIEW_EVERY = relativedelta(years=1)


class CrmLeadScoreModel(models.Model):
    """How far the cron is that brings all leads along.

    It does so after publishing: ``update_done`` of ``update_total`` tells how far it
    is. It does so again when the last time, ``update_date``, is a week ago.
    """

    _inherit = "crm.lead.score.model"

    update_pending = fields.Boolean(readonly=True, copy=False)
    update_last_id = fields.Integer(readonly=True, copy=False)
    update_done = fields.Integer(string="Leads done", readonly=True, copy=False)
    update_total = fields.Integer(string="Leads to do", readonly=True, copy=False)
    update_date = fields.Datetime(string="All Leads Scored", readonly=True, copy=False)
    review_date = fields.Datetime(string="Last Reminder", readonly=True, copy=False)

    def action_update_leads(self):
        """Have the cron score all leads again, such as after an import into SQL."""
        self.ensure_one()
        self.check_access("write")  # the update itself goes by the superuser
        self._request_update()

    @api.model
    def _request_update(self):
        """Have the cron go through all leads, from the first one on."""
        # sudo: a change of a touchpoint type concerns the published model, too; and
        # managers may not read crons
        model = self.sudo()._get_published_model()
        leads = self._get_leads()
        tell(model, score_publishing=True).write(
            {
                "update_pending": True,
                "update_last_id": 0,
                "update_done": 0,
                "update_total": leads.search_count([("id", "!=", 0)]),
            }
        )
        cron = self.env.ref("lead_energy.cron_update_scores", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    def _is_update_due(self):
        """Return whether the last update of all leads is too long ago."""
        self.ensure_one()
        latest = fields.Datetime.now() - FULL_UPDATE_EVERY
        return not self.update_date or self.update_date <= latest

    def _set_progress(self, last_id, started):
        """Note how far the update of all leads is; it is done without ``last_id``.

        :param started: write_date and update_last_id as this run knows them
        :return: False, with nothing noted, when all was asked for anew meanwhile
        """
        vals = {
            "update_pending": False,
            "update_done": self.update_total,
            "update_date": fields.Datetime.now(),
        }
        if last_id:
            done = self._get_leads().search_count([("id", "<=", last_id)])
            vals = {"update_last_id": last_id, "update_done": done}
        self.flush_recordset(PROGRESS_FIELDS)
        write_date, update_last_id = started
        # neither tracked nor a reason to compile the model again
        statement = SQL(
            "UPDATE crm_lead_score_model SET %s"
            " WHERE id = %s AND write_date = %s AND update_last_id = %s",
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in vals.items()
            ),
            self.id,
            write_date,
            update_last_id,
        )
        try:
            self.env.cr.execute(statement, log_exceptions=False)
            is_noted = bool(self.env.cr.rowcount)
        except SerializationFailure:
            # somebody is just asking: the batch is done again with the rest
            self.env.cr.rollback()
            is_noted = False
        self.invalidate_recordset(PROGRESS_FIELDS, flush=False)
        return is_noted

    def _remind_of_review(self):
        """Plan a to-do once a year: do the points still tell won leads from lost ones?

        Who looks after the model gets it, with the figures since.
        """
        self.ensure_one()
        now = self.env.cr.now()
        since = self.review_date or self.published_date
        if not since or now < since + REVIEW_EVERY:
            return
        self.review_date = now
        user = self._get_keeper()
        localized = self.with_context(lang=user.lang)
        decided = self._get_leads().search(
            [("won_status", "!=", "pending"), ("date_closed", ">=", since)]
        )
        won = decided.filtered(lambda lead: lead.won_status == "won")
        figures = {
            "since": format_date(localized.env, since),
            "won": len(won),
            "lost": len(decided) - len(won),
            "score_won": _get_mean(won),
            "score_lost": _get_mean(decided - won),
        }
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=localized.env._("Review the score model"),
            note=localized.env._(
                "Since %(since)s %(won)s leads were won, with a score of %(score_won)s "
                "on average, and %(lost)s lost, with %(score_lost)s. The back-test "
                "shows how well the points tell them apart, and what would do better.",
                **figures,
            ),
            user_id=user.id,
        )

    def _flag_problems(self):
        """Plan a to-do for who looks after the model when rules of it are skipped."""
        self.ensure_one()
        keeper = self._get_keeper()
        # in the language of who reads it, not of the cron
        localized = self.with_context(lang=keeper.lang)
        if localized.problems and not self._is_flagged():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=localized._get_flag(),
                note=localized.problems,
                user_id=keeper.id,
            )

    def _is_flagged(self):
        """Return whether such a to-do is open, in whichever language it was written."""
        languages = self.env["res.lang"].get_installed()
        flags = {self.with_context(lang=code)._get_flag() for code, _name in languages}
        return not flags.isdisjoint(self.activity_ids.mapped("summary"))

    def _get_flag(self):
        return self.env._("Score rules are skipped")

    def _get_keeper(self):
        """Return who looks after the model: its publisher, else a sales manager.

        After the installation that is OdooBot, whose to-dos nobody sees.
        """
        self.ensure_one()
        user = self.published_uid
        if user.active and user.id != SUPERUSER_ID:
            return user
        managers = self.env.ref("sales_team.group_sale_manager")
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", managers.ids),
                ("active", "=", True),
                ("id", "!=", SUPERUSER_ID),
            ],
            order="id",
            limit=1,
        ) or self.env.ref("base.user_root")


def _get_mean(leads):
    return round(sum(leads.mapped("lead_score")) / len(leads)) if leads else 0
