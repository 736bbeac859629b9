from odoo import api, fields, models

from ..models.context import tell


class CrmLeadLost(models.TransientModel):
    """Ask with which of the closed statuses leads are closed."""

    _inherit = "crm.lead.lost"

    lead_status_id = fields.Many2one(
        "crm.lead.status",
        string="Status",
        domain=[("kind", "=", "closed")],
        compute="_compute_lead_status_id",
        store=True,
        readonly=False,
    )

    @api.depends("lead_ids")
    def _compute_lead_status_id(self):
        """Only leads are closed; an opportunity stays converted when it is lost."""
        for wizard in self:
            types = set(wizard.lead_ids.mapped("type"))
            wizard.lead_status_id = types == {"lead"} and self.env[
                "crm.lead.status"
            ]._get_default("closed")

    def action_lost_reason_apply(self):
        # Odoo's method calls that of the leads: the chosen status goes along
        wizard = tell(self, closed_status_id=self.lead_status_id.id)
        return super(CrmLeadLost, wizard).action_lost_reason_apply()
