import re
from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.iap.tools.iap_tools import mail_prepare_for_domain_search

from ...tools import company_names
from .res_partner import HOST_PATTERN, NOT_IN_VAT

# how much each reason says; a company found by one of the strong ones is hardly another
WEIGHTS = {
    "vat": 100,
    "malo": 80,
    "same_name": 60,
    "misspelt": 40,
    "domain": 50,
    "website": 50,
    "phone": 40,
    "zip": 20,
    "name": 10,
}
STRONG = frozenset({"vat", "malo", "domain", "website", "phone"})
SIMILAR_NAME = 60
HOST = re.compile(HOST_PATTERN)


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
    """The company that a lead is about: candidates, and what to do about them.

    What is certain is linked, what is new is created; where one would have to guess
    it says so.
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
            "joined": name.joined or None,
            "parts": "|".join(sorted(name.parts)) or None,
            "domain": email[1:] if email.startswith("@") else None,
            "host": host and host[1],
            "vat": re.sub(NOT_IN_VAT, "", (self.vat or "").upper()) or None,
            "phone": self.phone_sanitized or None,
        }

    def _add_malo_matches(self, matches):
        """Add the companies of other leads with the same market location."""
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
                if other != lead._origin and company.is_company:
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
            match = company_names.compare(name, other, towns)
            if match == company_names.SAME:
                reasons.add("same_name")
            elif match == company_names.MISSPELT:
                reasons.add("misspelt")
            elif likeness >= SIMILAR_NAME:
                reasons.add("name")
            if not reasons:
                continue
            if self.zip and company.zip == self.zip:
                reasons.add("zip")
            score = sum(WEIGHTS[reason] for reason in reasons) + likeness / 10
            is_certain = self._is_certain(company, reasons)
            candidates.append(
                CompanyCandidate(company, frozenset(reasons), score, is_certain)
            )
        return sorted(
            candidates,
            key=lambda c: (c.is_certain, c.partner.active, c.score, -c.partner.id),
            reverse=True,
        )

    def _is_certain(self, company, reasons):
        """Whether nobody needs to look.

        A name alone is, unless the company is elsewhere; one that may be misspelt
        needs something else that fits.
        """
        if "same_name" in reasons:
            return bool(reasons & STRONG) or not self._is_elsewhere(company)
        if "misspelt" in reasons:
            return bool(reasons & {*STRONG, "zip"})
        return "vat" in reasons

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
            if "same_name" in c.reasons
            or ("misspelt" in c.reasons and not self._is_elsewhere(c.partner))
            or ("name" in c.reasons and c.reasons & STRONG)
        ]
        if hints:
            return CompanyChoice(nobody, self._get_doubt(hints[0]))
        return CompanyChoice(nobody, "")

    def _get_doubt(self, candidate):
        if "same_name" in candidate.reasons:
            return self.env._("a company of this name is at another place")
        if "misspelt" in candidate.reasons:
            return self.env._(
                "%(company)s has nearly the same name", company=candidate.partner.name
            )
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
            "misspelt": self.env._("nearly the same name"),
            "domain": self.env._("e-mail domain"),
            "website": self.env._("website"),
            "phone": self.env._("phone"),
            "zip": self.env._("postcode"),
            "name": self.env._("similar name"),
        }
        return [labels[reason] for reason in WEIGHTS if reason in reasons]

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "vat"]
