from odoo import models


class ResPartnerIndustry(models.Model):
    """Rated like our own options, and shown with them on every form."""

    _name = "res.partner.industry"
    _inherit = ["res.partner.industry", "crm.lead.cached.name"]

    def unlink(self):
        leads = self.env["crm.lead"]._get_rated_by("industry_id", self)
        result = super().unlink()
        leads._rescore()
        return result
