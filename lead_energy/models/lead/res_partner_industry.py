from odoo import models

from . import crm_lead_cached_name  # noqa: F401 - it comes first


class ResPartnerIndustry(models.Model):
    """Rated like our own options, and shown with them on every form."""

    _name = "res.partner.industry"
    _inherit = ["res.partner.industry", "crm.lead.cached.name"]

    def unlink(self):
        leads = self.env["crm.lead"]._get_rated_by("industry_id", self)
        result = super().unlink()
        leads._rescore()
        return result
