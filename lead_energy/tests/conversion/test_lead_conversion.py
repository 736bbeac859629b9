# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from ..common import LeadEnergyCommon


class ConversionCommon(LeadEnergyCommon):
    """A product for an interest, and the dialog as the rep uses it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "PV modules"})
        cls.photovoltaics.product_ids = cls.product
        cls.germany = cls.env.ref("base.de")

    def create_full_lead(self, **vals):
        return self.create_lead(
            **{
                "partner_name": "Amsel Solartechnik GmbH",
                "contact_name": "Anna Amsel",
                "email_from": "anna@amsel-solar.example",
                "phone": "+49 30 1234567",
                "function": "Managing director",
                "street": "Hauptstr. 1",
                "zip": "10115",
                "city": "Berlin",
                "country_id": self.germany.id,
                "interest_ids": [(6, 0, self.photovoltaics.ids)],
                "influence_id": self.decision_maker.id,
                "need_id": self.urgent.id,
                **vals,
            }
        )

    def create_company(self, **vals):
        return self.env["res.partner"].create(
            {"name": "Amsel Solartechnik", "is_company": True, **vals}
        )

    def open_dialog(self, lead, user=None):
        """Open the dialog in the environment of the rep."""
        action = lead.with_user(user or self.rep).action_convert()
        wizards = self.env[action["res_model"]].with_user(user or self.rep)
        return wizards.with_context(**action["context"]).browse(action["res_id"])

    def go_to_result(self, wizard, **vals):
        wizard.action_next()
        wizard.action_next()
        self.assertEqual(wizard.step, "result")
        wizard.write(vals)
        return wizard

    def convert(self, lead, **vals):
        wizard = self.go_to_result(self.open_dialog(lead), **vals)
        wizard.action_convert()
        return lead.conversion_ids[:1]

    def assertUnchanged(self, lead, before):
        """Field by field, all that is stored on the lead."""
        now = self.read_all(lead)
        differences = {
            name: (before[name], now[name]) for name in now if now[name] != before[name]
        }
        self.assertFalse(differences)

    def read_all(self, lead):
        self.env.flush_all()
        self.env.invalidate_all()
        names = [
            name
            for name, field in lead._fields.items()
            if field.store
            and name not in ("write_date", "write_uid", "message_ids")
            and name not in ("conversion_ids", "website_message_ids", "rating_ids")
        ]
        values = lead.with_user(self.env.user).read(names)[0]
        logs = lead.sudo().lead_status_log_ids
        values["logs"] = [
            (log.status_id.id, log.date_from, log.date_to) for log in logs
        ]
        return values


@tagged("post_install", "-at_install")
class TestLeadConversion(ConversionCommon):
    def test_nothing_is_created_before_the_last_click(self):
        lead = self.create_full_lead()
        partners = self.env["res.partner"].search_count([])
        before = self.read_all(lead)
        wizard = self.go_to_result(self.open_dialog(lead), result="quotation")
        self.assertIn("Amsel Solartechnik GmbH", wizard.preview)
        self.assertUnchanged(lead, before)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertFalse(lead.order_ids)
        wizard.action_convert()
        self.assertEqual(self.env["res.partner"].search_count([]), partners + 2)

    def test_an_inquiry_with_a_new_company_and_contact(self):
        lead = self.create_full_lead(vat="DE123456788")
        conversion = self.convert(lead)
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertEqual(lead.partner_id.name, "Anna Amsel")
        self.assertEqual(lead.partner_id.function, "Managing director")
        company = lead.partner_id.parent_id
        self.assertEqual(company.name, "Amsel Solartechnik GmbH")
        self.assertEqual(company.vat, "DE123456788")
        self.assertRecordValues(
            conversion,
            [{"user_id": self.rep.id, "result": "inquiry", "lead_id": lead.id}],
        )
        self.assertEqual(lead.interest_ids, self.photovoltaics)
        self.assertEqual(lead.influence_id, self.decision_maker)

    def test_partner_only_converts_and_creates_no_inquiry(self):
        lead = self.create_full_lead()
        conversion = self.convert(lead, result="partner")
        self.assertRecordValues(lead, [{"type": "lead", "active": True}])
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertTrue(lead.converted_date)
        self.assertEqual(conversion.result, "partner")
        company = lead.partner_id.parent_id.with_user(self.rep)
        self.assertEqual(company.opportunity_count, 1, "the partner shows its lead")
        domain = company.action_view_opportunity()["domain"]
        self.assertIn(lead, self.env["crm.lead"].search(domain))

    def test_the_quotation_carries_what_the_lead_knows(self):
        term = self.env["account.payment.term"].create({"name": "60 days"})
        self.create_company(property_payment_term_id=term.id, zip="10115")
        template = self.env["sale.order.template"].create(
            {
                "name": "PV",
                "sale_order_template_line_ids": [
                    (0, 0, {"display_type": "line_note", "name": "Thank you"})
                ],
            }
        )
        self.photovoltaics.quotation_template_id = template
        source = self.env["utm.source"].create({"name": "Fair in Essen"})
        lead = self.create_full_lead(source_id=source.id)
        self.convert(lead, result="quotation")
        order = lead.order_ids
        self.assertRecordValues(
            order,
            [
                {
                    "state": "draft",
                    "partner_id": lead.partner_id.id,
                    "source_id": source.id,
                    "team_id": self.team.id,
                    "user_id": self.rep.id,
                    "payment_term_id": term.id,
                    "sale_order_template_id": template.id,
                    "interest_ids": self.photovoltaics.ids,
                }
            ],
        )
        self.assertEqual(
            order.order_line.mapped("display_type"),
            ["line_note", "line_section", False],
        )
        self.assertEqual(order.order_line.product_id, self.product)
        self.assertEqual(lead.conversion_ids.result, "quotation")

    def test_the_quotation_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.photovoltaics.with_context(lang="de_DE").name = "Sonnenstrom"
        self.product.with_context(lang="de_DE").name = "PV-Module"
        company = self.create_company(zip="10115", lang="de_DE")
        self.env["res.partner"].create(
            {
                "name": "Anna Amsel",
                "parent_id": company.id,
                "email": "anna@amsel-solar.example",
                "lang": "de_DE",
            }
        )
        lead = self.create_full_lead()
        self.convert(lead, result="quotation")
        names = lead.order_ids.order_line.mapped("name")
        self.assertEqual(names[0], "Sonnenstrom")
        self.assertIn("PV-Module", names[1])

    def test_into_an_existing_inquiry(self):
        company = self.create_company(zip="10115")
        inquiry = self.create_lead(
            type="opportunity", name="Inquiry", partner_id=company.id
        )
        lead = self.create_full_lead(description="<p>Roof of 900 m2</p>")
        lead.message_post(body="Called, interested")
        wizard = self.go_to_result(self.open_dialog(lead))
        self.assertEqual(wizard.opportunity_ids, inquiry)
        wizard.write({"result": "existing", "opportunity_id": inquiry.id})
        self.assertIn("cannot be undone", wizard.preview)
        action = wizard.action_convert()
        self.assertEqual(action["res_id"], inquiry.id)
        self.assertFalse(lead.exists())
        self.assertIn("900 m2", inquiry.description)
        self.assertEqual(inquiry.interest_ids, self.photovoltaics)
        self.assertIn("Called", "".join(inquiry.message_ids.mapped("body")))
        conversion = inquiry.conversion_ids
        self.assertEqual(conversion.result, "existing")
        with self.assertRaisesRegex(UserError, "cannot be undone"):
            conversion.with_user(self.rep)._undo("No")

    def test_fills_what_is_empty_and_leaves_what_differs(self):
        company = self.create_company(zip="10115", city="Berlin-Mitte")
        contact = self.env["res.partner"].create(
            {
                "name": "Anna Amsel",
                "parent_id": company.id,
                "email": "anna@amsel-solar.example",
                "function": "Buyer",
            }
        )
        lead = self.create_full_lead(website="amsel-solar.example")
        wizard = self.go_to_result(self.open_dialog(lead))
        self.assertEqual(wizard.partner_id, contact)
        changes = {
            (c.partner_id, c.field_name): (c.kind, c.take) for c in wizard.change_ids
        }
        self.assertEqual(changes[company, "website"], ("fill", True))
        self.assertEqual(changes[company, "city"], ("differ", False))
        self.assertEqual(changes[contact, "phone"], ("fill", True))
        self.assertEqual(changes[contact, "function"], ("differ", False))
        self.assertNotIn((contact, "email"), changes)
        wizard.change_ids.filtered(lambda c: c.field_name == "city").take = True
        wizard.action_convert()
        self.assertRecordValues(
            contact, [{"phone": "+49 30 1234567", "function": "Buyer"}]
        )
        self.assertEqual(company.city, "Berlin")
        lead.conversion_ids.with_user(self.rep)._undo("Only a test")
        self.assertRecordValues(contact, [{"phone": False, "function": "Buyer"}])
        self.assertRecordValues(company, [{"city": "Berlin-Mitte", "website": False}])

    def test_all_goes_along_with_each_result(self):
        for result in ("partner", "inquiry", "quotation", "existing"):
            with self.subTest(result), self.env.cr.savepoint() as savepoint:
                self._check_all_goes_along(result)
                savepoint.rollback()
            self.env.invalidate_all()

    def _check_all_goes_along(self, result):
        known = {
            "influence_id": self.decision_maker.id,
            "need_id": self.urgent.id,
            "company_size_id": self._create_rating("company_size"),
            "volume_id": self._create_rating("volume"),
            "industry_id": self.env["res.partner.industry"].create({"name": "Bees"}).id,
            "interest_ids": self.photovoltaics.ids,
            "source_id": self.env["utm.source"].create({"name": "Fair"}).id,
            "campaign_id": self.env["utm.campaign"].create({"name": "Spring"}).id,
            "medium_id": self.env["utm.medium"].create({"name": "Stand"}).id,
            "customer_segment": "business",
            "annual_consumption_kwh": 240000.0,
            "contract_end_date": fields.Date.to_date("2027-12-31"),
            "malo_id": "51238696781",
            "mastr_id": "SEE900000000001",
            "planned_power_kwp": 99.5,
            "planned_storage_kwh": 120.0,
            "vat": "DE123456788",
        }
        lead = self.create_full_lead(description="<p>Notes</p>", **known)
        people = lead.with_user(self.rep)
        activity = people.activity_schedule("mail.mail_activity_data_call")
        message = people.message_post(body="Hello", attachments=[("roof.txt", b"x")])
        attachment = message.attachment_ids
        touchpoint = self.env["crm.lead.touchpoint"].create(
            {
                "lead_id": lead.id,
                "type_id": self.env["crm.lead.touchpoint.type"].search([], limit=1).id,
            }
        )
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2026-03-02 10:00:00",
                "stop": "2026-03-02 11:00:00",
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": lead.id,
            }
        )
        target = self._convert_to(result, lead)
        for name, value in known.items():
            is_relation = target._fields[name].relational
            kept = target[name].ids if is_relation else target[name]
            value = value if not is_relation or isinstance(value, list) else [value]
            self.assertEqual(kept, value, name)
        self.assertIn("Notes", target.description)
        self.assertIn(touchpoint, target.touchpoint_ids)
        self.assertIn(activity, target.activity_ids)
        self.assertIn(message, target.message_ids)
        self.assertEqual(
            (attachment.res_model, attachment.res_id), (target._name, target.id)
        )
        self.assertEqual((meeting.res_model, meeting.res_id), (target._name, target.id))
        if result != "partner":
            self.assertEqual(target.calendar_event_ids, meeting)
        if result == "quotation":
            for name in ("source_id", "campaign_id", "medium_id"):
                self.assertEqual(target.order_ids[name].id, known[name])
        company = target.partner_id.commercial_partner_id.with_user(self.rep)
        domain = company.action_view_opportunity()["domain"]
        self.assertIn(target, self.env["crm.lead"].search(domain))

    def _create_rating(self, kind):
        name = f"A {kind}"
        return self.env["crm.lead.rating"].create({"name": name, "kind": kind}).id

    def _convert_to(self, result, lead):
        """Convert as the rep does, and return where the lead's data should be."""
        if result != "existing":
            self.convert(lead, result=result)
            return lead
        company = self.create_company(zip="10115")
        inquiry = self.create_lead(
            type="opportunity", name="Inquiry", partner_id=company.id
        )
        wizard = self.open_dialog(lead)
        self.go_to_result(wizard, result="existing", opportunity_id=inquiry.id)
        wizard.action_convert()
        return inquiry

    def test_a_partner_only_lead_leaves_converted_by_its_undo(self):
        lead = self.create_full_lead()
        conversion = self.convert(lead, result="partner").with_user(self.rep)
        with self.assertRaisesRegex(UserError, "choose 'Undo'"):
            lead.with_user(self.rep).lead_status_id = self.status_open
        conversion._undo("By mistake")
        lead.with_user(self.rep).lead_status_id = self.status_contacted
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    # ------------------------------------------------------------------------- table
    def test_company_contact_and_result(self):
        """company x contact x result, one lead or many: who is linked, what is new."""
        companies = {
            "none": lambda: self.env["res.partner"],
            "one exact": lambda: self.create_company(zip="10115"),
            "several": lambda: self.create_company() + self.create_company(),
            "of another company": lambda: self.create_company(
                company_id=self.env["res.company"].create({"name": "Other"}).id
            ),
            "archived": lambda: self.create_company(active=False),
        }
        contacts = ("none", "existing", "at another company")
        for company_case, make in companies.items():
            for contact_case in contacts:
                for result in ("partner", "inquiry", "quotation", "mass"):
                    with (
                        self.subTest(f"{company_case}, {contact_case}, {result}"),
                        self.env.cr.savepoint() as savepoint,
                    ):
                        self._check_case(company_case, make(), contact_case, result)
                        savepoint.rollback()
                    self.env.invalidate_all()

    def _check_case(self, company_case, companies, contact_case, result):
        contact = self._create_contact(contact_case, companies)
        lead = self.create_full_lead()
        people = self.env["res.partner"].with_context(active_test=False)
        existing = people.search([])
        if result == "mass":
            self._convert_in_mass(lead)
        else:
            wizard = self.open_dialog(lead)
            is_one = company_case == "one exact"
            self.assertEqual(
                wizard.company_choice,
                "exist" if is_one or company_case in ("several", "archived")
                else "create",
            )  # fmt: skip
            if company_case in ("several", "archived"):
                shown = wizard.company_candidate_ids.partner_id
                self.assertEqual(shown & companies, companies)
            if company_case == "of another company":
                self.assertFalse(wizard.company_candidate_ids.partner_id & companies)
                self.assertEqual(wizard.hidden_count, 1, "counted, not shown")
            self.go_to_result(wizard, result=result)
            wizard.action_convert()
        new = people.search([]) - existing
        is_doubtful = (
            company_case in ("several", "archived")
            or contact_case == "at another company"
        )
        if result == "mass" and is_doubtful and contact_case != "existing":
            self.assertEqual(lead.type, "lead", "left to a person")
            self.assertFalse(new)
            return
        self.assertEqual(lead.lead_status_kind, "converted")
        new_companies = new.filtered("is_company")
        is_new = company_case in ("none", "of another company")
        if contact_case == "existing" and contact:
            self.assertEqual(lead.partner_id, contact)
            self.assertFalse(new)
        elif result == "mass" or contact_case != "at another company":
            self.assertEqual(len(new_companies), int(is_new))
            self.assertEqual(len(new - new_companies), 1)
            self.assertEqual(lead.partner_id.parent_id, new_companies or companies[:1])

    def _create_contact(self, contact_case, companies):
        people = self.env["res.partner"]
        if contact_case == "none":
            return people
        if contact_case == "existing":
            # known below the company if there is one that the rep may see
            companies = companies.filtered(lambda c: not c.company_id)[:1]
            if not companies:
                return people
        else:
            companies = self.create_company(name="Buche Holzbau GmbH")
        return people.create(
            {
                "name": "Anna Amsel",
                "email": "anna@amsel-solar.example",
                "parent_id": companies.id,
            }
        )

    def _convert_in_mass(self, leads, **vals):
        wizard = (
            self.env["crm.lead2opportunity.partner.mass"]
            .with_user(self.rep)
            .with_context(
                active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
            )
            .create({"user_ids": [(4, self.rep.id)], **vals})
        )
        return wizard, wizard.action_mass_convert()

    # -------------------------------------------------------------------------- mass
    def test_in_mass_one_company_and_no_duplicate_contacts(self):
        spellings = (
            "Amsel Solartechnik GmbH",
            "AMSEL Solartechnik",
            "Amsel Solartechn.",
        )
        leads = self.env["crm.lead"]
        for number, spelling in enumerate(spellings * 2):
            leads += self.create_lead(
                name=f"Lead {number}",
                partner_name=spelling,
                contact_name=f"Person {number % 4}",
                email_from=f"person{number % 4}@amsel-solar.example",
            )
        leads += self.create_lead(partner_name="Buche Holzbau", contact_name="Bo Buche")
        before = self.env["res.partner"].search([])
        self._convert_in_mass(leads, deduplicate=False)
        new = self.env["res.partner"].search([]) - before
        self.assertEqual(
            sorted(new.filtered("is_company").mapped("name")),
            ["Amsel Solartechnik GmbH", "Buche Holzbau"],
        )
        self.assertEqual(len(new.filtered(lambda p: not p.is_company)), 5)
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertEqual(len(leads.conversion_ids), len(leads))

    def test_in_mass_what_needs_a_decision_is_listed_and_left(self):
        self.create_company(zip="80331")
        doubtful = self.create_full_lead()
        clear = self.create_full_lead(
            partner_name="Buche Holzbau", email_from="bo@buche.example", phone=False
        )
        wizard, action = self._convert_in_mass(doubtful + clear)
        self.assertEqual((doubtful.type, clear.type), ("lead", "opportunity"))
        self.assertEqual(action["domain"], [("id", "in", doubtful.ids)])
        self.assertIn("at another place", wizard.doubts)

    def test_300_leads_of_100_companies_in_mass(self):
        """Each company comes in three spellings, by three people."""
        spell = (
            lambda name: f"{name} GmbH",
            lambda name: name.upper(),
            lambda name: name.replace("ü", "ue") + " G.m.b.H.",
        )
        leads = self.env["crm.lead"].with_user(self.rep).create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "lead",
                    "partner_name": spell[number % 3](
                        f"Grünwerk {chr(65 + number // 78)}{number // 3:03d} Solar"
                    ),
                    "contact_name": f"Person {number}",
                    "email_from": f"p{number}@gruenwerk{number // 3}.example",
                    "user_id": self.rep.id,
                    "team_id": self.team.id,
                }
                for number in range(300)
            ]
        )  # fmt: skip
        before = self.env["res.partner"].search([])
        self._convert_in_mass(leads)
        new = self.env["res.partner"].search([]) - before
        self.assertEqual(len(new.filtered("is_company")), 100)
        self.assertEqual(len(new.filtered(lambda p: not p.is_company)), 300)
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        for third in range(100):
            companies = leads[3 * third : 3 * third + 3].partner_id.parent_id
            self.assertEqual(len(companies), 1)

    def test_undo_after_mass_keeps_a_company_that_others_use(self):
        leads = self.create_full_lead() + self.create_full_lead(
            contact_name="Arne Amsel", email_from="arne@amsel-solar.example"
        )
        self._convert_in_mass(leads, deduplicate=False)
        with self.assertRaisesRegex(UserError, "refers to"):
            leads[0].conversion_ids.with_user(self.rep)._undo("One of two")

    # -------------------------------------------------------------------------- paths
    def test_the_same_test_on_odoos_own_dialog(self):
        company = self.create_company(zip="10115")
        lead = self.create_full_lead()
        self.env["crm.lead2opportunity.partner"].with_user(self.rep).with_context(
            active_model="crm.lead", active_ids=lead.ids, active_id=lead.id
        ).create({"name": "convert", "action": "create"}).action_apply()
        self.assertEqual(lead.partner_id.parent_id, company)
        conversion = lead.conversion_ids
        self.assertEqual(conversion.result, "inquiry")
        self.assertEqual(conversion.created, [["res.partner", lead.partner_id.id]])

    def test_the_same_test_in_the_quotation_wizard(self):
        company = self.create_company(zip="10115")
        lead = self.create_full_lead(type="opportunity")
        wizard = (
            self.env["crm.quotation.partner"]
            .with_user(self.rep)
            .with_context(active_model="crm.lead", active_id=lead.id)
            .create({"action": "create", "lead_id": lead.id})
        )
        wizard.action_apply()
        wizard.action_apply()
        self.assertEqual(lead.partner_id.parent_id, company)
        self.assertEqual(len(company.child_ids), 1)

    def test_a_doubt_on_an_automatic_path_is_noted(self):
        self.create_company()
        self.create_company()
        lead = self.create_full_lead()
        lead.with_user(self.rep)._handle_partner_assignment()
        self.assertIn("several companies", "".join(lead.message_ids.mapped("body")))

    def test_a_plain_write_and_assignment_are_recorded(self):
        lead = self.create_full_lead()
        lead.with_user(self.rep).write({"type": "opportunity"})
        self.assertEqual(lead.conversion_ids.user_id, self.rep)
        lead.conversion_ids.with_user(self.rep)._undo("By mistake")
        self.assertEqual(lead.type, "lead")

    # --------------------------------------------------------------------------- once
    def test_who_comes_second_is_led_to_the_result(self):
        lead = self.create_full_lead()
        first = self.go_to_result(self.open_dialog(lead))
        second = self.go_to_result(self.open_dialog(lead))
        first.action_convert()
        for again in (first.action_convert, second.action_convert, lead.action_convert):
            with self.assertRaisesRegex(RedirectWarning, "converted already") as caught:
                again()
            self.assertEqual(caught.exception.args[1]["res_id"], lead.id)
        self.assertEqual(len(lead.conversion_ids), 1)

    def test_who_comes_second_after_a_merge_is_led_to_the_inquiry(self):
        company = self.create_company(zip="10115")
        inquiry = self.create_lead(
            type="opportunity", name="Inquiry", partner_id=company.id
        )
        lead = self.create_full_lead()
        first = self.go_to_result(self.open_dialog(lead))
        second = self.open_dialog(lead)
        first.write({"result": "existing", "opportunity_id": inquiry.id})
        first.action_convert()
        self.assertFalse(lead.exists())
        native = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.rep)
            .with_context(active_model="crm.lead", active_id=lead.id)
        )
        for again in (
            second.action_next,
            second.action_convert,
            lead.with_user(self.rep).action_convert,
            lambda: native.create({}),
        ):
            with self.assertRaises(RedirectWarning) as caught:
                again()
            self.assertIn("Rita Rep", caught.exception.args[0])
            self.assertEqual(caught.exception.args[1]["res_id"], inquiry.id)
        # a dialog that went with the lead knows it from its context
        second.sudo().unlink()
        with self.assertRaises(RedirectWarning):
            second.with_context(active_id=lead.id).action_convert()
        with self.assertRaisesRegex(UserError, "merged") as caught:
            lead.with_user(self.other_rep).action_convert()
        self.assertNotIsInstance(caught.exception, RedirectWarning)

    def test_what_a_colleague_created_meanwhile_is_not_created_again(self):
        lead = self.create_full_lead()
        wizard = self.go_to_result(self.open_dialog(lead))
        company = self.create_company()
        with self.assertRaisesRegex(UserError, "Amsel Solartechnik was created in the"):
            wizard.action_convert()
        wizard.action_back()
        wizard.action_back()
        self.assertEqual(wizard.company_candidate_ids.partner_id, company)
        wizard.company_candidate_ids.action_choose()
        wizard.action_next()
        person = self.env["res.partner"].create(
            {"name": "Anna Amsel", "parent_id": company.id}
        )
        with self.assertRaisesRegex(UserError, "Anna Amsel was created in the"):
            wizard.action_convert()
        wizard.action_back()
        wizard.write({"contact_choice": "exist", "partner_id": person.id})
        wizard.action_next()
        wizard.action_convert()
        self.assertEqual(lead.partner_id, person)

    # --------------------------------------------------------------------------- undo
    def test_undo_takes_back_what_automations_did(self):
        mql = self.env.ref("lead_energy.company_category_mql")
        moved = self.env.ref("lead_energy.company_category_opportunity")
        company = self.create_company(zip="10115", company_category_id=mql.id)
        person = self.env["res.partner"].create(
            {
                "name": "Anna Amsel",
                "email": "anna@amsel-solar.example",
                "parent_id": company.id,
                "lead_status_id": self.status_contacted.id,
            }
        )
        colleague = person.copy({"name": "Arne Amsel", "email": False})
        colleague.lead_status_id = False
        lead = self.create_full_lead()
        conversion = self.convert(lead)
        self.assertEqual(lead.partner_id, person)
        self.assertEqual((company | person).company_category_id, moved)
        self.assertEqual(colleague.lead_status_id, self.status_open)
        self.assertEqual(person.lead_status_id, self.status_converted)
        conversion.with_user(self.rep)._undo("By mistake")
        self.assertEqual((company | person).company_category_id, mql)
        self.assertEqual(person.lead_status_id, self.status_contacted)
        self.assertFalse(colleague.lead_status_id)

    def test_undo_leaves_what_others_did_to_category_and_status(self):
        moved = self.env.ref("lead_energy.company_category_opportunity")
        customer = self.env.ref("lead_energy.company_category_customer")
        company = self.create_company(zip="10115")
        self.env["res.partner"].create({"name": "Anna Amsel", "parent_id": company.id})
        first, second = self.create_full_lead(), self.create_full_lead()
        conversion = self.convert(first)
        self.convert(second)
        # the other inquiry would have moved the company as well
        conversion.with_user(self.rep)._undo("By mistake")
        self.assertEqual(company.company_category_id, moved)
        company.company_category_id = customer
        second.conversion_ids.with_user(self.rep)._undo("By mistake")
        self.assertEqual(company.company_category_id, customer)

    def test_undo_field_by_field(self):
        for result in ("partner", "inquiry", "quotation"):
            for partner_case in ("new", "existing", "archived"):
                with self.subTest(f"{result}, {partner_case}"):
                    self._check_undo(result, partner_case)

    def _check_undo(self, result, partner_case):
        lead = self.create_full_lead(
            partner_name=f"{result} {partner_case} Amsel", phone="030 55501234"
        )
        lead.lead_status_id = self.status_qualified
        if partner_case != "new":
            self.create_company(
                name=lead.partner_name, active=partner_case == "existing", city="Bonn",
                zip="53111",
            )  # fmt: skip
        before = self.read_all(lead)
        people = self.env["res.partner"].with_context(active_test=False)
        fields_of_partner = ["active", "phone", "website", "street", "city", "vat"]
        partners = {p.id: p.read(fields_of_partner) for p in people.search([])}
        wizard = self.open_dialog(lead)
        if wizard.company_candidate_ids:
            wizard.company_candidate_ids[0].action_choose()
            wizard.step = "company"
        self.go_to_result(wizard, result=result)
        wizard.change_ids.take = True
        wizard.action_convert()
        self.assertNotEqual(lead.partner_id.id, before["partner_id"])
        conversion = lead.conversion_ids[:1].with_user(self.rep)
        undo = (
            self.env["crm.lead.conversion.undo"]
            .with_user(self.rep)
            .create({"conversion_id": conversion.id, "reason": "Converted by mistake"})
        )
        self.assertFalse(undo.blockers)
        undo.action_undo()
        self.assertUnchanged(lead, before)
        self.assertEqual(
            {p.id: p.read(fields_of_partner) for p in people.search([])}, partners
        )
        self.assertFalse(lead.order_ids)
        self.assertRecordValues(
            conversion,
            [{"undone_by_id": self.rep.id, "undone_reason": "Converted by mistake"}],
        )
        self.convert(lead)  # and again

    def test_what_prevents_an_undo_is_named(self):
        for build, text in (
            (self._confirm_order, "no draft any more"),
            (self._send_order, "no draft any more"),
            (self._write_to_customer, "Our offer"),
            (self._receive_from_nobody_known, "Message of stranger@foreign.example"),
            (self._refer_from_the_archive, "Archived contact"),
            (self._change_by_others, "Anna Amsel was changed by .*: Notes"),
            (self._change_line_by_others, "was changed by"),
            (self._change_inquiry_by_others, "Company Name of the inquiry was changed"),
            (self._change_both, "was changed by energy_manager"),
            (self._create_another_order, "was created for the inquiry"),
            (self._create_another_lead, "Second"),
            (lambda lead: lead.action_set_won(), "won"),
            (self._change_customer, "Contact of the inquiry was changed since"),
        ):
            with (
                self.subTest(text, build=build.__name__),
                self.env.cr.savepoint() as savepoint,
            ):
                lead = self.create_full_lead()
                conversion = self.convert(lead, result="quotation").with_user(self.rep)
                self.env.flush_all()
                self.env.cr.precommit.run()
                build(lead)
                self.env.flush_all()
                self.env.invalidate_all()
                with self.assertRaisesRegex(UserError, text):
                    conversion._undo("Too late")
                savepoint.rollback()
            self.env.invalidate_all()

    def _confirm_order(self, lead):
        lead.order_ids.action_confirm()

    def _send_order(self, lead):
        lead.order_ids.with_user(self.rep).action_quotation_sent()

    def _receive_from_nobody_known(self, lead):
        lead.partner_id.message_post(
            body="Dear Rita",
            subject="A question",
            message_type="email",
            author_id=False,
            email_from="stranger@foreign.example",
        )

    def _refer_from_the_archive(self, lead):
        company = lead.partner_id.commercial_partner_id
        self.env["res.partner"].create(
            {"name": "Archived contact", "parent_id": company.id, "active": False}
        )

    def _write_to_customer(self, lead):
        lead.message_post(
            body="Dear Anna",
            subject="Our offer",
            message_type="comment",
            partner_ids=lead.partner_id.ids,
        )

    def _change_by_others(self, lead):
        lead.partner_id.with_user(self.manager).comment = "Called"

    def _change_line_by_others(self, lead):
        lead.order_ids.order_line[-1].with_user(self.manager).name = "Better modules"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET write_date = now() + interval '1 minute'"
            " WHERE order_id = %s",
            lead.order_ids.ids,
        )

    def _change_inquiry_by_others(self, lead):
        lead.with_user(self.manager).partner_name = "Amsel Solar AG"

    def _change_both(self, lead):
        """The rep wrote last, and did not see what the manager wrote."""
        lead.partner_id.with_user(self.manager).email = "anna.amsel@amsel.example"
        self.env.flush_all()
        self.env.cr.precommit.run()
        lead.partner_id.with_user(self.rep).comment = "Called"

    def test_the_newer_conversion_is_undone_first(self):
        lead = self.create_full_lead()
        first = self.convert(lead, result="partner").with_user(self.rep)
        lead.with_user(self.rep).write({"type": "opportunity"})
        second = (lead.conversion_ids - first).with_user(self.rep)
        with self.assertRaisesRegex(UserError, "converted again since"):
            first._undo("By mistake")
        second._undo("By mistake")
        self.assertNotIn("again", "\n".join(first._get_undo_blockers()))
        first._undo("By mistake, too")
        self.assertRecordValues(
            lead,
            [{"type": "lead", "lead_status_kind": "open", "converted_date": False}],
        )

    def test_a_contact_has_the_status_of_the_newest_lead_after_an_undo(self):
        person = self.env["res.partner"].create(
            {"name": "Anna Amsel", "email": "anna@amsel-solar.example"}
        )
        older = self.create_full_lead(partner_id=person.id)
        older_conversion = self.convert(older, result="partner").with_user(self.rep)
        self.assertEqual(person.lead_status_id, self.status_converted)
        newer = self.create_full_lead(partner_id=person.id)
        self.assertEqual(person.lead_status_id, self.status_open)
        newer_conversion = self.convert(newer, result="partner").with_user(self.rep)
        older_conversion._undo("By mistake")
        self.assertEqual(person.lead_status_id, self.status_converted)
        newer_conversion._undo("By mistake")
        self.assertEqual(person.lead_status_id, self.status_open)

    def test_what_happens_by_itself_does_not_prevent_an_undo(self):
        """Nor what the rep did who undoes: the author of a write is not its cause."""
        lead = self.create_full_lead()
        conversion = self.convert(lead, result="quotation").with_user(self.rep)
        contact = lead.partner_id
        other = self.manager
        # an automation in the transaction of a colleague
        contact.with_user(other).sudo().lead_status_id = self.status_contacted
        contact.parent_id.with_user(other).sudo().company_category_id = self.env.ref(
            "lead_energy.company_category_customer"
        )
        lead.with_user(other).sudo().message_bounce = 1
        lead.with_user(other).touchpoint_ids = [
            (0, 0, {"type_id": self.env["crm.lead.touchpoint.type"].search([])[0].id})
        ]
        lead._update_scores(lead.ids)
        contact.with_user(self.rep).comment = "Called"
        lead.with_user(self.rep).description = "<p>Called</p>"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = now() + interval '1 minute'"
            " WHERE id = ANY(%s)",
            [(contact | contact.parent_id).ids],
        )
        self.env.invalidate_all()
        self.assertEqual(contact.parent_id.write_uid, other)
        self.assertFalse(conversion._get_undo_blockers())
        conversion._undo("By mistake")
        self.assertFalse(contact.exists())

    def _create_another_order(self, lead):
        self.env["sale.order"].create(
            {"partner_id": lead.partner_id.id, "opportunity_id": lead.id}
        )

    def _create_another_lead(self, lead):
        self.create_lead(name="Second", partner_id=lead.partner_id.id)

    def _change_customer(self, lead):
        lead.partner_id = self.rep.partner_id

    # ------------------------------------------------------------------------- access
    def test_a_rep_of_another_lead_may_neither_see_nor_undo(self):
        lead = self.create_full_lead()
        conversion = self.convert(lead)
        other = conversion.with_user(self.other_rep)
        self.assertFalse(other.search([("id", "=", conversion.id)]))
        with self.assertRaises(AccessError):
            other._undo("Not mine")
        with self.assertRaises(AccessError):
            conversion.with_user(self.rep).write({"undone_reason": "By hand"})

    def test_a_candidate_that_the_rep_may_not_read_is_counted(self):
        self.env["ir.rule"].create(
            {
                "name": "Own partners",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', 'not ilike', 'Solartechnik')]",
                "groups": [(4, self.env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        self.env["ir.rule"].search(
            [
                ("model_id.model", "=", "res.partner"),
                ("groups", "in", self.rep.all_group_ids.ids),
                ("name", "!=", "Own partners"),
            ]
        ).active = False
        self.create_company(zip="10115")
        wizard = self.open_dialog(self.create_full_lead())
        self.assertFalse(wizard.company_candidate_ids)
        self.assertEqual(wizard.hidden_count, 1)

    def test_reasons_are_given_and_ordered(self):
        by_domain = self.create_company(
            name="Amsel Holding", email="info@amsel-solar.example"
        )
        exact = self.create_company(zip="10115", phone="+49 30 1234567")
        free_mail = self.create_company(name="Xaver", email="xaver@web.de")
        lead = self.create_full_lead()
        wizard = self.open_dialog(lead)
        self.assertEqual(
            [(c.partner_id, c.reasons) for c in wizard.company_candidate_ids],
            [
                (exact, "same name, phone, postcode"),
                (by_domain, "e-mail domain"),
            ],
        )
        private = self.create_full_lead(email_from="anna@web.de", partner_name="Zzz")
        found = private._find_company_candidates()[private]
        self.assertNotIn(free_mail, [c.partner for c in found])

    def test_a_candidate_by_tax_id_and_website(self):
        by_vat = self.create_company(name="Other", vat="DE 123456788")
        by_site = self.create_company(
            name="Site", website="https://www.amsel.example/x"
        )
        lead = self.create_full_lead(vat="de123456788", website="http://amsel.example")
        found = lead._find_company_candidates()[lead]
        self.assertEqual([c.partner for c in found], [by_vat, by_site])
        self.assertTrue(found[0].is_certain)
        self.assertFalse(found[1].is_certain)

    def test_a_candidate_by_the_market_location_of_another_lead(self):
        company = self.create_company(name="Buche Holzbau GmbH")
        self.create_lead(partner_id=company.id, malo_id="51238696781")
        lead = self.create_full_lead(malo_id="51238696781")
        (found,) = lead._find_company_candidates()[lead]
        self.assertEqual((found.partner, found.reasons), (company, {"malo"}))

    def test_converts_as_a_rep_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env, "energy_other_company", "sales_team.group_sale_salesman",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        self.create_company(company_id=self.env.company.id)
        lead = self.create_full_lead(user=user, user_id=user.id, team_id=False)
        self.go_to_result(self.open_dialog(lead, user)).action_convert()
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.company_id, other)
