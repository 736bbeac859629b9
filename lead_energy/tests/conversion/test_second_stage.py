# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, tagged

from .test_lead_conversion import ConversionCommon


class SecondStageCommon(ConversionCommon):
    def make_partner(self, lead=None, user=None):
        """Convert a lead to a business partner only, some weeks ago."""
        lead = lead or self.create_full_lead()
        wizard = self.go_to_result(self.open_dialog(lead, user), result="partner")
        wizard.action_convert()
        (conversion,) = lead._get_standing_conversions()
        lead.sudo().converted_date = "2020-03-01"
        conversion.changes = {
            **conversion.changes, "converted_date": [False, "2020-03-01 00:00:00"],
        }  # fmt: skip
        self.env.flush_all()
        self.env.invalidate_all()
        return lead

    def convert_again(self, lead, user=None, **vals):
        wizard = self.open_dialog(lead, user)
        wizard.write(vals)
        wizard.action_convert()
        self.env.invalidate_all()
        return wizard

    def undo(self, lead, user=None):
        """Press 'Undo the Conversion' in the form of the lead."""
        action = lead.with_user(user or self.rep).action_undo_conversion()
        dialogs = self.env[action["res_model"]].with_user(user or self.rep)
        with Form(dialogs.with_context(**action["context"])) as form:
            self.assertFalse(form.blockers)
            form.reason = "By mistake"
        return form.record.action_undo()

    def assertDate(self, lead, date):
        self.assertEqual(str(lead.converted_date), f"{date} 00:00:00")


@tagged("post_install", "-at_install")
class TestSecondStage(SecondStageCommon):
    """Partner and contact first, the inquiry or quotation from the same lead later."""

    def test_the_same_button_makes_an_inquiry_or_a_quotation(self):
        for user in (self.rep, self.manager):
            for result in ("inquiry", "quotation"):
                with self.subTest(user.login, result=result):
                    self._check_second_stage(user, result)

    def _check_second_stage(self, user, result):
        lead = self.make_partner(
            self.create_full_lead(email_from=f"{user.login}.{result}@amsel.example")
        )
        customer, logs = lead.partner_id, lead.lead_status_log_ids
        people = self.env["res.partner"].search_count([])
        action = lead.with_user(user).action_convert()
        wizards = self.env[action["res_model"]].with_user(user)
        wizards = wizards.with_context(**action["context"])
        self.assertIn("Inquiry or quotation", action["name"])
        form = Form(wizards.browse(action["res_id"]), view=action["views"][0][0])
        self.assertEqual(form.step, "result")
        self.assertIn("Anna Amsel is linked", form.preview)
        self.assertIn("Amsel Solartechnik GmbH is linked", form.preview)
        form.result = result
        form.save().action_convert()
        self.assertRecordValues(
            lead,
            [
                {
                    "type": "opportunity",
                    "partner_id": customer.id,
                    "lead_status_id": self.status_converted.id,
                }
            ],
        )
        self.assertEqual(len(lead.order_ids), int(result == "quotation"))
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        self.env.invalidate_all()
        self.assertEqual(lead.conversion_ids.mapped("result"), [result, "partner"])
        self.assertEqual(lead.conversion_ids.user_id, self.rep | user)
        self.assertDate(lead, "2020-03-01")
        self.assertEqual(lead.lead_status_log_ids, logs)

    def test_they_are_undone_one_by_one_newest_first(self):
        for result in ("inquiry", "quotation"):
            with self.subTest(result):
                lead = self.create_full_lead(email_from=f"{result}@amsel.example")
                fresh = self.read_all(lead)
                partner = self.read_all(self.make_partner(lead))
                first = lead.conversion_ids
                lead.with_user(self.rep).description = "<p>Weeks later</p>"
                noted = self.read_all(lead)
                self.convert_again(lead, result=result)
                with self.assertRaisesRegex(UserError, "converted again since"):
                    first.with_user(self.rep)._undo("The older one")
                self.undo(lead)
                self.assertUnchanged(lead, noted)
                self.assertEqual(
                    lead._get_standing_conversions(), first, "the first one stands"
                )
                self.assertEqual(partner["logs"], noted["logs"])
                self.assertTrue(lead._is_partner_only())
                self.convert_again(lead, result="inquiry")  # and again
                self.undo(lead)
                self.undo(lead)
                self.assertUnchanged(
                    lead, {**fresh, "description": noted["description"]}
                )
                with self.assertRaisesRegex(UserError, "no conversion"):
                    lead.with_user(self.rep).action_undo_conversion()

    def test_what_is_filled_belongs_to_the_second_conversion(self):
        lead = self.make_partner()
        company = lead.partner_id.parent_id
        lead.with_user(self.rep).website = "https://amsel-solar.example"
        lead.partner_id.parent_id.website = False
        lead._get_standing_conversions()  # as read before the newer one is there
        wizard = self.open_dialog(lead)
        self.assertEqual(wizard.change_ids.mapped("field_name"), ["website"])
        wizard.action_convert()
        self.assertEqual(company.website, "https://amsel-solar.example")
        first, second = lead.conversion_ids.sorted("id")
        self.assertFalse(first.filled)
        self.assertEqual(second.filled[0][0], company.id)
        self.undo(lead)
        self.assertFalse(company.website)
        self.assertTrue(company.exists())

    def test_a_contact_put_below_a_company_belongs_to_the_second_conversion(self):
        person = self.env["res.partner"].create(
            {"name": "Anna Amsel", "email": "anna@amsel-solar.example"}
        )
        lead = self.create_full_lead(partner_name=False)
        self.make_partner(lead)
        self.assertEqual(lead.partner_id, person)
        filled = lead.conversion_ids.filled
        company = self.create_company(zip="10115")
        wizard = self.open_dialog(lead)
        self.assertEqual(wizard.company_choice, "none")
        wizard.action_back()
        self.assertEqual(wizard.contact_candidate_ids.partner_id, person)
        wizard.action_back()
        wizard.write({"company_choice": "exist", "commercial_partner_id": company.id})
        self.go_to_result(wizard, result="inquiry").action_convert()
        self.assertEqual(person.parent_id, company)
        first, second = lead.conversion_ids.sorted("id")
        self.assertEqual(first.filled, filled)
        self.assertIn("parent_id", str(second.filled))
        self.undo(lead)
        self.assertFalse(person.parent_id)
        self.assertEqual(lead.partner_id, person)

    def test_another_contact_may_be_chosen_later(self):
        lead = self.make_partner()
        other = self.env["res.partner"].create(
            {"name": "Arne Amsel", "parent_id": lead.partner_id.parent_id.id}
        )
        first_contact = lead.partner_id
        wizard = self.open_dialog(lead)
        wizard.action_back()
        self.assertEqual(wizard.step, "contact")
        self.assertEqual(wizard.partner_id, first_contact)
        wizard.partner_id = other
        wizard.action_next()
        wizard.action_convert()
        self.assertEqual(lead.partner_id, other)
        self.undo(lead)
        self.assertEqual(lead.partner_id, first_contact)

    def test_a_partner_that_is_gone_is_asked_for_again(self):
        lead = self.make_partner()
        lead.partner_id = False
        wizard = self.open_dialog(lead)
        self.assertEqual(wizard.step, "company")
        self.go_to_result(wizard, result="inquiry").action_convert()
        self.assertEqual(lead.partner_id.name, "Anna Amsel")
        self.assertDate(lead, "2020-03-01")

    def test_into_an_inquiry_that_exists(self):
        lead = self.make_partner()
        inquiry = self.create_lead(
            type="opportunity", name="Inquiry", partner_id=lead.partner_id.id
        )
        wizard = self.open_dialog(lead)
        self.assertEqual(wizard.opportunity_ids, inquiry)
        wizard.write({"result": "existing", "opportunity_id": inquiry.id})
        wizard.action_convert()
        self.assertFalse(lead.exists())
        self.assertDate(inquiry, "2020-03-01")
        self.env.invalidate_all()
        newest, oldest = inquiry.conversion_ids
        self.assertEqual((newest.result, oldest.result), ("existing", "partner"))
        for conversion in (newest, oldest):
            with self.assertRaisesRegex(UserError, "cannot be undone"):
                conversion.with_user(self.rep)._undo("No")

    def test_every_way_to_an_inquiry_keeps_the_first_date(self):
        for name, convert in {
            "write": lambda lead: lead.write({"type": "opportunity"}),
            "Odoo's own": self._convert_by_odoo,
            "in mass": self._convert_in_mass,
        }.items():
            with self.subTest(name):
                lead = self.make_partner(
                    self.create_full_lead(email_from=f"{name[:2]}@amsel.example")
                )
                convert(lead.with_user(self.rep))
                self.assertEqual(lead.type, "opportunity")
                self.assertDate(lead, "2020-03-01")
                self.assertEqual(len(lead._get_standing_conversions()), 2)

    def test_of_several_each_keeps_its_own_date(self):
        old = self.make_partner()
        new = self.create_full_lead(
            partner_name="Buche AG", email_from="b@buche.example"
        )
        self._convert_in_mass((old | new).with_user(self.rep))
        self.assertEqual(set((old | new).mapped("type")), {"opportunity"})
        self.assertDate(old, "2020-03-01")
        self.assertEqual(new.converted_date, self.env.cr.now())

    def _convert_by_odoo(self, lead):
        lead.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_ids=lead.ids, active_id=lead.id
        ).create({"name": "convert", "action": "exist"}).action_apply()

    def _convert_in_mass(self, leads):
        leads.env["crm.lead2opportunity.partner.mass"].with_context(
            active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
        ).create({"deduplicate": False}).action_mass_convert()

    def test_reports_count_the_lead_once_by_its_first_conversion(self):
        lead = self.make_partner()
        self.convert_again(lead, result="quotation")

        def count():
            groups = self.env["crm.lead"].formatted_read_group(
                [("id", "=", lead.id), ("converted_date", "!=", False)],
                ["converted_date:month"],
                ["__count"],
            )
            return [
                (group["converted_date:month"][0][:10], group["__count"])
                for group in groups
            ]

        self.assertEqual(count(), [("2020-03-01", 1)])
        self.undo(lead)
        self.assertEqual(count(), [("2020-03-01", 1)])
        self.undo(lead)
        self.assertEqual(count(), [])

    def test_a_won_inquiry_that_becomes_a_lead_again_keeps_its_date(self):
        """It is won, so it stays converted."""
        lead = self.create_full_lead()
        self.convert(lead)
        lead.sudo().converted_date = "2020-03-01"
        lead.action_set_won()
        lead.with_user(self.rep).type = "lead"
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertDate(lead, "2020-03-01")
        with self.assertRaisesRegex(RedirectWarning, "converted already"):
            lead.with_user(self.rep).action_convert()

    # ------------------------------------------------------------------------ refused
    def test_a_partner_is_not_made_a_partner_again(self):
        lead = self.make_partner()
        wizard = self.open_dialog(lead)
        wizard.result = "partner"
        with self.assertRaisesRegex(UserError, "business partner already"):
            wizard.action_convert()

    def test_a_dialog_from_before_is_no_second_stage(self):
        """A colleague made the partner meanwhile: what is open meant to be first."""
        lead = self.create_full_lead()
        before = self.go_to_result(self.open_dialog(lead), result="inquiry")
        self.make_partner(lead)
        for again in (before.action_convert, before.action_back):
            with self.assertRaisesRegex(RedirectWarning, "converted already") as caught:
                again()
            self.assertEqual(caught.exception.args[1]["res_id"], lead.id)
        self.assertEqual(len(lead.conversion_ids), 1)

    def test_a_dialog_of_the_second_stage_serves_once(self):
        lead = self.make_partner()
        wizards = [self.open_dialog(lead) for _number in range(2)]
        wizards[0].action_convert()
        with self.assertRaisesRegex(RedirectWarning, "converted already"):
            wizards[1].action_convert()
        self.assertEqual(len(lead.conversion_ids), 2)

    def test_a_loss_is_no_way_to_a_third_conversion(self):
        lead = self.make_partner().with_user(self.rep)
        lead.action_set_lost()
        with self.assertRaisesRegex(RedirectWarning, "Reopen it"):
            lead.action_convert()
        for status in (self.status_open, self.status_contacted):
            with self.assertRaisesRegex(UserError, "choose 'Undo'"):
                lead.lead_status_id = status
        action = lead.action_reopen_and_convert()
        wizard = self.env[action["res_model"]].with_user(self.rep)
        wizard = wizard.browse(action["res_id"])
        self.assertTrue(wizard.is_second_stage)
        wizard.action_convert()
        self.assertEqual(len(lead._get_standing_conversions()), 2)
        self.assertDate(lead, "2020-03-01")

    def test_a_partner_is_lost_by_no_slip_on_the_board(self):
        """No dialog of a loss opens: what was created would stay."""
        lead = self.make_partner().with_user(self.rep)
        for status in (self.status_closed, self.status_rework, self.status_open):
            with self.assertRaisesRegex(UserError, "choose 'Undo'"):
                lead.move_lead_status(status.id, self.status_converted.id)

    def test_who_may_not_read_the_lead_does_not_undo(self):
        lead = self.make_partner()
        with self.assertRaises(AccessError):
            lead.with_user(self.other_rep).action_undo_conversion()

    # ------------------------------------------------------------------------- steps
    def test_a_step_is_one_request(self):
        """What was typed and the move come together, and the next step comes back."""
        lead = self.create_full_lead()
        wizard = self.open_dialog(lead)
        specification = {"step": {}, "contact_name": {}, "preview": {}}
        (values,) = wizard.web_save(
            {"company_name": "Amsel Neu GmbH", "move": "next"}, specification
        )
        self.assertEqual(values["step"], "contact")
        self.assertEqual(values["contact_name"], "Anna Amsel")
        (values,) = wizard.web_save({"move": "next"}, specification)
        self.assertEqual(values["step"], "result")
        self.assertIn("Amsel Neu GmbH", values["preview"])
        (values,) = wizard.web_save({"move": "back"}, specification)
        self.assertEqual(values["step"], "contact")
        with self.assertRaisesRegex(UserError, "a name"):
            wizard.web_save({"contact_name": "", "move": "next"}, specification)
        (values,) = wizard.web_save({"contact_name": "", "move": "back"}, specification)
        self.assertEqual(values["step"], "company", "back is open to who left a gap")
        (values,) = wizard.web_save({"move": False}, specification)
        self.assertEqual(values["step"], "company")
