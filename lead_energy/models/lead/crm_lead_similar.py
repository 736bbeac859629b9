from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import company_names

# how much two company names look alike, of 100, to be worth a look
NEARLY = 80
# what a company weighs (see CompanyCandidate) of which just the name is so much alike
WORTH_A_LOOK = 18
# least likeness of a lead's company to the words looked for (pg_trgm)
MIN_WORD_SIMILARITY = "0.35"
CANDIDATES = 30
LIMIT = 5


class CrmLead(models.Model):
    """What is there already, shown while a lead is typed in.

    A company is found, and told from others, as when a lead is converted.
    """

    _inherit = "crm.lead"

    similar_records = fields.Html(
        string="Similar Leads and Partners",
        compute="_compute_similar_records",
        sanitize=False,
    )

    @api.depends(
        "partner_name", "email_normalized", "phone", "website", "country_id", "type"
    )
    def _compute_similar_records(self):
        """Name what is similar to a lead that is being edited.

        A lead that is only read has none: Odoo's own button shows its duplicates.
        """
        for lead in self:
            is_edited = not isinstance(lead.id, int) and lead.type == "lead"
            lead.similar_records = is_edited and lead._render_similar_records()

    def _render_similar_records(self):
        """Return links to what is similar, with the reason each was found."""
        leads = self._find_similar_leads()
        # a link that the user may not follow is only text
        readable = {*leads.with_env(self.env)._filtered_access("read").ids}
        items = [
            self._render_similar(
                lead if lead.id in readable else None,
                " · ".join(
                    filter(None, (lead.lead_number, lead.partner_name, lead.name))
                ),
                [self._get_similar_reason(lead), lead.user_id.name],
            )
            for lead in leads
        ]
        items += [
            self._render_similar(partner, partner.display_name, reasons)
            for partner, reasons in self._find_similar_partners().items()
        ]
        return (
            Markup("<ul class='mb-0'>%s</ul>") % Markup().join(items) if items else ""
        )

    @api.model
    def _render_similar(self, target, name, details):
        if target:
            link = Markup("<a href='/odoo/%s/%s' target='_blank'>%s</a>")
            name = link % (target._name, target.id, name)
        return Markup("<li>%s (%s)</li>") % (name, ", ".join(filter(None, details)))

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

    def _get_similar_domain(self):
        """Return the domain of records with our e-mail or phone number."""
        domain = Domain.FALSE
        if self.email_normalized:
            domain |= Domain("email_normalized", "=", self.email_normalized)
        if number := self._get_typed_phone():
            domain |= Domain("phone_sanitized", "=", number)
        return domain

    def _find_similar_leads(self):
        """Return the open leads with our e-mail, phone number or nearly our company."""
        # sudo: a colleague's lead is a duplicate too, though only its head is shown
        leads = self.env["crm.lead"].sudo()
        others = (
            Domain("won_status", "=", "pending")
            & Domain("id", "not in", self._origin.ids)
            & Domain("company_id", "in", [False, *self.env.companies.ids])
        )
        domain = self._get_similar_domain()
        if not domain.is_false():
            leads = leads.search(domain & others, limit=LIMIT)
        return (leads | self._find_leads_of_company(others))[:LIMIT]

    def _find_leads_of_company(self, domain):
        """Return the leads in ``domain`` whose company has nearly our name."""
        name = company_names.parse(self.partner_name or "")
        leads = self.env["crm.lead"].sudo()  # sudo: as in _find_similar_leads
        if len(name.core) < 3:
            return leads
        column = self.env.registry.unaccent(SQL.identifier("crm_lead", "partner_name"))
        self.env.cr.execute(
            SQL(
                "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)",
                MIN_WORD_SIMILARITY,
            )
        )
        # the index of the company's name finds a few, which are then looked at
        alike = Domain.custom(
            to_sql=lambda _model, _alias, _query: SQL("%s %%> %s", column, name.core)
        )
        query = leads._search(alike & domain)
        query.order = SQL("word_similarity(%s, %s) DESC, id DESC", name.core, column)
        query.limit = CANDIDATES
        found = leads.browse(query)
        found.fetch(["partner_name", "city"])
        return found.filtered(lambda lead: self._is_similar_company(name, lead))

    def _is_similar_company(self, name, lead):
        other = company_names.parse(lead.partner_name or "")
        towns = company_names.get_town_words(self.city, lead.city)
        return (
            bool(company_names.compare(name, other, towns))
            or company_names.get_similarity(name, other) >= NEARLY
        )

    def _find_similar_partners(self):
        """Return {partner that the user may read: reasons}."""
        partners = self.env["res.partner"]
        if self.partner_id:
            return {}
        candidates = {
            candidate.partner.id: self._get_reason_labels(candidate.reasons)
            for candidate in self._find_company_candidates()[self]
            if candidate.partner.active and candidate.score >= WORTH_A_LOOK
        }
        found = partners.browse(candidates)._filtered_access("read")
        domain = self._get_similar_domain()
        if not domain.is_false():
            found |= partners.search(domain, limit=LIMIT)
        return {
            partner: candidates.get(partner.id) or [self._get_similar_reason(partner)]
            for partner in found[:LIMIT]
        }
