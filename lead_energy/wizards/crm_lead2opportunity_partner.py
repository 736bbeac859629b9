from odoo import fields, models


class CrmLead2opportunityPartner(models.TransientModel):
    """Offer a quotation as the result of a conversion."""

    _inherit = "crm.lead2opportunity.partner"

    create_quotation = fields.Boolean(
        string="Create a Quotation",
        help="Continue with a draft quotation that has the products of the interests.",
    )

    def action_apply(self):
        action = super().action_apply()
        if not self.create_quotation:
            return action
        quotation = self.lead_id._create_quotation()
        return {
            "type": "ir.actions.act_window",
            "res_model": quotation._name,
            "res_id": quotation.id,
            "views": [(False, "form")],
        }
