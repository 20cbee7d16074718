"""What is wrong in a file and what is worth knowing of it, each with its place; and what is odd about any sheet."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter

from organisation.spreadsheets.reading import Row, Sheet
from organisation.spreadsheets.values import shorten

# Problems that are kept; a file with more has a mistake that repeats.
MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. Without a row it is about the sheet, without a sheet about the file."""

    text: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    header: str = ""


@dataclass(slots=True)
class Findings:
    """What was found in a file: problems stop the import, notes don't."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    # Those beyond `MOST_PROBLEMS`.
    unlisted: int = 0
    # Where a sheet stands among the others, for files of more than one.
    place_of_sheet: Callable[[str], int] = lambda name: 0

    def refuse(self, problem: Problem) -> None:
        """Add a problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.unlisted += 1

    def note(self, note: Problem) -> None:
        """Add something to know that stops nothing."""
        self.notes.append(note)

    @property
    def problem_count(self) -> int:
        """How many problems there are, unlisted ones included."""
        return len(self.problems) + self.unlisted

    @property
    def problems_in_order(self) -> list[Problem]:
        """The problems as they stand in the file: by sheet, row and column."""

        def place(problem: Problem) -> tuple[int, int, int, str]:
            return (
                self.place_of_sheet(problem.sheet),
                problem.row or 0,
                len(problem.column),
                problem.column,
            )

        return sorted(self.problems, key=place)


def refuse_merged(sheet: Sheet, findings: Findings) -> None:
    """Add a problem for each range of merged cells."""
    for merged in sheet.merged:
        findings.refuse(merged_cells(sheet, merged))


def merged_cells(sheet: Sheet, merged: str) -> Problem:
    """Give the problem of a range of merged cells."""
    return Problem(
        _("The cells %(range)s are merged. Unmerge them and fill in each of them.")
        % {"range": shorten(merged)},
        sheet.name,
    )


def note_what_is_hidden(
    sheet: Sheet, rows: Sequence[Row], columns: Collection[int], findings: Findings
) -> None:
    """Tell that hidden rows, and those of the columns that are read, are read as well."""
    if sheet.is_hidden and rows:
        findings.note(Problem(_("The sheet is hidden. It is read as well."), sheet.name))
    hidden = [row.number for row in rows if row.is_hidden]
    if hidden:
        findings.note(
            Problem(
                ngettext(
                    "Row %(rows)s is hidden. It is read as well.",
                    "Rows %(rows)s are hidden. They are read as well.",
                    len(hidden),
                )
                % {"rows": ranges(hidden)},
                sheet.name,
            )
        )
    hidden_columns = sorted(sheet.hidden_columns.intersection(columns))
    if hidden_columns:
        findings.note(
            Problem(
                ngettext(
                    "Column %(columns)s is hidden. It is read as well.",
                    "Columns %(columns)s are hidden. They are read as well.",
                    len(hidden_columns),
                )
                % {"columns": ", ".join(get_column_letter(column) for column in hidden_columns)},
                sheet.name,
            )
        )


def ranges(numbers: Sequence[int], most: int = 8) -> str:
    """Give row numbers as 3–5, 9; of very many the first."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in found[:most]]
    return ", ".join(shown) + (" …" if len(found) > most else "")
