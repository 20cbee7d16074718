"""What can go wrong with projects and decisions, in words for the person who did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from portfolio.models import Project


class NotAllowedInThisState(ValidationError):
    """A verb that the project's state doesn't allow, such as submitting what was accepted."""

    def __init__(self, verb: str | _StrPromise, project: Project) -> None:
        super().__init__(
            _("“%(project)s” is %(state)s, so you can't %(verb)s it."),
            code="state",
            params={"project": str(project), "state": project.get_state_display(), "verb": verb},
        )


class DecisionNotPossible(NotAllowedInThisState):
    """A decision that can't be carried out on some of its projects; a line for each, at the field `projects`."""

    def __init__(self, problems: Iterable[str]) -> None:
        ValidationError.__init__(
            self, {"projects": [ValidationError(problem, code="state") for problem in problems]}
        )


class AcceptanceBlocked(ValidationError):
    """Assignments can't be accepted together, unless the decision says that it covers it; at `covers_overrun`.

    `objections` says what stands in the way, such as a year without enough money.
    """

    def __init__(self, objections: Iterable[str]) -> None:
        self.objections = list(objections)
        advice = _(
            "If the Vakraad decided so all the same, say that the decision covers spending beyond the budget."
        )
        texts: list[str | _StrPromise] = [*self.objections, advice]
        super().__init__({"covers_overrun": [ValidationError(text, code="overrun") for text in texts]})


class NotComplete(ValidationError):
    """An assignment lacks what the Vakraad needs to decide on it.

    `missing` says what, by step of the form; `messages` has the same as a list.
    """

    def __init__(self, missing: Mapping[str, Iterable[str | _StrPromise]]) -> None:
        self.missing = {step: [str(text) for text in texts] for step, texts in missing.items()}
        super().__init__([text for texts in self.missing.values() for text in texts], code="incomplete")


class EditConflict(Exception):
    """Someone else changed the record since it was read; nothing was saved."""

    def __init__(self, project: Project) -> None:
        super().__init__(f"{project} was changed meanwhile")
        self.project = project


class DecisionIsFrozen(ValidationError):
    """A decision that took effect was about to change."""

    def __init__(self) -> None:
        super().__init__(
            _("A decision doesn't change once it took effect. Record another one that corrects it."),
            code="decision",
        )


class PlanNotInThisState(ValidationError):
    """A verb that the state of an annual plan doesn't allow; the message says what is possible."""


class PlanChangedMeanwhile(Exception):
    """Someone else changed the annual plan, or what it says, since it was read; nothing was saved."""


class PlanGoesBeyondTheBudget(ValidationError):
    """A plan can't be adopted by this decision, unless that says that it covers it; at `decision`.

    `objections` says what stands in the way, a sentence each.
    """

    def __init__(self, objections: Iterable[str]) -> None:
        self.objections = list(objections)
        advice = _("Adopt with a decision that says that it covers spending beyond the budget, or plan less.")
        texts: list[str | _StrPromise] = [*self.objections, advice]
        super().__init__({"decision": [ValidationError(text, code="overrun") for text in texts]})
