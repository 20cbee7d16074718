"""What the page of a year's contributions shows: its versions, and per region what is owed, invoiced and to settle."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from budget.choices import ContributionState, SetState
from budget.models import AnnualBudget, Contribution, ContributionSet
from budget.querysets import SEES_WHOLE_BUDGET
from budget.services.contributions import (
    draft_fingerprint,
    invoiced_by_region,
    verify_contributions,
)
from organisation.models import User

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """What a region owes by a version, in euro; `before` is what the version that this one replaces asked of it.

    `settled` was invoiced by earlier versions, and `to_settle` is what this version adds to that: negative is a credit.
    """

    pk: int
    code: str
    name: str
    version: int
    before: Decimal | None
    amount: Decimal
    settled: Decimal
    state: ContributionState
    invoiced_on: datetime.date | None = None
    invoice_reference: str = ""
    paid_on: datetime.date | None = None
    payment_reference: str = ""

    @property
    def to_settle(self) -> Decimal:
        """What is invoiced with this version; negative when the region gets money back."""
        return self.amount - self.settled

    @property
    def difference(self) -> Decimal:
        """How much more this version asks than the one before it."""
        return self.amount - (self.before or NOTHING)

    @property
    def is_invoiced(self) -> bool:
        """Whether it was invoiced, paid or not."""
        return self.state in (ContributionState.INVOICED, ContributionState.PAID)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a year's contributions with its rows; `is_intact` tells of an adopted one whether its seal holds."""

    contributions: ContributionSet
    rows: tuple[SettlementRow, ...]
    is_intact: bool | None

    @property
    def number(self) -> int:
        """The number of the version."""
        return self.contributions.version

    @property
    def is_draft(self) -> bool:
        """Whether it still follows amount and key."""
        return self.contributions.is_draft

    @property
    def read_as(self) -> str:
        """What tells whether the draft still is what someone saw."""
        return draft_fingerprint(self.contributions)

    @property
    def replaces_another(self) -> bool:
        """Whether it takes the place of an earlier version, so that there may be a difference to settle."""
        return self.contributions.replaces is not None

    @property
    def before(self) -> Decimal:
        """What the version before asked in all."""
        return sum((row.before or NOTHING for row in self.rows), NOTHING)

    @property
    def difference(self) -> Decimal:
        """How much more this version asks in all than the one before it."""
        return self.contributions.amount - self.before

    @property
    def settled(self) -> Decimal:
        """What earlier versions invoiced in all."""
        return sum((row.settled for row in self.rows), NOTHING)

    @property
    def to_settle(self) -> Decimal:
        """What this version adds to that in all."""
        return self.contributions.amount - self.settled

    @property
    def invoiced(self) -> tuple[SettlementRow, ...]:
        """Its rows that were invoiced."""
        return tuple(row for row in self.rows if row.is_invoiced)

    @property
    def to_invoice(self) -> tuple[SettlementRow, ...]:
        """Its rows that wait to be invoiced."""
        return tuple(row for row in self.rows if row.state == ContributionState.ADOPTED)

    @property
    def paid(self) -> tuple[SettlementRow, ...]:
        """Its rows that were paid."""
        return tuple(row for row in self.rows if row.state == ContributionState.PAID)


@dataclass(frozen=True, slots=True)
class ContributionsPage:
    """The contributions of a year: the newest version first."""

    year: int
    budget: AnnualBudget | None
    versions: tuple[Version, ...]

    @property
    def draft(self) -> Version | None:
        """The one that is still to be adopted."""
        return self._in(SetState.DRAFT)

    @property
    def in_force(self) -> Version | None:
        """The adopted one that nothing replaced."""
        return self._in(SetState.ADOPTED)

    @property
    def open_invoices(self) -> tuple[SettlementRow, ...]:
        """What was invoiced and not paid, also by versions that were replaced since."""
        return tuple(
            row
            for version in reversed(self.versions)
            for row in version.rows
            if row.state == ContributionState.INVOICED
        )

    @property
    def exported(self) -> tuple[Version, ...]:
        """Those of which something was invoiced, so that the bookkeeping can take it over."""
        return tuple(version for version in self.versions if version.invoiced)

    def version(self, number: int) -> Version | None:
        """Give a version by its number."""
        return next((version for version in self.versions if version.number == number), None)

    def _in(self, state: SetState) -> Version | None:
        return next((one for one in self.versions if one.contributions.state == state), None)


def read_contributions_page(year: int, user: User) -> ContributionsPage:
    """Read the contributions of a year, as someone may see them who sees the whole split. Three queries."""
    budget = AnnualBudget.objects.filter(year=year).first()
    visible = ContributionSet.objects.visible_to(user)
    if user.roles.isdisjoint(SEES_WHOLE_BUDGET):
        # Of a draft, who is of the RCDV and of a region sees one row, which makes no totals.
        visible = visible.sealed()
    sets = list(
        visible.filter(budget__year=year)
        .select_related("budget", "key", "decision", "made_by", "adopted_by", "replaces")
        .order_by("-version")
    )
    stored: dict[int, list[Contribution]] = {drawn.pk: [] for drawn in sets}
    for row in (
        Contribution.objects.visible_to(user)
        .filter(set__in=sets)
        .select_related("region")
        .order_by("region__code")
    ):
        stored[row.set_id].append(row)
    invoiced = invoiced_by_region(row for rows in stored.values() for row in rows)
    return ContributionsPage(
        year, budget, tuple(_version(drawn, stored, invoiced if drawn.is_draft else {}) for drawn in sets)
    )


def _version(
    drawn: ContributionSet, stored: dict[int, list[Contribution]], invoiced: dict[int, Decimal]
) -> Version:
    before = {row.region_id: row.amount for row in stored.get(drawn.replaces_id or 0, [])}
    rows = stored[drawn.pk]
    return Version(
        drawn,
        tuple(_row(row, drawn.version, before, invoiced) for row in rows),
        None if drawn.is_draft else verify_contributions(drawn, rows),
    )


def _row(
    row: Contribution, version: int, before: dict[int, Decimal], invoiced: dict[int, Decimal]
) -> SettlementRow:
    return SettlementRow(
        pk=row.pk,
        code=row.region.code,
        name=row.region.name,
        version=version,
        before=before.get(row.region_id),
        amount=row.amount,
        settled=invoiced.get(row.region_id, row.settled_before),
        state=ContributionState(row.state),
        invoiced_on=row.invoiced_on,
        invoice_reference=row.invoice_reference,
        paid_on=row.paid_on,
        payment_reference=row.payment_reference,
    )
