from odoo import fields, models
from odoo.tools import float_round, formatLang

# what a lead says of its size, of which a quantity may be made
AMOUNTS = ("planned_power_kwp", "planned_storage_kwh", "annual_consumption_kwh")


def format_quantity(env, value, digits=None):
    """Return a number in the user's language, rounded as on an order, and no zeros.

    :param int digits: of the decimals, those of quantities unless given
    """
    if digits is None:
        digits = env["decimal.precision"].precision_get("Product Unit")
    value = float_round(value, precision_digits=digits)
    decimals = f"{value:.{digits}f}".rstrip("0").partition(".")[2]
    return formatLang(env, value, digits=len(decimals))


class CrmLeadInterestProduct(models.Model):
    """A product that a quotation for an interest starts with, and how much of it.

    QUANTITY: the amount of ``quantity_from`` times ``factor``, rounded. A fixed
    quantity is the factor itself. A lead that does not tell the amount gets 1.
    """

    _name = "crm.lead.interest.product"
    _description = "Product of an Interest"
    _order = "sequence, id"

    interest_id = fields.Many2one(
        "crm.lead.interest", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain=[("sale_ok", "=", True)],
        ondelete="cascade",
    )
    quantity_from = fields.Selection(
        selection="_selection_quantity_from",
        required=True,
        default="fixed",
        help="What of the lead's energy profile the quantity is made of. A lead that "
        "does not tell it gets 1.",
    )
    factor = fields.Float(
        required=True,
        default=1.0,
        digits=(16, 4),
        help="The quantity of the product for one kWp or kWh, or the fixed quantity.",
    )
    rounding = fields.Selection(
        [("none", "Not Rounded"), ("up", "Up to Whole Numbers")],
        required=True,
        default="none",
    )

    _factor = models.Constraint(
        "CHECK (factor > 0)", "The factor of a quantity must be more than 0."
    )

    def _selection_quantity_from(self):
        leads = self.env["crm.lead"]
        return [
            ("fixed", self.env._("Fixed")),
            *(
                (name, leads._fields[name]._description_string(self.env))
                for name in AMOUNTS
            ),
        ]

    def _get_quantity(self, lead):
        """Return how much of the product a quotation for a lead starts with."""
        self.ensure_one()
        amount = 1.0
        if self.quantity_from != "fixed":
            amount = lead[self.quantity_from]
            if not amount:
                return 1.0
        quantity = amount * self.factor
        if self.rounding == "up":
            return float_round(quantity, precision_digits=0, rounding_method="UP")
        return quantity

    def _get_quantity_text(self, lead):
        """Return how much of what a quotation starts with, and why so much."""
        why, amount = self.env._("fixed"), ""
        if self.quantity_from != "fixed":
            amount = lead._fields[self.quantity_from]._description_string(self.env)
            why = self.env._("%(amount)s is not known", amount=amount)
        if amount and lead[self.quantity_from]:
            why = self.env._(
                "%(amount)s: %(value)s × %(factor)s",
                amount=amount,
                value=format_quantity(self.env, lead[self.quantity_from]),
                factor=format_quantity(self.env, self.factor, digits=4),
            )
            if self.rounding == "up":
                why = self.env._("%(quantity)s, rounded up", quantity=why)
        return self.env._(
            "%(quantity)s × %(product)s (%(interest)s, %(why)s)",
            quantity=format_quantity(self.env, self._get_quantity(lead)),
            product=self.product_id.display_name,
            interest=self.interest_id.name,
            why=why,
        )

    def _prepare_order_line_values(self, lead):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self._get_quantity(lead),
        }
