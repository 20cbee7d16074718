"""From draft to running, and the way back: the verbs of the holder."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django_fsm import TransitionNotAllowed

from organisation.models import User
from pillars.models import Programme
from portfolio import notices
from portfolio.choices import ACCEPTED_AND_LATER, ProjectState
from portfolio.completeness import missing
from portfolio.errors import EditConflict, NotAllowedInThisState, NotComplete
from portfolio.models import Decision, Project, StateChange
from portfolio.services.doors import locked, require, save_changed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Change = Callable[[Project], object]
# From and to → how the Vakraad's decision changes a project, and the verb for it.
DECIDED: dict[tuple[str, str], tuple[Change, _StrPromise]] = {
    (ProjectState.SUBMITTED, ProjectState.ACCEPTED): (
        Project.accept,
        pgettext_lazy("verb on a project", "accept"),
    ),
    (ProjectState.SUBMITTED, ProjectState.RETURNED): (
        Project.send_back,
        pgettext_lazy("verb on a project", "return"),
    ),
    (ProjectState.ACCEPTED, ProjectState.CANCELLED): (
        Project.cancel,
        pgettext_lazy("verb on a project", "cancel"),
    ),
    (ProjectState.RUNNING, ProjectState.CANCELLED): (
        Project.cancel,
        pgettext_lazy("verb on a project", "cancel"),
    ),
    (ProjectState.RUNNING, ProjectState.COMPLETED): (
        Project.complete,
        pgettext_lazy("verb on a project", "complete"),
    ),
}


@transaction.atomic
def submit_project(project: Project, *, by: User, request_key: uuid.UUID | None = None) -> Project:
    """Put the assignment before the Vakraad; at the first time it gets its number.

    Raises `PermissionDenied`, `NotAllowedInThisState`, and `NotComplete` with what is missing by step.
    """
    stored = locked(project)
    require(by, "portfolio.submit_project", stored)
    if _was_done(stored, request_key):
        return stored
    _move(stored, Project.submit, pgettext_lazy("verb on a project", "submit"))
    if lacking := missing(stored):
        raise NotComplete(lacking)
    if not stored.was_submitted:
        stored.submitted_at = timezone.now()
        stored.code = _next_code(stored)
    _record(stored, by, request_key=request_key)
    notices.submitted(stored, by)
    return stored


@transaction.atomic
def withdraw_project(
    project: Project, *, by: User, reason: str = "", request_key: uuid.UUID | None = None
) -> Project:
    """Take the assignment back before the Vakraad decided. Raises `PermissionDenied` and `NotAllowedInThisState`."""
    stored = locked(project)
    require(by, "portfolio.withdraw_project", stored)
    if _was_done(stored, request_key):
        return stored
    _move(stored, Project.withdraw, pgettext_lazy("verb on a project", "withdraw"))
    _record(stored, by, reason=reason, request_key=request_key)
    return stored


@transaction.atomic
def start_project(project: Project, *, by: User, request_key: uuid.UUID | None = None) -> Project:
    """Begin the work of an accepted project. Raises `PermissionDenied` and `NotAllowedInThisState`."""
    stored = locked(project)
    require(by, "portfolio.start_project", stored)
    if _was_done(stored, request_key):
        return stored
    _move(stored, Project.start, pgettext_lazy("verb on a project", "start"))
    _record(stored, by, request_key=request_key)
    return stored


@transaction.atomic
def ask_completion(
    project: Project, *, by: User, closing_note: str, unless_changed: Callable[[Project], bool] | None = None
) -> Project:
    """Close a running project with what was delivered; the Vakraad's decision completes it.

    Asked again, it replaces what was said before; `unless_changed` is asked, once the project is locked, whether that
    is still what the person read; False raises `EditConflict`. Raises `PermissionDenied`, `NotAllowedInThisState`, and
    `ValidationError` by field.
    """
    stored = locked(project)
    require(by, "portfolio.ask_completion", stored)
    if stored.state != ProjectState.RUNNING:
        raise NotAllowedInThisState(pgettext_lazy("verb on a project", "complete"), stored)
    is_new, closing_note = stored.completion_asked_at is None, closing_note.strip()
    if not is_new and stored.closing_note == closing_note:
        return stored
    if unless_changed is not None and not unless_changed(stored):
        raise EditConflict(stored)
    if not closing_note:
        raise ValidationError({"closing_note": gettext("Say what was delivered.")})
    stored.closing_note = closing_note
    stored.completion_asked_at = timezone.now()
    save_changed(stored, by)
    if is_new:
        notices.completion_asked(stored, by)
    return stored


def carry_out(project: Project, state: ProjectState, decision: Decision, by: User) -> Project:
    """Bring a locked project into a state by a decision.

    A correction takes it back first, which the model's own way for that does in one step. Raises
    `NotAllowedInThisState` for what neither allows.
    """
    change, verb = DECIDED.get((project.state, state), (None, pgettext_lazy("verb on a project", "change")))
    _move(project, change or (lambda moved: moved.correct(state)), verb)
    if project.state not in ACCEPTED_AND_LATER:
        project.accepted_at = None
    elif project.accepted_at is None:
        project.accepted_at = timezone.now()
    _record(project, by, decision=decision, reason=decision.wording)
    return project


def _was_done(project: Project, request_key: uuid.UUID | None) -> bool:
    """Whether this very request was carried out before: a double click, or a repeated call of the API."""
    return request_key is not None and project.state_changes.filter(request_key=request_key).exists()


def _move(project: Project, change: Change, verb: _StrPromise) -> None:
    project._state_before = project.state  # type: ignore[attr-defined]
    try:
        change(project)
    except TransitionNotAllowed as refusal:
        raise NotAllowedInThisState(verb, project) from refusal


def _record(
    project: Project,
    by: User,
    *,
    reason: str = "",
    decision: Decision | None = None,
    request_key: uuid.UUID | None = None,
) -> None:
    save_changed(project, by)
    StateChange.objects.create(
        project=project,
        from_state=project._state_before,  # type: ignore[attr-defined]
        to_state=project.state,
        by=by,
        reason=reason,
        decision=decision,
        request_key=request_key,
    )


def _next_code(project: Project) -> str:
    """Give the next number of this year; the programme is locked, so that two submissions take turns."""
    Programme.objects.select_for_update(of=("self",)).get(pillars__themes__objectives=project.objective_id)
    year = timezone.localdate().year
    last = (
        Project.objects.filter(code__startswith=f"{year}-")
        .annotate(sequence=Cast(Substr("code", 6), IntegerField()))
        .aggregate(last=Max("sequence"))["last"]
    )
    return f"{year}-{(last or 0) + 1:03}"
