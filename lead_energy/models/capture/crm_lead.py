from odoo import models

# what every lead has: an empty cell of a file says nothing about it
KEPT_WHEN_EMPTY = ("name", "lead_number", "lead_status_id")


class CrmLead(models.Model):
    """What an import means for leads that are there already."""

    _inherit = "crm.lead"

    def _load_records_write(self, values):
        values = {
            name: value
            for name, value in values.items()
            if value or name not in KEPT_WHEN_EMPTY
        }
        return super()._load_records_write(values)
