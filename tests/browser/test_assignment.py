"""Filing an assignment as a portfolio holder does: by typing, on two devices, against someone else, without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from organisation.choices import Role
from pillars.models import Objective
from portfolio.models import Project
from portfolio.services import edit_project
from portfolio.steps import StepName
from tests.browser.conftest import PHONE, WIDE, sign_in
from tests.browser.test_accessibility import violations
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory


@pytest.fixture
def holder(programme):
    return UserFactory(roles=[Role.PORTFOLIO_HOLDER], name="Hanna Holder")


@pytest.fixture
def portfolio(holder):
    return PortfolioFactory(name="MOTO", held_by=holder)


@pytest.fixture
def page_of(new_page):
    def open_page(user, **options) -> Page:
        page = new_page(as_role=None, **options)
        if options.get("language"):
            page.goto("/accounts/login/")
        sign_in(page, user.email)
        return page

    return open_page


def saved(page: Page) -> None:
    expect(page.locator("#assignment-saved")).to_have_attribute("data-state", "saved")


def test_an_assignment_is_filed_by_typing_and_resumed_elsewhere(page_of, holder, portfolio):
    objective = Objective.objects.get(title__startswith="Uitwerking netwerkmanagement")
    page = page_of(holder, language="en")
    page.goto(f"/projects/new?objective={objective.pk}&year=2026")
    page.get_by_label("Title").fill("A plan for all networks")
    page.get_by_role("button", name="Make the draft and go on").click()
    page.get_by_role("button", name="Next: Why and aim").click()
    page.get_by_label("Why").press_sequentially("Because it is needed")
    saved(page)
    project = Project.objects.get()
    assert project.reason == "Because it is needed"
    page.get_by_label("Aim").fill("That it is there")
    saved(page)
    page.close()

    elsewhere = page_of(holder, language="en", viewport=PHONE)
    elsewhere.goto(f"/projects/{project.pk}/edit")
    expect(elsewhere.get_by_role("heading", level=2, name="Results")).to_be_visible()
    elsewhere.get_by_label("Result", exact=True).fill("A handbook")
    elsewhere.get_by_label("Due on").fill("2026-06-30")
    saved(elsewhere)
    elsewhere.get_by_role("button", name="Another line").click()
    expect(elsewhere.get_by_label("Result", exact=True).nth(1)).to_be_focused()
    elsewhere.get_by_label("Result", exact=True).nth(1).fill("A meeting")
    elsewhere.get_by_label("Due on").nth(1).fill("2026-09-30")
    elsewhere.get_by_role("button", name=re.compile("^Next")).click()
    expect(elsewhere.get_by_role("heading", level=2, name="Form of work and networks")).to_be_visible()
    assert [result.title for result in project.results.all()] == ["A handbook", "A meeting"]
    elsewhere.get_by_role("radio", name=re.compile("Process")).check()
    saved(elsewhere)
    elsewhere.goto(f"/projects/{project.pk}/edit/people")
    elsewhere.get_by_label("Project leader").fill("L. Leader")
    elsewhere.get_by_role("button", name="To the document").click()
    expect(elsewhere.get_by_text("It is complete. Read it once more, then submit it.")).to_be_visible()


def test_what_was_typed_waits_for_the_connection(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/people")
    page.route("**/edit/people", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Project leader").fill("Someone else")
    expect(page.locator("#assignment-saved")).to_contain_text("is sent again")
    page.unroute("**/edit/people")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    project.refresh_from_db()
    assert project.leader == "Someone else"


def test_two_versions_stand_side_by_side_and_each_field_is_chosen(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/purpose")
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT], name="Sam"), fields={"aim": "Theirs"})
    page.get_by_label("Why").fill("My reason")
    page.get_by_label("Aim").fill("Mine")
    expect(page.locator("#assignment-saved")).to_contain_text("someone else changed this step")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Someone else changed this step meanwhile")
    page.get_by_role("group", name="Aim").get_by_label("The version of Sam").check()
    page.get_by_role("button", name="Save what I chose").click()
    expect(page.get_by_label("Aim")).to_have_value("Theirs")
    project.refresh_from_db()
    assert (project.reason, project.aim) == ("My reason", "Theirs")


def test_the_form_works_without_a_script(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en", java_script_enabled=False)
    page.goto(f"/projects/{project.pk}/edit/risks")
    page.get_by_label("Risk", exact=True).fill("It rains")
    page.get_by_role("button", name="Another line").click()
    assert page.get_by_label("Risk", exact=True).count() >= 5
    page.get_by_role("button", name="Next: People").click()
    expect(page.get_by_role("heading", level=2, name="People")).to_be_visible()
    assert project.risks.get().description == "It rains"


def test_enter_saves_and_stays(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/people")
    page.get_by_label("Project leader").fill("By keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    project.refresh_from_db()
    assert project.leader == "By keyboard"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_on_any_step(page_of, holder, portfolio, language, viewport):
    project = ProjectFactory(portfolio=portfolio, aim="")
    page = page_of(holder, language=language, viewport=viewport, bypass_csp=True)
    found = {}
    for path in ("new", *(f"{project.pk}/edit/{step}" for step in StepName), f"{project.pk}/preview"):
        page.goto(f"/projects/{path}")
        assert page.locator("html").get_attribute("lang") == language
        found[path] = violations(page)
    page.goto(f"/projects/{project.pk}/edit/purpose")
    edit_project(project, by=UserFactory(roles=[Role.SUPPORT]), fields={"aim": "Theirs"})
    page.locator("#id_aim").fill("Mine")
    page.locator("button[value=next]").click()
    page.locator(".compare").first.wait_for()
    found["two versions"] = violations(page)
    assert found == {path: [] for path in found}
