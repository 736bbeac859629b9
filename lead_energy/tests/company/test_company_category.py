from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import LeadEnergyCommon
from ..score.test_score import ScoreCommon


@tagged("post_install", "-at_install")
class TestCompanyCategory(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("lead", "mql", "opportunity", "lost", "customer", "partner"):
            category = cls.env.ref(f"lead_energy.company_category_{name}")
            setattr(cls, f"category_{name}", category)
        cls.company = cls.env["res.partner"].create(
            {"name": "Buche GmbH", "is_company": True}
        )

    def _create_contact(self, **vals):
        return self.env["res.partner"].create(
            {"name": "Ben Buche", "parent_id": self.company.id, **vals}
        )

    def _automation(self, code):
        return self.env.ref(f"lead_energy.automation_{code}")

    # Contacts

    def test_a_new_contact_starts_open_where_the_category_uses_the_status(self):
        self.assertFalse(self._create_contact().lead_status_id)
        self.company.company_category_id = self.category_lead
        contact = self._create_contact()
        self.assertEqual(contact.lead_status_id, self.status_open)
        self.assertEqual(contact.company_category_id, self.category_lead)
        self.assertFalse(self.company.lead_status_id, "a company is no person")
        invoice_address = self._create_contact(type="invoice")
        self.assertFalse(invoice_address.lead_status_id)

    def test_a_person_without_a_company_has_an_own_category(self):
        person = self.env["res.partner"].create(
            {"name": "Carla", "company_category_id": self.category_lead.id}
        )
        self.assertEqual(person.lead_status_id, self.status_open)

    def test_moving_a_company_gives_its_contacts_the_open_status(self):
        plain = self._create_contact()
        known = self._create_contact(lead_status_id=self.status_qualified.id)
        self.company.company_category_id = self.category_lead
        self.assertEqual(plain.lead_status_id, self.status_open)
        self.assertEqual(known.lead_status_id, self.status_qualified)

    def test_the_status_is_hidden_and_kept(self):
        self.company.company_category_id = self.category_lead
        contact = self._create_contact()
        contact.lead_status_id = self.status_contacted
        self.company.company_category_id = self.category_customer
        self.assertFalse(contact.use_lead_status)
        self.assertEqual(contact.lead_status_id, self.status_contacted)
        view = "base.view_partner_form"
        with Form(contact, view) as form:
            self.assertTrue(form._get_modifier("lead_status_id", "invisible"))
        self.company.company_category_id = self.category_lead
        with Form(contact, view) as form:
            self.assertFalse(form._get_modifier("lead_status_id", "invisible"))

    def test_switching_the_status_on_for_a_category_starts_its_contacts(self):
        self.company.company_category_id = self.category_customer
        contact = self._create_contact()
        self.category_customer.with_user(self.manager).use_lead_status = True
        self.assertEqual(contact.lead_status_id, self.status_open)

    def test_the_contact_follows_its_newest_lead(self):
        contact = self._create_contact()
        old = self.create_lead(partner_id=contact.id)
        new = self.create_lead(partner_id=contact.id)
        new.lead_status_id = self.status_qualified
        self.assertEqual(contact.lead_status_id, self.status_qualified)
        old.lead_status_id = self.status_contacted
        self.assertEqual(contact.lead_status_id, self.status_qualified)
        contact.lead_status_id = self.status_rework
        new.priority = "2"
        old.lead_status_id = self.status_qualified
        self.assertEqual(contact.lead_status_id, self.status_rework, "set by hand")
        new.lead_status_id = self.status_closed
        self.assertEqual(contact.lead_status_id, self.status_closed)

    def test_a_partner_that_comes_later_gets_the_status_of_the_lead(self):
        lead = self.create_lead()
        lead.lead_status_id = self.status_contacted
        lead.partner_id = self._create_contact()
        self.assertEqual(lead.partner_id.lead_status_id, self.status_contacted)

    # Rights and messages

    def test_a_rep_uses_categories_and_does_not_change_them(self):
        company = self.company.with_user(self.rep)
        company.company_category_id = self.category_lead
        with self.assertRaises(AccessError):
            self.category_lead.with_user(self.rep).name = "Mine"
        with self.assertRaises(AccessError):
            self.env["crm.company.category"].with_user(self.rep).create({"name": "x"})
        with self.assertRaises(AccessError):
            self._automation("category_order").with_user(self.rep).is_on = False

    def test_a_manager_without_settings_switches_automations(self):
        self.assertFalse(self.manager.has_group("base.group_system"))
        automation = self._automation("category_order").with_user(self.manager)
        automation.write(
            {"is_on": True, "company_category_id": self.category_partner.id}
        )
        self._confirm_quotation()
        self.assertEqual(self.company.company_category_id, self.category_partner)

    def test_a_category_in_use_is_archived_instead_of_deleted(self):
        category = self.env["crm.company.category"].with_user(self.manager)
        category = category.create({"name": "Grid Operator", "group": "other"})
        self.company.company_category_id = category
        with self.assertRaisesRegex(UserError, r"Grid Operator \(1\).*archive it"):
            category.unlink()
        category.active = False
        self.assertEqual(self.company.company_category_id, category)
        category.active = True
        self.company.company_category_id = False
        category.unlink()

    def test_the_target_of_an_automation_is_neither_archived_nor_deleted(self):
        category = self.category_mql.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "choose another category"):
            category.active = False
        with self.assertRaisesRegex(UserError, "choose another category"):
            category.unlink()

    def test_an_automation_says_what_it_lacks(self):
        automations = self.env["crm.lead.automation"].with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "choose the kind"):
            automations.create({"name": "New"})
        with self.assertRaisesRegex(ValidationError, "choose the category"):
            automations.create({"name": "New", "status_kind": "rework", "is_on": True})
        with self.assertRaisesRegex(UserError, "switch it off"):
            self._automation("category_order").with_user(self.manager).unlink()

    # Automations

    def _confirm_quotation(self):
        self.env["sale.order"].with_user(self.rep).create(
            {"partner_id": self._create_contact().id}
        ).action_confirm()

    def _events(self):
        """Return {code: what sets it off}."""
        return {
            "category_status": self._reach_qualified,
            "category_opportunity": self._create_opportunity,
            "category_lost": self._lose_opportunity,
            "category_order": self._confirm_quotation,
        }

    def _reach_qualified(self):
        lead = self.create_lead(partner_id=self._create_contact().id)
        lead.lead_status_id = self.status_qualified

    def _create_opportunity(self):
        return self.create_lead(
            type="opportunity", partner_id=self._create_contact().id
        )

    def _lose_opportunity(self):
        self._create_opportunity().action_set_lost()

    def test_each_event_moves_a_prospect_and_a_company_without_category(self):
        for code, event in self._events().items():
            for before in (self.category_lead, self.env["crm.company.category"]):
                with self.subTest(code=code, before=before.name):
                    self.company.company_category_id = before
                    event()
                    self.assertEqual(
                        self.company.company_category_id,
                        self._automation(code).company_category_id,
                    )
                    self.env["crm.lead"].search(
                        [("partner_id", "child_of", self.company.id)]
                    ).unlink()

    def test_each_event_can_be_switched_off(self):
        self.env["crm.lead.automation"].search([("id", "!=", 0)]).is_on = False
        for code, event in self._events().items():
            with self.subTest(code=code):
                self.company.company_category_id = self.category_lead
                event()
                self.assertEqual(self.company.company_category_id, self.category_lead)

    def test_no_event_turns_a_customer_or_partner_back(self):
        for before in (self.category_customer, self.category_partner):
            for code, event in self._events().items():
                with self.subTest(code=code, before=before.name):
                    self.company.company_category_id = before
                    event()
                    self.assertEqual(self.company.company_category_id, before)

    def test_a_prospect_does_not_move_up_the_list_again(self):
        self._create_opportunity()
        self._reach_qualified()
        self.assertEqual(self.company.company_category_id, self.category_opportunity)

    def test_a_company_is_lost_with_its_last_opportunity(self):
        first, second = self._create_opportunity(), self._create_opportunity()
        first.action_set_lost()
        self.assertEqual(self.company.company_category_id, self.category_opportunity)
        second.action_set_lost()
        self.assertEqual(self.company.company_category_id, self.category_lost)
        first.action_restore()
        self.assertEqual(self.company.company_category_id, self.category_opportunity)

    def test_a_rep_sets_automations_off_on_companies_that_are_not_his(self):
        self.company.user_id = self.other_rep
        self._create_opportunity()
        self.assertEqual(self.company.company_category_id, self.category_opportunity)

    def test_merged_partners_keep_the_customer(self):
        customer = self.company.copy({"company_category_id": self.category_customer.id})
        self.company.company_category_id = self.category_lead
        contact = self._create_contact()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (customer + self.company).ids, self.company
        )
        self.assertEqual(self.company.company_category_id, self.category_customer)
        self.assertEqual(contact.company_category_id, self.category_customer)

    def test_merged_contacts_follow_the_newest_lead_of_both(self):
        kept, gone = self._create_contact(), self._create_contact()
        self.create_lead(partner_id=kept.id).lead_status_id = self.status_contacted
        self.create_lead(partner_id=gone.id).lead_status_id = self.status_qualified
        self.env["base.partner.merge.automatic.wizard"]._merge((kept + gone).ids, kept)
        self.assertEqual(kept.lead_status_id, self.status_qualified)


@tagged("post_install", "-at_install")
class TestCompanyCategoryByScore(ScoreCommon):
    """A lead that becomes marketing-qualified takes its company along."""

    def _create_lead(self):
        self.company = self.env["res.partner"].create(
            {"name": "Distel AG", "is_company": True}
        )
        return self.create_lead(partner_id=self.company.id)

    def _send_alerts(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("lead_energy.cron_send_score_alerts").method_direct_trigger()
        self.env.invalidate_all()

    def test_by_the_score(self):
        lead = self._create_lead()
        lead.need_id = self.urgent
        self.assertEqual(lead.qualification, "mql")
        self._send_alerts()
        mql = self.env.ref("lead_energy.company_category_mql")
        self.assertEqual(self.company.company_category_id, mql)

    def test_by_hand(self):
        self._create_lead().qualification = "mql"
        mql = self.env.ref("lead_energy.company_category_mql")
        self.assertEqual(self.company.company_category_id, mql)

    def test_switched_off_and_never_back(self):
        customer = self.env.ref("lead_energy.company_category_customer")
        lead = self._create_lead()
        self.company.company_category_id = customer
        lead.need_id = self.urgent
        self._send_alerts()
        self.assertEqual(self.company.company_category_id, customer)
        self.env.ref("lead_energy.automation_category_mql").is_on = False
        self._create_lead().qualification = "mql"
        self.assertFalse(self.company.company_category_id)
