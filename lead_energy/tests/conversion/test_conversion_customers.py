from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_lead_conversion import ConversionCommon


@tagged("post_install", "-at_install")
class TestConversionCustomers(ConversionCommon):
    """One rule finds and makes the customer, whichever way a lead is converted."""

    def create_person(self, **vals):
        return self.env["res.partner"].create(
            {"name": "Anna Amsel", "email": "anna@amsel-solar.example", **vals}
        )

    def convert_in_mass(self, leads):
        self.env["crm.lead2opportunity.partner.mass"].with_user(self.rep).with_context(
            active_model="crm.lead", active_ids=leads.ids
        ).create({"deduplicate": False}).action_mass_convert()

    def all_partners(self):
        return self.env["res.partner"].with_context(active_test=False).search([])

    # ----------------------------------------------------- nothing hangs on a company
    def test_a_contact_without_company_is_put_below_the_lead_s(self):
        """The lead's own contact, or who has its e-mail; a new company, or a known."""
        for is_of_lead in (True, False):
            for is_known in (True, False):
                with (
                    self.subTest(is_of_lead=is_of_lead, is_known=is_known),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self._check_put_below(is_of_lead, is_known)
                    savepoint.rollback()
                self.env.invalidate_all()

    def _check_put_below(self, is_of_lead, is_known):
        company = self.create_company(zip="10115") if is_known else None
        person = self.create_person(street="Gartenweg 2", city="Potsdam")
        lead = self.create_full_lead(partner_id=is_of_lead and person.id)
        lead.write({"partner_name": "Amsel Solartechnik GmbH", "zip": "10115"})
        before = self.read_all(lead)
        address = person.read(["parent_id", "street", "city", "zip", "vat"])
        existing = self.all_partners()
        wizard = self.go_to_result(self.open_dialog(lead), result="quotation")
        self.assertEqual(wizard.company_choice, "exist" if is_known else "create")
        self.assertEqual((wizard.contact_choice, wizard.partner_id), ("exist", person))
        self.assertIn("Anna Amsel becomes a contact of Amsel", wizard.preview)
        wizard.action_convert()
        company = company or (self.all_partners() - existing)
        self.assertEqual(len(company), 1)
        self.assertEqual(person.parent_id, company)
        self.assertEqual(lead.partner_id, person)
        order = lead.order_ids
        self.assertEqual(order.partner_id, person)
        self.assertEqual(order.partner_invoice_id.commercial_partner_id, company)
        conversion = lead.conversion_ids.with_user(self.rep)
        self.assertFalse(conversion._get_undo_blockers())
        conversion._undo("By mistake")
        self.assertUnchanged(lead, before)
        self.assertEqual(
            person.read(["parent_id", "street", "city", "zip", "vat"]), address
        )
        self.assertEqual(self.all_partners(), existing)

    def test_a_contact_made_by_the_chatter_is_put_below_the_company(self):
        lead = self.create_full_lead()
        message = {"body": "Hello", "partner_emails": [lead.email_from]}
        partners = lead.with_user(self.rep)._partner_find_from_emails(
            {lead: message.pop("partner_emails")}
        )[lead.id]
        lead.with_user(self.rep).message_post(
            **message, message_type="comment", partner_ids=partners.ids
        )
        self.assertEqual(lead.partner_id.email, "anna@amsel-solar.example")
        self.assertFalse(lead.partner_id.parent_id)
        self.convert(lead, result="quotation")
        company = lead.partner_id.parent_id
        self.assertEqual(company.name, "Amsel Solartechnik GmbH")
        self.assertEqual(lead.order_ids.partner_id.parent_id, company)

    def test_in_mass_a_contact_without_company_is_put_below_the_lead_s(self):
        person = self.create_person()
        leads = self.create_full_lead() + self.create_full_lead(name="Second")
        existing = self.all_partners()
        self.convert_in_mass(leads)
        company = self.all_partners() - existing
        self.assertRecordValues(company, [{"name": "Amsel Solartechnik GmbH"}])
        self.assertEqual(leads.partner_id, person)
        self.assertEqual(person.parent_id, company)
        self.assertEqual(
            leads.conversion_ids.mapped("filled")[0][0][1]["parent_id"],
            [False, company.id],
        )

    def test_a_name_of_wildcards_is_no_other_name(self):
        company = self.create_company(zip="10115")
        anna = self.create_person(parent_id=company.id, email=False)
        odd = self.create_person(parent_id=company.id, email=False, name="A_n% \\Amsel")
        for name, people in (
            ("A%", anna.browse()),
            ("Anna_Amsel", anna.browse()),
            ("ANNA AMSEL", anna),
            ("a_n% \\amsel", odd),
        ):
            with self.subTest(name):
                lead = self.create_full_lead(contact_name=name)
                domain = lead._get_contact_domain(company)
                self.assertEqual(anna.search(domain), people)

    def test_a_contact_of_another_company_comes_with_that_company_alone(self):
        buche = self.create_company(name="Buche Holzbau GmbH")
        person = self.create_person(parent_id=buche.id)
        amsel = self.create_company(zip="10115")
        for choice, named in (("create", "Amsel Solartechnik GmbH"), ("exist", "")):
            with self.subTest(choice), self.env.cr.savepoint() as savepoint:
                lead = self.create_full_lead()
                existing = self.all_partners()
                wizard = self.open_dialog(lead)
                wizard.company_choice = choice
                wizard.action_next()
                self.assertEqual(wizard.contact_choice, "create", "a person decides")
                self.assertIn(person, wizard.contact_candidate_ids.partner_id)
                wizard.write({"contact_choice": "exist", "partner_id": person.id})
                wizard.action_next()
                wizard.result = "quotation"
                self.assertIn("Buche Holzbau GmbH, Anna Amsel", wizard.preview)
                self.assertIn("no other company", wizard.preview)
                self.assertNotIn(named or amsel.name, wizard.preview)
                wizard.action_convert()
                self.assertEqual(self.all_partners(), existing)
                self.assertEqual(person.parent_id, buche)
                order = lead.order_ids
                self.assertEqual(order.partner_id, person)
                self.assertEqual(order.partner_invoice_id.commercial_partner_id, buche)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_colleague_is_put_below_no_company(self):
        self.rep.partner_id.email = "anna@amsel-solar.example"
        lead = self.create_full_lead(contact_name="Rita Rep")
        existing = self.all_partners()
        self.convert_in_mass(lead)
        self.assertEqual(lead.partner_id, self.rep.partner_id)
        self.assertFalse(self.rep.partner_id.parent_id)
        self.assertEqual(self.all_partners(), existing, "no company without a contact")

    # ----------------------------------------------------------------- what is filled
    def test_an_address_is_not_filled_piecemeal_into_a_company_that_has_one(self):
        address = ("street", "zip", "city", "country_id")
        austria = self.env.ref("base.at").id
        cases = (
            ({}, {"street", "zip", "city", "country_id"}),
            ({"country_id": self.germany.id}, {"street", "zip", "city"}),
            ({"zip": "10115"}, {"street", "city", "country_id"}),
            ({"zip": "80331", "city": "München"}, set()),
            ({"city": "Bonn"}, set()),
            ({"street": "Gartenweg 2"}, set()),
            ({"country_id": austria}, set()),
        )
        for vals, filled in cases:
            with self.subTest(vals=vals), self.env.cr.savepoint() as savepoint:
                company = self.create_company(**vals)
                lead = self.create_full_lead()
                wizard = self.open_dialog(lead)
                wizard.write(
                    {"company_choice": "exist", "commercial_partner_id": company.id}
                )
                self.go_to_result(wizard)
                taken = wizard.change_ids.filtered(
                    lambda change: change.take and change.field_name in address
                )
                self.assertEqual(set(taken.mapped("field_name")), filled)
                before = {name: company[name] for name in address}
                wizard.action_convert()
                for name in address:
                    value = lead[name] if name in filled else before[name]
                    self.assertEqual(company[name], value, name)
                savepoint.rollback()
            self.env.invalidate_all()

    # -------------------------------------------------------------- one rule for all
    def test_every_path_takes_the_same_person(self):
        buche = self.create_company(name="Buche Holzbau GmbH").id
        amsel = self.create_company(name="Amsel Solartechnik").id
        cases = {
            "at the company": ({"parent_id": amsel}, True),
            "at the company, other name": ({"parent_id": amsel, "name": "A"}, True),
            "without company": ({}, True),
            "without company, other name": ({"name": "Arne Amsel"}, False),
            "at another company": ({"parent_id": buche}, False),
            "archived": ({"active": False}, False),
        }
        for case, (vals, is_taken) in cases.items():
            for path in ("dialog", "mass"):
                with (
                    self.subTest(case, path=path),
                    self.env.cr.savepoint() as savepoint,
                ):
                    person = self.create_person(**vals)
                    self._check_taken(person, is_taken, path)
                    savepoint.rollback()
                self.env.invalidate_all()

    def _check_taken(self, person, is_taken, path):
        lead = self.create_full_lead(zip=False, city=False)
        if path == "dialog":
            wizard = self.open_dialog(lead)
            wizard.action_next()
            self.assertEqual(wizard.contact_choice, "exist" if is_taken else "create")
            self.assertIn(person, wizard.contact_candidate_ids.partner_id)
            self.assertEqual(bool(wizard.partner_id), is_taken)
            return
        self.convert_in_mass(lead)
        self.assertEqual(lead.partner_id == person, is_taken)
        if not is_taken and person.active:
            self.assertEqual(lead.type, "lead", "left to a person")

    def test_who_is_at_the_company_goes_before_who_is_not(self):
        company = self.create_company(zip="10115")
        self.create_person()
        person = self.create_person(parent_id=company.id)
        lead, second = self.create_full_lead(), self.create_full_lead()
        self.convert(lead)
        self.convert_in_mass(second)
        self.assertEqual((lead | second).partner_id, person)

    def test_the_address_of_a_company_finds_the_company(self):
        company = self.create_company(email="info@amsel-solar.example")
        lead = self.create_full_lead(email_from="info@amsel-solar.example")
        self.convert_in_mass(lead)
        self.assertEqual(lead.partner_id.name, "Anna Amsel")
        self.assertEqual(lead.partner_id.parent_id, company)

    def test_a_person_created_meanwhile_is_not_created_again(self):
        lead = self.create_full_lead()
        wizard = self.go_to_result(self.open_dialog(lead))
        self.create_person()
        with self.assertRaisesRegex(UserError, "Anna Amsel was created in the"):
            wizard.action_convert()

    def test_people_of_many_leads_are_found_by_few_queries(self):
        self.create_person()
        leads = self.create_full_lead()
        for number in range(10):
            leads += self.create_full_lead(email_from=f"p{number}@amsel-solar.example")
        self.env.flush_all()
        with self.assertQueryCount(4):
            found = leads._find_people()
        self.assertEqual(set(found), {leads[0]})
