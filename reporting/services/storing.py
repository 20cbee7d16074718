"""Where made files are kept: a folder per job, in it a folder by the SHA-256 of the file.

So a run that made the same bytes as one before writes the same file, and one that made others can't touch it.
"""

import datetime
import hashlib
import logging
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from reporting.choices import JobState
from reporting.models import ReportJob, report_storage

logger = logging.getLogger(__name__)
BLOCK = 1024 * 1024


def store_file(job: ReportJob, content: bytes, digest: str) -> str:
    """Store a file and give its name in the storage. What the storage raises goes through."""
    name = f"{job.pk}/{digest[:16]}/{job.file_name}"
    stored: str = report_storage().save(name, ContentFile(content))
    return stored


def discard_files(job: ReportJob) -> None:
    """Remove what runs of a job that isn't done left behind."""
    try:
        _discard(report_storage(), str(job.pk))
    except Exception:
        logger.exception("What was left of job %s can't be removed", job.pk)


def verify_file(job: ReportJob) -> bool:
    """Whether the file of a job that is done is there, with the bytes that it was made with."""
    digest = hashlib.sha256()
    try:
        with report_storage().open(job.file.name, "rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == job.sha256


def discard_orphans(before: datetime.datetime) -> int:
    """Remove what killed runs of jobs that are over left behind, and say of how many jobs.

    Jobs that ended before then are looked at: no worker can still be writing for them.
    """
    storage, cleaned = report_storage(), 0
    over = ReportJob.objects.filter(ended_at__lt=before, attempts__gt=1)
    for job in over.exclude(state__in=(JobState.QUEUED, JobState.RUNNING)).iterator():
        kept = PurePosixPath(job.file.name) if job.file else None
        cleaned += _discard_others(storage, str(job.pk), kept)
    return cleaned


def _discard_others(storage: Storage, folder: str, kept: PurePosixPath | None) -> bool:
    """Remove everything in the folder of a job but the file to keep."""
    try:
        folders, _files = storage.listdir(folder)
    except FileNotFoundError:
        return False
    found = False
    for name in folders:
        inner = PurePosixPath(folder, name)
        if kept is None or inner != kept.parent:
            _discard(storage, str(inner))
            found = True
            continue
        for file in storage.listdir(str(inner))[1]:
            if inner / file != kept:
                storage.delete(str(inner / file))
                found = True
    return found


def _discard(storage: Storage, folder: str) -> None:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        storage.delete(str(PurePosixPath(folder, name)))
    for name in folders:
        _discard(storage, str(PurePosixPath(folder, name)))
    storage.delete(folder)
