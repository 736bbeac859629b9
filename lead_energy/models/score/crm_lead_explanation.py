from datetime import timedelta

from odoo import api, fields, models

from .crm_lead_score_criterion import RATINGS

TREND_DAYS = 30
HISTORY_LENGTH = 60


class CrmLead(models.Model):
    """Why a lead has its score, what it can still reach, and where it is going."""

    _inherit = "crm.lead"

    lead_score_explanation = fields.Text(
        string="Explanation of the Score", compute="_compute_lead_score_explanation"
    )
    lead_score_details = fields.Json(compute="_compute_lead_score_details")
    lead_score_trend = fields.Integer(
        string="Trend",
        compute="_compute_lead_score_trend",
        help="Points more or less than 30 days ago.",
    )
    lead_score_log_ids = fields.One2many(
        "crm.lead.score.log", "lead_id", string="Score History", readonly=True
    )

    @api.depends("lead_score_lines")
    @api.depends_context("lang")
    def _compute_lead_score_explanation(self):
        labels = self._get_score_labels()
        for lead in self:
            lead.lead_score_explanation = "\n".join(
                f"{labels(line, True)}: {line['points']:+g}"
                for line in lead.lead_score_lines or []
            )

    @api.depends(
        "lead_score_lines",
        "lead_score_excluded",
        "lead_fit_score",
        "lead_engagement_score",
        *RATINGS,
    )
    @api.depends_context("lang")
    def _compute_lead_score_details(self):
        """Give the form what it shows: the lines by criterion, range and history."""
        history = self._get_score_history()
        labels = self._get_score_labels()
        for lead in self:
            lead.lead_score_details = {
                "groups": lead._get_score_groups(labels),
                "range": lead._get_score_range(),
                "history": history.get(lead._origin.id, []),
                "trend": lead._get_score_trend(history.get(lead._origin.id, [])),
                "thresholds": self._get_score_thresholds(),
            }

    @api.depends("lead_score")
    def _compute_lead_score_trend(self):
        date = self.env.cr.now() - timedelta(days=TREND_DAYS)
        # sudo: who may read the lead may read its score of before
        before = self.env["crm.lead.score.log"].sudo()._get_scores_at(self, date)
        for lead in self:
            was = before.get(lead._origin.id)
            lead.lead_score_trend = 0 if was is None else lead.lead_score - was

    @api.model
    def _get_score_thresholds(self):
        published = self.env["crm.lead.score.model"]._get_published()
        return {
            "warm": published.warm_from,
            "hot": published.hot_from,
            "mql": published.mql_from,
            "sql": published.sql_from,
        }

    @api.model
    def _get_score_labels(self):
        """Return a function that labels a line, in the reader's language."""
        lang = self.env.lang
        names = {
            "rule": self.env["crm.lead.score.rule"]._get_names(lang),
            "criterion": self.env["crm.lead.score.criterion"]._get_names(lang),
            "type": self.env["crm.lead.touchpoint.type"]._get_names(lang),
        }

        def label(line, with_criterion=False):
            if kind := line.get("kind"):
                return self._get_score_kind_label(kind, line, names)
            key = "rule" if "rule" in line else "type"
            text = names[key].get(line[key]) or self.env._("deleted")
            criterion = names["criterion"].get(line.get("criterion"))
            return f"{criterion}: {text}" if with_criterion and criterion else text

        return label

    def _get_score_kind_label(self, kind, line, names):
        if kind == "exclusion":
            rule = names["rule"].get(line["rule"]) or ""
            return self.env._("Excluded: %(rule)s", rule=rule)
        if kind == "rounding":
            return self.env._("Rounding")
        if criterion := names["criterion"].get(line.get("criterion")):
            return self.env._("Bounds of %(criterion)s", criterion=criterion)
        return self.env._("Bounds of the score (0 to 100)")

    def _get_score_groups(self, labels):
        """Return the lines by criterion, and those of the total at the end."""
        groups = {}
        for line in self.lead_score_lines or []:
            key = line.get("criterion", 0)
            group = groups.setdefault(key, {"id": key, "points": 0, "lines": []})
            group["points"] = round(group["points"] + line["points"], 2)
            group["lines"].append({"label": labels(line), "points": line["points"]})
        criteria = self._get_score_criteria({key for key in groups if key})
        names = self.env["crm.lead.score.criterion"]._get_names(self.env.lang)
        field = self.env["crm.lead.score.criterion"]._fields["dimension"]
        dimensions = dict(field._description_selection(self.env))
        for criterion in criteria:
            groups[criterion.id] |= {
                "label": names[criterion.id],
                "dimension": dimensions[criterion.dimension],
                "minimum": criterion.minimum,
                "maximum": criterion.maximum,
            }
        ordered = [groups[criterion.id] for criterion in criteria]
        return [*ordered, *([groups[0]] if 0 in groups else [])]

    @api.model
    def _get_score_criteria(self, ids):
        """Return the criteria of ``ids`` in their order, those that count first."""
        spec = self.env["crm.lead.score.model"]._get_published().spec
        published = [criterion for criterion in spec.criteria if criterion.id in ids]
        # of a model that counted until just now; sudo: as for the score itself
        others = self.env["crm.lead.score.criterion"].sudo()
        if rest := ids - {criterion.id for criterion in published}:
            others = others.browse(rest).exists().sorted()
        return [*published, *others]

    def _get_score_history(self):
        """Return {lead id: [[moment, score]]}, oldest first, for the small chart."""
        # sudo: who may read the lead may read its score of before
        logs = self.env["crm.lead.score.log"].sudo()
        ids = [lead._origin.id for lead in self if lead._origin]
        history = {}
        for log in logs.search_fetch(
            [("lead_id", "in", ids)],
            ["lead_id", "date", "score_to", "reason"],
            order="date desc, id desc",
            limit=HISTORY_LENGTH * max(len(ids), 1),
        ):
            points = history.setdefault(log.lead_id.id, [])
            if len(points) < HISTORY_LENGTH:
                point = [fields.Datetime.to_string(log.date), log.score_to, log.reason]
                points.insert(0, point)
        return history

    def _get_score_trend(self, history):
        """Return the trend from the history, if that goes back far enough."""
        if len(history) == HISTORY_LENGTH:
            return self.lead_score_trend
        date = fields.Datetime.to_string(self.env.cr.now() - timedelta(days=TREND_DAYS))
        before = [score for moment, score, _reason in history if moment <= date]
        return self.lead_score - before[-1] if before else 0

    def action_open_score_log(self):
        """Open the history of the score of this lead."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lead_energy.crm_lead_score_log_action"
        )
        return {**action, "domain": [("lead_id", "=", self.id)]}
