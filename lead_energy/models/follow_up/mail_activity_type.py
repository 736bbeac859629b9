from odoo import api, models


class MailActivityType(models.Model):
    """Types that fields of the lead mirror cannot be deleted."""

    _inherit = "mail.activity.type"

    @api.model
    def _get_model_info_by_xmlid(self):
        names = ("next_contact", "info_material", "opt_in", "appointment")
        xmlids = [f"lead_energy.activity_type_{name}" for name in names]
        xmlids.append("lead_energy.mail_activity_type_rework")
        info = {"res_model": "crm.lead", "unlink": False}
        return {**super()._get_model_info_by_xmlid(), **dict.fromkeys(xmlids, info)}
