from odoo.tests import Form, HttpCase, tagged

from ..common import LeadEnergyCommon


class DialogsCommon(LeadEnergyCommon):
    """Two leads with e-mail, on their salesperson's list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].search([]).action_archive()
        cls.photovoltaics.product_ids = cls.env["product.product"].create(
            {"name": "Solar Module", "list_price": 180}
        )
        cls.leads = cls.env["crm.lead"]
        for name in ("Amsel", "Buche"):
            cls.leads += cls.create_lead(
                name=f"Roof of {name}",
                partner_name=f"{name} Solartechnik GmbH",
                contact_name=f"Anna {name}",
                email_from=f"anna@{name.lower()}-solar.example",
                interest_ids=[(6, 0, cls.photovoltaics.ids)],
            )
        cls.people = (cls.rep, cls.manager)


@tagged("post_install", "-at_install")
class TestConversionForms(DialogsCommon):
    """Each dialog opens and answers what is chosen in it, as rep and as manager."""

    def open_form(self, action, user):
        """Open what an action opens, as the web client does."""
        model = self.env[action["res_model"]].with_user(user)
        model = model.with_context(**action.get("context", {}))
        record = model.browse(action["res_id"]) if action.get("res_id") else model
        return Form(record, view=action["views"][0][0])

    def for_each(self, check):
        """Check for each person with one lead and with both, and take it back."""
        for user in self.people:
            for leads in (self.leads[0], self.leads):
                with (
                    self.subTest(user.login, leads=len(leads)),
                    self.env.cr.savepoint() as savepoint,
                ):
                    check(user, leads.with_user(user))
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_in_mass(self):
        self.env["res.partner"].create(
            {"name": "Anna Amsel", "email": "anna@amsel-solar.example"}
        )
        other = self.env["res.partner"].create(
            {"name": "Buche Solartechnik", "is_company": True, "zip": "80331"}
        )
        self.leads[1].zip = "10115"

        def check(user, leads):
            wizards = self.env["crm.lead2opportunity.partner.mass"].with_user(user)
            form = Form(
                wizards.with_context(active_model="crm.lead", active_ids=leads.ids),
                view="crm.view_crm_lead2opportunity_partner_mass",
            )
            self.assertEqual("Buche" in (form.doubts or ""), len(leads) == 2)
            form.action = "exist"
            self.assertFalse(form.doubts)
            form.partner_id = other
            form.action = "create"
            form.name = "merge"
            form.name = "convert"
            form.action = "each_exist_or_create"
            form.deduplicate = False
            form.user_ids.add(user)
            wizard = form.save()
            wizard.action_mass_convert()
            self.assertEqual(leads[0].type, "opportunity")
            if len(leads) == 2:
                self.assertEqual(leads[1].type, "lead", "left to a person")

        self.for_each(check)

    def test_the_button_of_the_list(self):
        def check(user, leads):
            action = leads.action_convert()
            form = self.open_form(action, user)
            if len(leads) == 1:
                self.assertEqual(form.company_name, "Amsel Solartechnik GmbH")
            form.save()

        self.for_each(check)

    def test_in_steps_to_each_result(self):
        company = self.env["res.partner"].create(
            {"name": "Amsel Solartechnik", "is_company": True}
        )
        inquiry = self.create_lead(type="opportunity", partner_id=company.id)

        def check(user, leads):
            wizard = None
            for result in ("partner", "inquiry", "quotation", "existing"):
                with self.env.cr.savepoint() as savepoint:
                    wizard = self._go_through(leads[0], user, result, inquiry)
                    wizard.action_convert()
                    savepoint.rollback()
                self.env.invalidate_all()

        self.for_each(check)

    def _go_through(self, lead, user, result, inquiry):
        """Change each choice of each step, and return the dialog at its end."""
        action = lead.action_convert()
        with self.open_form(action, user) as form:
            for choice in ("none", "create", "exist"):
                form.company_choice = choice
        wizard = form.record
        action = wizard.action_next()
        with self.open_form(action, user) as form:
            for choice in ("none", "exist", "create"):
                form.contact_choice = choice
        action = wizard.action_next()
        with self.open_form(action, user) as form:
            for choice in ("partner", "inquiry", "quotation", "existing"):
                form.result = choice
                if choice == "existing":
                    form.opportunity_id = inquiry
                self.assertTrue(form.preview)
            form.result = result
        return wizard

    def test_odoos_own_for_one(self):
        def check(user, leads):
            wizards = self.env["crm.lead2opportunity.partner"].with_user(user)
            form = Form(
                wizards.with_context(
                    active_model="crm.lead",
                    active_ids=leads[0].ids,
                    active_id=leads[0].id,
                ),
                view="crm.view_crm_lead2opportunity_partner",
            )
            form.action = "exist"
            form.action = "create"
            form.user_id = user
            form.save().action_apply()
            self.assertEqual(leads[0].type, "opportunity")

        self.for_each(check)

    def test_undo(self):
        def check(user, leads):
            for lead in leads:
                dialog = self.open_form(lead.action_convert(), user)
                wizard = dialog.save()
                wizard.action_next()
                wizard.action_next()
                wizard.result = "quotation"
                wizard.action_convert()
            for conversion in leads.conversion_ids:
                action = conversion.action_open_undo()
                form = self.open_form(action, user)
                self.assertFalse(form.blockers)
                self.assertIn("Solartechnik", form.removed)
                form.reason = "By mistake"
                undo = form.save()
                with Form(undo) as again:
                    again.reason = "By mistake, twice"
                    self.assertIn("Solartechnik", again.removed)
                undo.action_undo()
            self.assertEqual(set(leads.mapped("type")), {"lead"})

        self.for_each(check)

    def test_put_off_and_close(self):
        def check(user, leads):
            for xmlid in (
                "lead_energy.crm_lead_rework_action",
                "crm.crm_lead_lost_action",
            ):
                action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
                model = self.env[action["res_model"]].with_user(user)
                form = Form(
                    model.with_context(
                        default_lead_ids=leads.ids,
                        active_model="crm.lead",
                        active_ids=leads.ids,
                    )
                )
                if "rework_date" in model._fields:
                    form.rework_date = "2099-01-15"
                wizard = form.save()
                self.assertEqual(wizard.lead_ids, leads)

        self.for_each(check)

    def test_the_review_of_a_score_model(self):
        model = self.env["crm.lead.score.model"]._get_published_model().copy()
        review = (
            self.env["crm.lead.score.review"]
            .with_user(self.manager)
            .create({"model_id": model.id})
        )
        # as an onchange sees it: a record without an id, that has an origin
        shown = review.new({}, origin=review)
        self.assertEqual(shown.change_count, len(review.lead_ids))
        self.assertEqual(shown.impact, review.impact)


@tagged("post_install", "-at_install")
class TestConversionScreens(HttpCase, DialogsCommon):
    """The same dialogs in a browser, from the list and back."""

    def run_tour(self, tour, path=""):
        url = f"/odoo/action-lead_energy.crm_lead_action{path}"
        self.start_tour(url, f"lead_energy_{tour}", login=self.user.login)
        self.env.invalidate_all()

    def check_several(self):
        self.env["res.partner"].create(
            {"name": "Buche Solartechnik", "is_company": True, "zip": "80331"}
        )
        self.leads[1].zip = "10115"
        self.run_tour("convert_several")
        self.assertEqual(self.leads.mapped("type"), ["opportunity", "lead"])

    def check_one_and_undo(self):
        lead = self.leads[0]
        self.run_tour("convert_one")
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id.name, "Anna Amsel")
        self.run_tour("undo", f"/{lead.id}")
        self.assertEqual(lead.type, "lead")
        self.assertFalse(lead.partner_id)

    def test_a_rep_converts_several(self):
        self.user = self.rep
        self.check_several()

    def test_a_manager_converts_several(self):
        self.user = self.manager
        self.check_several()

    def test_a_rep_converts_one_and_undoes(self):
        self.user = self.rep
        self.check_one_and_undo()

    def test_a_manager_converts_one_and_undoes(self):
        self.user = self.manager
        self.check_one_and_undo()


class TwoStages:
    """A rep who works in German converts in two stages, and takes both back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.rep.lang = "de_DE"
        cls.other_rep.name = "Otto Other"
        cls.lead = cls.leads[0]
        cls.lead.planned_power_kwp = 9.9
        cls.photovoltaics.product_line_ids.write(
            {"quantity_from": "planned_power_kwp", "factor": 2.2, "rounding": "up"}
        )

    def run_tour(self, tour):
        url = f"/odoo/action-lead_energy.crm_lead_action/{self.lead.id}"
        tour = f"lead_energy_{tour}"
        self.start_tour(url, tour, login=self.rep.login, timeout=240)
        self.env.invalidate_all()

    def test_in_two_stages_and_back(self):
        company = self.env["res.partner"].create(
            {"name": "Amsel Solartechnik GmbH", "is_company": True}
        )
        self.create_lead(
            self.other_rep, type="opportunity", name="Secret", partner_id=company.id
        )
        self.run_tour("two_stages")
        self.assertEqual(self.lead.type, "lead")
        self.assertEqual(self.lead.lead_status_id, self.status_open)
        self.assertFalse(self.lead.partner_id)
        results = self.lead.conversion_ids.mapped("result")
        self.assertEqual(results, ["quotation", "partner"])
        self.assertEqual(self.lead.conversion_ids.undone_by_id, self.rep)

    def test_the_undo_is_in_the_notice(self):
        self.run_tour("undo_from_notice")
        self.assertEqual(self.lead.type, "lead")
        self.assertFalse(self.lead.order_ids)


@tagged("post_install", "-at_install")
class TestTwoStages(TwoStages, HttpCase, DialogsCommon):
    browser_size = "1366x768"

    def test_the_dialog_asks_the_server_hardly_more_than_odoos(self):
        """One request more: its three steps are one screen more than Odoo's."""
        self.run_tour("convert_requests")
        self.assertEqual(len(self.lead.conversion_ids), 2)


@tagged("post_install", "-at_install")
class TestTwoStagesPhone(TwoStages, HttpCase, DialogsCommon):
    browser_size = "390x844"
    touch_enabled = True
