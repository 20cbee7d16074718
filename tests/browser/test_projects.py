"""The list and the page of projects in a real browser: filter, sort, phone, files."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.models import PortfolioHolder, Project
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_accessibility import violations
from tests.factories import ProjectFactory, UserFactory
from tests.portfolio.full_project import full_project

OPEN_ALL = "for (const folded of document.querySelectorAll('main details')) folded.open = true"


@pytest.fixture
def project(programme) -> Project:
    return full_project(UserFactory.create(name="Henk Houder"))


@pytest.fixture
def member_page(new_page, project) -> Callable[..., Page]:
    """Give a function that opens the list before a council member."""

    def open_list(address: str = "/projects", **options) -> Page:
        page = new_page(language="en", **options)
        page.goto(address)
        return page

    return open_list


def titles(page: Page) -> list[str]:
    return page.locator(".project-table tbody th a").all_text_contents()


def test_filter_and_sort_stand_in_the_address_and_survive_each_other(member_page):
    page = member_page()
    expect(page.locator(".project-table tbody tr")).to_have_count(2)
    page.get_by_label("State").select_option("running")
    expect(page.locator(".project-table tbody tr")).to_have_count(1)
    assert page.url.endswith("/projects?state=running")
    expect(page.locator("#announcer")).to_contain_text("1 project found")
    page.get_by_role("link", name="Planned").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Planned")
    assert page.url.endswith("/projects?state=running&sort=period")
    page.get_by_label("State").select_option("")
    expect(page.locator(".project-table tbody tr")).to_have_count(2)
    assert page.url.endswith("/projects?sort=period")
    assert titles(page) == ["Verkenning vooraf", "Landelijk kader crisiscommunicatie"]
    page.get_by_role("link", name="Planned").press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Planned")
    assert titles(page) == ["Landelijk kader crisiscommunicatie", "Verkenning vooraf"]
    page.reload()
    assert titles(page) == ["Landelijk kader crisiscommunicatie", "Verkenning vooraf"]
    page.go_back()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Planned")


def test_words_are_searched_while_one_types_and_a_chip_takes_them_away(member_page):
    page = member_page()
    page.get_by_label("Search").press_sequentially("verkenning")
    expect(page.locator(".project-table tbody tr")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Search: verkenning")).click()
    expect(page.locator(".project-table tbody tr")).to_have_count(2)
    assert page.url.endswith("/projects")
    expect(page.get_by_label("Search")).to_have_value("")


def test_further_filter_opens_by_itself_when_it_is_set(member_page):
    page = member_page()
    expect(page.get_by_label("Holder today")).to_be_hidden()
    page.get_by_text("More filters").click()
    page.get_by_label("Holder today").select_option("Henk Houder")
    expect(page.locator(".project-list__chip")).to_contain_text("Henk Houder")
    page.reload()
    expect(page.get_by_label("Holder today")).to_be_visible()
    assert str(PortfolioHolder.objects.get().user_id) in page.url


def test_list_works_without_scripts(member_page):
    page = member_page(java_script_enabled=False)
    page.get_by_label("State").select_option("running")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".project-table tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Planned").click()
    assert "sort=period" in page.url
    assert "state=running" in page.url


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_pages_are_never_wider_than_the_screen(member_page, project, viewport):
    page = member_page(viewport=viewport)
    wide = ProjectFactory.create(
        title="Langewoordenzonderspatieszoalsalleenhetnederlandsdiekent" * 3,
        objective=project.objective,
        in_state=ProjectState.SUBMITTED,
    )
    own = [f"/projects/{one.pk}{part}" for one in (project, wide) for part in ("", "/history")]
    for address in ("/projects", *own):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address


def test_row_is_a_block_with_named_cells_on_a_phone(member_page):
    page = member_page(viewport=PHONE)
    cell = page.locator(".project-table tbody tr").first.locator("td").first
    assert cell.evaluate("cell => getComputedStyle(cell).display") == "block"
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content").startswith('"Objective')


def test_member_reads_a_project_and_leaves_a_remark(member_page, project):
    page = member_page()
    page.get_by_role("link", name=project.title).click()
    page.get_by_role("navigation", name="On this page").get_by_role(
        "link", name=re.compile("Remarks")
    ).click()
    page.get_by_label("Your remark to the holder").fill("Mooi.")
    page.get_by_role("button", name="Leave the remark").click()
    expect(page.get_by_role("status").filter(has_text="Your remark")).to_be_visible()
    expect(page.locator(".project-remark__text").last).to_have_text("Mooi.")


def test_file_that_is_too_large_is_said_before_it_is_sent(new_page, project, tmp_path):
    page = new_page(as_role=Role.SUPPORT, language="en")
    page.goto(f"/projects/{project.pk}")
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(21 * 1024 * 1024)
    field = page.get_by_label("File to add")
    field.set_input_files(large)
    assert "larger than" in field.evaluate("field => field.validationMessage")
    page.get_by_role("button", name="Add the file").click()
    assert not page.get_by_text("is with the project now").is_visible()
    field.set_input_files({"name": "small.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_role("link", name="small.pdf")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="small.pdf").click()
    assert download.value.suggested_filename == "small.pdf"


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_pages_with_all_their_buttons(new_page, project, viewport, language):
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    draft, returned = (
        ProjectFactory.create(reason="", objective=project.objective),
        ProjectFactory.create(objective=project.objective, in_state=ProjectState.RETURNED),
    )
    found = {}
    for shown in (draft, returned, project):
        page.goto(f"/projects/{shown.pk}")
        page.evaluate(OPEN_ALL)
        found[shown.title] = violations(page)
    page.goto("/projects")
    page.evaluate(OPEN_ALL)
    found["list"] = violations(page)
    assert found == {name: [] for name in found}
