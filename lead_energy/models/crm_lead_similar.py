import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# what does not tell one German company from another
LEGAL_FORM = re.compile(
    r"\b(gmbh|g?ug|haftungsbeschränkt|mbh|ag|se|kg|kgaa|ohg|gbr|e\.? ?[kvg]|co|cie|und)"
    r"\b\.?",
    re.IGNORECASE,
)
SIMILARITY = 0.6
LIMIT = 5


class CrmLead(models.Model):
    """What is there already, shown while a lead is typed in."""

    _inherit = "crm.lead"

    similar_records = fields.Html(
        string="Similar Leads and Partners",
        compute="_compute_similar_records",
        sanitize=False,
    )

    @api.depends("partner_name", "email_normalized", "phone", "country_id", "type")
    def _compute_similar_records(self):
        """Name what is similar to a lead that is being edited.

        A lead that is only read has none: Odoo's own button shows its duplicates.
        """
        for lead in self:
            is_edited = not isinstance(lead.id, int) and lead.type == "lead"
            lead.similar_records = is_edited and lead._render_similar_records()

    def _render_similar_records(self):
        """Return links to what is similar, with the reason each was found."""
        leads, partners = self._find_similar_leads(), self._find_similar_partners()
        # a link that the user may not follow is only text
        readable = {*leads.with_env(self.env)._filtered_access("read").ids}
        items = [
            self._render_similar(
                lead if lead.id in readable else None,
                " · ".join(
                    filter(None, (lead.lead_number, lead.partner_name, lead.name))
                ),
                lead,
                lead.user_id.name,
            )
            for lead in leads
        ]
        items += [
            self._render_similar(partner, partner.display_name, partner)
            for partner in partners
        ]
        return (
            Markup("<ul class='mb-0'>%s</ul>") % Markup().join(items) if items else ""
        )

    def _render_similar(self, target, name, record, user_name=None):
        if target:
            link = Markup("<a href='/odoo/%s/%s' target='_blank'>%s</a>")
            name = link % (target._name, target.id, name)
        details = ", ".join(filter(None, (self._get_similar_reason(record), user_name)))
        return Markup("<li>%s (%s)</li>") % (name, details)

    def _get_similar_reason(self, record):
        if self.email_normalized and record.email_normalized == self.email_normalized:
            return self.env._("same e-mail")
        number = self._get_typed_phone()
        if number and record.phone_sanitized == number:
            return self.env._("same phone number")
        return self.env._("similar company name")

    def _get_typed_phone(self):
        """Return the number as it will be stored: unsaved, Odoo has not done so."""
        return self._phone_format(fname="phone") if self.phone else False

    def _find_similar_leads(self):
        domain = self._get_similar_domain("partner_name")
        if domain.is_false():
            return self.browse()
        # sudo: a colleague's lead is a duplicate too, though only its head is shown
        return (
            self.env["crm.lead"]
            .sudo()
            .search(
                domain
                & Domain("won_status", "=", "pending")
                & Domain("id", "not in", self._origin.ids)
                & Domain("company_id", "in", [False, *self.env.companies.ids]),
                limit=LIMIT,
            )
        )

    def _find_similar_partners(self):
        domain = self._get_similar_domain("name")
        if self.partner_id or domain.is_false():
            return self.env["res.partner"]
        return self.env["res.partner"].search(domain, limit=LIMIT)

    def _get_similar_domain(self, name_field):
        """Return the domain of records with our e-mail, phone or nearly our name."""
        domain = Domain.FALSE
        if self.email_normalized:
            domain |= Domain("email_normalized", "=", self.email_normalized)
        if number := self._get_typed_phone():
            domain |= Domain("phone_sanitized", "=", number)
        name = self._strip_legal_form(self.partner_name)
        if len(name) > 2:
            domain |= self._get_similar_name_domain(name_field, name)
        return domain

    @api.model
    def _get_similar_name_domain(self, field_name, name):
        """Return the domain of names that differ in spelling, accents or legal form."""
        registry = self.env.registry
        if not registry.has_trigram:
            return Domain(field_name, "ilike", name)

        def to_sql(_model, alias, _query):
            column = registry.unaccent(SQL.identifier(alias, field_name))
            value = registry.unaccent(SQL("%s", name))
            # the first condition uses the trigram index, the second is strict
            return SQL(
                "(%(column)s %% %(value)s AND GREATEST(similarity(%(column)s, "
                "%(value)s), strict_word_similarity(%(value)s, %(column)s)) "
                ">= %(limit)s)",
                column=column,
                value=value,
                limit=SIMILARITY,
            )

        domain = Domain.custom(to_sql=to_sql)
        return (
            domain if field_name != "name" else domain & Domain("is_company", "=", True)
        )

    @api.model
    def _strip_legal_form(self, name):
        return " ".join(re.sub(r"[^\w ]", " ", LEGAL_FORM.sub(" ", name or "")).split())
