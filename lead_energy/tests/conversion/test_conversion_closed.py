from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged

from .test_lead_conversion import ConversionCommon


@tagged("post_install", "-at_install")
class TestConversionOfClosedLeads(ConversionCommon):
    """A lead is converted whole or not at all, also when it is closed."""

    def close(self, lead, way):
        lead = lead.with_user(self.rep)
        if way == "closed":
            lead.lead_status_id = self.status_closed
        elif way == "lost":
            lead.action_set_lost()
        else:
            lead.action_archive()
        return lead

    def assertRefused(self, lead, action):
        """Nothing is made of a lead, and who tried is asked whether to reopen it."""
        partners = self.env["res.partner"].with_context(active_test=False)
        before = self.read_all(lead), partners.search([])
        with (
            self.assertRaisesRegex(RedirectWarning, "Reopen it") as caught,
            self.cr.savepoint(),
        ):
            action()
        self.env.invalidate_all()
        self.assertEqual((self.read_all(lead), partners.search([])), before)
        self.assertFalse(lead.conversion_ids)
        return caught.exception

    def _answer(self, question):
        """Press the button of the question, as the browser does."""
        _message, action_id, _label, context = question.args
        action = self.env["ir.actions.server"].browse(action_id)
        action = action.with_user(self.rep).with_context(**context)
        return action.run()

    def test_a_card_dropped_from_the_closed_column_asks_to_reopen(self):
        for way in ("closed", "lost", "archived"):
            with self.subTest(way=way):
                lead = self.close(self.create_full_lead(), way)
                question = self.assertRefused(
                    lead,
                    lambda lead=lead: lead.move_lead_status(
                        self.status_converted.id, lead.lead_status_id.id
                    ),
                )
                action = self._answer(question)
                self.assertTrue(lead.active)
                self.assertEqual(lead.lead_status_id, self.status_open)
                self.assertEqual(action["res_model"], "crm.lead2opportunity.partner")
                wizard = self.env[action["res_model"]].with_user(self.rep)
                wizard = wizard.browse(action["res_id"])
                self.go_to_result(wizard, result="quotation").action_convert()
                self.assertEqual(lead.type, "opportunity")
                self.assertEqual(lead.won_status, "pending")
                self.assertEqual(lead.lead_status_id, self.status_converted)
                self.assertEqual(lead.conversion_ids.result, "quotation")
                lead.conversion_ids.with_user(self.rep)._undo("By mistake")
                self.assertEqual(lead.type, "lead")

    def test_closed_by_a_colleague_while_the_dialog_is_open(self):
        for result in ("partner", "inquiry", "quotation"):
            with self.subTest(result=result):
                lead = self.create_full_lead(email_from=f"{result}@amsel.example")
                wizard = self.go_to_result(self.open_dialog(lead), result=result)
                self.close(lead, "closed")
                for action in (wizard.action_convert, wizard.action_next):
                    self.assertRefused(lead, action)

    def test_a_closed_lead_in_odoos_own_dialog(self):
        for way in ("closed", "archived"):
            with self.subTest(way=way):
                lead = self.close(self.create_full_lead(), way)
                wizard = self.env["crm.lead2opportunity.partner"].with_user(self.rep)
                for context in ({"active_ids": lead.ids}, {}):
                    dialog = wizard.with_context(**context).create(
                        {"lead_id": lead.id, "name": "convert", "action": "create"}
                    )
                    self.assertRefused(lead, dialog.action_apply)

    def test_odoos_own_dialog_knows_its_lead_without_a_list(self):
        lead = self.create_full_lead()
        wizard = self.env["crm.lead2opportunity.partner"].with_user(self.rep)
        wizard = wizard.create({"lead_id": lead.id, "name": "convert"})
        wizard.action_apply()
        self.assertEqual(lead.type, "opportunity")

    def test_of_several_in_odoos_own_dialog_a_closed_one_stays(self):
        closed = self.close(self.create_full_lead(), "closed")
        open_lead = self.create_full_lead()
        dialog = self.env["crm.lead2opportunity.partner"].with_user(self.rep)
        dialog = dialog.with_context(
            active_model="crm.lead",
            active_id=open_lead.id,
            active_ids=(open_lead | closed).ids,
        )
        dialog.create({"name": "convert", "action": "create"}).action_apply()
        self.assertEqual(open_lead.type, "opportunity")
        self.assertEqual(closed.type, "lead")
        self.assertFalse(closed.partner_id)
        self.assertFalse(closed.conversion_ids)

    def test_closed_leads_in_mass_stay_and_are_listed(self):
        closed = self.close(self.create_full_lead(), "closed")
        status = closed.lead_status_id
        open_lead = self.create_full_lead(
            partner_name="Buche AG", email_from="b@buche.example"
        )
        leads = closed | open_lead
        wizard = (
            self.env["crm.lead2opportunity.partner.mass"]
            .with_user(self.rep)
            .with_context(active_model="crm.lead", active_ids=leads.ids)
            .create({"user_ids": [(6, 0, self.other_rep.ids)]})
        )
        wizard.lead_tomerge_ids = leads
        wizard.deduplicate = False
        wizard.force_assignment = True
        self.assertIn("reopen it first", wizard.doubts)
        action = wizard.action_mass_convert()
        self.assertEqual(open_lead.sudo().type, "opportunity")
        self.assertEqual(action["domain"], [("id", "in", closed.ids)])
        shown = self.env["crm.lead"].with_context(**action["context"])
        self.assertEqual(shown.search(action["domain"]), closed)
        self.assertEqual(closed.lead_status_id, status)
        self.assertEqual(closed.user_id, self.rep, "nothing of it is done")
        self.assertFalse(closed.partner_id)
        self.assertFalse(closed.conversion_ids)


@tagged("post_install", "-at_install")
class TestWayBack(ConversionCommon):
    """What a lead is after an undo, a loss and a restoring."""

    def test_undo_gives_the_probability_back_as_it_was(self):
        for manual in (False, True):
            with self.subTest(manual=manual):
                lead = self.create_full_lead()
                if manual:
                    lead.probability = 63
                self.assertEqual(lead.is_automated_probability, not manual)
                conversion = self.convert(lead, result="inquiry")
                if not manual:
                    lead.probability = 77
                conversion.with_user(self.rep)._undo("By mistake")
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(lead.is_automated_probability, not manual)
                if manual:
                    self.assertEqual(lead.probability, 63)

    def test_a_restored_lead_gets_its_prediction_back(self):
        ways = {
            "dragged": lambda lead: lead.write({"lead_status_id": self.status_open.id}),
            "restored": lambda lead: lead.action_restore(),
            "unarchived": lambda lead: lead.action_unarchive(),
        }
        for way, restore in ways.items():
            for edit in ({}, {"email_from": "new@amsel.example"}, {"phone": "1"}):
                with self.subTest(way=way, edit=edit):
                    lead = self.create_full_lead().with_user(self.rep)
                    lead.lead_status_id = self.status_closed
                    self.env.flush_all()
                    lead.write(edit)
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.assertEqual(lead.probability, 0)
                    restore(lead)
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.assertEqual(lead.won_status, "pending")
                    self.assertGreater(lead.automated_probability, 0)
                    self.assertTrue(lead.is_automated_probability)

    def test_a_probability_that_comes_with_the_restoring_stays(self):
        lead = self.create_full_lead().with_user(self.rep)
        lead.action_set_lost()
        lead.write({"active": True, "probability": 40})
        self.assertEqual(lead.probability, 40)

    def test_a_loss_is_no_way_round_the_undo(self):
        lead = self.create_full_lead()
        conversion = self.convert(lead, result="partner")
        lead = lead.with_user(self.rep)
        lead.action_set_lost()
        self.assertEqual(lead.lead_status_id, self.status_closed)
        for status in (self.status_open, self.status_contacted, self.status_rework):
            with self.assertRaisesRegex(UserError, "choose 'Undo'"):
                lead.lead_status_id = status
        with self.assertRaisesRegex(UserError, "choose 'Undo'"):
            lead.move_lead_status(self.status_open.id, self.status_closed.id)
        lead.action_restore()
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertEqual(lead.conversion_ids, conversion)
        conversion.with_user(self.rep)._undo("By mistake")
        lead.lead_status_id = self.status_contacted
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    def test_who_may_not_read_the_inquiry_hears_no_names(self):
        company = self.create_company(name="Secret Company", zip="10115")
        inquiry = self.create_lead(
            type="opportunity", name="Secret Inquiry", partner_id=company.id
        )
        lead = self.create_full_lead()
        wizard = self.go_to_result(self.open_dialog(lead))
        wizard.write({"result": "existing", "opportunity_id": inquiry.id})
        wizard.action_convert()
        stranger = lead.with_user(self.other_rep)
        for attempt in (
            stranger.action_convert,
            lambda: (
                stranger.env["crm.lead2opportunity.partner"]
                .with_context(active_id=lead.id)
                .create({})
            ),
        ):
            with self.assertRaisesRegex(UserError, "merged") as caught:
                attempt()
            for name in ("Secret", self.rep.name):
                self.assertNotIn(name, caught.exception.args[0])
