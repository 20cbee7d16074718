"""Importing projects in a real browser: from the template to the projects, and every state of the page by axe-core."""

import re

import pytest
from playwright.sync_api import Page, expect

from organisation.choices import Role
from pillars.models import Objective
from portfolio.models import Project
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_accessibility import violations
from tests.factories import PortfolioFactory
from tests.organisation.workbooks import Formula, saved
from tests.portfolio.workbooks import filled_template, workbook_of

ADDRESS = "/projects/import"


@pytest.fixture
def rows():
    """A running project and one that is submitted, by the fields of their columns."""
    objective = Objective.objects.get(title__startswith="Als ‘partner’")
    submitted = {
        "key": "A1",
        "title": "Samen aan KCR2",
        "portfolio": PortfolioFactory(name="Netwerk en regie").name,
        "objective": objective.title,
        "state": "submitted",
        "reason": "Omdat.",
        "aim": "Dat.",
        "form_of_work": "project",
        "lac_goals": "1.11",
        "starts_on": "2025-01-01",
        "ends_on": "31-12-2026",
        "leader": "A. Jansen",
    }
    running = submitted | {
        "key": "A2",
        "title": "Lopend werk",
        "state": "running",
        "decision_number": "2025-01",
        "decided_on": "2 januari 2025",
        "wording": "De Vakraad stemt in.",
        "health": "amber",
        "health_note": "Het wacht op een besluit.",
    }
    results = [{"key": key, "title": "Een rapport", "due_on": "1 juli 2026"} for key in ("A1", "A2")]
    capacity = [{"key": "A2", "year": 2026, "region": "VR01", "expertise": "planner", "days": 10}]
    risks = [{"key": "A2", "description": "Het regent", "likelihood": "hoog"}]
    return {"projects": [submitted, running], "results": results, "capacity": capacity, "risks": risks}


def with_mistakes(rows):
    first, second = rows["projects"]
    wrong = [first | {"portfolio": "Onbekend", "starts_on": "01/02/2025"}, second | {"aim": Formula("=A1")}]
    return rows | {"projects": wrong}


def send(page: Page, content: bytes, name: str = "projecten.xlsx") -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})
    page.get_by_role("button", name="Check the file").click()


def test_from_the_template_to_the_projects(new_page, rows, tmp_path):
    page = new_page(as_role=Role.SUPPORT, language="en")
    page.goto(ADDRESS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the template").click()
    download.value.save_as(tmp_path / "template.xlsx")
    template = (tmp_path / "template.xlsx").read_bytes()

    send(page, filled_template(template, **with_mistakes(rows)))
    expect(page.get_by_role("alert").filter(has_text="3 problems")).to_be_visible()
    first = page.locator("tbody tr").first
    expect(first).to_contain_text(re.compile(r"Projects\s+3\s+C\s+Portfolio\s+“Onbekend” is not known"))
    assert not Project.objects.exists()

    mended = filled_template(template, **rows)
    send(page, mended)
    expect(page.get_by_text("No problem was found.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").nth(1)).to_contain_text("Lopend werk")
    assert not Project.objects.exists()

    page.get_by_role("button", name="Import 2 projects").dblclick()
    expect(page.get_by_role("status").filter(has_text="2 projects were imported.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Lopend werk")).to_contain_text("running")
    assert Project.objects.count() == 2

    page.goto(ADDRESS)
    send(page, mended)
    expect(page.locator(".utrecht-form-field--invalid")).to_contain_text("imported this very file")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_in_any_state_of_the_import(new_page, rows, viewport, language):
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    found = {}

    def look(state: str) -> None:
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        found[state] = violations(page)

    def submit(content: bytes) -> None:
        page.set_input_files(
            "input[type=file]",
            {"name": "a.xlsx", "mimeType": "application/octet-stream", "buffer": content},
        )
        page.locator("main form button[type=submit]").click()

    page.goto(ADDRESS)
    look("upload")
    submit(b"no workbook")
    look("refused")
    book = workbook_of(language, **with_mistakes(rows))
    book.create_sheet("Kladblok")
    submit(saved(book))
    page.locator("main details summary").click()
    look("problems")
    submit(saved(workbook_of(language, **rows)))
    page.wait_for_url(re.compile(r"/projects/import/\d+$"))
    look("preview")
    waiting = page.url
    page.goto(ADDRESS)
    look("waiting")
    page.goto(waiting)
    page.locator("main form button[type=submit]").click()
    page.locator(".mjp-import__project").first.wait_for()
    look("done")
    page.goto(ADDRESS)
    look("imported before")
    assert found == {state: [] for state in found}
    assert len(found) == 7
