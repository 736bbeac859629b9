from odoo import fields, models
from odoo.tools import SQL

from . import crm_lead_consent_mixin  # noqa: F401 - it comes first


class CrmLead(models.Model):
    """A lead is a person that consents, until and after it has a partner."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.lead.consent.mixin"]

    consent_ids = fields.One2many(
        "crm.lead.consent", "lead_id", string="Consents", readonly=True, copy=False
    )

    def _get_consent_pointer(self):
        return "lead_id"

    def _get_consent_pointers(self):
        return {"lead_id": self.id, "partner_id": self.partner_id.id}

    def _get_consent_lang(self):
        return self.lang_code or self.partner_id.lang or self.env.lang or "en_US"

    def _get_consent_names(self):
        """Return the names of the fields that decide whether we may write to it."""
        return [
            *("email_normalized", "phone_sanitized", "company_id", "partner_name"),
            *("zip", "city", "partner_id"),
        ]

    def _get_own_events_sql(self):
        # what its partner refused by post holds for the lead
        return SQL(
            "(consent.lead_id = person.id OR consent.partner_id = person.partner_id)"
        )

    def _get_business_sql(self):
        return SQL("COALESCE(person.partner_name, '') <> ''")

    def _is_business(self):
        return bool(self.partner_name)

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: what hangs on the merged leads goes along, whoever recorded it
        events = self.env["crm.lead.consent"].sudo()
        if events._is_used():
            events.search([("lead_id", "in", opportunities.ids)]).lead_id = self.id
            events._share_refusals([(self, opportunities)])
        return result

    def _share_refusals(self):
        """What a lead has refused, its partner has refused too, and the reverse.

        A conversion calls it, which has linked them.
        """
        # sudo: the partner may be one that the user may not see
        leads = self.sudo().filtered("partner_id")
        events = self.env["crm.lead.consent"].sudo()
        if not leads or not events._is_used():
            return
        alone = events.search(
            [("lead_id", "in", leads.ids), ("partner_id", "=", False)]
        )
        for partner, of_partner in alone.grouped(
            lambda e: e.lead_id.partner_id
        ).items():
            of_partner.partner_id = partner
        pairs = []
        for lead in leads:
            pairs += [(lead, lead.partner_id), (lead.partner_id, lead)]
        events._share_refusals(pairs)
