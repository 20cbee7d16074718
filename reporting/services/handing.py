"""Handing jobs to the broker, and finding again what got lost on the way: the row of a job is the truth, a message only a nudge.

A job is stored first and handed over when that is committed. When the broker is away it stays in the outbox (`enqueued_at` is
empty) until the sweep, which also finds jobs whose message the broker lost and jobs whose worker was killed. A message too
many does no harm: a worker that doesn't find the job queued leaves it.
"""

import datetime
import logging
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import ChannelError, KombuError

from reporting import notices
from reporting.choices import JobFailure, JobState, JobStep
from reporting.models import ReportJob
from reporting.services.storing import discard_files

logger = logging.getLogger(__name__)
MAKE_REPORT = "reporting.make_report"
# A job whose worker was killed so often isn't begun again.
MOST_ATTEMPTS = 5
# The sweep leaves a new job to who asked for it, who hands it over right after the commit.
GRACE = datetime.timedelta(seconds=5)
# A job that was handed over so long ago, while no worker makes anything, has lost its message.
MESSAGE_IS_LOST_AFTER = datetime.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many jobs it queued anew, ended, and handed to the broker."""

    queued_anew: int
    ended: int
    handed_over: int


def hand_over(pk: int) -> bool:
    """Tell the broker that there is a job; False, with a line in the log, when it can't be reached."""
    try:
        current_app.send_task(MAKE_REPORT, args=[pk], retry=False)
    except (KombuError, ChannelError, OSError) as problem:
        logger.warning("The broker can't be reached, job %s waits for the sweep: %s", pk, problem)
        return False
    ReportJob.objects.filter(pk=pk, state=JobState.QUEUED).update(enqueued_at=timezone.now())
    return True


def sweep_jobs(now: datetime.datetime | None = None) -> Swept:
    """Put right what was left behind: jobs of killed workers, and jobs that the broker has no message of.

    Done again, or by two at once, it does nothing twice. Raises nothing when the broker is away.
    """
    now = now or timezone.now()
    queued_anew = ended = 0
    for job in ReportJob.objects.abandoned(now - settings.REPORT_LEASE).order_by("pk"):
        if _put_right(job, now):
            queued_anew += 1
        else:
            ended += 1
    handed_over = 0
    for pk in _without_message(now):
        if not hand_over(pk):
            break
        handed_over += 1
    return Swept(queued_anew, ended, handed_over)


def end_failed(job: ReportJob, failure: JobFailure, **details: str | int) -> bool:
    """Note that a running job failed, unless another worker has it by now, and write to who waits for it."""
    with transaction.atomic():
        mine = ReportJob.objects.filter(pk=job.pk, run_key=job.run_key, state=JobState.RUNNING)
        is_mine = mine.update(
            state=JobState.FAILED, failure=failure, failure_details=details, ended_at=timezone.now()
        )
        if is_mine:
            notices.failed(job.pk)
    return bool(is_mine)


def end_cancelled(job: ReportJob) -> bool:
    """Note that a running job was cancelled, unless another worker has it by now."""
    mine = ReportJob.objects.filter(pk=job.pk, run_key=job.run_key, state=JobState.RUNNING)
    return bool(mine.update(state=JobState.CANCELLED, ended_at=timezone.now()))


def _put_right(job: ReportJob, now: datetime.datetime) -> bool:
    """Queue a job anew whose worker was killed; False when it ends here, because it was cancelled, or failed too often."""
    if job.cancel_asked or job.attempts >= MOST_ATTEMPTS:
        is_over = (
            end_cancelled(job)
            if job.cancel_asked
            else end_failed(job, JobFailure.LOST, attempts=job.attempts)
        )
        if is_over:
            discard_files(job)
        return False
    # Not of a worker that showed a sign of life since it was read.
    still = ReportJob.objects.abandoned(now - settings.REPORT_LEASE).filter(pk=job.pk, run_key=job.run_key)
    return bool(
        still.update(
            state=JobState.QUEUED,
            step=JobStep.WAITING,
            percent=0,
            run_key=None,
            heartbeat=None,
            enqueued_at=None,
        )
    )


def _without_message(now: datetime.datetime) -> list[int]:
    outbox = ReportJob.objects.in_outbox().filter(Q(asked_at__lt=now - GRACE) | Q(attempts__gt=0))
    pks = list(outbox.order_by("asked_at", "pk").values_list("pk", flat=True))
    if not ReportJob.objects.filter(state=JobState.RUNNING).exists():
        lost = ReportJob.objects.filter(state=JobState.QUEUED, enqueued_at__lt=now - MESSAGE_IS_LOST_AFTER)
        pks += lost.order_by("asked_at", "pk").values_list("pk", flat=True)
    return pks
