import io
from datetime import date

from openpyxl import Workbook

from odoo.tests import tagged, users
from odoo.tools import file_open

from ...tools import import_columns, import_parser
from .common import OPTIONS, ImportCase


@tagged("post_install", "-at_install")
class TestLeadImportForgiving(ImportCase):
    @users("energy_rep")
    def test_every_field_has_a_german_and_an_english_column(self):
        for lang in ("en_US", "de_DE"):
            tree = self.prepare("Betreff\nA", lang=lang).get_fields_tree("crm.lead")
            here = {field["name"] for field in tree}
            for field_name, names in import_columns.COLUMNS.items():
                if field_name not in here:
                    continue
                for column in names:
                    with self.subTest(column, lang=lang):
                        wizard = self.prepare(f"{column.upper()}\nA", lang=lang)
                        match = wizard._get_mapping_suggestion(
                            column.upper(), tree, ["char"], {}
                        )
                        self.assertEqual(match["field_path"], [field_name])

    @users("energy_rep")
    def test_the_samples_import_as_they_are(self):
        for lang, language, separator in (("de_DE", "de", ";"), ("en_US", "en", ",")):
            self.env.user.sudo().lang = lang
            templates = self.env["crm.lead"].with_context(lang=lang)
            for template in templates.get_import_templates()[:2]:
                path = template["template"]
                self.assertIn(f"leads_{language}.", path)
                with self.subTest(path), file_open(path.strip("/"), "rb") as file:
                    leads = self.import_leads(
                        file.read(),
                        name=path,
                        lang=lang,
                        separator=separator,
                    )
                    self.assertSampleLeads(leads)

    def assertSampleLeads(self, leads):
        first, second = leads
        self.assertRecordValues(
            first,
            [
                {
                    "influence_id": self.decision_maker.id,
                    "need_id": self.urgent.id,
                    "volume_id": self.env.ref("lead_energy.volume_m").id,
                    "company_size_id": self.env.ref(
                        "lead_energy.company_size_medium"
                    ).id,
                    "source_id": self.env.ref("lead_energy.source_fair").id,
                    "country_id": self.env.ref("base.de").id,
                    "next_contact_date": date(2026, 12, 31),
                    "follow_up_until": date(2027, 6, 30),
                    "send_info_material": True,
                    "request_opt_in": False,
                    "arrange_appointment": True,
                    "phone_sanitized": "+493023125101",
                }
            ],
        )
        self.assertEqual(
            first.interest_ids,
            self.photovoltaics | self.env.ref("lead_energy.interest_battery_storage"),
        )
        self.assertEqual(second.next_contact_date, date(2027, 1, 15))
        self.assertEqual(second.phone_sanitized, "+494066969102")
        self.assertTrue(second.send_info_material)

    @users("energy_rep")
    def test_german_options_are_found_by_an_english_user(self):
        leads = self.import_leads(
            "Betreff;Einfluss;Interessen\nA;ENTSCHEIDER;photovoltaik / x\n".replace(
                " / x", " | Wind Power"
            )
        )
        self.assertEqual(leads.influence_id, self.decision_maker)
        self.assertEqual(len(leads.interest_ids), 2)

    @users("energy_rep")
    def test_errors_name_row_column_and_value_and_nothing_is_written(self):
        lead = self.create_lead(lead_number="CUR-1")
        # its English name is the German name of another
        rating = self.env["crm.lead.rating"].sudo()
        rating = rating.create({"name": "Other", "kind": "influence"})
        rating.with_context(lang="de_DE").name = "Andere"
        rating.with_context(lang="en_US").name = "Entscheider"
        before = self.env["crm.lead"].search_count([])
        content = (
            "Leadnummer;Betreff;Einfluss;Bedarf;Interessen;Folgetermin;Opt-in\n"
            "CUR-1;A;Decision Maker;;;;\n"
            "CUR-2;B;Chef;;;;\n"
            "CUR-2;C;Entscheider;;;;\n"
            ";D;Urgent Need;;;;\n"
            ";E;;;Photovoltaik, Kernkraft;;\n"
            ";F;;;;31.02.2026;\n"
            ";G;;;;;vielleicht\n"
        )
        wizard = self.prepare(content)
        _fields, result = self.run_import(wizard)
        self.assertFalse(result["ids"])
        texts = [message["message"] for message in result["messages"]]
        for row, column, value in (
            (2, "Leadnummer", "CUR-1"),
            (3, "Einfluss", "Chef"),
            (4, "Leadnummer", "CUR-2"),
            (4, "Einfluss", "ambiguous"),
            (5, "Einfluss", "Urgent Need"),
            (6, "Interessen", "Kernkraft"),
            (7, "Folgetermin", "31.02.2026"),
            (8, "Opt-in", "vielleicht"),
        ):
            with self.subTest(row=row, column=column):
                start = f"Row {row}, column “{column}”"
                self.assertTrue(
                    any(text.startswith(start) and value in text for text in texts),
                    texts,
                )
        self.assertEqual(len(texts), 8)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)
        self.assertTrue(lead.exists())

    @users("energy_rep")
    def test_an_error_in_the_last_row_of_a_long_file_writes_nothing(self):
        rows = "".join(f"Lead {number};\n" for number in range(30))
        before = self.env["crm.lead"].search_count([])
        wizard = self.prepare(f"Betreff;Land\n{rows}Last;Nirgendwo\n")
        _fields, result = self.run_import(wizard, limit=10)
        self.assertTrue(result["messages"])
        self.assertEqual(self.env["crm.lead"].search_count([]), before)

    def test_numbers_dates_and_ticks_of_both_countries(self):
        for text, point, expected in (
            ("12,5", ",", "12.5"),
            ("12,5", ".", "12.5"),
            ("12.5", ",", "12.5"),
            ("1.234", ",", "1234"),
            ("1.234", ".", "1.234"),
            ("1,234", ".", "1234"),
            ("1,234", ",", "1.234"),
            ("1.234,56", ".", "1234.56"),
            ("1,234,567.8", ",", "1234567.8"),
            ("1.234.567", ".", "1234567"),
            ("9,9 kWp", ",", "9.9"),
            ("10 000 kWh", ",", "10000"),
            ("-3", ",", "-3"),
            ("about 5", ",", None),
            ("$1,200.00", ",", "1200.00"),
            ("(500)", ",", "-500"),
            ("1.2.3,4,5", ",", None),
        ):
            with self.subTest(text, point=point):
                self.assertEqual(import_parser.parse_number(text, point), expected)
        for text in ("31.12.2026", "31.12.26", "2026-12-31", date(2026, 12, 31)):
            self.assertEqual(import_parser.parse_date(text), "2026-12-31")
        self.assertEqual(
            import_parser.parse_date("12/31/2026", "%m/%d/%Y"), "2026-12-31"
        )
        self.assertIsNone(import_parser.parse_date("tomorrow"))
        self.assertEqual(import_parser.parse_boolean(" Ja "), "1")
        self.assertEqual(import_parser.parse_boolean("NEIN"), "0")
        self.assertIsNone(import_parser.parse_boolean("?"))

    @users("energy_rep")
    def test_a_decimal_comma_in_a_number_field(self):
        leads = self.import_leads("Betreff;Expected Revenue\nA;1.234,50\nB;99,5\n")
        self.assertEqual(leads.mapped("expected_revenue"), [1234.5, 99.5])

    @users("energy_rep")
    def test_the_other_numbers_of_a_column_tell_its_decimal_sign(self):
        content = "Betreff;Geplante Leistung (kWp)\nA;1.125\nB;12.5\n"
        leads = self.import_leads(content, lang="de_DE")
        self.assertEqual(leads.mapped("planned_power_kwp"), [1.13, 12.5])
        leads = self.import_leads(content.replace("12.5", "12,5"), lang="de_DE")
        self.assertEqual(leads.mapped("planned_power_kwp"), [1125, 12.5])

    @users("energy_rep")
    def test_a_number_of_a_spreadsheet_keeps_its_decimals(self):
        book = Workbook()
        book.active.append(["Betreff", "Geplante Leistung (kWp)", "Expected Revenue"])
        book.active.append(["A", 12.375, 1234.125])
        file = io.BytesIO()
        book.save(file)
        leads = self.import_leads(file.getvalue(), name="leads.xlsx", lang="de_DE")
        self.assertEqual(leads.planned_power_kwp, 12.38)
        self.assertAlmostEqual(leads.expected_revenue, 1234.125, 1)

    @users("energy_rep")
    def test_an_id_of_another_system_updates_its_lead(self):
        content = "External ID;Betreff;Leadnummer\nold_7;First;N7\n"
        lead = self.import_leads(content)
        self.assertEqual(self.import_leads(content.replace("First", "Second")), lead)
        self.assertEqual(lead.name, "Second")

    @users("energy_rep")
    def test_an_export_with_company_and_company_name_finds_both(self):
        wizard = self.prepare(
            "Opportunity;Company;Company Name;Contact;Contact Name\nA;B;C;D;E\n"
        )
        found = wizard.parse_preview(dict(OPTIONS))["matches"]
        self.assertEqual(
            [found.get(index) for index in range(1, 5)],
            [["company_id"], ["partner_name"], ["partner_id"], ["contact_name"]],
        )

    @users("energy_rep")
    def test_a_row_is_named_as_people_count(self):
        for has_headers, content in ((True, "Betreff;Opt-in\n"), (False, "")):
            wizard = self.prepare(content + "A;yes\nB;perhaps\n")
            result = wizard.execute_import(
                ["name", "request_opt_in"],
                ["Betreff", "Opt-in"],
                {**OPTIONS, "has_headers": has_headers},
            )
            (message,) = result["messages"]
            self.assertIn(f"Row {3 if has_headers else 2},", message["message"])

    @users("energy_rep")
    def test_export_and_import_again_change_nothing(self):
        self.env.user.sudo().group_ids += self.env.ref("base.group_allow_export")
        leads = self.create_lead(
            influence_id=self.decision_maker.id,
            interest_ids=[(6, 0, self.env["crm.lead.interest"].search([])[:3].ids)],
            source_id=self.env.ref("lead_energy.source_fair").id,
            next_contact_date="2027-01-15",
            follow_up_until="2027-02-01",
            request_opt_in=True,
            phone="030/23125-101",
            partner_name="Müller & Söhne; Bau GmbH",
            expected_revenue=1234.5,
            user_id=self.rep.id,
        ) | self.create_lead(name='With "quotes", and; signs')
        fields = [
            "id",
            "lead_number",
            "name",
            "partner_name",
            "phone",
            "influence_id",
            "need_id",
            "source_id",
            "interest_ids",
            "lead_status_id",
            "next_contact_date",
            "follow_up_until",
            "request_opt_in",
            "arrange_appointment",
            "expected_revenue",
            "user_id",
        ]
        for lang in ("en_US", "de_DE"):
            with self.subTest(lang):
                self.env.user.sudo().lang = lang
                leads = leads.with_context(lang=lang).with_env(
                    self.env(context={"lang": lang})
                )
                rows = leads.export_data(fields)["datas"]
                lines = [fields, *rows]
                content = "\n".join(
                    ";".join(
                        '"{}"'.format(
                            ""
                            if cell in (False, None)
                            else str(cell).replace('"', '""')
                        )
                        for cell in line
                    )
                    for line in lines
                )
                before = self.read_stored(leads)
                messages = len(leads.message_ids)
                wizard = self.prepare(content, lang=lang)
                result = wizard.execute_import(fields, fields, dict(OPTIONS))
                self.assertFalse(result["messages"])
                self.assertEqual(set(result["ids"]), set(leads.ids))
                self.env.invalidate_all()
                self.assertEqual(self.read_stored(leads), before)
                self.assertEqual(len(leads.message_ids), messages)

    def read_stored(self, leads):
        """Return all that the database holds of leads and their activities."""
        self.env.invalidate_all()
        names = [
            name
            for name, field in leads._fields.items()
            if field.store and name != "write_date"
        ]
        return (
            leads.read(names),
            leads.activity_ids.sorted("id").read(["date_deadline", "user_id"]),
        )
