"""From a submitted assignment to a completed project, as support and holder do it; the agenda; on a phone and on paper."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from organisation.choices import Role
from organisation.models import User
from pillars.models import Objective
from portfolio.choices import Outcome, ProjectState
from portfolio.models import Project
from portfolio.services import add_remark, ask_completion, start_project
from tests.browser.conftest import PHONE, WIDE, sign_in
from tests.browser.test_accessibility import violations
from tests.factories import (
    PortfolioFactory,
    ProjectFactory,
    UserFactory,
    decide,
    report,
    reread,
)

S = ProjectState


def person(role: Role, **fields: Any) -> User:
    return UserFactory.create(roles=[role], is_fictional=True, language="en", **fields)


@pytest.fixture
def people(programme) -> dict[str, User]:
    return {"holder": person(Role.PORTFOLIO_HOLDER, name="Anna Holder"), "support": person(Role.SUPPORT)}


@pytest.fixture
def projects(people) -> list[Project]:
    """Two submitted assignments and one that runs, of one portfolio, for objectives of two pillars."""
    portfolio = PortfolioFactory.create(held_by=people["holder"], name="Crisis communication")
    objectives = list(Objective.objects.order_by("theme__pillar__number", "pk"))
    return [
        ProjectFactory.create(
            title=title,
            portfolio=portfolio,
            objective=objective,
            in_state=state,
            results=["A guide for all regions", "A course"],
            aim="That every region communicates in the **same** way.",
        )
        for title, objective, state in (
            ("One voice in a crisis", objectives[0], S.SUBMITTED),
            ("Scenarios for wildfire", objectives[-1], S.SUBMITTED),
            ("Sharing the picture", objectives[1], S.RUNNING),
        )
    ]


def as_person(new_page, user: User, **options: Any) -> Page:
    page: Page = new_page(as_role=None, language="en", **options)
    sign_in(page, user.email)
    return page


def test_from_acceptance_by_reports_to_completion(new_page, people, projects):
    project, other, _running = projects
    support = as_person(new_page, people["support"])
    support.goto("/meeting")
    support.locator(f"#project-{project.pk}").get_by_role("link", name="Record the decision").click()
    # The outcome brings the projects on which it is possible, and the one that the link named is chosen.
    support.get_by_label("accept the assignment").check()
    expect(support.get_by_role("checkbox", name="One voice in a crisis")).to_be_checked()
    expect(support.get_by_role("checkbox", name="Scenarios for wildfire")).not_to_be_checked()
    expect(support.get_by_role("checkbox", name="Sharing the picture")).to_have_count(0)
    support.get_by_label("Date of the meeting").fill("2026-11-05")
    support.get_by_label("Wording").fill("The Vakraad accepts it.")
    support.get_by_role("button", name="See what it will do").click()
    expect(support.get_by_role("heading", name="Check the decision")).to_be_visible()
    assert reread(project).state == S.SUBMITTED
    support.get_by_role("button", name="Record the decision").click()
    expect(support.get_by_role("status").filter(has_text="was recorded")).to_be_visible()
    assert (reread(project).state, reread(other).state) == (S.ACCEPTED, S.SUBMITTED)

    start_project(project, by=people["holder"])
    holder = as_person(new_page, people["holder"])
    holder.goto(f"/projects/{project.pk}/status-reports/new")
    for aspect in ("scope", "money"):
        holder.locator(f"#id_{aspect}").get_by_label("on course").check()
    holder.locator("#id_time").get_by_label("needs attention").check()
    holder.get_by_label("What was done").fill("- a first version")
    holder.get_by_role("button", name="File the report").click()
    expect(holder.get_by_role("alert").filter(has_text="Nothing was saved yet")).to_be_visible()
    holder.locator("#id_time_reason").fill("Someone is ill.")
    holder.get_by_role("checkbox", name="A guide for all regions").check()
    result = project.results.first()
    assert result is not None
    holder.locator(f"#id_delivered_on_{result.pk}").fill("2026-11-20")
    holder.get_by_role("button", name="File the report").click()
    holder.wait_for_url(f"**/projects/{project.pk}")
    assert reread(project).health == "amber"
    result.refresh_from_db()
    assert result.delivered_on == datetime.date(2026, 11, 20)

    holder.goto(f"/projects/{project.pk}/completion")
    expect(holder.get_by_text("1 result was not delivered yet")).to_be_visible()
    holder.get_by_label("What was delivered").fill("The guide; the course comes from another project.")
    holder.get_by_role("button", name="Ask for completion").click()
    holder.wait_for_url(f"**/projects/{project.pk}")

    support.goto("/meeting")
    item = support.locator(f"#project-{project.pk}")
    expect(item).to_contain_text("the course comes from another project")
    item.get_by_role("link", name="Record the decision").click()
    expect(support.get_by_role("checkbox", name="One voice in a crisis")).to_be_checked()
    support.get_by_label("Date of the meeting").fill("2026-11-24")
    support.get_by_label("Wording").fill("The Vakraad completes it.")
    support.get_by_role("button", name="See what it will do").click()
    support.get_by_role("button", name="Record the decision").click()
    expect(support.get_by_role("status").filter(has_text="was recorded")).to_be_visible()
    assert reread(project).state == S.COMPLETED
    support.goto("/decisions")
    support.get_by_label("Outcome").select_option("complete")
    expect(support.locator(".decisions tbody tr")).to_have_count(1)


def test_choosing_another_outcome_keeps_what_was_typed_and_chosen(new_page, people, projects):
    page = as_person(new_page, people["support"])
    page.goto("/decisions/new?outcome=accept")
    page.get_by_role("checkbox", name="Scenarios for wildfire").check()
    page.get_by_label("Wording").fill("So decided.")
    page.get_by_label("return the assignment").check()
    expect(page.locator("#subjects input[name=outcome]")).to_have_value("return")
    expect(page.get_by_role("checkbox", name="Scenarios for wildfire")).to_be_checked()
    expect(page.get_by_label("Wording")).to_have_value("So decided.")
    # On this it can't be decided, and when it can again, the choice is still there; as is that of nothing.
    page.get_by_label("complete the project").check()
    expect(page.get_by_role("checkbox", name="Scenarios for wildfire")).to_have_count(0)
    page.get_by_label("accept the assignment").check()
    expect(page.get_by_role("checkbox", name="Scenarios for wildfire")).to_be_checked()
    page.get_by_role("checkbox", name="Scenarios for wildfire").uncheck()
    page.get_by_label("return the assignment").check()
    expect(page.locator("#subjects input[name=outcome]")).to_have_value("return")
    expect(page.get_by_role("checkbox", name="Scenarios for wildfire")).not_to_be_checked()
    page.get_by_role("checkbox", name="Scenarios for wildfire").check()
    page.get_by_label("Search among the projects").fill("voice")
    expect(page.get_by_role("checkbox", name="One voice in a crisis")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Scenarios for wildfire")).to_be_checked()


def test_it_works_without_javascript(new_page, people, projects):
    project = projects[0]
    page = as_person(new_page, people["support"], java_script_enabled=False)
    page.goto(f"/decisions/new?project={project.pk}")
    page.get_by_label("accept the assignment").check()
    page.get_by_role("button", name="Show the projects").click()
    expect(page.get_by_role("checkbox", name="One voice in a crisis")).to_be_checked()
    page.get_by_label("Date of the meeting").fill("2026-11-05")
    page.get_by_label("Wording").fill("So decided.")
    page.get_by_role("button", name="See what it will do").click()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("Wording")).to_have_value("So decided.")
    page.get_by_role("button", name="See what it will do").click()
    page.get_by_role("button", name="Record the decision").click()
    assert reread(project).state == S.ACCEPTED


def test_a_wrong_project_is_corrected(new_page, people, projects):
    right, wrong, _running = projects
    decision = decide(wrong, outcome=Outcome.ACCEPT, number="2026-07")
    page = as_person(new_page, people["support"])
    page.goto(f"/decisions/{decision.pk}")
    page.get_by_role("link", name="Record a correction").click()
    page.get_by_role("checkbox", name="Scenarios for wildfire").uncheck()
    page.get_by_role("checkbox", name="One voice in a crisis").check()
    page.get_by_role("button", name="See what it will do").click()
    expect(page.get_by_text("no longer named by the decision")).to_be_visible()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("heading", name="Decision 2026-07.1")).to_be_visible()
    assert (reread(right).state, reread(wrong).state) == (S.ACCEPTED, S.SUBMITTED)


ADDRESSES = (
    "/decisions",
    "/decisions?q=nothing-has-this",
    "/decisions?year=1999",
    "/decisions/{decision}",
    "/decisions/{correction}",
    "/decisions/new",
    "/decisions/new?outcome=accept",
    "/decisions/new?outcome=cancel&q=nothing-has-this",
    "/decisions/new?corrects={correction}",
    "/meeting",
    "/projects/{running}/status-reports/new",
    "/projects/{running}/completion",
)


@pytest.fixture
def numbers(people, projects) -> dict[str, int]:
    """Something true for every page to show."""
    submitted, other, running = projects
    add_remark(submitted, by=people["support"], text="Is this *enough*?")
    report(running)
    ask_completion(running, by=people["holder"], closing_note="All of it.")
    decision = decide(other, outcome=Outcome.RETURN, number="2026-07", wording="- because\n- so")
    correction = decide(other, outcome=Outcome.RETURN, number="2026-07.1", corrects=decision)
    return {"decision": decision.pk, "correction": correction.pk, "running": running.pk}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing(new_page, numbers, viewport, language):
    page = new_page(as_role=Role.SUPPORT, language=language, viewport=viewport, bypass_csp=True)
    found = {}
    for address in ADDRESSES:
        page.goto(address.format(**numbers))
        found[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    # Forms that were refused, and the page on which a decision is checked.
    page.goto("/decisions/new?outcome=accept")
    page.locator("main form[method=post] button[type=submit]").click()
    found["decision refused"] = violations(page)
    page.locator("input[name=projects]").first.check()
    page.locator("#id_meeting_on").fill("2026-11-05")
    page.locator("#id_wording").fill("So.")
    page.locator("main form[method=post] button[type=submit]").click()
    assert page.locator("button[name=record]").is_visible()
    found["decision checked"] = violations(page)
    page.goto(f"/projects/{numbers['running']}/status-reports/new")
    page.locator("#id_time input[value=red]").check()
    page.locator("main form[method=post] button[type=submit]").click()
    found["report refused"] = violations(page)
    page.goto(f"/projects/{numbers['running']}/completion")
    page.locator("#id_closing_note").fill("")
    page.locator("main form[method=post] button[type=submit]").click()
    found["completion refused"] = violations(page)
    assert found == {place: [] for place in found}


def test_agenda_goes_on_paper_with_room_for_notes(new_page, numbers, tmp_path: Path):
    page = new_page(as_role=Role.SUPPORT, language="en")
    page.goto("/meeting")
    page.emulate_media(media="print")
    assert page.locator(".agenda__notes").first.is_visible()
    assert not page.locator(".mjp-header").is_visible()
    paper = page.pdf(path=tmp_path / "agenda.pdf", prefer_css_page_size=True)
    # A4 portrait, in points.
    assert b"/MediaBox [0 0 595" in paper or b"/MediaBox [0 0 594" in paper
