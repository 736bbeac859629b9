from odoo import api, fields, models
from odoo.tools import SQL

PERCENTILES = {"days_median": 0.5, "days_p90": 0.9}


class CrmLeadStatusReport(models.Model):
    """How long leads stay in a status, and to which they pass.

    A row is a stay of a lead in a status; a stay that lasts counts until now. A
    converted lead has arrived, its stay is not shown. Median and percentile are
    computed from the stays of each group, so that they hold for any grouping.
    PERSON: the salesperson is empty unless managers switch it on.
    """

    _name = "crm.lead.status.report"
    _description = "Time in Lead Status"
    _auto = False
    _rec_name = "lead_id"
    _order = "date_from desc"

    lead_id = fields.Many2one("crm.lead", readonly=True)
    status_id = fields.Many2one("crm.lead.status", readonly=True)
    status_kind = fields.Selection(
        selection="_selection_status_kind", string="Kind of Status", readonly=True
    )
    next_status_id = fields.Many2one("crm.lead.status", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_from = fields.Datetime(string="From", readonly=True)
    date_to = fields.Datetime(string="To", readonly=True)
    is_current = fields.Boolean(string="Still There", readonly=True)
    is_over_limit = fields.Boolean(string="Over the Limit", readonly=True)
    stays = fields.Integer(readonly=True)
    days = fields.Float(string="Average Days", aggregator="avg", readonly=True)
    days_median = fields.Float(string="Median Days", aggregator="avg", readonly=True)
    days_p90 = fields.Float(
        string="90th Percentile Days", aggregator="avg", readonly=True
    )

    def _selection_status_kind(self):
        return (
            self.env["crm.lead.status"]._fields["kind"]._description_selection(self.env)
        )

    @property
    def _table_query(self):
        days = SQL(
            "EXTRACT(EPOCH FROM COALESCE(log.date_to, %s) - log.date_from) / 86400",
            self.env.cr.now(),
        )
        return SQL(
            """
            SELECT log.id, log.lead_id, log.status_id, status.kind AS status_kind,
                   log.next_status_id, lead.team_id, lead.source_id, lead.company_id,
                   %(user)s AS user_id, log.date_from, log.date_to,
                   log.date_to IS NULL AND lead.active AS is_current,
                   status.limit_days > 0 AND %(days)s >= status.limit_days
                       AS is_over_limit, 1 AS stays,
                   %(days)s AS days, %(days)s AS days_median, %(days)s AS days_p90
              FROM crm_lead_status_log log
              JOIN crm_lead_status status ON status.id = log.status_id
              JOIN crm_lead lead ON lead.id = log.lead_id
             WHERE status.kind <> 'converted'
            """,
            user=SQL("lead.user_id" if self._is_by_person() else "NULL::int"),
            days=days,
        )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        if not self._is_by_person():
            result.pop("user_id", None)
        return result

    @api.model
    def _is_by_person(self):
        return self.env["crm.lead.automation"]._is_on("report_by_person")

    def _read_group_select(self, aggregate_spec, query):
        """A median is no average of averages: it is computed from the stays."""
        field_name, _, function = aggregate_spec.partition(":")
        if field_name in PERCENTILES and function == "avg":
            return SQL(
                "percentile_cont(%s) WITHIN GROUP (ORDER BY %s)",
                PERCENTILES[field_name],
                self._field_to_sql(self._table, field_name, query),
            )
        return super()._read_group_select(aggregate_spec, query)
