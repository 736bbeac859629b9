from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL, ormcache

from ...tools.score import conditions, specification, statements, sums
from ...tools.score.conditions import WATCHED_PATHS


class CrmLeadScoreModel(models.Model):
    """How the published model is asked for scores, and what has to be watched."""

    _inherit = "crm.lead.score.model"

    @api.model
    def _get_leads(self):
        """Return crm.lead in an environment that does not depend on who asks.

        Superuser: no record rule hides a partner or an activity from a condition.
        """
        company = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
        context = {
            "active_test": False,
            "lang": "en_US",
            "tz": specification.TIME_ZONE,
            "allowed_company_ids": [company],
        }
        env = self.env(user=SUPERUSER_ID, su=True, context=context)
        return env["crm.lead"]

    @api.model
    def _select_scores(self, ids):
        """Return {lead id: (excluded, fit, engagement, score, lines)}."""
        if not ids:
            return {}
        spec = self._get_published().spec
        select = self._get_statement(statements.compile_inputs, ids)
        rows = self._get_leads().env.execute_query(select)
        return {lead_id: sums.sum_up_row(spec, row) for lead_id, *row in rows}

    def _try_on(self, lead):
        """Return the score and the lines that this model gives a lead."""
        leads, spec = self._get_leads(), self._get_spec()
        select = statements.bind(statements.compile_inputs(leads, spec), lead.ids)
        ((_id, *row),) = leads.env.execute_query(select)
        *_parts, score, lines = sums.sum_up_row(spec, row)
        return score, lines or []

    @api.model
    def _get_statement(self, compiler, ids):
        """Return what a function of the compiler gives, for the leads ``ids``."""
        compiled = self._get_compiled(compiler, specification.get_today())
        if compiled:
            code, params, names = compiled
            to_flush = [self.env[model]._fields[name] for model, name in names]
            select = SQL(code, *params, to_flush=to_flush)
        else:
            spec = self._get_published().spec
            select = compiler(self._get_leads(), spec, by_ids=True)
        return statements.bind(select, ids)

    @api.model
    @ormcache("compiler", "today")
    def _get_compiled(self, compiler, today):
        """Return code, parameters and fields to flush of a statement, for one day.

        Compiling takes longer than one lead's score. None when a condition has to be
        looked up anew each time, such as one that searches by a name.
        """
        leads, spec = self._get_leads(), self._get_published().spec
        if not all(conditions.is_stable(leads, rule) for rule in spec.get_rules()):
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
        paths = ",".join(sorted(conditions.get_paths(self._get_published().spec)))
        # sudo: managers may not read parameters
        parameters = self.env["ir.config_parameter"].sudo()
        if (parameters.get_param(WATCHED_PATHS) or "") != paths:
            parameters.set_param(WATCHED_PATHS, paths)
            self.env.flush_all()
            self.env.registry._setup_models__(self.env.cr, ["crm.lead"])
