from odoo import models


class IrActionsActWindow(models.Model):
    """A window may open with an effect, as a dialog may close with one.

    The web client shows the effect of any action; the server would warn of it.
    """

    _inherit = "ir.actions.act_window"

    def _get_readable_fields(self):
        return super()._get_readable_fields() | {"effect"}
