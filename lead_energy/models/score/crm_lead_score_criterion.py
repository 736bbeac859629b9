from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.score import specification
from ..lead import crm_lead_cached_name  # noqa: F401 - it comes first
from ..lead.crm_lead_rating import FIELDS_BY_KIND, KINDS

# the fields of crm.lead whose options have points: ours, and two of Odoo's
RATINGS = {FIELDS_BY_KIND[kind]: label for kind, label in KINDS}
RATINGS |= {"industry_id": "Industry", "source_id": "Source"}


class CrmLeadScoreCriterion(models.Model):
    """A part of the score, with bounds to what it can give or take.

    DIMENSION: fit is what the lead is, engagement what it does.
    TERMS: a criterion rates the options of one field of the lead, or sums up its
    touchpoints, or, without either, awards the points of rules with conditions.
    """

    _name = "crm.lead.score.criterion"
    _inherit = ["crm.lead.cached.name"]
    _description = "Lead Score Criterion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name, for reports and imports.")
    sequence = fields.Integer(default=10)
    model_id = fields.Many2one(
        "crm.lead.score.model", required=True, index=True, ondelete="cascade"
    )
    model_state = fields.Selection(related="model_id.state")
    dimension = fields.Selection(
        [("fit", "Fit"), ("engagement", "Engagement")], required=True, default="fit"
    )
    rating_field = fields.Selection(
        [
            *RATINGS.items(),
            (specification.TOUCHPOINTS, "Touchpoints"),
        ],
        string="Scores",
        help="A field whose options have points, or the touchpoints, whose types have "
        "them. Empty: rules with conditions.",
    )
    minimum = fields.Integer(default=0)
    maximum = fields.Integer(default=100)
    rule_ids = fields.One2many(
        "crm.lead.score.rule", "criterion_id", string="Rules", copy=True
    )

    _code_uniq = models.UniqueIndex(
        "(model_id, code)", "A score model has one criterion of a code."
    )
    _touchpoints_uniq = models.UniqueIndex(
        "(model_id) WHERE rating_field = 'touchpoint_ids'",
        "A score model has one criterion that sums up touchpoints.",
    )
    _bounds = models.Constraint(
        "CHECK (minimum <= 0 AND maximum >= 0 AND minimum < maximum)",
        "A criterion goes from 0 or less to 0 or more points.",
    )

    @api.constrains("rating_field", "rule_ids")
    def _check_rules(self):
        for criterion in self:
            options = [rule.option_ref for rule in criterion.rule_ids]
            doubles = {o for o in options if o and options.count(o) > 1}
            if criterion.rating_field and doubles:
                raise ValidationError(
                    self.env._(
                        "%(criterion)s: give %(option)s its points in one rule.",
                        criterion=criterion.name,
                        option=next(iter(doubles)).display_name or "",
                    )
                )
            criterion.rule_ids._check_effect()

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria.model_id._check_is_draft()
        return criteria

    def write(self, vals):
        self.model_id._check_is_draft()
        result = super().write(vals)
        # nor may a criterion be moved into a model that counts
        self.model_id._check_is_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self.model_id._check_is_draft()

    def _get_summary(self):
        """Return what gives scores, but for the rules, in the reader's words."""
        parts = [self.name]
        for name in ("dimension", "rating_field"):
            labels = dict(self._fields[name]._description_selection(self.env))
            parts += [labels[self[name]]] if self[name] else []
        return " · ".join([*parts, f"{self.minimum} … {self.maximum}"])

    def _get_spec(self, rules):
        """Return this criterion as plain values for the compiler.

        :param rules: those of its rules that can be compiled
        """
        self.ensure_one()
        touches = ()
        if self.rating_field == specification.TOUCHPOINTS:
            types = self.env["crm.lead.touchpoint.type"].with_context(active_test=False)
            touches = tuple(
                specification.Touch(touch.id, touch.points, touch.half_life)
                for touch in types.search([("points", "!=", 0)], order="id")
            )
        return specification.Criterion(
            self.id,
            self.dimension,
            self.minimum,
            self.maximum,
            self.rating_field or "",
            tuple(rule._get_spec() for rule in rules),
            touches,
        )
