from datetime import timedelta
from typing import NamedTuple

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, ormcache

from ...tools import score_compiler
from ..context import tell, told

WATCHED_PATHS = "lead_energy.score_watched_paths"
# what the updating cron writes of its progress
PROGRESS_FIELDS = {
    *("update_pending", "update_last_id", "update_done", "update_total"),
    "update_date",
}
# what no watched write tells of, such as a change by SQL, is found after so long
FULL_UPDATE_EVERY = timedelta(days=7)


class Published(NamedTuple):
    """The model that counts, as plain values."""

    spec: score_compiler.Spec
    warm_from: int
    hot_from: int
    mql_from: int
    sql_from: int

    def get_temperature(self, score):
        if score >= self.hot_from:
            return "hot"
        return "warm" if score >= self.warm_from else "cold"

    def get_qualification(self, score, is_opportunity, has_contact):
        if is_opportunity:
            return "opportunity"
        if has_contact and score >= self.sql_from:
            return "sql"
        return "mql" if score >= self.mql_from else "lead"

    def get_temperature_sql(self, score="lead_score"):
        """:param score: name of the column that holds it"""
        return SQL(
            "CASE WHEN %(score)s >= %(hot)s THEN 'hot'"
            " WHEN %(score)s >= %(warm)s THEN 'warm' ELSE 'cold' END",
            score=SQL.identifier(score),
            hot=self.hot_from,
            warm=self.warm_from,
        )

    def get_qualification_sql(self, contact_kinds, score="lead_score"):
        """:param score: as above; the other columns are those of crm_lead"""
        return SQL(
            "CASE WHEN type = 'opportunity' THEN 'opportunity'"
            " WHEN %(score)s >= %(sql)s AND lead_status_kind = ANY(%(kinds)s)"
            " THEN 'sql'"
            " WHEN %(score)s >= %(mql)s THEN 'mql' ELSE 'lead' END",
            score=SQL.identifier(score),
            sql=self.sql_from,
            mql=self.mql_from,
            kinds=list(contact_kinds),
        )


class CrmLeadScoreModel(models.Model):
    """A version of the rules that give a lead its score.

    STATES: a draft is edited and counts nowhere; one model is published and counts;
    publishing another archives it. A published or archived model is not edited; an
    archived one can be published again as it was.
    THRESHOLDS: from ``warm_from`` on a lead is warm, from ``hot_from`` on hot; from
    ``mql_from`` on it is marketing-qualified, from ``sql_from`` on, and with contact,
    sales-qualified.
    UPDATE: after publishing a cron brings all leads along; ``update_done`` of
    ``update_total`` tells how far it is. It does so again when the last time,
    ``update_date``, is a week ago.
    """

    _name = "crm.lead.score.model"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    # Update of the leads
    update_pending = fields.Boolean(readonly=True, copy=False)
    update_last_id = fields.Integer(readonly=True, copy=False)
    update_done = fields.Integer(string="Leads done", readonly=True, copy=False)
    update_total = fields.Integer(string="Leads to do", readonly=True, copy=False)
    update_date = fields.Datetime(string="All Leads Scored", readonly=True, copy=False)

    _published_uniq = models.UniqueIndex(
        "(state) WHERE state = 'published'", "One score model is published at a time."
    )

    @api.depends("criterion_ids.rule_ids.domain", "exclusion_ids.domain")
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
            if not 0 < model.warm_from < model.hot_from <= score_compiler.MAXIMUM:
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
            if not 0 < model.mql_from <= model.sql_from <= score_compiler.MAXIMUM:
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
        for model, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (copy)", name=model.name)
            vals["origin_id"] = model.id
        return vals_list

    def action_publish(self):
        """Let this model give the scores from now on; a cron brings all leads along."""
        self.ensure_one()
        if self.state == "published":
            return
        self.check_access("write")
        publishing = tell(self, score_publishing=True)
        publishing.search([("state", "=", "published")]).write(
            {"state": "archived", "update_pending": False}
        )
        publishing.flush_model(["state"])
        publishing.write(
            {
                "state": "published",
                "published_date": self.env.cr.now(),
                "published_uid": self.env.uid,
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

    def action_update_leads(self):
        """Have the cron score all leads again, such as after an import into SQL."""
        self.ensure_one()
        self.check_access("write")  # the update itself goes by the superuser
        self._request_update()

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
        return score_compiler.Spec(
            tuple(
                criterion._get_spec(criterion.rule_ids & usable)
                for criterion in self.criterion_ids
                if not criterion.rating_field
                or criterion.rating_field in self.env["crm.lead"]._fields
            ),
            tuple(rule._get_spec() for rule in self.exclusion_ids & usable),
        )

    def _get_published_values(self):
        """Return this model as if it were published."""
        self.ensure_one()
        return Published(
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
            never = score_compiler.MAXIMUM + 1
            return Published(score_compiler.Spec((), ()), never, never, never, never)
        return model._get_published_values()

    @api.model
    def _get_leads(self):
        """Return crm.lead in an environment that does not depend on who asks.

        Superuser: no record rule hides a partner or an activity from a condition.
        """
        company = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
        context = {
            "active_test": False,
            "lang": "en_US",
            "tz": score_compiler.TIME_ZONE,
            "allowed_company_ids": [company],
        }
        env = self.env(user=SUPERUSER_ID, su=True, context=context)
        return env["crm.lead"]

    # ------------------------------------------------------------------ the statement
    @api.model
    def _select_scores(self, ids):
        """Return {lead id: (excluded, fit, engagement, score, lines)}."""
        if not ids:
            return {}
        spec = self._get_published().spec
        select = self._get_statement(score_compiler.compile_inputs, ids)
        rows = self._get_leads().env.execute_query(select)
        return {lead_id: score_compiler.sum_up_row(spec, row) for lead_id, *row in rows}

    @api.model
    def _get_statement(self, compiler, ids):
        """Return what a function of the compiler gives, for the leads ``ids``."""
        compiled = self._get_compiled(compiler, score_compiler.get_today())
        if compiled:
            code, params, names = compiled
            to_flush = [self.env[model]._fields[name] for model, name in names]
            select = SQL(code, *params, to_flush=to_flush)
        else:
            spec = self._get_published().spec
            select = compiler(self._get_leads(), spec, by_ids=True)
        return score_compiler.bind(select, ids)

    @api.model
    @ormcache("compiler", "today")
    def _get_compiled(self, compiler, today):
        """Return code, parameters and fields to flush of a statement, for one day.

        Compiling takes longer than one lead's score. None when a condition has to be
        looked up anew each time, such as one that searches by a name.
        """
        leads, spec = self._get_leads(), self._get_published().spec
        if not all(score_compiler.is_stable(leads, rule) for rule in spec.get_rules()):
            return None
        select = compiler(leads, spec, by_ids=True)
        names = {(field.model_name, field.name) for field in select.to_flush}
        return select.code, tuple(select.params), tuple(sorted(names))

    @api.model
    def _sync_watched_paths(self):
        """Let changes of the fields that the published model reads rescore leads.

        The paths lie in a parameter, as those of predictive scoring do: they are read
        while the registry is set up, before any rule can be.
        """
        paths = ",".join(sorted(score_compiler.get_paths(self._get_published().spec)))
        # sudo: managers may not read parameters
        parameters = self.env["ir.config_parameter"].sudo()
        if (parameters.get_param(WATCHED_PATHS) or "") != paths:
            parameters.set_param(WATCHED_PATHS, paths)
            self.env.flush_all()
            self.env.registry._setup_models__(self.env.cr, ["crm.lead"])

    # --------------------------------------------------------------------- the update
    @api.model
    def _request_update(self):
        """Have the cron go through all leads, from the first one on."""
        # sudo: a change of a touchpoint type concerns the published model, too; and
        # managers may not read crons
        model = self.sudo()._get_published_model()
        leads = self._get_leads()
        tell(model, score_publishing=True).write(
            {
                "update_pending": True,
                "update_last_id": 0,
                "update_done": 0,
                "update_total": leads.search_count([("id", "!=", 0)]),
            }
        )
        cron = self.env.ref("lead_energy.cron_update_scores", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    def _is_update_due(self):
        """Return whether the last update of all leads is too long ago."""
        self.ensure_one()
        latest = fields.Datetime.now() - FULL_UPDATE_EVERY
        return not self.update_date or self.update_date <= latest

    def _set_progress(self, last_id, started):
        """Note how far the update of all leads is; it is done without ``last_id``.

        :param started: write_date and update_last_id as this run knows them
        :return: False, with nothing noted, when all was asked for anew meanwhile
        """
        vals = {
            "update_pending": False,
            "update_done": self.update_total,
            "update_date": fields.Datetime.now(),
        }
        if last_id:
            done = self._get_leads().search_count([("id", "<=", last_id)])
            vals = {"update_last_id": last_id, "update_done": done}
        self.flush_recordset(PROGRESS_FIELDS)
        write_date, update_last_id = started
        # neither tracked nor a reason to compile the model again
        statement = SQL(
            "UPDATE crm_lead_score_model SET %s"
            " WHERE id = %s AND write_date = %s AND update_last_id = %s",
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in vals.items()
            ),
            self.id,
            write_date,
            update_last_id,
        )
        try:
            self.env.cr.execute(statement, log_exceptions=False)
            is_noted = bool(self.env.cr.rowcount)
        except SerializationFailure:
            # somebody is just asking: the batch is done again with the rest
            self.env.cr.rollback()
            is_noted = False
        self.invalidate_recordset(PROGRESS_FIELDS, flush=False)
        return is_noted

    def _flag_problems(self):
        """Plan a to-do for who published the model when rules of it are skipped."""
        self.ensure_one()
        summary = self.env._("Score rules are skipped")
        if self.problems and summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=self.problems,
                user_id=self.published_uid.id or SUPERUSER_ID,
            )
