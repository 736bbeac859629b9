from odoo import api, models


class MailBlacklist(models.Model):
    """An e-mail address that comes or goes tells the leads that have it."""

    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        self.env["crm.lead"]._recheck_objections(
            "email_normalized", entries.mapped("email")
        )
        return entries

    def write(self, vals):
        before = self.mapped("email")
        result = super().write(vals)
        self.env["crm.lead"]._recheck_objections(
            "email_normalized", [*before, *self.mapped("email")]
        )
        return result

    def unlink(self):
        before = self.mapped("email")
        result = super().unlink()
        self.env["crm.lead"]._recheck_objections("email_normalized", before)
        return result
