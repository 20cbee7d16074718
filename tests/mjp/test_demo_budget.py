"""The demonstration's budget: the facts of its story, typed apart from the file."""

import datetime
import tomllib
from collections import Counter
from contextlib import ExitStack
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from budget.allocation import read_years
from budget.models import (
    AnnualBudget,
    BudgetLine,
    CarryOver,
    Contribution,
    ContributionSet,
    DistributionKey,
    Expenditure,
    Forecast,
)
from budget.services.contributions import verify_contributions
from budget.services.keys import verify_key
from mjp.demo import load_budget, load_people
from mjp.demo.budget import spread
from organisation.models import User
from pillars.models import Objective
from portfolio.models import Decision, Project
from tests.factories import PASSWORD, PortfolioFactory

pytestmark = pytest.mark.django_db
FOLDER = settings.BASE_DIR / "fixtures" / "demo"
OUTCOMES = {"accept": "accepted", "return": "returned", "cancel": "cancelled", "complete": "completed"}
MODELS = (
    AnnualBudget,
    BudgetLine,
    CarryOver,
    Contribution,
    ContributionSet,
    DistributionKey,
    Expenditure,
    Forecast,
    Decision,
)


def final_states() -> dict[str, tuple[dict, str]]:
    """The demonstration's projects with the states in which their story leaves them, by key: read, not told."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    entries = {entry["key"]: entry for file in files for entry in file.get("projects", [])}
    states = {}
    for key, entry in entries.items():
        done = {event["do"] for event in entry.get("events", [])}
        submitted = "submitted" if "submit" in done else "draft"
        states[key] = "withdrawn" if "withdraw" in done else submitted
    decisions = [entry for file in files for entry in file.get("decisions", [])]
    for decision in sorted(decisions, key=lambda entry: entry["recorded_on"]):
        states |= dict.fromkeys(decision["projects"], OUTCOMES[decision["outcome"]])
    return {key: (entry, states[key]) for key, entry in entries.items()}


def make_projects() -> None:
    """The projects as `load_projects` leaves them, as far as the budget asks; telling their story takes a while."""
    holder = User.objects.get(email="portefeuillehouder@example.org")
    portfolio, objective = PortfolioFactory.create(), Objective.objects.order_by("pk").first()
    projects: list[Project] = []
    made_at: dict[str, datetime.datetime] = {}
    for number, (entry, state) in enumerate(final_states().values(), start=1):
        created_at = datetime.datetime.combine(entry["created_on"], datetime.time(12), datetime.UTC)
        made_at[entry["title"]] = created_at
        submitted = {"code": f"2024-{number:03}", "submitted_at": created_at, "accepted_at": created_at}
        projects.append(
            Project(
                title=entry["title"],
                portfolio=portfolio,
                objective=objective,
                filed_by=holder,
                state=state,
                starts_on=entry.get("starts_on"),
                ends_on=entry.get("ends_on"),
                **({} if state == "draft" else submitted),
            )
        )
    plain: QuerySet[Project] = QuerySet(Project)
    for project in plain.bulk_create(projects):
        # Django sets this day itself when a record is made.
        plain.filter(pk=project.pk).update(created_at=made_at[project.title])


@pytest.fixture(scope="module")
def told_once(loaded_rows, django_db_blocker):
    """The story, told once for all tests here because that takes a while, and taken back after them."""
    with ExitStack() as kept:
        with django_db_blocker.unblock():
            kept.enter_context(transaction.atomic())
            for model, rows in loaded_rows:
                QuerySet(model).bulk_create(model(**row) for row in rows)
            load_people(FOLDER / "people.toml", PASSWORD)
            make_projects()
            load_budget(FOLDER)
        yield
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            kept.close()


@pytest.fixture
def story(told_once, db):
    """What each test does to the story is taken back by its own transaction."""


def test_there_are_budgets_for_four_years_marked_as_fictional(story):
    budgets = AnnualBudget.objects.values_list("year", "amount", "is_fictional")
    assert list(budgets) == [
        (2024, 625_000, True),
        (2025, 625_000, True),
        (2026, 640_000, True),
        (2027, 655_000, True),
    ]
    made = DistributionKey.objects.exclude(status="indicative")
    assert {(key.is_fictional, "voorbeeld" in key.name) for key in made} == {(True, True)}


def test_contributions_are_in_every_state(story):
    found = {
        (drawn.budget.year, drawn.version): (
            drawn.state,
            Counter(drawn.contributions.values_list("state", flat=True)),
        )
        for drawn in ContributionSet.objects.all()
    }
    assert found == {
        (2024, 1): ("adopted", {"paid": 25}),
        (2025, 1): ("adopted", {"paid": 25}),
        (2026, 1): ("superseded", {"paid": 25}),
        (2026, 2): ("adopted", {"paid": 16, "invoiced": 9}),
        (2027, 1): ("draft", {"draft": 25}),
    }
    draft = ContributionSet.objects.get(state="draft")
    assert draft.key.is_indicative


def test_contributions_add_up_and_their_seals_hold(story):
    for drawn in ContributionSet.objects.select_related("budget", "key"):
        assert drawn.contributions.aggregate(sum=Sum("amount"))["sum"] == drawn.budget.amount
        if not drawn.is_draft:
            assert verify_contributions(drawn)
            assert verify_key(drawn.key)


def test_the_new_key_of_2026_leaves_a_difference_to_settle(story):
    rows = Contribution.objects.filter(set__budget__year=2026, set__version=2)
    differences = [row.to_settle for row in rows]
    assert sum(differences) == 0
    assert min(differences) < 0 < max(differences)


def test_each_year_commits_most_of_what_there_is_and_not_more(story):
    years = read_years(range(2024, 2029))
    for year in (2024, 2025, 2026):
        found = years[year]
        assert found.available * Decimal("0.9") < found.total.committed < found.available, year
        assert 0 < found.total.spent < found.total.committed, year
        assert Decimal(170_000) < found.central_support.committed < Decimal(200_000), year
    assert years[2027].total.asked > years[2027].unallocated > 0
    assert years[2027].total.spent == 0
    assert years[2028].amount is None
    assert years[2028].total.committed


def test_what_was_accepted_or_asked_has_its_costs(story):
    without = Project.objects.filter(budget_lines__isnull=True).exclude(state="withdrawn")
    assert not without.exists()


def test_the_vakraad_covered_what_was_committed_beyond_the_budget(story):
    covering = Decision.objects.get(covers_overrun=True)
    assert [(drawn.budget.year, drawn.version) for drawn in covering.contribution_sets.all()] == [(2026, 2)]
    moved = CarryOver.objects.values_list("from_budget__year", "to_budget__year", "amount")
    assert list(moved) == [(2024, 2025, 110_000), (2025, 2026, 25_000)]


def test_a_booking_was_withdrawn_one_came_back_and_a_forecast_was_set_by_hand(story):
    assert Expenditure.objects.filter(withdrawn_at__isnull=False).count() == 1
    assert Expenditure.objects.filter(amount__lt=0).count() == 1
    assert Forecast.objects.get().reason


def test_nothing_happens_before_the_story_or_after_today(story):
    first, today = datetime.date(2024, 7, 1), timezone.localdate()
    booked = set(Expenditure.objects.values_list("booked_on", flat=True))
    assert first <= min(booked) <= max(booked) <= today
    assert {day.weekday() for day in booked} <= set(range(5)) or today < datetime.date(2026, 11, 20)
    for model, name in (
        (DistributionKey, "adopted_at"),
        (ContributionSet, "made_at"),
        (ContributionSet, "adopted_at"),
        (CarryOver, "at"),
        (Expenditure, "entered_at"),
        (Expenditure, "withdrawn_at"),
        (Expenditure.history.model, "history_date"),
        (BudgetLine.history.model, "history_date"),
        (Contribution.history.model, "history_date"),
        (AnnualBudget.history.model, "history_date"),
    ):
        moments = model._base_manager.filter(**{f"{name}__isnull": False}).values_list(name, flat=True)
        days = {timezone.localdate(moment) for moment in moments}
        assert days, model
        assert first <= min(days) <= max(days) < datetime.date(2026, 11, 24), (model, name)


def test_loading_again_changes_nothing(story):
    before = {model: list(model._base_manager.order_by("pk").values()) for model in MODELS}
    assert load_budget(FOLDER) == 0
    assert {model: list(model._base_manager.order_by("pk").values()) for model in MODELS} == before


def test_bookings_are_spread_over_working_days():
    days = spread(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31), 3)
    assert days == [datetime.date(2026, 3, 2), datetime.date(2026, 7, 2), datetime.date(2026, 10, 30)]
    assert all(
        day.weekday() < 5 for day in spread(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31), 40)
    )
