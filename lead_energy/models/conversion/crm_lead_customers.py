from odoo import models
from odoo.fields import Domain
from odoo.tools import parse_contact_from_email
from odoo.tools.sql import escape_psql

from ...tools import company_names


class FoundCustomers:
    """The customers of leads: found together, created together.

    A lead has a company, a contact, both or neither; each exists or is yet to be
    created. What a person typed in a dialog goes before what the lead says.

    :ivar doubts: {lead: why a person has to decide}
    :ivar contacts: {lead: contact that exists}
    :ivar companies: {lead: company that exists}
    :ivar groups: lists of leads that share a company which is yet to be created
    :ivar typed_companies: {lead: values of its new company}
    :ivar typed_contacts: {lead: values of its new contact, None for no contact}
    :ivar partners: {lead: its customer}, once ``make`` is through
    :ivar filled: {lead: what ``make`` changed of partners that exist}, as
        crm.lead.conversion keeps it
    """

    def __init__(self, leads):
        self.leads = leads
        self.doubts, self.contacts, self.companies, self.groups = {}, {}, {}, []
        self.typed_companies, self.typed_contacts = {}, {}
        self.partners, self.filled = {}, {}

    def assign(self):
        """Create what is missing, and link the customers."""
        self.make()
        for lead, partner in self.partners.items():
            lead.partner_id = partner

    def make(self):
        """Create what is missing, in one go each, but for leads in doubt."""
        self._claim()
        self._create_companies()
        self._create_contacts()
        for lead, contact in self.contacts.items():
            if lead in self.doubts:
                continue
            self.partners[lead] = contact
            self._put_below_company(lead, contact)

    def _get_settled(self):
        return self.leads.filtered(lambda lead: lead not in self.doubts)

    def _claim(self):
        """Let no other transaction create the same customers meanwhile."""
        new = {lead for group in self.groups for lead in group}
        open_leads = self._get_settled().filtered(
            lambda lead: lead in new or lead not in self.contacts
        )
        open_leads._claim_customers(
            *(values["name"] for values in self.typed_companies.values())
        )

    def _create_companies(self):
        firsts = [group[0] for group in self.groups]
        companies = self.leads.env["res.partner"].create(
            [
                {
                    **lead._prepare_customer_values(lead.partner_name, is_company=True),
                    **self.typed_companies.get(lead, {}),
                }
                for lead in firsts
            ]
        )
        for group, company in zip(self.groups, companies, strict=True):
            group[0]._note_created(company)
            self.companies.update(dict.fromkeys(group, company))

    def _create_contacts(self):
        """Create a contact a person, however many leads the person has."""
        new, keys = {}, {}
        for lead in self._get_settled():
            if lead in self.contacts:
                continue
            company = self.companies.get(lead, lead.env["res.partner"])
            values = self._prepare_contact(lead, company)
            if not values:
                self.partners[lead] = company
                continue
            keys[lead] = self._get_contact_key(lead, company, values["name"])
            new.setdefault(keys[lead], (lead, values))
        contacts = self.leads.env["res.partner"].create(
            [values for _lead, values in new.values()]
        )
        by_key = dict(zip(new, contacts, strict=True))
        for key, (lead, _values) in new.items():
            lead._note_created(by_key[key])
        self.contacts |= {lead: by_key[key] for lead, key in keys.items()}

    def _prepare_contact(self, lead, company):
        """Return the values of a new contact, None where the company is enough."""
        typed = self.typed_contacts.get(lead, {})
        name = lead._get_contact_name()
        if typed is None or not (typed or name or not company):
            return None
        values = lead._prepare_customer_values(name or lead.name, parent_id=company.id)
        return {**values, **typed}

    def _get_contact_key(self, lead, company, name):
        """Return what tells which leads are about one new person."""
        if not company and not lead.email_normalized:
            return (lead.id,)  # nothing tells that two people are one
        return (company.id, lead.email_normalized or company_names.fold(name))

    def _put_below_company(self, lead, contact):
        """A contact of no company becomes one of the lead's, or nothing joins them."""
        company = self.companies.get(lead)
        if not company or not contact._is_without_company():
            return
        # Odoo lets the address and the tax ID follow, from either to the other
        partners = contact | company
        before = [partner._read_hierarchy() for partner in partners]
        contact.parent_id = company
        for partner, old in zip(partners, before, strict=True):
            new = partner._read_hierarchy()
            changes = {n: [old[n], new[n]] for n in old if old[n] != new[n]}
            if changes:
                self.filled.setdefault(lead, []).append([partner.id, changes])

    def record_filled(self):
        """Let the undo know what was changed of partners, when all is recorded."""
        for lead, filled in self.filled.items():
            # sudo: conversions are written by the system alone
            conversion = lead._get_standing_conversions()[:1]
            conversion.filled = (conversion.filled or []) + filled


class CrmLead(models.Model):
    """The customers of leads: one finder and one maker for every way to convert.

    COMPANY: what ``_choose_companies`` says, but a contact who is at a company of the
    lead's name is at the right one.
    CONTACT: the lead's, else who has its e-mail address, else who has its name at the
    company. Who has the address and another name, or is at another company, is for a
    person to decide.
    """

    _inherit = "crm.lead"

    def _find_customers(self, with_people=True):
        """Find the customers of leads, without creating any.

        :param bool with_people: take who has the lead's e-mail address
        :return: FoundCustomers
        """
        found = FoundCustomers(self)
        if not self:
            return found
        people = self._find_people() if with_people else {}
        choices = self._choose_companies()
        for lead in self:
            person = lead.partner_id or people.get(lead, lead.partner_id)
            lead._decide_customer(found, person, choices[lead])
        self._find_contacts_at_companies(found)
        self._group_by_new_company(found)
        return found

    def _take_customers(self, company, contact, typed_company, typed_contact):
        """Return the FoundCustomers of a lead for which a person decided.

        :param company: res.partner, empty if it is new or none
        :param contact: res.partner, empty if new or none
        :param typed_company: values of a new company, None for no new one
        :param typed_contact: values of a new contact, None for no new one
        """
        found = FoundCustomers(self)
        if company:
            found.companies[self] = company
        if contact:
            found.contacts[self] = contact
        if typed_company:
            found.groups.append([self])
            found.typed_companies[self] = typed_company
        found.typed_contacts[self] = typed_contact
        return found

    def _decide_customer(self, found, person, choice):
        """Put what is known of this lead's customer, or the doubt, into ``found``."""
        company = person.commercial_partner_id.filtered("is_company")
        if person and not person.is_company:
            if doubt := self._get_doubt_about(person):
                found.doubts[self] = doubt
                return
            found.contacts[self] = person
            if not company and not person._is_without_company():
                found.companies[self] = company  # nobody who could be put below one
                return
        elif company and not self.partner_id and self._is_other_company(company):
            found.doubts[self] = self._get_elsewhere_text(person)
            return
        if company:
            found.companies[self] = company
        elif choice.doubt:
            found.doubts[self] = choice.doubt
            found.contacts.pop(self, None)
        elif choice.company:
            found.companies[self] = choice.company

    def _get_doubt_about(self, person):
        """Return why a person found by the e-mail address may not be the contact."""
        if person == self.partner_id:
            return ""
        if self._is_other_company(person.commercial_partner_id):
            return self._get_elsewhere_text(person)
        if person._is_without_company() and not self._has_name_of(person):
            return self.env._(
                "%(person)s has this e-mail address, and another name",
                person=person.display_name,
            )
        return ""

    def _get_elsewhere_text(self, person):
        return self.env._(
            "%(person)s is at another company", person=person.display_name
        )

    def _has_name_of(self, person):
        fold = company_names.fold
        return not self.contact_name or fold(self.contact_name) == fold(person.name)

    def _is_other_company(self, company):
        return (
            bool(self.partner_name)
            and company.is_company
            and not company_names.compare(
                company_names.parse(self.partner_name),
                company_names.parse(company.name),
                company_names.get_town_words(self.city, company.city),
            )
        )

    # ------------------------------------------------------------------------- people
    def _find_people(self):
        """Return {lead: who has its e-mail address}, in one query."""
        emails = {lead.email_normalized for lead in self} - {False}
        if not emails:
            return {}
        found = self.env["res.partner"].search([("email_normalized", "in", emails)])
        by_email = found.grouped("email_normalized")
        return {
            lead: lead._choose_person(by_email[lead.email_normalized])
            for lead in self
            if lead.email_normalized in by_email
        }

    def _choose_person(self, people):
        """Return the likeliest of those who share an address, none if none is usable.

        Who is at a company of the lead's name goes first, then who has the name.
        """
        return people.filtered(self._is_usable).sorted(
            lambda person: (
                self._is_other_company(person.commercial_partner_id),
                not self._has_name_of(person),
                person._is_without_company(),
                person.is_company,
                person.id,
            )
        )[:1]

    def _get_contact_domain(self, company):
        """Return the domain of the people who may be the contact of this lead."""
        domain = Domain.FALSE
        if self.email_normalized:
            domain |= Domain("email_normalized", "=", self.email_normalized)
        if company and self.contact_name:
            domain |= Domain("name", "=ilike", escape_psql(self.contact_name)) & Domain(
                "commercial_partner_id", "=", company.id
            )
        return domain & Domain("is_company", "=", False)

    def _find_contacts_at_companies(self, found):
        """Add the contacts that are known at the companies, in one query."""
        companies = {
            lead: company
            for lead, company in found.companies.items()
            if lead not in found.contacts
        }
        if not companies:
            return
        ids = {company.id for company in companies.values()}
        people = self.env["res.partner"].search(
            [("commercial_partner_id", "in", ids), ("is_company", "=", False)]
        )
        by_company = people.grouped("commercial_partner_id")
        for lead, company in companies.items():
            contact = lead._pick_contact(by_company.get(company, people.browse()))
            if contact:
                found.contacts[lead] = contact

    def _find_contact(self, company):
        """Return the contact of this lead, if known for certain.

        :param company: where it was decided that the lead is, may be empty
        """
        person = self.partner_id or self._find_people().get(self, self.partner_id)
        if person and not person.is_company and not self._get_doubt_about(person):
            employer = person.commercial_partner_id.filtered("is_company")
            if not (employer and company) or employer == company:
                return person
        found = FoundCustomers(self)
        if company:
            found.companies[self] = company
            self._find_contacts_at_companies(found)
        return found.contacts.get(self, person.browse())

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

    # ------------------------------------------------------------- companies in common
    def _group_by_new_company(self, found):
        """Put leads of one new company together."""
        groups_by_word = {}
        for lead in self:
            if not lead.partner_name or lead in found.doubts or lead in found.companies:
                continue
            name = company_names.parse(lead.partner_name)
            near = {
                id(group): group
                for word in name.words
                for group in groups_by_word.get(word[:3], ())
            }
            same, is_doubtful = lead._choose_groups(name, near.values())
            if not same and not is_doubtful:
                group = [lead]
                found.groups.append(group)
                for word in {word[:3] for word in name.words}:
                    groups_by_word.setdefault(word, []).append(group)
            elif len(same) == 1 and not lead._is_elsewhere(same[0][0]):
                same[0].append(lead)
            else:
                found.contacts.pop(lead, None)
                found.doubts[lead] = lead._get_doubt_about_group(same)

    def _choose_groups(self, name, groups):
        """Return the groups of our company, and whether one may be it, misspelt."""
        same, is_doubtful = [], False
        for group in groups:
            other = group[0]
            match = company_names.compare(
                name,
                company_names.parse(other.partner_name),
                company_names.get_town_words(self.city, other.city),
            )
            is_near = match and self.zip and self.zip == other.zip
            if match == company_names.SAME or is_near:
                same.append(group)
            elif match and not self._is_elsewhere(other):
                is_doubtful = True
        return same, is_doubtful

    def _get_doubt_about_group(self, same):
        if same:
            return self.env._(
                "another of these leads has this company name at another place"
            )
        return self.env._("another of these leads has nearly this company name")

    # -------------------------------------------------------------------- choke point
    def _create_customer(self, with_parent=None):
        """Reuse the company and the contact that exist, create what does not.

        Where more than one company could be meant a new one is created, and a note
        says what to look at.
        """
        found = FoundCustomers(self) if with_parent else self._find_customers(False)
        if with_parent:
            found.companies[self] = with_parent
            self._find_contacts_at_companies(found)
        doubt = found.doubts.pop(self, "")
        if doubt:
            found.groups.append([self])
        found.make()
        if doubt:
            self._note_duplicate(found.companies[self], doubt)
        return found.partners[self]

    def _note_duplicate(self, company, doubt):
        self._message_log(
            body=self.env._(
                "The company %(company)s was created. Please check whether it is a "
                "duplicate: %(doubt)s.",
                company=company.display_name,
                doubt=doubt,
            )
        )

    def _claim_customers(self, *company_names_typed):
        """Let no other transaction create the customers of these leads as well.

        :param company_names_typed: what a new company is called, if not as the lead
        """
        claims = {
            f"{reason} {value}"
            for lead in self
            for reason, value in lead._prepare_company_match().items()
            if value and reason not in ("core", "parts")
        }
        claims |= {
            f"key {company_names.parse(name).key}" for name in company_names_typed
        }
        claims |= {f"mail {lead.email_normalized}" for lead in self}
        # sudo: nobody but the system reads or writes claims
        self.env["crm.lead.conversion.claim"].sudo()._claim(
            claims - {"key ", "mail False"}
        )

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
