from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import rights  # noqa: F401 - it comes first

# clocks of other systems run ahead
TOLERANCE = timedelta(minutes=5)


class CrmLeadTouchpoint(models.Model):
    """Something that a prospect did, and when: it visited the stand, asked, replied.

    Recorded by hand or by RPC. It counts in the score, less and less with time, as
    its type says.
    """

    _name = "crm.lead.touchpoint"
    _inherit = ["crm.lead.system.values"]
    _description = "Touchpoint"
    _order = "date desc, id desc"
    _rec_name = "type_id"

    lead_id = fields.Many2one("crm.lead", required=True, index=True, ondelete="cascade")
    type_id = fields.Many2one(
        "crm.lead.touchpoint.type", required=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self._default_user_id(),
        readonly=True,
    )
    note = fields.Char()

    @api.model
    def _default_user_id(self):
        return self.env.user

    @api.constrains("date")
    def _check_date(self):
        latest = fields.Datetime.now() + TOLERANCE
        for touchpoint in self:
            if touchpoint.date > latest:
                raise ValidationError(
                    self.env._(
                        "%(type)s of %(lead)s lies in the future: a touchpoint is "
                        "what has happened. Plan an activity instead.",
                        type=touchpoint.type_id.name,
                        lead=touchpoint.lead_id.display_name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "lead_id" in vals:
            # the rules were asked about the lead of before only
            self.check_access("write")
        return result
