from odoo import api, models


class IrFilters(models.Model):
    """Show the favourites that the addon ships in the user's language.

    Odoo does not translate the names of favourites; one that somebody has renamed
    keeps that name.
    """

    _inherit = "ir.filters"

    @api.model
    def get_filters(
        self,
        model,
        action_id=None,
        embedded_action_id=None,
        embedded_parent_res_id=None,
    ):
        filters = super().get_filters(
            model, action_id, embedded_action_id, embedded_parent_res_id
        )
        if model == "crm.lead":
            translations = self._get_shipped_names()
            for values in filters:
                shipped, translated = translations.get(values["id"], (None, None))
                if values["name"] == shipped:
                    values["name"] = translated
        return filters

    @api.model
    def _get_shipped_names(self):
        """Return {id: (the name as shipped, the name in the user's language)}."""
        names = {
            "filter_hot_without_next_step": (
                "Hot without next step",
                self.env._("Hot without next step"),
            ),
            "filter_follow_up_due": ("Follow-up due", self.env._("Follow-up due")),
            "filter_new_today": ("New today", self.env._("New today")),
            "filter_fair": ("Fair leads", self.env._("Fair leads")),
        }
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        return {to_id(f"lead_energy.{name}"): pair for name, pair in names.items()}
