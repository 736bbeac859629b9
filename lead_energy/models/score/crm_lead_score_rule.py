import ast
import logging
from collections.abc import Collection

from psycopg2 import Error as DatabaseError
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger, ormcache
from odoo.tools.query import Query

from ...tools.score import conditions, specification, statements
from ..lead import crm_lead_cached_name  # noqa: F401 - it comes first
from ..lead.crm_lead_rating import FIELDS_BY_KIND

_logger = logging.getLogger(__name__)

# whose rules for people are no secret of a score: who may read a lead reads its score
OPEN_MODELS = {"crm.lead", "res.partner"}
# Odoo hides what is private without a record rule
MASKED_MODELS = {"calendar.event"}
# what the rules of companies ask for
COMPANY_NAMES = {"company_id", "company_ids"}


class CrmLeadScoreRule(models.Model):
    """Points for a lead, of either sign, or its exclusion.

    OPTION: of the field that the criterion rates.
    CONDITION: a domain on crm.lead, in a criterion that rates no field.
    EXCLUSION: a rule of the model itself, not of a criterion; when its condition
    matches, the score is 0, whatever else matches.
    PROBLEM: a condition that cannot be scored is refused. When it breaks later, since
    a field is gone, the rule is skipped and says so.
    """

    _name = "crm.lead.score.rule"
    _inherit = ["crm.lead.cached.name"]
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
    problem = fields.Char(
        compute="_compute_problem", help="Why the rule cannot be scored."
    )
    match_count = fields.Integer(
        string="Leads",
        compute="_compute_match_count",
        help="Leads that match now, of those that you may read.",
    )
    hint = fields.Char(compute="_compute_match_count")

    _owner = models.Constraint(
        "CHECK ((criterion_id IS NULL) <> (model_id IS NULL))",
        "A score rule belongs to a criterion, or excludes in a model.",
    )

    @api.depends("option_ref")
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.depends("domain", "option_ref", "criterion_id.rating_field")
    @api.depends_context("lang")
    def _compute_problem(self):
        usable = self._filter_with_option()
        for rule in self:
            rating_field = rule.criterion_id.rating_field
            if not rating_field:
                rule.problem = rule._find_problem()
            elif rating_field == specification.TOUCHPOINTS or rule in usable:
                rule.problem = False
            else:
                rule.problem = self.env._("The option was deleted.")

    @api.depends("domain", "option_ref", "criterion_id.rating_field")
    @api.depends_context("uid")
    def _compute_match_count(self):
        """Count for all rules of a form in one pass over the leads.

        With the rights of who asks: a count must not tell of what they may not read.
        """
        leads = self._get_readable_leads()
        self.match_count, self.hint = 0, False
        asked = self._filter_with_option() | self.filtered(
            lambda r: (
                not r.criterion_id.rating_field and r.domain and not r._find_problem()
            )
        )
        if not asked:
            return
        counts, problem = asked._count_matches(leads)
        if problem and len(asked) > 1:
            # one by one, to name the rule that cannot be counted
            return asked._count_alone()
        for rule, count in zip(asked, counts, strict=True):
            rule.match_count = count
            if problem:
                rule.hint = problem
            elif rule._can_never_match(leads):
                rule.hint = self.env._("This condition can never match.")
            elif not count:
                rule.hint = self.env._("No lead matches now.")

    def _count_alone(self):
        for rule in self:
            rule._compute_match_count()

    def _count_matches(self, leads):
        """Return numbers of leads that match, and what the database says against it."""
        asked = [
            (
                rule.criterion_id.rating_field or "",
                rule.option_ref.id if rule.option_ref else 0,
                rule.domain,
            )
            for rule in self
        ]
        try:
            # an error in it must not break the transaction of the form
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                select = statements.compile_matches(leads, asked)
                (counts,) = leads.env.execute_query(select)
        except OperationalError:
            raise
        except (DatabaseError, UserError, ValueError) as error:
            return [0] * len(self), str(error)
        return counts, False

    @api.model
    def _get_readable_leads(self):
        """Return crm.lead as scoring has it, with the rights of the user."""
        user = self.env.user
        leads = self.env["crm.lead.score.model"]._get_leads()
        if self.env.su:
            return leads
        return leads.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    @api.constrains("domain", "option_ref", "criterion_id", "model_id", "points")
    def _check_effect(self):
        for rule in self:
            if rule.criterion_id.rating_field == specification.TOUCHPOINTS:
                raise ValidationError(
                    self.env._(
                        "%(criterion)s sums up touchpoints: their types have the "
                        "points, it takes no rules.",
                        criterion=rule.criterion_id.name,
                    )
                )
            if rule.criterion_id.rating_field:
                rule._check_option()
            else:
                rule._check_domain()

    def _check_option(self):
        field = self.env["crm.lead"]._fields[self.criterion_id.rating_field]
        option = self.option_ref
        if not (option and option.exists()) and self._is_option_copied():
            # it is skipped, and says so
            return
        if (
            not option
            or option._name != field.comodel_name
            or (
                option._name == "crm.lead.rating"
                and FIELDS_BY_KIND[option.kind] != field.name
            )
        ):
            raise ValidationError(
                self.env._(
                    "A rule of %(criterion)s must name an option of the field that "
                    "the criterion rates.",
                    criterion=self.criterion_id.name,
                )
            )

    def _is_option_copied(self):
        """Return whether the model that this one was made from lacks the option, too.

        A copy of a rule whose option was deleted has none: they are counted.
        """
        model = self._get_model()
        field = self.criterion_id.rating_field
        ours, theirs = (
            some.with_context(active_test=False)
            ._get_rules()
            .filtered(lambda rule: rule.criterion_id.rating_field == field)
            for some in (model, model.origin_id)
        )
        lost = len(ours - ours._filter_with_option())
        return lost <= len(theirs - theirs._filter_with_option())

    def _check_domain(self):
        problem = self._find_problem() or self._find_database_problem()
        if problem and not self._is_copied():
            raise ValidationError(
                self.env._(
                    "The condition of rule %(rule)s cannot be scored: %(why)s",
                    rule=self.display_name,
                    why=problem,
                )
            )

    def _is_copied(self):
        """Return whether the model that this one was made from has the condition.

        What broke since then is flagged, and skipped, until somebody repairs it.
        """
        origin = self._get_model().origin_id.with_context(active_test=False)
        return self.domain in origin._get_rules().mapped("domain")

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._get_model()._check_is_draft()
        return rules

    def write(self, vals):
        self._get_model()._check_is_draft()
        result = super().write(vals)
        # nor may a rule be moved into a model that counts
        self._get_model()._check_is_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self._get_model()._check_is_draft()

    def action_open_leads(self):
        """Open the leads that match now, archived ones included."""
        self.ensure_one()
        if self.criterion_id.rating_field:
            domain = [(self.criterion_id.rating_field, "=", self.option_ref.id)]
        else:
            domain = list(conditions.parse(self.domain))
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name or self.env._("Leads"),
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": domain,
            "context": {"active_test": False},
        }

    @api.model
    @api.readonly
    def get_refused_fields(self):
        """Return the names of fields of crm.lead that no condition may ask for."""
        leads = self.env["crm.lead.score.model"]._get_leads()
        own = self._get_own_fields(leads)
        return sorted(
            name
            for name, field in leads._fields.items()
            if _is_computed(field) or self._find_field_problem(leads, name, field, own)
        )

    def _get_model(self):
        return self.model_id | self.criterion_id.model_id

    def _filter_with_option(self):
        """Return the rules of options that still exist."""
        rules = self.filtered(lambda r: r.criterion_id.rating_field and r.option_ref)
        options = set()
        for model, some in rules.grouped(lambda r: r.option_ref._name).items():
            ids = {rule.option_ref.id for rule in some}
            options.update(self.env[model].browse(ids).exists())
        return rules.filtered(lambda rule: rule.option_ref in options)

    @api.model
    def _check_no_points(self, options):
        """Refuse to delete options that have points in the model that counts."""
        # sudo: points count, whether or not the user may read models and rules
        published = self.env["crm.lead.score.model"].sudo()._get_published_model()
        for rule in published._get_rules():
            option = rule.option_ref
            if option and option._name == options._name and option in options:
                raise UserError(
                    self.env._(
                        "%(option)s has %(points)s points in the score model "
                        "%(model)s, which counts. Publish a model without it first.",
                        option=option.display_name,
                        points=f"{rule.points:+d}",
                        model=published.name,
                    )
                )

    def _get_own_names(self):
        """A rule without a name is called after its option."""
        names = {rule.id: rule.name or "" for rule in self}
        unnamed = self.filtered(lambda rule: not rule.name and rule.option_ref)
        for model, rules in unnamed.grouped(lambda r: r.option_ref._name).items():
            options = self.env[model].browse({rule.option_ref.id for rule in rules})
            labels = {option.id: option.display_name for option in options.exists()}
            for rule in rules:
                names[rule.id] = labels.get(rule.option_ref.id, "")
        return names

    def _get_fact(self):
        """Return what the rule asks for, the same in all versions of a model."""
        field = self.criterion_id.rating_field
        if field:
            return (field, self.option_ref.id if self.option_ref else 0)
        return ("", self.domain)

    def _get_spec(self):
        self.ensure_one()
        is_option = bool(self.criterion_id.rating_field)
        return specification.Rule(
            self.id,
            (is_option and self.option_ref and self.option_ref.id) or 0,
            "" if is_option else self.domain,
            self.points,
        )

    # --------------------------------------------------------------- what can be scored
    def _find_problem(self):
        """Return why the condition cannot be scored, for the reader, or False."""
        self.ensure_one()
        leads = self.env["crm.lead.score.model"]._get_leads()
        try:
            domain = conditions.parse(self.domain)
        except ValueError:
            return self.env._(
                "It is no condition with fixed values. Values such as the current "
                "user are not offered: a score is the same for all."
            )
        try:
            for prefix, condition in conditions.iter_conditions(domain):
                problem = self._find_condition_problem(leads, prefix, condition)
                if problem:
                    return problem
            return self._find_user_problem(
                leads, domain
            ) or self._find_computed_problem(leads, domain)
        # a lock or a conflict says nothing of the condition: Odoo tries again
        except OperationalError:
            raise
        # whatever a search method of another addon raises: the rule is skipped
        except Exception as error:
            _logger.debug("score rule %s", self.id, exc_info=True)
            return str(error)

    def _find_computed_problem(self, leads, domain):
        """A search has another answer than the form, and nothing tells of a change."""
        for path in conditions.get_domain_paths(domain):
            if any(_is_computed(f) for f in conditions.get_fields(leads, path)):
                return self.env._(
                    "%(path)s is computed on reading: ask for the stored fields that "
                    "it is computed from.",
                    path=path,
                )
        return False

    def _find_condition_problem(self, leads, prefix, condition):
        names = [*prefix, condition.field_expr]
        path = ".".join(names)
        try:
            fields_ = conditions.get_fields(leads, path)
        except ValueError:
            return self.env._("The field %(path)s is unknown.", path=path)
        if condition.operator not in conditions.OPERATORS:
            return self.env._(
                "%(operator)s is not offered: its answer can change without a change "
                "of the lead.",
                operator=condition.operator,
            )
        if any(_leads_to_others(leads, field) for field in fields_[1:]):
            return self.env._(
                "%(path)s leads from a shared record to records that may be of another "
                "company.",
                path=path,
            )
        own = self._get_own_fields(leads)
        for field in fields_:
            if problem := self._find_field_problem(leads, path, field, own):
                return problem
        return self._find_value_problem(path, fields_[-1], condition)

    @api.model
    def _find_field_problem(self, leads, path, field, own):
        """Return why no condition may ask for a field, or False."""
        if "uid" in self.env.registry.field_depends_context[field]:
            return self._get_user_problem()
        if field in own:
            return self.env._("%(path)s follows from the score itself.", path=path)
        if not field.store and not field._description_searchable:
            return self.env._(
                "%(path)s is computed on reading and cannot be searched.", path=path
            )
        if not self._may_managers_read(field.model_name, field.groups or ""):
            return self.env._(
                "%(path)s may not be read by every sales manager, so no score may tell "
                "of it.",
                path=path,
            )
        return False

    @api.model
    @ormcache("model", "groups")
    def _may_managers_read(self, model, groups):
        """Return whether every sales manager may read a field, of all its records.

        :param groups: of the field
        """
        # sudo: managers may not read groups and access rights
        env = self.sudo().env
        managers = env.ref("sales_team.group_sale_manager").all_implied_ids
        rights = env["ir.model.access"].search(
            [("model_id.model", "=", model), ("perm_read", "=", True)]
        )
        if not any(
            not right.group_id or right.group_id in managers for right in rights
        ):
            return False
        if model in MASKED_MODELS or self._do_rules_hide(model, managers):
            return False
        names = groups.split(",") if groups else []
        implied = {
            name for some in managers._get_external_ids().values() for name in some
        }
        return not names or any(name.strip() in implied for name in names)

    @api.model
    def _do_rules_hide(self, model, groups):
        """Return whether record rules hide records of a model from members of groups.

        Those of companies hide nothing that a path of a lead leads to.
        """
        if model in OPEN_MODELS:
            return False
        # sudo: managers may not read record rules
        rules = self.env["ir.rule"].sudo()
        rules = rules.search([("model_id.model", "=", model), ("perm_read", "=", True)])
        hiding = rules.filtered(_hides_records)
        if hiding.filtered(lambda rule: not rule.groups):
            return True
        # of the rules for groups, one that fits is enough
        for_groups = rules.filtered(lambda rule: rule.groups & groups)
        return bool(for_groups) and for_groups <= hiding

    def _find_value_problem(self, path, field, condition):
        if field.relational and _is_text(condition):
            return self.env._(
                "%(path)s is compared with a text: choose records, or a field of them.",
                path=path,
            )
        if _ends_in_escape(condition):
            return self.env._(
                "The pattern of %(path)s ends with a backslash, which stands for the "
                "character that follows. Write two for a backslash.",
                path=path,
            )
        if _is_any_text(condition):
            return self.env._(
                "The pattern of %(path)s fits every text: choose “is set” instead.",
                path=path,
            )
        return False

    @api.model
    def _get_own_fields(self, leads):
        """Return the score and all that is computed from it."""
        registry = self.env.registry
        own = {leads._fields["lead_score"], leads._fields["lead_score_lines"]}
        for name in ("fit_score", "engagement_score", "score_excluded"):
            own.add(leads._fields[f"lead_{name}"])
        for field in [*own]:
            own.update(registry.get_dependent_fields(field))
        own.add(leads._fields["lead_score_log_ids"])
        return own

    def _find_user_problem(self, leads, domain):
        """A condition that is other SQL for another user asks for who looks."""
        other = leads.with_user(self.env.ref("base.public_user")).sudo()
        statements = set()
        for model in (leads, other.with_context(**leads.env.context)):
            query = Query(model.env, model._table, model._table_sql)
            condition = domain.optimize_full(model)._to_sql(model, model._table, query)
            select = query.select(condition)
            statements.add((select.code, repr(select.params)))
        return len(statements) > 1 and self._get_user_problem()

    def _get_user_problem(self):
        return self.env._("It depends on who looks: a score is the same for all.")

    def _find_database_problem(self):
        """Return what PostgreSQL says against the condition, or False.

        It is asked about all leads: some errors depend on the values it meets.
        """
        leads = self.env["crm.lead.score.model"]._get_leads()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                select = statements.compile_matches(leads, [("", 0, self.domain)])
                leads.env.execute_query(select)
        except OperationalError:
            raise
        except (DatabaseError, UserError, ValueError) as error:
            return str(error)
        return False

    def _can_never_match(self, leads):
        if self.criterion_id.rating_field:
            return False
        domain = conditions.parse(self.domain).optimize_full(leads)
        return domain.is_false() or conditions.is_contradiction(domain)


def _hides_records(rule):
    """Return whether a record rule hides records of the companies of its reader."""
    text = rule.domain_force or "[]"
    nodes = ast.walk(ast.parse(text.strip(), mode="eval"))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    if names:
        return not names <= COMPANY_NAMES
    return not conditions.parse(text.strip()).is_true()


def _is_text(condition):
    """Return whether a condition compares with a text, or with texts of a list."""
    values = condition.value
    if isinstance(values, str) or not isinstance(values, Collection):
        values = [values]
    return "like" in condition.operator or any(isinstance(v, str) for v in values)


def _is_computed(field):
    while field.related and not field.store:
        field = field.related_field
    return not field.store


def _leads_to_others(leads, field):
    """Return whether a field of a record lists such as belong to companies."""
    is_list = field.type in ("one2many", "many2many")
    return is_list and "company_id" in leads.env[field.comodel_name]._fields


def _is_any_text(condition):
    """Return whether a pattern is of % alone: to a form, no text fits it, too."""
    value = condition.value
    return (
        "like" in condition.operator
        and isinstance(value, str)
        and bool(value)
        and not value.strip("%")
    )


def _ends_in_escape(condition):
    """Return whether PostgreSQL would miss the character that a pattern escapes."""
    value = condition.value
    if condition.operator.removeprefix("not ") not in ("=like", "=ilike"):
        return False
    return isinstance(value, str) and (len(value) - len(value.rstrip("\\"))) % 2 == 1
