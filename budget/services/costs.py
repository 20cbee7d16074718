"""Planning what projects and central support will cost, and foreseeing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from budget.models import AnnualBudget, BudgetLine, Forecast
from budget.services.doors import require
from organisation.models import User
from portfolio.models import Project


@dataclass(frozen=True, slots=True)
class CostLine:
    """What is planned in a year for a category, in euro. `key` is that of the stored line."""

    year: int
    category: str
    amount: Decimal
    note: str = ""
    key: int | None = None


def set_project_costs(project: Project, lines: Sequence[CostLine], *, by: User) -> bool:
    """Have the planned costs of a project be these lines; tells whether anything changed.

    Called by `portfolio.services.edit_project`, which locked the project and asked whether the person may. Raises
    `ValidationError` for two lines of the same year and category, and for a line that money was spent on and that would go.
    """
    return _replace(BudgetLine.objects.filter(project=project), lines, by, project)


@transaction.atomic
def plan_central_support(
    year: int, lines: Sequence[CostLine], *, by: User, read_as: Iterable[tuple[int, Decimal]] | None = None
) -> bool:
    """Have the planned costs of central support in a year be these lines; tells whether anything changed.

    Raises `PermissionDenied`, `AnnualBudget.DoesNotExist` and `ValidationError`.
    """
    require(by, "budget.plan_central_support")
    AnnualBudget.objects.select_for_update().get(year=year)
    return _replace(BudgetLine.objects.central_support().filter(year=year), lines, by, None)


@transaction.atomic
def set_forecast(
    year: int, project: Project | None, *, amount: Decimal | None, reason: str, by: User
) -> Forecast | None:
    """Foresee another cost of a project (None: central support) in a year than follows from what is spent and planned.

    Without an amount the forecast follows again. Raises `PermissionDenied` and `ValidationError` by field.
    """
    require(by, "budget.change_forecast")
    if project is not None:
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    stored = Forecast.objects.select_for_update(of=("self",)).filter(year=year, project=project).first()
    if amount is None:
        if stored is not None:
            stored.delete_by(by)
        return None
    forecast = stored or Forecast(year=year, project=project)
    forecast.amount, forecast.reason = amount, reason
    forecast.full_clean()
    forecast.save_by(by)
    return forecast


def _replace(stored_lines: object, lines: Sequence[CostLine], by: User, project: Project | None) -> bool:
    stored = {line.pk: line for line in stored_lines}  # type: ignore[attr-defined]
    _refuse_doubles(lines)
    kept = {line.key for line in lines if line.key in stored}
    changed = False
    for key in stored.keys() - kept:
        try:
            stored[key].delete_by(by)
        except ProtectedError:
            raise ValidationError(
                _("Money was spent on “%(line)s”, so the line stays. Lower its amount instead."),
                code="spent",
                params={"line": stored[key]},
            ) from None
        changed = True
    # A line may take the place of another that moves on: what is stored gives way first.
    for line in sorted(lines, key=lambda line: line.key not in stored):
        record = stored.get(line.key or 0) or BudgetLine(project=project)
        wanted = (line.year, line.category, line.amount, line.note)
        if record.pk and (record.year, record.category, record.amount, record.note) == wanted:
            continue
        record.year, record.category, record.amount, record.note = wanted
        record.full_clean(validate_constraints=False)
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
