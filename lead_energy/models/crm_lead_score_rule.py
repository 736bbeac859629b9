from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .. import score_compiler

OWN_FIELDS = {
    "lead_score",
    "lead_fit_score",
    "lead_engagement_score",
    "lead_score_excluded",
    "lead_score_lines",
    "lead_temperature",
}


class CrmLeadScoreRule(models.Model):
    """Points for a lead, of either sign, or its exclusion.

    OPTION: of the field that the criterion rates.
    CONDITION: a domain on crm.lead, in a criterion that rates no field.
    EXCLUSION: a rule of the model itself, not of a criterion; when its condition
    matches, the score is 0, whatever else matches.
    """

    _name = "crm.lead.score.rule"
    _description = "Lead Score Rule"
    _order = "sequence, id"

    name = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    criterion_id = fields.Many2one(
        "crm.lead.score.criterion", index=True, ondelete="cascade"
    )
    model_id = fields.Many2one(
        "crm.lead.score.model",
        string="Excludes in Model",
        index="btree_not_null",
        ondelete="cascade",
    )
    option_ref = fields.Reference(
        [
            ("crm.lead.rating", "Rating"),
            ("res.partner.industry", "Industry"),
            ("utm.source", "Source"),
        ],
        string="Option",
    )
    domain = fields.Char(string="Condition")
    points = fields.Integer()

    _owner = models.Constraint(
        "CHECK ((criterion_id IS NULL) <> (model_id IS NULL))",
        "A score rule belongs to a criterion, or excludes in a model.",
    )

    @api.depends("name", "option_ref")
    def _compute_display_name(self):
        for rule in self:
            option = rule.option_ref
            rule.display_name = rule.name or (option and option.display_name) or ""

    @api.constrains("domain", "option_ref", "criterion_id", "model_id", "points")
    def _check_effect(self):
        for rule in self:
            field_name = rule.criterion_id.rating_field
            if field_name:
                rule._check_option(self.env["crm.lead"]._fields[field_name])
            else:
                rule._check_domain()
            if rule.criterion_id and not rule.points:
                raise ValidationError(
                    self.env._(
                        "The rule %(rule)s must add or remove points.",
                        rule=rule.display_name,
                    )
                )

    def _check_option(self, field):
        option = self.option_ref
        kind = field.name.removesuffix("_id")
        if (
            not option
            or option._name != field.comodel_name
            or (option._name == "crm.lead.rating" and option.kind != kind)
        ):
            raise ValidationError(
                self.env._(
                    "A rule of %(criterion)s must name an option of the field that "
                    "the criterion rates.",
                    criterion=self.criterion_id.name,
                )
            )

    def _check_domain(self):
        leads = self.env["crm.lead.score.model"]._get_leads()
        try:
            domain = Domain(literal_eval(self.domain or ""))
            domain.validate(leads)
            paths = set(score_compiler.get_domain_paths(domain))
            leads.search(domain, limit=1)
        except (SyntaxError, TypeError, ValueError) as error:
            raise ValidationError(
                self.env._(
                    "The condition of rule %(rule)s is not valid: %(why)s",
                    rule=self.display_name,
                    why=error,
                )
            ) from error
        if OWN_FIELDS & {path.split(".")[0] for path in paths}:
            raise ValidationError(
                self.env._(
                    "The condition of rule %(rule)s asks for the score itself.",
                    rule=self.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._get_model()._check_is_draft()
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        self._get_model()._check_is_draft()
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self._get_model()._check_is_draft()

    def _get_model(self):
        return self.model_id | self.criterion_id.model_id

    def _get_spec(self):
        self.ensure_one()
        is_option = bool(self.criterion_id.rating_field)
        return score_compiler.Rule(
            self.id,
            (is_option and self.option_ref and self.option_ref.id) or 0,
            "" if is_option else self.domain,
            self.points,
        )
