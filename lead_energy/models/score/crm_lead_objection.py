from odoo import api, fields, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """Who has objected to e-mail or calls: their address is on Odoo's blacklist.

    Stored, since the score asks for it and Odoo's own fields can only be searched.
    The blacklists tell of their changes.
    """

    _inherit = "crm.lead"

    has_objected = fields.Boolean(
        string="Objected to Contact",
        compute="_compute_has_objected",
        store=True,
        copy=False,
        help="The e-mail address or the phone number is on the blacklist.",
    )

    @api.depends("email_normalized", "phone_sanitized")
    def _compute_has_objected(self):
        objected = self._filter_objected()
        objected.has_objected = True
        (self - objected).has_objected = False

    def _filter_objected(self):
        """Return the leads with an address that is on a blacklist now."""
        blocked = self._get_blocked(
            {lead.email_normalized for lead in self if lead.email_normalized},
            {lead.phone_sanitized for lead in self if lead.phone_sanitized},
        )
        return self.filtered(
            lambda lead: (
                not blocked.isdisjoint((lead.email_normalized, lead.phone_sanitized))
            )
        )

    @api.model
    def _get_blocked(self, emails, numbers):
        """Return those of addresses and numbers that are on a blacklist."""
        if not emails and not numbers:
            return set()
        blacklists = (self.env["mail.blacklist"], self.env["phone.blacklist"])
        to_flush = [
            blacklist._fields[name]
            for blacklist, key in zip(blacklists, ("email", "number"), strict=True)
            for name in (key, "active")
        ]
        return {
            value
            for (value,) in self.env.execute_query(
                SQL(
                    "SELECT email FROM mail_blacklist"
                    " WHERE active AND email = ANY(%s)"
                    " UNION ALL SELECT number FROM phone_blacklist"
                    " WHERE active AND number = ANY(%s)",
                    list(emails),
                    list(numbers),
                    to_flush=to_flush,
                )
            )
        }

    @api.model
    def _recheck_objections(self, name, values):
        """Look again at the leads with addresses whose place on a blacklist changed."""
        leads = self.env["crm.lead.score.model"]._get_leads()
        leads = leads.search([(name, "in", sorted(set(values)))])
        objected = leads._filter_objected()
        # a lead whose answer stays is not written: that would be a change of it
        objected.filtered(lambda lead: not lead.has_objected).has_objected = True
        (leads - objected).filtered("has_objected").has_objected = False
