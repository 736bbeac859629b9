from odoo import fields, models

from . import crm_lead_option  # noqa: F401 - it comes first


class CrmLeadInterest(models.Model):
    """An energy product or service that a lead asks for, as managers list it.

    Its own model and not ``crm.tag``: reps may create tags, and a quotation takes
    its products from here.
    """

    _name = "crm.lead.interest"
    _inherit = ["crm.lead.option"]
    _description = "Energy Interest"

    color = fields.Integer()
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        domain=[("sale_ok", "=", True)],
        help="Products that a quotation for this interest starts with.",
    )
    quotation_template_id = fields.Many2one(
        "sale.order.template",
        ondelete="set null",
        help="Proposed when a lead with this interest is converted to a quotation.",
    )

    def _group_by_lead_field(self):
        return {"interest_ids": self}
