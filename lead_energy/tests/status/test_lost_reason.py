# what a test writes is not shown to anybody
# pylint: disable=translation-required
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLostReason(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.create_lead()
        cls.contract = cls.env.ref("lead_energy.lost_reason_contract")
        cls.budget = cls.env.ref("lead_energy.lost_reason_budget")
        cls.competitor = cls.env.ref("lead_energy.lost_reason_competitor")
        today = fields.Date.context_today(cls.env["crm.lead"])
        cls.later = today + timedelta(200)

    def open_dialog(self, leads):
        wizards = self.env["crm.lead.lost"].with_context(
            active_ids=leads.ids, default_lead_ids=leads.ids
        )
        return Form(wizards, "crm.crm_lead_lost_view_form")

    def get_notes(self, lead):
        self.flush_tracking()
        return "\n".join(str(body) for body in lead.message_ids.mapped("body"))

    def flush_tracking(self):
        """Post what Odoo posts at the end of a transaction."""
        self.env.flush_all()
        self.cr.precommit.run()

    @users("energy_rep", "energy_manager")
    def test_the_end_of_a_contract_is_asked_for_and_kept(self):
        leads = self.create_lead() | self.create_lead()
        leads = leads.with_env(self.env)
        self.flush_tracking()
        for chosen in (leads[0], leads):
            with self.subTest(len(chosen)):
                dialog = self.open_dialog(chosen)
                dialog.lost_reason_id = self.contract
                dialog.until_date = self.later
                dialog.save().action_lost_reason_apply()
                for lead in chosen:
                    self.assertRecordValues(
                        lead,
                        [
                            {
                                "lead_status_kind": "closed",
                                "lost_reason_id": self.contract.id,
                                "contract_end_date": self.later,
                            }
                        ],
                    )
                    until = fields.Date.to_string(self.later)[:4]
                    self.assertRegex(
                        self.get_notes(lead), rf"Bound by contract until .*{until}"
                    )
                chosen.lead_status_id = self.status_open

    @users("energy_rep", "energy_manager")
    def test_instead_of_closing_leads_are_put_off_until_that_day(self):
        leads = self.create_lead() | self.create_lead()
        leads = leads.with_env(self.env)
        self.flush_tracking()
        for chosen, reason in ((leads[0], self.contract), (leads, self.budget)):
            with self.subTest(len(chosen)):
                dialog = self.open_dialog(chosen)
                dialog.lost_reason_id = reason
                dialog.until_date = self.later
                self.assertTrue(dialog.can_put_off)
                dialog.lost_feedback = "<p>Asked twice</p>"
                dialog.save().action_put_off()
                for lead in chosen:
                    self.assertRecordValues(
                        lead,
                        [
                            {
                                "lead_status_kind": "rework",
                                "rework_date": self.later,
                                "lost_reason_id": False,
                                "active": True,
                            }
                        ],
                    )
                    self.assertEqual(len(lead._get_rework_activities()), 1)
                    note = self.get_notes(lead)
                    self.assertRegex(note, f"{reason.name} until .*Asked twice")
        self.assertEqual(leads[0].contract_end_date, self.later)
        self.assertFalse(leads[1].contract_end_date, "no budget is no contract")

    @users("energy_rep")
    def test_a_known_end_is_proposed_and_a_reason_without_a_day_asks_nothing(self):
        self.lead.contract_end_date = self.later
        dialog = self.open_dialog(self.lead)
        self.assertFalse(dialog.can_put_off)
        dialog.lost_reason_id = self.contract
        self.assertEqual(dialog.until_date, self.later)
        dialog.lost_reason_id = self.competitor
        self.assertFalse(dialog.until_date)
        self.assertFalse(dialog.can_put_off)
        dialog.save().action_lost_reason_apply()
        self.assertEqual(self.lead.lead_status_kind, "closed")
        self.assertNotIn("until", self.get_notes(self.lead))

    @users("energy_rep")
    def test_nothing_is_put_off_without_a_day_or_into_the_past(self):
        for day in (False, fields.Date.context_today(self.lead)):
            with self.subTest(day):
                dialog = self.open_dialog(self.lead)
                dialog.lost_reason_id = self.budget
                dialog.until_date = day
                with self.assertRaises(UserError):
                    dialog.save().action_put_off()
                self.assertEqual(self.lead.lead_status_kind, "open")

    @users("energy_manager")
    def test_an_opportunity_is_lost_and_cannot_be_put_off(self):
        self.lead.convert_opportunity(self.env["res.partner"])
        dialog = self.open_dialog(self.lead)
        dialog.lost_reason_id = self.contract
        dialog.until_date = self.later
        self.assertFalse(dialog.can_put_off)
        dialog.save().action_lost_reason_apply()
        self.assertEqual(self.lead.won_status, "lost")

    @users("energy_rep")
    def test_a_rep_does_not_change_reasons(self):
        with self.assertRaises(AccessError):
            self.budget.with_env(self.env).asks_for = False
