"""Taking the content of a report at the moment that it is asked for, and making it on the command line."""

import datetime
import hashlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from organisation.choices import Role
from portfolio.choices import Outcome
from portfolio.services import adopt_plan, align_plan, begin_plan
from reporting.choices import JobState, ReportFormat, ReportKind
from reporting.content import as_data
from reporting.errors import NotPossibleNow, YearNotInProgramme
from reporting.models import ReportEdition, ReportJob
from reporting.reading import read_report
from reporting.services import ask_report, plan_of, publish_job, run_job, take_edition, verify_file
from tests.factories import UserFactory, decide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("programme", "english")]


@pytest.fixture(autouse=True)
def reports(settings, tmp_path):
    """A storage of the test's own."""
    kept = settings.STORAGES["reports"]
    options = {**kept["OPTIONS"], "location": tmp_path / "reports"}
    settings.STORAGES = {**settings.STORAGES, "reports": {**kept, "OPTIONS": options}}


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT])


@pytest.fixture
def adopt(support):
    """Give a function that adopts the next version of the plan of 2027, as the page does."""

    def adopt_next():
        today = timezone.localdate()
        plan = begin_plan(2027, by=support)
        if plan.minor:
            plan.changes = "Something."
            plan.save_by(support)
        plan = align_plan(plan, by=support, aligned_on=today, read_version=plan.version)
        content = read_report(ReportKind.ANNUAL_PLAN, 2027, today=today, plan=plan)
        decision = decide(outcome=Outcome.ANNUAL_PLAN, by=support, meeting_on=today)
        return adopt_plan(
            plan, by=support, decision=decision, content=as_data(content), read_version=plan.version
        )

    return adopt_next


def test_edition_of_a_plan_has_its_version_and_is_a_draft_until_it_is_adopted(support, adopt):
    plan = begin_plan(2027, by=support)
    draft = take_edition(ReportKind.ANNUAL_PLAN, 2027, by=support)
    adopted = adopt()
    # The one in hand doesn't know yet.
    definitive = take_edition(ReportKind.ANNUAL_PLAN, 2027, by=support, plan=plan)
    assert [(edition.version, edition.is_draft) for edition in (draft, definitive)] == [
        ("1.0-concept.1", True),
        ("1.0", False),
    ]
    assert definitive.plan == adopted
    assert take_edition(ReportKind.ANNUAL_PLAN, 2027, by=support) == definitive


def test_report_is_made_of_the_plan_in_force_also_while_a_next_one_is_written(support, adopt):
    with pytest.raises(ValidationError, match="no annual plan of 2027"):
        plan_of(2027)
    draft = begin_plan(2027, by=support)
    assert plan_of(2027) == draft
    first = adopt()
    following = begin_plan(2027, by=support)
    assert plan_of(2027) == first
    edition = take_edition(ReportKind.ANNUAL_PLAN, 2027, by=support, plan=following)
    assert edition.version == "1.1-concept.1"
    second = adopt()
    assert plan_of(2027) == second


def test_adopted_plan_is_the_same_edition_on_every_day(support, adopt, monkeypatch):
    adopt()
    first = take_edition(ReportKind.ANNUAL_PLAN, 2027, by=support)
    later = timezone.localdate() + datetime.timedelta(days=40)
    monkeypatch.setattr("reporting.services.editions.timezone.localdate", lambda: later)
    assert take_edition(ReportKind.ANNUAL_PLAN, 2027, by=support) == first


def test_only_an_annual_plan_is_made_of_a_version_of_it(support):
    plan = begin_plan(2027, by=support)
    with pytest.raises(ValidationError, match="Only an annual plan"):
        take_edition(ReportKind.BUDGET, 2027, by=support, plan=plan)


def test_year_outside_every_programme_has_no_report(support):
    with pytest.raises(YearNotInProgramme):
        take_edition(ReportKind.ANNUAL_REPORT, 2031, by=support)
    assert not ReportEdition.objects.exists()


def test_annual_plan_is_published_once_it_is_adopted(support, adopt, monkeypatch):
    monkeypatch.setattr("reporting.services.running.render", lambda *args: b"plan")

    def ask():
        job = ask_report(
            ReportKind.ANNUAL_PLAN, 2027, file_format=ReportFormat.PDF, language="nl", by=support
        )
        run_job(job.pk)
        return job

    begin_plan(2027, by=support)
    with pytest.raises(NotPossibleNow, match="once it is adopted"):
        publish_job(ask(), by=support)
    adopt()
    assert publish_job(ask(), by=support).is_published


# The signs of life that a worker shows come by a connection of their own.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("file_format", ReportFormat)
def test_worker_and_command_line_make_the_same_bytes_with_the_real_renderers(
    support, file_format, tmp_path, capsys
):
    job = ask_report(
        ReportKind.PLANNING_GRID, 2026, file_format=file_format, language="nl", by=support, is_draft=True
    )
    assert run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.failure
    assert verify_file(job)
    options = ["planning-grid", "--year", "2026", "--format", file_format, "--output", str(tmp_path)]
    call_command("render_report", *options)
    made = tmp_path / f"MJP-planning-2026-v1.0-concept.1.{file_format}"
    assert hashlib.sha256(made.read_bytes()).hexdigest() == job.sha256
    assert str(made) in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [made.name]
    assert ReportJob.objects.count() == 1


def test_command_line_writes_the_file_that_was_named_in_the_language_that_was_named(tmp_path):
    output = tmp_path / "budget.xlsx"
    output.write_bytes(b"an older one")
    call_command(
        "render_report",
        "budget",
        *("--year", "2026", "--format", "xlsx", "--language", "en", "--output", str(output), "--definitive"),
    )
    assert load_workbook(BytesIO(output.read_bytes())).sheetnames
    assert ReportEdition.objects.get().version == "1.0"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("annual-report", "--year", "2031"), "2031"),
        (("annual-plan", "--year", "2027"), "no annual plan of 2027"),
        (("minutes", "--year", "2027"), "minutes"),
        (("budget", "--year", "2027", "--language", "de"), "de"),
    ],
)
def test_command_line_says_what_is_wrong_in_a_line_and_writes_nothing(arguments, said, tmp_path):
    with pytest.raises(CommandError, match=said) as refused:
        call_command("render_report", *arguments, "--format", "xlsx", "--output", str(tmp_path / "file"))
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_command_line_says_when_the_file_can_not_be_written(tmp_path):
    with pytest.raises(CommandError, match="can't be written"):
        call_command(
            "render_report",
            "budget",
            "--year",
            "2026",
            "--format",
            "xlsx",
            "--output",
            str(tmp_path / "no" / "file"),
        )
