# what a test writes is not shown to anybody
# pylint: disable=translation-required
import json

from odoo.tests import Form, new_test_user, tagged

from odoo.addons.web.controllers.utils import clean_action

from .test_second_stage import SecondStageCommon


@tagged("post_install", "-at_install")
class TestAnnouncement(SecondStageCommon):
    """What a conversion made is told, with its links and the way back."""

    def announce(self, lead, user=None, **vals):
        """Convert a lead, and return what the web client tells of it."""
        wizard = self.open_dialog(lead, user)
        if wizard.step != "result":
            self.go_to_result(wizard)
        wizard.write(vals)
        with self.assertNoLogs("odoo.addons.web.controllers.utils", "WARNING"):
            action = clean_action(wizard.action_convert(), wizard.env)
        return json.loads(json.dumps(action))["effect"]

    def get_links(self, effect):
        return {
            link["name"]: (link["action"]["res_model"], link["action"].get("res_id"))
            for link in effect["links"]
        }

    def test_each_result_is_told_with_its_links(self):
        lead = self.create_full_lead()
        effect = self.announce(lead, result="partner")
        self.assertIn("Anna Amsel is a business partner now", effect["message"])
        undo = ("crm.lead.conversion.undo", None)
        customer = ("res.partner", lead.partner_id.id)
        this = ("crm.lead", lead.id)
        self.assertEqual(
            self.get_links(effect), {"Lead": this, "Customer": customer, "Undo": undo}
        )
        effect = self.announce(lead, result="quotation")
        order = lead.order_ids
        self.assertIn(order.name, effect["message"])
        self.assertEqual(
            self.get_links(effect),
            {
                "Quotation": ("sale.order", order.id),
                "Inquiry": this,
                "Customer": customer,
                "Undo": undo,
            },
        )
        (context,) = (
            link["action"]["context"]
            for link in effect["links"]
            if link["name"] == "Undo"
        )
        newest = lead._get_standing_conversions()[0]
        self.assertEqual(context, {"default_conversion_id": newest.id})
        other = self.create_full_lead(name="Another roof")
        effect = self.announce(other, result="existing", opportunity_id=lead.id)
        self.assertIn("went into the inquiry", effect["message"])
        self.assertEqual(
            self.get_links(effect), {"Inquiry": this, "Customer": customer}
        )

    def test_an_inquiry_is_told_in_the_language_of_who_converts(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        lead = self.create_full_lead()
        action = lead.with_user(self.manager).action_convert()
        self.assertIn(lead.name, action["name"])
        effect = self.announce(lead, self.manager, result="inquiry")
        self.assertIn(lead.name, effect["message"])
        self.assertEqual(len(effect["links"]), 3)

    def test_who_gave_the_inquiry_away_gets_no_links_to_it(self):
        lead = self.create_full_lead()
        effect = self.announce(lead, result="inquiry", user_id=self.other_rep.id)
        self.assertEqual(list(self.get_links(effect)), ["Customer"])

    def test_several_are_told_together(self):
        leads = self.create_full_lead() | self.create_full_lead(
            partner_name="Buche AG", email_from="b@buche.example"
        )
        wizard = (
            self.env["crm.lead2opportunity.partner.mass"]
            .with_user(self.rep)
            .with_context(active_model="crm.lead", active_ids=leads.ids)
            .create({"deduplicate": False})
        )
        with self.assertNoLogs("odoo.addons.web.controllers.utils", "WARNING"):
            action = clean_action(wizard.action_mass_convert(), wizard.env)
        self.assertIn("2 leads", action["effect"]["message"])
        (link,) = action["effect"]["links"]
        self.assertEqual(link["action"]["domain"], [("id", "in", leads.ids)])

    def test_an_undo_is_told(self):
        lead = self.make_partner()
        self.assertIn("Open", self.undo(lead)["effect"]["message"])


@tagged("post_install", "-at_install")
class TestColleagues(SecondStageCommon):
    """That a colleague has an inquiry with the customer is told, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_rep.name = "Otto Other"
        cls.company = cls.env["res.partner"].create(
            {"name": "Amsel Solartechnik", "is_company": True, "zip": "10115"}
        )
        cls.secret = cls.create_lead(
            cls.other_rep,
            type="opportunity",
            name="Secret of Otto",
            partner_id=cls.company.id,
            expected_revenue=77123,
            contact_name="Sigrid Secret",
        )

    def open_form(self, lead, user=None):
        wizard = self.open_dialog(lead, user)
        view = "lead_energy.crm_lead2opportunity_partner_view_form"
        return Form(wizard, view=view)

    def test_the_name_is_told_and_nothing_of_the_inquiry(self):
        """Also when record rules hide the inquiry."""
        lead = self.create_full_lead()
        self.assertFalse(self.secret.with_user(self.rep).has_access("read"))
        form = self.open_form(lead)
        self.assertEqual(form.colleagues, "Otto Other")
        form.company_choice = "create"
        self.assertFalse(form.colleagues)
        form.company_choice = "exist"
        form.commercial_partner_id = self.company
        self.assertEqual(form.colleagues, "Otto Other")
        wizard = form.save()
        self.go_to_result(wizard)
        self.assertFalse(wizard.opportunity_ids)
        names = [name for name in wizard._fields if name not in ("lead_id",)]
        told = str(wizard.web_read({name: {} for name in names}))
        self.assertIn("Otto Other", told)
        for secret in ("Secret", "77123", f"[{self.secret.id}]"):
            self.assertNotIn(secret, told)

    def test_a_contact_tells_of_the_inquiries_of_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Anna Amsel", "parent_id": self.company.id}
        )
        self.secret.partner_id = contact
        lead = self.create_full_lead(partner_name=False, contact_name=False)
        wizard = self.open_dialog(lead)
        wizard.company_choice = "none"
        wizard.action_next()
        wizard.write({"contact_choice": "exist", "partner_id": contact.id})
        self.assertEqual(wizard.colleagues, "Otto Other")

    def test_one_s_own_and_closed_inquiries_are_not_announced(self):
        self.secret.action_set_lost()
        self.create_lead(type="opportunity", partner_id=self.company.id)
        wizard = self.open_dialog(self.create_full_lead())
        self.assertFalse(wizard.colleagues)
        self.assertEqual(len(wizard.opportunity_ids), 1)

    def test_who_may_read_it_is_told_as_well(self):
        self.create_lead(type="opportunity", partner_id=self.company.id, name="Of Rita")
        wizard = self.open_dialog(self.create_full_lead(), self.manager)
        self.assertEqual(len(wizard.opportunity_ids), 2)
        self.assertEqual(wizard.colleagues, "Otto Other and Rita Rep")

    def test_in_the_second_stage_as_well(self):
        lead = self.make_partner()
        self.assertEqual(self.open_dialog(lead).colleagues, "Otto Other")

    def test_a_company_where_one_does_not_work_is_not_told_of(self):
        """Who may work there hears of it, whichever company is chosen at the top."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "energy_stranger", "sales_team.group_sale_salesman",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        self.secret.write(
            {"company_id": other.id, "user_id": stranger.id, "team_id": False}
        )
        lead = self.create_full_lead()
        self.assertFalse(self.open_dialog(lead).colleagues)
        self.rep.company_ids |= other
        self.assertEqual(self.open_dialog(lead).colleagues, stranger.name)

    def test_it_costs_the_same_for_many(self):
        def count(inquiries):
            lead = self.create_full_lead()
            wizard = self.open_dialog(lead)
            for index in range(inquiries):
                self.secret.copy({"name": f"Copy {index}"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(wizard.colleagues, "Otto Other")
            return self.env.cr.sql_log_count - before

        count(0)
        self.assertEqual(count(0), count(30))


@tagged("post_install", "-at_install")
class TestPreviewOfQuotation(SecondStageCommon):
    """The preview says what the quotation gets, how much, and why so much."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.battery, cls.service = cls.env["product.product"].create(
            [{"name": "Battery"}, {"name": "Planning"}]
        )
        cls.photovoltaics.product_ids |= cls.battery | cls.service
        modules, battery, _service = cls.photovoltaics.product_line_ids
        modules.write(
            {"quantity_from": "planned_power_kwp", "factor": 2.25, "rounding": "up"}
        )
        battery.write({"quantity_from": "planned_storage_kwh", "factor": 1 / 3})
        cls.template = cls.env["sale.order.template"].create(
            {
                "name": "Roof",
                "sale_order_template_line_ids": [
                    (0, 0, {"display_type": "line_note", "name": "Thank you"}),
                    (0, 0, {"product_id": cls.service.id, "product_uom_qty": 3}),
                ],
            }
        )

    def open_result(self, user=None, **values):
        lead = self.create_full_lead(**values)
        wizard = self.go_to_result(self.open_dialog(lead, user), result="quotation")
        return lead, wizard

    def test_quantities_are_those_that_the_quotation_gets(self):
        lead, wizard = self.open_result(planned_power_kwp=9.9, planned_storage_kwh=7.5)
        form = Form(wizard, view="lead_energy.crm_lead2opportunity_partner_view_form")
        for text in (
            "23 × PV modules (Photovoltaics, Planned PV (kWp): 9.9 × 2.25, rounded up)",
            "2.5 × Battery (Photovoltaics, Planned Storage (kWh): 7.5 × 0.3333)",
            "1 × Planning (Photovoltaics, fixed)",
        ):
            self.assertIn(f"<li>{text}</li>", form.preview)
        form.quotation_template_id = self.template
        self.assertIn("<li>3 × Planning (template Roof)</li>", form.preview)
        self.assertNotIn("Thank you", form.preview)
        form.save().action_convert()
        lines = lead.order_ids.order_line.filtered("product_id")
        self.assertEqual(
            [(line.product_uom_qty, line.product_id.name) for line in lines],
            [(3, "Planning"), (23, "PV modules"), (2.5, "Battery"), (1, "Planning")],
        )

    def test_what_the_lead_does_not_tell_is_said(self):
        _lead, wizard = self.open_result()
        self.assertIn(
            "1 × PV modules (Photovoltaics, Planned PV (kWp) is not known)",
            wizard.preview,
        )

    def test_a_quotation_without_products_says_so(self):
        _lead, wizard = self.open_result(interest_ids=False)
        self.assertIn("without products", wizard.preview)
        self.product.active = False

    def test_numbers_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        _lead, wizard = self.open_result(self.manager, annual_consumption_kwh=12500)
        line = self.photovoltaics.product_line_ids[0]
        line.write(
            {"quantity_from": "annual_consumption_kwh", "factor": 1, "rounding": "none"}
        )
        self.assertIn(
            "12.500 × PV modules",
            wizard.with_context(lang="de_DE").preview,
        )

    def test_names_are_text_and_no_html(self):
        self.product.name = "<b>Modules</b>"
        _lead, wizard = self.open_result()
        self.assertIn("&lt;b&gt;Modules", wizard.preview)

    def test_an_archived_product_is_left_out(self):
        self.product.active = False
        _lead, wizard = self.open_result()
        self.assertNotIn("PV modules", wizard.preview)
        self.assertIn("Battery", wizard.preview)
