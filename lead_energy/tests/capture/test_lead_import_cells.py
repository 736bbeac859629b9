import io

from openpyxl import Workbook

from odoo.tests import BaseCase, tagged, users

from ...tools import import_parser
from ...wizards import base_import_import
from .common import OPTIONS, ImportCase


def make_xlsx(*rows, formats=()):
    """Return a workbook; ``formats`` are (cell, number format)."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, number_format in formats:
        book.active[place].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestLeadImportCells(ImportCase):
    @users("energy_rep")
    def test_numbers_that_are_text_in_a_spreadsheet(self):
        names = ("Betreff", "Jahresverbrauch", "Expected Revenue")
        leads = self.import_leads(
            make_xlsx(
                names,
                ("A", "12.500", "50.000 €"),
                ("B", "12.500 kWh", 1234.125),
                ("C", 12.5, "7,5"),
            ),
            name="leads.xlsx",
            lang="de_DE",
        )
        self.assertEqual(leads.mapped("annual_consumption_kwh")[:2], [12500, 12500])
        revenue = leads.mapped("expected_revenue")
        self.assertEqual([round(value, 1) for value in revenue], [50000, 1234.1, 7.5])

    @users("energy_rep")
    def test_millions_tell_how_thousands_are_meant(self):
        for lang in ("en_US", "de_DE"):
            leads = self.import_leads(
                "Betreff;Jahresverbrauch\nA;1.234.567\nB;12.500\n", lang=lang
            )
            self.assertEqual(
                leads.mapped("annual_consumption_kwh"), [1234567, 12500], lang
            )

    @users("energy_rep")
    def test_postcodes_kept_as_numbers(self):
        head = ("Betreff", "PLZ", "Land")
        for country, home in (
            (None, "1067"),
            ("base.de", "01067"),
            ("base.at", "1067"),
        ):
            self.env.company.sudo().country_id = country and self.env.ref(country)
            leads = self.import_leads(
                make_xlsx(
                    head,
                    ("A", 1067, None),
                    ("B", 1067, "Deutschland"),
                    ("C", 1010, "Österreich"),
                    ("D", 1067, "Österreich"),
                    ("E", "1067", "Deutschland"),
                    ("F", 999, "Germany"),
                    formats=[("B5", "00000")],
                ),
                name="leads.xlsx",
                lang="de_DE",
            )
            self.assertEqual(
                leads.mapped("zip"), [home, "01067", "1010", "01067", "1067", "999"]
            )
        csv_leads = self.import_leads("Betreff;PLZ;Land\nA;1067;DE\nB;1010;AT\n")
        self.assertEqual(csv_leads.mapped("zip"), ["01067", "1010"])

    @users("energy_rep")
    def test_a_cell_that_shows_an_error_is_named(self):
        book = make_xlsx(("Betreff", "PLZ"), ("A", "#N/A"))
        preview = self.prepare(book, "leads.xlsx").parse_preview(dict(OPTIONS))
        self.assertIn("Row 2, column 2 shows the error #N/A", preview["error"])

    @users("energy_manager")
    def test_interests_with_separators_in_their_names(self):
        self.env.user.sudo().group_ids += self.env.ref("base.group_allow_export")
        names = ("Wind, Sun", "A;B", "C | D", "Wind")
        interests = self.env["crm.lead.interest"].create([{"name": n} for n in names])
        lead = self.create_lead(self.manager, interest_ids=interests.ids)
        rows = lead.export_data(["id", "name", "interest_ids"])["datas"]
        lead.interest_ids = False
        cells = ";".join(f'"{cell}"' for cell in rows[0])
        self.import_leads(f"id;Betreff;Interessen\n{cells}\n")
        self.assertEqual(lead.interest_ids, interests)
        # what a name has is no separator, all else is
        lead = self.import_leads('Betreff;Interessen\nA;"Wind,Wind, sun;a;b"\n')
        self.assertEqual(lead.interest_ids, interests[0] | interests[1] | interests[3])

    @users("energy_rep")
    def test_a_value_is_told_once_with_its_rows_in_the_file(self):
        lines = [f"L{number};Chef;{number}" for number in range(8)]
        # empty lines count, as in a spreadsheet
        wizard = self.prepare("Betreff;Einfluss;Bedarf\n\n" + "\n".join(lines))
        _fields, result = self.run_import(wizard)
        texts = [message["message"] for message in result["messages"]]
        self.assertEqual(len(texts), 1 + 8)
        start = "Rows 3, 4, 5, 6, 7 and 3 more, column “Einfluss”: “Chef” is not known."
        self.assertTrue(any(text.startswith(start) for text in texts), texts)
        rows = [("Betreff", "Einfluss"), ("A", None), (), ("B", "Chef")]
        wizard = self.prepare(make_xlsx(*rows), "leads.xlsx", "de_DE")
        _fields, result = self.run_import(wizard)
        (message,) = result["messages"]
        self.assertIn("4", message["message"].split("Einfluss")[0])
        self.assertIn("Entscheider", message["message"])

    @users("energy_rep")
    def test_the_status_of_a_conversion_is_refused_and_not_proposed(self):
        wizard = self.prepare("Betreff;Status\nA;Neu\nB;Closed\n")
        _fields, result = self.run_import(wizard)
        (message,) = result["messages"]
        self.assertEqual(
            message["message"],
            "Row 2, column “Status”: “Neu” is not known. Known are: Open, Contacted, "
            "Qualified, To be Reworked, Closed.",
        )
        wizard = self.prepare("Betreff;Status\nA;Offen\nB;Konvertiert\n", lang="de_DE")
        _fields, result = self.run_import(wizard)
        (message,) = result["messages"]
        self.assertIn("Zeile 3: Konvertiert ", message["message"])
        lead = self.import_leads("Betreff;Status\nB;Geschlossen\n")
        self.assertEqual((lead.lead_status_id.kind, lead.active), ("closed", False))

    @users("energy_rep")
    def test_row_numbers_in_the_second_chunk(self):
        """Ours and Odoo's: a wrong MaLo-ID is found when the lead is made."""
        self.patch(base_import_import, "WHOLE_FILE_ROWS", 3)
        for column, value in (("Einfluss", "Chef"), ("MaLo-ID", "1")):
            with self.subTest(column):
                content = f"Betreff;{column}\nA;\nB;\nC;\nD;\nE;{value}\n"
                wizard = self.prepare(content)
                fields, headers, options = self.preview(wizard, limit=2)
                options = {**options, "skip": 2, "limit": 3}
                result = wizard.execute_import(fields, headers, options)
                (message,) = result["messages"]
                self.assertTrue(message["message"].startswith("Row 6"), message)
                self.assertEqual(message["rows"], {"from": 4, "to": 4})
                self.assertEqual(message["record"], 4)

    @users("energy_rep")
    def test_what_odoo_refuses_is_told_of_its_own_rows(self):
        for content, rows in (
            ("A;1\nB;\nA;1\n", "Rows 2, 4:"),
            ("B;\nC;\nA;1\n", "Row 4:"),
        ):
            with self.subTest(rows):
                wizard = self.prepare("Betreff;MaLo-ID\n" + content)
                _fields, result = self.run_import(wizard)
                (message,) = result["messages"]
                self.assertTrue(message["message"].startswith(rows), message)

    @users("energy_rep")
    def test_chunks_end_between_rows_and_go_on_from_there(self):
        self.patch(base_import_import, "WHOLE_FILE_ROWS", 3)
        lines = [f"L{n};{n % 28 + 1:02}.12.2026;PV" for n in range(7)]
        wizard = self.prepare("Betreff;Folgetermin;Interessen\n" + "\n".join(lines))
        fields, headers, options = self.preview(wizard, limit=3)
        names, skip = [], 0
        for expected in (3, 6, 0):
            chunk = {**options, "skip": skip}
            result = wizard.execute_import(fields, headers, chunk)
            self.assertFalse(result["messages"])
            self.assertEqual(result["nextrow"], expected)
            leads = self.env["crm.lead"].browse(result["ids"])
            self.assertEqual(leads.interest_ids, self.photovoltaics)
            names += leads.mapped("name")
            skip = result["nextrow"]
        self.assertEqual(names, [f"L{number}" for number in range(7)])

    @users("energy_rep")
    def test_what_the_user_lets_go_is_let_go(self):
        content = (
            "Betreff;Einfluss;Status;Interessen;Opt-in\n"
            "A;Chef;Neu;PV, Kernkraft;vielleicht\n"
            "B;Entscheider;Offen;PV;ja\n"
        )
        empty = ["influence_id", "lead_status_id", "interest_ids"]
        fallback = {
            "fallback_value": "false",
            "field_model": "crm.lead",
            "field_type": "boolean",
        }
        leads = self.import_leads(
            content,
            import_set_empty_fields=empty,
            fallback_values={"request_opt_in": fallback},
        )
        self.assertEqual(leads.influence_id, self.decision_maker)
        self.assertEqual(leads.mapped("request_opt_in"), [False, True])
        for lead in leads:
            self.assertEqual(lead.interest_ids, self.photovoltaics)
            self.assertEqual(lead.lead_status_id, self.status_open)
            self.assertEqual(len(lead.sudo().lead_status_log_ids), 1)
        for field_name in empty:
            with self.subTest(field_name):
                skipped = [*empty, "request_opt_in"]
                lead = self.import_leads(content, import_skip_records=skipped)
                self.assertEqual(lead.mapped("name"), ["B"])

    @users("energy_rep", "energy_manager")
    def test_create_is_offered_to_who_can(self):
        tree = self.prepare("A\nB").get_fields_tree("crm.lead")
        no_create = {field["name"] for field in tree if field["no_create"]}
        self.assertIn("influence_id", no_create)
        self.assertIn("lead_status_id", no_create)
        is_rep = self.env.user == self.rep
        self.assertEqual("interest_ids" in no_create, is_rep)
        options = {"name_create_enabled_fields": {"interest_ids": True}}
        wizard = self.prepare("Betreff;Interessen\nA;Geothermie\n")
        _fields, result = self.run_import(wizard, **options)
        self.assertEqual(bool(result["messages"]), is_rep)

    @users("energy_rep")
    def test_names_are_looked_up_once_a_file(self):
        rows = "".join(
            f"L{n};Decision Maker;Germany;Trade Fair;PV;Rita Rep\n" for n in range(20)
        )
        wizard = self.prepare(
            "Betreff;Einfluss;Land;Quelle;Interessen;Salesperson\n" + rows
        )
        fields, headers, options = self.preview(wizard)
        searched = []
        for model in ("res.users", "res.country", "crm.lead.rating", "utm.source"):
            self.spy_on_name_search(model, searched)
        result = wizard.execute_import(fields, headers, options)
        self.assertFalse(result["messages"])
        self.assertEqual(searched, ["res.users"])

    def spy_on_name_search(self, model, searched):
        search = self.registry[model].name_search

        def name_search(records, *args, **kwargs):
            searched.append(model)
            return search(records, *args, **kwargs)

        self.patch(self.registry[model], "name_search", name_search)


class TestImportParser(BaseCase):
    def test_parts_of_names_are_no_separators(self):
        known = {"a, b", "c"}
        self.assertEqual(
            import_parser.split_values("A, B; c,x", known), ["A, B", "c", "x"]
        )
        self.assertEqual(import_parser.split_values("a,b|\n"), ["a", "b"])

    def test_notes_keep_their_lines_and_signs(self):
        self.assertEqual(import_parser.parse_html("a < b\nc"), "a &lt; b<br>c")
        self.assertEqual(import_parser.parse_html("<p>a</p>\n"), "<p>a</p>\n")
