from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ...tools.score import grades, specification
from .. import rights
from ..context import tell, told


class CrmLeadScoreModel(models.Model):
    """A version of the rules that give a lead its score.

    STATES: a draft is edited and counts nowhere; one model is published and counts;
    publishing another archives it. A published or archived model is not edited; an
    archived one can be published again as it was.
    THRESHOLDS: from ``warm_from`` on a lead is warm, from ``hot_from`` on hot; from
    ``mql_from`` on it is marketing-qualified, from ``sql_from`` on, and with contact,
    sales-qualified.
    """

    _name = "crm.lead.score.model"
    _inherit = ["crm.lead.system.values", "mail.thread", "mail.activity.mixin"]
    _description = "Lead Score Model"
    _order = "id desc"

    name = fields.Char(required=True, translate=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("archived", "Archived")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    published_date = fields.Datetime(readonly=True, copy=False)
    published_uid = fields.Many2one(
        "res.users", string="Published by", readonly=True, copy=False
    )
    origin_id = fields.Many2one(
        "crm.lead.score.model",
        string="Made from",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    # Thresholds
    warm_from = fields.Integer(required=True, default=30)
    hot_from = fields.Integer(required=True, default=60)
    mql_from = fields.Integer(string="MQL from", required=True, default=40)
    sql_from = fields.Integer(string="SQL from", required=True, default=60)
    # Rules
    criterion_ids = fields.One2many(
        "crm.lead.score.criterion", "model_id", string="Criteria", copy=True
    )
    exclusion_ids = fields.One2many(
        "crm.lead.score.rule", "model_id", string="Exclusions", copy=True
    )
    problems = fields.Text(
        compute="_compute_problems",
        help="Rules that cannot be scored any more. They are skipped.",
    )

    _published_uniq = models.UniqueIndex(
        "(state) WHERE state = 'published'", "One score model is published at a time."
    )

    @api.depends("criterion_ids.rule_ids.domain", "exclusion_ids.domain")
    @api.depends_context("lang")
    def _compute_problems(self):
        for model in self:
            model.problems = "\n".join(
                f"{rule.display_name}: {rule.problem}"
                for rule in model._get_rules()
                if rule.problem
            )

    @api.constrains("warm_from", "hot_from")
    def _check_thresholds(self):
        for model in self:
            if not 0 < model.warm_from < model.hot_from <= specification.MAXIMUM:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the thresholds must rise, from above 0 for warm to "
                        "hot, up to 100.",
                        name=model.name,
                    )
                )

    @api.constrains("mql_from", "sql_from")
    def _check_qualification_thresholds(self):
        for model in self:
            if not 0 < model.mql_from <= model.sql_from <= specification.MAXIMUM:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the thresholds must rise, from above 0 for MQL to "
                        "SQL, up to 100.",
                        name=model.name,
                    )
                )

    def write(self, vals):
        if not told(self.env, "score_publishing"):
            self._check_is_draft(vals)
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for model in self:
            if model.state == "published":
                raise UserError(
                    self.env._(
                        "%(name)s gives the leads their scores. Publish another "
                        "model before you delete it.",
                        name=model.name,
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        names = self._get_next_names(len(self))
        for model, vals, name in zip(self, vals_list, names, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = name
            vals["origin_id"] = model.id
        return vals_list

    @api.model
    def _get_next_names(self, count):
        """Return names for the next versions: a number more than there are models."""
        groups = self._read_group([], ["name"], ["__count"])
        taken = {name for name, _count in groups}
        number, names = sum(count for _name, count in groups), []
        while len(names) < count:
            number += 1
            name = self.env._("Version %(number)s", number=number)
            if name not in taken:
                names.append(name)
        return names

    def copy(self, default=None):
        # what the copy was made from is ours to say, what a client adds is not
        default = rights.without_system_values(
            self, default or {}, self._get_system_names()
        )
        score_models = tell(self, system_values=True)
        copies = super(CrmLeadScoreModel, score_models).copy(default)
        return copies.with_env(self.env)

    def action_publish(self):
        """Let this model give the scores from now on; a cron brings all leads along."""
        self.ensure_one()
        if self.state == "published":
            return
        self.check_access("write")
        publishing = tell(self, score_publishing=True, system_values=True)
        publishing.search([("state", "=", "published")]).write(
            {"state": "archived", "update_pending": False}
        )
        publishing.flush_model(["state"])
        publishing.write(
            {
                "state": "published",
                "published_date": self.env.cr.now(),
                "published_uid": self.env.uid,
                "review_date": False,
            }
        )
        self._sync_watched_paths()
        self._request_update()

    def action_review(self):
        """Open what publishing this model would change, and its back-test."""
        self.ensure_one()
        review = self.env["crm.lead.score.review"].create({"model_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": review._name,
            "res_id": review.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_edit_as_draft(self):
        """Open a draft that starts as a copy of this model."""
        self.ensure_one()
        draft = self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _check_is_draft(self, vals=()):
        if self._is_unrestricted(vals):
            return
        for model in self:
            if model.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is not a draft. Edit a copy of it and publish that.",
                        name=model.name,
                    )
                )

    @api.model
    def _is_unrestricted(self, vals):
        """Return whether values do not touch what the model gives as scores."""
        definition = {"name", "warm_from", "hot_from", "mql_from", "sql_from"}
        definition |= {"criterion_ids", "exclusion_ids", "state"}
        return bool(vals) and definition.isdisjoint(vals)

    def _get_rules(self):
        return self.criterion_ids.rule_ids | self.exclusion_ids

    def _get_spec(self):
        """Return this model as plain values, without rules that have a problem."""
        self.ensure_one()
        usable = self._get_rules().filtered(lambda r: r.active and not r.problem)
        return specification.Spec(
            tuple(
                criterion._get_spec(criterion.rule_ids & usable)
                for criterion in self.criterion_ids
            ),
            tuple(rule._get_spec() for rule in self.exclusion_ids & usable),
        )

    def _get_published_values(self):
        """Return this model as if it were published."""
        self.ensure_one()
        return grades.Published(
            self._get_spec(),
            self.warm_from,
            self.hot_from,
            self.mql_from,
            self.sql_from,
        )

    @api.model
    def _get_published_model(self):
        return self.search([("state", "=", "published")])

    @api.model
    @ormcache()
    def _get_published(self):
        """Return the published model as plain values. Without one, nothing counts."""
        # sudo: the score of a lead does not depend on who saves it
        model = self.sudo()._get_published_model()
        if not model:
            never = specification.MAXIMUM + 1
            return grades.Published(
                specification.Spec((), ()), never, never, never, never
            )
        return model._get_published_values()
