from odoo import models

from ..score import crm_lead_blacklist  # noqa: F401 - it comes first

CHANNEL_BY_FIELD = {"email_normalized": "email", "phone_sanitized": "phone"}


class CrmLeadBlacklist(models.AbstractModel):
    """Who is put on a blacklist has objected on its channel."""

    _inherit = "crm.lead.blacklist"

    def _tell_leads(self, values):
        result = super()._tell_leads(values)
        consents = self.env["crm.lead.consent"]
        if consents._is_used():
            # exists: what was taken off by deletion is told as well
            listed = self.exists().filtered("active")._get_listed()
            consents._object_listed(CHANNEL_BY_FIELD[self._listed[1]], listed)
        return result
