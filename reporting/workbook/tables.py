"""What a sheet of a report holds, as plain data: columns, rows and what is added up below them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.db.models import TextChoices
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from organisation.spreadsheets.writing import MONEY_FORMAT

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Below the headings.
FIRST_ROW = 2


class Kind(Enum):
    """What a column holds; the value is how its numbers are shown."""

    TEXT = ""
    DATE = "date"
    # A year, or the number of a pillar: no separators.
    ORDINAL = "0"
    COUNT = "#,##0"
    WEIGHT = "#,##0.00"
    MONEY = MONEY_FORMAT
    EXACT_MONEY = '"€" #,##0.0000;[Red]-"€" #,##0.0000'
    PERCENT = "0.0000%"


class Total(Enum):
    """What stands below a column, of the rows that a filter leaves; the value is the first argument of SUBTOTAL."""

    SUM = 109
    COUNT = 103


class Formula(NamedTuple):
    """A formula of our own, with what it gives: programs that don't calculate show that."""

    text: str
    value: int | Decimal


Value = str | int | Decimal | datetime.date | Formula | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. `is_named` gives its cells a name, which formulas can use."""

    key: str
    heading: str | _StrPromise
    width: int
    kind: Kind = Kind.TEXT
    total: Total | None = None
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with `count` rows under a heading. `frozen` is the first cell that scrolls both ways.

    What stands left of it is printed on every one of the `pages_wide`.
    A row shows `most_lines` lines of a text at most. `named_cells` gives single cells a name, after the title: what
    they are to their place, such as "B5".
    """

    title: str
    about: str
    columns: Sequence[Column]
    count: int
    rows: Iterable[Sequence[Value]]
    frozen: str = "A2"
    has_filter: bool = True
    most_lines: int = 8
    pages_wide: int = 1
    paper: str = Worksheet.PAPERSIZE_A4
    named_cells: dict[str, str] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        """The row of the last record, above the total."""
        return FIRST_ROW + self.count - 1


def letters(columns: Sequence[Column]) -> dict[str, str]:
    """Give the letter of each column by its key."""
    return {column.key: get_column_letter(place) for place, column in enumerate(columns, start=1)}


def range_name(title: str, what: str) -> str:
    """Give the name of cells, such as `Projects_Planned`: a letter first, then nothing but letters, digits and underscores."""
    return re.sub(r"\W+", "_", f"{title} {what}").strip("_")


Choices = TypeVar("Choices", bound=TextChoices)


def labels(choices: Iterable[Choices]) -> dict[Choices, str]:
    """Give what each choice is called in the language of the moment, looked up once for all rows."""
    return {choice: str(choice.label) for choice in choices}


def listed(parts: Iterable[str]) -> str:
    """Give several texts as one; they can have commas of their own."""
    return "; ".join(parts)
