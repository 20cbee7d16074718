"""What the application does by the clock: once a year, once a night, every few minutes."""

import datetime

import pytest
from django.conf import settings as django_settings
from post_office.models import Email

from mjp.celery import app
from organisation.choices import Role
from reporting import tasks
from reporting.choices import JobState, ReportFormat, ReportKind, YearlyKind
from reporting.models import ReportJob, YearlyWork
from reporting.services import do_yearly_work
from tests.factories import PortfolioFactory, ProgrammeFactory, UserFactory
from tests.reporting.example import example_content

pytestmark = pytest.mark.django_db
FIRST_OF_FEBRUARY = datetime.date(2026, 2, 1)
FIRST_OF_OCTOBER = datetime.date(2026, 10, 1)


@pytest.fixture(autouse=True)
def programme():
    return ProgrammeFactory()


@pytest.fixture(autouse=True)
def read(monkeypatch):
    """What the content is read from is reporting/reading's to test; here it is the example."""
    asked = []

    def give_example(kind, year, *, by, plan=None, is_draft=False):
        from reporting.services.editions import keep_edition

        asked.append((kind, year, is_draft))
        return keep_edition(example_content(kind), by=by, plan=plan, is_draft=is_draft)

    monkeypatch.setattr("reporting.services.asking.take_edition", give_example)
    return asked


def test_on_the_first_of_february_the_draft_report_of_the_past_year_is_asked_for_once(read):
    [work] = do_yearly_work(FIRST_OF_FEBRUARY)
    assert (work.kind, work.year) == (YearlyKind.DRAFT_REPORT, 2025)
    assert read == [(ReportKind.ANNUAL_REPORT, 2025, True)]
    job = ReportJob.objects.get()
    assert (job.state, job.format, job.language, job.asked_by) == (
        JobState.QUEUED,
        ReportFormat.PDF,
        "nl",
        None,
    )
    assert job.edition.version == "1.0-concept.1"
    assert do_yearly_work(FIRST_OF_FEBRUARY) == []
    assert len(read) == 1


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        (datetime.date(2026, 1, 31), []),
        (datetime.date(2026, 2, 14), [YearlyKind.DRAFT_REPORT]),
        (datetime.date(2026, 2, 15), []),
        (datetime.date(2026, 9, 30), []),
        (datetime.date(2026, 10, 3), [YearlyKind.ALIGN_PLAN]),
        (datetime.date(2024, 2, 1), []),
        (datetime.date(2028, 10, 1), []),
    ],
)
def test_what_was_missed_is_done_within_two_weeks_and_for_years_of_a_programme(day, kinds):
    assert [work.kind for work in do_yearly_work(day)] == kinds


def test_on_the_first_of_october_holders_and_support_are_asked_to_align_the_plan_of_next_year_once():
    people = {
        "nl": UserFactory(roles=[Role.PORTFOLIO_HOLDER], language="nl"),
        "en": UserFactory(roles=[Role.SUPPORT], language="en"),
    }
    PortfolioFactory(held_by=people["nl"])
    UserFactory(roles=[Role.COUNCIL_MEMBER])
    for _time in range(2):
        do_yearly_work(FIRST_OF_OCTOBER)
    mails = {message.to[0]: message for message in Email.objects.all()}
    assert set(mails) == {person.email for person in people.values()}
    assert Email.objects.count() == 2
    english = mails[people["en"].email]
    assert english.subject == "Align the annual plan of 2027"
    assert f"{django_settings.SITE_URL}/annual-plans/2027" in english.message


def test_days_are_settings(settings):
    settings.DRAFT_REPORT_DAY = (3, 15)
    assert do_yearly_work(FIRST_OF_FEBRUARY) == []
    assert len(do_yearly_work(datetime.date(2026, 3, 15))) == 1


def test_draft_that_could_not_be_asked_for_is_tried_again(monkeypatch):
    def refuse(*args, **options):
        raise ValueError("no")

    with monkeypatch.context() as patch:
        patch.setattr("reporting.services.yearly.ask_report", refuse)
        with pytest.raises(ValueError, match="no"):
            do_yearly_work(FIRST_OF_FEBRUARY)
    assert not YearlyWork.objects.exists()
    assert len(do_yearly_work(FIRST_OF_FEBRUARY)) == 1


# Sending what is in the outbox ends with a connection that is closed.
@pytest.mark.django_db(transaction=True)
def test_everything_that_beat_asks_for_is_a_task_that_runs():
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    own = {name for name in app.tasks if name.startswith("reporting.")}
    assert own == asked | {"reporting.make_report"}
    for task in (tasks.sweep, tasks.tidy_up, tasks.send_mail, tasks.send_reminders):
        task()
