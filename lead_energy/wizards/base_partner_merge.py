from odoo import api, models

# the strongest first: what a company is that is merged from several
GROUPS = ("customer", "partner", "prospect", "lost", "other")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merge category, status and consents of contacts, and score their leads again."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        category = self._get_merged_category(src_partners, dst_partner)
        result = super()._update_values(src_partners, dst_partner)
        if dst_partner.company_category_id != category:
            dst_partner.company_category_id = category
        self.env["crm.lead.consent"]._share_refusals([(dst_partner, src_partners)])
        # the leads were moved by SQL just before
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads.invalidate_model(["partner_id"])
        moved = [("partner_id", "=", dst_partner.id)]
        leads.search(moved)._sync_contact_status()
        # also those that the user may not see
        self.env["crm.lead.score.model"]._get_leads().search(moved)._rescore()
        return result

    @api.model
    def _get_merged_category(self, src_partners, dst_partner):
        """A customer stays one, whichever of the partners is kept."""
        categories = (dst_partner | src_partners).company_category_id
        if not categories:
            return categories
        return categories.sorted(lambda category: GROUPS.index(category.group))[0]
