"""The list of projects as an Excel workbook, written row by row, so that its size costs no memory."""

import datetime
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from organisation.models import User
from portfolio.listing import ProjectRow, project_row
from portfolio.models import CapacityRequest, Project

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_A_TIME = 500
DATE_FORMATS = {"nl": "dd-mm-yyyy", "en": "dd/mm/yyyy"}
LONGEST_CELL = 32_767
# What a spreadsheet program may take for the beginning of a formula.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Heading and width in characters.
COLUMNS = (
    (_("Number"), 11),
    (_("Title"), 45),
    (_("Pillar"), 28),
    (_("Theme"), 28),
    (_("Objective"), 45),
    (_("Portfolio"), 24),
    (_("Holder today"), 24),
    (_("State"), 13),
    (_("Health"), 16),
    (_("Late"), 34),
    (_("Form of work"), 22),
    (_("Networks that contribute"), 34),
    (_("Start"), 12),
    (_("End"), 12),
    (_("Next result"), 40),
    (_("Due on"), 12),
    (_("Days asked"), 11),
    (_("Project leader"), 22),
    (_("Project secretary"), 22),
    (_("First submitted on"), 12),
    (_("Accepted on"), 12),
    (_("Address"), 40),
)


def write_workbook(
    projects: QuerySet[Project],
    *,
    chosen: Sequence[tuple[str, str]],
    by: User,
    address: Callable[[str], str],
) -> IO[bytes]:
    """Write projects that were read by `ProjectQuerySet.for_rows` into a temporary file, open at its start.

    `chosen` has the filters that were set, as label and value; `address` makes a path into a whole address.
    """
    book = Workbook(write_only=True)
    _write_projects(book, projects, address)
    _write_origin(book, chosen, by)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer that sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _write_projects(book: Workbook, projects: QuerySet[Project], address: Callable[[str], str]) -> None:
    sheet = book.create_sheet(gettext("Projects"))
    for place, (_heading, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "C2"
    sheet.append([_heading_cell(sheet, str(heading)) for heading, _width in COLUMNS])
    count, today = 1, timezone.localdate()
    capacity = Prefetch("capacity_requests", CapacityRequest.objects.order_by("pk"))
    for project in projects.prefetch_related("networks", capacity).iterator(chunk_size=ROWS_AT_A_TIME):
        sheet.append([_cell(sheet, value) for value in _values(project_row(project, today), address)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{count}"


def _values(row: ProjectRow, address: Callable[[str], str]) -> Iterator[Any]:
    project = row.project
    theme = project.objective.theme
    yield project.code or gettext("no number yet")
    yield project.title
    yield str(theme.pillar)
    yield theme.name
    yield project.objective.title
    yield project.portfolio.name
    yield ", ".join(row.holders)
    yield project.get_state_display()
    yield project.get_health_display()
    yield "; ".join(row.late)
    yield project.get_form_of_work_display()
    yield ", ".join(network.name for network in project.networks.all())
    yield project.starts_on
    yield project.ends_on
    yield row.next_result.title if row.next_result else ""
    yield row.next_result.due_on if row.next_result else None
    yield sum(line.days for line in project.capacity_requests.all())
    yield project.leader
    yield project.secretary
    yield timezone.localdate(project.submitted_at) if project.submitted_at else None
    yield timezone.localdate(project.accepted_at) if project.accepted_at else None
    yield address(reverse("portfolio:project", args=[project.pk]))


def _write_origin(book: Workbook, chosen: Sequence[tuple[str, str]], by: User) -> None:
    """Say on a sheet of its own what the list was filtered on, when and by whom."""
    sheet = book.create_sheet(gettext("About this list"))
    sheet.column_dimensions["A"].width = 36
    sheet.column_dimensions["B"].width = 60
    made = date_format(timezone.localtime(), "j F Y, H:i")
    for name, value in ((gettext("Made on"), made), (gettext("Made by"), str(by))):
        sheet.append([_heading_cell(sheet, name), _cell(sheet, value)])
    sheet.append([])
    sheet.append([_heading_cell(sheet, gettext("Filter")), _heading_cell(sheet, gettext("Chosen"))])
    for label, value in chosen:
        sheet.append([_cell(sheet, label), _cell(sheet, value)])
    if not chosen:
        sheet.append([_cell(sheet, gettext("No filter was set: all projects that you may see."))])


def _heading_cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Give a cell with the value: text as text, whatever it begins with, and dates and numbers as such."""
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        if text.startswith(STARTS_A_FORMULA):
            cell.quotePrefix = True
        return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, datetime.date):
        cell.number_format = DATE_FORMATS.get(get_language() or "", "yyyy-mm-dd")
    return cell
