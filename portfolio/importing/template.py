"""The workbook to fill in: a sheet per table, one with explanations, and one with what can be chosen."""

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from organisation.choices import Language
from organisation.spreadsheets.unfolding import MOST_ROWS
from organisation.spreadsheets.values import NOT_SHOWN
from portfolio.choices import FormOfWork, Health, Level, ProjectState
from portfolio.importing.checking import MOST_PROJECTS
from portfolio.importing.columns import (
    EXAMPLE_KEYS,
    EXPLANATION,
    PROJECTS,
    TABLES,
    VALUES,
    Column,
    Table,
)
from portfolio.importing.known import Known
from portfolio.importing.words import STATES

# Lists that one chooses from work on so many rows below the header.
ROWS_TO_FILL = 1_000
HEADER_FILL = PatternFill("solid", start_color="FF154273")
NEEDED_FILL = PatternFill("solid", start_color="FF0B2E50")
EXAMPLE_FILL = PatternFill("solid", start_color="FFF2F2F2")
TOP = Alignment(vertical="top", wrap_text=True)
DATE_FORMAT = "yyyy-mm-dd"
TEXT_FORMAT = "@"


def build_template(known: Known) -> bytes:
    """Give the workbook as a file, in the language of the reader."""
    language = get_language() or Language.DUTCH
    workbook = Workbook()
    for sheet in list(workbook.worksheets):
        workbook.remove(sheet)
    lists = _lists(known)
    places = _list_places(lists, _name(VALUES, language))
    for table in TABLES:
        _add_table(workbook, table, language, places, _example(table, lists, known))
    _add_explanation(workbook, language)
    _add_values(workbook, language, lists)
    workbook.active = 0
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _name(names: tuple[str, str], language: str) -> str:
    return names[1] if language == Language.ENGLISH else names[0]


def _lists(known: Known) -> dict[str, tuple[str, list[str]]]:
    """Give what can be chosen: per list its title and its values."""

    def labels(choices: Iterable[Any]) -> list[str]:
        return [str(choice.label) for choice in choices]

    return {
        "portfolios": (_("Portfolios"), sorted(known.portfolios.values(), key=str.casefold)),
        "objectives": (
            _("Objectives"),
            [
                objective.label
                for objective in sorted(known.objectives.values(), key=lambda o: _sortable(o.number))
            ],
        ),
        "states": (_("States"), labels(STATES)),
        "forms_of_work": (_("Forms of work"), labels(FormOfWork)),
        "healths": (_("Health"), labels(Health)),
        "levels": (_("Levels"), labels(Level)),
        "regions": (_("Safety regions"), [name for _code, name in sorted(known.regions.values())]),
        "networks": (
            _("Networks"),
            sorted((name for name, _abbreviation in known.networks.values()), key=str.casefold),
        ),
        "abbreviations": (
            _("Abbreviations of networks"),
            sorted(
                (abbreviation for _name, abbreviation in known.networks.values() if abbreviation),
                key=str.casefold,
            ),
        ),
    }


def _sortable(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _list_places(lists: dict[str, tuple[str, list[str]]], sheet: str) -> dict[str, str]:
    """Give the range of each list, for the cells that choose from it; none for an empty one."""
    return {
        name: f"{quote_sheetname(sheet)}!${letter}$2:${letter}${len(values) + 1}"
        for letter, (name, (_title, values)) in zip(
            (get_column_letter(number) for number in range(1, len(lists) + 1)), lists.items(), strict=True
        )
        if values
    }


def _add_table(
    workbook: Workbook, table: Table, language: str, places: dict[str, str], example: dict[str, Any]
) -> None:
    sheet = workbook.create_sheet(table.name(language))
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 32
    for number, column in enumerate(table.columns, start=1):
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        dimension.width = _width(column)
        if column.is_date:
            dimension.number_format = DATE_FORMAT
        elif column.field not in ("year", "days"):
            # So that 1.10 stays 1.10, and 2026-07 no date.
            dimension.number_format = TEXT_FORMAT
        header = _write(sheet, 1, number, column.name(language))
        header.font = Font(bold=True, color="FFFFFFFF")
        header.fill = NEEDED_FILL if column.is_needed else HEADER_FILL
        header.alignment = Alignment(vertical="center", wrap_text=True)
        cell = _write(sheet, 2, number, example.get(column.field))
        cell.font = Font(italic=True, color="FF5C5C5C")
        cell.fill = EXAMPLE_FILL
        cell.alignment = TOP
        if column.is_date:
            cell.number_format = DATE_FORMAT
        if column.choices in places:
            _offer(sheet, letter, places[column.choices])


def _offer(sheet: Worksheet, letter: str, values: str) -> None:
    validation = DataValidation(type="list", formula1=f"={values}", allow_blank=True, showErrorMessage=True)
    validation.errorTitle = _("Not on the list")
    validation.error = _("Choose a value from the list.")
    validation.add(f"{letter}2:{letter}{ROWS_TO_FILL}")
    sheet.add_data_validation(validation)


def _width(column: Column) -> int:
    if column.field == "key":
        return 14
    if column.field in ("title", "objective", "description"):
        return 44
    return 36 if column.longest > 300 else 24 if column.longest > 60 or column.choices else 18


def _example(table: Table, lists: dict[str, tuple[str, list[str]]], known: Known) -> dict[str, Any]:
    """Give the values of the example row, which is recognised by its key and left out."""

    def first(name: str) -> str:
        values = lists[name][1]
        return values[0] if values else ""

    year = known.today.year
    key = {"key": EXAMPLE_KEYS[Language(get_language() or Language.DUTCH)]}
    match table.field:
        case "projects":
            return key | {
                "title": _("Example: one method for regional risk profiles"),
                "portfolio": first("portfolios"),
                "objective": first("objectives"),
                "state": str(ProjectState.RUNNING.label),
                "lac_goals": "1.1, 1.2",
                "reason": _("Each region has a method of its own."),
                "aim": _("One method that all regions use."),
                "boundaries": _("The national risk assessment."),
                "form_of_work": str(FormOfWork.WORKING_GROUP.label),
                "networks": first("abbreviations"),
                "starts_on": datetime.date(year, 1, 1),
                "ends_on": datetime.date(year, 12, 31),
                "leader": "A. Jansen",
                "secretary": "B. de Vries",
                "decision_number": f"{year - 1}-12",
                "decided_on": datetime.date(year - 1, 12, 10),
                "wording": _("The Vakraad accepts the assignment."),
                "health": str(Health.GREEN.label),
                "health_note": _("The working group has begun."),
            }
        case "results":
            return key | {
                "title": _("Description of the method"),
                "due_on": datetime.date(year, 6, 30),
                "delivered_on": datetime.date(year, 6, 15) if known.today.month > 6 else None,
            }
        case "capacity":
            return key | {
                "year": year,
                "region": first("regions"),
                "expertise": _("risk analyst"),
                "days": 20,
            }
        case _:
            return key | {
                "description": _("Too few analysts are available."),
                "likelihood": str(Level.MEDIUM.label),
                "impact": str(Level.HIGH.label),
                "measure": _("Agree on capacity before the start."),
            }


def _add_explanation(workbook: Workbook, language: str) -> None:
    sheet = workbook.create_sheet(_name(EXPLANATION, language))
    for letter, width in (("A", 18), ("B", 30), ("C", 90)):
        sheet.column_dimensions[letter].width = width
    row = 1
    for text in (
        _("How to fill in this workbook"),
        _(
            "One row per project on the sheet “%(projects)s”, with a key of your own choice. Results, capacity and risks name the key of their project."
        )
        % {"projects": PROJECTS.name(language)},
        _("The rows with key %(key)s are examples and are left out; you may remove them.")
        % {"key": EXAMPLE_KEYS[Language(language)]},
        _(
            "Columns with a dark header are always needed. What a column asks “from submitted on” is needed in that state and every later one: draft, submitted, accepted, running, completed."
        ),
        _(
            "Choose values from the lists on the sheet “%(values)s”. Names of sheets and columns may be Dutch or English; columns that are not in the template are left out."
        )
        % {"values": _name(VALUES, language)},
        _(
            "Write dates as 2026-03-01, 01-03-2026 or 1 March 2026. Paste values, not formulas, and don't merge cells."
        ),
        _(
            "At most %(projects)s projects, %(rows)s filled rows and 5 MB at once. First all is checked and nothing is saved; you see what would be made and every problem. Then all is imported, or nothing."
        )
        % {"projects": MOST_PROJECTS, "rows": MOST_ROWS},
    ):
        cell = _write(sheet, row, 1, text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        cell.alignment = TOP
        sheet.row_dimensions[row].height = 20 if row == 1 else 32
        if row == 1:
            cell.font = Font(bold=True, size=14)
        row += 1
    row += 1
    _header_row(sheet, row, (_("Sheet"), _("Column"), _("What to fill in")))
    for table in TABLES:
        for column in table.columns:
            row += 1
            text = str(column.help)
            if column.longest:
                text += " " + _("At most %(most)s characters.") % {"most": column.longest}
            for number, value in enumerate((table.name(language), column.name(language), text), start=1):
                cell = _write(sheet, row, number, value)
                cell.alignment = TOP
                cell.font = Font(bold=column.is_needed and number == 2)


def _add_values(workbook: Workbook, language: str, lists: dict[str, tuple[str, list[str]]]) -> None:
    sheet = workbook.create_sheet(_name(VALUES, language))
    sheet.freeze_panes = "A2"
    _header_row(sheet, 1, [title for title, _values in lists.values()])
    for number, (_title, values) in enumerate(lists.values(), start=1):
        longest = max((len(value) for value in values), default=10)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest, 18), 80)
        for row, value in enumerate(values, start=2):
            _write(sheet, row, number, value)


def _header_row(sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    for number, title in enumerate(titles, start=1):
        cell = _write(sheet, row, number, title)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = HEADER_FILL


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write a cell; a text that begins like a formula stays the text that it is."""
    cell: Cell = sheet.cell(row, column, NOT_SHOWN.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
        if value[:1] in tuple("=+-@"):
            cell.quotePrefix = True
    return cell
