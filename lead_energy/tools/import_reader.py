"""Reads a spreadsheet cell by cell, and keeps what Odoo's reader forgets.

Which cells are numbers, how they are shown, and where in the file a row stands.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

import openpyxl

from .import_parser import NumberCell

Row = list[object]


class CellError(ValueError):
    """A cell shows an error of its spreadsheet, such as #N/A."""

    def __init__(self, row: int, column: int, value: str) -> None:
        super().__init__(f"row {row}, column {column}: {value}")
        self.row, self.column, self.value = row, column, value


def is_filled(row: Iterable[object]) -> bool:
    """Return whether a row has more than blanks."""
    return any(cell and (not isinstance(cell, str) or cell.strip()) for cell in row)


def read_xlsx(data: bytes, sheet_name: str = "") -> tuple[list[str], str, list[Row]]:
    """Return (names of the sheets, name of the sheet read, all rows).

    Rows have one length; empty ones are kept, so a row's place is its number.

    :raise CellError: a cell shows an error
    """
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True)
    try:
        name = sheet_name or book.sheetnames[0]
        sheet = book[name]
        # what a file says about its own size may be wrong
        sheet.reset_dimensions()
        rows = [list(_read_row(row, number)) for number, row in enumerate(sheet, 1)]
        names = book.sheetnames
    finally:
        book.close()
    while rows and not is_filled(rows[-1]):
        rows.pop()
    width = max((_get_width(row) for row in rows), default=0)
    return names, name, [(row + [""] * (width - len(row)))[:width] for row in rows]


def _get_width(row: Row) -> int:
    return next((len(row) - i for i, cell in enumerate(reversed(row)) if cell), 0)


def _read_row(cells: Iterable, number: int) -> Iterator[object]:
    for column, cell in enumerate(cells, 1):
        value = cell.value
        if value is None:
            yield ""
        elif cell.data_type == "e":
            raise CellError(number, column, value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield make_number(value, cell.number_format)
        elif isinstance(value, datetime):
            # a day is kept as its midnight
            is_day = not any((value.hour, value.minute, value.second))
            yield value.date() if is_day else value
        elif isinstance(value, date):
            yield value
        else:
            yield str(value)


def make_number(value: int | float, number_format: str = "") -> NumberCell:
    """Return a number as text, a whole one without decimals."""
    cell = NumberCell(int(value) if value % 1 == 0 else value)
    cell.number_format = number_format or ""
    return cell
