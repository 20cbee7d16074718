"""Examines a file with bookings against what is planned and what was booked before."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from budget.allocation import NOTHING
from budget.bookkeeping.reading import Booking, Bookings, KnownBookings, Reference, read_bookings
from budget.choices import CostCategory
from budget.line_standing import LineStanding, read_standings
from budget.models import BudgetLine, Expenditure
from budget.money import format_money
from budget.year_page import programme_years
from organisation.choices import Language
from organisation.spreadsheets.findings import Findings
from portfolio.choices import ACCEPTED_AND_LATER
from portfolio.models import Project

# Of a line: number of the project or nothing for central support, year, category.
LineKey = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file would book, and what is wrong with it."""

    bookings: tuple[Booking, ...]
    findings: Findings
    standings: Mapping[LineKey, LineStanding]

    def line_of(self, booking: Booking) -> BudgetLine:
        """Give the line that a booking is on."""
        return self.standings[_key(booking)].line

    @property
    def rows(self) -> list[tuple[Booking, LineStanding]]:
        """The bookings with how their lines stand, as in the file."""
        return [(booking, self.standings[_key(booking)]) for booking in self.bookings]

    @property
    def total(self) -> Decimal:
        """All bookings together, in euro."""
        return sum((booking.amount for booking in self.bookings), NOTHING)

    @property
    def effects(self) -> list[LineStanding]:
        """The lines that are booked on, with what the bookings add to them."""
        return [standing for standing in self.standings.values() if standing.booking_count]

    @property
    def overspent(self) -> list[LineStanding]:
        """Those on which more will have been spent than is planned."""
        return [standing for standing in self.effects if standing.overspend]


def examine_bookings(source: BinaryIO, name: str, today: datetime.date) -> Examined:
    """Read the bookings of a file and find every problem. Raises `UnreadableFile`. Five queries."""
    years = programme_years()
    standings = {_key_of(standing.line): standing for standing in read_standings(years)}
    projects = dict(Project.objects.exclude(code="").values_list("code", "state"))
    known = KnownBookings(
        today=today,
        years=range(years[0], years[-1] + 1) if years else range(today.year, today.year + 1),
        project_codes=projects,
        categories=_categories(),
        booked=_booked(),
        stands_in_the_way=lambda booking: _obstacle(booking, projects, standings),
    )
    read = read_bookings(source, name, known=known)
    return Examined(read.bookings, read.findings, _with_added(standings, read))


def _with_added(standings: Mapping[LineKey, LineStanding], read: Bookings) -> dict[LineKey, LineStanding]:
    """Give the lines with what the bookings add to them."""
    added: dict[LineKey, list[Decimal]] = {}
    for booking in read.bookings:
        added.setdefault(_key(booking), []).append(booking.amount)
    return {
        key: dataclasses.replace(
            standing, added=sum(added.get(key, ()), NOTHING), booking_count=len(added.get(key, ()))
        )
        for key, standing in standings.items()
    }


def _obstacle(
    booking: Booking, projects: Mapping[str, str], standings: Mapping[LineKey, LineStanding]
) -> tuple[str, str] | None:
    """Tell what stands in the way of a booking that is right in itself: at which cell, and what to do."""
    code = booking.project_code
    if code and projects[code] not in ACCEPTED_AND_LATER:
        return "project", _(
            "The Vakraad has not accepted project %(code)s, so nothing can be spent on it. Book it once it is accepted, or "
            "name another project."
        ) % {"code": code}
    if _key(booking) in standings:
        return None
    words = {"code": code, "year": booking.year, "category": CostCategory(booking.category).label}
    if code:
        return "category", _(
            "Project %(code)s has no budget line for %(category)s in %(year)s. Plan it in the costs of the project first, or "
            "correct the project, year or category."
        ) % words
    return "category", _(
        "Central support has no budget line for %(category)s in %(year)s. Plan it with the budget of %(year)s first, or "
        "correct the project, year or category."
    ) % words


def _categories() -> dict[str, str]:
    """Give the categories by their words in both languages, those of the reader first."""
    found: dict[str, str] = {}
    languages = sorted(Language.values, key=lambda language: language != get_language())
    for language in languages:
        with override(language):
            found |= {str(category.label): category.value for category in CostCategory}
    return found


def _booked() -> dict[Reference, str]:
    """Tell of every reference that counts when, on what and how much was booked by it."""
    booked = Expenditure.objects.counted().select_related("line__project").order_by("pk")
    return {
        (expenditure.reference, *_key_of(expenditure.line)): _("%(amount)s on %(day)s, on %(line)s")
        % {
            "amount": format_money(expenditure.amount),
            "day": date_format(expenditure.booked_on, "DATE_FORMAT"),
            "line": expenditure.line,
        }
        for expenditure in booked
    }


def _key(booking: Booking) -> LineKey:
    return booking.project_code, booking.year, booking.category


def _key_of(line: BudgetLine) -> LineKey:
    return line.project.code if line.project else "", line.year, line.category
