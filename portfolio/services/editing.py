"""Making and editing an assignment."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisation.choices import Role
from organisation.models import User
from pillars.models import Objective
from pillars.ordering import find_cycle
from portfolio import ports
from portfolio.choices import WITH_THE_HOLDER
from portfolio.completeness import missing
from portfolio.errors import EditConflict, NotComplete
from portfolio.models import (
    CapacityRequest,
    Portfolio,
    Project,
    ProjectDependency,
    Result,
    Risk,
)
from portfolio.services.doors import locked, require, save_changed, take_turns

# What `edit_project` takes in `fields`.
EDITABLE_FIELDS = frozenset(
    {
        "title",
        "portfolio",
        "objective",
        "reason",
        "aim",
        "boundaries",
        "form_of_work",
        "starts_on",
        "ends_on",
        "leader",
        "secretary",
    }
)
EDITABLE_LINKS = frozenset({"lac_goals", "networks"})


@dataclass(frozen=True, slots=True)
class ResultLine:
    """An intended result; with `key` the stored one that it changes."""

    title: str
    due_on: datetime.date | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class CapacityLine:
    """Days asked of a region or a network (their keys) in a year; with `key` the stored line that it changes."""

    year: int
    expertise: str
    days: int
    region: int | None = None
    network: int | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A risk with its levels of 1 to 3; with `key` the stored one that it changes."""

    description: str
    likelihood: int = 2
    impact: int = 2
    measure: str = ""
    key: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectLines:
    """What belongs to an assignment. A list replaces all that is stored of its kind; None leaves it as it is.

    `costs` holds lines of the app that fills `ports.costs`.
    """

    results: Sequence[ResultLine] | None = None
    capacity: Sequence[CapacityLine] | None = None
    risks: Sequence[RiskLine] | None = None
    predecessors: Sequence[int] | None = field(default=None)
    costs: Sequence[Any] | None = None


@transaction.atomic
def start_draft(
    *,
    by: User,
    portfolio: Portfolio,
    objective: Objective,
    title: str,
    on_behalf_of: User | None = None,
    year: int | None = None,
    request_key: uuid.UUID | None = None,
) -> Project:
    """Begin an assignment, for now from 1 January to 31 December of `year` where that is known. The same `request_key` of the same person gives the draft that it made before.

    Support files on behalf of a holder of the portfolio. Raises `PermissionDenied` and `ValidationError`.
    """
    require(by, "portfolio.add_project")
    take_turns(by)
    if request_key is not None:
        made = Project.objects.filter(request_key=request_key, filed_by=by).first()
        if made is not None:
            return made
    _require_portfolio(by, portfolio)
    if on_behalf_of is not None and (
        on_behalf_of == by or not Portfolio.objects.held_by(on_behalf_of).filter(pk=portfolio.pk).exists()
    ):
        raise ValidationError(
            {"on_behalf_of": _("This person doesn't hold the portfolio today.")}, code="no_holder"
        )
    project = Project(
        title=title,
        portfolio=portfolio,
        objective=objective,
        filed_by=by,
        on_behalf_of=on_behalf_of,
        request_key=request_key,
    )
    if year is not None:
        project.starts_on, project.ends_on = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    project.full_clean()
    project.save_by(by)
    return project


@transaction.atomic
def edit_project(
    project: Project,
    *,
    by: User,
    fields: Mapping[str, Any] | None = None,
    lines: ProjectLines | None = None,
    unless_changed: Callable[[Project], bool] | None = None,
) -> Project:
    """Change what was given, and nothing else; give the project as it is stored afterwards.

    `fields` holds new values of `EDITABLE_FIELDS` and, as keys or records, of `EDITABLE_LINKS`. `unless_changed` is asked
    once the project is locked whether it is still as it was when the person read it; False raises `EditConflict`.
    Raises `PermissionDenied`, `ValidationError` by field, and `NotComplete` where something that was submitted would lack
    something afterwards, with nothing saved. What changes nothing makes no version.
    """
    stored = locked(project)
    require(by, "portfolio.change_project", stored)
    if unless_changed is not None and not unless_changed(stored):
        raise EditConflict(stored)
    fields, lines = dict(fields or {}), lines or ProjectLines()
    links = {name: fields.pop(name) for name in EDITABLE_LINKS & fields.keys()}
    if unknown := fields.keys() - EDITABLE_FIELDS:
        raise TypeError(f"Not to be edited: {', '.join(sorted(unknown))}")
    if "portfolio" in fields and fields["portfolio"] != stored.portfolio:
        _require_portfolio(by, fields["portfolio"])
    before = {name: getattr(stored, name) for name in fields}
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.full_clean(exclude={"filed_by", "on_behalf_of"})
    changed = any(before[name] != getattr(stored, name) for name in fields)
    # Links are set before the project is saved, so that its record in the history has them.
    for name, chosen in links.items():
        changed |= _set_link(stored, name, chosen)
    for model, wanted in (
        (Result, _rows(lines.results)),
        (CapacityRequest, _rows(lines.capacity)),
        (Risk, _rows(lines.risks)),
    ):
        if wanted is not None:
            changed |= _replace(model, stored, wanted, by)
    if lines.predecessors is not None:
        changed |= _set_predecessors(stored, lines.predecessors, by)
    if lines.costs is not None and ports.costs is not None:
        changed |= ports.costs.save(stored, lines.costs, by)
    if changed:
        # What the Vakraad has before it, or decided on, stays complete.
        if stored.state not in WITH_THE_HOLDER and (lacking := missing(stored)):
            raise NotComplete(lacking)
        save_changed(stored, by)
    return stored


def _require_portfolio(by: User, portfolio: Portfolio) -> None:
    """Raise `PermissionDenied` unless the person holds the portfolio, or files for support."""
    if Role.SUPPORT in by.roles:
        return
    if not Portfolio.objects.held_by(by).filter(pk=portfolio.pk).exists():
        raise PermissionDenied(_("You don't hold this portfolio."))


def _rows(lines: Iterable[Any] | None) -> list[tuple[int | None, dict[str, Any]]] | None:
    """Give lines as pairs of key and values of fields, or None for none given."""
    if lines is None:
        return None
    rows = []
    for position, line in enumerate(lines, start=1):
        match line:
            case ResultLine():
                values = {"position": position, "title": line.title, "due_on": line.due_on}
            case CapacityLine():
                values = {
                    "year": line.year,
                    "region_id": line.region,
                    "network_id": line.network,
                    "expertise": line.expertise,
                    "days": line.days,
                }
            case RiskLine():
                values = {
                    "position": position,
                    "description": line.description,
                    "likelihood": line.likelihood,
                    "impact": line.impact,
                    "measure": line.measure,
                }
            case _:
                raise TypeError(f"Not a line of a project: {type(line).__name__}")
        rows.append((line.key, values))
    return rows


def _replace(
    model: type[Result | CapacityRequest | Risk],
    project: Project,
    rows: list[tuple[int | None, dict[str, Any]]],
    by: User,
) -> bool:
    """Make the project's records of a kind those given; tell whether anything changed.

    Raises `ValidationError` that names the line: its key, or its place in the list.
    """
    stored = {record.pk: record for record in model._default_manager.filter(project=project)}
    changed = False
    kept = set()
    problems: dict[str, list[str]] = {}
    for place, (key, values) in enumerate(rows, start=1):
        record = stored.get(key) if key is not None else None
        if record is None:
            record = model(project=project)
        elif all(getattr(record, name) == value for name, value in values.items()):
            kept.add(record.pk)
            continue
        for name, value in values.items():
            setattr(record, name, value)
        try:
            record.full_clean(exclude={"project"})
        except ValidationError as error:
            for texts in error.message_dict.values():
                problems.setdefault(model._meta.model_name or "", []).extend(
                    _("line %(place)s: %(text)s") % {"place": place, "text": text} for text in texts
                )
            continue
        record.save_by(by)
        kept.add(record.pk)
        changed = True
    if problems:
        raise ValidationError(
            {
                f"{name}s" if name != "capacityrequest" else "capacity": texts
                for name, texts in problems.items()
            }
        )
    for pk, record in stored.items():
        if pk not in kept:
            if isinstance(record, Result) and record.delivered_on is not None:
                raise ValidationError(
                    {"results": _("“%(result)s” was delivered, so it stays.") % {"result": record.title}},
                    code="delivered",
                )
            record.delete_by(by)
            changed = True
    return changed


def _set_link(project: Project, name: str, chosen: Iterable[Any]) -> bool:
    """Set a many-to-many field; tell whether it changed."""
    manager = getattr(project, name)
    wanted = {getattr(record, "pk", record) for record in chosen}
    if wanted == set(manager.values_list("pk", flat=True)):
        return False
    # The record of the history that the project's own save makes has the new links.
    project.skip_history_when_saving = True
    try:
        manager.set(wanted)
    finally:
        del project.skip_history_when_saving
    return True


def _set_predecessors(project: Project, keys: Sequence[int], by: User) -> bool:
    """Make the project depend on these projects, which the person sees; tell whether anything changed.

    Raises `ValidationError` for one that they don't see, and for a circle, which it names.
    """
    stored = {dependency.predecessor_id: dependency for dependency in project.dependencies.all()}
    wanted = set(keys)
    new = wanted - stored.keys()
    visible = set(Project.objects.visible_to(by).filter(pk__in=new).values_list("pk", flat=True))
    if project.pk in wanted or new - visible:
        raise ValidationError({"predecessors": _("Choose other projects from the list.")}, code="unknown")
    edges = ProjectDependency.objects.exclude(project=project).values_list("predecessor", "project")
    cycle = find_cycle([*edges, *((key, project.pk) for key in sorted(wanted))])
    if cycle:
        known = Project.objects.visible_to(by).in_bulk(cycle)
        names = [f"“{known[key]}”" if key in known else _("another project") for key in cycle]
        raise ValidationError(
            {
                "predecessors": _("This would close a circle, in which nothing could start first: %(cycle)s.")
                % {"cycle": " → ".join(names)}
            },
            code="cycle",
        )
    for key in sorted(new):
        dependency = ProjectDependency(project=project, predecessor_id=key)
        dependency.save_by(by)
    for key, dependency in stored.items():
        if key not in wanted:
            dependency.delete_by(by)
    return wanted != stored.keys()
