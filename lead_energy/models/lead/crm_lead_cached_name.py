from odoo import api, models
from odoo.tools import ormcache


class CrmLeadCachedName(models.AbstractModel):
    """A short list whose names every card and form of a lead shows.

    The server remembers them, in each language, so that no screen asks the database
    for them again. Whatever changes a record makes it forget.
    """

    _name = "crm.lead.cached.name"
    _description = "Remembered Name"

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = self._get_names(self.env.lang)
        # what is being typed in is not remembered
        typed = self.filtered(lambda record: record.id not in names)
        names = {**names, **typed._get_own_names()} if typed else names
        for record in self:
            record.display_name = names[record.id]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        result = super()._update_field_translations(
            field_name, translations, digest, source_lang
        )
        self.env.registry.clear_cache()
        return result

    def _get_own_names(self):
        """Return {id: name}, in the language of the environment."""
        return {record.id: record.name for record in self}

    @api.model
    @ormcache("lang")
    def _get_names(self, lang):
        """Return {id: name} of all records, archived ones included."""
        # sudo: a name is shown to whoever may see the record that refers to it
        records = self.sudo().with_context(lang=lang, active_test=False)
        return records.search_fetch([("id", "!=", 0)], ["name"])._get_own_names()
