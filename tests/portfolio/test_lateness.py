"""When a project is late, and that the database says the same as the function."""

import datetime
import itertools

import pytest

from portfolio.cell_states import ProjectFacts
from portfolio.choices import NOT_BEGUN, OPEN, Health, ProjectState
from portfolio.lateness import late_reasons, lateness
from portfolio.models import Project, Result
from tests.factories import ObjectiveFactory, PortfolioFactory, UserFactory

TODAY = datetime.date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)
P = ProjectState


@pytest.mark.parametrize("state", P)
@pytest.mark.parametrize(
    ("day", "is_past"), [(YESTERDAY, True), (TODAY, False), (TOMORROW, False), (None, False)]
)
def test_start_end_and_results_count_once_their_day_has_passed(state, day, is_past):
    late = lateness(state, day, day, (day,) if day else (), TODAY)
    assert late.start_passed == (is_past and state in NOT_BEGUN)
    assert late.end_passed == (is_past and state in OPEN)
    assert late.overdue_results == ((day,) if is_past and state == P.RUNNING else ())
    assert bool(late) == (is_past and state in OPEN)


def test_reasons_are_given_in_words_with_their_days():
    late = lateness(P.RUNNING, YESTERDAY, YESTERDAY, (YESTERDAY, TODAY - datetime.timedelta(days=9)), TODAY)
    reasons = late_reasons(late, YESTERDAY, YESTERDAY)
    assert len(reasons) == 2
    assert "23" in reasons[0]
    assert "2" in reasons[1]
    assert "15" in reasons[1]
    assert late_reasons(lateness(P.COMPLETED, YESTERDAY, YESTERDAY, (), TODAY), YESTERDAY, YESTERDAY) == []


@pytest.fixture
def generated(db):
    """A project per combination of state, start, end and result; `facts` says the same of each as plain data."""
    portfolio, objective, person = PortfolioFactory(), ObjectiveFactory(), UserFactory()
    far = (
        datetime.date(2024, 5, 1),
        datetime.date(2025, 12, 31),
        YESTERDAY,
        TODAY,
        datetime.date(2027, 3, 1),
    )
    periods = [
        (start, end)
        for start, end in itertools.product((*far, None), repeat=2)
        if start is None or end is None or start <= end
    ]
    # Due and delivered.
    results = [(), ((YESTERDAY, None),), ((YESTERDAY, TODAY), (TODAY, None)), ((None, None), (far[0], None))]
    cases = list(itertools.product(P, periods, results))
    moment = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    made = Project.objects.bulk_create(
        Project(
            title=f"Project {number}",
            code=f"X-{number}",
            portfolio=portfolio,
            objective=objective,
            filed_by=person,
            state=state,
            starts_on=start,
            ends_on=end,
            submitted_at=moment,
            accepted_at=moment,
        )
        for number, (state, (start, end), _results) in enumerate(cases)
    )
    Result.objects.bulk_create(
        Result(project=project, title="R", due_on=due_on, delivered_on=delivered_on)
        for project, (_state, _period, owed) in zip(made, cases, strict=True)
        for due_on, delivered_on in owed
    )
    return {
        project.pk: ProjectFacts(
            ProjectState(state),
            Health.GREEN,
            start,
            end,
            tuple(due_on for due_on, delivered_on in owed if due_on and delivered_on is None),
        )
        for project, (state, (start, end), owed) in zip(made, cases, strict=True)
    }


def test_the_database_finds_the_same_projects_late(generated):
    assert set(Project.objects.late(TODAY).values_list("pk", flat=True)) == {
        pk for pk, facts in generated.items() if facts.lateness(TODAY)
    }


@pytest.mark.parametrize("planned", [(2026,), (2025, 2026, 2027)])
def test_the_database_finds_the_same_projects_of_this_year(generated, planned):
    """In an objective that is planned this year."""
    assert set(Project.objects.counting_this_year(TODAY).values_list("pk", flat=True)) == {
        pk for pk, facts in generated.items() if TODAY.year in facts.years(planned, TODAY)
    }
