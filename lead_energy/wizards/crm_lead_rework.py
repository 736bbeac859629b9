from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadRework(models.TransientModel):
    """Ask for the day on which leads are taken up again."""

    _name = "crm.lead.rework"
    _description = "Put a Lead off"

    lead_ids = fields.Many2many("crm.lead", context={"active_test": False})
    lead_status_id = fields.Many2one(
        "crm.lead.status",
        string="Status",
        required=True,
        domain=[("kind", "=", "rework")],
        default=lambda self: self.env["crm.lead.status"]._get_default("rework"),
    )
    rework_date = fields.Date(
        string="Take up again on",
        required=True,
        default=lambda self: self._default_rework_date(),
    )

    @api.model
    def _default_rework_date(self):
        return self.env["crm.lead"]._get_default_rework_date()

    def action_apply(self):
        self.ensure_one()
        if self.rework_date <= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "Choose a day after today: on %(date)s the lead would return at "
                    "once.",
                    date=self.rework_date,
                )
            )
        self.lead_ids.write(
            {
                "lead_status_id": self.lead_status_id.id,
                "rework_date": self.rework_date,
            }
        )
        return True
