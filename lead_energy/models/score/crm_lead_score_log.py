from odoo import api, fields, models
from odoo.tools import SQL

REASONS = [
    ("create", "New Lead"),
    ("rating", "Rating"),
    ("rule", "Rule"),
    ("touchpoint", "Touchpoint"),
    ("time", "Time"),
    ("model", "Score Model"),
]


class CrmLeadScoreLog(models.Model):
    """A change of a lead's score: when, from, to, and why.

    Written by the statements that write the score, so that the two agree. LINES are
    those of the new score: what was known of the lead from then on, which the
    back-test scores it by.
    """

    _name = "crm.lead.score.log"
    _description = "Score History"
    _order = "date desc, id desc"
    _rec_name = "score_to"
    _log_access = False

    lead_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", readonly=True
    )
    date = fields.Datetime(required=True, readonly=True)
    score_from = fields.Integer(string="From", readonly=True, aggregator=None)
    score_to = fields.Integer(string="To", readonly=True, aggregator="avg")
    reason = fields.Selection(REASONS, string="Why", required=True, readonly=True)
    lines = fields.Json(readonly=True)
    details = fields.Text(compute="_compute_details")

    _lead_date = models.Index("(lead_id, date DESC, id DESC)")

    @api.depends("lines")
    @api.depends_context("lang")
    def _compute_details(self):
        """Tell which lines changed against the row before, in the reader's language."""
        history = self.search([("lead_id", "in", self.lead_id.ids)], order="date, id")
        before = {}
        last_of_lead = {}
        for log in history:
            before[log.id] = last_of_lead.get(log.lead_id, [])
            last_of_lead[log.lead_id] = log.lines or []
        leads = self.env["crm.lead"]
        differences = {
            log: _get_difference(before.get(log.id, []), log.lines or [])
            for log in self
        }
        labels = leads._get_score_labels()
        for log, lines in differences.items():
            log.details = "\n".join(
                f"{label}: {line['points']:+g}"
                for line in lines
                if (label := labels(line))
            )

    @api.model
    def _get_scores_at(self, leads, date):
        """Return {lead id: score} that leads had at ``date``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (lead_id) lead_id, score_to
                  FROM crm_lead_score_log
                 WHERE lead_id = ANY(%s) AND date <= %s
              ORDER BY lead_id, date DESC, id DESC
                """,
                leads.ids,
                date,
            )
        )
        return dict(rows)


def _get_difference(old, new):
    """Return lines with what each gives more or less than before."""

    def by_subject(lines):
        return {
            tuple(sorted((k, v) for k, v in line.items() if k != "points")): line
            for line in lines
        }

    was, now = by_subject(old), by_subject(new)
    found = []
    for subject in [*now, *(subject for subject in was if subject not in now)]:
        line = now.get(subject) or was[subject]
        points = now.get(subject, {}).get("points", 0)
        points -= was.get(subject, {}).get("points", 0)
        if points:
            found.append({**line, "points": round(points, 2)})
    return found
