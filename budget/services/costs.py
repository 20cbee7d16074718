"""Planning what projects and central support will cost, and foreseeing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from budget.errors import ChangedMeanwhile
from budget.models import AnnualBudget, BudgetLine, Forecast
from budget.querysets import BudgetLineQuerySet
from budget.services.doors import locked_budget, require
from organisation.models import User
from pillars.seal import seal
from portfolio.models import Project


@dataclass(frozen=True, slots=True)
class CostLine:
    """What is planned in a year for a category, in euro."""

    year: int
    category: str
    amount: Decimal
    note: str = ""


def set_project_costs(project: Project, lines: Sequence[CostLine], *, by: User) -> bool:
    """Have the planned costs of a project be these lines; tells whether anything changed.

    Called by `portfolio.services.edit_project`, which locked the project and asked whether the person may. Raises
    `ValidationError` for two lines of the same year and category, and for a line that money was spent on and that would go.
    """
    return _replace(BudgetLine.objects.filter(project=project), lines, by, project)


@transaction.atomic
def plan_central_support(
    year: int, lines: Sequence[CostLine], *, by: User, read_as: str | None = None
) -> bool:
    """Have the planned costs of central support in a year be these lines; tells whether anything changed.

    `read_as` is the `lines_fingerprint` of what the person saw. Raises `PermissionDenied`, `NoAmount`,
    `ChangedMeanwhile` and `ValidationError`.
    """
    require(by, "budget.plan_central_support")
    locked_budget(year)
    stored = BudgetLine.objects.central_support().filter(year=year)
    if read_as is not None and read_as != lines_fingerprint(stored):
        raise ChangedMeanwhile
    return _replace(stored, lines, by, None)


@transaction.atomic
def set_forecast(
    year: int,
    project: Project | None,
    *,
    amount: Decimal | None,
    reason: str,
    by: User,
    read_as: str | None = None,
) -> Forecast | None:
    """Foresee another cost of a project (None: central support) in a year than follows from what is spent and planned.

    Without an amount the forecast follows again. `read_as` is the `forecast_fingerprint` of what the person saw. Raises
    `PermissionDenied`, `ChangedMeanwhile` and `ValidationError` by field.
    """
    require(by, "budget.change_forecast")
    # Taken, so that of two first forecasts at the same time the second finds the other.
    if project is not None:
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    else:
        AnnualBudget.objects.select_for_update().filter(year=year).first()
    stored = Forecast.objects.select_for_update(of=("self",)).filter(year=year, project=project).first()
    if read_as is not None and read_as != forecast_fingerprint(stored):
        raise ChangedMeanwhile
    if amount is None:
        if stored is not None:
            stored.delete_by(by)
        return None
    forecast = stored or Forecast(year=year, project=project)
    forecast.amount, forecast.reason = amount, reason
    forecast.full_clean()
    forecast.save_by(by)
    return forecast


def lines_fingerprint(lines: Iterable[BudgetLine]) -> str:
    """Give a text that tells whether planned costs still are what someone saw."""
    return seal(sorted([line.year, line.category, str(line.amount), line.note] for line in lines))


def forecast_fingerprint(forecast: Forecast | None) -> str:
    """Give a text that tells whether a forecast by hand, or that there is none, still is what someone saw."""
    return seal(None if forecast is None else [str(forecast.amount), forecast.reason])


def _replace(
    stored_lines: BudgetLineQuerySet, lines: Sequence[CostLine], by: User, project: Project | None
) -> bool:
    """Bring the stored lines to what is wanted; a line is known by its year and category, which has one line each."""
    _refuse_doubles(lines)
    stored = {(line.year, line.category): line for line in stored_lines}
    gone = stored.keys() - {(line.year, line.category) for line in lines}
    for place in gone:
        try:
            stored[place].delete_by(by)
        except ProtectedError:
            raise ValidationError(
                _("Money was spent on “%(line)s”, so the line stays. Lower its amount instead."),
                code="spent",
                params={"line": stored[place]},
            ) from None
    changed = bool(gone)
    for line in lines:
        record = stored.get((line.year, line.category)) or BudgetLine(
            project=project, year=line.year, category=line.category
        )
        if record.pk and (record.amount, record.note) == (line.amount, line.note):
            continue
        record.amount, record.note = line.amount, line.note
        record.full_clean()
        record.save_by(by)
        changed = True
    return changed


def _refuse_doubles(lines: Sequence[CostLine]) -> None:
    seen: set[tuple[int, str]] = set()
    for line in lines:
        if (line.year, line.category) in seen:
            raise ValidationError(
                _("%(year)s has two lines of the same category. Add them up in one."),
                code="double",
                params={"year": line.year},
            )
        seen.add((line.year, line.category))
