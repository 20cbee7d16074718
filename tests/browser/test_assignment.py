"""Filing an assignment as a portfolio holder does: by typing, on two devices, against someone else, without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from organisation.choices import Role
from pillars.models import Objective
from portfolio.choices import ProjectState
from portfolio.models import Project
from portfolio.services import edit_project
from portfolio.steps import StepName
from tests.browser.conftest import PHONE, WIDE, sign_in
from tests.browser.test_accessibility import violations
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory
from tests.portfolio.full_project import full_project


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


def test_a_button_leaves_the_text_on_the_page_while_there_is_no_connection(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/people")
    page.route("**/edit/people", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Project leader").fill("Someone else")
    page.get_by_role("button", name="To the document").click()
    expect(page.locator("#assignment-saved")).to_contain_text("is sent again")
    expect(page.get_by_label("Project leader")).to_have_value("Someone else")
    page.unroute("**/edit/people")
    page.get_by_role("button", name="To the document").click()
    page.wait_for_url("**/preview")
    project.refresh_from_db()
    assert project.leader == "Someone else"


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/people")

    def lose(route):
        route.fetch()
        route.abort("connectionrefused")

    page.route("**/edit/people", lose, times=1)
    page.get_by_label("Project leader").fill("First")
    expect(page.locator("#assignment-saved")).to_contain_text("is sent again")
    page.get_by_label("Project leader").fill("First and more")
    saved(page)
    page.get_by_role("button", name="To the document").click()
    page.wait_for_url("**/preview")
    project.refresh_from_db()
    assert project.leader == "First and more"


def test_who_is_signed_out_signs_in_elsewhere_and_loses_nothing(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/people")
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Project leader").fill("Someone else")
    expect(page.locator("#assignment-saved")).to_contain_text("you are signed out")
    other = page.context.new_page()
    sign_in(other, holder.email)
    assert {cookie["value"] for cookie in kept if cookie["name"] == "csrftoken"} != {
        cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken"
    }
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    saved(page)
    project.refresh_from_db()
    assert project.leader == "Someone else"


def test_an_unfinished_line_waits_and_is_no_mistake(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/capacity")
    page.get_by_label("Kind of expertise").first.fill("Planner")
    expect(page.locator("#assignment-saved")).to_contain_text("line 1 is not filled in entirely")
    assert page.locator("[aria-invalid]").count() == 0
    page.get_by_label("Region or network").first.select_option(index=3)
    page.get_by_label("Days", exact=True).first.fill("-4")
    page.get_by_label("Kind of expertise").first.focus()
    expect(page.locator("#assignment-saved")).to_contain_text("something is not right")
    expect(page.get_by_label("Days", exact=True).first).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Days", exact=True).first.fill("4")
    saved(page)
    assert page.locator("[aria-invalid]").count() == 0
    expect(page.locator("#assignment-notes")).to_contain_text("2026 4")
    assert project.capacity_requests.get().days == 4


def test_the_same_is_asked_of_every_region_by_one_button(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/capacity")
    page.get_by_text("Ask the same of every region").click()
    every = page.locator(".rows__every")
    every.get_by_label("Kind of expertise").fill("Planner")
    every.get_by_label("Days per region").fill("2")
    every.get_by_role("button", name="Add a line for each region").dblclick()
    expect(page.locator("#assignment-notes")).to_contain_text("2026 50")
    assert project.capacity_requests.count() == 25


def test_a_clash_in_the_planning_is_said_at_once(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    before = ProjectFactory(objective=project.objective, title="Goes before", in_state=ProjectState.RUNNING)
    ProjectFactory(objective=project.objective, title="Another one", in_state=ProjectState.RUNNING)
    page = page_of(holder, language="en")
    page.goto(f"/projects/{project.pk}/edit/planning")
    page.get_by_label("Find a project that must be finished first").press_sequentially("before")
    expect(page.get_by_label("Another one")).to_be_hidden()
    page.get_by_label("Goes before").check()
    expect(page.locator("#assignment-notes")).to_contain_text("Goes before")
    assert project.dependencies.get().predecessor == before
    page.get_by_label("Find a project that must be finished first").fill("nowhere at all")
    expect(page.get_by_label("Goes before")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Search all projects").click()
    expect(page.get_by_label("Goes before")).to_be_checked()


def test_two_people_in_two_browsers_keep_what_each_wrote(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio)
    support = UserFactory(roles=[Role.SUPPORT], name="Sam")
    page, other = page_of(holder, language="en"), page_of(support, language="en")
    for one in (page, other):
        one.goto(f"/projects/{project.pk}/edit/purpose")
    other.get_by_label("Aim").fill("Theirs")
    other.get_by_label("What is left out").fill("Their bounds")
    saved(other)
    page.get_by_label("Why").fill("My reason")
    page.get_by_label("What is left out").fill("My bounds")
    expect(page.locator("#assignment-saved")).to_contain_text("someone else changed this step")
    page.get_by_role("button", name="Compare the two versions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Someone else changed this step meanwhile")
    expect(page.get_by_role("group", name="Why").get_by_label("Your version")).to_be_checked()
    expect(page.get_by_role("group", name="Aim").get_by_label("The version of Sam")).to_be_checked()
    expect(page.get_by_role("group", name="What is left out").get_by_label("Your version")).to_be_checked()
    page.get_by_role("group", name="What is left out").get_by_label("The version of Sam").check()
    page.get_by_role("button", name="Save what I chose").click()
    expect(page.get_by_label("Aim")).to_have_value("Theirs")
    project.refresh_from_db()
    assert (project.reason, project.aim, project.boundaries) == ("My reason", "Theirs", "Their bounds")


def test_an_assignment_is_filed_by_keyboard_alone(page_of, holder, portfolio):
    project = ProjectFactory(portfolio=portfolio, aim="", leader="")
    page = page_of(holder, language="en")

    def tab_to(name):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.innerText || document.activeElement.name") == name:
                return
        raise AssertionError(name)

    page.goto(f"/projects/{project.pk}/edit/purpose")
    tab_to("aim")
    page.keyboard.type("By keyboard")
    tab_to("Next: Results")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/results")
    tab_to("rows-1-title")
    page.keyboard.type("A second result")
    saved(page)
    tab_to("Next: Form of work and networks")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/form")
    tab_to("form_of_work")
    page.keyboard.press("ArrowDown")
    saved(page)
    page.goto(f"/projects/{project.pk}/edit/people")
    tab_to("leader")
    page.keyboard.type("L. Leader")
    tab_to("To the document")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview")
    project.refresh_from_db()
    assert (project.aim, project.leader) == ("By keyboard", "L. Leader")
    assert project.results.count() == 2


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


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_on_steps_that_are_full_wrong_or_searched(page_of, programme, viewport):
    project = full_project()
    page = page_of(UserFactory(roles=[Role.SUPPORT]), language="en", viewport=viewport, bypass_csp=True)
    found = {}
    for step in StepName:
        page.goto(f"/projects/{project.pk}/edit/{step}")
        for summary in page.locator("main summary").all():
            summary.click()
        found[step] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.goto(f"/projects/{project.pk}/edit/capacity")
    page.get_by_label("Days", exact=True).first.fill("0")
    with page.expect_navigation():
        page.locator("button[value=next]").click()
    expect(page.locator(".utrecht-form-field-error-message").first).to_be_visible()
    found["wrong"] = violations(page)
    page.goto(f"/projects/{project.pk}/edit/planning")
    page.get_by_label("Find a project").fill("nowhere")
    with page.expect_navigation():
        page.get_by_role("button", name="Search all projects").click()
    expect(page.get_by_label("Find a project")).to_have_value("nowhere")
    found["searched"] = violations(page)
    assert found == {path: [] for path in found}
