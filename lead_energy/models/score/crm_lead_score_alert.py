from odoo import api, fields, models
from odoo.tools import SQL

from ..context import told
from .crm_lead_qualification import QUALIFICATIONS

THRESHOLDS = [("mql", "MQL"), ("sql", "SQL"), ("hot", "Hot")]
BATCH_SIZE = 50


class CrmLeadScoreAlert(models.Model):
    """A lead that crossed a threshold upwards, and whether somebody was told.

    The database itself keeps it to one a day for a lead and a threshold. Written with
    the change, sent by a cron right after it: who saves a lead does not wait for mail.
    """

    _name = "crm.lead.score.alert"
    _description = "Score Alert"
    _order = "id"
    _log_access = False

    lead_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", readonly=True
    )
    threshold = fields.Selection(THRESHOLDS, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    is_sent = fields.Boolean(readonly=True)

    _once_a_day = models.UniqueIndex("(lead_id, threshold, day)")
    _waiting = models.Index("(id) WHERE is_sent IS NOT TRUE")

    @api.model
    def _insert_alerts(self, names):
        """Return the INSERT for leads that rise, as part of the writing statement.

        :param names: columns that are written: lead_temperature, qualification
        """
        if told(self.env, "score_quiet"):
            return SQL("alert AS (SELECT NULL::int4 AS id LIMIT 0)")
        ranks = [value for value, _label in QUALIFICATIONS]
        risen = []
        if "lead_temperature" in names:
            risen.append(
                SQL(
                    "SELECT id, 'hot' AS threshold FROM old JOIN new USING (id)"
                    " WHERE new.lead_temperature = 'hot'"
                    " AND old.lead_temperature IS DISTINCT FROM 'hot'"
                )
            )
        if "qualification" in names:
            risen.append(
                SQL(
                    "SELECT id, new.qualification AS threshold"
                    " FROM old JOIN new USING (id)"
                    " WHERE new.qualification IN ('mql', 'sql')"
                    # who chooses it by hand knows
                    " AND old.qualification_is_manual IS NOT TRUE"
                    " AND array_position(%(ranks)s, new.qualification) >"
                    " COALESCE(array_position(%(ranks)s, old.qualification), 0)",
                    ranks=SQL("%s::varchar[]", ranks),
                )
            )
        return SQL(
            """alert AS (
                INSERT INTO crm_lead_score_alert (lead_id, threshold, day)
                SELECT id, threshold, %s FROM (%s) risen
                ON CONFLICT DO NOTHING
                RETURNING id
            )""",
            fields.Date.context_today(self.env["crm.lead.score.model"]._get_leads()),
            SQL(" UNION ALL ").join(risen),
        )

    @api.model
    def _send_soon(self):
        """Start the cron when the transaction is through."""
        precommit = self.env.cr.precommit
        if "lead_energy.score_alerts" not in precommit.data:
            precommit.data["lead_energy.score_alerts"] = True
            # sudo: reps may not read crons
            cron = self.env.ref("lead_energy.cron_send_score_alerts").sudo()
            precommit.add(cron._trigger)

    @api.model
    def _cron_send(self):
        """Tell the salespersons, a few leads at a time."""
        waiting = [("is_sent", "=", False)]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(waiting))
        while alerts := self.search(waiting, limit=BATCH_SIZE):
            # one message tells of all that a lead has reached
            domain = [*waiting, ("lead_id", "in", alerts.lead_id.ids)]
            alerts = self.search(domain).try_lock_for_update()
            alerts._send()
            alerts.is_sent = True
            if not alerts or not cron._commit_progress(len(alerts)):
                break

    def _send(self):
        """Tell the salesperson of each lead, or the team leader where none is active.

        A lead that becomes marketing-qualified by its score moves its company, too:
        the score is written past the ORM, so this goes with the alert. A score that a
        new model changes alerts nobody, and moves no company.
        """
        for lead, alerts in self.grouped("lead_id").items():
            user = (lead.user_id | lead.team_id.user_id).filtered("active")[:1]
            if not user or not lead.active or lead.won_status != "pending":
                continue
            localized = alerts.with_context(lang=user.lang)
            reached = [
                label
                for value, label in localized._fields[
                    "threshold"
                ]._description_selection(localized.env)
                if value in alerts.mapped("threshold")
            ]
            lead.message_notify(
                partner_ids=user.partner_id.ids,
                # the system tells, so that also who caused it hears of it
                author_id=self.env.ref("base.partner_root").id,
                subject=localized.env._(
                    "%(lead)s has reached %(threshold)s",
                    lead=lead.display_name,
                    threshold=", ".join(reached),
                ),
                body=localized.env._(
                    "%(lead)s has reached %(threshold)s with a score of %(score)s.",
                    lead=lead.display_name,
                    threshold=", ".join(reached),
                    score=lead.lead_score,
                ),
                email_layout_xmlid="mail.mail_notification_layout",
                model_description=localized.env._("Lead"),
            )
        qualified = self.filtered(lambda alert: alert.threshold in ("mql", "sql"))
        qualified.lead_id._automate_qualification()
