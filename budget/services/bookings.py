"""Taking over bookings from a file of the bookkeeping: examined first, then entered as by hand, all or nothing."""

import hashlib
import io

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from budget.bookkeeping.examining import Examined, examine_bookings
from budget.bookkeeping.reading import Booking
from budget.choices import CostCategory, UploadKind
from budget.models import Upload
from budget.services.doors import require
from budget.services.spending import NewExpenditure, book_expenditures
from budget.services.uploads import (
    content_of,
    file_is_gone,
    keep_upload,
    open_upload,
    remove_expired_uploads,
    taken_over,
)
from organisation.models import User
from organisation.spreadsheets.findings import Findings
from pillars.models import Programme


class BookingsRefused(ValidationError):
    """Problems stand in the way of bookings, and none of them was made; `findings` says which."""

    def __init__(self, findings: Findings) -> None:
        super().__init__([problem.text for problem in findings.problems] or [""], code="problems")
        self.findings = findings


def receive_bookings(upload: UploadedFile, *, by: User) -> tuple[Examined, Upload | None]:
    """Examine a file and, when there is no problem with it, keep it for its owner to book within a day.

    Books nothing. The same file of the same person is kept once. Raises `PermissionDenied`, `UnreadableFile`, and
    `ValidationError` for a file that was booked before.
    """
    require(by, "budget.book_expenditure")
    remove_expired_uploads()
    content = content_of(upload)
    name = upload.name or ""
    _refuse_booked_before(hashlib.sha256(content).hexdigest())
    examined = examine_bookings(io.BytesIO(content), name, timezone.localdate())
    if examined.findings.problems:
        return examined, None
    return examined, keep_upload(UploadKind.BOOKINGS, by=by, name=name, content=content)


@transaction.atomic
def book_upload(waiting: Upload, *, by: User) -> Upload:
    """Book what a file holds that was received, all or none; asked again, give the file that was booked.

    Everything is examined anew, because others went on working since. Raises `PermissionDenied`, `BookingsRefused`, and
    `ValidationError` for a file that is no longer kept or that was booked before.
    """
    require(by, "budget.book_expenditure")
    uploads = Upload.objects.select_for_update(of=("self",)).filter(kind=UploadKind.BOOKINGS)
    stored = uploads.filter(pk=waiting.pk, owner=by).first()
    if stored is None:
        raise file_is_gone()
    if stored.taken_over_at is not None:
        return stored
    # One file at a time, so that two people don't book the same by two files.
    list(Programme.objects.select_for_update().order_by("pk"))
    _refuse_booked_before(stored.sha256)
    examined = examine_upload(stored)
    if examined.findings.problems:
        raise BookingsRefused(examined.findings)
    rows = [
        NewExpenditure(
            line=examined.line_of(booking),
            booked_on=booking.date,
            amount=booking.amount,
            reference=booking.reference,
            description=booking.description or _described(booking),
        )
        for booking in examined.bookings
    ]
    book_expenditures(rows, by=by, upload=stored)
    taken_over(stored)
    return stored


def examine_upload(waiting: Upload) -> Examined:
    """Examine a file that waits once more. Raises `ValidationError` when it is no longer kept."""
    return examine_bookings(open_upload(waiting), waiting.name, timezone.localdate())


def _described(booking: Booking) -> str:
    """Give what a booking is called of which the file gives no description."""
    return _("%(category)s, without description") % {"category": CostCategory(booking.category).label}


def _refuse_booked_before(sha256: str) -> None:
    taken = Upload.objects.taken_over().filter(kind=UploadKind.BOOKINGS, sha256=sha256)
    before = taken.select_related("owner").first()
    if before is not None and before.taken_over_at is not None:
        raise ValidationError(
            _("%(person)s booked this very file on %(date)s, so it was not read again."),
            code="booked_before",
            params={
                "person": before.owner,
                "date": date_format(timezone.localdate(before.taken_over_at), "DATE_FORMAT"),
            },
        )
