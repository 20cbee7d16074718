"""Where a higher app adds to this one, which doesn't know it: it fills these in its `AppConfig.ready`.

Without anybody who fills them everything here works: nothing more is checked, asked or shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model, Q
    from django.utils.functional import _StrPromise

    from organisation.models import User
    from portfolio.forms import StepForm
    from portfolio.models import Project

# Says what stands in the way of accepting these submitted projects together, a sentence each, such as a year without
# enough money; nothing when all is well. It is asked in the transaction of the decision, before anything changes and
# after the projects are locked, in the order of their keys. It may lock rows of its own app: whoever takes both takes the
# projects first.
AcceptanceCheck = Callable[[Sequence["Project"]], Sequence[str]]

acceptance_checks: list[AcceptanceCheck] = []


def objections_to_accepting(projects: Sequence[Project]) -> list[str]:
    """Ask all checks what stands in the way of accepting these projects together."""
    return [text for check in acceptance_checks for text in check(projects)]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: its template, which gets `content` and nothing else."""

    template: str
    content: Any


@dataclass(frozen=True, slots=True)
class StepNotes:
    """What a step says of what is saved: warnings, a sentence each, and a part below its lines."""

    warnings: Sequence[str]
    part: Part


@dataclass(frozen=True, slots=True)
class CostsPort:
    """The step of the assignment form in which the costs are planned; without it the form hasn't that step.

    `step_form` gives, in `line_changes`, the lines that `save` takes; what they cost is its own affair. `changes` says
    what the step changes, as `portfolio.steps.CHANGES` does. `prefetches` names the relations that `values` and `describe`
    read, for `ProjectQuerySet.for_document`; `values` gives the stored lines as plain data, as the form's `line_values` does.
    `save` is called in the transaction of `edit_project`, with the project locked, and tells whether anything changed; it
    raises `ValidationError`. `notes` are for who edits; `describe` gives what the document shows, None to who may not see it.
    """

    step_form: type[StepForm]
    changes: Mapping[str, tuple[str, ...]]
    prefetches: Sequence[str]
    values: Callable[[Project], list[Any]]
    save: Callable[[Project, Sequence[Any], User], bool]
    notes: Callable[[Project, User], StepNotes]
    describe: Callable[[Project, User], Part | None]


costs: CostsPort | None = None


@dataclass(frozen=True, slots=True)
class ProjectFragment:
    """A section of a project's page that another app shows at an address of its own, which takes the project's key.

    `key` names the section in the address of the page. Asked by htmx for `<key>-part`, the address gives the section alone,
    without a heading. Who lacks the permission sees nothing of it.
    """

    key: str
    title: _StrPromise
    url_name: str
    permission: str


project_fragments: list[ProjectFragment] = []


@dataclass(frozen=True, slots=True)
class HistorySource:
    """Records of another app whose changes belong to a project's history: they have a `project` and a `history`.

    `name` says of the values of a record which one it is; what it says already (`in_name`) isn't repeated of one that was
    added or removed. `texts` writes values of fields that don't read well as they are stored. `readable` says which
    records a reader may see.
    """

    kind: str
    model: type[Model]
    fields: tuple[str, ...]
    name: Callable[[Mapping[str, Any]], str]
    readable: Callable[[User], Q]
    in_name: frozenset[str] = frozenset()
    texts: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)


history_sources: list[HistorySource] = []
