from odoo import api, models

from ..rights import is_of_system


class IrDefault(models.Model):
    """Everybody may set defaults of their own, but not of what the system says."""

    _inherit = "ir.default"

    @api.model
    def _get_model_defaults(self, model_name, condition=False):
        defaults = super()._get_model_defaults(model_name, condition)
        fields = self.env[model_name]._fields
        return {
            name: value
            for name, value in defaults.items()
            if name not in fields or not is_of_system(fields[name])
        }
