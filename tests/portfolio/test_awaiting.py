"""What awaits a person on the home page: by role, each kind once, nothing of what they may not see."""

import datetime

import pytest
from django.utils import timezone

from organisation.choices import Role
from pillars.models import Objective
from portfolio.awaiting import MOST_NAMED, read_awaiting
from portfolio.choices import Outcome, ProjectState
from portfolio.models import CapacityRequest
from portfolio.services import add_remark, ask_completion
from tests.factories import (
    NetworkFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProjectFactory,
    RegionFactory,
    ThemeFactory,
    UserFactory,
    decide,
    report,
)

pytestmark = pytest.mark.django_db
P = ProjectState
HTMX = {"HX-Request": "true", "HX-Target": "section#awaiting"}


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def holder():
    return UserFactory(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def portfolio(holder):
    return PortfolioFactory(held_by=holder)


def kinds(user, today) -> dict[str, int]:
    return {group.kind: len(group.items) + group.more for group in read_awaiting(user, today)}


def test_a_holder_sees_drafts_returns_reports_remarks_and_what_is_late_of_their_own(portfolio, holder, today):
    ahead = {"starts_on": today, "ends_on": today + datetime.timedelta(days=90)}
    running = {"starts_on": today - datetime.timedelta(days=200), "ends_on": today}
    ProjectFactory(portfolio=portfolio, **ahead, aim="")
    ProjectFactory(portfolio=portfolio, **ahead, in_state=P.RETURNED)
    due = ProjectFactory(portfolio=portfolio, **running, in_state=P.RUNNING)
    ProjectFactory(portfolio=portfolio, starts_on=today - datetime.timedelta(days=1), ends_on=None)
    ProjectFactory(in_state=P.RETURNED)
    member = UserFactory(roles=[Role.COUNCIL_MEMBER])
    add_remark(due, by=member, text="How is it going?")
    assert kinds(holder, today) == {"returned": 1, "drafts": 2, "reports": 1, "remarks": 1, "late": 1}
    groups = {group.kind: group for group in read_awaiting(holder, today)}
    assert groups["returned"].items[0].note == "The Vakraad decides so."
    assert groups["drafts"].items[0].note != groups["drafts"].items[1].note
    report(due)
    assert kinds(holder, today) == {"returned": 1, "drafts": 2, "late": 1}


def test_a_former_holder_has_nothing_to_do_there(portfolio, holder, today):
    ProjectFactory(portfolio=portfolio)
    portfolio.holders.update(ends_on=today - datetime.timedelta(days=1))
    assert kinds(holder, today) == {}


def test_support_sees_what_awaits_a_decision_is_returned_or_reports_late(today):
    ask_completion(
        ProjectFactory(in_state=P.RUNNING, starts_on=today, ends_on=today),
        by=UserFactory(roles=[Role.SUPPORT]),
        closing_note="Done.",
    )
    ProjectFactory.create_batch(2, in_state=P.SUBMITTED)
    ProjectFactory(in_state=P.RETURNED)
    ProjectFactory(in_state=P.RUNNING, starts_on=today - datetime.timedelta(days=200))
    found = kinds(UserFactory(roles=[Role.SUPPORT]), today)
    assert found == {"decisions": 2, "completions": 1, "returned": 1, "reports": 1}


def test_a_council_member_sees_decisions_to_prepare_what_is_late_and_objectives_left_alone(today):
    theme = ThemeFactory()
    left, carried, unheld = (
        Objective.objects.create(theme=theme, position=position, title=f"Objective {position}")
        for position in range(3)
    )
    PlanVersionFactory(
        programme=theme.pillar.programme,
        years={objective: [today.year] for objective in (left, carried, unheld)},
        adopted=True,
    )
    held = PortfolioFactory(held_by=UserFactory(roles=[Role.PORTFOLIO_HOLDER]))
    dates = {"starts_on": today, "ends_on": today}
    ProjectFactory(objective=carried, portfolio=held, in_state=P.SUBMITTED, **dates)
    ProjectFactory(objective=unheld, in_state=P.SUBMITTED, **dates)
    ProjectFactory(objective=left, portfolio=held, **dates)
    ProjectFactory(objective=left, portfolio=held, in_state=P.CANCELLED, starts_on=today, ends_on=today)
    member = UserFactory(roles=[Role.COUNCIL_MEMBER])
    assert kinds(member, today) == {"decisions": 2, "objectives": 2}
    groups = {group.kind: group for group in read_awaiting(member, today)}
    assert [item.name for item in groups["objectives"].items] == ["Objective 0", "Objective 2"]
    tomorrow = today + datetime.timedelta(days=1)
    assert kinds(member, tomorrow).get("late") == 2


def test_regional_staff_see_the_days_asked_of_their_region_this_and_next_year(today):
    region, other = RegionFactory(), RegionFactory()
    project = ProjectFactory(in_state=P.SUBMITTED)
    for year, days, fields in (
        (today.year, 3, {"region": region}),
        (today.year, 4, {"region": region}),
        (today.year + 1, 5, {"region": region}),
        (today.year + 2, 6, {"region": region}),
        (today.year, 70, {"region": other}),
        (today.year, 700, {"network": NetworkFactory()}),
    ):
        CapacityRequest.objects.create(project=project, year=year, days=days, expertise="x", **fields)
    CapacityRequest.objects.create(
        project=ProjectFactory(), year=today.year, days=9, expertise="x", region=region
    )
    groups = read_awaiting(UserFactory(roles=[Role.REGIONAL_STAFF], region=region), today)
    assert [(group.kind, group.title.split()[0]) for group in groups] == [
        (f"capacity-{today.year}", "7"),
        (f"capacity-{today.year + 1}", "5"),
    ]


def test_the_rcdv_sees_what_was_accepted_and_completed_lately(today):
    ProjectFactory(in_state=P.ACCEPTED)
    ProjectFactory(in_state=P.SUBMITTED)
    done = ProjectFactory(in_state=P.RUNNING)
    decide(done, outcome=Outcome.COMPLETE)
    rcdv = UserFactory(roles=[Role.RCDV])
    assert kinds(rcdv, today) == {"accepted": 1, "completed": 1}
    assert kinds(rcdv, today + datetime.timedelta(days=91)) == {}


def test_a_kind_is_named_once_for_who_has_two_roles(today):
    ProjectFactory(in_state=P.SUBMITTED, starts_on=today, ends_on=today)
    found = [
        group.kind for group in read_awaiting(UserFactory(roles=[Role.SUPPORT, Role.COUNCIL_MEMBER]), today)
    ]
    assert found == ["decisions"]


def test_the_first_are_named_and_the_others_counted(portfolio, holder, today):
    ahead = {"starts_on": today, "ends_on": today}
    ProjectFactory.create_batch(MOST_NAMED + 2, portfolio=portfolio, **ahead)
    (group,) = read_awaiting(holder, today)
    assert (len(group.items), group.more) == (MOST_NAMED, 2)
    assert str(MOST_NAMED + 2) in group.title


def test_the_home_page_gets_it_in_short_and_the_page_in_full(client_as):
    client = client_as(Role.SUPPORT)
    ProjectFactory(title="To decide on", in_state=P.SUBMITTED)
    short = client.get("/awaiting", headers=HTMX).content.decode()
    assert "<html" not in short
    assert 'id="awaiting"' in short
    assert "To decide on" in short
    page = client.get("/awaiting")
    assert "To decide on" in page.content.decode()
    assert "<h1" in page.content.decode()
    assert "HX-Target" in page["Vary"]


@pytest.mark.parametrize("role", Role)
def test_with_nothing_to_do_a_friendly_line_says_so(client_as, role):
    fields = {"region": RegionFactory()} if role == Role.REGIONAL_STAFF else {}
    for headers in ({}, HTMX):
        answer = client_as(role, **fields).get("/awaiting", headers=headers)
        assert answer.status_code == 200
        assert "awaiting__group" not in answer.content.decode()


def test_home_names_it_at_once_also_without_javascript(client_as, programme):
    assert 'href="/awaiting"' in client_as(Role.COUNCIL_MEMBER).get("/").content.decode()


def test_a_return_that_was_corrected_is_named_with_the_reasons_that_hold(portfolio, holder, today):
    project = ProjectFactory(portfolio=portfolio, in_state=P.SUBMITTED)
    first = decide(project, outcome=Outcome.RETURN, wording="Say what it costs.")
    decide(project, outcome=Outcome.RETURN, wording="Say who leads it.", corrects=first)
    (returned,) = [group for group in read_awaiting(holder, today) if group.kind == "returned"]
    assert [item.note for item in returned.items] == ["Say who leads it."]


def test_who_asked_for_completion_owes_no_report(portfolio, holder, today):
    running = {"starts_on": today - datetime.timedelta(days=200), "ends_on": today}
    project = ProjectFactory(portfolio=portfolio, **running, in_state=P.RUNNING)
    assert kinds(holder, today) == {"reports": 1}
    ask_completion(project, by=holder, closing_note="All is there.")
    assert kinds(holder, today) == {}
