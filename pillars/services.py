"""The verbs that change the programme."""

import datetime
from operator import itemgetter
from typing import Any

from django.db import transaction

from organisation.models import User
from pillars.choices import DatePrecision, PlanStatus
from pillars.errors import AdoptedPlanIsFrozen, PlanDoesNotMatchItsSeal
from pillars.models import Objective, PlannedYear, PlanVersion
from pillars.seal import seal


@transaction.atomic
def adopt_plan_version(
    version: PlanVersion,
    adopted_on: datetime.date,
    precision: DatePrecision = DatePrecision.DAY,
    *,
    by: User | None,
) -> None:
    """Adopt a draft: freeze its content under a seal, and let it supersede the version in force.

    What is adopted is the draft as it is stored; `version` is read again. `by` is who records the adoption, None for what
    the programme itself adopted, as printed. Raises `AdoptedPlanIsFrozen` when it was adopted before.
    """
    stored = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if stored.is_frozen:
        raise AdoptedPlanIsFrozen
    in_force = PlanVersion.objects.adopted().filter(programme=stored.programme_id).first()
    if in_force is not None:
        in_force.status = PlanStatus.SUPERSEDED
        in_force.save()
        stored.replaces = in_force
    stored.status = PlanStatus.ADOPTED
    stored.adopted_on = adopted_on
    stored.adopted_precision = precision
    stored.adopted_by = by
    stored.content = plan_content(stored)
    stored.content_hash = seal(stored.content)
    stored.save()
    version.refresh_from_db()


def plan_content(version: PlanVersion) -> dict[str, Any]:
    """Give what a plan version holds, as plain data: each planned objective with its place, title and years."""
    years: dict[int, list[int]] = {}
    for planned in version.planned_years.select_related("programme_year").order_by("programme_year__year"):
        years.setdefault(planned.objective_id, []).append(planned.programme_year.year)
    objectives = [
        {
            "pillar": objective.theme.pillar.number,
            "theme": objective.theme.slug,
            "position": objective.position,
            "title": objective.title,
            "years": years[objective.pk],
        }
        for objective in Objective.objects.filter(pk__in=years).select_related("theme__pillar")
    ]
    # Sorted here, so that neither a database's collation nor a theme that moves in the grid changes the content.
    objectives.sort(key=itemgetter("pillar", "theme", "position"))
    return {"programme": version.programme.slug, "version": version.number, "objectives": objectives}


def verify_plan_version(version: PlanVersion) -> None:
    """Check a frozen version: its seal fits its content, and the rows that pages read still say the same.

    Raises `PlanDoesNotMatchItsSeal`.
    """
    name = f"{version.programme.slug}, version {version.number}"
    try:
        is_sealed = seal(version.content) == version.content_hash
    except TypeError:
        # Content without a canonical form was never sealed.
        is_sealed = False
    if not is_sealed:
        raise PlanDoesNotMatchItsSeal(f"{name}: the seal does not fit the content")
    if plan_content(version) != version.content:
        raise PlanDoesNotMatchItsSeal(f"{name}: the rows differ from what was adopted")


def plan_objective(version: PlanVersion, objective: Objective, years: list[int]) -> None:
    """Plan an objective in these years of a draft, and in no others.

    Raises `AdoptedPlanIsFrozen` for a version that was adopted, `ValueError` for a year outside the programme.
    """
    if version.is_frozen:
        raise AdoptedPlanIsFrozen
    programme_years = {row.year: row for row in version.programme.programme_years.all()}
    outside = sorted(set(years) - set(programme_years))
    if outside:
        raise ValueError(f"{outside} lie outside {version.programme.slug}")
    with transaction.atomic():
        version.planned_years.filter(objective=objective).delete()
        PlannedYear.objects.bulk_create(
            PlannedYear(version=version, objective=objective, programme_year=programme_years[year])
            for year in sorted(set(years))
        )
