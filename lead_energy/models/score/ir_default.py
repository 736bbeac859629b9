from odoo import api, models


class IrDefault(models.Model):
    """A default of a field of companies is the value of all records without one.

    No write tells of its change, so leads are scored again when a rule asks for it.
    """

    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        defaults._rescore_leads()
        return defaults

    def write(self, vals):
        self._rescore_leads()
        result = super().write(vals)
        self._rescore_leads()
        return result

    def unlink(self):
        self._rescore_leads()
        return super().unlink()

    def _rescore_leads(self):
        # sudo: who sets a default of their own need not read fields
        fields_ = self.sudo().field_id
        names = {
            (field.model, field.name) for field in fields_ if field.company_dependent
        }
        # sudo: as above, parameters
        if names and self.env["ir.model.fields"].sudo()._is_watched(names):
            self.env["crm.lead.score.model"]._request_update()
