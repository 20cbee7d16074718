"""The making of one file, by a worker: claim the job, render, store the file when it is whole, say how it ended.

A claim is one statement that finds the job queued or doesn't, so that of two messages about the same job one does nothing.
Whoever claims writes a key into the row, and every later write asks for that key: a worker that was taken for dead and wakes
up can't write any more.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import threading
import time
import uuid
from types import TracebackType
from typing import Self

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from reporting import notices
from reporting.choices import JobFailure, JobState, JobStep, ReportFormat
from reporting.errors import JobCancelled, JobTaken
from reporting.models import ReportJob
from reporting.querysets import ReportJobQuerySet
from reporting.services.handing import end_cancelled, end_failed
from reporting.services.rendering import render
from reporting.services.storing import discard_files, store_file

logger = logging.getLogger(__name__)
# A step that goes by quickly isn't written down each time; in seconds.
PROGRESS_EVERY = 0.5
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFailed(Exception):
    """The storage of made reports refused a file."""


def run_job(pk: int) -> bool:
    """Make the file of a queued job; False when there was nothing to do, because another worker has it or it is over.

    What goes wrong with the report is noted in the job. Raises `DatabaseError` when that can't be noted: the job is found
    again by the sweep.
    """
    now, run_key = timezone.now(), uuid.uuid4()
    claimed = (
        ReportJob.objects.claimable()
        .filter(pk=pk)
        .update(
            state=JobState.RUNNING,
            step=JobStep.CONTENT,
            percent=0,
            run_key=run_key,
            heartbeat=now,
            started_at=now,
            attempts=F("attempts") + 1,
        )
    )
    if not claimed:
        return False
    job = ReportJob.objects.select_related("edition").get(pk=pk)
    with Run(job) as run:
        _run(job, run)
    return True


def _run(job: ReportJob, run: Run) -> None:
    if job.attempts > 1:
        discard_files(job)
    try:
        _make(job, run)
    except JobTaken:
        logger.warning("Job %s went to another worker meanwhile", job.pk)
    except JobCancelled:
        if end_cancelled(job):
            discard_files(job)
    except SoftTimeLimitExceeded:
        _fail(job, JobFailure.TIME, minutes=minutes_allowed())
    except MemoryError:
        _fail(job, JobFailure.MEMORY)
    except DatabaseError:
        raise
    except StorageFailed as problem:
        cause = problem.__cause__
        logger.error("The file of job %s can't be stored: %s", job.pk, cause)
        no_room = isinstance(cause, OSError) and cause.errno in NO_ROOM
        _fail(job, JobFailure.DISK if no_room else JobFailure.STORAGE)
    except Exception as problem:
        logger.exception("Job %s failed", job.pk)
        no_room = isinstance(problem, OSError) and problem.errno in NO_ROOM
        _fail(job, JobFailure.DISK if no_room else JobFailure.ERROR, number=job.pk)


def minutes_allowed() -> int:
    """How long the making of a report may take."""
    return max(round(settings.REPORT_TIME_LIMIT / 60), 1)


def _make(job: ReportJob, run: Run) -> None:
    run.progress(JobStep.CONTENT, 0)
    edition = job.edition.as_edition()
    content = render(edition, ReportFormat(job.format), job.language, run.progress)
    run.progress(JobStep.STORING, 99)
    digest = hashlib.sha256(content).hexdigest()
    try:
        name = store_file(job, content, digest)
    except (SoftTimeLimitExceeded, MemoryError):
        raise
    except Exception as problem:
        raise StorageFailed from problem
    with transaction.atomic():
        is_done = run.mine.filter(cancel_asked=False).update(
            state=JobState.DONE,
            percent=100,
            file=name,
            size=len(content),
            sha256=digest,
            ended_at=timezone.now(),
        )
        if is_done:
            notices.ready(job.pk)
    if not is_done:
        run.refuse()


def _fail(job: ReportJob, failure: JobFailure, **details: str | int) -> None:
    if end_failed(job, failure, **details):
        discard_files(job)


class Run:
    """The hold of this worker on a job: signs of life meanwhile, and progress."""

    def __init__(self, job: ReportJob) -> None:
        self._key = {"pk": job.pk, "run_key": job.run_key}
        self._is_over = threading.Event()
        self._life = threading.Thread(target=self._show_life, name=f"report-job-{job.pk}", daemon=True)
        self._written: tuple[str, float] = ("", 0.0)

    @property
    def mine(self) -> ReportJobQuerySet:
        """The job, as long as it is this worker's."""
        return ReportJob.objects.filter(**self._key, state=JobState.RUNNING)

    def __enter__(self) -> Self:
        self._life.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._life.join()

    def progress(self, step: JobStep, percent: int) -> None:
        """Note how far it is. Raises `JobCancelled` and `JobTaken` when there is no use in going on."""
        written_step, at = self._written
        if step == written_step and time.monotonic() - at < PROGRESS_EVERY:
            return
        going_on = self.mine.filter(cancel_asked=False)
        if not going_on.update(step=step, percent=min(max(percent, 0), 99), heartbeat=timezone.now()):
            self.refuse()
        self._written = (step, time.monotonic())

    def refuse(self) -> None:
        """Raise `JobCancelled` or `JobTaken`, whichever it is."""
        if self.mine.exists():
            raise JobCancelled
        raise JobTaken

    def _show_life(self) -> None:
        try:
            while not self._is_over.wait(settings.REPORT_LEASE.total_seconds() / 6):
                try:
                    self.mine.update(heartbeat=timezone.now())
                except DatabaseError as problem:
                    # The next one may get through; when none does, the job goes to another worker.
                    logger.warning("No sign of life could be written: %s", problem)
                    connection.close()
        finally:
            connection.close()
