from odoo import models

from . import crm_lead_blacklist  # noqa: F401 - it comes first


class PhoneBlacklist(models.Model):
    """A phone number that comes or goes tells the leads that have it."""

    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "crm.lead.blacklist"]
    _listed = ("number", "phone_sanitized")
