from odoo import Command, models

from .crm_lead_interest_product import format_quantity


class CrmLead(models.Model):
    """From a lead to a quotation."""

    _inherit = "crm.lead"

    def _create_quotation(self, template=None):
        """Create a draft quotation with the products of the interests.

        The head of the quotation is what Odoo's own button 'New Quotation' gives it;
        language and payment terms are the customer's.

        :param template: sale.order.template, its lines come first
        :return: sale.order
        """
        self.ensure_one()
        lead = self.with_context(lang=self.partner_id.lang or self.env.lang)
        context = lead._prepare_opportunity_quotation_context()
        template = (template or self.env["sale.order.template"]).with_env(lead.env)
        values = {"interest_ids": [Command.set(self.interest_ids.ids)]}
        if template:
            values["sale_order_template_id"] = template.id
        values["order_line"] = [
            Command.create(line._prepare_order_line_values())
            for line in template.sale_order_template_line_ids
        ] + lead._prepare_quotation_lines()
        orders = self.env["sale.order"].with_context(**context)
        order = orders.create(values)
        self._note_created(order)
        return order.with_env(self.env)

    def _prepare_quotation_lines(self):
        """Return a section for each interest that has products, and its products."""
        commands = []
        for interest in self.interest_ids:
            lines = interest.product_line_ids.filtered("product_id.active")
            if lines:
                commands.append(
                    Command.create(
                        {"display_type": "line_section", "name": interest.name}
                    )
                )
            commands += [
                Command.create(line._prepare_order_line_values(self)) for line in lines
            ]
        return commands

    def _get_quotation_texts(self, template):
        """Return what the quotation starts with: how much, of what, and why so much.

        :param template: sale.order.template, its lines come first
        """
        texts = [
            self.env._(
                "%(quantity)s × %(product)s (template %(template)s)",
                quantity=format_quantity(self.env, line.product_uom_qty),
                product=line.product_id.display_name,
                template=template.name,
            )
            for line in template.sale_order_template_line_ids.filtered("product_id")
        ]
        lines = self.interest_ids.product_line_ids.filtered("product_id.active")
        return texts + [line._get_quantity_text(self) for line in lines]

    def _get_quotation_template(self):
        """Return the template of the first interest that has one."""
        return self.interest_ids.quotation_template_id[:1]
