# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo.tests import tagged, users
from odoo.tools.translate import code_translations

from ..common import LeadEnergyCommon

GERMAN = {"Referral": "Empfehlung", "Trade Fair": "Messe", "Phone": "Telefon"}


@tagged("post_install", "-at_install")
class TestShippedNames(LeadEnergyCommon):
    """What is shipped in English is read, found and imported in German."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.referral = cls.env.ref("utm.utm_source_referral")

    def setUp(self):
        super().setUp()
        known = code_translations.get_python_translations("lead_energy", "de_DE")
        self.patch(
            code_translations,
            "get_python_translations",
            lambda module, lang: (
                {**known, **GERMAN}
                if (module, lang) == ("lead_energy", "de_DE")
                else {}
            ),
        )
        self.env.invalidate_all()

    def get_label(self, record, lang="de_DE"):
        return record.with_user(self.rep).with_context(lang=lang).display_name

    def test_shipped_sources_and_mediums_are_read_in_german(self):
        for xmlid, german in (
            ("utm.utm_source_referral", "Empfehlung"),
            ("lead_energy.source_fair", "Messe"),
            ("utm.utm_medium_phone", "Telefon"),
            ("lead_energy.medium_fair", "Messe"),
        ):
            with self.subTest(xmlid):
                record = self.env.ref(xmlid)
                self.assertEqual(self.get_label(record), german)
                self.assertEqual(self.get_label(record, "en_US"), record.name)

    def test_a_name_that_somebody_gave_is_shown_as_it_is(self):
        self.referral.name = "Tip of a customer"
        own = self.env["utm.source"].create({"name": "Own"})
        self.assertEqual(self.get_label(self.referral), "Tip of a customer")
        self.assertEqual(self.get_label(own), "Own")
        found = self.env["utm.source"].with_context(lang="de_DE").name_search("Empf")
        self.assertFalse(found, "its German name went with the English one")

    @users("energy_rep")
    def test_both_names_are_found(self):
        sources = self.env["utm.source"].with_context(lang="de_DE")
        for domain in (
            [("display_name", "ilike", "empfehl")],
            [("display_name", "=", "Empfehlung")],
            [("display_name", "in", ["Empfehlung"])],
            [("display_name", "ilike", "referr")],
        ):
            with self.subTest(domain):
                self.assertEqual(sources.search(domain), self.referral)
        others = sources.search([("display_name", "not ilike", "empfehl")])
        self.assertNotIn(self.referral, others)
        self.assertTrue(others)
        lead = self.create_lead(source_id=self.referral.id)
        leads = self.env["crm.lead"].with_context(lang="de_DE")
        self.assertIn(lead, leads.search([("source_id", "ilike", "Empfehlung")]))
        groups = leads.formatted_read_group(
            [("id", "=", lead.id)], ["source_id"], ["__count"]
        )
        self.assertEqual(groups[0]["source_id"], (self.referral.id, "Empfehlung"))
