"""Files with a project: what they are is checked by their content, not their name."""

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from organisation.models import User
from portfolio.models import Attachment, Project
from portfolio.services.doors import locked, require
from portfolio.uploads import check_upload, no_record_no_file


@transaction.atomic
def add_attachment(
    project: Project, *, by: User, upload: UploadedFile, request_key: uuid.UUID | None = None
) -> Attachment:
    """Keep a file with the project, outside the web root.

    The same `request_key` of the same person gives the file that it added before. Raises `PermissionDenied`, and
    `ValidationError` for a file that is too large or not of a kind that is taken.
    """
    stored = locked(project)
    require(by, "portfolio.add_attachment", stored)
    if request_key is not None:
        made = Attachment.objects.filter(request_key=request_key, uploaded_by=by).first()
        if made is not None:
            return made
    checked = check_upload(upload)
    attachment = Attachment(
        project=stored,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_by=by,
        request_key=request_key,
    )
    # The name on disk says nothing of the content, and can't be guessed.
    attachment.file.save(f"{uuid.uuid4().hex}{checked.extension}", upload, save=False)
    with no_record_no_file(attachment.file):
        attachment.save()
    return attachment


@transaction.atomic
def withdraw_attachment(attachment: Attachment, *, by: User) -> Attachment:
    """Take a file back: it is no longer shown, but stays with what was submitted. Raises `PermissionDenied`."""
    stored = (
        Attachment.objects.select_for_update(of=("self",)).select_related("project").get(pk=attachment.pk)
    )
    require(by, "portfolio.add_attachment", stored.project)
    if stored.withdrawn_at is None:
        stored.withdrawn_at, stored.withdrawn_by = timezone.now(), by
        stored.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return stored
