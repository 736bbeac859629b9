from odoo import api, models


class PhoneBlacklist(models.Model):
    """A phone number that comes or goes tells the leads that have it."""

    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        self.env["crm.lead"]._recheck_objections(
            "phone_sanitized", entries.mapped("number")
        )
        return entries

    def write(self, vals):
        before = self.mapped("number")
        result = super().write(vals)
        self.env["crm.lead"]._recheck_objections(
            "phone_sanitized", [*before, *self.mapped("number")]
        )
        return result

    def unlink(self):
        before = self.mapped("number")
        result = super().unlink()
        self.env["crm.lead"]._recheck_objections("phone_sanitized", before)
        return result
