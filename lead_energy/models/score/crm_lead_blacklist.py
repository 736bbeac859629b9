from odoo import api, models


class CrmLeadBlacklist(models.AbstractModel):
    """A blacklist whose entries come and go, and tell the leads that have them.

    :cvar _listed: its field that holds what is listed, and the field of crm.lead that
        has the same
    """

    _name = "crm.lead.blacklist"
    _description = "Blacklist that Leads Look at"
    _listed = ("", "")

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._tell_leads(entries._get_listed())
        return entries

    def write(self, vals):
        before = self._get_listed()
        result = super().write(vals)
        self._tell_leads([*before, *self._get_listed()])
        return result

    def unlink(self):
        before = self._get_listed()
        result = super().unlink()
        self._tell_leads(before)
        return result

    def _get_listed(self):
        return self.mapped(self._listed[0])

    def _tell_leads(self, values):
        self.env["crm.lead"]._recheck_objections(self._listed[1], values)
