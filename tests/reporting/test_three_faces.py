"""One content, three faces: page, PDF and workbook of an edition say the same numbers (DESIGN.md, invariant 4).

The content gets an amount or a count of its own in every place, so that a number that is found can't come from another.
"""

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from pillars.seal import seal
from reporting.choices import ReportKind
from reporting.content import PlanningCell, ReportContent, as_data
from reporting.rendering import render_body, render_pdf
from reporting.workbook import render_workbook
from tests.reporting.example import example_edition

# Fields that count something; the other whole numbers are years, versions and numbers of things.
COUNTS = {"days", "active", "results_planned", "results_delivered"}
# How many decimals a field has that isn't an amount in cents.
PLACES = {"percentage": 4, "exact": 4, "weight": 0}
SMALLEST_COUNT = 30_000
# Of less are the numbers of LAC goals and chapters, which look like amounts.
SMALLEST_AMOUNT = 100
# What separates thousands and decimals.
SEPARATORS = {"nl": (".", ","), "en": (",", ".")}


def distinct(content: ReportContent) -> ReportContent:
    """Give a content with the same rows and texts, in which no two amounts and no two counts are the same."""
    turn = itertools.count(1)

    def changed(value: Any, name: str) -> Any:
        match value:
            case Decimal():
                number, unit = next(turn), Decimal(1).scaleb(-PLACES.get(name, 2))
                size = (1000 + Decimal("13.57") * number + Decimal(number) / 10_000).quantize(unit)
                return size.copy_sign(value)
            case PlanningCell():
                counts = tuple((state, SMALLEST_COUNT + 7 * next(turn)) for state, _count in value.counts)
                return replace(value, counts=counts)
            case tuple():
                return tuple(changed(part, name) for part in value)
            case _ if is_dataclass(value) and not isinstance(value, type):
                parts = {
                    field.name: changed(getattr(value, field.name), field.name) for field in fields(value)
                }
                return replace(value, **parts)
            case _:
                return SMALLEST_COUNT + 7 * next(turn) if name in COUNTS and value is not None else value

    made: ReportContent = changed(content, "")
    return made


def numbers_of(value: Any, path: str = "") -> Iterator[tuple[str, Decimal]]:
    """Give all amounts and counts of a content, each with its place."""
    name = path.rsplit(".", 1)[-1]
    match value:
        case Decimal():
            yield path, value
        case PlanningCell():
            if value.counts:
                yield f"{path}.project_count", Decimal(value.project_count)
        case tuple():
            for number, part in enumerate(value):
                yield from numbers_of(part, f"{path}[{number}]")
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from numbers_of(
                    getattr(value, field.name), f"{path}.{field.name}" if path else field.name
                )
        case int() if name in COUNTS:
            yield path, Decimal(value)


def is_on_paper(kind: ReportKind, path: str) -> bool:
    """Whether page and PDF show what stands there; the workbook shows all."""
    name = path.rsplit(".", 1)[-1]
    if kind == ReportKind.ANNUAL_PLAN or path.startswith("next_year."):
        # The year has still to come.
        return name not in ("spent", "forecast") and not path.startswith("next_year.centres[0].lines")
    return True


def as_on_paper(path: str, number: Decimal) -> Decimal:
    """Give a number with the sign that it has on paper, where what goes to later years is taken off."""
    return -number if path.endswith(".carried_out") else number


def worked_out_on_paper(content: ReportContent) -> Iterator[Decimal]:
    """Give what paper adds up per pillar, and a workbook by its filters; and the parts that the map rounds."""
    yield Decimal(100)
    for row in content.contributions.rows if content.contributions else ():
        yield row.percentage.quantize(Decimal("0.01"), ROUND_HALF_UP)
    for year in (content.budget, content.next_year):
        centres = year.centres if year else ()
        for pillar in {centre.pillar_number for centre in centres}:
            mine = [centre for centre in centres if centre.pillar_number == pillar]
            for name in ("committed", "spent", "forecast", "left"):
                yield total(getattr(centre, name) for centre in mine)
    for pillar in {project.pillar_number for project in content.projects}:
        projects = [project for project in content.projects if project.pillar_number == pillar]
        for name in ("planned", "spent"):
            yield total(getattr(project, name) for project in projects)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add up."""
    return sum(amounts, Decimal(0))


class _Words(HTMLParser):
    """What a page shows as text. Paper has no tooltips and other titles of drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("title", "desc")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("title", "desc")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def words_of_page(html: str) -> str:
    """Give the text of a piece of HTML."""
    parser = _Words()
    parser.feed(html)
    return " ".join(parser.found)


def words_of_pdf(file: bytes) -> str:
    """Give the text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)


def printed_numbers(words: str, language: str) -> list[tuple[Decimal, int]]:
    """Give the numbers in a text as they are written in a language, each with how many decimals it has."""
    thousands, decimals = map(re.escape, SEPARATORS[language])
    number = (
        rf"([-−]?)(?:€\s?)?([-−]?)((?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)(?:{decimals}(\d+))?)(?![.,]?\d)"
    )
    found = []
    for before, after, digits, behind in re.findall(rf"(?<![\d.,]){number}", words):
        plain = digits.replace(SEPARATORS[language][0], "").replace(SEPARATORS[language][1], ".")
        found.append((Decimal(plain) * (-1 if before or after else 1), len(behind)))
    return found


def amounts_in(printed: Iterable[tuple[Decimal, int]]) -> Counter[Decimal]:
    """Give the amounts and parts among printed numbers: what has two decimals or more."""
    return Counter(number for number, places in printed if places >= 2 and abs(number) >= SMALLEST_AMOUNT)


def numbers_of_workbook(file: bytes) -> set[Decimal]:
    """Give the numbers in the cells of a workbook; parts as percentages."""
    return {
        Decimal(str(cell.value * 100 if "%" in cell.number_format else cell.value)).quantize(
            Decimal("0.0001")
        )
        for sheet in load_workbook(io.BytesIO(file), data_only=True)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    }


# Of the other language the short ones: it takes its numbers from the same templates.
@pytest.mark.parametrize(
    ("kind", "language"),
    [*((kind, "nl") for kind in ReportKind), (ReportKind.BUDGET, "en"), (ReportKind.PLANNING_GRID, "en")],
)
def test_page_pdf_and_workbook_say_the_same_numbers(programme, kind, language):
    example = example_edition(kind)
    content = distinct(example.content)
    edition = replace(example, content=content, content_hash=seal(as_data(content)))
    page = printed_numbers(words_of_page(render_body(edition, language)), language)
    pdf = printed_numbers(words_of_pdf(render_pdf(edition, language)), language)
    workbook = numbers_of_workbook(render_workbook(edition, language))

    told = dict(numbers_of(content))
    assert len(set(told.values())) == len(told) > 20
    on_paper = {path: as_on_paper(path, number) for path, number in told.items() if is_on_paper(kind, path)}
    on_page, in_pdf = ({number for number, _places in printed} for printed in (page, pdf))
    assert {path: number for path, number in told.items() if number not in workbook} == {}
    assert {path: number for path, number in on_paper.items() if number not in on_page} == {}
    assert {path: number for path, number in on_paper.items() if number not in in_pdf} == {}

    # Page and PDF say every amount as often, and none that isn't in the workbook.
    assert amounts_in(page) == amounts_in(pdf)
    known = workbook | set(worked_out_on_paper(content)) | {as_on_paper(path, told[path]) for path in told}
    assert {number for number in amounts_in(page) if number not in known} == set()
