from collections import Counter

from odoo import api, fields, models


class CrmLeadScoreModel(models.Model):
    """What differs between two versions of the score model."""

    _inherit = "crm.lead.score.model"

    compare_id = fields.Many2one(
        "crm.lead.score.model",
        string="Compare with",
        copy=False,
        ondelete="set null",
        help="Empty: the published model, or what this one was made from.",
    )
    differences = fields.Html(compute="_compute_differences", sanitize=False)

    @api.depends("compare_id", "criterion_ids", "exclusion_ids")
    @api.depends_context("lang")
    def _compute_differences(self):
        for model in self:
            other = model._get_compared_model()
            model.differences = self.env["ir.qweb"]._render(
                "lead_energy.crm_lead_score_differences",
                {
                    "other": other,
                    "differences": model._get_differences(other) if other else [],
                },
            )

    def _get_compared_model(self):
        self.ensure_one()
        model = self._origin
        if self.compare_id:
            return self.compare_id
        published = self._get_published_model()
        return published if published and published != model else self.origin_id

    def _get_differences(self, other):
        """Return (label, value in ``other``, value here) of all that differs.

        Criteria are the same by their code, rules by the option or condition they ask
        for. None stands for what one of the two does not have.
        """
        before, now = other._get_comparable(), self._get_comparable()
        labels = {
            key: label for key, (label, _value) in [*before.items(), *now.items()]
        }
        return [
            (label, before.get(key, (None, None))[1], now.get(key, (None, None))[1])
            for key, label in labels.items()
            if before.get(key, (None, None))[1] != now.get(key, (None, None))[1]
        ]

    def _get_comparable(self):
        """Return {key: (label, value)} of all that gives a score."""
        self.ensure_one()
        found = {}
        for name in ("warm_from", "hot_from", "mql_from", "sql_from"):
            label = self._fields[name]._description_string(self.env)
            found[name] = (label, str(self[name]))
        for criterion in self.criterion_ids:
            found[criterion.code] = (criterion.name, criterion._get_summary())
            for key, rule in _number(criterion.rule_ids):
                label = f"{criterion.name}: {rule.display_name}"
                name = f" ({rule.name})" if rule.name else ""
                found[criterion.code, *key] = (label, f"{rule.points:+d}{name}")
        for key, rule in _number(self.exclusion_ids):
            label = self.env._("Exclusion: %(rule)s", rule=rule.display_name)
            found["exclusion", *key] = (label, f"✓ ({rule.display_name})")
        return found


def _number(rules):
    """Yield (fact, how many rules asked for it before), rule."""
    seen = Counter()
    for rule in rules:
        fact = rule._get_fact()
        yield (fact, seen[fact]), rule
        seen[fact] += 1
