"""The whole story, each in a browser of their own: a holder files, support records, the holder reports, support completes.

A council member sees each step in the cell of the planning grid.
"""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from organisation.choices import Role
from organisation.models import User
from pillars.models import Objective
from portfolio.models import Project
from tests.browser.conftest import sign_in
from tests.factories import PortfolioFactory, UserFactory

YEAR = timezone.localdate().year


@pytest.fixture
def objective(programme) -> Objective:
    return Objective.objects.get(title__startswith="Organiseren landelijk netwerkevent")


@pytest.fixture
def page_of(new_page):
    def open_page(user: User, **options: Any) -> Page:
        page: Page = new_page(as_role=None, language="en", **options)
        sign_in(page, user.email)
        return page

    return open_page


def record(support: Page, outcome: str, wording: str) -> None:
    """Record a decision on the only project that the agenda has."""
    support.goto("/meeting")
    support.get_by_role("link", name="Record the decision").first.click()
    if outcome:
        support.get_by_label(outcome).check()
    expect(support.get_by_role("checkbox", name=re.compile("network event"))).to_be_checked()
    support.get_by_label("Date of the meeting").fill(timezone.localdate().isoformat())
    support.get_by_label("Wording").fill(wording)
    support.get_by_role("button", name="See what it will do").click()
    support.get_by_role("button", name="Record the decision").click()
    expect(support.get_by_role("status").filter(has_text="was recorded")).to_be_visible()


def go_on(holder: Page, step: str) -> None:
    """Save a step and wait for what comes after it: what is on its way while one types is saved first."""
    holder.locator("button[value=next]").click()
    holder.wait_for_url(lambda address: not address.endswith(f"/edit/{step}"))


def test_from_a_cell_of_the_grid_to_a_completed_project(page_of, objective):
    person = UserFactory.create(roles=[Role.PORTFOLIO_HOLDER], name="Hanna Holder", language="en")
    PortfolioFactory.create(name="Networks", held_by=person, themes=[objective.theme])
    member = page_of(UserFactory.create(roles=[Role.COUNCIL_MEMBER]))
    support = page_of(UserFactory.create(roles=[Role.SUPPORT]))
    holder = page_of(person)
    cell = f"#cell-{objective.pk}-{YEAR}"

    def council_member_sees(state: str) -> None:
        member.goto("/")
        expect(member.locator(cell)).to_contain_text(state)

    council_member_sees("no assignment")

    # The holder files it, from the cell.
    holder.goto("/")
    holder.locator(cell).click()
    holder.locator("#panel").get_by_role("link", name="File an assignment").click()
    holder.get_by_label("Title").fill("A network event for every region")
    holder.get_by_role("button", name="Make the draft and go on").click()
    council_member_sees("no assignment")
    project = Project.objects.get()
    today = timezone.localdate()
    for step, values in (
        ("purpose", {"Why": "People should meet.", "Aim": "That they know each other."}),
        ("results", {"Result": "An event", "Due on": today.replace(month=12, day=31).isoformat()}),
        ("planning", {"Start": today.isoformat(), "End": today.replace(month=12, day=31).isoformat()}),
        ("people", {"Project leader": "L. Leader"}),
    ):
        holder.goto(f"/projects/{project.pk}/edit/{step}")
        for label, value in values.items():
            holder.get_by_label(label, exact=True).first.fill(value)
        go_on(holder, step)
    holder.goto(f"/projects/{project.pk}/edit/form")
    holder.get_by_role("radio", name=re.compile("^ *Project")).check()
    go_on(holder, "form")
    holder.goto(f"/projects/{project.pk}/preview")
    holder.get_by_role("button", name="Submit to the Vakraad").click()
    holder.wait_for_url(f"**/projects/{project.pk}")
    council_member_sees("proposed")

    # The Vakraad decides, the holder begins and reports.
    record(support, "accept the assignment", "The Vakraad accepts it.")
    council_member_sees("accepted")
    holder.goto(f"/projects/{project.pk}")
    holder.get_by_role("button", name=re.compile("Start")).first.click()
    expect(holder.get_by_role("status").first).to_be_visible()
    council_member_sees("on course")
    holder.goto(f"/projects/{project.pk}/status-reports/new")
    for aspect in ("scope", "money"):
        holder.locator(f"#id_{aspect}").get_by_label("on course").check()
    holder.locator("#id_time").get_by_label("off course").check()
    holder.locator("#id_time_reason").fill("The hall burned down.")
    holder.get_by_label("What was done").fill("A programme.")
    holder.get_by_role("checkbox", name="An event").check()
    holder.locator(f"#id_delivered_on_{project.results.get().pk}").fill(today.isoformat())
    holder.get_by_role("button", name="File the report").click()
    holder.wait_for_url(f"**/projects/{project.pk}")
    council_member_sees("off course")

    # It closes with what was delivered, and the Vakraad completes it.
    holder.goto(f"/projects/{project.pk}/completion")
    holder.get_by_label("What was delivered").fill("The event, in another hall.")
    holder.get_by_role("button", name="Ask for completion").click()
    holder.wait_for_url(f"**/projects/{project.pk}")
    record(support, "", "The Vakraad completes it.")
    council_member_sees("done")
    member.locator(cell).click()
    member.locator("#panel").get_by_role("link", name=re.compile("network event")).click()
    expect(member.get_by_role("heading", level=1)).to_contain_text("A network event for every region")
    expect(member.get_by_text("The event, in another hall.")).to_be_visible()
    expect(member.get_by_text("The hall burned down.")).to_be_visible()
    member.goto(f"/projects/{project.pk}/history")
    expect(member.get_by_text("Hanna Holder").first).to_be_visible()
    assert project.results.get().delivered_on == today
