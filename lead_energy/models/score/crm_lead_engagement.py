from odoo import api, fields, models


class CrmLead(models.Model):
    """What the prospect does: the touchpoints of a lead."""

    _inherit = "crm.lead"

    touchpoint_ids = fields.One2many(
        "crm.lead.touchpoint", "lead_id", string="Touchpoints"
    )
    last_touch_date = fields.Datetime(
        string="Last Touchpoint",
        compute="_compute_last_touch_date",
        store=True,
        copy=False,
    )

    @api.depends("touchpoint_ids.date")
    def _compute_last_touch_date(self):
        for lead in self:
            dates = [date for date in lead.touchpoint_ids.mapped("date") if date]
            lead.last_touch_date = max(dates, default=False)

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: what hangs on the merged leads goes along, whoever recorded it
        opportunities.sudo().touchpoint_ids.lead_id = self
        return result
