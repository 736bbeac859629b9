from odoo import api, models
from odoo.fields import Domain

# where a lead was met, and what it is interested in
KEPT = ("source_id", "campaign_id", "medium_id", "interest_ids")


class CrmLead(models.Model):
    """Leads that are typed in one after the other, as at a fair.

    The device keeps source, event and, if wished, interests for the next lead.
    """

    _inherit = "crm.lead"

    @api.model
    @api.readonly
    def get_kept_values(self, values):
        """Return of what a device has kept what can still be chosen.

        :param dict values: {name of a field: list of ids}
        """
        values = values if isinstance(values, dict) else {}
        found = {}
        for name in KEPT:
            kept = values.get(name)
            kept = kept if isinstance(kept, list) else []
            ids = [item for item in kept if type(item) is int]
            options = self.env[self._fields[name].comodel_name]
            found[name] = ids and options.search(Domain("id", "in", ids)).ids
        return found
