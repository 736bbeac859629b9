from odoo import fields, models


class CrmLostReason(models.Model):
    """A reason that has an end asks for its day: the lead may be taken up then."""

    _inherit = "crm.lost.reason"

    asks_for = fields.Selection(
        [("contract_end", "End of the contract"), ("day", "Day to ask again")],
        string="Asks for",
        help="The day that the reason has. Who closes a lead with it is asked for the "
        "day, and may put the lead off until then instead. The end of the contract is "
        "also kept in the energy profile.",
    )
