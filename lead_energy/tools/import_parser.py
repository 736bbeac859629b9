"""What a cell of an imported file means, however people write it.

Pure functions on text; what depends on records is in ``wizards/base_import_import.py``.
"""

import codecs
import re
from collections.abc import Container, Iterable
from datetime import date, datetime
from html import escape

HTML = re.compile(r"</?(?:p|br|div|span|ul|ol|li|table|b|i|u|strong|em|a|h\d)\b[^>]*>")

BOOLEANS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "x", "ja", "j", "wahr"), "1"),
    **dict.fromkeys(("0", "false", "f", "no", "n", "-", "nein", "falsch"), "0"),
}


def normalize(text: object) -> str:
    """Return a text for comparisons: case, blanks and doubled signs do not count."""
    return " ".join(str(text).replace("_", " ").strip().rstrip(":*").split()).casefold()


def parse_date(value: str | date, date_format: str | None = None) -> str | None:
    """Return an ISO date, or None for what is no date."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    value = value.strip().removesuffix("00:00:00").strip()
    formats = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", date_format]
    for text_format in filter(None, formats):
        try:
            return datetime.strptime(value, text_format).date().isoformat()
        except ValueError:
            continue
    return None


class NumberCell(str):
    """A number that a spreadsheet keeps as one, written with a decimal point."""

    number_format: str = ""


def get_decimal_sign(values: Iterable[object]) -> str | None:
    """Return the decimal sign that the texts of a column agree on, or None.

    Only texts that can be read in one way tell: 12,5 and 1.234,5 and 1.234.567 do,
    1.234 does not.
    """
    signs = {
        _read_number(value)[1] or _get_other_sign(value)
        for value in values
        if not isinstance(value, NumberCell)
    } - {None}
    return signs.pop() if len(signs) == 1 else None


def _get_other_sign(value: object) -> str | None:
    """Return the decimal sign of what has another sign twice: 1.234.567 has commas."""
    number, _sign = _read_number(value)
    for sign, other in (".,", ",."):
        if number and number.count(sign) > 1 and other not in number:
            return other
    return None


def parse_number(value: object, decimal_sign: str = ".") -> str | None:
    """Return a number with a decimal point, or None for what is no number.

    The last of two different signs is the decimal one. A single sign is that, too,
    unless three digits follow it and ``decimal_sign``, that of the column or of the
    reader, is the other. Brackets make a number negative, as accountants write it.
    """
    if isinstance(value, NumberCell):
        return str(value)
    number, sign = _read_number(value)
    if number is None:
        return None
    signs = set(re.sub(r"[^.,]", "", number))
    decimal = sign or (decimal_sign if signs == {decimal_sign} else "")
    if decimal and number.count(decimal) > 1:
        # 1.234.567 has no decimals
        decimal = ""
    for other in signs - {decimal}:
        number = number.replace(other, "")
    return number.replace(decimal, ".") if decimal else number


def _read_number(value: object) -> tuple[str | None, str | None]:
    """Return (digits and signs, decimal sign if there is no doubt); None, None."""
    number = re.sub(r"(?i)\s|[€$£']|\b(?:eur|usd|chf)\b|kwh?p?\b", "", str(value))
    if match := re.fullmatch(r"\((.+)\)", number):
        number = f"-{match[1]}"
    if not re.fullmatch(r"[+-]?\d[\d.,]*", number):
        return None, None
    signs = re.sub(r"[^.,]", "", number)
    if len(set(signs)) == 2:
        # 1.234,5 and not 1,2.3,4
        return (None, None) if signs.count(signs[-1]) > 1 else (number, signs[-1])
    is_ambiguous = re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", number)
    if not signs or is_ambiguous:
        return number, None
    return (None, None) if len(signs) > 1 else (number, signs)


def parse_boolean(value: object) -> str | None:
    """Return "1" or "0", or None for what is neither yes nor no."""
    return BOOLEANS.get(normalize(value))


def split_values(value: object, known: Container[str] = ()) -> list[str]:
    """Return the values of a cell that holds several.

    :param known: normalized names; the longest that fits is one value, whatever
        separators it has
    """
    parts = re.split(r"([,;|\n])", str(value))
    values, start = [], 0
    while start < len(parts):
        end = next(
            (
                end
                for end in range(len(parts), start + 1, -2)
                if normalize("".join(parts[start:end])) in known
            ),
            start + 1,
        )
        values.append("".join(parts[start:end]).strip())
        start = end + 1  # over the separator
    return [value for value in values if value]


def parse_html(value: str) -> str:
    """Return a note as HTML: what is none keeps its lines and its signs."""
    if HTML.search(value):
        return value
    return escape(value, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def pad_postcode(value: str, is_german: bool) -> str:
    """Return a postcode with the zeros that a spreadsheet took from it.

    Its format tells, else four digits of a German address: Austria and Switzerland
    have four.
    """
    digits = value.strip()
    if not digits.isdecimal() or len(digits) > 5:
        return value
    has_format = "00000" in getattr(value, "number_format", "")
    if has_format or (is_german and len(digits) == 4):
        return digits.zfill(5)
    return value


def guess_encoding(data: bytes) -> str | None:
    """Return the encoding of a text, None where only statistics could tell.

    What is valid UTF-8 is UTF-8. Else the letters of German tell the code page of
    Windows from that of DOS: each makes signs or nothing of the other's letters.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if _decode(data, "utf-8") is not None:
        return "utf-8"
    counts = {}
    for encoding in ("windows-1252", "cp850"):
        text = _decode(data, encoding) or ""
        counts[encoding] = len(re.findall("[äöüÄÖÜß]", text))
    first, second = sorted(counts, key=lambda encoding: -counts[encoding])
    return first if counts[first] > counts[second] else None


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
