from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..models.score.crm_lead_qualification import (
    QUALIFICATIONS,
    TEMPERATURES,
)
from ..models.status.crm_lead_status import CONTACT_KINDS
from ..tools.score import statements

BANDS = 10


class CrmLeadScoreReview(models.TransientModel):
    """What a score model would change, before it is published.

    All figures, those of the back-test and of the suggestions too, are over the leads
    that the user may read; the screen says so.
    """

    _name = "crm.lead.score.review"
    _description = "Review of a Score Model"

    model_id = fields.Many2one(
        "crm.lead.score.model", required=True, ondelete="cascade", readonly=True
    )
    model_state = fields.Selection(related="model_id.state")
    lead_ids = fields.One2many(
        "crm.lead.score.review.lead", "review_id", string="Leads that change"
    )
    lead_count = fields.Integer(readonly=True)
    change_count = fields.Integer(compute="_compute_change_count")
    bands = fields.Json(readonly=True)
    impact = fields.Html(compute="_compute_impact", sanitize=False)
    back_test = fields.Html(compute="_compute_back_test", sanitize=False)
    suggestions = fields.Html(compute="_compute_suggestions", sanitize=False)
    trial_lead_id = fields.Many2one("crm.lead", string="Try on Lead")
    trial = fields.Html(compute="_compute_trial", sanitize=False)

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        for review in reviews:
            review._find_changes()
        return reviews

    @api.depends("lead_ids")
    def _compute_change_count(self):
        groups = self.env["crm.lead.score.review.lead"]._read_group(
            [("review_id", "in", self.ids)], ["review_id"], ["__count"]
        )
        counts = {review.id: count for review, count in groups}
        for review in self:
            review.change_count = counts.get(review._origin.id, 0)

    @api.depends("lead_ids", "bands")
    @api.depends_context("lang")
    def _compute_impact(self):
        for review in self:
            most = max([1, *(n for band in review.bands or [] for n in band)])
            review.impact = self.env["ir.qweb"]._render(
                "lead_energy.crm_lead_score_impact",
                {
                    "review": review,
                    "moves": review._get_moves(),
                    "bands": [
                        {
                            "label": f"{n * 10} … {100 if n == 9 else n * 10 + 9}",
                            "before": before,
                            "after": after,
                            "before_share": round(100 * before / most),
                            "after_share": round(100 * after / most),
                        }
                        for n, (before, after) in enumerate(review.bands or [])
                    ],
                },
            )

    @api.depends("model_id")
    @api.depends_context("lang")
    def _compute_back_test(self):
        for review in self:
            published = self.env["crm.lead.score.model"]._get_published_model()
            compared = review.model_id | published
            review.back_test = self.env["ir.qweb"]._render(
                "lead_energy.crm_lead_score_back_test",
                {
                    "tests": [(model, model._get_back_test()) for model in compared],
                    "percent": _percent,
                    "decimal": self._format_decimal,
                },
            )

    @api.depends("model_id")
    @api.depends_context("lang")
    def _compute_suggestions(self):
        for review in self:
            found = review.model_id._get_suggestions()
            rules = sorted(
                found.get("rules", []), key=lambda r: -abs(r["suggested"] - r["points"])
            )
            review.suggestions = self.env["ir.qweb"]._render(
                "lead_energy.crm_lead_score_suggestions",
                {
                    "found": found,
                    "rules": rules,
                    "percent": _percent,
                    "decimal": self._format_decimal,
                },
            )

    @api.depends("model_id", "trial_lead_id")
    @api.depends_context("lang")
    def _compute_trial(self):
        """Show the score of one lead today and by this model, line by line."""
        for review in self:
            lead = review.trial_lead_id
            if not lead:
                review.trial = False
                continue
            # the score itself is computed past the rules of who asks
            lead.check_access("read")
            score, lines = review.model_id._origin._try_on(lead._origin)
            labels = lead._get_score_labels()
            review.trial = self.env["ir.qweb"]._render(
                "lead_energy.crm_lead_score_trial",
                {
                    "labels": labels,
                    "columns": [
                        (lead.lead_score, lead.lead_score_lines or []),
                        (score, lines),
                    ],
                },
            )

    def _format_decimal(self, value, digits):
        """Return a number as the reader's language writes it."""
        return "–" if value is None else formatLang(self.env, value, digits=digits)

    def action_publish(self):
        """Publish the model; nobody is told of what changes by it."""
        self.model_id.action_publish()
        return {"type": "ir.actions.act_window_close"}

    def action_open_leads(self):
        """Open the list of the leads that change."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leads that change"),
            "res_model": "crm.lead.score.review.lead",
            "view_mode": "list",
            "domain": [("review_id", "=", self.id)],
        }

    def _get_moves(self):
        """Return (what, before, after, number of leads), in the reader's language."""
        moves = []
        for name in ("temperature", "qualification"):
            line = self.env["crm.lead.score.review.lead"]
            field = line._fields[f"{name}_before"]
            labels = dict(field._description_selection(self.env))
            groups = line._read_group(
                [("review_id", "in", self.ids)],
                [f"{name}_before", f"{name}_after"],
                ["__count"],
            )
            moves += [
                (name, labels.get(before, ""), labels.get(after, ""), count)
                for before, after, count in groups
                if before != after
            ]
        return moves

    def _find_changes(self):
        """Score all leads by the model, and keep those whose grades change."""
        self.ensure_one()
        published = self.model_id._get_published_values()
        leads = self.env["crm.lead.score.model"]._get_leads()
        readable = self.env["crm.lead"].with_context(active_test=False)._search([])
        # compiling so long a statement to machine code takes longer than running it
        self.env.cr.execute("SET LOCAL jit = off")
        rows = leads.env.execute_query(
            SQL(
                """
                WITH new AS MATERIALIZED (%(select)s),
                lead AS MATERIALIZED (
                    SELECT crm_lead.id, COALESCE(crm_lead.lead_score, 0) AS before,
                           new.score AS after,
                           crm_lead.lead_temperature AS temperature_before,
                           %(temperature)s AS temperature_after,
                           crm_lead.qualification AS qualification_before,
                           CASE WHEN crm_lead.qualification_is_manual
                                THEN crm_lead.qualification
                                ELSE %(qualification)s END AS qualification_after
                      FROM crm_lead JOIN new ON new.id = crm_lead.id
                     WHERE crm_lead.id IN %(readable)s
                ), kept AS (
                    INSERT INTO crm_lead_score_review_lead
                           (review_id, lead_id, score_before, score_after,
                            temperature_before, temperature_after,
                            qualification_before, qualification_after,
                            create_uid, create_date)
                    SELECT %(review)s, id, before, after,
                           temperature_before, temperature_after,
                           qualification_before, qualification_after,
                           %(user)s, %(now)s
                      FROM lead
                     WHERE (temperature_before, qualification_before) IS DISTINCT FROM
                           (temperature_after, qualification_after)
                )
                SELECT LEAST(before / 10, 9), LEAST(after / 10, 9), count(*)
                  FROM lead GROUP BY 1, 2
                """,
                select=statements.compile_select(leads, published.spec),
                temperature=published.get_temperature_sql("score"),
                qualification=published.get_qualification_sql(CONTACT_KINDS, "score"),
                readable=readable.subselect(),
                review=self.id,
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        bands = [[0, 0] for _band in range(BANDS)]
        for before, after, count in rows:
            bands[before][0] += count
            bands[after][1] += count
        self.bands = bands
        self.lead_count = sum(before for before, _after in bands)
        self.invalidate_recordset(["lead_ids"])


class CrmLeadScoreReviewLead(models.TransientModel):
    """A lead whose temperature or qualification a score model would change."""

    _name = "crm.lead.score.review.lead"
    _description = "Lead that a Score Model changes"
    _order = "score_after desc, id"

    review_id = fields.Many2one(
        "crm.lead.score.review", required=True, index=True, ondelete="cascade"
    )
    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade")
    score_before = fields.Integer(aggregator=None)
    score_after = fields.Integer(aggregator=None)
    temperature_before = fields.Selection(TEMPERATURES)
    temperature_after = fields.Selection(TEMPERATURES)
    qualification_before = fields.Selection(QUALIFICATIONS)
    qualification_after = fields.Selection(QUALIFICATIONS)


def _percent(share):
    return "–" if share is None else f"{100 * share:.0f} %"
