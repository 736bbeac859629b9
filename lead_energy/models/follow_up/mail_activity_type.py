from odoo import api, models

from .crm_lead import ACTIVITY_TYPES, REWORK_TYPE


class MailActivityType(models.Model):
    """Types that fields of the lead mirror cannot be deleted."""

    _inherit = "mail.activity.type"

    @api.model
    def _get_model_info_by_xmlid(self):
        info = {"res_model": "crm.lead", "unlink": False}
        return {
            **super()._get_model_info_by_xmlid(),
            **dict.fromkeys((*ACTIVITY_TYPES.values(), REWORK_TYPE), info),
        }
