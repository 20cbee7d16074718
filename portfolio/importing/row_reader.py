"""Reads the cells of one row as the values that their columns ask for, and notes what is wrong with each."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from organisation.spreadsheets.findings import Findings
from organisation.spreadsheets.values import (
    WrongValue,
    normalise,
    shorten,
    to_date,
    to_text,
    to_whole_number,
    to_year,
)
from portfolio.importing.columns import LONGEST_LIST
from portfolio.importing.known import KnownObjective, Names
from portfolio.importing.tables import TableRow

# Columns with room for more than this keep their lines.
ONE_LINE = 500
LONGEST_NAME = 400
NUMBERED = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)\b\W*(.*)", re.DOTALL)


class RowReader:
    """A row whose wrong cells become problems; a wrong or blank cell gives nothing."""

    def __init__(self, row: TableRow, findings: Findings) -> None:
        self.row, self._findings = row, findings

    @property
    def number(self) -> int:
        """The number of the row in the sheet."""
        return self.row.number

    def refuse(self, field: str, text: str) -> None:
        """Note a problem with a cell."""
        self._findings.refuse(self.row.rows.problem(text, self.row.number, field))

    def is_filled(self, field: str) -> bool:
        """Tell whether the cell holds anything, right or wrong."""
        return self.row.value(field) is not None

    def text(self, field: str, *, number_is_text: bool = False) -> str:
        """Give a text of at most the length that its column takes."""
        longest = self.row.rows.table.column(field).longest or LONGEST_NAME
        return self._text(field, longest, number_is_text) or ""

    def needed_text(self, field: str, *, number_is_text: bool = False) -> str:
        """Give a text; a blank cell is a problem."""
        if not self.is_filled(field):
            self.refuse(field, _("Fill this in."))
        return self.text(field, number_is_text=number_is_text)

    def date(self, field: str, years: range | None = None) -> datetime.date | None:
        """Give a day, in one of the years of the programme where these are given."""
        value = self.row.value(field)
        if value is None:
            return None
        try:
            day = to_date(value)
        except WrongValue as wrong:
            self.refuse(field, str(wrong))
            return None
        if years is not None and day.year not in years:
            self.refuse(
                field,
                _(
                    "%(year)s is not a year of the programme, which runs from %(first)s up to and including %(last)s."
                )
                % {"year": day.year, "first": years[0], "last": years[-1]},
            )
            return None
        return day

    def past_date(self, field: str, today: datetime.date, years: range | None = None) -> datetime.date | None:
        """Give a day that isn't still to come."""
        day = self.date(field, years)
        if day is not None and day > today:
            self.refuse(field, _("This day is still to come. Give a day up to and including today."))
            return None
        return day

    def year(self, field: str, years: range) -> int | None:
        """Give a year of the programme."""
        return self._converted(field, lambda value: to_year(value, years))

    def whole_number(self, field: str, least: int, most: int) -> int | None:
        """Give a whole number."""
        return self._converted(field, lambda value: to_whole_number(value, least, most))

    def choice(self, field: str, words: Mapping[str, Any], offered: str) -> Any:
        """Give what a word stands for; None for a blank or unknown one. `offered` names what there is."""
        found = self._text(field, LONGEST_NAME, True)
        if not found:
            return None
        choice = words.get(normalise(found))
        if choice is None:
            self.refuse(
                field,
                _("“%(found)s” is not one of the choices. Write one of: %(offered)s.")
                % {"found": shorten(found), "offered": offered},
            )
        return choice

    def reference(self, field: str, names: Names) -> int | None:
        """Give the key of the record that a cell names."""
        found = self._text(field, LONGEST_NAME, False)
        return self._one(field, found, names.find(found)) if found else None

    def references(self, field: str, names: Names) -> list[int]:
        """Give the keys of the records that a cell names, separated by semicolons, new lines or commas."""
        found = self._text(field, LONGEST_LIST, False, one_line=False)
        if not found:
            return []
        keys: list[int] = []
        for part in _parts(found, ";\n"):
            # A name may have a comma of its own.
            pieces = [part] if names.find(part) or "," not in part else _parts(part, ",")
            for piece in pieces:
                key = self._one(field, piece, names.find(piece))
                if key is not None and key not in keys:
                    keys.append(key)
        return keys

    def objective(self, field: str, names: Names, objectives: Mapping[int, KnownObjective]) -> int | None:
        """Give the key of an objective, named by its number, its title or both."""
        found = self._text(field, LONGEST_NAME, False)
        if not found:
            return None
        keys = names.find(found)
        numbered = NUMBERED.fullmatch(found)
        if not keys and numbered:
            keys = frozenset(key for key, known in objectives.items() if known.number == numbered[1])
            if keys and numbered[2]:
                self.refuse(
                    field,
                    _(
                        "Number %(number)s belongs to “%(title)s”. Write the number that goes with the title, or the "
                        "number alone."
                    )
                    % {"number": numbered[1], "title": shorten(objectives[min(keys)].title)},
                )
                return None
        if len(keys) > 1:
            meant = [objectives[key] for key in sorted(keys)]
            numbers = {known.number for known in meant}
            # Programmes number their objectives alike; then the title tells them apart.
            options = sorted(numbers) if len(numbers) == len(meant) else [known.label for known in meant]
            self.refuse(
                field,
                _("“%(name)s” fits more than one objective. Write the one that is meant: %(options)s.")
                % {"name": shorten(found), "options": "; ".join(shorten(option) for option in options)},
            )
            return None
        return self._one(field, found, keys)

    def lac_goals(self, field: str, programme: int | None, goals: Mapping[tuple[int, str], int]) -> list[int]:
        """Give the keys of LAC goals, by their numbers."""
        if isinstance(self.row.value(field), float):
            self.refuse(
                field,
                _(
                    "Excel made a number of this, in which 1.10 and 1.1 are the same. Give the cell the format Text and "
                    "type it again."
                ),
            )
            return []
        found = self._text(field, LONGEST_LIST, False)
        keys: list[int] = []
        for number in _parts(found or "", ",; "):
            key = goals.get((programme, number)) if programme is not None else None
            if key is None and programme is not None:
                self.refuse(
                    field,
                    _("There is no LAC goal “%(number)s”. Write numbers with a point, such as 1.5, 1.12.")
                    % {"number": shorten(number)},
                )
            elif key is not None and key not in keys:
                keys.append(key)
        return keys

    def _one(self, field: str, name: str, keys: frozenset[int]) -> int | None:
        if len(keys) == 1:
            return next(iter(keys))
        self.refuse(
            field,
            _("“%(name)s” fits more than one. Write the whole name, as in the template's list.")
            % {"name": shorten(name)}
            if keys
            else _("“%(name)s” is not known. Choose a name from the list in a new template.")
            % {"name": shorten(name)},
        )
        return None

    def _text(
        self, field: str, longest: int, number_is_text: bool, *, one_line: bool | None = None
    ) -> str | None:
        if one_line is None:
            one_line = longest <= ONE_LINE or longest == LONGEST_LIST
        return self._converted(
            field,
            lambda value: to_text(value, longest, one_line=one_line, number_is_text=number_is_text),
        )

    def _converted(self, field: str, convert: Any) -> Any:
        value = self.row.value(field)
        if value is None:
            return None
        try:
            return convert(value)
        except WrongValue as wrong:
            self.refuse(field, str(wrong))
            return None


def _parts(text: str, separators: str) -> list[str]:
    return [part.strip() for part in re.split(f"[{re.escape(separators)}]", text) if part.strip()]
