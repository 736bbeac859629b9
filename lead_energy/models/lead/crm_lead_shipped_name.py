from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# what Odoo and we ship under a name that Odoo does not translate
SHIPPED = {
    "utm.source": {
        "utm.utm_source_search_engine": _lt("Search engine"),
        "utm.utm_source_mailing": _lt("Lead Recall"),
        "utm.utm_source_newsletter": _lt("Newsletter"),
        "utm.utm_source_referral": _lt("Referral"),
        "lead_energy.source_fair": _lt("Trade Fair"),
        "lead_energy.source_website": _lt("Website"),
    },
    "utm.medium": {
        "utm.utm_medium_website": _lt("Website"),
        "utm.utm_medium_phone": _lt("Phone"),
        "utm.utm_medium_direct": _lt("Direct"),
        "utm.utm_medium_email": _lt("Email"),
        "utm.utm_medium_banner": _lt("Banner"),
        "utm.utm_medium_television": _lt("Television"),
        "lead_energy.medium_fair": _lt("Trade Fair"),
    },
}


class CrmLeadShippedName(models.AbstractModel):
    """A record that was shipped in English is shown in the reader's language.

    Its name stays as it is: links and campaigns find it by that. Whoever renames it
    sees that name. What is typed finds both.
    """

    _name = "crm.lead.shipped.name"
    _description = "Name of what was shipped"

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        shipped = self._get_shipped_names()
        for record in self:
            name, label = shipped.get(record.id, (None, None))
            if name and record.name == name:
                record.display_name = label
        return result

    @api.model
    def _search_display_name(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented  # Odoo negates what is found
        found = {
            record_id: name
            for record_id, (name, label) in self._get_shipped_names().items()
            if _is_match(label, operator, value)
        }
        return Domain(super()._search_display_name(operator, value)) | (
            Domain("id", "in", list(found)) & Domain("name", "in", list(found.values()))
        )

    @api.model
    def _get_shipped_names(self):
        """Return {id: (name as shipped, name in the reader's language)}."""
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        english = self.with_context(lang="en_US").env
        return {
            record_id: (english._(term), self.env._(term))
            for xmlid, term in SHIPPED[self._name].items()
            if (record_id := to_id(xmlid))
        }


def _is_match(label, operator, value):
    """Return whether a name is what a search looks for, without regard to case."""
    label = label.casefold()
    if operator in ("like", "ilike"):
        return isinstance(value, str) and bool(value) and value.casefold() in label
    if operator not in ("=", "in", "=ilike", "=like"):
        return False
    values = [value] if isinstance(value, str) else value or ()
    return any(isinstance(item, str) and item.casefold() == label for item in values)


class UtmSource(models.Model):
    _name = "utm.source"
    _inherit = ["utm.source", "crm.lead.shipped.name"]


class UtmMedium(models.Model):
    _name = "utm.medium"
    _inherit = ["utm.medium", "crm.lead.shipped.name"]
