"""What the list of a year's bookings shows to a person: one content object for page and Excel, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budget.allocation import NOTHING
from budget.filters import ExpenditureFilter
from budget.models import Expenditure
from budget.querysets import ExpenditureQuerySet
from organisation.models import User


@dataclass(frozen=True, slots=True)
class Spent:
    """How much was booked, in euro, by how many bookings, and how many more were withdrawn and don't count."""

    amount: Decimal
    booking_count: int
    withdrawn_count: int


@dataclass(frozen=True, slots=True)
class SpendingPage:
    """The bookings of a year that fit the filters, the newest first; what they add up to, and what the whole year does."""

    year: int
    bookings: ExpenditureQuerySet
    chosen: Sequence[tuple[str, str]]
    found: Spent
    whole_year: Spent


def year_bookings(year: int, user: User) -> ExpenditureQuerySet:
    """Give the bookings on the lines of a year that the person may see."""
    return Expenditure.objects.visible_to(user).filter(line__year=year)


def read_spending(year: int, filterset: ExpenditureFilter, user: User) -> SpendingPage:
    """Read what fits the filters, which were made of `year_bookings`. Two queries, and one for the bookings when they are read."""
    found = filterset.qs
    return SpendingPage(
        year=year,
        bookings=found.for_list().order_by("-booked_on", "-pk"),
        chosen=filterset.chosen,
        found=spent(found),
        whole_year=spent(year_bookings(year, user)),
    )


def spent(bookings: Any) -> Spent:
    """Add up bookings; one query."""
    # Added up here: SQLite would add up as floats.
    rows = list(bookings.order_by().values_list("amount", "withdrawn_at"))
    counted = [amount for amount, withdrawn_at in rows if withdrawn_at is None]
    return Spent(sum(counted, NOTHING), len(counted), len(rows) - len(counted))
