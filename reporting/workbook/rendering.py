"""Makes the workbook of an edition: its sheets in order, its properties, and the same bytes every time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook

from reporting.choices import JobStep
from reporting.content import Edition, ReportContent
from reporting.workbook.archive import discard, packed
from reporting.workbook.guide import (
    guide_title,
    origin_title,
    report_title,
    text_table,
    write_guide,
    write_origin,
)
from reporting.workbook.money import budget_tables, contribution_table
from reporting.workbook.planning import coverage_table, planning_tables
from reporting.workbook.projects import decision_table, project_tables
from reporting.workbook.sheets import write_table
from reporting.workbook.tables import Table

Progress = Callable[[JobStep, int], None]

# Of all work: what comes before the rows, and with them.
_BEFORE_ROWS, _WITH_ROWS = 5, 90


def _to_nobody(step: JobStep, percent: int) -> None:
    pass


def render_workbook(edition: Edition, language: str, *, progress: Progress = _to_nobody) -> bytes:
    """Give a report as an Excel workbook. `progress` is told the step and the percentage of all work that is behind."""
    progress(JobStep.LAYOUT, 0)
    book = Workbook(write_only=True)
    with translation.override(language):
        try:
            return _rendered(book, edition, language, progress)
        except BaseException:
            discard(book)
            raise


def _rendered(book: Workbook, edition: Edition, language: str, progress: Progress) -> bytes:
    moment = edition.taken_at.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    _describe(book, edition, language, moment)
    footer = _("%(report)s, version %(version)s") % {
        "report": report_title(edition),
        "version": edition.version,
    }
    tables = list(_tables(edition.content))
    all_rows = sum(table.count for table in tables) or 1
    rows_before = 0

    def written(rows: int) -> None:
        progress(JobStep.WRITING, _BEFORE_ROWS + _WITH_ROWS * (rows_before + rows) // all_rows)

    write_guide(book, guide_title(), edition, tables, footer)
    values: dict[str, list[int | Decimal]] = {guide_title(): [], origin_title(): []}
    for table in tables:
        written(0)
        values[table.title] = write_table(book, table, footer=footer, written=written)
        rows_before += table.count
    write_origin(book, edition, footer)
    written(0)
    return packed(book, moment, values)


def _tables(content: ReportContent) -> Iterator[Table]:
    if texts := text_table(content):
        yield texts
    if content.planning:
        yield from planning_tables(content.planning)
    if content.projects:
        yield from project_tables(content.projects)
    if content.budget:
        yield from budget_tables(content.budget, content.next_year)
    if content.contributions:
        yield contribution_table(content.contributions)
    if content.decisions:
        yield decision_table(content.decisions)
    if content.coverage:
        yield coverage_table(content.coverage)


def _describe(book: Workbook, edition: Edition, language: str, moment: datetime.datetime) -> None:
    source = edition.content.source
    properties = book.properties
    properties.title = report_title(edition)
    properties.subject = source.programme
    properties.creator = "Vakraad Risico- en Crisisbeheersing"
    properties.lastModifiedBy = properties.creator
    properties.language = language
    properties.version = edition.version
    properties.identifier = edition.content_hash
    properties.created = properties.modified = moment
