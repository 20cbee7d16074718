"""What can go wrong with reports, in words for the person who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class MadeReportIsFrozen(ValidationError):
    """An edition, or the file that was made of it, was about to change."""

    def __init__(self) -> None:
        super().__init__(_("What was made doesn't change. Ask for the report again."), code="frozen")


class YearNotInProgramme(ValidationError):
    """A report was asked of a year that no programme has."""

    def __init__(self, year: int) -> None:
        super().__init__(_("No programme has the year %(year)s."), code="year", params={"year": year})


class NotPossibleNow(ValidationError):
    """A verb that the state of the job doesn't allow, such as publishing what isn't ready; the message says why."""

    def __init__(self, message: str | _StrPromise) -> None:
        super().__init__(message, code="state")


class JobCancelled(Exception):
    """The making of a report was stopped, because someone cancelled it."""


class JobTaken(Exception):
    """The making of a report was stopped, because another worker has the job by now."""
