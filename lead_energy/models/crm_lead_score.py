import logging

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from .. import score_compiler
from .crm_lead_score_model import WATCHED_PATHS

_logger = logging.getLogger(__name__)

BATCH_SIZE = 2000


class CrmLead(models.Model):
    """The score of a lead: computed live, and for many leads by one statement.

    Both ways run the SELECT of the compiler, so that they cannot disagree.
    """

    _inherit = "crm.lead"

    lead_score = fields.Integer(
        string="Score",
        compute="_compute_lead_score",
        store=True,
        copy=False,
        aggregator="avg",
        help="0 to 100: what the lead promises, by the published score model.",
    )
    lead_fit_score = fields.Float(
        string="Fit", compute="_compute_lead_score", store=True, copy=False
    )
    lead_engagement_score = fields.Float(
        string="Engagement", compute="_compute_lead_score", store=True, copy=False
    )
    lead_score_excluded = fields.Boolean(
        string="Excluded from Scoring",
        compute="_compute_lead_score",
        store=True,
        copy=False,
    )
    lead_score_lines = fields.Json(
        compute="_compute_lead_score", store=True, copy=False
    )
    lead_temperature = fields.Selection(
        [("cold", "Cold"), ("warm", "Warm"), ("hot", "Hot")],
        string="Temperature",
        compute="_compute_lead_temperature",
        store=True,
        copy=False,
    )
    lead_score_explanation = fields.Text(
        string="Explanation of the Score", compute="_compute_lead_score_explanation"
    )

    @api.depends(lambda self: self._get_score_paths())
    def _compute_lead_score(self):
        score_model = self.env["crm.lead.score.model"]
        spec = score_model._get_published()[0]
        ids = [lead.id for lead in self if isinstance(lead.id, int)]
        rows = {}
        if ids:
            select = score_compiler.compile_select(score_model._get_leads(), spec, ids)
            rows = {
                lead_id: values
                for lead_id, *values in score_model.env.execute_query(select)
            }
        for lead in self:
            values = rows.get(lead.id) or score_compiler.preview(lead, spec)
            (
                lead.lead_score_excluded,
                lead.lead_fit_score,
                lead.lead_engagement_score,
                lead.lead_score,
                lead.lead_score_lines,
            ) = values

    @api.depends("lead_score")
    def _compute_lead_temperature(self):
        _spec, warm_from, hot_from = self.env["crm.lead.score.model"]._get_published()
        for lead in self:
            lead.lead_temperature = self._get_temperature(
                lead.lead_score, warm_from, hot_from
            )

    @api.depends("lead_score_lines")
    @api.depends_context("lang")
    def _compute_lead_score_explanation(self):
        for lead in self:
            texts = [
                f"{label}: {points:+g}" for label, points in lead._get_score_texts()
            ]
            lead.lead_score_explanation = "\n".join(texts)

    @api.model
    def _get_temperature(self, score, warm_from, hot_from):
        if score >= hot_from:
            return "hot"
        return "warm" if score >= warm_from else "cold"

    def _get_score_texts(self):
        """Return pairs of label, in the reader's language, and points."""
        self.ensure_one()
        lines = self.lead_score_lines or []
        # sudo: who may read the lead may read why it has its score
        rules = self.env["crm.lead.score.rule"].sudo()
        criteria = self.env["crm.lead.score.criterion"].sudo()
        rule_by_id = {
            rule.id: rule
            for rule in rules.browse(
                {line["rule"] for line in lines if "rule" in line}
            ).exists()
        }
        criterion_by_id = {
            criterion.id: criterion
            for criterion in criteria.browse(
                {line["criterion"] for line in lines if "criterion" in line}
            ).exists()
        }
        return [
            (
                self._get_score_line_label(
                    line,
                    rule_by_id.get(line.get("rule"), rules),
                    criterion_by_id.get(line.get("criterion"), criteria),
                ),
                line["points"],
            )
            for line in lines
        ]

    def _get_score_line_label(self, line, rule, criterion):
        kind = line.get("kind")
        if kind == "cap":
            if criterion:
                return self.env._("Bounds of %(criterion)s", criterion=criterion.name)
            return self.env._("Bounds of the score (0 to 100)")
        if kind == "rounding":
            return self.env._("Rounding")
        if kind == "exclusion":
            return self.env._("Excluded: %(rule)s", rule=rule.display_name or "")
        return f"{criterion.name or ''}: {rule.display_name or ''}"

    @api.model
    def _get_score_paths(self):
        """Return the field paths that the published model watches, dead ones dropped.

        Read from a parameter: rules cannot be read while the registry is set up. A
        path is cut where it leaves the stored fields that can be watched.
        """
        # sudo: the registry is set up for every user
        value = self.env["ir.config_parameter"].sudo().get_param(WATCHED_PATHS) or ""
        paths = {self._cut_score_path(path) for path in value.split(",") if path}
        return sorted(path for path in paths if path)

    @api.model
    def _cut_score_path(self, path):
        model, names = self, []
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None:
                break
            names.append(name)
            if not field.relational:
                break
            model = self.env[field.comodel_name]
        return ".".join(names)

    # ------------------------------------------------------------- many at once
    @api.model
    def _update_scores(self, ids=None):
        """Bring the scores of leads up to date in one statement; changed rows only.

        :param ids: ids of crm.lead; all leads if None
        :return: ids of the leads whose score changed
        """
        score_model = self.env["crm.lead.score.model"]
        spec, warm_from, hot_from = score_model._get_published()
        leads = score_model._get_leads()
        rows = leads.env.execute_query(
            SQL(
                """
                WITH new AS MATERIALIZED (%s)
                UPDATE crm_lead SET
                    lead_score = new.score,
                    lead_fit_score = new.fit,
                    lead_engagement_score = new.engagement,
                    lead_score_excluded = new.excluded,
                    lead_score_lines = new.lines
                  FROM new
                 WHERE crm_lead.id = new.id
                   AND (crm_lead.lead_score IS DISTINCT FROM new.score
                     OR crm_lead.lead_score_excluded IS DISTINCT FROM new.excluded
                     OR crm_lead.lead_score_lines IS DISTINCT FROM new.lines)
             RETURNING crm_lead.id
                """,
                score_compiler.compile_select(leads, spec, ids),
            )
        )
        changed = [lead_id for (lead_id,) in rows]
        leads.browse(changed).invalidate_recordset(
            [
                "lead_score",
                "lead_fit_score",
                "lead_engagement_score",
                "lead_score_excluded",
                "lead_score_lines",
            ],
            flush=False,
        )
        self._update_temperatures(ids, warm_from, hot_from)
        return changed

    @api.model
    def _update_temperatures(self, ids, warm_from, hot_from):
        """Write the temperature by the ORM, where it changed: people react to it."""
        leads = self.env["crm.lead.score.model"]._get_leads()
        rows = leads.env.execute_query(
            SQL(
                """
                SELECT temperature, array_agg(id) FROM (
                    SELECT id, lead_temperature,
                           CASE WHEN lead_score >= %s THEN 'hot'
                                WHEN lead_score >= %s THEN 'warm'
                                ELSE 'cold' END AS temperature
                      FROM crm_lead
                     WHERE %s
                ) leads
                 WHERE lead_temperature IS DISTINCT FROM temperature
              GROUP BY temperature
                """,
                hot_from,
                warm_from,
                SQL("TRUE") if ids is None else SQL("id = ANY(%s)", list(ids)),
            )
        )
        for temperature, lead_ids in rows:
            leads.browse(lead_ids).write({"lead_temperature": temperature})

    @api.model
    def _cron_update_scores(self):
        """Bring all scores up to date, in short transactions beside working reps.

        Each batch starts with a fresh snapshot, leaves out the rows that somebody is
        writing now, and is left to the next run when it collides all the same.
        """
        leads = self.env["crm.lead.score.model"]._get_leads()
        cron = self.env["ir.cron"]
        last_id, remaining = 0, leads.search_count([("id", "!=", 0)])
        cron._commit_progress(remaining=remaining)
        while remaining > 0:
            ids = leads.search([("id", ">", last_id)], order="id", limit=BATCH_SIZE).ids
            if not ids:
                break
            last_id = ids[-1]
            try:
                self._update_scores(self._lock_for_scores(ids))
                self.env.flush_all()
            except (LockNotAvailable, SerializationFailure):
                self.env.cr.rollback()
                _logger.info(
                    "Scores of leads up to %s are left to the next run.", last_id
                )
            remaining -= len(ids)
            if not cron._commit_progress(len(ids), remaining=max(remaining, 0)):
                break

    @api.model
    def _lock_for_scores(self, ids):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lead WHERE id = ANY(%s) ORDER BY id"
                " FOR NO KEY UPDATE SKIP LOCKED",
                ids,
            )
        )
        return [lead_id for (lead_id,) in rows]
