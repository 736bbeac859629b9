from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import LeadEnergyCommon

MELO = "DE00056266802AO6G56M11SN51G21M24S"


@tagged("post_install", "-at_install")
class TestEnergyProfile(LeadEnergyCommon):
    def test_valid_market_locations_are_taken_without_blanks_and_dots(self):
        for number in ("51238696781", "41373559241", "56789012345", "52935155442"):
            self.assertEqual(self.create_lead(malo_id=number).malo_id, number)
        lead = self.create_lead(malo_id=" 512 386.967 81 ")
        self.assertEqual(lead.malo_id, "51238696781")

    def test_a_market_location_may_be_sent_as_a_number(self):
        self.assertEqual(self.create_lead(malo_id=41373559241).malo_id, "41373559241")

    def test_a_wrong_market_location_is_refused_and_names_the_lead(self):
        for number in ("12345678910", "51238696782", "01238696781", "5123869678", "X"):
            with (
                self.subTest(number),
                self.assertRaisesRegex(ValidationError, f"new hall: {number}"),
                self.env.cr.savepoint(),
            ):
                self.create_lead(malo_id=number)

    def test_a_metering_location_has_33_characters(self):
        lead = self.create_lead(melo_id="de 000562 66802 AO6G56M11SN51G21M24S")
        self.assertEqual(lead.melo_id, MELO)
        for number in (
            MELO[:-1],
            f"{MELO}0",
            MELO.replace("DE", "4E"),
            f"{MELO[:-1]}-",
        ):
            with (
                self.subTest(number),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                lead.melo_id = number

    def test_a_wrong_register_number_warns_and_is_saved(self):
        with Form(self.env["crm.lead"].with_user(self.rep)) as form:
            form.name = "Register"
            form.mastr_id = "SEE 123"
            self.assertTrue(form.mastr_warning)
        self.assertEqual(form.record.mastr_id, "SEE123")
        form.record.mastr_id = "SEE123456789012"
        self.assertFalse(form.record.mastr_warning)

    def test_the_shipped_rules_score_the_profile(self):
        model = self.env.ref("lead_energy.score_model")
        self.assertFalse(model.problems)
        codes = set(model.criterion_ids.mapped("code"))
        self.assertLessEqual(
            {
                *("influence", "company_size", "industry", "need", "source"),
                *("volume", "energy", "engagement"),
            },
            codes,
        )
        lead = self.create_lead(
            influence_id=self.decision_maker.id,
            email_from="someone@gmail.com",
            annual_consumption_kwh=120000,
            planned_storage_kwh=10,
        )
        rules = self.env["crm.lead.score.rule"].browse(
            line["rule"] for line in lead.lead_score_lines if "rule" in line
        )
        self.assertLessEqual(
            {
                "Consumption above the metering limit (100,000 kWh)",
                "Storage is planned",
                "Decision maker with a free-mail address",
            },
            set(rules.mapped("name")),
        )
