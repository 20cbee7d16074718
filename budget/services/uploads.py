"""Keeping a file in which no problem was found until its owner takes it over."""

from __future__ import annotations

import hashlib
import io
import uuid
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.choices import UploadKind
from budget.models import Upload
from organisation.models import User
from organisation.spreadsheets.unfolding import LARGEST_FILE
from organisation.spreadsheets.values import NOT_SHOWN


def content_of(upload: UploadedFile) -> bytes:
    """Give what a file holds, at most a byte more than is read of a table: how much is read isn't for the file to say."""
    upload.seek(0)
    return upload.read(LARGEST_FILE + 1)


@transaction.atomic
def keep_upload(
    kind: UploadKind, *, by: User, name: str, content: bytes, details: dict[str, Any] | None = None
) -> Upload:
    """Keep a file that was examined, for a day. The same file of the same person with the same details is kept once."""
    remove_expired_uploads()
    sha256 = hashlib.sha256(content).hexdigest()
    same = Upload.objects.waiting(timezone.now()).filter(owner=by, kind=kind, sha256=sha256)
    for waiting in same:
        if waiting.details == (details or {}):
            return waiting
    base = PurePath(name.replace("\\", "/"))
    kept = Upload(
        kind=kind,
        owner=by,
        name=NOT_SHOWN.sub("", base.name)[-200:],
        sha256=sha256,
        details=details or {},
    )
    kept.file.save(uuid.uuid4().hex, ContentFile(content), save=False)
    kept.save()
    return kept


def file_is_gone() -> ValidationError:
    """Say that a file is no longer kept, and what to do."""
    return ValidationError(
        _("The file is kept for a day and is no longer here. Upload it again."), code="gone"
    )


def open_upload(upload: Upload) -> io.BytesIO:
    """Give the content of a file that waits. Raises `ValidationError` when it is no longer kept."""
    if not upload.file or upload.expires_at <= timezone.now():
        raise file_is_gone()
    try:
        with upload.file.open("rb") as source:
            return io.BytesIO(source.read())
    except FileNotFoundError:
        raise file_is_gone() from None


def taken_over(upload: Upload) -> None:
    """Note that something was made of a file, and keep the file itself no longer. Call it in the transaction that makes it."""
    _remove_file(upload)
    upload.taken_over_at = timezone.now()
    upload.save()


@transaction.atomic
def discard_upload(upload: Upload) -> bool:
    """Remove a file that waits, and tell whether it did; one of which something was made stays."""
    waiting = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, taken_over_at__isnull=True)
    removed = list(waiting)
    for stored in removed:
        _remove_file(stored)
        stored.delete()
    return bool(removed)


@transaction.atomic
def remove_expired_uploads() -> int:
    """Remove the files that waited for too long; gives how many. One that is just being taken over is waited for."""
    expired = list(Upload.objects.expired(timezone.now()).select_for_update(of=("self",)))
    for upload in expired:
        _remove_file(upload)
        upload.delete()
    return len(expired)


def _remove_file(upload: Upload) -> None:
    """Remove the file from storage once the transaction is through, and forget its name."""
    storage, name = upload.file.storage, upload.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    upload.file = ""
