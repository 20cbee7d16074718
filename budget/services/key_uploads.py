"""A key from a sheet: examined, kept until its owner has seen what it does, and then made, all or nothing."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from budget.choices import KeyOrigin, UploadKind
from budget.errors import ChangedMeanwhile
from budget.key_examining import ExaminedKey, KeyDetails, examine_key
from budget.models import DistributionKey, Upload
from budget.services.doors import require
from budget.services.keys import keep_key
from budget.services.uploads import content_of, discard_upload, keep_upload, open_upload, taken_over
from organisation.models import User
from organisation.spreadsheets.findings import Findings

KEY_KINDS = (UploadKind.KEY_SHEET, UploadKind.MEASURES)


class KeyRefused(ValidationError):
    """Problems stand in the way of a key that was examined before; `findings` says which."""

    def __init__(self, findings: Findings) -> None:
        super().__init__([problem.text for problem in findings.problems] or [""], code="problems")
        self.findings = findings


def receive_key_upload(
    kind: UploadKind, *, by: User, upload: UploadedFile, details: KeyDetails
) -> tuple[ExaminedKey, Upload | None]:
    """Examine a sheet and, when there is no problem with it, keep it for its owner to take over within a day.

    Makes no key. Raises `PermissionDenied`, `UnreadableFile`, and `ValidationError` by field.
    """
    require(by, "budget.add_key")
    content, name = content_of(upload), upload.name or ""
    examined = examine_key(kind, content, name, details)
    if examined.findings.problems:
        return examined, None
    return examined, keep_upload(kind, by=by, name=name, content=content, details=details.as_data())


def examine_kept_key(upload: Upload) -> ExaminedKey:
    """Examine a sheet that waits once more. Raises `ValidationError` when it, or the key it replaces, is no longer there."""
    details = KeyDetails.from_data(upload.details)
    if details.replaces is not None and not DistributionKey.objects.filter(pk=details.replaces).exists():
        raise ValidationError(
            _("The key that this one replaces was removed. Upload the sheet again."), code="gone"
        )
    return examine_key(UploadKind(upload.kind), open_upload(upload).read(), upload.name, details)


@transaction.atomic
def keep_uploaded_key(upload: Upload, *, by: User, read_as: str | None = None) -> DistributionKey:
    """Make the key of a sheet that was received; asked again, give the one that was made.

    Everything is examined anew; `read_as` is the fingerprint of the weights that the person saw. Raises
    `PermissionDenied`, `KeyRefused`, `ChangedMeanwhile` when the weights are others by now, `DistributionKey.DoesNotExist`
    when the key was removed since, and `ValidationError` for a file that is no longer kept.
    """
    require(by, "budget.add_key")
    stored = (
        Upload.objects.select_for_update(of=("self",))
        .filter(pk=upload.pk, owner=by, kind__in=KEY_KINDS)
        .first()
    )
    if stored is None:
        raise ValidationError(
            _("The file is kept for a day and is no longer here. Upload it again."), code="gone"
        )
    if stored.taken_over_at is not None:
        return DistributionKey.objects.get(pk=stored.details["key"])
    examined = examine_kept_key(stored)
    if examined.findings.problems:
        raise KeyRefused(examined.findings)
    if read_as is not None and read_as != examined.fingerprint:
        raise ChangedMeanwhile
    details = KeyDetails.from_data(stored.details)
    key = keep_key(
        by=by,
        name=details.name,
        source=details.source,
        legal_ground=details.legal_ground,
        first_year=details.first_year,
        last_year=details.last_year,
        weights=examined.weights,
        origin=KeyOrigin.FORMULA if examined.outcome else KeyOrigin.SHEET,
        replaces=None if details.replaces is None else DistributionKey.objects.get(pk=details.replaces),
        measures=examined.measures,
        coefficients=examined.coefficients,
        is_fictional=by.is_fictional,
    )
    stored.details = {**stored.details, "key": key.pk}
    taken_over(stored)
    return key


def discard_key_upload(upload: Upload, *, by: User) -> bool:
    """Remove a sheet that waits, with its file, and tell whether it did. One that was taken over stays."""
    require(by, "budget.add_key")
    if upload.owner_id != by.pk:
        raise PermissionDenied(_("This is someone else’s file."))
    return discard_upload(upload)
