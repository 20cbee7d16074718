"""How the demonstration's projects are loaded: without mail, only where there are none, and with `load_demo`."""

import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from post_office.models import Email

from budget.models import AnnualBudget, Expenditure
from budget.services import set_budget
from mjp.demo import load_budget, load_people, load_projects
from organisation.choices import Role
from organisation.models import User
from organisation.outbox import silenced
from pillars.models import Objective
from portfolio import notices
from portfolio.errors import NotAllowedInThisState
from portfolio.models import Portfolio, PortfolioHolder, Project
from tests.factories import PASSWORD, PortfolioFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db
FOLDER = django_settings.BASE_DIR / "fixtures" / "demo"


def test_the_command_prints_only_the_six_to_sign_in_as(programme):
    printed = StringIO()
    call_command("load_demo", stdout=printed)
    assert len(printed.getvalue().strip().splitlines()) == 6
    made = Project.objects.count()
    assert made >= 28
    booked = Expenditure.objects.count()
    assert booked > 100
    others = User.objects.filter(email__contains=".hofland@")
    assert [person.has_usable_password() for person in others] == [False]
    call_command("load_demo", stdout=StringIO())
    assert Project.objects.count() == made
    assert Expenditure.objects.count() == booked


def test_without_the_projects_of_the_demonstration_no_budget_is_made(programme):
    load_people(FOLDER / "people.toml", PASSWORD)
    ProjectFactory(objective=Objective.objects.first())
    assert load_budget(FOLDER) == 0
    assert not AnnualBudget.objects.exists()


def test_an_installation_with_a_budget_is_left_alone(programme):
    set_budget(2026, Decimal(100), by=UserFactory(roles=[Role.SUPPORT]))
    assert load_budget(FOLDER) == 0
    assert AnnualBudget.objects.count() == 1


def test_the_story_is_refused_in_production(programme, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not Project.objects.exists()


def test_no_mail_is_sent_for_the_story(programme, django_capture_on_commit_callbacks):
    load_people(FOLDER / "people.toml", PASSWORD)
    with django_capture_on_commit_callbacks() as callbacks:
        load_projects(FOLDER)
    assert not Email.objects.exists()
    assert callbacks == []


@pytest.mark.parametrize("day", [datetime.date(2026, 11, 24), datetime.date(2031, 3, 3)])
def test_the_story_is_the_same_whatever_the_clock_says(programme, monkeypatch, day):
    now = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    load_people(FOLDER / "people.toml", PASSWORD)
    load_projects(FOLDER)
    project = Project.objects.get(title="Uitvoering programma crisiscommunicatie 2026–2027")
    assert project.code == "2025-008"
    assert timezone.localdate(project.submitted_at) == datetime.date(2025, 11, 10)
    assert timezone.localdate(project.accepted_at) == datetime.date(2025, 12, 12)
    assert [report.reported_on for report in project.status_reports.all()] == [
        datetime.date(2026, 7, 6),
        datetime.date(2026, 4, 13),
    ]
    holder = PortfolioHolder.objects.get(portfolio=project.portfolio, user__name="Jeroen Bakhuis")
    assert holder.starts_on == datetime.date(2025, 9, 1)
    assert {record.starts_on for record in holder.history.all()} == {holder.starts_on}


def test_an_installation_with_projects_is_left_alone(programme):
    load_people(FOLDER / "people.toml", PASSWORD)
    ProjectFactory(objective=Objective.objects.first())
    assert load_projects(FOLDER) == 0
    assert Project.objects.count() == 1


def test_an_installation_with_portfolios_is_left_alone(programme):
    load_people(FOLDER / "people.toml", PASSWORD)
    PortfolioFactory(name="Someone's own")
    assert load_projects(FOLDER) == 0
    assert [portfolio.name for portfolio in Portfolio.objects.all()] == ["Someone's own"]


def test_nothing_is_kept_of_a_story_that_stumbles(programme, tmp_path):
    load_people(FOLDER / "people.toml", PASSWORD)
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "decisions.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[decisions]]\nnumber = "2026-99"\nmeeting_on = 2026-11-12\nrecorded_on = 2026-11-13\n'
            'outcome = "complete"\nwording = "Too early."\nprojects = ["cyberoefening"]\n'
        )
    with pytest.raises(NotAllowedInThisState):
        load_projects(tmp_path)
    assert not Project.objects.exists()
    assert not Portfolio.objects.exists()


def test_messages_are_written_again_after_silence(programme):
    support, project = UserFactory(roles=[Role.SUPPORT]), ProjectFactory()
    with silenced():
        notices.completion_asked(project, by=project.filed_by)
    assert not Email.objects.exists()
    notices.completion_asked(project, by=project.filed_by)
    assert [message.to for message in Email.objects.all()] == [[support.email]]
