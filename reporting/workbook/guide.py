"""The first and the last sheet of a report: how to read it, and where it comes from."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.styles.fonts import DEFAULT_FONT
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from budget.choices import KeyStatus, SetState, WeightUnit
from organisation.spreadsheets.writing import (
    DATE_FORMATS,
    LINE_HEIGHT,
    MONEY_FORMAT,
    heading_cell,
    line_count,
    plain_cell,
)
from reporting.choices import ReportKind
from reporting.content import Contributions, Edition, ReportContent
from reporting.workbook.sheets import number_pages
from reporting.workbook.tables import Column, Table, Value

_LABEL_WIDTH = 32
_TEXT_WIDTH = 96
_BRAND = "0B3C5D"

_Entry = tuple[str, str | int | Decimal | datetime.date | datetime.datetime]


def report_title(edition: Edition) -> str:
    """Give what the report is called: "Annual report 2025"."""
    source = edition.content.source
    return f"{capfirst(source.kind.label)} {source.year}"


def write_guide(book: Workbook, title: str, edition: Edition, tables: Sequence[Table], footer: str) -> None:
    """Add the sheet that says what the file is, what its sheets hold and how to read them."""
    sheet = _new_page(book, title, footer)
    name = plain_cell(sheet, report_title(edition))
    name.font = Font(name=DEFAULT_FONT.name, family=DEFAULT_FONT.family, sz=18, bold=True, color=_BRAND)
    rows = [[name], *([plain_cell(sheet, line)] for line in _presentation(edition)), []]
    rows.append([heading_cell(sheet, text) for text in (_("Sheet"), _("What it holds"), _("Rows"))])
    for table in tables:
        count = plain_cell(sheet, table.count)
        count.number_format = "#,##0"
        rows.append([_link(sheet, table.title), _text(sheet, table.about), count])
    about_origin = _text(sheet, _("Where the figures come from, version and date."))
    rows += [[_link(sheet, origin_title()), about_origin], [], [heading_cell(sheet, _("How to read it"))]]
    rows += [[_text(sheet, what), _text(sheet, how)] for what, how in _reading()]
    sheet.row_dimensions[1].height = 2 * LINE_HEIGHT
    _write(sheet, rows)


def guide_title() -> str:
    """Give the name of the first sheet."""
    return _("Reading guide")


def origin_title() -> str:
    """Give the name of the last sheet."""
    return _("Origin")


def _presentation(edition: Edition) -> Iterator[str]:
    yield edition.content.source.programme
    yield _("Version %(version)s, %(date)s") % {
        "version": edition.version,
        "date": date_format(timezone.localtime(edition.taken_at), "j F Y"),
    }
    if edition.is_draft:
        yield _("Draft: this has not been adopted, and can still change.")
    if edition.content.source.is_fictional:
        yield _("Demonstration: people, projects and amounts are fictional.")


def _reading() -> list[tuple[str, str]]:
    return [
        (
            _("Amounts"),
            _("In euro, with two decimals. What is negative is red and has a minus sign."),
        ),
        (
            _("Totals"),
            _(
                "Totals and differences are formulas. A total below a list is of the rows shown: "
                "choose rows by the arrows in the headings, and it follows."
            ),
        ),
        (
            _("Names"),
            _("Columns with figures have a name, such as %(example)s, which your own formulas can use.")
            % {"example": f"{_('Contributions')}_{_('Contribution')}"},
        ),
        (_("Dates"), _("Are real dates: they can be sorted and calculated with.")),
        (
            _("Texts"),
            _("Stand as they were written: **bold**, *italic*, and lists with a hyphen or a number."),
        ),
        (
            _("Other forms"),
            _("On screen and in the PDF of the same version and language are the same figures."),
        ),
    ]


def text_table(content: ReportContent) -> Table | None:
    """Give what was written for the report as a whole and for its pillars, or nothing where nothing was."""
    is_plan = content.source.kind == ReportKind.ANNUAL_PLAN
    parts = [
        (_("Introduction") if is_plan else _("Foreword"), content.introduction),
        (_("What changed"), content.changes),
        *((f"{pillar.number} {pillar.name}", pillar.text) for pillar in content.pillar_texts),
        (_("Outlook"), content.outlook),
    ]
    # A paragraph a row: a row has a greatest height.
    rows: list[list[Value]] = [
        [part, paragraph.strip("\n")]
        for part, text in parts
        for paragraph in re.split(r"\n\s*\n", text)
        if paragraph.strip()
    ]
    if not rows:
        return None
    return Table(
        title=_("Texts"),
        about=_("What was written for the report and for its pillars."),
        columns=(Column("part", _("Part"), _LABEL_WIDTH), Column("text", _("What it says"), _TEXT_WIDTH)),
        count=len(rows),
        rows=rows,
        has_filter=False,
        most_lines=27,
    )


def write_origin(book: Workbook, edition: Edition, footer: str) -> None:
    """Add the sheet that says where the figures come from, so that a copy can be told from the original."""
    sheet = _new_page(book, origin_title(), footer)
    rows = []
    for what, value in _origin(edition):
        cell = _text(sheet, value)
        if isinstance(value, datetime.datetime):
            cell.number_format = DATE_FORMATS.get(get_language() or "", "yyyy-mm-dd") + " hh:mm"
        elif isinstance(value, Decimal):
            cell.number_format = MONEY_FORMAT
        rows.append([heading_cell(sheet, what), cell])
    _write(sheet, rows)


def _origin(edition: Edition) -> Iterator[_Entry]:
    source = edition.content.source
    yield _("Name of the report"), report_title(edition)
    yield _("Programme"), source.programme
    yield _("Years of the programme"), f"{source.first_year}–{source.last_year}"
    yield _("Version"), edition.version
    yield _("Status"), _("draft") if edition.is_draft else _("final")
    yield _("Content of"), timezone.localtime(edition.taken_at).replace(tzinfo=None, microsecond=0)
    yield _("Seen from"), source.seen_on
    yield _("SHA-256 of the content"), edition.content_hash
    if source.plan_version is not None:
        yield _("Version of the planning"), source.plan_version
        yield _("SHA-256 of the planning"), source.plan_hash
    if edition.content.contributions:
        yield from _split(edition.content.contributions)
    if source.is_fictional:
        yield _("Note"), _("Demonstration: people, projects and amounts are fictional.")


def _split(contributions: Contributions) -> Iterator[_Entry]:
    yield _("Contributions of"), contributions.year
    yield _("Version of the contributions"), contributions.version
    yield _("State of the contributions"), str(SetState(contributions.state).label)
    yield _("Amount that was split"), contributions.amount
    yield _("Average per region"), contributions.average
    yield _("Distribution key"), contributions.key
    yield _("Version of the key"), contributions.key_version
    yield _("Status of the key"), str(KeyStatus(contributions.key_status).label)
    yield _("Source of the key"), contributions.key_source
    yield _("Unit of the weights"), str(WeightUnit(contributions.unit).label)
    if contributions.decision:
        yield _("Adopted by decision"), contributions.decision
    if contributions.adopted_on:
        yield _("Adopted on"), contributions.adopted_on


def _new_page(book: Workbook, title: str, footer: str) -> Any:
    sheet = book.create_sheet(title)
    sheet.column_dimensions["A"].width = _LABEL_WIDTH
    sheet.column_dimensions["B"].width = _TEXT_WIDTH
    sheet.column_dimensions["C"].width = 10
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    number_pages(sheet, footer)
    return sheet


def _write(sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    for number, row in enumerate(rows, start=1):
        text = row[1].value if len(row) > 1 else None
        if isinstance(text, str) and (lines := line_count(text, _TEXT_WIDTH)) > 1:
            sheet.row_dimensions[number].height = LINE_HEIGHT * lines
        sheet.append(row)
    sheet.close()


def _text(sheet: Any, value: Any) -> Any:
    cell = plain_cell(sheet, value)
    cell.alignment = Alignment(vertical="top", horizontal="left", wrap_text=True)
    return cell


def _link(sheet: Any, title: str) -> Any:
    cell = _text(sheet, title)
    cell.font = Font(
        name=DEFAULT_FONT.name,
        family=DEFAULT_FONT.family,
        sz=DEFAULT_FONT.sz,
        underline="single",
        color=_BRAND,
    )
    # openpyxl puts the place of the cell here itself, when it writes the row.
    cell.row = cell.column = 1
    quoted = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref="A1", location=f"'{quoted}'!A1", display=title)
    return cell
