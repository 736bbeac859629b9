from odoo import fields, models


class CrmLeadInterest(models.Model):
    """What a quotation for the interest starts with."""

    _inherit = "crm.lead.interest"

    quotation_template_id = fields.Many2one(
        "sale.order.template",
        ondelete="set null",
        help="Proposed when a lead with this interest is converted to a quotation.",
    )
