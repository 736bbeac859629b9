from odoo import models

from .crm_lead_board import BOARD


class IrWebsocket(models.AbstractModel):
    """Who hears of the leads on a board: users of ours who may read leads."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        wanted = BOARD in channels
        channels = [channel for channel in channels if channel != BOARD]
        leads = self.env["crm.lead"]
        if wanted and self.env.user._is_internal() and leads.has_access("read"):
            channels.append(leads._get_board_channel())
        return super()._build_bus_channel_list(channels)
