"""The list of projects as an Excel workbook: exactly what is filtered, as text, dates and numbers, never as formulas."""

import datetime
import io
import zipfile

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.models import CapacityRequest, Project, Result
from portfolio.workbook import COLUMNS
from tests.factories import NetworkFactory, PortfolioFactory, ProjectFactory, RegionFactory, UserFactory
from tests.portfolio.test_project_list import in_english, make_projects

pytestmark = pytest.mark.django_db
S = ProjectState


@pytest.fixture
def support(client_as):
    return in_english(client_as(Role.SUPPORT))


def workbook(client, query: str = ""):
    response = client.get(f"/projects/excel?{query}")
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.getvalue()))


def rows(client, query: str = "") -> list[dict]:
    """Give the rows of the first sheet by their headings."""
    found = list(workbook(client, query).worksheets[0].iter_rows(values_only=True))
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def test_it_comes_as_a_file_to_keep_with_the_day_in_its_name(support):
    response = support.get("/projects/excel")
    today = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="projects-{today}.xlsx"'
    assert response["Content-Type"].endswith("spreadsheetml.sheet")


def test_it_has_what_is_filtered_on_all_pages_in_the_order_of_the_list(support):
    make_projects(120)
    found = rows(support, "state=running&sort=-project&page=2")
    assert len(found) == 60
    assert [row["Number"] for row in found[:2]] == ["2026-119", "2026-117"]


def test_it_has_only_what_the_reader_may_see(client_as):
    ProjectFactory.create(title="draft")
    ProjectFactory.create(title="running", in_state=S.RUNNING)
    assert [row["Title"] for row in rows(in_english(client_as(Role.RCDV)))] == ["running"]


def test_dates_are_dates_and_days_are_numbers(support):
    holder, network = UserFactory.create(name="Anna"), NetworkFactory.create(name="Netwerk")
    project = ProjectFactory.create(
        in_state=S.RUNNING, portfolio=PortfolioFactory.create(name="MOTO", held_by=holder)
    )
    project.networks.add(network)
    for days in (3, 4):
        CapacityRequest.objects.create(
            project=project, year=2026, region=RegionFactory.create(), expertise="x", days=days
        )
    Result.objects.filter(project=project).update(due_on=datetime.date(2026, 9, 1))
    (row,) = rows(support)
    assert row["Start"].date() == datetime.date(2026, 1, 1)
    assert row["Due on"].date() == datetime.date(2026, 9, 1)
    assert row["Days asked"] == 7
    assert (row["Holder today"], row["Networks that contribute"]) == ("Anna", "Netwerk")
    assert row["First submitted on"].date() == timezone.localdate()
    assert row["Late"] == "1 result overdue, due on 1 September 2026"
    assert row["Address"].endswith(f"/projects/{project.pk}")
    sheet = workbook(support).worksheets[0]
    assert sheet["M2"].is_date
    assert sheet["M2"].number_format == "dd/mm/yyyy"
    assert sheet.auto_filter.ref == "A1:V2"


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_stays_text(support, beginning):
    text = f'{beginning}HYPERLINK("http://example.org";"x")'
    ProjectFactory.create(title=text, leader=text)
    content = io.BytesIO(support.get("/projects/excel").getvalue())
    with zipfile.ZipFile(content) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
    cell = load_workbook(content).worksheets[0]["B2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_characters_that_no_workbook_takes_are_left_out(support):
    Project.objects.filter(pk=ProjectFactory.create().pk).update(title="a\x0bb\x1f" + "c" * 10)
    assert rows(support)[0]["Title"] == "ab" + "c" * 10


def test_second_sheet_says_what_was_filtered_when_and_by_whom(support):
    PortfolioFactory.create(slug="moto", name="=MOTO")
    second = workbook(support, "portfolio=moto&state=running&q=x&health=nonsense").worksheets[1]
    found = {row[0]: row[1] for row in second.iter_rows(values_only=True) if row and row[0]}
    assert found["Made by"] == str(support.user)
    assert str(timezone.localdate().year) in found["Made on"]
    assert (found["Portfolio"], found["State"], found["Search"]) == ("=MOTO", "running", "x")
    assert "Health" not in found
    assert not any(cell.data_type == "f" for row in second.iter_rows() for cell in row)
    everything = workbook(support).worksheets[1]
    assert "No filter was set" in str(list(everything.values)[-1][0])


def test_headings_are_in_the_language_of_the_reader(client_as):
    names = {}
    for language in ("nl", "en"):
        client = client_as(Role.SUPPORT, language=language)
        first, second = workbook(client).worksheets
        names[language] = [first.title, second.title, *(cell.value for cell in first[1])]
    assert len(names["nl"]) == len(COLUMNS) + 2
    assert names["en"][:4] == ["Projects", "About this list", "Number", "Title"]
