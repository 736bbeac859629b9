from odoo import fields, models

BOARD_ORDERS = [
    ("hot", "Hot first"),
    ("next_step", "Next step first"),
    ("newest", "Newest first"),
    ("longest", "Longest in status first"),
    ("stars", "Stars first"),
]


class ResUsersSettings(models.Model):
    """How a person sorts the columns of the board, on every device."""

    _inherit = "res.users.settings"

    lead_board_order = fields.Selection(
        BOARD_ORDERS, string="Order of the Lead Board", help="Hot first, if empty."
    )
