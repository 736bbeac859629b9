import re
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import parse_contact_from_email

from odoo.addons.iap.tools.iap_tools import mail_prepare_for_domain_search

from ...tools import company_names

# how much each reason says; a company found by one of the strong ones is hardly another
WEIGHTS = {
    "vat": 100,
    "malo": 80,
    "same_name": 60,
    "domain": 50,
    "website": 50,
    "phone": 40,
    "zip": 20,
    "name": 10,
}
STRONG = frozenset({"vat", "malo", "domain", "website", "phone"})
SIMILAR_NAME = 60
HOST = re.compile(r"^(?:https?://)?(?:www\.)?([^/:?#]+)")


class CompanyCandidate(NamedTuple):
    """A company that a lead may be about.

    :param reasons: set of keys of WEIGHTS
    :param is_certain: nobody needs to look: it is this company
    """

    partner: object
    reasons: frozenset
    score: float
    is_certain: bool


class CompanyChoice(NamedTuple):
    """What is to be done about the company of a lead.

    :param company: res.partner, empty if a new one is to be created
    :param doubt: why a person has to decide, '' if nobody has to
    """

    company: object
    doubt: str


class CrmLead(models.Model):
    """The company and the contact that a lead is about: found before one is created.

    One test serves the dialog, the wizards and everything that calls
    ``_create_customer``. It links what is certain, creates what is new, and where it
    would have to guess, says so.
    """

    _inherit = "crm.lead"

    vat = fields.Char(
        string="Tax ID",
        help="Tax identification number of the company. It finds the company when the "
        "lead is converted, and goes to a new one.",
    )

    # ------------------------------------------------------------------- candidates
    def _find_company_candidates(self):
        """Return {lead: list of CompanyCandidate, best first}, whoever may read them.

        Two statements for all leads together.
        """
        partners = self.env["res.partner"]
        inputs = [lead._prepare_company_match() for lead in self]
        matches = partners._search_company_matches(inputs)
        self._add_malo_matches(matches)
        ids = {partner_id for match in matches for partner_id in match}
        # sudo: who may not read a candidate is told that there is one, by its number
        companies = partners.sudo().with_context(active_test=False).browse(ids)
        companies.fetch(["name", "zip", "city", "country_id", "company_id", "active"])
        by_id = {company.id: company for company in companies}
        return {
            lead: lead._rank_companies(
                {by_id[partner_id]: reasons for partner_id, reasons in match.items()}
            )
            for lead, match in zip(self, matches, strict=True)
        }

    def _prepare_company_match(self):
        email = mail_prepare_for_domain_search(self.email_from) or ""
        host = HOST.match((self.website or "").lower())
        name = company_names.parse(self.partner_name or "")
        return {
            "key": name.key or None,
            "core": name.core or None,
            "domain": email[1:] if email.startswith("@") else None,
            "host": host and host[1],
            "vat": re.sub(r"[^A-Z0-9]", "", (self.vat or "").upper()) or None,
            "phone": self.phone_sanitized or None,
        }

    def _add_malo_matches(self, matches):
        """Add the companies of other leads with the same market location."""
        if "malo_id" not in self._fields:
            return
        numbers = [lead.malo_id for lead in self if lead.malo_id]
        if not numbers:
            return
        # sudo: as in _find_company_candidates
        others = self.sudo().search(
            [("malo_id", "in", numbers), ("partner_id", "!=", False)]
        )
        companies = others.grouped("malo_id")
        for lead, match in zip(self, matches, strict=True):
            for other in companies.get(lead.malo_id, ()):
                company = other.partner_id.commercial_partner_id
                if other != lead and company.is_company:
                    match[company.id].add("malo")

    def _rank_companies(self, reasons_by_company):
        """Return the CompanyCandidates of a lead, best first."""
        name = company_names.parse(self.partner_name or "")
        candidates = []
        for company, reasons in reasons_by_company.items():
            other = company_names.parse(company.name or "")
            towns = company_names.get_town_words(self.city, company.city)
            likeness = company_names.get_similarity(name, other) if name.words else 0
            reasons = set(reasons) - {"name"}
            if company_names.is_same(name, other, towns):
                reasons.add("same_name")
            elif likeness >= SIMILAR_NAME:
                reasons.add("name")
            if not reasons:
                continue
            if self.zip and company.zip == self.zip:
                reasons.add("zip")
            score = sum(WEIGHTS[reason] for reason in reasons) + likeness / 10
            is_certain = "vat" in reasons or (
                "same_name" in reasons
                and bool(reasons & STRONG or not self._is_elsewhere(company))
            )
            candidates.append(
                CompanyCandidate(company, frozenset(reasons), score, is_certain)
            )
        return sorted(
            candidates,
            key=lambda c: (c.is_certain, c.partner.active, c.score, -c.partner.id),
            reverse=True,
        )

    def _is_elsewhere(self, company):
        """Whether both addresses are known, and lie apart."""
        countries = self.country_id and company.country_id
        if countries and self.country_id != company.country_id:
            return True
        if self.zip and company.zip:
            return self.zip[:2] != company.zip[:2]
        if self.city and company.city:
            return company_names.fold(self.city) != company_names.fold(company.city)
        return False

    def _is_usable(self, partner):
        """Whether a partner may be the customer of this lead."""
        company = self.company_id or self.env.company
        return not partner.company_id or partner.company_id == company

    # ----------------------------------------------------------------------- choice
    def _choose_companies(self):
        """Return {lead: CompanyChoice}."""
        candidates = self._find_company_candidates()
        partners = self.env["res.partner"].browse(
            {c.partner.id for found in candidates.values() for c in found}
        )
        readable = set(partners._filtered_access("read").ids)
        return {lead: lead._choose_company(candidates[lead], readable) for lead in self}

    def _choose_company(self, candidates, readable):
        """Return the CompanyChoice among all candidates of a lead.

        :param set readable: ids of the candidates that the user may read
        """
        usable = [c for c in candidates if self._is_usable(c.partner)]
        certain = [c for c in usable if c.is_certain]
        active = [c for c in certain if c.partner.active]
        best = active[0] if active else None
        nobody = self.env["res.partner"]
        if len(active) > 1 and active[0].score <= active[1].score:
            return CompanyChoice(nobody, self.env._("several companies fit equally"))
        if best and best.partner.id not in readable:
            return CompanyChoice(
                nobody, self.env._("the company exists, and you may not see it")
            )
        if best:
            return CompanyChoice(nobody.browse(best.partner.id), "")
        if certain:
            return CompanyChoice(nobody, self.env._("the company is archived"))
        hints = [
            c
            for c in usable
            if "same_name" in c.reasons or ("name" in c.reasons and c.reasons & STRONG)
        ]
        if hints:
            return CompanyChoice(nobody, self._get_doubt(hints[0]))
        return CompanyChoice(nobody, "")

    def _get_doubt(self, candidate):
        if "same_name" in candidate.reasons:
            return self.env._("a company of this name is at another place")
        return self.env._(
            "%(company)s has a similar name, and the same %(reasons)s",
            company=candidate.partner.name,
            reasons=", ".join(self._get_reason_labels(candidate.reasons & STRONG)),
        )

    @api.model
    def _get_reason_labels(self, reasons):
        """Return the texts of reasons, the one that says most first."""
        labels = {
            "vat": self.env._("tax ID"),
            "malo": self.env._("market location of another lead"),
            "same_name": self.env._("same name"),
            "domain": self.env._("e-mail domain"),
            "website": self.env._("website"),
            "phone": self.env._("phone"),
            "zip": self.env._("postcode"),
            "name": self.env._("similar name"),
        }
        return [labels[reason] for reason in WEIGHTS if reason in reasons]

    # --------------------------------------------------------------------- contacts
    def _get_contact_domain(self, company):
        """Return the domain of the people who may be the contact of this lead."""
        domain = Domain.FALSE
        if self.email_normalized:
            domain |= Domain("email_normalized", "=", self.email_normalized)
        if company and self.contact_name:
            domain |= Domain("name", "=ilike", self.contact_name) & Domain(
                "commercial_partner_id", "=", company.id
            )
        return domain & Domain("is_company", "=", False)

    def _find_contact(self, company):
        """Return the contact of this lead at ``company``, if known for certain."""
        people = self.env["res.partner"].search(
            self._get_contact_domain(company)
            & Domain("commercial_partner_id", "=", company.id)
        )
        return self._pick_contact(people)

    def _pick_contact(self, people):
        """The same address, or the same name unless the addresses tell them apart."""
        email = self.email_normalized
        same_address = people.filtered(lambda p: email and p.email_normalized == email)
        name = company_names.fold(self.contact_name)
        same_name = people.filtered(
            lambda person: (
                name
                and company_names.fold(person.name) == name
                and not (email and person.email_normalized)
            )
        )
        return (same_address or same_name)[:1]

    def _get_contact_name(self):
        """Return the name of the person, from the address if the lead has none."""
        if self.contact_name or not self.email_from:
            return self.contact_name
        return parse_contact_from_email(self.email_from)[0]

    # -------------------------------------------------------------------- choke point
    def _create_customer(self, with_parent=None):
        """Reuse the company and the contact that exist, create what does not.

        Where more than one company could be meant a new one is created, and a note
        says what to look at.
        """
        company, is_new = with_parent, False
        if not company and self.partner_name:
            choice = self._choose_companies()[self]
            company, is_new = choice.company, not choice.company
        if company and (contact := self._find_contact(company)):
            return contact
        self._claim_customers()
        if is_new:
            company = self._create_company(choice)
        partner = super()._create_customer(with_parent=company)
        if partner != company:
            self._note_created(partner)
        return partner

    def _claim_customers(self, *company_names_typed):
        """Let no other transaction create the customers of these leads as well.

        :param company_names_typed: what a new company is called, if not as the lead
        """
        claims = {
            f"{reason} {value}"
            for lead in self
            for reason, value in lead._prepare_company_match().items()
            if value and reason != "core"
        }
        claims |= {
            f"key {company_names.parse(name).key}" for name in company_names_typed
        }
        claims |= {f"mail {lead.email_normalized}" for lead in self}
        # sudo: nobody but the system reads or writes claims
        self.env["crm.lead.conversion.claim"].sudo()._claim(
            claims - {"key ", "mail False"}
        )

    def _create_company(self, choice):
        company = self.env["res.partner"].create(
            self._prepare_customer_values(self.partner_name, is_company=True)
        )
        self._note_created(company)
        if choice.doubt:
            self._message_log(
                body=self.env._(
                    "The company %(company)s was created. Please check whether it is a "
                    "duplicate: %(doubt)s.",
                    company=company.display_name,
                    doubt=choice.doubt,
                )
            )
        return company

    def _handle_partner_assignment(
        self, force_partner_id=False, create_missing=True, with_parent=None
    ):
        """One at a time creates the customer of a lead, the next finds it there."""
        if create_missing and not self._is_in_conversion():
            self._lock_for_conversion()
        return super()._handle_partner_assignment(
            force_partner_id, create_missing, with_parent
        )

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Tax ID and industry belong to the company, or to who has none."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if is_company or not parent_id:
            if self.industry_id:
                values["industry_id"] = self.industry_id.id
            if self.vat:
                values["vat"] = self.vat
        return values

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "vat"]
