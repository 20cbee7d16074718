"""Errors of projects and decisions as answers of the API: the one place that says which status each has."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView

from organisation.models import User
from organisation.rest import Conflict, PreconditionFailed, Unprocessable
from portfolio.errors import AcceptanceBlocked, EditConflict, NotAllowedInThisState, NotComplete

Made = TypeVar("Made")

# The services' name of a field → the API's, where they differ.
FIELDS = {"capacity": "capacity_requests", "request_key": "Idempotency-Key"}


class RequestKeyReused(Exception):
    """An Idempotency-Key came again with another request."""


class PortfolioView(APIView):
    """A view on projects or decisions: knows who asks, and answers what went wrong."""

    @property
    def person(self) -> User:
        """Who asks; every view of the API has asked to sign in by now."""
        return cast(User, self.request.user)

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(_as_problem(exc))


def _as_problem(error: Exception) -> Exception:
    if isinstance(error, (NotAllowedInThisState, AcceptanceBlocked)):
        return Conflict(" ".join(error.messages), errors=_by_field(error))
    if isinstance(error, NotComplete):
        return Unprocessable(error.missing)
    if isinstance(error, EditConflict):
        return PreconditionFailed(
            _(
                "Someone else changed “%(project)s” since you read it, so nothing was saved. Read it again, and send "
                "your change with its new ETag."
            )
            % {"project": error.project}
        )
    if isinstance(error, RequestKeyReused):
        return Unprocessable(
            {"Idempotency-Key": [_("This key was used for another request. Make a new one for each.")]}
        )
    if isinstance(error, ValidationError):
        fields = _by_field(error)
        if "Idempotency-Key" in fields:
            return _as_problem(RequestKeyReused())
        return exceptions.ValidationError(fields or error.messages)
    return error


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if not hasattr(error, "error_dict"):
        return {}
    return {FIELDS.get(name, name): list(texts) for name, texts in error.message_dict.items()}


def once_more_if_another_was_first(verb: Callable[[], Made]) -> Made:
    """Carry out a verb; again when a request of the same moment made the same record, which is then found.

    So two equal requests give the same answer, and two decisions with one number give a message.
    """
    try:
        return verb()
    except IntegrityError:
        return verb()
    except ValidationError as error:
        if "Idempotency-Key" not in _by_field(error):
            raise
        return verb()
