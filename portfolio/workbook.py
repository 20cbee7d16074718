"""The list of projects as an Excel workbook, written row by row, so that its size costs no memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from organisation.models import User
from organisation.spreadsheets.writing import (
    SheetColumn,
    heading_cell,
    new_sheet,
    plain_cell,
    saved,
    write_row,
)
from portfolio.listing import ProjectRow, project_row
from portfolio.models import CapacityRequest, Project

ROWS_AT_A_TIME = 500
COLUMNS = (
    SheetColumn(_("Number"), 11),
    SheetColumn(_("Title"), 45),
    SheetColumn(_("Pillar"), 28),
    SheetColumn(_("Theme"), 28),
    SheetColumn(_("Objective"), 45),
    SheetColumn(_("Portfolio"), 24),
    SheetColumn(_("Holder today"), 24),
    SheetColumn(_("State"), 13),
    SheetColumn(_("Health"), 16),
    SheetColumn(_("Late"), 34),
    SheetColumn(_("Form of work"), 22),
    SheetColumn(_("Networks that contribute"), 34),
    SheetColumn(_("Start"), 12),
    SheetColumn(_("End"), 12),
    SheetColumn(_("Next result"), 40),
    SheetColumn(_("Due on"), 12),
    SheetColumn(_("Days asked"), 11),
    SheetColumn(_("Project leader"), 22),
    SheetColumn(_("Project secretary"), 22),
    SheetColumn(_("First submitted on"), 12),
    SheetColumn(_("Accepted on"), 12),
    SheetColumn(_("Address"), 40),
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
    return saved(book)


def _write_projects(book: Workbook, projects: QuerySet[Project], address: Callable[[str], str]) -> None:
    sheet = new_sheet(book, gettext("Projects"), COLUMNS, frozen="C2")
    count, today = 1, timezone.localdate()
    capacity = Prefetch("capacity_requests", CapacityRequest.objects.order_by("pk"))
    for project in projects.prefetch_related("networks", capacity).iterator(chunk_size=ROWS_AT_A_TIME):
        write_row(sheet, COLUMNS, tuple(_values(project_row(project, today), address)))
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
        sheet.append([heading_cell(sheet, name), plain_cell(sheet, value)])
    sheet.append([])
    sheet.append([heading_cell(sheet, gettext("Filter")), heading_cell(sheet, gettext("Chosen"))])
    for label, value in chosen:
        sheet.append([plain_cell(sheet, label), plain_cell(sheet, value)])
    if not chosen:
        sheet.append([plain_cell(sheet, gettext("No filter was set: all projects that you may see."))])
