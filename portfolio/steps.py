"""The steps of the assignment form: their order, what each holds, and whether it is still as someone read it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from portfolio.models import Project


class StepName(models.TextChoices):
    """The steps, in the order in which they are gone through; `completeness.missing` names them alike."""

    OBJECTIVE = "objective", _("Objective and LAC goals")
    PURPOSE = "purpose", _("Why and aim")
    RESULTS = "results", _("Results")
    FORM = "form", _("Form of work and networks")
    PLANNING = "planning", _("Planning")
    CAPACITY = "capacity", _("Capacity")
    RISKS = "risks", _("Risks")
    PEOPLE = "people", _("People")


# Step → the fields of the project that it holds; lines and links are added by `step_values`.
FIELDS: dict[str, tuple[str, ...]] = {
    StepName.OBJECTIVE: ("title", "portfolio_id", "objective_id"),
    StepName.PURPOSE: ("reason", "aim", "boundaries"),
    StepName.RESULTS: (),
    StepName.FORM: ("form_of_work",),
    StepName.PLANNING: ("starts_on", "ends_on"),
    StepName.CAPACITY: (),
    StepName.RISKS: (),
    StepName.PEOPLE: ("leader", "secretary"),
}


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step in the list of steps: what it still lacks, and whether it is the one on screen."""

    name: StepName
    missing: tuple[_StrPromise, ...]
    is_current: bool

    @property
    def number(self) -> int:
        """Its place, from 1."""
        return list(StepName).index(self.name) + 1


def progress(missing: dict[str, list[_StrPromise]], current: str = "") -> list[StepProgress]:
    """Give all steps with what each lacks."""
    return [StepProgress(name, tuple(missing.get(name, ())), name == current) for name in StepName]


def first_to_do(missing: dict[str, list[_StrPromise]]) -> StepName:
    """Give the step to go on with: the first that lacks something, else the first."""
    return next((name for name in StepName if missing.get(name)), StepName.OBJECTIVE)


def neighbour(step: StepName, distance: int) -> StepName | None:
    """Give the step so many places further; None before the first and after the last."""
    names = list(StepName)
    place = names.index(step) + distance
    return names[place] if 0 <= place < len(names) else None


def step_values(project: Project, step: str) -> dict[str, Any]:
    """Give what a step holds, as plain data. Two queries at most."""
    values: dict[str, Any] = {name: getattr(project, name) for name in FIELDS[step]}
    match step:
        case StepName.OBJECTIVE:
            values["lac_goals"] = sorted(goal.pk for goal in project.lac_goals.all())
        case StepName.FORM:
            values["networks"] = sorted(network.pk for network in project.networks.all())
        case StepName.PLANNING:
            values["predecessors"] = sorted(link.predecessor_id for link in project.dependencies.all())
        case StepName.RESULTS:
            values["results"] = [(line.pk, line.title, line.due_on) for line in project.results.all()]
        case StepName.CAPACITY:
            values["capacity"] = sorted(
                (line.pk, line.year, line.region_id, line.network_id, line.expertise, line.days)
                for line in project.capacity_requests.all()
            )
        case StepName.RISKS:
            values["risks"] = [
                (line.pk, line.description, line.likelihood, line.impact, line.measure)
                for line in project.risks.all()
            ]
    return values


def fingerprint(project: Project, step: str) -> str:
    """Give a short text that changes when what the step holds does."""
    return hashlib.sha256(repr(sorted(step_values(project, step).items())).encode()).hexdigest()
