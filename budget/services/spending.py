"""Booking what was spent, and withdrawing a booking."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.errors import NotInThisState
from budget.models import BudgetLine, Expenditure, Upload
from budget.services.doors import require
from organisation.models import User
from portfolio.choices import ACCEPTED_AND_LATER
from portfolio.uploads import check_upload


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
    upload: Upload | None = None,
    request_key: uuid.UUID | None = None,
) -> Expenditure:
    """Enter money that was spent on a line; the same key of the same person enters it once.

    Raises `PermissionDenied`, `NotInThisState` for a project that the Vakraad didn't accept, and `ValidationError` by field.
    """
    require(by, "budget.book_expenditure")
    line = BudgetLine.objects.select_for_update(of=("self",)).select_related("project").get(pk=new.line.pk)
    if request_key is not None:
        made = Expenditure.objects.filter(booked_by=by, request_key=request_key).first()
        if made is not None:
            return made
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
    expenditure = Expenditure(
        line=line,
        booked_on=new.booked_on,
        amount=new.amount,
        reference=new.reference,
        description=new.description,
        upload=upload,
        booked_by=by,
        request_key=request_key,
    )
    if document is not None:
        checked = check_upload(document)
        expenditure.document_name, expenditure.document_type = checked.name, checked.content_type
    expenditure.full_clean()
    if document is not None:
        # The name on disk says nothing of the content, and can't be guessed.
        expenditure.document.save(f"{uuid.uuid4().hex}{checked.extension}", document, save=False)
    try:
        expenditure.save_by(by)
    except Exception:
        # No record, no file.
        if expenditure.document:
            expenditure.document.delete(save=False)
        raise
    return expenditure


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
