"""What workers do, by name: each calls a service. `mjp.celery` says when."""

from __future__ import annotations

import datetime
from typing import Any

from celery import Task, shared_task
from celery.exceptions import TimeLimitExceeded
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from portfolio.services import remind_of_reports
from reporting.choices import JobFailure, JobState
from reporting.models import ReportJob
from reporting.services import discard_orphans, do_yearly_work, end_failed, run_job, sweep_jobs
from reporting.services.handing import MAKE_REPORT
from reporting.services.running import minutes_allowed

# Leftovers younger than this may be of a worker that is still at it.
LEFTOVERS_AFTER = datetime.timedelta(days=1)


class MakingTask(Task):
    """The task whose worker is killed when it goes past the hard limit: then the main process says so in the job."""

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        if not isinstance(exc, TimeLimitExceeded):
            return
        job = ReportJob.objects.filter(pk=args[0], state=JobState.RUNNING).first()
        if job is not None:
            end_failed(job, JobFailure.TIME, minutes=minutes_allowed())


@shared_task(
    name=MAKE_REPORT,
    base=MakingTask,
    # The message goes back to the broker when the worker dies, and isn't lost with it.
    acks_late=True,
    reject_on_worker_lost=True,
    soft_time_limit=settings.REPORT_TIME_LIMIT,
    time_limit=settings.REPORT_HARD_TIME_LIMIT,
)
def make_report(pk: int) -> None:
    """Make the file of a job."""
    run_job(pk)


@shared_task(name="reporting.sweep_jobs")
def sweep() -> None:
    """Find jobs again that were left behind."""
    sweep_jobs()


@shared_task(name="reporting.tidy_up")
def tidy_up() -> None:
    """Every night: remove what killed workers left, and do what the day of the year asks for."""
    discard_orphans(timezone.now() - LEFTOVERS_AFTER)
    do_yearly_work(timezone.localdate())


@shared_task(name="reporting.send_mail")
def send_mail() -> None:
    """Every few minutes: try again to send what is in the outbox."""
    call_command("send_queued_mail", processes=1, verbosity=0)


@shared_task(name="reporting.send_reminders")
def send_reminders() -> None:
    """Every day: remind holders of status reports that are due."""
    for _reminded in remind_of_reports():
        pass
