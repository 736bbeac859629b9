import io
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from ...tools import import_parser, import_reader


def make_book(*rows, title="Leads"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.create_sheet("Second").append(["other"])
    return book


def save(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestImportCells(BaseCase):
    """What a cell becomes, at the limits of what a cell may be."""

    def test_rows_have_one_length_and_keep_their_place(self):
        data = save(make_book(["Name", "kWh", "Note"], [], ["A", 12.5], [" ", None]))
        names, name, rows = import_reader.read_xlsx(data)
        self.assertEqual((names, name), (["Leads", "Second"], "Leads"))
        # the empty row in between counts, the one of blanks at the end does not
        self.assertEqual(
            rows, [["Name", "kWh", "Note"], ["", "", ""], ["A", "12.5", ""]]
        )
        self.assertEqual(import_reader.read_xlsx(data, "Second")[2], [["other"]])

    def test_a_cell_is_read_as_what_it_is(self):
        data = save(
            make_book(
                [
                    *(
                        1250.0,
                        0,
                        True,
                        datetime(2026, 3, 1),
                        datetime(2026, 3, 1, 9, 5),
                    ),
                    "text",
                ]
            )
        )
        (row,) = import_reader.read_xlsx(data)[2]
        self.assertEqual(
            row,
            ["1250", "0", "True", date(2026, 3, 1), datetime(2026, 3, 1, 9, 5), "text"],
        )
        self.assertIsInstance(row[0], import_parser.NumberCell)

    def test_an_error_of_the_spreadsheet_names_its_cell(self):
        book = make_book(["Name"], ["#N/A"])
        book.active["A2"].data_type = "e"
        with self.assertRaisesRegex(
            import_reader.CellError, "row 2, column 1: #N/A"
        ) as caught:
            import_reader.read_xlsx(save(book))
        self.assertEqual((caught.exception.row, caught.exception.column), (2, 1))

    def test_a_row_of_blanks_is_empty(self):
        for row, is_filled in (
            ([], False),
            (["", None, "  "], False),
            (["", "A"], True),
            ([5], True),
        ):
            self.assertEqual(import_reader.is_filled(row), is_filled, row)

    def test_a_day_in_any_of_its_spellings(self):
        for value, day in (
            ("2026-03-01", "2026-03-01"),
            ("01.03.2026", "2026-03-01"),
            ("1.3.26", "2026-03-01"),
            (" 2026-03-01 00:00:00 ", "2026-03-01"),
            (date(2026, 3, 1), "2026-03-01"),
            (datetime(2026, 3, 1, 9), "2026-03-01"),
            ("31.02.2026", None),
            ("soon", None),
        ):
            self.assertEqual(import_parser.parse_date(value), day, value)
        self.assertEqual(
            import_parser.parse_date("03/01/2026", "%m/%d/%Y"), "2026-03-01"
        )

    def test_a_postcode_gets_its_zeros_back(self):
        cell = import_parser.NumberCell("1067")
        cell.number_format = "00000"
        for value, is_german, postcode in (
            ("1067", True, "01067"),
            ("1067", False, "1067"),
            (cell, False, "01067"),
            ("12345", True, "12345"),
            ("123", True, "123"),
            ("123456", True, "123456"),
            ("AB12", True, "AB12"),
            (" 1067 ", True, "01067"),
        ):
            found = import_parser.pad_postcode(value, is_german)
            self.assertEqual(found, postcode, value)

    def test_values_of_one_cell(self):
        known = {"storage, large", "a; b | c"}
        for value, values in (
            ("", []),
            ("PV", ["PV"]),
            ("PV, Wind;Heat | Home\nCar", ["PV", "Wind", "Heat", "Home", "Car"]),
            ("PV, Storage, large", ["PV", "Storage, large"]),
            ("Storage, large, PV", ["Storage, large", "PV"]),
            ("A; B | C", ["A; B | C"]),
            ("PV,,", ["PV"]),
        ):
            self.assertEqual(import_parser.split_values(value, known), values, value)

    def test_a_note_keeps_its_lines(self):
        for value, html in (
            ("a\nb", "a<br>b"),
            ("a\r\nb", "a<br>b"),
            ('5 < 6 & "x"', '5 &lt; 6 &amp; "x"'),
            ("<p>a</p>", "<p>a</p>"),
        ):
            self.assertEqual(import_parser.parse_html(value), html)
