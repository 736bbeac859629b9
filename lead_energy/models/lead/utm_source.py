from odoo import api, models
from odoo.exceptions import UserError

from .crm_lead_option import count_leads, list_used


class UtmSource(models.Model):
    """A source names the score rule that gives it points."""

    _inherit = "utm.source"

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals:
            self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a lead that the user may not read has the source all the same
        used = count_leads(self.sudo(), "source_id")
        if used:
            raise UserError(
                self.env._(
                    "%(names)s cannot be deleted, leads come from it: give them "
                    "another source first, archived leads included.",
                    names=list_used(used),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_points(self):
        self.env["crm.lead.score.rule"]._check_no_points(self)

    def unlink(self):
        leads = self.env["crm.lead"]._get_rated_by("source_id", self)
        result = super().unlink()
        leads._rescore()
        self.env.registry.clear_cache()
        return result
