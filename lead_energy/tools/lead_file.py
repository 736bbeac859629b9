"""What one call of the import knows about its file of leads."""

from dataclasses import dataclass, field
from typing import NamedTuple


class CellFault(NamedTuple):
    """What cannot be understood: places are counted from 0, without the header."""

    row: int
    column: int
    reason: str


@dataclass(eq=False)
class LeadFile:
    """The rows still to import, as Odoo reads them, told in the context of the call."""

    rows: list[list]
    fields: list[str]
    # the header of each field
    columns: list[str]
    # the number of each row in the file, once a message needs it
    numbers: list[int] = field(default_factory=list)
    # how many rows earlier calls have imported
    skip: int = 0
    faults: list[CellFault] = field(default_factory=list)
    # {(field, sub-field, text of a cell): id}; None for what the user lets go
    found: dict[tuple[str, str | None, str], int | None] = field(default_factory=dict)
    # rows that were refused when they were written one by one
    refused: set[int] = field(default_factory=set)
