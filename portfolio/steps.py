"""The steps of the assignment form: their order, what each holds, and whether it is still as someone read it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio import ports

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from portfolio.models import Project


class StepName(models.TextChoices):
    """The steps, in the order in which they are gone through; `completeness.missing` names them alike.

    Which of them the form has is `offered`'s to say: that of the costs is another app's.
    """

    OBJECTIVE = "objective", _("Objective and LAC goals")
    PURPOSE = "purpose", _("Why and aim")
    RESULTS = "results", _("Results")
    FORM = "form", _("Form of work and networks")
    PLANNING = "planning", _("Planning")
    CAPACITY = "capacity", _("Capacity")
    COSTS = "costs", _("Costs")
    RISKS = "risks", _("Risks")
    PEOPLE = "people", _("People")


# The name under which the lines of a step stand beside its fields.
LINES = "lines"
# Step → kind of record in the history → the fields that the step changes. Of the costs, their app says it.
CHANGES: dict[str, dict[str, tuple[str, ...]]] = {
    StepName.OBJECTIVE: {"project": ("title", "portfolio", "objective", "lac_goals")},
    StepName.PURPOSE: {"project": ("reason", "aim", "boundaries")},
    StepName.RESULTS: {"result": ("title", "due_on")},
    StepName.FORM: {"project": ("form_of_work", "networks")},
    StepName.PLANNING: {"project": ("starts_on", "ends_on"), "dependency": ("predecessor",)},
    StepName.CAPACITY: {"capacity": ("region", "network", "year", "expertise", "days")},
    StepName.RISKS: {"risk": ("description", "likelihood", "impact", "measure")},
    StepName.PEOPLE: {"project": ("leader", "secretary")},
}


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step in the list of steps: what it still lacks, whether anything is filled in, and whether it is on screen."""

    name: StepName
    missing: tuple[_StrPromise, ...]
    is_empty: bool
    is_current: bool

    @property
    def number(self) -> int:
        """Its place, from 1."""
        return offered().index(self.name) + 1


def offered() -> list[StepName]:
    """Give the steps of the form, in their order."""
    return [step for step in StepName if step != StepName.COSTS or ports.costs is not None]


def changes_of(step: StepName) -> Mapping[str, tuple[str, ...]]:
    """Give the fields that a step changes, by kind of record in the history."""
    if step == StepName.COSTS:
        return ports.costs.changes if ports.costs is not None else {}
    return CHANGES[step]


def progress(
    project: Project, missing: Mapping[str, list[_StrPromise]], current: str = ""
) -> list[StepProgress]:
    """Give all steps with what each lacks. Needs `ProjectQuerySet.for_document`, else it queries."""
    return [
        StepProgress(
            name,
            tuple(missing.get(name, ())),
            not any(step_values(project, name).values()),
            name == current,
        )
        for name in offered()
    ]


def first_to_do(missing: dict[str, list[_StrPromise]]) -> StepName:
    """Give the step to go on with: the first that lacks something, else the first."""
    return next((name for name in offered() if missing.get(name)), StepName.OBJECTIVE)


def neighbour(step: StepName, distance: int) -> StepName | None:
    """Give the step so many places further; None before the first and after the last."""
    names = offered()
    place = names.index(step) + distance
    return names[place] if 0 <= place < len(names) else None


def step_values(project: Project, step: str) -> dict[str, Any]:
    """Give what a step holds as plain data, by the names of its form's fields; its lines under `LINES`.

    Needs `ProjectQuerySet.for_document`, else it queries.
    """
    match step:
        case StepName.OBJECTIVE:
            return {
                "title": project.title,
                "portfolio": project.portfolio_id,
                "objective": project.objective_id,
                "lac_goals": sorted(goal.pk for goal in project.lac_goals.all()),
            }
        case StepName.PURPOSE:
            return {"reason": project.reason, "aim": project.aim, "boundaries": project.boundaries}
        case StepName.RESULTS:
            return {LINES: [(line.pk, line.title, line.due_on) for line in project.results.all()]}
        case StepName.FORM:
            return {
                "form_of_work": project.form_of_work,
                "networks": sorted(network.pk for network in project.networks.all()),
            }
        case StepName.PLANNING:
            return {
                "starts_on": project.starts_on,
                "ends_on": project.ends_on,
                "predecessors": sorted(link.predecessor_id for link in project.dependencies.all()),
            }
        case StepName.CAPACITY:
            # Their order says nothing.
            return {
                LINES: sorted(
                    (line.pk, line.year, line.region_id or 0, line.network_id or 0, line.expertise, line.days)
                    for line in project.capacity_requests.all()
                )
            }
        case StepName.COSTS:
            return {LINES: ports.costs.values(project) if ports.costs is not None else []}
        case StepName.RISKS:
            return {
                LINES: [
                    (line.pk, line.description, line.likelihood, line.impact, line.measure)
                    for line in project.risks.all()
                ]
            }
        case StepName.PEOPLE:
            return {"leader": project.leader, "secretary": project.secretary}
        case _:
            raise ValueError(step)


def fingerprint(values: Mapping[str, Any]) -> str:
    """Give a short text that tells of each value whether it is still the same: `name.digest` per value."""
    return " ".join(f"{name}.{_digest(value)}" for name, value in sorted(values.items()))


def changed_since(read_as: str, values: Mapping[str, Any]) -> frozenset[str]:
    """Give the names of the values that are no longer as the fingerprint says; all that it doesn't know."""
    known = dict(part.rpartition(".")[::2] for part in read_as.split())
    return frozenset(name for name, value in values.items() if known.get(name) != _digest(value))


def _digest(value: Any) -> str:
    # A browser sends line ends of its own.
    text = repr(value.replace("\r\n", "\n") if isinstance(value, str) else value)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
