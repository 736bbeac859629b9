from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged, users

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestConversionPaths(LeadEnergyCommon):
    """Every way from a lead to an opportunity ends in the status *converted*."""

    def assertConverted(self, lead, by_system=False):
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertTrue(lead.converted_date)
        last = lead.lead_status_log_ids[0]
        self.assertEqual(last.status_id, self.status_converted)
        self.assertEqual(last.is_system, by_system)
        self.assertFalse(last.date_to)
        self.assertEqual(
            len(lead.lead_status_log_ids.filtered(lambda log: not log.date_to)), 1
        )

    def _convert(self, leads, model="crm.lead2opportunity.partner", **vals):
        wizard = (
            self.env[model]
            .with_user(self.rep)
            .with_context(
                active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
            )
            .create(vals)
        )
        return wizard

    def test_1_the_wizard_converts(self):
        lead = self.create_lead(contact_name="Anna Amsel", partner_name="Amsel KG")
        self._convert(lead, name="convert").action_apply()
        self.assertConverted(lead)
        self.assertEqual(lead.partner_id.parent_id.name, "Amsel KG")

    def test_2_the_wizard_merges(self):
        leads = self.create_lead(email_from="anna@amsel.example")
        leads += self.create_lead(email_from="anna@amsel.example")
        self._convert(leads[0], name="merge").action_apply()
        self.assertConverted(leads.exists())

    def test_3_the_wizard_converts_in_mass(self):
        leads = self.create_lead(email_from="a@amsel.example")
        leads += self.create_lead(email_from="b@buche.example")
        self._convert(
            leads, "crm.lead2opportunity.partner.mass", user_ids=[(4, self.rep.id)]
        ).action_mass_convert()
        for lead in leads:
            self.assertConverted(lead)

    def test_4_automatic_assignment(self):
        lead = self.create_lead(user_id=False)
        self.team.crm_team_member_ids.assignment_max = 300
        self.team.with_user(self.manager)._assign_and_convert_leads()
        self.assertTrue(lead.user_id)
        self.assertConverted(lead)

    def test_6_by_the_partner_portal(self):
        # what website_crm_partner_assign does for a portal user
        portal = new_test_user(self.env, "energy_portal", "base.group_portal")
        lead = self.create_lead()
        lead.with_user(portal).sudo().convert_opportunity(portal.partner_id)
        self.assertConverted(lead, by_system=True)

    def test_7_a_lead_merged_into_an_opportunity(self):
        lead = self.create_lead(type="lead", interest_ids=[(4, self.photovoltaics.id)])
        opportunity = self.create_lead(type="opportunity", need_id=self.urgent.id)
        self.assertFalse(opportunity.converted_date)
        result = (lead + opportunity).merge_opportunity()
        self.assertEqual(result, opportunity)
        self.assertEqual(result.lead_status_id, self.status_converted)
        self.assertTrue(result.converted_date)
        self.assertEqual(result.interest_ids, self.photovoltaics)
        self.assertEqual(result.need_id, self.urgent)
        self.assertEqual(len(result.lead_status_log_ids), 2, "the log came along")

    def test_a_merge_keeps_the_first_conversion(self):
        days = (False, "2035-03-01", "2035-01-01", "2035-02-01")
        leads = self.env["crm.lead"].union(
            *(
                self.create_lead(type="opportunity", priority=str(3 - number))
                for number in range(len(days))
            )
        )
        for lead, day in zip(leads, days, strict=True):
            lead.sudo().converted_date = day
        merged = leads.with_user(self.manager).merge_opportunity()
        self.assertEqual(merged, leads[0])
        self.assertEqual(str(merged.converted_date), "2035-01-01 00:00:00")

    def test_of_two_leads_the_one_that_stays_says_when_it_was_converted(self):
        leads = self.create_lead(priority="2") | self.create_lead(priority="1")
        leads[1].sudo().converted_date = "2035-01-01"
        merged = leads.with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.type, "lead")
        self.assertFalse(merged.converted_date)

    @users("energy_rep")
    def test_8_a_plain_write(self):
        lead = self.create_lead()
        lead.with_env(self.env).write({"type": "opportunity"})
        self.assertConverted(lead)

    def test_9_created_as_an_opportunity_is_no_conversion(self):
        lead = self.create_lead(type="opportunity")
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertFalse(lead.converted_date)

    def test_a_lead_that_is_won_is_converted(self):
        lead = self.create_lead()
        lead.action_set_won()
        self.assertEqual((lead.type, lead.won_status), ("lead", "won"))
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertTrue(lead.lead_status_log_ids[0].is_system)

    def test_an_opportunity_stays_converted_lost_or_restored(self):
        lead = self.create_lead(type="opportunity")
        lead.action_set_lost()
        self.assertEqual(lead.lead_status_id, self.status_converted)
        lead.action_restore()
        self.assertEqual(lead.lead_status_id, self.status_converted)
        with self.assertRaises(UserError):
            lead.lead_status_id = self.status_open

    def test_a_lost_lead_is_closed_and_returns_to_its_last_open_status(self):
        lead = self.create_lead()
        lead.lead_status_id = self.status_qualified
        lead.action_set_lost()
        self.assertEqual(lead.lead_status_id, self.status_closed)
        lead.action_restore()
        self.assertEqual(lead.lead_status_id, self.status_qualified)
        self.assertTrue(lead.active)

    def test_closed_by_hand_is_lost_and_back_is_restored(self):
        lead = self.create_lead()
        lead.lead_status_id = self.status_closed
        self.assertRecordValues(
            lead, [{"active": False, "won_status": "lost", "probability": 0}]
        )
        lead.lead_status_id = self.status_contacted
        self.assertRecordValues(lead, [{"active": True, "won_status": "pending"}])
        self.assertEqual(lead.probability, lead.automated_probability)
        self.assertEqual(
            lead.lead_status_log_ids.mapped("is_system"), [False, False, False]
        )

    def test_converted_is_not_set_by_hand(self):
        lead = self.create_lead()
        with self.assertRaisesRegex(UserError, "Convert"):
            lead.lead_status_id = self.status_converted
        with self.assertRaisesRegex(UserError, "Convert"):
            self.create_lead(lead_status_id=self.status_converted.id)

    def test_created_as_lost_or_won(self):
        lost = self.create_lead(active=False, probability=0)
        self.assertEqual(lost.lead_status_id, self.status_closed)
        closed = self.create_lead(lead_status_id=self.status_closed.id)
        self.assertEqual(closed.won_status, "lost")
        for lead in (lost, closed):
            self.assertEqual(lead.lead_status_log_ids.status_id, self.status_closed)

    def test_two_leads_merge_into_the_status_that_is_further(self):
        leads = self.create_lead(name="A") + self.create_lead(name="B")
        leads[0].lead_status_id = self.status_contacted
        leads[1].lead_status_id = self.status_qualified
        merged = leads.merge_opportunity()
        self.assertEqual(merged.type, "lead")
        self.assertEqual(merged.lead_status_id, self.status_qualified)
        self.assertFalse(merged.converted_date)

    def test_a_change_is_one_tracked_message(self):
        lead = self.create_lead()
        self.flush_tracking()
        before = lead.message_ids
        lead.write({"type": "opportunity"})
        self.flush_tracking()
        message = lead.message_ids - before
        self.assertEqual(len(message), 1)
        tracked = message.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual({"type", "lead_status_id"}, set(tracked))

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()


@tagged("post_install", "-at_install")
class TestConversionByMail(HttpCase, LeadEnergyCommon):
    def test_5_the_button_of_a_mail(self):
        lead = self.create_lead()
        self.authenticate("energy_rep", "energy_rep")
        url = lead._notify_get_action_link("controller", controller="/lead/convert")
        self.url_open(url)
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertEqual(lead.lead_status_log_ids[0].user_id, self.rep)
        self.assertTrue(lead.converted_date)
