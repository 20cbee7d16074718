"""What a year's budget is allocated to, what of it is spent and foreseen."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.acceptance import money_that_is_short
from budget.allocation import Figures, forecast_of, read_year, read_years
from budget.errors import NotInThisState
from budget.models import BudgetLine
from budget.services import (
    NewExpenditure,
    book_expenditure,
    plan_central_support,
    set_forecast,
    set_project_costs,
    withdraw_expenditure,
)
from budget.services.costs import CostLine
from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.errors import AcceptanceBlocked
from portfolio.services import record_decision
from tests.factories import ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 1)


@pytest.fixture
def project(programme, support):
    """Makes a project in a state that plans costs in 2026."""
    from pillars.models import Objective

    def make(state, *amounts, year=2026):
        made = ProjectFactory.create(objective=Objective.objects.first(), in_state=state)
        lines = [
            CostLine(year, category, Decimal(amount))
            for category, amount in zip(("hired", "events", "other"), amounts, strict=False)
        ]
        set_project_costs(made, lines, by=support)
        return made

    return make


def book(line, amount, by, reference="R1"):
    return book_expenditure(NewExpenditure(line, DAY, Decimal(amount), reference, "x"), by=by)


@pytest.mark.parametrize(
    ("state", "figures"),
    [
        (ProjectState.DRAFT, (30, 0, 0, 0)),
        (ProjectState.SUBMITTED, (30, 0, 0, 0)),
        (ProjectState.ACCEPTED, (0, 30, 0, 30)),
        (ProjectState.RUNNING, (0, 30, 0, 30)),
        (ProjectState.COMPLETED, (0, 30, 0, 0)),
        (ProjectState.CANCELLED, (0, 0, 0, 0)),
        (ProjectState.WITHDRAWN, (0, 0, 0, 0)),
    ],
)
def test_lines_count_for_what_the_state_of_their_project_says(budget_2026, project, state, figures):
    project(state, 10, 20)
    assert read_year(2026).total == Figures(*map(Decimal, figures))


def test_central_support_projects_and_what_is_unallocated_add_up(budget_2026, project, support):
    plan_central_support(2026, [CostLine(2026, "hired", Decimal("200000.10"))], by=support)
    project(ProjectState.ACCEPTED, "0.20", "99.70")
    project(ProjectState.SUBMITTED, 5000)
    found = read_year(2026)
    parts = (found.central_support.committed, found.projects.committed, found.unallocated)
    assert parts == (Decimal("200000.10"), Decimal("99.90"), Decimal("424900.00"))
    assert sum(parts) == found.available
    assert sum(pillar.figures.committed for pillar in found.pillars) == found.projects.committed


def test_who_sees_what_is_committed_alone_sees_the_same_committed(budget_2026, project, support):
    for state in ProjectState:
        project(state, 10, 20)
    stopped = project(ProjectState.RUNNING, 50)
    book(stopped.budget_lines.get(), 7, support)
    record_decision(
        by=support,
        number="2026-07",
        meeting_on=DAY,
        outcome=Outcome.CANCEL,
        wording="Stop",
        projects=[stopped],
    )
    everything, committed = read_years([2026])[2026], read_years([2026], only_committed=True)[2026]
    assert everything.total.committed == committed.total.committed == 97
    assert everything.unallocated == committed.unallocated
    assert (everything.total.asked, committed.total.asked) == (90, 0)


@pytest.mark.parametrize(
    ("state", "lines", "forecast"),
    [
        (ProjectState.RUNNING, [(10, 4)], 10),
        (ProjectState.RUNNING, [(10, 14)], 14),
        (ProjectState.RUNNING, [(10, 14), (10, 0)], 24),
        (ProjectState.COMPLETED, [(10, 4)], 4),
        (ProjectState.CANCELLED, [(10, 4)], 4),
        (ProjectState.WITHDRAWN, [(10, 0)], 0),
        (None, [(10, 4)], 10),
    ],
)
def test_forecast_is_what_is_spent_and_still_planned(state, lines, forecast):
    assert forecast_of(state, [(Decimal(a), Decimal(b)) for a, b in lines]) == forecast


def test_forecast_can_be_set_by_hand_with_a_reason_and_taken_back(budget_2026, project, support):
    made = project(ProjectState.RUNNING, 100)
    set_forecast(2026, made, amount=Decimal(80), reason="Cheaper hall", by=support)
    centre = read_year(2026).centres[0]
    assert (centre.figures.forecast, centre.forecast_reason) == (80, "Cheaper hall")
    with pytest.raises(ValidationError):
        set_forecast(2026, made, amount=Decimal(80), reason="", by=support)
    set_forecast(2026, made, amount=None, reason="", by=support)
    assert read_year(2026).total.forecast == 100


def test_booking_counts_until_it_is_withdrawn(budget_2026, project, support):
    line = project(ProjectState.RUNNING, "1000").budget_lines.get()
    book(line, "0.10", support)
    wrong = book(line, "0.20", support, "R2")
    assert read_year(2026).total.spent == Decimal("0.30")
    with pytest.raises(ValidationError):
        withdraw_expenditure(wrong, by=support, reason=" ")
    withdraw_expenditure(wrong, by=support, reason="Another project")
    assert read_year(2026).total.spent == Decimal("0.10")


def test_same_booking_is_not_entered_twice(budget_2026, project, support):
    line = project(ProjectState.RUNNING, 1000).budget_lines.get()
    wrong = book(line, 5, support)
    with pytest.raises(ValidationError):
        book(line, 5, support)
    withdraw_expenditure(wrong, by=support, reason="Wrong amount")
    assert book(line, 6, support).amount == 6


def test_nothing_is_spent_on_what_was_not_accepted_nor_in_the_future(budget_2026, project, support):
    with pytest.raises(NotInThisState):
        book(project(ProjectState.SUBMITTED, 10).budget_lines.get(), 1, support)
    line = project(ProjectState.RUNNING, 10).budget_lines.get()
    for amount, day in ((Decimal(1), datetime.date(2099, 1, 1)), (Decimal(0), DAY)):
        with pytest.raises(ValidationError):
            book_expenditure(NewExpenditure(line, day, amount, "R9", "x"), by=support)


def test_line_that_was_spent_on_stays(budget_2026, project, support):
    made = project(ProjectState.RUNNING, 10)
    book(made.budget_lines.get(), 1, support)
    with pytest.raises(ValidationError):
        set_project_costs(made, [], by=support)
    assert set_project_costs(made, [CostLine(2026, "hired", Decimal(5))], by=support)
    assert not set_project_costs(made, [CostLine(2026, "hired", Decimal(5))], by=support)
    assert made.budget_lines.get().amount == 5


def test_lines_can_change_places(project, support):
    made = project(ProjectState.DRAFT, 10, 20)
    swapped = [CostLine(2026, "hired", Decimal(20)), CostLine(2026, "events", Decimal(10))]
    assert set_project_costs(made, swapped, by=support)
    assert dict(made.budget_lines.values_list("category", "amount")) == {"hired": 20, "events": 10}


def test_two_lines_of_a_year_and_category_are_refused(project, support):
    made = project(ProjectState.DRAFT)
    with pytest.raises(ValidationError):
        set_project_costs(
            made, [CostLine(2026, "hired", Decimal(1)), CostLine(2026, "hired", Decimal(2))], by=support
        )
    assert not made.budget_lines.exists()


def test_acceptance_asks_whether_the_money_is_there(budget_2026, project, support, english):
    plan_central_support(2026, [CostLine(2026, "hired", Decimal("600000"))], by=support)
    fits, other = project(ProjectState.SUBMITTED, 25000), project(ProjectState.SUBMITTED, "0.01")
    unknown_year = project(ProjectState.SUBMITTED, 10**9, year=2028)
    assert money_that_is_short([fits]) == []
    assert money_that_is_short([unknown_year]) == []
    assert money_that_is_short([fits, other]) == [
        "2026: €25,000.01 is asked and €25,000.00 is left, so €0.01 is short."
    ]


def test_assignment_beyond_the_budget_is_accepted_only_by_a_decision_that_covers_it(
    budget_2026, project, support
):
    asked = project(ProjectState.SUBMITTED, "625000.01")

    def accept(*, covers_overrun):
        return record_decision(
            by=support,
            number="2026-05",
            meeting_on=DAY,
            outcome=Outcome.ACCEPT,
            wording="Accepted",
            projects=[asked],
            covers_overrun=covers_overrun,
        )

    with pytest.raises(AcceptanceBlocked) as refusal:
        accept(covers_overrun=False)
    assert "2026" in refusal.value.objections[0]
    asked.refresh_from_db()
    assert asked.state == ProjectState.SUBMITTED
    accept(covers_overrun=True)
    found = read_year(2026)
    assert (found.unallocated, found.is_over_allocated) == (Decimal("-0.01"), True)


def test_warnings_say_in_words_what_is_wrong(budget_2026, project, support, english):
    plan_central_support(2026, [CostLine(2026, "hired", Decimal("625010"))], by=support)
    line = project(ProjectState.RUNNING, 5).budget_lines.get()
    book(line, 9, support)
    found = read_year(2026).warnings
    assert found[0] == "€15.00 more is committed for 2026 than there is."
    assert any("spent €4.00 more in 2026 than is planned" in text for text in found)
    assert read_years([2027])[2027].warnings == []


def test_number_of_queries_does_not_grow_with_the_lines(budget_2026, project, support):
    counts = []
    for _round in range(2):
        for state in (ProjectState.RUNNING, ProjectState.ACCEPTED):
            book(project(state, 10, 20).budget_lines.first(), 1, support)
        with CaptureQueriesContext(connection) as queries:
            read_years(range(2024, 2029))
        counts.append(len(queries))
    assert counts == [5, 5]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_books_and_foresees(budget_2026, project, role):
    person = UserFactory.create(roles=[role])
    made = project(ProjectState.RUNNING, 10)
    for verb in (
        lambda: book(made.budget_lines.get(), 1, person),
        lambda: set_forecast(2026, made, amount=Decimal(1), reason="x", by=person),
        lambda: plan_central_support(2026, [], by=person),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_who_sees_which_lines(project, support):
    draft, running = project(ProjectState.DRAFT, 10), project(ProjectState.RUNNING, 10)
    seen = {
        role: set(
            BudgetLine.objects.visible_to(UserFactory.create(roles=[role])).values_list("project", flat=True)
        )
        for role in Role
    }
    assert seen == {
        Role.SUPPORT: {draft.pk, running.pk},
        Role.COUNCIL_MEMBER: {running.pk},
        Role.PORTFOLIO_HOLDER: {running.pk},
        Role.RCDV: set(),
        Role.REGIONAL_STAFF: set(),
        Role.ADMIN: set(),
    }
