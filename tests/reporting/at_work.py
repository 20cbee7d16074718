"""What fault tests start as a process of its own: a worker with beat, or a person who asks.

`python -m tests.reporting.at_work worker …` and `… ask EDITION FORMAT LANGUAGE`, in an environment that `Workplace` (workplace.py)
makes. Everything is real but for the renderer, which draws nothing: it goes through the steps, and can be told to stop at one,
take too much memory, or take too long. Leases are short and beat sweeps every second, so that nobody waits for a minute.
"""

import datetime
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.base import File

from reporting.storage import WholeFilesStorage

LEASE = datetime.timedelta(seconds=3)
# Where the storage can be stopped: with half of the file on the disk, and with all of it before the job says so.
HALF_STORED, STORED = "half-stored", "stored"
GREEDY, SLOW, DEAF = "greedy", "slow", "deaf"


def signs() -> Path:
    """The folder in which processes and tests tell each other how far they are."""
    return Path(os.environ["AT_WORK_SIGNS"])


def stop_at(place: str) -> None:
    """Say that this place is reached, and stay there when the test wants that."""
    sign = signs() / f".{place}"
    sign.write_text(str(os.getpid()))
    sign.rename(signs() / place)
    while (signs() / f"stop-at-{place}").exists():
        time.sleep(0.05)


class WatchedStorage(WholeFilesStorage):
    """The storage of made reports, with two places to stop at, and a largest file where the test wants one."""

    def _save(self, name, content):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ.get("AT_WORK_LARGEST_FILE", soft)), hard))
        try:
            stored = super()._save(name, HalfWay(content))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        stop_at(STORED)
        return stored


class HalfWay(File):
    """A file that is written in two parts, with a place to stop at between them."""

    def chunks(self, chunk_size=None):
        whole = self.read()
        yield whole[: len(whole) // 2]
        stop_at(HALF_STORED)
        yield whole[len(whole) // 2 :]


def watched_render(edition: Any, file_format: Any, language: str, progress: Any) -> bytes:
    """Go through the steps of a renderer, and give bytes that follow from the edition alone."""
    from reporting.choices import JobStep

    for percent, step in (
        (5, JobStep.CONTENT),
        (30, JobStep.LAYOUT),
        (60, JobStep.WRITING),
        (80, JobStep.TAGGING),
    ):
        progress(step, percent)
        stop_at(step)
    if (signs() / GREEDY).exists():
        hoard = [bytearray(16 * 1024 * 1024) for _part in range(200)]
        assert hoard
    if (signs() / SLOW).exists():
        time.sleep(60)
    while (signs() / DEAF).exists():
        try:
            time.sleep(60)
        except Exception:  # noqa: BLE001, S112
            continue
    return made_of(edition, file_format, language)


def made_of(edition: Any, file_format: Any, language: str) -> bytes:
    """The bytes that are to be in the file."""
    return f"{edition.file_name(file_format, language)} {edition.content_hash}\n".encode() * 5_000


def prepare() -> None:
    """Set Django up on the test's database, with the short times of a test."""
    settings.DATABASES["default"]["NAME"] = os.environ["AT_WORK_DATABASE"]
    settings.REPORT_LEASE = LEASE
    settings.REPORT_TIME_LIMIT = int(os.environ.get("AT_WORK_TIME_LIMIT", "60"))
    settings.REPORT_HARD_TIME_LIMIT = settings.REPORT_TIME_LIMIT + 2
    kept: Any = settings.STORAGES["reports"]
    watched = {**kept, "BACKEND": "tests.reporting.at_work.WatchedStorage"}
    settings.STORAGES = {**settings.STORAGES, "reports": watched}
    django.setup()
    from mjp.celery import app
    from reporting.services import handing, running

    vars(running)["render"] = watched_render
    handing.GRACE = datetime.timedelta(0)
    handing.MESSAGE_IS_LOST_AFTER = datetime.timedelta(seconds=3)
    app.conf.beat_schedule = {
        "sweep": {"task": "reporting.sweep_jobs", "schedule": 1.0, "options": {"expires": 5}}
    }
    app.conf.beat_max_loop_interval = 1


def main(verb: str, *arguments: str) -> None:
    prepare()
    if verb == "worker":
        from mjp.celery import app

        app.worker_main(["worker", "--beat", "--loglevel", "INFO", "--concurrency", "1", *arguments])
    else:
        from reporting.choices import ReportFormat
        from reporting.models import ReportEdition
        from reporting.services import ask_file

        edition = ReportEdition.objects.get(pk=int(arguments[0]))
        started = time.monotonic()
        job = ask_file(edition, file_format=ReportFormat(arguments[1]), language=arguments[2], by=None)
        print(job.pk, time.monotonic() - started)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
