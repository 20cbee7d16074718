"""The money of a year as it stands in a report: what it goes to, and who pays."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from budget.allocation import CostCentre, YearAllocation
from budget.choices import ContributionState, KeyStatus, SetState, WeightUnit
from budget.exact import rounded
from budget.models import Contribution, ContributionSet
from budget.region_page import is_fictional
from budget.services.contributions import invoiced_by_region
from reporting.choices import ReportKind
from reporting.content import BudgetYear, CategoryCost, ContributionRow, Contributions, CostCentreYear
from reporting.reading.amounts import in_cents
from reporting.reading.scope import Scope


def as_budget(allocation: YearAllocation) -> BudgetYear:
    """Give what the year's money is, and what accepted projects and central support make of it."""
    return BudgetYear(
        year=allocation.year,
        amount=None if allocation.amount is None else in_cents(allocation.amount),
        carried_in=in_cents(allocation.carried_in),
        carried_out=in_cents(allocation.carried_out),
        centres=tuple(_centre(centre) for centre in allocation.centres),
    )


def _centre(centre: CostCentre) -> CostCentreYear:
    figures = centre.figures
    return CostCentreYear(
        code=centre.code,
        title=centre.title,
        state=centre.state,
        pillar_number=centre.pillar_number,
        theme_name=centre.theme_name,
        committed=in_cents(figures.committed),
        spent=in_cents(figures.spent),
        forecast=in_cents(figures.forecast),
        forecast_reason=centre.forecast_reason,
        lines=tuple(
            CategoryCost(item.category, in_cents(item.amount), in_cents(item.spent), item.note)
            for item in centre.items
        ),
    )


def read_next_year(scope: Scope) -> BudgetYear | None:
    """Give the money of the year after; None where the programme ends and nothing was set."""
    found = scope.allocations[scope.year + 1]
    if found.year not in scope.programme.years and found.amount is None and not found.centres:
        return None
    return as_budget(found)


def read_contributions(scope: Scope) -> tuple[Contributions | None, bool]:
    """Give the split of the year, and whether it is made up for a demonstration. Two queries.

    The adopted one. An annual plan, which the Vakraad adopts before the year, has the draft where nothing was adopted.
    """
    sets = ContributionSet.objects.filter(budget__year=scope.year).select_related("key", "decision", "budget")
    in_force = {drawn.state: drawn for drawn in sets.exclude(state=SetState.SUPERSEDED)}
    rows: dict[int, list[Contribution]] = {}
    of_year = Contribution.objects.filter(set__budget__year=scope.year).select_related("region")
    for row in of_year.order_by("region__code"):
        rows.setdefault(row.set_id, []).append(row)
    drawn = in_force.get(SetState.ADOPTED)
    if drawn is not None:
        return _contributions(drawn, rows[drawn.pk], {}), is_fictional(drawn)
    drawn = in_force.get(SetState.DRAFT)
    if drawn is None or scope.kind != ReportKind.ANNUAL_PLAN:
        return None, False
    invoiced = invoiced_by_region(row for found in rows.values() for row in found)
    return _contributions(drawn, rows[drawn.pk], invoiced), is_fictional(drawn)


def _contributions(
    drawn: ContributionSet, rows: list[Contribution], invoiced: Mapping[int, Decimal]
) -> Contributions:
    """Give a set with its rows; what earlier versions `invoiced`, by region, is known of an adopted one."""
    key = drawn.key
    total = sum((Fraction(row.weight) for row in rows), Fraction(0))
    return Contributions(
        year=drawn.budget.year,
        version=drawn.version,
        state=SetState(drawn.state),
        amount=in_cents(drawn.amount),
        key=key.name,
        key_version=key.version,
        key_status=KeyStatus(key.status),
        key_source=key.source,
        unit=WeightUnit(key.unit),
        decision=drawn.decision.number if drawn.decision else "",
        adopted_on=timezone.localdate(drawn.adopted_at) if drawn.adopted_at else None,
        rows=tuple(
            ContributionRow(
                code=row.region.code,
                name=row.region.name,
                weight=in_cents(row.weight),
                percentage=rounded(Fraction(row.weight) * 100 / total, 4),
                exact=rounded(Fraction(drawn.amount) * Fraction(row.weight) / total, 4),
                amount=in_cents(row.amount),
                settled_before=in_cents(invoiced.get(row.region_id, row.settled_before)),
                state=ContributionState(row.state),
            )
            for row in rows
        ),
    )
