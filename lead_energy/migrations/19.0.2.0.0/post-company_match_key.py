from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Read the names of all companies anew: more spellings are understood."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.partner"]._init_company_match_key()
