from odoo import api, fields, models


class CrmLeadConversionChange(models.TransientModel):
    """What the lead knows of an existing partner that the partner does not say."""

    _name = "crm.lead.conversion.change"
    _description = "Change of a Partner by a Conversion"
    _order = "kind desc, id"

    wizard_id = fields.Many2one(
        "crm.lead2opportunity.partner", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    field_name = fields.Char(required=True)
    label = fields.Char(string="Field", compute="_compute_label")
    kind = fields.Selection([("fill", "Is filled"), ("differ", "Differs")])
    old_value = fields.Char(string="Partner has")
    new_value = fields.Char(string="Lead has")
    take = fields.Boolean(string="Take over")

    @api.depends("field_name", "partner_id")
    @api.depends_context("lang")
    def _compute_label(self):
        fields_of_partner = self.env["res.partner"]._fields
        for change in self:
            field = fields_of_partner[change.field_name]
            change.label = field._description_string(self.env)
