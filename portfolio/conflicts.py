"""Where a project's planning clashes: with what must be finished first, and with the years of its objective."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organisation.models import User
from pillars.models import ObjectiveDependency, PlannedYear
from portfolio.models import Project


@dataclass(frozen=True, slots=True)
class PlanningWarning:
    """Something in the planning that can't be, or isn't as the programme plans it; `project` is the other one."""

    text: str
    project: Project | None = None


def planning_warnings(project: Project, reader: User) -> list[PlanningWarning]:
    """Give what clashes, in words for the reader; a project that they may not see stays unnamed. Four queries.

    Needs `ProjectQuerySet.for_document`.
    """
    found = []
    clashing = [dependency.predecessor for dependency in project.dependencies.all() if dependency.is_conflict]
    visible = Project.objects.visible_to(reader).in_bulk([other.pk for other in clashing])
    for other in clashing:
        named = visible.get(other.pk)
        assert project.starts_on is not None and other.ends_on is not None  # noqa: S101, PT018  # it is a conflict
        if named is None:
            # Not when it ends either: that is of a project that the reader may not see.
            found.append(
                PlanningWarning(capfirst(_("this project is planned to start before another project ends.")))
            )
            continue
        found.append(
            PlanningWarning(
                _("Starts on %(start)s, but “%(other)s” ends only on %(end)s.")
                % {
                    "start": date_format(project.starts_on),
                    "other": named,
                    "end": date_format(other.ends_on),
                },
                named,
            )
        )
    planned = sorted(
        PlannedYear.objects.adopted()
        .filter(objective=project.objective_id)
        .values_list("programme_year__year", flat=True)
    )
    outside = [year for year in project.years if year not in planned]
    if outside and planned:
        found.append(
            PlanningWarning(
                _("The plan has the objective active in %(planned)s, not in %(outside)s.")
                % {"planned": _listed(planned), "outside": _listed(outside)}
            )
        )
    waits_for = ObjectiveDependency.objects.filter(objective=project.objective_id).select_related(
        "predecessor"
    )
    years: dict[int, list[int]] = {}
    for key, year in (
        PlannedYear.objects.adopted()
        .filter(objective__in=[wait.predecessor_id for wait in waits_for])
        .values_list("objective", "programme_year__year")
    ):
        years.setdefault(key, []).append(year)
    for wait in waits_for:
        last = max(years.get(wait.predecessor_id, [0]))
        if project.starts_on is not None and project.starts_on.year <= last:
            found.append(
                PlanningWarning(
                    _(
                        "The objective can only start when “%(other)s” is finished, which is planned up to %(year)s."
                    )
                    % {"other": wait.predecessor.title, "year": last}
                )
            )
    return found


def _listed(years: list[int]) -> str:
    return ", ".join(str(year) for year in years)
