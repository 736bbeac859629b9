from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmLeadConversionClaim(models.Model):
    """Who creates a company or a contact claims what it would be found by.

    A row is a lock: of two transactions that claim the same, the second waits for
    the first. If that one went through, PostgreSQL lets the second fail to serialize
    (its snapshot is older), and Odoo retries the request, which then finds what the
    first one created. An advisory lock would only make it wait, and look too early.
    """

    _name = "crm.lead.conversion.claim"
    _description = "Claim of a Company That Is Being Created"
    _log_access = False

    name = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)

    _name_uniq = models.UniqueIndex("(name)")

    @api.model
    def _claim(self, names):
        """Claim names, in an order that cannot block."""
        if not names:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_lead_conversion_claim (name, date)"
                " SELECT name, %s FROM unnest(%s) AS name ORDER BY name"
                " ON CONFLICT (name) DO UPDATE SET date = EXCLUDED.date",
                self.env.cr.now(),
                sorted(set(names)),
            )
        )

    @api.autovacuum
    def _gc_claims(self):
        """A claim serves transactions that run at the same time as its own."""
        limit = self.env.cr.now() - timedelta(days=1)
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_lead_conversion_claim WHERE id IN"
                " (SELECT id FROM crm_lead_conversion_claim WHERE date < %s"
                " FOR UPDATE SKIP LOCKED)",
                limit,
            )
        )
