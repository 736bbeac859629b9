from odoo import fields, models


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

    def _group_by_lead_field(self):
        return {"interest_ids": self}
