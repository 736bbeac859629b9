from odoo import fields, models


class SaleOrder(models.Model):
    """The interests that a quotation answers; confirmed, it makes a customer."""

    _inherit = "sale.order"

    interest_ids = fields.Many2many(
        "crm.lead.interest",
        string="Interests",
        context={"active_test": False},
        groups="base.group_user",
    )

    def action_confirm(self):
        result = super().action_confirm()
        self.partner_id._advance_company_category(
            self.env["crm.lead.automation"]._get_target("category_order")
        )
        return result
