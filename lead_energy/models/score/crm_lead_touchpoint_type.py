from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lead import crm_lead_cached_name  # noqa: F401 - it comes first


class CrmLeadTouchpointType(models.Model):
    """A kind of thing that a prospect does, and what that is worth.

    POINTS of either sign count in the criterion of the score that sums up
    touchpoints; they halve every HALF-LIFE days (0: they stay). A change counts for
    all leads with the next run of the score. ARCHIVE: the type is not offered any
    more, and the touchpoints that have it still count.
    """

    _name = "crm.lead.touchpoint.type"
    _inherit = ["crm.lead.cached.name"]
    _description = "Touchpoint Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    points = fields.Integer(help="What a touchpoint of this type gives or takes.")
    half_life = fields.Integer(
        string="Half-Life (days)",
        default=60,
        help="After so many days a touchpoint counts half, after twice as many a "
        "quarter. 0: it counts in full for good.",
    )
    description = fields.Text(translate=True, help="Shown to reps as a tooltip.")

    _half_life_not_negative = models.Constraint(
        "CHECK (half_life >= 0)", "A half-life is 0 days or more."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a touchpoint that the manager may not read has the type all the same
        touchpoints = self.env["crm.lead.touchpoint"].sudo()
        groups = touchpoints._read_group(
            [("type_id", "in", self.ids)], ["type_id"], ["__count"]
        )
        if groups:
            raise UserError(
                self.env._(
                    "%(names)s cannot be deleted, touchpoints of leads have it: "
                    "archive it instead. It then still counts and is no longer "
                    "offered.",
                    names=", ".join(f"{type_.name} ({n})" for type_, n in groups),
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if {"points", "half_life"} & vals.keys():
            self.env["crm.lead.score.model"]._request_update()
        return result
