from odoo import api, models

from . import crm_lead_cached_name  # noqa: F401 - it comes first
from .crm_lead_option import count_leads, refuse_used


class ResPartnerIndustry(models.Model):
    """Rated like our own options, and shown with them on every form."""

    _name = "res.partner.industry"
    _inherit = ["res.partner.industry", "crm.lead.cached.name"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a lead that the user may not read has the industry all the same
        refuse_used(self.env, count_leads(self.sudo(), "industry_id"))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_points(self):
        self.env["crm.lead.score.rule"]._check_no_points(self)

    def unlink(self):
        leads = self.env["crm.lead"]._get_rated_by("industry_id", self)
        result = super().unlink()
        leads._rescore()
        return result
