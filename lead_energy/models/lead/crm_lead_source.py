from odoo import api, models


class CrmLead(models.Model):
    """A lead of the website comes from the website, unless a campaign says more.

    Odoo's web form gives it a medium only.
    """

    _inherit = "crm.lead"

    @api.model
    def _prepare_create_values(self, vals_list):
        vals_list = super()._prepare_create_values(vals_list)
        find = self.env["ir.model.data"]._xmlid_to_res_id
        medium = find("utm.utm_medium_website", raise_if_not_found=False)
        source = find("lead_energy.source_website", raise_if_not_found=False)
        if not medium or not source:
            return vals_list
        return [
            {**vals, "source_id": source}
            if vals.get("medium_id") == medium and not vals.get("source_id")
            else vals
            for vals in vals_list
        ]
