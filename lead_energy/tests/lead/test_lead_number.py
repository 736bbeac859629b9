from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadNumber(LeadEnergyCommon):
    def test_numbers_rise_and_are_not_copied(self):
        first, second = self.create_lead(), self.create_lead()
        self.assertLess(first.lead_number, second.lead_number)
        self.assertNotIn(second.copy().lead_number, (False, second.lead_number))

    def test_the_same_values_given_twice_get_two_numbers(self):
        values = {"name": "Twins", "type": "lead"}
        leads = self.env["crm.lead"].with_user(self.rep).create([values] * 2)
        self.assertEqual(len(set(leads.mapped("lead_number"))), 2)
        self.assertEqual(values, {"name": "Twins", "type": "lead"})

    def test_the_sequence_skips_a_number_that_was_brought(self):
        sequence = self.env.ref("lead_energy.sequence_lead_number")
        following = sequence.get_next_char(sequence.number_next_actual)
        self.create_lead(lead_number=following)
        lead = self.create_lead()
        self.assertNotEqual(lead.lead_number, following)
        self.assertTrue(lead.lead_number)

    def test_the_number_of_a_deleted_lead_is_not_given_again(self):
        lead = self.create_lead()
        number = lead.lead_number
        lead.with_user(self.manager).unlink()
        self.assertGreater(self.create_lead().lead_number, number)

    def test_a_used_number_is_refused_and_named(self):
        lead = self.create_lead()
        with self.assertRaisesRegex(ValidationError, lead.lead_number):
            # the other rep may not even see the lead that has the number
            self.create_lead(self.other_rep, lead_number=lead.lead_number)

    def test_a_used_number_is_refused_on_writing(self):
        lead, other = self.create_lead(), self.create_lead()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            other.lead_number = lead.lead_number
            other.flush_recordset()

    @users("energy_rep")
    def test_a_sequence_without_gaps_serves_too(self):
        self.env.ref("lead_energy.sequence_lead_number").sudo().write(
            {"implementation": "no_gap", "prefix": "E-", "number_next": 7}
        )
        leads = self.env["crm.lead"].create([{"name": "A"}, {"name": "B"}])
        self.assertEqual(leads.mapped("lead_number"), ["E-000007", "E-000008"])

    @users("energy_rep")
    def test_more_leads_do_not_cost_more_queries_for_numbers(self):
        leads = self.env["crm.lead"]
        leads._prepare_lead_numbers([{}])
        # the sequence, the numbers, and whether one of them is used
        with self.assertQueryCount(3):
            leads._prepare_lead_numbers([{} for _index in range(300)])
