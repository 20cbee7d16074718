"""Errors of the budget as answers of the API: which status each has."""

from rest_framework import exceptions
from rest_framework.response import Response

from budget.errors import (
    ChangedMeanwhile,
    KeyIsIndicative,
    MoreAllocatedThanThereIs,
    NoAmount,
    NotInThisState,
)
from organisation.rest import Conflict, PreconditionFailed
from pillars.errors import AdoptedIsFrozen
from portfolio.api.problems import PortfolioView

NOT_IN_THIS_STATE = (NotInThisState, KeyIsIndicative, AdoptedIsFrozen, MoreAllocatedThanThereIs)


class BudgetView(PortfolioView):
    """A view on the budget: knows who asks, and answers what went wrong."""

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(_as_problem(exc))


def _as_problem(error: Exception) -> Exception:
    if isinstance(error, NOT_IN_THIS_STATE):
        by_field = error.message_dict if hasattr(error, "error_dict") else {}
        return Conflict(" ".join(error.messages), errors=by_field)
    if isinstance(error, ChangedMeanwhile):
        return PreconditionFailed()
    if isinstance(error, NoAmount):
        return exceptions.NotFound(error.messages[0])
    return error
