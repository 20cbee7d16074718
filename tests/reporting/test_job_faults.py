"""Whatever happens to workers, broker and disk: a report that was asked for is made once, or says why not."""

import hashlib
import os
import shutil
import signal
import subprocess

import pytest
from django.db import connections

from organisation.choices import Role
from reporting.choices import JobFailure, JobState, JobStep, ReportFormat, ReportKind
from reporting.models import ReportJob
from reporting.services import ask_file, cancel_job
from reporting.services.editions import keep_edition
from tests.factories import UserFactory
from tests.reporting.at_work import DEAF, GREEDY, HALF_STORED, SLOW, STORED, made_of
from tests.reporting.example import example_content
from tests.reporting.workplace import Workplace, free_port

pytestmark = pytest.mark.django_db(transaction=True)
KILLED_AT = (JobStep.CONTENT, JobStep.LAYOUT, JobStep.WRITING, JobStep.TAGGING, HALF_STORED, STORED)


@pytest.fixture
def workplace(tmp_path):
    workplace = Workplace(tmp_path)
    yield workplace
    workplace.close()
    # Connections of the processes that were killed are gone when the database is emptied.
    connections.close_all()


@pytest.fixture
def edition(transactional_db):
    return keep_edition(example_content(ReportKind.BUDGET), by=None, is_draft=False)


@pytest.fixture
def job(edition):
    return ask_unheard(edition, ReportFormat.PDF, "nl")


def ask_unheard(edition, file_format, language) -> ReportJob:
    """Ask for a file of which no broker hears: this process isn't at the workplace."""
    job = ask_file(edition, file_format=file_format, language=language, by=None)
    ReportJob.objects.filter(pk=job.pk).update(enqueued_at=None)
    return job


def wait_for_end(workplace: Workplace, job: ReportJob, state: JobState) -> None:
    def is_over() -> bool:
        job.refresh_from_db()
        return not job.is_being_made

    workplace.wait_until(is_over, "the job is over")
    assert job.state == state, (job.failure, workplace.said())


def expect_one_whole_file(workplace: Workplace, job: ReportJob) -> None:
    assert job.attempts == 2
    [path] = [
        path for path in workplace.files() if path.relative_to(workplace.reports).parts[0] == str(job.pk)
    ]
    content = path.read_bytes()
    assert content == made_of(job.edition.as_edition(), job.format, job.language)
    assert path == workplace.reports / str(job.file)
    assert (job.size, job.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert path.name == job.file_name


def test_job_whose_worker_is_killed_at_any_step_is_made_again_as_one_file(workplace, edition):
    """Each worker finishes what the one before it left, and is killed one step further in the next job."""
    forms = [
        (ReportFormat(file_format), language) for file_format in ReportFormat for language in ("nl", "en")
    ]
    other = keep_edition(example_content(ReportKind.PLANNING_GRID), by=None, is_draft=False)
    asked_for = [(edition, *form) for form in forms] + [(other, *form) for form in forms]
    left = None
    for place, (of, file_format, language) in zip(KILLED_AT, asked_for, strict=False):
        worker = workplace.start_worker()
        if left is not None:
            wait_for_end(workplace, left, JobState.DONE)
            expect_one_whole_file(workplace, left)
        workplace.stop_at(place)
        left = ask_unheard(of, file_format, language)
        workplace.wait_for_sign(place)
        worker.kill()
        left.refresh_from_db()
        assert (left.state, left.attempts, left.sha256) == (JobState.RUNNING, 1, ""), place
        workplace.go_on(place)
    workplace.start_worker()
    wait_for_end(workplace, left, JobState.DONE)
    expect_one_whole_file(workplace, left)
    assert len(workplace.files()) == len(KILLED_AT)


def test_job_is_made_again_when_only_the_process_that_made_it_is_killed(workplace, job):
    workplace.stop_at(JobStep.LAYOUT)
    worker = workplace.start_worker()
    workplace.wait_for_sign(JobStep.LAYOUT)
    os.kill(int((workplace.signs / JobStep.LAYOUT).read_text()), signal.SIGKILL)
    workplace.go_on(JobStep.LAYOUT)
    wait_for_end(workplace, job, JobState.DONE)
    assert worker.popen.poll() is None
    expect_one_whole_file(workplace, job)


def test_job_that_every_worker_dies_of_fails_in_the_end(workplace, job):
    ReportJob.objects.filter(pk=job.pk).update(attempts=4)
    workplace.stop_at(JobStep.LAYOUT)
    first = workplace.start_worker()
    workplace.wait_for_sign(JobStep.LAYOUT)
    first.kill()
    workplace.start_worker()
    wait_for_end(workplace, job, JobState.FAILED)
    assert (job.failure, job.failure_details) == (JobFailure.LOST, {"attempts": 5})
    assert workplace.files() == []


def test_worker_that_was_taken_for_dead_can_not_write_any_more(workplace, job):
    workplace.stop_at(STORED)
    first = workplace.start_worker()
    workplace.wait_for_sign(STORED)
    os.killpg(first.popen.pid, signal.SIGSTOP)
    workplace.go_on(STORED)
    workplace.start_worker()
    wait_for_end(workplace, job, JobState.DONE)
    before = ReportJob.objects.values().get(pk=job.pk)
    os.killpg(first.popen.pid, signal.SIGCONT)
    workplace.wait_until(lambda: "went to another worker" in workplace.said(), "the first one gives up")
    assert ReportJob.objects.values().get(pk=job.pk) == before
    expect_one_whole_file(workplace, job)


def test_cancelling_stops_a_worker_at_its_next_step(workplace, job):
    workplace.stop_at(JobStep.LAYOUT)
    workplace.start_worker()
    workplace.wait_for_sign(JobStep.LAYOUT)
    assert cancel_job(job, by=UserFactory(roles=[Role.SUPPORT])).state == JobState.RUNNING
    workplace.go_on(JobStep.LAYOUT)
    wait_for_end(workplace, job, JobState.CANCELLED)
    assert not (workplace.signs / JobStep.WRITING).exists()
    assert workplace.files() == []


def test_job_that_was_cancelled_while_its_worker_was_killed_is_cancelled(workplace, job):
    workplace.stop_at(HALF_STORED)
    first = workplace.start_worker()
    workplace.wait_for_sign(HALF_STORED)
    cancel_job(job, by=UserFactory(roles=[Role.SUPPORT]))
    first.kill()
    workplace.start_worker()
    wait_for_end(workplace, job, JobState.CANCELLED)
    workplace.wait_until(lambda: workplace.files() == [], "nothing is left")


@pytest.mark.parametrize("kind", [SLOW, DEAF])
def test_job_that_takes_too_long_is_stopped_and_says_so(workplace, job, kind):
    (workplace.signs / kind).touch()
    workplace.start_worker(AT_WORK_TIME_LIMIT="2")
    wait_for_end(workplace, job, JobState.FAILED)
    assert (job.failure, job.failure_details) == (JobFailure.TIME, {"minutes": 1})
    assert workplace.files() == []


def test_job_that_takes_too_much_memory_is_stopped_and_says_so_and_the_next_one_is_made(workplace, job):
    (workplace.signs / GREEDY).touch()
    worker = workplace.start_worker(MJP_REPORT_MEMORY_MB="512")
    wait_for_end(workplace, job, JobState.FAILED)
    assert (job.failure, job.attempts) == (JobFailure.MEMORY, 1)
    (workplace.signs / GREEDY).unlink()
    assert ask_file(job.edition, file_format=ReportFormat.PDF, language="nl", by=None) == job
    ReportJob.objects.filter(pk=job.pk).update(enqueued_at=None)
    wait_for_end(workplace, job, JobState.DONE)
    assert worker.popen.poll() is None
    assert len(workplace.files()) == 1


@pytest.fixture(params=["full disk", "largest file"])
def no_room(request, workplace):
    """Have no room for a file: on a disk that is full, or, where this account can't mount one, by a limit of the process."""
    workplace.reports.mkdir(mode=0o700)
    mounted = False
    if request.param == "full disk" and os.geteuid() == 0 and shutil.which("mount"):
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(workplace.reports)]
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    yield {} if mounted else {"AT_WORK_LARGEST_FILE": "65536"}
    workplace.close()
    if mounted:
        subprocess.run(["umount", str(workplace.reports)], check=True)


def test_full_disk_gives_a_failed_job_that_says_so_and_no_part_of_a_file(workplace, job, no_room):
    workplace.start_worker(**no_room)
    wait_for_end(workplace, job, JobState.FAILED)
    assert (job.failure, job.attempts) == (JobFailure.DISK, 1)
    workplace.wait_until(lambda: list(workplace.reports.rglob("*")) == [], "nothing is left")


def test_job_that_is_asked_for_while_redis_is_away_is_taken_and_made_when_it_is_back(workplace, edition):
    port = free_port()
    workplace.broker_url = f"redis://127.0.0.1:{port}/0"
    redis = workplace.start_redis(port)
    workplace.start_worker()
    pk, _seconds = workplace.ask(edition.pk, "pdf", "nl")
    wait_for_end(workplace, ReportJob.objects.get(pk=pk), JobState.DONE)

    redis.stop()
    pk, seconds = workplace.ask(edition.pk, "xlsx", "nl")
    assert seconds < 5, "who asks doesn't wait for a broker that is away"
    job = ReportJob.objects.get(pk=pk)
    assert (job.state, job.enqueued_at) == (JobState.QUEUED, None)
    workplace.start_redis(port)
    wait_for_end(workplace, job, JobState.DONE)
    assert len(workplace.files()) == 2


def test_redis_that_is_killed_while_a_report_is_made_and_forgets_its_messages_loses_nothing(
    workplace, edition
):
    port = free_port()
    workplace.broker_url = f"redis://127.0.0.1:{port}/0"
    redis = workplace.start_redis(port)
    workplace.stop_at(JobStep.LAYOUT)
    workplace.start_worker()
    jobs = [
        ReportJob.objects.get(pk=workplace.ask(edition.pk, file_format, "nl")[0])
        for file_format in ("pdf", "xlsx")
    ]
    workplace.wait_for_sign(JobStep.LAYOUT)
    redis.kill()
    for kept in workplace.folder.glob("appendonlydir"):
        shutil.rmtree(kept)
    workplace.start_redis(port)
    workplace.go_on(JobStep.LAYOUT)
    for job in jobs:
        wait_for_end(workplace, job, JobState.DONE)
    assert len(workplace.files()) == 2
