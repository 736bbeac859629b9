"""How a typed name or telephone number is looked for: patterns for PostgreSQL."""

import re
import unicodedata
from collections.abc import Iterable

# what may stand for a letter that was typed without its mark
MARKED = {
    "a": "äáàâå",
    "c": "çčć",
    "e": "éèêë",
    "i": "íìîï",
    "l": "ł",
    "n": "ñń",
    "o": "öóòôø",
    "s": "šś",
    "u": "üúùû",
    "z": "žźż",
}
PLAIN = str.maketrans({"ø": "o", "ł": "l"})
# what is typed, in parts: these spellings are one
PARTS = re.compile("ae|oe|ue|ss|.", re.DOTALL)
# digits that are worth a search for a telephone number
MIN_DIGITS = 4
PHONE = re.compile(r"\+?[\d\s()/.\\-]+")


def get_pattern(value: str) -> str:
    """Return the regular expression of all spellings of ``value``, without accents.

    Mueller, muller and Müller are one; % and _ stand for any letters, as in LIKE.
    """
    text = unicodedata.normalize("NFKD", value.lower()).translate(PLAIN)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return "".join(_get_part(part) for part in PARTS.findall(text.replace("ß", "ss")))


def _get_part(part: str) -> str:
    if part == "ss":
        return "(?:ss|ß)"
    letter = part[0]
    marked = MARKED.get(letter, "")
    if letter in "aou":
        return f"(?:{letter}e?|[{marked}])"
    if marked:
        return f"[{letter}{marked}]"
    return {"%": ".*", "_": "."}.get(letter) or re.sub(r"(\W)", r"\\\1", letter)


def get_phone_digits(value: str) -> str:
    """Return what all spellings of a typed number share, "" if it is none.

    That is its digits without the zeros in front, which countries and towns do without,
    and without the one in brackets.
    """
    if not PHONE.fullmatch(value.strip()):
        return ""
    digits = re.sub(r"\D", "", value.replace("(0)", ""))
    return digits.lstrip("0") if len(digits) >= MIN_DIGITS else ""


def get_phone_sql(columns: Iterable[str]) -> str:
    """Return the SQL of the digits in the columns, which no pattern goes over.

    An index and a query meet only when they share their expression.
    """
    text = " || '|' || ".join(f"coalesce({name}, '')" for name in columns)
    return f"regexp_replace(replace({text}, '(0)', ''), '[^0-9|]', '', 'g')"
