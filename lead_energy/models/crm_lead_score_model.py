from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from .. import score_compiler

WATCHED_PATHS = "lead_energy.score_watched_paths"


class CrmLeadScoreModel(models.Model):
    """A version of the rules that give a lead its score.

    STATES: a draft is edited and counts nowhere; one model is published and counts;
    publishing another archives it. A published or archived model is not edited.
    THRESHOLDS: a score from ``warm_from`` on is warm, from ``hot_from`` on hot.
    """

    _name = "crm.lead.score.model"
    _description = "Lead Score Model"
    _order = "id desc"

    name = fields.Char(required=True, translate=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("archived", "Archived")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    published_date = fields.Datetime(readonly=True, copy=False)
    published_uid = fields.Many2one(
        "res.users", string="Published by", readonly=True, copy=False
    )
    warm_from = fields.Integer(required=True, default=30)
    hot_from = fields.Integer(required=True, default=60)
    criterion_ids = fields.One2many(
        "crm.lead.score.criterion", "model_id", string="Criteria", copy=True
    )
    exclusion_ids = fields.One2many(
        "crm.lead.score.rule", "model_id", string="Exclusions", copy=True
    )

    _published_uniq = models.UniqueIndex(
        "(state) WHERE state = 'published'", "One score model is published at a time."
    )

    @api.constrains("warm_from", "hot_from")
    def _check_thresholds(self):
        for model in self:
            if not 0 < model.warm_from < model.hot_from <= score_compiler.MAXIMUM:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the thresholds must rise, from above 0 for warm to "
                        "hot, up to 100.",
                        name=model.name,
                    )
                )

    def write(self, vals):
        if not self.env.context.get("score_model_publishing"):
            self._check_is_draft()
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
        for model, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (copy)", name=model.name)
        return vals_list

    def action_publish(self):
        """Let this model give the scores from now on; a cron brings all leads along."""
        self.ensure_one()
        self._check_is_draft()
        publishing = self.with_context(score_model_publishing=True)
        publishing.search([("state", "=", "published")]).state = "archived"
        publishing.flush_model(["state"])
        publishing.write(
            {
                "state": "published",
                "published_date": self.env.cr.now(),
                "published_uid": self.env.uid,
            }
        )
        self._sync_watched_paths()
        # sudo: managers may not read crons
        self.env.ref("lead_energy.cron_update_scores").sudo()._trigger()

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

    def _check_is_draft(self):
        for model in self:
            if model.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is not a draft. Edit a copy of it and publish that.",
                        name=model.name,
                    )
                )

    def _get_spec(self):
        """Return this model as plain values for the compiler."""
        self.ensure_one()
        return score_compiler.Spec(
            tuple(criterion._get_spec() for criterion in self.criterion_ids),
            tuple(rule._get_spec() for rule in self.exclusion_ids if rule.active),
        )

    @api.model
    @ormcache()
    def _get_published(self):
        """Return (spec, warm_from, hot_from) of the published model.

        Without one, no lead has points.
        """
        # sudo: the score of a lead does not depend on who saves it
        model = self.sudo().search([("state", "=", "published")])
        if not model:
            return score_compiler.Spec((), ()), 1, score_compiler.MAXIMUM
        return model._get_spec(), model.warm_from, model.hot_from

    @api.model
    def _get_leads(self):
        """Return crm.lead in an environment that does not depend on who asks.

        Superuser: no record rule hides a partner or an activity from a condition.
        """
        company = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
        context = {
            "active_test": False,
            "lang": "en_US",
            "tz": "Europe/Berlin",
            "allowed_company_ids": [company],
        }
        env = self.env(user=SUPERUSER_ID, su=True, context=context)
        return env["crm.lead"]

    @api.model
    def _sync_watched_paths(self):
        """Let changes of the fields that the published model reads rescore leads.

        The paths lie in a parameter, as those of predictive scoring do: they are read
        while the registry is set up, before any rule can be.
        """
        paths = ",".join(sorted(score_compiler.get_paths(self._get_published()[0])))
        # sudo: managers may not read parameters
        parameters = self.env["ir.config_parameter"].sudo()
        if (parameters.get_param(WATCHED_PATHS) or "") != paths:
            parameters.set_param(WATCHED_PATHS, paths)
            self.env.flush_all()
            self.env.registry._setup_models__(self.env.cr, ["crm.lead"])
