from odoo.tests import tagged, users
from odoo.tools import file_open, mute_logger

from ..common import LeadEnergyCommon

CSV_FIELDS = [
    "name",
    "partner_name",
    "contact_name",
    "email_from",
    "phone",
    "street",
    "zip",
    "city",
    "influence_id",
    "company_size_id",
    "need_id",
    "volume_id",
    "source_id",
    "interest_ids",
]


@tagged("post_install", "-at_install")
class TestLeadImport(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        modules = cls.env["ir.module.module"].search([("name", "=", "lead_energy")])
        modules._update_translations(["de_DE"])
        cls.rep.lang = "de_DE"

    def _prepare_import(self, content, name):
        return (
            self.env["base_import.import"]
            .with_context(lang=self.env.user.lang, default_type="lead")
            .create({"res_model": "crm.lead", "file": content, "file_name": name})
        )

    def _read(self, name):
        with file_open(name, "rb") as file:
            return file.read()

    def assertComplete(self, leads):
        self.assertTrue(all(leads.mapped("lead_number")))
        self.assertEqual(len(set(leads.mapped("lead_number"))), len(leads))
        self.assertEqual(leads.lead_status_id, self.status_open)
        self.assertEqual(len(leads.sudo().lead_status_log_ids), len(leads))
        self.assertLinesAddUp(leads)

    @users("energy_rep")
    def test_csv_of_a_fair_in_latin_1_with_semicolons(self):
        wizard = self._prepare_import(
            self._read("lead_energy/tests/data/leads_fair.csv"), "leads_fair.csv"
        )
        options = {
            "quoting": '"',
            "separator": ";",
            "encoding": "iso-8859-1",
            "has_headers": True,
        }
        preview = wizard.parse_preview(dict(options))
        self.assertIn("Unternehmensname", preview["headers"])
        result = wizard.execute_import(CSV_FIELDS, preview["headers"], options)
        self.assertFalse(result["messages"])
        leads = self.env["crm.lead"].with_context(lang="de_DE").browse(result["ids"])
        self.assertEqual(len(leads), 500)
        self.assertComplete(leads)
        first = leads[0]
        self.assertEqual(first.partner_name, "Metallbau Kästner 1 GmbH")
        self.assertEqual(first.influence_id.name, "Beeinflusser")
        self.assertEqual(
            set(first.interest_ids.mapped("name")),
            {"Windkraft", "Batteriespeichersysteme"},
        )
        # influencer 12, from 250 employees 15, need in 12 months 8, over a million 20,
        # fair 8
        self.assertEqual(first.lead_score, 63)
        self.assertGreater(len(set(leads.mapped("lead_score"))), 20)

    @users("energy_rep")
    def test_the_template_that_odoo_offers(self):
        templates = self.env["crm.lead"].get_import_templates()
        native = next(
            template["template"]
            for template in templates
            if template["template"].endswith("crm_lead.xls")
        )
        wizard = self._prepare_import(self._read(native.strip("/")), "crm_lead.xls")
        options = {"has_headers": True, "quoting": '"'}
        preview = wizard.with_context(lang="en_US").parse_preview(dict(options))
        fields = [
            "/".join(preview["matches"].get(index) or []) or False
            for index in range(len(preview["headers"]))
        ]
        self.assertIn("name", fields)
        result = wizard.execute_import(fields, preview["headers"], options)
        self.assertFalse(result["messages"])
        self.assertTrue(result["ids"])
        self.assertComplete(self.env["crm.lead"].browse(result["ids"]))

    @users("energy_rep")
    def test_a_number_is_kept_and_a_used_one_names_its_row(self):
        content = b"Name,Lead Number\nA,CUR-4711\nB,\nC,CUR-4712\nD,CUR-4711\n"
        wizard = self._prepare_import(content, "leads.csv")
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        headers = ["Name", "Lead Number"]
        fields = ["name", "lead_number"]
        before = self.env["crm.lead"].search_count([])
        with mute_logger("odoo.sql_db"):  # the index refuses the file as a whole
            result = wizard.execute_import(fields, headers, dict(options))
        self.assertFalse(result["ids"])
        (message,) = result["messages"]
        self.assertIn("CUR-4711", message["message"])
        self.assertEqual(message["rows"]["from"], 3)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)

        wizard.file = content.replace(b"D,CUR-4711", b"D,CUR-4713")
        result = wizard.execute_import(fields, headers, dict(options))
        numbers = self.env["crm.lead"].browse(result["ids"]).mapped("lead_number")
        self.assertEqual(numbers[0], "CUR-4711")
        self.assertTrue(numbers[1])
        self.assertEqual(numbers[2:], ["CUR-4712", "CUR-4713"])

    @users("energy_rep")
    def test_an_unknown_rating_names_its_row_and_writes_nothing(self):
        content = "Name;Einfluss\nA;Entscheider\nB;Chef\n".encode("iso-8859-1")
        wizard = self._prepare_import(content, "leads.csv")
        options = {"quoting": '"', "separator": ";", "has_headers": True}
        before = self.env["crm.lead"].search_count([])
        result = wizard.execute_import(
            ["name", "influence_id"], ["Name", "Einfluss"], options
        )
        (message,) = result["messages"]
        self.assertIn("Chef", message["message"])
        self.assertEqual(message["rows"]["from"], 1)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)
