"""Which field a column of an imported file means, by what its header says.

The headers are data: ``import_columns.csv`` has one a line, with the field and who
writes it so, the likeliest of a field first. Some name no field but a role, which the
columns beside it decide:

- ``first_name``, ``middle_name``, ``last_name``: together they are the contact
- ``full_name``: of no use beside those parts
- ``title``: the function of a person, else the subject of the lead
- ``nowhere``: ids and people of another system, never taken by themselves
"""

import csv
import re
from pathlib import Path
from typing import NamedTuple

NAME_PARTS = ("first_name", "middle_name", "last_name")
ROLES = (*NAME_PARTS, "full_name", "title", "nowhere")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Match(NamedTuple):
    """What a header means: a field, or None where its column stays out.

    Of two columns for one field, the one with the smaller distance is taken.
    """

    field_name: str | None
    distance: float


class Matches(dict):
    """{header: Match} of the headers of one file that are known."""


def column_key(header: str) -> str:
    """Return a header for comparisons: only its letters, digits and / count."""
    text = str(header).casefold().translate(UMLAUTS)
    return re.sub(r"[^\w/]|_", "", text)


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file beside this module."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _group_headers() -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for row in read_table("import_columns.csv"):
        headers.setdefault(row["field"], []).append(row["header"])
    return headers


HEADERS = _group_headers()
# {field: its headers}, the roles left out
COLUMNS = {name: headers for name, headers in HEADERS.items() if name not in ROLES}
KNOWN = {
    column_key(header): Match(name, rank / 1000)
    for name, headers in HEADERS.items()
    for rank, header in enumerate(headers)
}


def match_columns(headers: list[str]) -> Matches:
    """Return what the headers of a file mean together."""
    keys = {header: column_key(header) for header in headers}
    roles = {KNOWN[key].field_name for key in keys.values() if key in KNOWN}
    named = set(keys.values())
    matches = Matches()
    for header, key in keys.items():
        # not "id", which an export of Odoo has
        if header.strip() in ("Id", "ID"):
            matches[header] = Match(None, 1)
        # an export of Odoo has the company beside the "Company Name"
        elif key in KNOWN and named.isdisjoint((f"{key}name", f"{key}sname")):
            match = _match_role(KNOWN[key], roles)
            if match:
                matches[header] = match
    return matches


def _match_role(match: Match, roles: set[str]) -> Match | None:
    """Return the match of a role beside others, None where Odoo shall guess."""
    is_person = not roles.isdisjoint(("first_name", "last_name"))
    field_name: str | None = match.field_name
    if field_name in NAME_PARTS:
        field_name = None if "contact_name" in roles else "contact_name"
    elif field_name == "full_name":
        if not is_person:
            return None
        field_name = None
    elif field_name == "title":
        if is_person:
            field_name = None if "function" in roles else "function"
        else:
            field_name = "name"
    elif field_name == "nowhere":
        field_name = None
    return match._replace(field_name=field_name)


def get_name_part(header: str) -> int | None:
    """Return the place of a part in a person's name, None for other columns."""
    match = KNOWN.get(column_key(header))
    if match and match.field_name in NAME_PARTS:
        return NAME_PARTS.index(match.field_name)
    return None
