"""The making of reports: asked for once, made once, published when it is right, and told to who waits for it."""

import datetime
import errno
import hashlib
import threading
import uuid
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from post_office.models import Email

from organisation.choices import Role
from reporting.choices import JobFailure, JobState, JobStep, ReportFormat, ReportKind
from reporting.errors import JobCancelled, JobTaken, MadeReportIsFrozen, NotPossibleNow
from reporting.models import ReportEdition, ReportJob, report_storage
from reporting.services import (
    ask_file,
    cancel_job,
    discard_orphans,
    hand_over,
    publish_job,
    run_job,
    sweep_jobs,
    verify_edition,
    verify_file,
    withdraw_job,
)
from reporting.services.editions import keep_edition
from reporting.services.handing import MOST_ATTEMPTS
from reporting.services.running import Run
from reporting.storage import WholeFilesStorage
from reporting.tasks import MakingTask
from tests.factories import UserFactory
from tests.reporting.example import example_content

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ALL_STEPS = (JobStep.CONTENT, JobStep.LAYOUT, JobStep.WRITING, JobStep.TAGGING)


def plain_render(edition, file_format, language, progress):
    """An honest renderer that draws nothing: goes through the steps and gives bytes that follow from the edition."""
    for percent, step in zip((5, 30, 60, 80), ALL_STEPS, strict=True):
        progress(step, percent)
    return f"{edition.file_name(file_format, language)} {edition.content_hash}".encode()


@pytest.fixture(autouse=True)
def reports(settings, tmp_path):
    """A storage of the test's own."""
    kept = settings.STORAGES["reports"]
    options = {**kept["OPTIONS"], "location": tmp_path / "reports"}
    settings.STORAGES = {**settings.STORAGES, "reports": {**kept, "OPTIONS": options}}
    return tmp_path / "reports"


@pytest.fixture(autouse=True)
def rendered(monkeypatch):
    monkeypatch.setattr("reporting.services.running.render", plain_render)


@pytest.fixture
def rendering(monkeypatch):
    """Give a function that has something happen when the pages are laid out."""

    def happens(what):
        def render(edition, file_format, language, progress):
            progress(JobStep.LAYOUT, 30)
            what()
            return plain_render(edition, file_format, language, progress)

        monkeypatch.setattr("reporting.services.running.render", render)

    return happens


def raises(problem):
    def what():
        raise problem

    return what


@pytest.fixture
def support():
    return UserFactory(roles=[Role.SUPPORT], name="Support")


def make_edition(kind=ReportKind.ANNUAL_REPORT, *, is_draft=False, by=None, content=None) -> ReportEdition:
    return keep_edition(content or example_content(kind), by=by, is_draft=is_draft)


def ask(by, edition=None, file_format=ReportFormat.PDF, language="nl") -> ReportJob:
    return ask_file(edition or make_edition(), file_format=file_format, language=language, by=by)


def made(by, **fields) -> ReportJob:
    job = ask(by, **fields)
    assert run_job(job.pk)
    return ReportJob.objects.get(pk=job.pk)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# --- Editions --------------------------------------------------------------------------------------------------------


def test_same_content_is_the_same_edition_and_other_content_the_next_version():
    content = example_content(ReportKind.ANNUAL_REPORT)
    first = make_edition(content=content)
    assert make_edition(content=content) == first
    other = example_content(ReportKind.ANNUAL_REPORT, times=2)
    assert [first.version, make_edition(content=other).version] == ["1.0", "1.1"]


def test_drafts_are_counted_apart_towards_the_version_that_comes():
    content, other = (example_content(ReportKind.BUDGET, times=times) for times in (1, 2))
    made_now = [
        make_edition(content=content, is_draft=True),
        make_edition(content=other, is_draft=True),
        make_edition(content=other),
        make_edition(content=content, is_draft=True),
        make_edition(content=content),
    ]
    assert [edition.version for edition in made_now] == [
        "1.0-concept.1",
        "1.0-concept.2",
        "1.0",
        "1.0-concept.1",
        "1.1",
    ]


def test_edition_that_was_taken_never_changes():
    edition = make_edition()
    edition.version = "2.0"
    with pytest.raises(MadeReportIsFrozen):
        edition.save()
    with pytest.raises(MadeReportIsFrozen):
        ReportEdition.objects.update(content={})
    with pytest.raises(MadeReportIsFrozen):
        edition.delete()


def test_edition_that_was_changed_past_the_application_is_found_out():
    edition = make_edition()
    assert verify_edition(edition)
    QuerySet(ReportEdition).filter(pk=edition.pk).update(
        content={**edition.content, "outlook": "All is well"}
    )
    assert not verify_edition(ReportEdition.objects.get())


def test_edition_comes_back_as_what_renderers_take():
    content = example_content(ReportKind.PLANNING_GRID)
    edition = make_edition(content=content).as_edition()
    assert edition.content == content
    assert edition.file_name(ReportFormat.XLSX, "en") == "MJP-planning-2025-v1.0-en.xlsx"


# --- Asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_asks_cancels_publishes_and_withdraws(role, support):
    other = UserFactory(roles=[role])
    job = made(support)
    for verb in (
        lambda: ask(other, job.edition),
        lambda: cancel_job(job, by=other),
        lambda: publish_job(job, by=other),
        lambda: withdraw_job(job, "Wrong", by=other),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_asking_twice_gives_the_same_job(support):
    job = ask(support)
    assert ask(UserFactory(roles=[Role.SUPPORT])) == job
    assert ReportJob.objects.count() == 1
    assert run_job(job.pk)
    assert ask(support).state == JobState.DONE


def test_format_and_language_make_another_job_of_the_same_edition(support):
    jobs = [
        ask(support, file_format=file_format, language=language)
        for file_format in ReportFormat
        for language in ("nl", "en")
    ]
    assert len({job.pk for job in jobs}) == 4
    assert ReportEdition.objects.count() == 1


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_what_failed_or_was_cancelled_is_queued_anew_in_the_same_row(support, state, rendering):
    job = ask(support)
    if state == JobState.CANCELLED:
        cancel_job(job, by=support)
    else:
        rendering(raises(MemoryError()))
        run_job(job.pk)
    other = UserFactory(roles=[Role.SUPPORT])
    again = ask(other)
    again.refresh_from_db()
    assert (again.pk, again.state, again.attempts) == (job.pk, JobState.QUEUED, 0)
    assert (again.asked_by, list(again.waiting.all())) == (other, [other])
    assert (again.failure, again.message, again.enqueued_at, again.ended_at) == ("", "", None, None)


def test_database_itself_has_a_report_made_once_per_form(support):
    job = ask(support)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportJob.objects.create(edition=job.edition, format=job.format, language=job.language)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_the_same_job():
    people = [UserFactory(roles=[Role.SUPPORT]) for _person in range(4)]
    content = example_content(ReportKind.BUDGET)
    begin, got, problems = threading.Barrier(len(people)), [], []

    def ask_at_once(person):
        try:
            begin.wait()
            edition = keep_edition(content, by=person, is_draft=False)
            got.append(ask(person, edition).pk)
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask_at_once, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert got == [ReportJob.objects.get().pk] * 4
    assert set(ReportJob.objects.get().waiting.all()) == set(people)


# --- Handing over, and the sweep -------------------------------------------------------------------------------------


@pytest.fixture
def broker(monkeypatch):
    """The broker as this test sees it: what it was told, and whether it is there."""

    class Broker:
        told: list = []
        is_away = False

        def send_task(self, name, args, **options):
            if self.is_away:
                raise OSError("nobody there")
            self.told.append(args[0])

    Broker.told = []
    broker = Broker()
    monkeypatch.setattr("reporting.services.handing.current_app", broker)
    return broker


def test_job_is_handed_over_when_it_is_stored(support, broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(support)
        assert broker.told == []
    assert broker.told == [job.pk]
    job.refresh_from_db()
    assert job.enqueued_at is not None
    with django_capture_on_commit_callbacks(execute=True):
        ask(support)
    assert broker.told == [job.pk], "who asks again hands nothing over"


def test_job_that_the_broker_does_not_hear_of_waits_for_the_sweep(
    support, broker, django_capture_on_commit_callbacks
):
    broker.is_away = True
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(support)
    job.refresh_from_db()
    assert (job.state, job.enqueued_at) == (JobState.QUEUED, None)
    later = timezone.now() + datetime.timedelta(minutes=1)
    with pytest.raises(CommandError, match="still to be handed over: 1"):
        call_command("sweep_jobs")
    broker.is_away = False
    assert sweep_jobs(later).handed_over == 1
    assert broker.told == [job.pk]
    assert sweep_jobs(timezone.now()).handed_over == 0


def test_job_that_was_just_asked_for_is_left_to_who_asked(support, broker):
    ask(support)
    assert sweep_jobs().handed_over == 0


def test_message_that_got_lost_is_sent_again_when_no_worker_makes_anything(support, broker):
    jobs = [ask(support, language=language) for language in ("nl", "en")]
    for job in jobs:
        hand_over(job.pk)
    broker.told.clear()
    later = timezone.now() + datetime.timedelta(seconds=90)
    ReportJob.objects.filter(pk=jobs[0].pk).update(
        state=JobState.RUNNING, run_key=uuid.uuid4(), heartbeat=later
    )
    assert sweep_jobs(later).handed_over == 0, "the others wait for their turn"
    ReportJob.objects.filter(pk=jobs[0].pk).update(state=JobState.CANCELLED)
    assert sweep_jobs(later).handed_over == 1
    assert broker.told == [jobs[1].pk]


def begun(support, **fields) -> ReportJob:
    """A job of a worker that nothing was heard of for an hour."""
    job = ask(support)
    fields = {"attempts": 1, **fields}
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    ReportJob.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        step=JobStep.LAYOUT,
        percent=30,
        run_key=uuid.uuid4(),
        heartbeat=long_ago,
        asked_at=long_ago,
        **fields,
    )
    return ReportJob.objects.get(pk=job.pk)


def test_job_of_a_worker_that_shows_no_life_is_queued_anew_and_made(support, broker):
    job = begun(support)
    swept = sweep_jobs()
    assert (swept.queued_anew, swept.ended, swept.handed_over) == (1, 0, 1)
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_job_of_a_worker_that_shows_life_is_left_alone(support, broker):
    job = begun(support)
    ReportJob.objects.filter(pk=job.pk).update(heartbeat=timezone.now())
    assert sweep_jobs().queued_anew == 0


def test_job_that_was_broken_off_too_often_fails(support, broker):
    job = begun(support, attempts=MOST_ATTEMPTS)
    assert sweep_jobs().ended == 1
    job.refresh_from_db()
    assert (job.state, job.failure) == (JobState.FAILED, JobFailure.LOST)
    assert "broken off 5 times" in job.message


def test_job_that_was_to_be_cancelled_when_its_worker_was_killed_is_cancelled(support, broker):
    job = begun(support, cancel_asked=True)
    assert sweep_jobs().ended == 1
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


# --- Making ----------------------------------------------------------------------------------------------------------


def test_job_that_is_made_has_its_file_with_size_and_hash(support, reports):
    job = made(support)
    [path] = files(reports)
    content = path.read_bytes()
    assert content == plain_render(job.edition.as_edition(), job.format, "nl", lambda step, percent: None)
    assert (job.state, job.step, job.percent) == (JobState.DONE, JobStep.STORING, 100)
    assert (job.size, job.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert path.name == job.file_name == "MJP-jaarverslag-2025-v1.0.pdf"
    assert path.stat().st_mode & 0o777 == 0o600
    assert verify_file(job)
    path.write_bytes(content + b".")
    assert not verify_file(job)
    path.unlink()
    assert not verify_file(job)


def test_second_message_about_a_job_does_nothing(support, reports):
    job = made(support)
    before = ReportJob.objects.values().get()
    assert not run_job(job.pk)
    assert ReportJob.objects.values().get() == before
    assert len(files(reports)) == 1


def test_message_about_a_job_that_another_worker_has_does_nothing(support):
    job = begun(support)
    assert not run_job(job.pk)
    assert not run_job(job.pk + 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_take_a_job_at_once_one_makes_it(rendering):
    support = UserFactory(roles=[Role.SUPPORT])
    job = ask(support)
    begin, outcomes = threading.Barrier(2), []

    def take():
        begin.wait()
        try:
            outcomes.append(run_job(job.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_progress_says_step_and_percentage(support, rendering):
    job = ask(support)
    seen = []
    rendering(lambda: seen.append(ReportJob.objects.values_list("state", "step", "percent").get()))
    run_job(job.pk)
    assert seen == [(JobState.RUNNING, JobStep.LAYOUT, 30)]


def test_progress_of_one_step_is_not_written_a_thousand_times(support, django_assert_max_num_queries):
    job = begun(support)
    run = Run(job)
    with django_assert_max_num_queries(3):
        for percent in range(1000):
            run.progress(JobStep.LAYOUT, percent // 10)


@pytest.mark.parametrize(
    ("problem", "failure", "said"),
    [
        (SoftTimeLimitExceeded(), JobFailure.TIME, "longer than 10 minutes"),
        (MemoryError(), JobFailure.MEMORY, "more memory"),
        (OSError(errno.ENOSPC, "full"), JobFailure.DISK, "no room"),
        (ValueError("a secret of the code"), JobFailure.ERROR, "the number of this job"),
    ],
)
def test_failed_job_says_why_in_the_language_of_the_reader_and_leaves_no_file(
    support, rendering, reports, problem, failure, said
):
    rendering(raises(problem))
    job = made(support)
    assert (job.state, job.failure, job.attempts) == (JobState.FAILED, failure, 1)
    assert said in job.message
    assert "secret" not in job.message
    assert files(reports) == []
    with translation.override("nl"):
        dutch = job.message
    assert dutch != job.message


def test_storage_that_refuses_a_file_fails_the_job_and_says_so(support, monkeypatch, reports):
    def refuse(self, name, content):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(WholeFilesStorage, "_save", refuse)
    job = made(support)
    assert (job.state, job.failure) == (JobState.FAILED, JobFailure.STORAGE)
    assert "storage" in job.message


def test_database_that_goes_away_leaves_the_job_for_the_sweep(support, rendering):
    job = ask(support)
    rendering(raises(OperationalError("the server closed the connection")))
    with pytest.raises(OperationalError):
        run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_job_that_ran_into_the_hard_limit_is_failed_by_the_main_process(support):
    job = begun(support)
    MakingTask().on_failure(TimeLimitExceeded(630), "task", (job.pk,), {}, None)
    job.refresh_from_db()
    assert (job.state, job.failure) == (JobState.FAILED, JobFailure.TIME)


def test_worker_that_lost_its_job_can_write_nothing(support, rendering, reports):
    job = ask(support)
    other = uuid.uuid4()
    rendering(lambda: ReportJob.objects.filter(pk=job.pk).update(run_key=other))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.run_key, job.sha256) == (JobState.RUNNING, other, "")
    with pytest.raises(JobTaken):
        Run(ReportJob(pk=job.pk, run_key=uuid.uuid4())).progress(JobStep.LAYOUT, 1)


def test_file_is_not_there_until_it_is_whole(reports):
    storage = report_storage()
    seen = []

    class Watched(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"first"
            seen.append([path.name for path in files(reports)])
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        storage.save("1/ab/report.pdf", Watched(b""))
    [[name]] = seen
    assert name.startswith(".")
    assert files(reports) == []


def test_leftovers_of_killed_runs_are_removed_and_the_file_is_kept(support, reports):
    job = made(support)
    ReportJob.objects.filter(pk=job.pk).update()
    [kept] = files(reports)
    (kept.parent / ".half.part").write_bytes(b"half")
    (kept.parent.parent / "0123456789abcdef").mkdir()
    (kept.parent.parent / "0123456789abcdef" / kept.name).write_bytes(b"other bytes")
    QuerySet(ReportJob).filter(pk=job.pk).update(attempts=2)
    assert discard_orphans(timezone.now() - datetime.timedelta(days=1)) == 0, "may still be written to"
    assert discard_orphans(timezone.now() + datetime.timedelta(seconds=1)) == 1
    assert files(reports) == [kept]


# --- Cancelling ------------------------------------------------------------------------------------------------------


def test_job_that_waits_is_cancelled_at_once_and_not_made(support):
    job = cancel_job(ask(support), by=support)
    assert (job.state, job.cancelled_by) == (JobState.CANCELLED, support)
    assert not run_job(job.pk)
    assert cancel_job(job, by=support) == job


def test_job_that_is_being_made_stops_at_its_next_step(support, rendering, reports):
    job = ask(support)
    rendering(lambda: cancel_job(job, by=support))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.cancelled_by, job.step) == (JobState.CANCELLED, support, JobStep.LAYOUT)
    assert files(reports) == []


def test_cancelling_after_the_last_step_leaves_no_file(support, monkeypatch, reports):
    job = ask(support)
    save = WholeFilesStorage._save

    def cancel_first(self, name, content):
        cancel_job(job, by=support)
        return save(self, name, content)

    monkeypatch.setattr(WholeFilesStorage, "_save", cancel_first)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert files(reports) == []


def test_who_asks_again_before_the_worker_stops_takes_the_cancelling_back(support, rendering):
    job = ask(support)

    def think_twice():
        cancel_job(job, by=support)
        ask(support)

    rendering(think_twice)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_what_is_over_can_not_be_cancelled(support):
    with pytest.raises(NotPossibleNow, match="waiting or being made"):
        cancel_job(made(support), by=support)


# --- Publishing ------------------------------------------------------------------------------------------------------

READERS = (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.RCDV)


@pytest.mark.parametrize("role", READERS)
def test_readers_see_what_is_published_and_not_withdrawn(support, role):
    reader = UserFactory(roles=[role])
    job = made(support)
    seen = [list(ReportJob.objects.visible_to(reader))]
    publish_job(job, by=support)
    seen.append(list(ReportJob.objects.visible_to(reader)))
    withdraw_job(job, "A wrong amount on page 3", by=support)
    seen.append(list(ReportJob.objects.visible_to(reader)))
    assert seen == [[], [job], []]
    assert list(ReportJob.objects.visible_to(support)) == [job]


def test_who_only_administers_sees_no_reports(support):
    publish_job(made(support), by=support)
    assert not ReportJob.objects.visible_to(UserFactory(roles=[Role.ADMIN]))
    assert not ReportJob.objects.visible_to(UserFactory())


def test_publishing_says_who_and_when_and_withdrawing_why(support):
    job = publish_job(made(support), by=support)
    assert (job.published_by, job.is_published) == (support, True)
    first = job.published_at
    assert publish_job(job, by=support).published_at == first, "what is published stays as it was"
    job = withdraw_job(job, "A wrong amount on page 3", by=support)
    assert (job.withdrawn_by, job.withdrawn_reason) == (support, "A wrong amount on page 3")
    job = publish_job(job, by=support)
    assert (job.is_published, job.withdrawn_reason) == (True, "")
    assert [entry.withdrawn_reason for entry in job.history.order_by("pk")][-3:] == [
        "",
        "A wrong amount on page 3",
        "",
    ]


def test_withdrawing_needs_a_reason_of_reasonable_length(support):
    job = publish_job(made(support), by=support)
    for reason in ("  ", "x" * 501):
        with pytest.raises(ValidationError) as refused:
            withdraw_job(job, reason, by=support)
        assert set(refused.value.message_dict) == {"reason"}
    job.refresh_from_db()
    assert job.is_published


def test_only_what_is_ready_and_definitive_is_published(support):
    waiting = ask(support)
    with pytest.raises(NotPossibleNow, match="ready"):
        publish_job(waiting, by=support)
    draft = made(support, edition=make_edition(is_draft=True))
    with pytest.raises(NotPossibleNow, match="draft"):
        publish_job(draft, by=support)
    with pytest.raises(NotPossibleNow, match="is published"):
        withdraw_job(waiting, "Wrong", by=support)


def test_file_that_was_made_never_changes(support):
    job = made(support)
    for change in ({"sha256": "0" * 64}, {"size": 1}, {"file": "other.pdf"}, {"state": JobState.QUEUED}):
        with pytest.raises(MadeReportIsFrozen):
            ReportJob.objects.update(**change)
        changed = ReportJob.objects.get()
        for name, value in change.items():
            setattr(changed, name, value)
        with pytest.raises(MadeReportIsFrozen):
            changed.save()
    with pytest.raises(MadeReportIsFrozen):
        job.delete()


# --- Mail ------------------------------------------------------------------------------------------------------------


def test_everyone_who_asked_hears_that_it_is_ready_each_in_their_own_language(support):
    dutch = UserFactory(roles=[Role.SUPPORT], language="nl")
    english = UserFactory(roles=[Role.SUPPORT], language="en")
    for person in (dutch, english, dutch):
        ask(person)
    run_job(ReportJob.objects.get().pk)
    mails = {message.to[0]: message for message in Email.objects.all()}
    assert set(mails) == {dutch.email, english.email}
    assert "Ready" in mails[english.email].subject
    assert "MJP-jaarverslag-2025-v1.0.pdf" in mails[english.email].message
    assert ReportJob.objects.get().sha256 in mails[dutch.email].message
    assert mails[dutch.email].subject != mails[english.email].subject


def test_who_asks_for_what_is_ready_gets_no_mail(support):
    made(support)
    Email.objects.all().delete()
    ask(UserFactory(roles=[Role.SUPPORT]))
    assert not Email.objects.exists()


def test_mail_about_a_failure_says_why(rendering):
    person = UserFactory(roles=[Role.SUPPORT], language="en")
    rendering(raises(MemoryError()))
    made(person)
    message = Email.objects.get()
    assert "Failed" in message.subject
    assert "more memory" in message.message


def test_what_the_application_asks_for_itself_is_told_to_support(support):
    made(None)
    assert [message.to for message in Email.objects.all()] == [[support.email]]


def test_no_mail_goes_out_when_the_job_could_not_be_ended(support, monkeypatch):
    job = ask(support)
    monkeypatch.setattr(
        "reporting.notices.post", lambda *args: (_ for _ in ()).throw(OperationalError("away"))
    )
    with pytest.raises(OperationalError):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sha256) == (JobState.RUNNING, "")


def test_cancelled_job_is_told_to_nobody(support):
    job = ask(support)
    cancel_job(job, by=support)
    assert not Email.objects.exists()


def test_progress_of_a_cancelled_job_stops_the_worker(support):
    with pytest.raises(JobCancelled):
        Run(begun(support, cancel_asked=True)).progress(JobStep.LAYOUT, 1)


# --- Verifying -------------------------------------------------------------------------------------------------------


def test_verifying_counts_what_is_as_it_was_made_and_names_what_is_not(support, reports, capsys):
    job = made(support)
    call_command("verify_reports")
    assert capsys.readouterr().out == "Editions: 1, files: 1; each as it was made.\n"
    QuerySet(ReportEdition).update(content={})
    [path] = files(reports)
    path.unlink()
    with pytest.raises(CommandError) as refused:
        call_command("verify_reports")
    assert str(refused.value).splitlines() == [
        "edition annual-report 2025, version 1.0: it was changed",
        f"file {job.file_name}: it is gone, or isn't the file that was made",
    ]
