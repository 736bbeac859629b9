from odoo import models

from . import crm_lead_blacklist  # noqa: F401 - it comes first


class MailBlacklist(models.Model):
    """An e-mail address that comes or goes tells the leads that have it."""

    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "crm.lead.blacklist"]
    _listed = ("email", "email_normalized")
