from odoo import models

from ...tools import company_names


class FoundCustomers:
    """The customers of many leads: found together, created together.

    :ivar doubts: {lead: why a person has to decide}
    :ivar partners: {lead: partner that exists}
    :ivar companies: {lead: company that exists}, the contact is yet to be created
    :ivar groups: lists of leads that share a company which is yet to be created
    """

    def __init__(self, leads):
        self.leads = leads
        self.doubts, self.partners, self.companies, self.groups = {}, {}, {}, []

    def assign(self):
        """Create what is missing, in one go each, and link the customers."""
        self._get_open()._claim_customers()
        self._create_companies()
        self._create_contacts()
        for lead, partner in self.partners.items():
            lead.partner_id = partner

    def _get_open(self):
        """Return the leads whose customer is yet to be created."""
        return self.leads.filtered(
            lambda lead: lead not in self.doubts and lead not in self.partners
        )

    def _create_companies(self):
        partners = self.leads.env["res.partner"]
        firsts = [group[0] for group in self.groups]
        companies = partners.create(
            [
                lead._prepare_customer_values(lead.partner_name, is_company=True)
                for lead in firsts
            ]
        )
        for group, company in zip(self.groups, companies, strict=True):
            group[0]._note_created(company)
            for lead in group:
                self.companies[lead] = company

    def _create_contacts(self):
        """Create a contact a person, however many leads the person has."""
        partners = self.leads.env["res.partner"]
        existing = self._find_contacts()
        new, keys = {}, {}
        for lead in self._get_open():
            company = self.companies.get(lead, partners)
            name = lead._get_contact_name()
            if not name and company:
                self.partners[lead] = company
                continue
            if contact := existing.get(lead):
                self.partners[lead] = contact
                continue
            key = (company.id, lead.email_normalized or company_names.fold(name))
            if not company and not lead.email_normalized:
                key = (lead.id,)  # nothing tells that two people are one
            keys[lead] = key
            new.setdefault(key, (lead, name or lead.name, company))
        contacts = partners.create(
            [
                lead._prepare_customer_values(name, parent_id=company.id)
                for lead, name, company in new.values()
            ]
        )
        by_key = dict(zip(new, contacts, strict=True))
        for key, (lead, _name, _company) in new.items():
            lead._note_created(by_key[key])
        for lead, key in keys.items():
            self.partners[lead] = by_key[key]

    def _find_contacts(self):
        """Return {lead: contact at its company}, in one query."""
        companies = {company.id for company in self.companies.values()}
        if not companies:
            return {}
        people = self.leads.env["res.partner"].search(
            [("commercial_partner_id", "in", companies), ("is_company", "=", False)]
        )
        by_company = people.grouped("commercial_partner_id")
        return {
            lead: contact
            for lead, company in self.companies.items()
            if (contact := lead._pick_contact(by_company.get(company, people.browse())))
        }


class CrmLead(models.Model):
    """Customers for many leads at once."""

    _inherit = "crm.lead"

    def _find_customers(self, with_people=True):
        """Find the customers of leads that have none, without creating any.

        :param bool with_people: take who has the lead's e-mail address
        :return: FoundCustomers
        """
        found = FoundCustomers(self)
        if not self:
            return found
        people = {}
        if with_people:
            people = self._partner_find_from_emails(
                {lead: [lead.email_normalized] for lead in self}, no_create=True
            )
        choices = self._choose_companies()
        for lead in self:
            person = people.get(lead.id, self.env["res.partner"])[:1]
            if person and lead._is_usable(person):
                if lead._is_at_another_company(person):
                    found.doubts[lead] = self.env._(
                        "%(person)s is at another company", person=person.display_name
                    )
                else:
                    found.partners[lead] = person
            elif choices[lead].doubt:
                found.doubts[lead] = choices[lead].doubt
            elif choices[lead].company:
                found.companies[lead] = choices[lead].company
        self._group_by_new_company(found)
        return found

    def _is_at_another_company(self, person):
        company = person.commercial_partner_id
        return (
            bool(self.partner_name)
            and company.is_company
            and not company_names.is_same(
                company_names.parse(self.partner_name),
                company_names.parse(company.name),
                company_names.get_town_words(self.city, company.city),
            )
        )

    def _group_by_new_company(self, found):
        """Put leads of one new company together."""
        groups_by_word = {}
        for lead in self:
            if (
                not lead.partner_name
                or lead in found.doubts
                or lead in found.partners
                or lead in found.companies
            ):
                continue
            name = company_names.parse(lead.partner_name)
            near = {
                id(group): group
                for word in name.words
                for group in groups_by_word.get(word[:3], ())
            }
            same = [
                group for group in near.values() if lead._is_same_company(name, group)
            ]
            if not same:
                group = [lead]
                found.groups.append(group)
                for word in {word[:3] for word in name.words}:
                    groups_by_word.setdefault(word, []).append(group)
            elif len(same) == 1 and not lead._is_elsewhere(same[0][0]):
                same[0].append(lead)
            else:
                found.doubts[lead] = self.env._(
                    "another of these leads has this company name at another place"
                )

    def _is_same_company(self, name, group):
        other = group[0]
        return company_names.is_same(
            name,
            company_names.parse(other.partner_name),
            company_names.get_town_words(self.city, other.city),
        )
