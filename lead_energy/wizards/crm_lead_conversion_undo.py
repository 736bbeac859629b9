from odoo import api, fields, models


class CrmLeadConversionUndo(models.TransientModel):
    """Take a conversion back, with a reason; or say what prevents it."""

    _name = "crm.lead.conversion.undo"
    _description = "Undo a Conversion"

    conversion_id = fields.Many2one(
        "crm.lead.conversion", required=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(related="conversion_id.lead_id")
    reason = fields.Char()
    blockers = fields.Text(compute="_compute_blockers")
    removed = fields.Text(compute="_compute_blockers")

    @api.depends("conversion_id")
    def _compute_blockers(self):
        for wizard in self:
            conversion = wizard.conversion_id
            wizard.blockers = "\n".join(conversion._get_undo_blockers())
            wizard.removed = "\n".join(
                # sudo: the names of what the user's undo is about to remove
                record.display_name
                for model in ("sale.order", "res.partner")
                for record in conversion.sudo()._browse_created(model)
            )

    def action_undo(self):
        self.ensure_one()
        self.conversion_id._undo(self.reason)
        lead = self.lead_id
        message = self.env._(
            "The conversion was undone. %(lead)s: %(status)s",
            lead=lead.display_name,
            status=lead.lead_status_id.name,
        )
        effect = {"type": "lead_conversion", "message": message, "links": []}
        return {**lead._get_result_action(), "effect": effect}
