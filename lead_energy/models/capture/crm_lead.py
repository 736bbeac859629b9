from odoo import models

from ..context import told

# what every lead has: an empty cell of a file says nothing about it
KEPT_WHEN_EMPTY = ("name", "lead_number", "lead_status_id")


class CrmLead(models.Model):
    """What an import means for leads that are there already."""

    _inherit = "crm.lead"

    def _load_records(self, data_list, update=False):
        """Note which rows are refused: Odoo blames the first for many at once."""
        file = told(self.env, "import_file")
        try:
            return super()._load_records(data_list, update=update)
        except Exception:
            if file and len(data_list) == 1:
                file.refused.add(data_list[0]["info"]["rows"]["from"])
            raise

    def _load_records_write(self, values):
        values = {
            name: value
            for name, value in values.items()
            if value or name not in KEPT_WHEN_EMPTY
        }
        return super()._load_records_write(values)
