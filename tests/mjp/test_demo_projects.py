"""The demonstration's projects: the facts of its story, typed apart from the files."""

import datetime
from collections import Counter, defaultdict
from contextlib import ExitStack
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from mjp.demo import load_people, load_projects
from organisation.models import User
from pillars.models import Objective, ObjectiveDependency, PlannedYear
from portfolio.cell_states import ProjectFacts, cell_summary
from portfolio.choices import CellState, Health, ProjectState
from portfolio.completeness import missing
from portfolio.models import (
    Attachment,
    CapacityRequest,
    Decision,
    Portfolio,
    PortfolioHolder,
    Project,
    ProjectDependency,
    Remark,
    StateChange,
    StatusReport,
)
from portfolio.services import submit_project
from tests.factories import PASSWORD, ProjectFactory

pytestmark = pytest.mark.django_db
FOLDER = settings.BASE_DIR / "fixtures" / "demo"
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(scope="module")
def told_once(loaded_rows, django_db_blocker):
    """The story, told once for all tests here because that takes a while, and taken back after them."""
    with ExitStack() as kept:
        with django_db_blocker.unblock():
            kept.enter_context(transaction.atomic())
            for model, rows in loaded_rows:
                QuerySet(model).bulk_create(model(**row) for row in rows)
            load_people(FOLDER / "people.toml", PASSWORD)
            load_projects(FOLDER)
        yield
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            kept.close()


@pytest.fixture
def story(told_once, db):
    """What each test does to the story is taken back by its own transaction."""


def facts_of(project: Project) -> ProjectFacts:
    return ProjectFacts(
        state=ProjectState(project.state),
        health=Health(project.health) if project.health else None,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        undelivered_due_on=tuple(
            result.due_on for result in project.results.all() if result.due_on and not result.delivered_on
        ),
    )


def contents() -> dict[str, list]:
    """Everything of the story that a second loading might change."""
    models = [
        Portfolio,
        PortfolioHolder,
        Project,
        CapacityRequest,
        ProjectDependency,
        StateChange,
        StatusReport,
        Remark,
        Attachment,
        Decision,
        ObjectiveDependency,
        Project.history.model,
    ]
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}


def test_all_states_occur(story):
    assert Counter(Project.objects.values_list("state", flat=True)) == {
        "draft": 2,
        "submitted": 3,
        "returned": 1,
        "accepted": 4,
        "running": 12,
        "completed": 14,
        "withdrawn": 2,
        "cancelled": 2,
    }
    assert Project.objects.filter(ends_on__gte=datetime.date(2028, 1, 1)).count() == 4


def test_what_was_submitted_lacks_nothing_and_has_several_results(story):
    for project in Project.objects.filter(submitted_at__isnull=False).for_document():
        assert not missing(project), project
        assert 2 <= len(project.results.all()) <= 5, project
        assert project.risks.all(), project
    drafts = Project.objects.filter(submitted_at__isnull=True).for_document()
    assert all(missing(project) for project in drafts), "a draft has something left to fill in"


def test_what_began_in_2024_and_2025_is_over_or_runs(story):
    earlier = Project.objects.filter(ends_on__lte=datetime.date(2025, 12, 31))
    assert set(earlier.values_list("state", flat=True)) == {"completed", "cancelled", "withdrawn"}


def test_the_grid_shows_every_state_of_a_cell(story):
    of_objective: dict[int, list[ProjectFacts]] = defaultdict(list)
    for project in Project.objects.counted().prefetch_related("results"):
        of_objective[project.objective_id].append(facts_of(project))
    planned: dict[int, list[int]] = defaultdict(list)
    for objective, year in PlannedYear.objects.values_list("objective", "programme_year__year"):
        planned[objective].append(year)
    shown = {
        (objective.title, year): cell_summary(
            of_objective[objective.pk], year, planned[objective.pk], TODAY
        ).state
        for objective in Objective.objects.all()
        for year in range(2024, 2029)
    }
    assert set(shown.values()) == set(CellState)
    assert [title for (title, year), state in shown.items() if year == 2026 and state == "missing"] == [
        "Uitwerking netwerkmanagementstrategie"
    ]


def test_projects_and_objectives_wait_for_each_other(story):
    conflicts = {
        (dependency.project.title, dependency.predecessor.title)
        for dependency in ProjectDependency.objects.select_related("project", "predecessor")
        if dependency.is_conflict
    }
    assert conflicts == {
        ("Omgaan met desinformatie tijdens een crisis", "Uitvoering programma crisiscommunicatie 2026–2027"),
        (
            "Gezamenlijke voorbereiding met vitale partners",
            "Netwerkpartners verbinden: vitale aanbieders en regio’s",
        ),
    }
    assert ObjectiveDependency.objects.count() == 1


def test_something_awaits_everyone(story):
    assert Project.objects.awaiting_decision().filter(state="running").count() == 1
    assert {project.title for project in Project.objects.late(TODAY)} == {
        "Informatiebeeld bij digitale ontwrichting",
        "Landelijke invoering van de informatieafspraken",
        "Werkprogramma platform Netwerk en Regie 2026–2027",
    }


def test_every_region_is_asked_for_days(story):
    asked = CapacityRequest.objects.counted()
    of_gelderland_zuid = asked.filter(region__code="VR08").order_by("year")
    assert dict(of_gelderland_zuid.values_list("year").annotate(Sum("days"))) == {
        2025: 69,
        2026: 155,
        2027: 168,
        2028: 22,
    }
    to_come = asked.filter(year__gte=2026)
    assert to_come.filter(region__isnull=False).values("region").distinct().count() == 25
    for year in (2026, 2027, 2028):
        assert to_come.filter(network__isnull=False, year=year).exists(), year


def test_running_projects_report_each_quarter_but_for_two(story):
    longest = datetime.timedelta(days=110)
    silent = set()
    for project in Project.objects.filter(accepted_at__isnull=False).prefetch_related("status_reports"):
        reported = sorted(report.reported_on for report in project.status_reports.all())
        if project.state == "accepted":
            assert not reported, project
            continue
        end = TODAY if project.state == "running" else reported[-1]
        days = [project.starts_on, *reported, end]
        if any(later - earlier > longest for earlier, later in pairwise(days)):
            silent.add(project.title)
    assert silent == {
        "Uitvoering programma crisiscommunicatie 2026–2027",
        "Kennisvragen voor het onderzoeksprogramma 2026–2027",
    }
    assert {project.title for project in Project.objects.with_report_due(TODAY)} == silent


def test_the_holder_to_sign_in_as_has_something_of_everything(story):
    holder = User.objects.get(email="portefeuillehouder@example.org")
    assert set(Portfolio.objects.held_by(holder, TODAY).values_list("slug", flat=True)) == {
        "moto",
        "planvorming",
        "risico-en-crisiscommunicatie",
    }
    own = Project.objects.of_holder(holder, TODAY)
    assert {"draft", "returned", "submitted", "running", "completed"} <= set(
        own.values_list("state", flat=True)
    )
    assert [project.health for project in own.with_report_due(TODAY)] == ["amber"]


def test_holders_change_and_may_be_missing(story):
    portfolios = Portfolio.objects.with_current_holders(TODAY)
    assert {portfolio.slug for portfolio in portfolios if not portfolio.current_holders} == {
        "cyberveiligheid"
    }
    communication = PortfolioHolder.objects.filter(portfolio__slug="risico-en-crisiscommunicatie")
    assert [(holder.user.name, holder.starts_on, holder.ends_on) for holder in communication] == [
        ("Jeroen Bakhuis", datetime.date(2025, 9, 1), None),
        ("Thijs Hofland", datetime.date(2024, 7, 1), datetime.date(2025, 8, 31)),
    ]


def test_decisions_accept_return_cancel_complete_and_correct(story):
    assert Decision.objects.count() == 17
    assert set(Decision.objects.values_list("outcome", flat=True)) == {
        "accept",
        "return",
        "cancel",
        "complete",
    }
    correction = Decision.objects.get(corrects__isnull=False)
    assert (correction.number, correction.corrects.number) == ("2026-02", "2026-01")
    assert any(decision.subjects.count() > 1 for decision in Decision.objects.all())


def test_history_has_the_people_and_days_of_the_story(story):
    project = Project.objects.get(code="2024-001")
    assert project.title == "Gezamenlijk kader voor paraatheid in de regio’s"
    changes = [
        (change.to_state, change.by.name, timezone.localdate(change.at))
        for change in project.state_changes.all()
    ]
    assert changes == [
        ("submitted", "Jeroen Bakhuis", datetime.date(2024, 8, 26)),
        ("accepted", "Lotte van der Meulen", datetime.date(2024, 9, 13)),
        ("running", "Jeroen Bakhuis", datetime.date(2024, 10, 1)),
        ("completed", "Lotte van der Meulen", datetime.date(2025, 9, 12)),
    ]
    assert timezone.localdate(project.created_at) == datetime.date(2024, 7, 15)
    assert timezone.localdate(project.submitted_at) == datetime.date(2024, 8, 26)
    assert timezone.localdate(project.accepted_at) == datetime.date(2024, 9, 13)
    assert timezone.localdate(project.changed_at) == datetime.date(2025, 9, 12)
    history = list(project.history.order_by("history_date"))
    assert (history[0].history_user.name, timezone.localdate(history[0].history_date)) == (
        "Jeroen Bakhuis",
        datetime.date(2024, 7, 15),
    )
    accepted = next(record for record in history if record.state == "accepted")
    assert accepted.code == "2024-001"
    assert accepted.submitted_at == project.submitted_at
    earlier = Project.objects.get(title__endswith="onderdeel crisiscommunicatie")
    assert earlier.filed_by.name == "Thijs Hofland"


def test_nothing_happens_before_the_story_or_after_today(story):
    first, last = datetime.date(2024, 7, 1), TODAY
    for model, name in (
        (StateChange, "at"),
        (Decision, "recorded_at"),
        (StatusReport, "created_at"),
        (Remark, "created_at"),
        (Attachment, "uploaded_at"),
        (Project, "created_at"),
        (Project, "changed_at"),
        (Project.history.model, "history_date"),
        (Portfolio.history.model, "history_date"),
        (CapacityRequest.history.model, "history_date"),
    ):
        days = {timezone.localdate(moment) for moment in model._base_manager.values_list(name, flat=True)}
        assert days, model
        assert first <= min(days) <= max(days) < last, model


def test_things_happen_at_different_hours_of_the_working_day(story):
    hours = {timezone.localtime(change.at).hour for change in StateChange.objects.all()}
    assert len(hours) >= 5
    assert 9 <= min(hours) <= max(hours) <= 17


def test_numbers_count_the_submissions_of_each_year(story):
    submitted = Project.objects.filter(submitted_at__isnull=False).order_by("submitted_at")
    by_year = defaultdict(list)
    for project in submitted:
        by_year[timezone.localdate(project.submitted_at).year].append(project.code)
    assert set(by_year) == {2024, 2025, 2026}
    for year, codes in by_year.items():
        assert codes == [f"{year}-{number:03}" for number in range(1, len(codes) + 1)]


def test_the_file_of_the_story_is_a_pdf(story):
    attachment = Attachment.objects.get()
    assert attachment.content_type == "application/pdf"
    with attachment.file.open() as file:
        assert file.read().startswith(b"%PDF-1.4")


def test_loading_again_changes_nothing(story, django_assert_max_num_queries):
    project = Project.objects.get(code="2026-001")
    Project.objects.filter(pk=project.pk).update(title="Changed in the demonstration")
    before = contents()
    with django_assert_max_num_queries(2):
        assert load_projects(FOLDER) == 0
    assert contents() == before


def test_the_next_number_follows_those_of_the_story(story):
    draft = ProjectFactory(objective=Objective.objects.first(), ends_on=datetime.date(2027, 6, 30))
    submit_project(draft, by=draft.filed_by)
    draft.refresh_from_db()
    year = timezone.localdate().year
    last = Project.objects.filter(code__startswith=f"{year}-").exclude(pk=draft.pk).order_by("code").last()
    number = int(last.code[5:]) if last else 0
    assert draft.code == f"{year}-{number + 1:03}"
