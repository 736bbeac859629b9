from odoo import api, models

from ...tools.score import conditions
from ...tools.score.conditions import WATCHED_PATHS


class IrModelFields(models.Model):
    """Custom fields that score rules ask for can be deleted and renamed like others.

    The score depends on them by what a parameter says, which Odoo does not know of.
    """

    _inherit = "ir.model.fields"

    def write(self, vals):
        renamed = self.filtered(lambda f: vals.get("name", f.name) != f.name)
        is_watched = renamed._stop_watching()
        result = super().write(vals)
        if is_watched:
            self.env["crm.lead.score.model"]._request_update()
        return result

    def unlink(self):
        is_watched = self._stop_watching()
        result = super().unlink()
        if is_watched:
            # a rule that asks for a field that is gone gives nothing
            self.env["crm.lead.score.model"]._request_update()
        return result

    def _stop_watching(self):
        """Let the score not depend on custom fields; return whether it did."""
        custom = self.filtered(lambda field: field.state == "manual")
        gone = {(field.model, field.name) for field in custom}
        if not gone:
            return False
        # sudo: who may change fields need not read parameters
        parameters = self.env["ir.config_parameter"].sudo()
        paths = (parameters.get_param(WATCHED_PATHS) or "").split(",")
        kept = [path for path in paths if not self._passes(path, gone)]
        if len(kept) == len(paths):
            return False
        parameters.set_param(WATCHED_PATHS, ",".join(kept))
        self.env.flush_all()
        self.env.registry._setup_models__(self.env.cr, ["crm.lead"])
        return True

    @api.model
    def _is_watched(self, fields):
        """Return whether a rule of the published model asks for fields."""
        paths = self.env["crm.lead"]._get_score_paths()
        return any(self._passes(path, fields) for path in paths)

    @api.model
    def _passes(self, path, fields):
        """Return whether a path of crm.lead passes fields of (model, name)."""
        try:
            found = conditions.get_fields(self.env["crm.lead"], path)
        except ValueError:
            return False
        return any((field.model_name, field.name) in fields for field in found)
