"""Reports as PDF: checked by independent programs, and read back."""

import datetime
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from io import BytesIO

import outloud
import pikepdf
import pypdf
import pytest
from django.utils import translation
from django.utils.formats import date_format

from budget.money import format_number
from reporting.choices import JobStep, ReportKind
from reporting.rendering import render_pdf
from reporting.rendering.outline import chapters_of, title_of
from tests.reporting.example import example_edition

# With these many times the example's projects, a report has more than sixty pages.
MANY = 10
PLACES = {"weight": 0, "percentage": 4, "exact": 4}
# A plan doesn't account for what was spent; with the planning, projects stand in short.
LEFT_OUT = {
    ReportKind.ANNUAL_PLAN: {"spent", "forecast", "forecast_reason"},
    ReportKind.PLANNING_GRID: {"results"},
}


@pytest.fixture
def qpdf():
    """The program that checks the syntax of PDF files; `make test` installs it."""
    program = shutil.which("qpdf")
    assert program, "qpdf is missing: python3 -m mjp.bootstrap qpdf"
    return program


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ReportKind)
def test_a_report_is_accessible_and_says_everything_in_either_language(kind, language, tmp_path, qpdf):
    many = MANY if (kind, language) == (ReportKind.ANNUAL_REPORT, "nl") else 1
    edition = example_edition(kind, times=many)
    steps = []
    made = render_pdf(edition, language, progress=lambda step, percent: steps.append((step, percent)))
    file = tmp_path / "report.pdf"
    file.write_bytes(made)

    checked = outloud.check(str(file))
    assert checked.error is None
    assert [f"{one.rule} {one.message}" for one in checked.findings if one.severity == "error"] == []
    done = subprocess.run([qpdf, "--check", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    read = pypdf.PdfReader(BytesIO(made))
    if many > 1:
        assert len(read.pages) >= 60
    assert read.trailer["/Root"]["/Lang"] == language
    assert read.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    with translation.override(language):
        assert read.metadata.title.startswith(title_of(edition.content))
        outline = "".join(_squeezed(entry) for entry in _bookmarks(read.outline))
        for chapter in chapters_of(edition.content):
            for entry in (chapter.entry, *chapter.sections):
                assert _squeezed(entry.title) in outline
        text = _squeezed("".join(page.extract_text() for page in read.pages))
        assert _squeezed(edition.content_hash) in text
        said_of = _said(edition.content, LEFT_OUT.get(kind, set()))
        missing = {said for said in said_of if _squeezed(said) not in text}
        assert missing == set()
    assert [step for step, _percent in steps] == sorted(
        (step for step, _percent in steps), key=list(JobStep).index
    )
    assert [percent for _step, percent in steps] == sorted(percent for _step, percent in steps)


def _squeezed(text: str) -> str:
    """Leave out what lines break at, and how a font joins letters."""
    return re.sub(r"[\s\-‐‑]", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


def _bookmarks(outline) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _bookmarks(entry)
        else:
            yield entry.title


def _said(value, left_out: set[str], name: str = "") -> Iterator[str]:
    """Give all amounts, days and names of a content, as they are written."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in left_out:
                yield from _said(getattr(value, field.name), left_out, field.name)
    elif isinstance(value, tuple):
        for one in value:
            yield from _said(one, left_out, name)
    elif isinstance(value, Decimal):
        yield format_number(value, PLACES.get(name, 2))
    elif isinstance(value, datetime.date) and name in {"due_on", "delivered_on", "starts_on", "ends_on"}:
        yield date_format(value, "SHORT_DATE_FORMAT")
    elif isinstance(value, str) and name in {"title", "objective", "name", "projects", "key_source"}:
        yield value


def test_links_say_in_words_where_they_lead_and_are_printed():
    edition = _without_map(ReportKind.ANNUAL_REPORT)
    with pikepdf.open(BytesIO(render_pdf(edition, "nl"))) as pdf:
        annotations = [one for page in pdf.pages for one in page.obj.get("/Annots", [])]
        inner = [one for one in annotations if "/Dest" in one]
        titles = {entry.title for chapter in chapters_of(edition.content) for entry in (chapter.entry,)}
        assert annotations
        assert all(int(one.F) & 4 for one in annotations)
        assert all(str(one.Contents) != str(one.Dest) for one in inner)
        assert {title for title in titles if any(title in str(one.Contents) for one in inner)} == titles


def test_the_planning_stands_on_one_sheet_of_a3_and_the_rest_on_a4():
    with pikepdf.open(BytesIO(render_pdf(_without_map(ReportKind.PLANNING_GRID), "nl"))) as pdf:
        sizes = [tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pdf.pages]
    assert sizes.count((420, 297)) == 1
    assert set(sizes) == {(210, 297), (297, 210), (420, 297)}


def test_header_cells_say_what_they_head_and_no_two_have_one_name():
    with pikepdf.open(BytesIO(render_pdf(_without_map(ReportKind.BUDGET), "nl"))) as pdf:
        cells = [one for one in pdf.objects if _is_cell(one)]
        heads = [cell for cell in cells if cell.S == "/TH"]
        names = [str(cell.ID) for cell in heads]
        asked = {str(name) for cell in cells if "/Headers" in cell.A for name in cell.A.Headers}
    assert {str(cell) for cell in {str(head.A.Scope) for head in heads}} == {"/Column", "/Row"}
    assert len(names) == len(set(names))
    assert asked <= set(names)


def _is_cell(one) -> bool:
    return (
        isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem" and one.S in ("/TH", "/TD")
    )


def _without_map(kind: ReportKind):
    """Give an edition that is rendered without a look at the database."""
    edition = example_edition(kind)
    return replace(edition, content=replace(edition.content, contributions=None))
