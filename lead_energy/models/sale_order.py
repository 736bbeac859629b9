from odoo import models


class SaleOrder(models.Model):
    """A confirmed quotation makes a customer."""

    _inherit = "sale.order"

    def action_confirm(self):
        result = super().action_confirm()
        self.partner_id._advance_company_category(
            self.env["crm.lead.automation"]._get_target("category_order")
        )
        return result
