"""A report as a workbook: the figures of its content, formulas that give them, and a file that is the same every time."""

import datetime
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from portfolio.choices import ProjectState
from reporting.choices import JobStep, ReportKind
from reporting.content import Edition, ReportContent
from reporting.workbook import render_workbook, rendering
from reporting.workbook.tables import range_name
from tests.reporting.example import FORMULA, MARKUP, example_edition

LANGUAGES = ("nl", "en")
CENT = Decimal("0.01")
ROOT = Path(__file__).resolve().parents[2]


def opened(edition: Edition, language: str = "en", *, values: bool = False) -> Workbook:
    """Give the workbook of an edition as openpyxl reads it; with the values of formulas or with the formulas."""
    return load_workbook(io.BytesIO(render_workbook(edition, language)), data_only=values)


def headings(sheet: Worksheet) -> list[Any]:
    """Give what stands above the columns."""
    return [cell.value for cell in sheet[1]]


def column(sheet: Worksheet, heading: str) -> list[Any]:
    """Give what stands below a heading, without the total."""
    place = headings(sheet).index(heading)
    last = range_boundaries(sheet.auto_filter.ref)[3] if sheet.auto_filter.ref else sheet.max_row
    return [row[place] for row in sheet.iter_rows(min_row=2, max_row=last, values_only=True)]


def total(sheet: Worksheet, heading: str) -> Decimal:
    """Give the total below a column."""
    return amount(sheet.cell(sheet.max_row, headings(sheet).index(heading) + 1).value)


def amount(value: Any) -> Decimal:
    """Give a number as a workbook has it, in whole cents."""
    return Decimal(str(value)).quantize(CENT)


def sum_of(sheet: Worksheet, year: int) -> dict[str, Decimal]:
    """Give the figures of a year on the sheet of the budget, by what they are."""
    return {
        item: amount(value)
        for item, value in zip(column(sheet, sheet["A1"].value), column(sheet, str(year)), strict=True)
        if value is not None
    }


def assert_figures(book: Workbook, content: ReportContent) -> None:
    """Compare what an English workbook adds up, and the differences that it has, with the content."""
    if projects := content.projects:
        sheet = book["Projects"]
        assert total(sheet, "Planned") == sum(project.planned for project in projects)
        assert total(sheet, "Spent") == sum(project.spent for project in projects)
        assert total(sheet, "Forecast") == sum(project.forecast for project in projects)
        assert total(sheet, "Project") == len(projects)
        assert total(sheet, "Days asked") == sum(project.days for project in projects)
        assert total(sheet, "Results of the year") == sum(len(project.results) for project in projects)
        assert total(sheet, "Results delivered") == sum(len(project.delivered) for project in projects)
        left = [project.planned - project.spent for project in projects]
        assert [amount(value) for value in column(sheet, "Planned and not spent")] == left
        results = [result for project in projects for result in project.results]
        assert total(book["Results"], "Result") == len(results)
        assert total(book["Results"], "Delivered on") == sum(result.is_delivered for result in results)
        assert total(book["Capacity"], "Days") == sum(project.days for project in projects)
    if planning := content.planning:
        sheet = book["Planning"]
        for year in planning.years:
            cells = [cell for row in planning.rows if (cell := row.cell(year.year))]
            assert total(sheet, f"Projects in {year.year}") == sum(cell.project_count for cell in cells)
        sheet = book["Planning per year"]
        assert column(sheet, "Active objectives") == [year.active for year in planning.years]
        assert column(sheet, "Days asked") == [year.days for year in planning.years]
        unallocated = [
            None if year.available is None else year.available - year.committed for year in planning.years
        ]
        assert [
            None if value is None else amount(value) for value in column(sheet, "Unallocated")
        ] == unallocated
    for budget in (content.budget, content.next_year):
        if budget is None:
            continue
        figures = {
            "Carried over from earlier years": budget.carried_in,
            "Carried over to later years": budget.carried_out,
            "Available": budget.available,
            "Committed to central support": budget.central_support,
            "Committed to projects": budget.projects,
            "Committed in all": budget.committed,
            "Unallocated": budget.unallocated,
            "Spent": budget.spent,
            "Committed and not spent": budget.committed - budget.spent,
            "Forecast": budget.forecast,
            "Available and not spent": budget.unspent,
        }
        if budget.amount is not None:
            figures["Working budget"] = budget.amount
        assert sum_of(book["Budget"], budget.year) == figures
        suffix = "" if budget is content.budget else f" {budget.year}"
        sheet = book[f"Spending{suffix}"]
        assert total(sheet, "Committed") == budget.committed
        assert total(sheet, "Spent") == budget.spent
        assert total(sheet, "Forecast") == budget.forecast
        left = [centre.left for centre in budget.centres]
        assert [amount(value) for value in column(sheet, "Committed and not spent")] == left
        lines = [line for centre in budget.centres for line in centre.lines]
        assert total(book[f"Cost lines{suffix}"], "Planned") == sum(line.planned for line in lines)
        assert total(book[f"Cost lines{suffix}"], "Spent") == sum(line.spent for line in lines)
    if contributions := content.contributions:
        sheet = book["Contributions"]
        assert total(sheet, "Weight") == contributions.total_weight
        assert total(sheet, "Contribution") == contributions.total
        assert [amount(value) for value in column(sheet, "Contribution")] == [
            row.amount for row in contributions.rows
        ]
        assert [amount(value) for value in column(sheet, "To settle with this version")] == [
            row.to_settle for row in contributions.rows
        ]
    if coverage := content.coverage:
        sheet = book["LAC coverage"]
        assert total(sheet, "Number of projects") == sum(len(goal.projects) for goal in coverage)
        assert total(sheet, "Results planned") == sum(goal.results_planned for goal in coverage)
        assert column(sheet, "Results to deliver") == [
            goal.results_planned - goal.results_delivered for goal in coverage
        ]


@pytest.mark.parametrize("kind", ReportKind)
def test_what_a_formula_gives_is_the_figure_of_the_content_also_where_nothing_calculates(kind):
    edition = example_edition(kind, times=2)
    assert_figures(opened(edition, values=True), edition.content)


def test_libreoffice_calculates_the_figures_of_the_content_from_the_formulas_alone(tmp_path):
    program = os.environ.get("MJP_SOFFICE") or shutil.which("soffice")
    assert program, "No LibreOffice: run the tests by `make test`, which finds or installs one."
    editions = {kind: example_edition(kind, times=2) for kind in ReportKind}
    for kind, edition in editions.items():
        for language in LANGUAGES:
            path = tmp_path / f"{kind}-{language}.xlsx"
            path.write_bytes(without_values(render_workbook(edition, language)))
    made = tmp_path / "made"
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            made,
            *sorted(tmp_path.glob("*.xlsx")),
        ],
        check=True,
        capture_output=True,
        timeout=300,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
    )
    for kind, edition in editions.items():
        english, dutch = (
            load_workbook(made / f"{kind}-{language}.xlsx", data_only=True) for language in ("en", "nl")
        )
        assert_figures(english, edition.content)
        # In another language are the same numbers in the same places.
        for sheet, other in zip(english.worksheets, dutch.worksheets, strict=True):
            assert numbers(sheet) == numbers(other)


def without_values(file: bytes) -> bytes:
    """Give a workbook whose formulas have no value yet."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    return target.getvalue()


def numbers(sheet: Worksheet) -> dict[str, int | float]:
    """Give the numbers of a sheet by their place."""
    return {
        cell.coordinate: cell.value
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float))
    }


def test_every_formula_of_ours_has_a_value_and_no_other_cell_has_one():
    file = render_workbook(example_edition(ReportKind.ANNUAL_REPORT, times=3), "nl")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "/sheet" in name]
    formulas = sum(sheet.count(b"<f>") for sheet in sheets)
    assert formulas == sum(len(re.findall(rb"</f><v>-?\d+(?:\.\d+)?</v>", sheet)) for sheet in sheets) > 50


def test_formulas_keep_their_values_in_a_sheet_that_is_packed_in_pieces(monkeypatch):
    edition = example_edition(ReportKind.ANNUAL_REPORT)
    whole = render_workbook(edition, "nl")
    monkeypatch.setattr("reporting.workbook.archive._BLOCK", 37)
    assert render_workbook(edition, "nl") == whole


def test_a_report_has_the_sheets_that_its_content_has():
    names = {kind: opened(example_edition(kind)).sheetnames for kind in ReportKind}
    assert names[ReportKind.ANNUAL_REPORT] == [
        "Reading guide",
        "Texts",
        "Planning",
        "Planning per year",
        "Projects",
        "Project texts",
        "Results",
        "Capacity",
        "Budget",
        "Spending",
        "Cost lines",
        "Spending 2026",
        "Cost lines 2026",
        "Contributions",
        "Decisions",
        "LAC coverage",
        "Origin",
    ]
    assert names[ReportKind.BUDGET] == [
        "Reading guide",
        "Budget",
        "Spending",
        "Cost lines",
        "Contributions",
        "Origin",
    ]
    assert "Decisions" not in names[ReportKind.ANNUAL_PLAN]
    assert "Texts" not in names[ReportKind.PLANNING_GRID]


def test_a_report_without_anything_is_a_guide_and_an_origin():
    edition = example_edition(ReportKind.BUDGET)
    bare = Edition(ReportContent(edition.content.source), "1.0", True, edition.content_hash, edition.taken_at)
    book = opened(bare)
    assert book.sheetnames == ["Reading guide", "Origin"]
    told = [cell.value for cell in book["Reading guide"]["A"]]
    assert "Draft: this has not been adopted, and can still change." in told


def test_a_year_without_an_amount_or_costs_still_adds_up():
    from dataclasses import replace

    edition = example_edition(ReportKind.BUDGET)
    assert edition.content.budget
    budget = replace(edition.content.budget, amount=None, centres=())
    book = opened(replace(edition, content=replace(edition.content, budget=budget)), values=True)
    assert "Spending" not in book.sheetnames
    figures = sum_of(book["Budget"], budget.year)
    assert figures["Available"] == figures["Unallocated"] == Decimal("6250.25")
    assert "Working budget" not in figures


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_that_looks_like_a_formula_stays_text(language):
    book = opened(example_edition(ReportKind.ANNUAL_REPORT), language)
    texts = {
        cell.value: cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    for text in (FORMULA, "=SOM(A1:A9) Visie op risicobeheersing", "@aanpak -1+1", "+31 uren, zie -bijlage"):
        assert texts[text].data_type == "s"
        assert texts[text].quotePrefix
    assert texts[MARKUP].data_type == "s"
    formulas = [text for text, cell in texts.items() if cell.data_type == "f"]
    assert formulas
    # Of ours are sums, differences, and names or places of cells.
    assert all(
        re.fullmatch(r'=(?:SUBTOTAL|SUM(?:IFS)?)\([\w,:" ]+\)|=[A-Z]+\d+(?:[+-][A-Z]+\d+)+', text)
        for text in formulas
    )


def test_text_that_has_no_place_in_xml_is_left_out():
    from dataclasses import replace

    edition = example_edition(ReportKind.ANNUAL_PLAN)
    project = replace(edition.content.projects[0], title="Een\x0b titel\ud800\uffff", aim="x" * 40_000)
    content = replace(edition.content, projects=(project,))
    book = opened(replace(edition, content=content))
    assert column(book["Projects"], "Project") == ["Een titel"]
    assert len(column(book["Project texts"], "Aim")[0]) == 32_767


@pytest.mark.parametrize(("language", "shown"), [("nl", "dd-mm-yyyy"), ("en", "dd/mm/yyyy")])
def test_dates_are_dates_and_amounts_are_numbers_in_euro(language, shown):
    book = opened(example_edition(ReportKind.ANNUAL_REPORT), language)
    projects = book.worksheets[4]
    starts = [cell for row in projects.iter_rows(min_row=2) for cell in row if cell.is_date]
    assert starts[0].value == datetime.datetime(2025, 2, 17)  # noqa: DTZ001
    assert {cell.number_format for cell in starts} == {shown}
    contributions = book["Bijdragen" if language == "nl" else "Contributions"]
    assert contributions["F2"].data_type == "n"
    assert contributions["F2"].number_format.startswith('"€" #,##0.00')


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ReportKind)
def test_every_sheet_can_be_read_filtered_and_printed(kind, language):
    book = opened(example_edition(kind), language)
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.right.text == "&P / &N"
    for sheet in book.worksheets[1:-1]:
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.freeze_panes
        assert all(isinstance(heading, str) for heading in headings(sheet))
        assert len(set(headings(sheet))) == len(headings(sheet))
        if sheet.auto_filter.ref:
            _left, top, right, bottom = range_boundaries(sheet.auto_filter.ref)
            assert (top, right) == (1, sheet.max_column)
            # What a filter hides or sorts is never the total.
            has_total = str(sheet.cell(sheet.max_row, 1).value) in ("Total", "Totaal")
            assert bottom == sheet.max_row - has_total


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_of_cells_with_figures(language):
    book = opened(example_edition(ReportKind.ANNUAL_REPORT), language, values=True)
    assert len(book.defined_names) > 30
    for name, defined in book.defined_names.items():
        assert re.fullmatch(r"[^\W\d]\w*_\w+", name)
        ((title, cells),) = defined.destinations
        left, top, right, bottom = range_boundaries(cells)
        assert left == right
        values = [book[title].cell(row, left).value for row in range(top, bottom + 1)]
        assert values
    with translation.override(language):
        name = range_name(translation.gettext("Contributions"), translation.gettext("Contribution"))
    ((title, cells),) = book.defined_names[name].destinations
    assert sum(amount(row[0].value) for row in book[title][cells]) == Decimal("625000.00")


def test_the_guide_leads_to_every_sheet():
    book = opened(example_edition(ReportKind.ANNUAL_REPORT))
    links = {
        row[0].value: row[0].hyperlink.location
        for row in book["Reading guide"].iter_rows()
        if row[0].hyperlink
    }
    assert list(links) == book.sheetnames[1:]
    assert links["LAC coverage"] == "'LAC coverage'!A1"


def test_the_origin_says_version_hash_and_moment():
    edition = example_edition(ReportKind.ANNUAL_REPORT)
    book = opened(edition)
    told = {row[0].value: row[1].value for row in book["Origin"].iter_rows()}
    assert told["Version"] == "1.0"
    assert told["SHA-256 of the content"] == edition.content_hash
    assert told["SHA-256 of the planning"] == edition.content.source.plan_hash
    # Amsterdam is an hour ahead of UTC in November.
    assert told["Content of"] == datetime.datetime(2025, 11, 24, 10, 30, 15)  # noqa: DTZ001
    assert amount(told["Average per region"]) == Decimal("25000.00")


def test_the_document_says_what_it_is_and_dates_from_its_content():
    edition = example_edition(ReportKind.ANNUAL_REPORT)
    properties = opened(edition, "nl").properties
    assert properties.title.endswith(" 2025")
    assert properties.creator == "Vakraad Risico- en Crisisbeheersing"
    assert properties.language == "nl"
    assert properties.version == "1.0"
    assert properties.identifier == edition.content_hash
    assert properties.created == properties.modified == edition.taken_at.replace(tzinfo=None)


def test_the_same_edition_gives_the_same_bytes_in_any_process_and_time_zone():
    here = hashlib.sha256(render_workbook(example_edition(ReportKind.ANNUAL_REPORT), "nl")).hexdigest()
    script = (
        "import hashlib, django; django.setup()\n"
        "from reporting.choices import ReportKind\n"
        "from reporting.workbook import render_workbook\n"
        "from tests.reporting.example import example_edition\n"
        "file = render_workbook(example_edition(ReportKind.ANNUAL_REPORT), 'nl')\n"
        "print(hashlib.sha256(file).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "TZ": "Asia/Tokyo",
            "DJANGO_SETTINGS_MODULE": "mjp.settings",
        },
    )
    assert there.stdout.strip() == here


def test_every_part_of_the_file_dates_from_the_content():
    edition = example_edition(ReportKind.BUDGET)
    with zipfile.ZipFile(io.BytesIO(render_workbook(edition, "nl"))) as archive:
        assert archive.testzip() is None
        # A zip file counts in steps of two seconds.
        assert {part.date_time for part in archive.infolist()} == {(2025, 11, 24, 9, 30, 14)}


def test_progress_grows_and_is_told_within_a_long_sheet():
    told: list[tuple[JobStep, int]] = []
    edition = example_edition(ReportKind.PLANNING_GRID, times=300)
    render_workbook(edition, "nl", progress=lambda step, percent: told.append((step, percent)))
    percents = [percent for _step, percent in told]
    assert percents == sorted(percents)
    assert percents[0] == 0
    assert percents[-1] == 95
    assert len(percents) > len(opened(edition).sheetnames) + 3


def test_a_making_that_is_broken_off_leaves_no_files(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rendering, "write_origin", full)
    with pytest.raises(OSError, match="No space left"):
        render_workbook(example_edition(ReportKind.ANNUAL_REPORT), "nl")
    assert list(tmp_path.iterdir()) == []


def test_states_are_told_in_words():
    edition = example_edition(ReportKind.ANNUAL_REPORT)
    with translation.override("nl"):
        states = {str(state.label) for state in ProjectState}
    assert set(column(opened(edition, "nl")["Projecten"], "Status")) <= states
