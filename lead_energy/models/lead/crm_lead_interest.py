from odoo import Command, api, fields, models
from odoo.fields import Domain

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
    product_line_ids = fields.One2many(
        "crm.lead.interest.product",
        "interest_id",
        string="Products and Quantities",
        copy=True,
        help="Products that a quotation for this interest starts with, and how much.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        domain=[("sale_ok", "=", True)],
        compute="_compute_product_ids",
        inverse="_inverse_product_ids",
        search="_search_product_ids",
        help="A product that is added here has the quantity 1.",
    )
    quotation_template_id = fields.Many2one(
        "sale.order.template",
        ondelete="set null",
        help="Proposed when a lead with this interest is converted to a quotation.",
    )

    @api.depends("product_line_ids.product_id")
    def _compute_product_ids(self):
        for interest in self:
            interest.product_ids = interest.product_line_ids.product_id

    def _inverse_product_ids(self):
        """Products that stay keep the quantity that they have."""
        for interest in self:
            lines = interest.product_line_ids
            chosen = interest.product_ids
            gone = lines.filtered(lambda line, p=chosen: line.product_id not in p)
            new = chosen - lines.product_id
            interest.product_line_ids = [
                *(Command.delete(line.id) for line in gone),
                *(Command.create({"product_id": product.id}) for product in new),
            ]

    def _search_product_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("product_line_ids.product_id", operator, value)

    def _group_by_lead_field(self):
        return {"interest_ids": self}
