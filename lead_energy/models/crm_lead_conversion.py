from odoo import Command, models


class CrmLead(models.Model):
    """From a lead to a quotation."""

    _inherit = "crm.lead"

    def _create_quotation(self):
        """Create a draft quotation with the products of the interests.

        The head of the quotation is what Odoo's own button 'New Quotation' gives it.

        :return: sale.order
        """
        self.ensure_one()
        context = self._prepare_opportunity_quotation_context()
        return (
            self.env["sale.order"]
            .with_context(**context)
            .create({"order_line": self._prepare_quotation_lines()})
        )

    def _prepare_quotation_lines(self):
        """Return a section for each interest that has products, and its products."""
        commands = []
        for interest in self.interest_ids:
            products = interest.product_ids.filtered("active")
            if products:
                commands.append(
                    Command.create(
                        {"display_type": "line_section", "name": interest.name}
                    )
                )
            commands += [
                Command.create({"product_id": product.id}) for product in products
            ]
        return commands

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """The industry belongs to the company, or to who has none."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.industry_id and (is_company or not parent_id):
            values["industry_id"] = self.industry_id.id
        return values
