"""What a comparison of two reports consists of. Everything in it is language-neutral."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portfolio.choices import FormOfWork, Health, ProjectState
from reporting.comparison.words import Piece, PieceKind
from reporting.content import (
    CapacityLine,
    CategoryCost,
    ContributionRow,
    ProjectLine,
    ResultLine,
    Source,
)

Value = str | datetime.date | ProjectState | FormOfWork | Health | tuple[str, ...] | None
Line = TypeVar("Line", ResultLine, CapacityLine, CategoryCost)
NOTHING = Decimal(0)


class Change(models.TextChoices):
    """What became of something between the first report and the second."""

    ADDED = "added", pgettext_lazy("in a comparison", "added")
    GONE = "gone", pgettext_lazy("in a comparison", "gone")
    CHANGED = "changed", pgettext_lazy("in a comparison", "changed")
    SAME = "same", pgettext_lazy("in a comparison", "the same")


class Compared(models.TextChoices):
    """What is compared of a report, a project or a budget."""

    INTRODUCTION = "introduction", _("introduction")
    OUTLOOK = "outlook", _("what comes next")
    TITLE = "title", _("title")
    STATE = "state", _("state")
    OBJECTIVE = "objective", _("objective")
    PORTFOLIO = "portfolio", _("portfolio")
    HOLDERS = "holders", _("portfolio holders")
    FORM_OF_WORK = "form_of_work", _("form of work")
    NETWORKS = "networks", _("networks that contribute")
    GOALS = "goals", _("LAC goals")
    STARTS_ON = "starts_on", _("start")
    ENDS_ON = "ends_on", pgettext_lazy("of a project", "end")
    HEALTH = "health", _("health")
    REASON = "reason", _("why")
    AIM = "aim", _("aim")
    CLOSING_NOTE = "closing_note", _("what was delivered")
    DAYS = "days", _("days asked")
    PLANNED = "planned", pgettext_lazy("amount", "planned")
    SPENT = "spent", pgettext_lazy("amount", "spent")
    FORECAST = "forecast", pgettext_lazy("amount", "forecast")
    AMOUNT = "amount", _("working budget")
    CARRIED_IN = "carried_in", pgettext_lazy("amount", "from earlier years")
    CARRIED_OUT = "carried_out", pgettext_lazy("amount", "to later years")
    AVAILABLE = "available", pgettext_lazy("amount", "available")
    CENTRAL_SUPPORT = "central_support", pgettext_lazy("amount", "central support")
    PROJECTS = "projects", pgettext_lazy("amount", "projects")
    COMMITTED = "committed", pgettext_lazy("amount", "committed")
    UNALLOCATED = "unallocated", pgettext_lazy("amount", "unallocated")
    CONTRIBUTIONS = "contributions", pgettext_lazy("amount", "contributions of all regions")


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that differs, word by word."""

    field: Compared
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class PillarTextChange:
    """What is written of a pillar, where that differs."""

    number: int
    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A day, a choice, a name or names that differ; None and empty are "nothing"."""

    field: Compared
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class AmountChange:
    """A number of euro or days in both reports; None where a report has none."""

    field: Compared
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        """How much more it is in the second report; what isn't there counts for nothing."""
        return (self.after or NOTHING) - (self.before or NOTHING)

    @property
    def is_changed(self) -> bool:
        """Whether they differ; nothing is something else than zero."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class LineChange(Generic[Line]):
    """A line that came, went or changed."""

    before: Line | None
    after: Line | None

    @property
    def change(self) -> Change:
        """Which of these."""
        return change_of(self.before, self.after)


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """A project that is in both reports and differs, with all that does; lines that are the same are left out."""

    before: ProjectLine
    after: ProjectLine
    texts: tuple[TextChange, ...]
    values: tuple[ValueChange, ...]
    amounts: tuple[AmountChange, ...]
    results: tuple[LineChange[ResultLine], ...]
    capacity: tuple[LineChange[CapacityLine], ...]
    costs: tuple[LineChange[CategoryCost], ...]


@dataclass(frozen=True, slots=True)
class RegionChange:
    """What a region owes in both reports, in euro; None where a report doesn't have the region."""

    code: str
    name: str
    before: ContributionRow | None
    after: ContributionRow | None

    @property
    def amounts(self) -> AmountChange:
        """What it owes, with the difference."""
        return AmountChange(
            Compared.CONTRIBUTIONS,
            self.before.amount if self.before else None,
            self.after.amount if self.after else None,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside another one. `budget` and `regions` have what is the same as well; of all else only what differs."""

    before: Source
    after: Source
    texts: tuple[TextChange, ...]
    pillar_texts: tuple[PillarTextChange, ...]
    added: tuple[ProjectLine, ...]
    gone: tuple[ProjectLine, ...]
    changed: tuple[ProjectChange, ...]
    budget: tuple[AmountChange, ...]
    central_support: tuple[LineChange[CategoryCost], ...]
    regions: tuple[RegionChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing that is compared differs."""
        return not (
            self.texts
            or self.pillar_texts
            or self.added
            or self.gone
            or self.changed
            or self.central_support
            or any(amount.is_changed for amount in self.budget)
            or any(region.amounts.is_changed for region in self.regions)
        )


def change_of(before: object | None, after: object | None) -> Change:
    """Give what became of something; None is that it isn't there."""
    if before == after:
        return Change.SAME
    if before is None:
        return Change.ADDED
    return Change.GONE if after is None else Change.CHANGED


def differs(pieces: tuple[Piece, ...]) -> bool:
    """Whether a text changed."""
    return any(piece.kind != PieceKind.SAME for piece in pieces)
