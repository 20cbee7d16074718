"""Recording what the Vakraad decided, which takes effect at once."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation.models import User
from portfolio import notices, ports
from portfolio.choices import Outcome, ProjectState
from portfolio.decision_effects import Corrected, state_after, state_when_left_out
from portfolio.errors import AcceptanceBlocked, DecisionNotPossible
from portfolio.models import Decision, DecisionSubject, Project, StateChange
from portfolio.services.doors import require, take_turns
from portfolio.services.life_cycle import carry_out


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does to one project; `after` is None where it can't be carried out.

    `is_left_out`: only the decision that is corrected names it.
    """

    project: Project
    before: ProjectState
    after: ProjectState | None
    is_left_out: bool = False

    @property
    def changes(self) -> bool:
        """Whether the project gets another state."""
        return self.after is not None and self.after != self.before

    @property
    def before_label(self) -> str:
        """The state now, in words."""
        return str(self.before.label)

    @property
    def after_label(self) -> str:
        """The state afterwards, in words."""
        return str(self.after.label) if self.after is not None else ""


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a decision would do, and what stands in the way of it that it covers, in sentences."""

    effects: list[Effect]
    objections: list[str]


def effects(outcome: Outcome, projects: Iterable[Project], corrects: Decision | None = None) -> list[Effect]:
    """Tell what a decision would do: first to the projects that it names, then to those that it no longer does.

    Changes nothing. Three queries for a correction, none for another decision.
    """
    named = list(projects)
    if corrects is None:
        return [
            Effect(project, ProjectState(project.state), state_after(outcome, ProjectState(project.state)))
            for project in named
        ]
    keys = {project.pk for project in named}
    corrected = _done_by(corrects)
    left_out = Project.objects.filter(pk__in=corrected.keys() - keys).select_related("portfolio")
    found = [
        Effect(
            project,
            ProjectState(project.state),
            state_after(outcome, ProjectState(project.state), corrected.get(project.pk)),
        )
        for project in named
    ]
    found += [
        Effect(
            project,
            ProjectState(project.state),
            state_when_left_out(ProjectState(project.state), corrected[project.pk]),
            is_left_out=True,
        )
        for project in left_out.order_by("code", "pk")
    ]
    return found


@transaction.atomic
def foresee_decision(
    *,
    by: User,
    number: str,
    meeting_on: datetime.date,
    outcome: Outcome,
    wording: str,
    projects: Sequence[Project],
    covers_overrun: bool = False,
    corrects: Decision | None = None,
) -> Foresight:
    """Tell what `record_decision` would do with the same, and raise what it would raise. Changes nothing."""
    require(by, "portfolio.record_decision")
    decision = Decision(
        number=number,
        meeting_on=meeting_on,
        outcome=outcome,
        wording=wording,
        covers_overrun=covers_overrun,
        corrects=corrects,
        recorded_by=by,
    )
    return _checked(decision, projects)


@transaction.atomic
def record_decision(
    *,
    by: User,
    number: str,
    meeting_on: datetime.date,
    outcome: Outcome,
    wording: str,
    projects: Sequence[Project],
    covers_overrun: bool = False,
    corrects: Decision | None = None,
    request_key: uuid.UUID | None = None,
) -> Decision:
    """Record a decision on one or more projects and carry it out on each, or on none. One on budget or annual plan names none.

    One that corrects an earlier decision replaces what that says. A project on which both decide the same stays as it
    is; one on which they differ is brought from the state before the earlier decision to what this one says; one that
    only the earlier decision names goes back to its state before it. A decision is corrected once: whoever wants to
    correct it again corrects the correction. One on the budget corrects one on the budget, and nothing else; so for plans.

    The same `request_key` of the same person gives the decision that it made before. Raises `PermissionDenied`,
    `DecisionNotPossible`, `AcceptanceBlocked` unless it `covers_overrun`, and `ValidationError` by field.
    """
    require(by, "portfolio.record_decision")
    if not outcome.is_on_projects:
        # There is no project for which a double click could wait.
        take_turns(by)
    if corrects is not None:
        corrects = Decision.objects.select_for_update().get(pk=corrects.pk)
    stored = _locked_with_subjects(projects, corrects)
    # Asked once the projects are ours: of a double click the second waits until the first is done.
    made = _made_before(by, request_key)
    if made is not None:
        return made
    decision = Decision(
        number=number,
        meeting_on=meeting_on,
        outcome=outcome,
        wording=wording,
        covers_overrun=covers_overrun,
        corrects=corrects,
        recorded_by=by,
        request_key=request_key,
    )
    found = _checked(decision, stored).effects
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        # Another request was first by a moment; what it recorded can be seen now.
        made = _made_before(by, request_key)
        if made is not None:
            return made
        decision.validate_unique()
        raise
    DecisionSubject.objects.bulk_create(
        DecisionSubject(decision=decision, project=effect.project)
        for effect in found
        if not effect.is_left_out
    )
    for effect in found:
        if effect.changes and effect.after is not None:
            carry_out(effect.project, effect.after, decision, by)
        if not effect.is_left_out:
            notices.decided(effect.project, decision, by)
        elif effect.changes:
            notices.taken_back(effect.project, decision, by)
    return decision


def next_number(year: int) -> str:
    """Give the number after the last one of a year: year and sequence, such as 2026-07."""
    prefix = f"{year}-"
    tails = [
        number.removeprefix(prefix)
        for number in Decision.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    ]
    last = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)
    return f"{prefix}{last + 1:02}"


def number_of_correction(corrects: Decision) -> str:
    """Give the number of the correction of a decision: 2026-07.1, and of that again 2026-07.2."""
    stem, _dot, tail = corrects.number.rpartition(".")
    if corrects.corrects_id is not None and stem and tail.isascii() and tail.isdigit():
        return f"{stem}.{int(tail) + 1}"
    return f"{corrects.number}.1"


def _made_before(by: User, request_key: uuid.UUID | None) -> Decision | None:
    if request_key is None:
        return None
    return Decision.objects.filter(request_key=request_key, recorded_by=by).first()


def _locked_with_subjects(projects: Iterable[Project], corrects: Decision | None) -> list[Project]:
    """Give the projects as stored, locked, and with them those of the decision that is corrected."""
    keys = {project.pk for project in projects}
    touched = keys | (set(corrects.subjects.values_list("project", flat=True)) if corrects else set())
    stored = (
        Project.objects.select_for_update(of=("self",)).select_related("portfolio").filter(pk__in=touched)
    )
    return [project for project in stored.order_by("pk") if project.pk in keys]


def _checked(decision: Decision, projects: Sequence[Project]) -> Foresight:
    """Give what a decision that is about to be recorded will do; raises what is wrong with it."""
    outcome = Outcome(decision.outcome)
    if outcome.is_on_projects and not projects:
        raise ValidationError({"projects": _("Choose at least one project.")})
    if projects and not outcome.is_on_projects:
        raise ValidationError(
            {
                "projects": _(
                    "A decision on the working budget or the annual plan is about no project: choose none."
                )
            }
        )
    if decision.covers_overrun and not outcome.can_cover_overrun:
        raise ValidationError(
            {
                "covers_overrun": _(
                    "Only accepting an assignment, a decision on the working budget and adopting an annual plan can cover "
                    "spending beyond the budget."
                )
            }
        )
    if decision.meeting_on > timezone.localdate():
        raise ValidationError({"meeting_on": _("The Vakraad can't have decided on a day to come.")})
    corrects = decision.corrects
    if corrects is not None and Outcome(corrects.outcome).subject != outcome.subject:
        raise ValidationError({"corrects": _refusal_of_kind(corrects)})
    already = corrects.corrections.first() if corrects is not None else None
    if already is not None:
        raise ValidationError(
            {
                "corrects": ValidationError(
                    _("Decision %(number)s was corrected by %(correction)s already: correct that one."),
                    code="corrected",
                    params={"number": corrects, "correction": already},
                )
            }
        )
    decision.full_clean()
    found = effects(outcome, projects, corrects)
    problems = [_refusal(outcome, effect, corrects) for effect in found if effect.after is None]
    if problems:
        raise DecisionNotPossible(problems)
    objections = _objections(outcome, found)
    if objections and not decision.covers_overrun:
        raise AcceptanceBlocked(objections)
    return Foresight(found, objections)


def _objections(outcome: Outcome, found: Iterable[Effect]) -> list[str]:
    """Ask what stands in the way of accepting the projects that a decision accepts; those accepted before count already."""
    if outcome != Outcome.ACCEPT:
        return []
    accepted = [
        effect.project for effect in found if effect.changes and effect.after == ProjectState.ACCEPTED
    ]
    accepted.sort(key=lambda project: project.pk)
    return ports.objections_to_accepting(accepted) if accepted else []


def _done_by(decision: Decision) -> dict[int, Corrected]:
    """Tell what a decision did to each of its subjects, with the decisions that it corrected itself."""
    chain = _chain(decision)
    changes: dict[int, list[StateChange]] = {
        key: [] for key in decision.subjects.values_list("project", flat=True)
    }
    for change in StateChange.objects.filter(project__in=changes).order_by("at", "pk"):
        changes[change.project_id].append(change)
    done = {}
    for key, history in changes.items():
        is_ours = [change.decision_id in chain for change in history]
        if not any(is_ours):
            # Nothing to take back, as for a project that was taken over from elsewhere.
            state = ProjectState(history[-1].to_state if history else ProjectState.DRAFT)
            done[key] = Corrected(Outcome(decision.outcome), before=state, is_last=False)
            continue
        # The last run of changes by these decisions, with nothing of others in between.
        end = len(history) - is_ours[::-1].index(True)
        start = end
        while start and is_ours[start - 1]:
            start -= 1
        done[key] = Corrected(
            outcome=Outcome(decision.outcome),
            before=ProjectState(history[start].from_state),
            is_last=end == len(history),
        )
    return done


def _chain(decision: Decision) -> set[int]:
    """Give the keys of a decision and of those that it corrects, one after the other."""
    corrects = dict(Decision.objects.filter(corrects__isnull=False).values_list("pk", "corrects"))
    chain = {decision.pk}
    key = corrects.get(decision.pk)
    while key is not None:
        chain.add(key)
        key = corrects.get(key)
    return chain


def _refusal_of_kind(corrects: Decision) -> str:
    """Say that decisions on projects, on the budget and on an annual plan can't correct each other."""
    texts = {
        "projects": _("Decision %(number)s is on projects, so only another one on projects can correct it."),
        Outcome.BUDGET: _(
            "Decision %(number)s is on the working budget, so only another one on the budget can correct it."
        ),
        Outcome.ANNUAL_PLAN: _(
            "Decision %(number)s adopts an annual plan, so only another one on the annual plan can correct it."
        ),
    }
    return texts[Outcome(corrects.outcome).subject] % {"number": corrects}


def _refusal(outcome: Outcome, effect: Effect, corrects: Decision | None) -> str:
    """Say why an effect can't be carried out, and what to do."""
    if effect.is_left_out:
        return _(
            "“%(project)s” went on since decision %(number)s: it is %(state)s, so that decision can't be taken back "
            "for it. Keep it here, and record another decision on what it is now."
        ) % {"project": effect.project, "number": corrects, "state": effect.before_label}
    texts = {
        Outcome.ACCEPT: _("“%(project)s” is %(state)s, so it can't be accepted. Only what is submitted can."),
        Outcome.RETURN: _("“%(project)s” is %(state)s, so it can't be returned. Only what is submitted can."),
        Outcome.CANCEL: _(
            "“%(project)s” is %(state)s, so it can't be cancelled. Only an accepted or running project can."
        ),
        Outcome.COMPLETE: _("“%(project)s” is %(state)s, so it can't be completed. Only what runs can."),
    }
    return texts[outcome] % {"project": effect.project, "state": effect.before_label}
