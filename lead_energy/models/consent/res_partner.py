from odoo import fields, models
from odoo.tools import SQL

from . import crm_lead_consent_mixin  # noqa: F401 - it comes first

RIGHTS = "sales_team.group_sale_salesman"


class ResPartner(models.Model):
    """A contact consents as a lead does."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.lead.consent.mixin"]

    # portal users may read their own partner: not what is noted about it
    opt_in_state = fields.Selection(groups=RIGHTS)
    consent_ids = fields.One2many(
        "crm.lead.consent",
        "partner_id",
        string="Consents",
        readonly=True,
        copy=False,
        groups=RIGHTS,
    )

    def _get_consent_pointer(self):
        return "partner_id"

    def _get_consent_pointers(self):
        return {"partner_id": self.id}

    def _get_consent_lang(self):
        return self.lang or self.env.lang or "en_US"

    def _get_consent_names(self):
        return [
            *("email_normalized", "phone_sanitized", "company_id", "parent_id"),
            *("is_company", "zip", "city"),
        ]

    def _get_own_events_sql(self):
        return SQL("consent.partner_id = person.id")

    def _get_business_sql(self):
        return SQL("(person.is_company OR person.parent_id IS NOT NULL)")

    def _is_business(self):
        return bool(self.is_company or self.parent_id)
