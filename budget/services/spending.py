"""Booking what was spent, and withdrawing a booking."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from budget.bookkeeping.reading import comparable
from budget.errors import NotInThisState
from budget.models import BudgetLine, Expenditure, Upload
from budget.services.doors import require
from organisation.models import User
from portfolio.choices import ACCEPTED_AND_LATER
from portfolio.uploads import CheckedUpload, check_upload, no_record_no_file

# Rows of one statement to the database.
AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class NewExpenditure:
    """A booking to enter: euro, negative for what came back."""

    line: BudgetLine
    booked_on: datetime.date
    amount: Decimal
    reference: str
    description: str


@transaction.atomic
def book_expenditure(
    new: NewExpenditure,
    *,
    by: User,
    document: UploadedFile | None = None,
    request_key: uuid.UUID | None = None,
) -> Expenditure:
    """Enter money that was spent on a line; the same key of the same person enters it once.

    Raises `PermissionDenied`, `NotInThisState` for a project that the Vakraad didn't accept, and `ValidationError` by field.
    """
    require(by, "budget.book_expenditure")
    line = _locked_lines([new])[new.line.pk]
    if request_key is not None:
        made = Expenditure.objects.filter(booked_by=by, request_key=request_key).first()
        if made is not None:
            return made
    expenditure = _entered(new, line, by)
    if (line.pk, comparable(new.reference)) in _references_on([line]):
        raise ValidationError(
            {
                "reference": _(
                    "This booking was entered on this line already. Withdraw the other one first if it is wrong."
                )
            }
        )
    expenditure.request_key = request_key
    if document is not None:
        checked = _checked(document)
        expenditure.document_name, expenditure.document_type = checked.name, checked.content_type
    expenditure.full_clean()
    if document is not None:
        # The name on disk says nothing of the content, and can't be guessed.
        expenditure.document.save(f"{uuid.uuid4().hex}{checked.extension}", document, save=False)
    with no_record_no_file(expenditure.document):
        expenditure.save_by(by)
    return expenditure


@transaction.atomic
def book_expenditures(rows: Sequence[NewExpenditure], *, by: User, upload: Upload) -> list[Expenditure]:
    """Enter the bookings of a file, all or none, by the rules of `book_expenditure`, in a fixed number of queries.

    Raises `PermissionDenied`, `NotInThisState` and `ValidationError`.
    """
    require(by, "budget.book_expenditure")
    lines = _locked_lines(rows)
    entered = _references_on(lines.values())
    made = []
    for new in rows:
        expenditure = _entered(new, lines[new.line.pk], by)
        expenditure.upload = upload
        # That the line, the file and the person exist need not be asked again for every row.
        expenditure.clean_fields(exclude={"line", "upload", "booked_by", "withdrawn_by"})
        expenditure.clean()
        key = (expenditure.line_id, comparable(expenditure.reference))
        if key in entered:
            raise ValidationError(
                _("“%(reference)s” was entered on this line already.") % {"reference": expenditure.reference}
            )
        entered.add(key)
        made.append(expenditure)
    return bulk_create_with_history(made, Expenditure, batch_size=AT_A_TIME, default_user=by)


def _locked_lines(rows: Sequence[NewExpenditure]) -> dict[int, BudgetLine]:
    """Give the lines that are booked on as they are now, locked until the transaction ends."""
    locked = BudgetLine.objects.select_for_update(of=("self",)).select_related("project").order_by("pk")
    return {line.pk: line for line in locked.filter(pk__in={new.line.pk for new in rows})}


def _references_on(lines: Iterable[BudgetLine]) -> set[tuple[int, str]]:
    """Give which references count on which lines, as they are compared."""
    counted = Expenditure.objects.counted().filter(line__in=[line.pk for line in lines])
    return {(line, comparable(reference)) for line, reference in counted.values_list("line", "reference")}


def _entered(new: NewExpenditure, line: BudgetLine, by: User) -> Expenditure:
    """Give the record of a booking, not saved yet. Raises what stands in its way, by field."""
    if line.project is not None and line.project.state not in ACCEPTED_AND_LATER:
        raise NotInThisState(
            {
                "line": _("The Vakraad has not accepted “%(project)s”, so nothing can be spent on it.")
                % {"project": line.project}
            }
        )
    if new.booked_on > timezone.localdate():
        raise ValidationError(
            {"booked_on": _("This day is still to come. Give a day up to and including today.")}
        )
    return Expenditure(
        line=line,
        booked_on=new.booked_on,
        amount=new.amount,
        reference=new.reference,
        description=new.description,
        booked_by=by,
    )


def _checked(document: UploadedFile) -> CheckedUpload:
    try:
        return check_upload(document)
    except ValidationError as refusal:
        raise ValidationError({"document": refusal.messages}) from None


@transaction.atomic
def withdraw_expenditure(expenditure: Expenditure, *, by: User, reason: str) -> Expenditure:
    """Withdraw a booking that was wrong: it stays, and no longer counts. Withdrawn before: nothing happens."""
    require(by, "budget.book_expenditure")
    stored = Expenditure.objects.select_for_update(of=("self",)).get(pk=expenditure.pk)
    if stored.withdrawn_at is not None:
        return stored
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the booking is withdrawn.")})
    stored.withdrawn_at, stored.withdrawn_by, stored.withdrawn_reason = timezone.now(), by, reason
    stored.full_clean(exclude=["document"])
    stored.save_by(by)
    return stored
