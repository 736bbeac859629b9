from odoo import api, fields, models
from odoo.tools import SQL

from ..context import told
from .crm_lead_status import RESTING_KINDS


class CrmLeadStatusLog(models.Model):
    """A stay of a lead in a status: from when to when, and who put it there.

    The last row of a lead is open (no end), and each row begins when the one before
    it ended. Rows of a lead that was merged away come along with its name as their
    origin: a history of their own beside that of the lead. Rows are written by
    crm.lead alone, in one statement for all leads that change together.
    """

    _name = "crm.lead.status.log"
    _description = "Lead Status Log"
    _order = "date_from desc, id desc"
    _rec_name = "status_id"

    lead_id = fields.Many2one(
        "crm.lead", required=True, index=True, ondelete="cascade", readonly=True
    )
    status_id = fields.Many2one(
        "crm.lead.status", required=True, ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Changed by", readonly=True)
    is_system = fields.Boolean(
        string="By the System",
        readonly=True,
        help="Nobody chose this status: it follows from something that happened.",
    )
    next_status_id = fields.Many2one(
        "crm.lead.status", ondelete="restrict", readonly=True
    )
    origin = fields.Char(
        string="Merged from",
        readonly=True,
        help="The lead that this row belonged to before it was merged into this one.",
    )
    date_from = fields.Datetime(string="From", required=True, readonly=True)
    date_to = fields.Datetime(string="To", readonly=True)
    duration = fields.Float(
        string="Days",
        compute="_compute_duration",
        help="Days in this status, until now if it is the current one.",
    )

    _open_uniq = models.UniqueIndex("(lead_id) WHERE date_to IS NULL")

    @api.depends("date_from", "date_to")
    def _compute_duration(self):
        now = self.env.cr.now()
        for log in self:
            seconds = ((log.date_to or now) - log.date_from).total_seconds()
            log.duration = seconds / 86400

    @api.model
    def _log_changes(self, lead_ids, status_id, is_system):
        """Close the open rows of ``lead_ids`` and open new ones.

        :param list lead_ids: leads that changed to ``status_id`` just now
        :param bool is_system: nobody chose it, it follows from an event
        """
        now = self.env.cr.now()
        self.flush_model()
        # two statements in one round trip; the ORM would need one for each row
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead_status_log
                   SET date_to = %(now)s, next_status_id = %(status)s,
                       write_uid = %(uid)s, write_date = %(now)s
                 WHERE lead_id = ANY(%(leads)s) AND date_to IS NULL;
                INSERT INTO crm_lead_status_log
                       (lead_id, status_id, user_id, is_system, date_from,
                        create_uid, create_date, write_uid, write_date)
                SELECT lead_id, %(status)s, %(uid)s, %(system)s, %(now)s,
                       %(cause)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(leads)s) AS lead_id
                """,
                now=now,
                uid=self.env.uid,
                # whose doing it was, though the system set the status
                cause=told(self.env, "caused_by") or self.env.uid,
                leads=list(lead_ids),
                status=status_id,
                system=is_system,
            )
        )
        self._forget_cached(lead_ids)

    @api.model
    def _undo_last_changes(self, lead_ids):
        """Take back the last change of each lead, as if it had never been.

        The stay before it goes on, with all the days it had: a slip of the mouse
        is no stay, and would spoil every median.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_lead_status_log
                 WHERE lead_id = ANY(%(leads)s) AND date_to IS NULL;
                UPDATE crm_lead_status_log
                   SET date_to = NULL, next_status_id = NULL
                 WHERE id IN (
                       SELECT DISTINCT ON (lead_id) id
                         FROM crm_lead_status_log
                        WHERE lead_id = ANY(%(leads)s) AND origin IS NULL
                     ORDER BY lead_id, date_from DESC, id DESC)
                """,
                leads=list(lead_ids),
            )
        )
        self._forget_cached(lead_ids)

    @api.model
    def _forget_cached(self, lead_ids):
        """The statements above pass the cache by."""
        self.invalidate_model(flush=False)
        leads = self.env["crm.lead"].browse(lead_ids)
        leads.invalidate_recordset(["lead_status_log_ids"], flush=False)

    @api.model
    def _merge_logs(self, head, tail):
        """Give the rows of ``tail``, which is merged into ``head``, to ``head``."""
        now = self.env.cr.now()
        # one query: an assignment merges one pair of leads after another
        by_lead = self.search_fetch(
            [("lead_id", "in", tail.ids)], ["lead_id", "date_to", "origin"]
        ).grouped("lead_id")
        for lead, logs in by_lead.items():
            logs.filtered(lambda log: not log.date_to).write(
                {"date_to": now, "next_status_id": head._get_merged_log_status(lead)}
            )
            own = logs.filtered(lambda log: not log.origin)
            own.write({"origin": f"{lead.lead_number or ''} {lead.name}".strip()})
            logs.write({"lead_id": head.id})

    @api.model
    def _get_last_open_status(self, leads):
        """Return {lead id: id of the last status of an open kind in its log}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (log.lead_id) log.lead_id, log.status_id
                  FROM crm_lead_status_log log
                  JOIN crm_lead_status status ON status.id = log.status_id
                 WHERE log.lead_id = ANY(%(leads)s)
                   AND log.origin IS NULL
                   AND status.active
                   AND status.kind <> ALL(%(resting)s)
              ORDER BY log.lead_id, log.date_from DESC, log.id DESC
                """,
                leads=leads.ids,
                resting=list(RESTING_KINDS),
            )
        )
        return dict(rows)
