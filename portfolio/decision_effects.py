"""What a decision does to the state of a project. Plain functions on plain data, without the database.

A decision that corrects an earlier one replaces what that says, so a project is brought to where it would stand, had the
correction been recorded in the first place: from the state that it had before. That can't be done any more once another
change followed on the corrected decision, such as the start of the work; the new outcome is then carried out on what the
project is now, or not at all.
"""

from dataclasses import dataclass

from portfolio.choices import Outcome, ProjectState

# Outcome → the states in which it can be decided, and the state that it leads to. The transitions of the model say the
# same; a test holds the two together. What isn't decided on projects has no way.
WAYS: dict[Outcome, tuple[frozenset[ProjectState], ProjectState]] = {
    Outcome.ACCEPT: (frozenset({ProjectState.SUBMITTED}), ProjectState.ACCEPTED),
    Outcome.RETURN: (frozenset({ProjectState.SUBMITTED}), ProjectState.RETURNED),
    Outcome.CANCEL: (frozenset({ProjectState.ACCEPTED, ProjectState.RUNNING}), ProjectState.CANCELLED),
    Outcome.COMPLETE: (frozenset({ProjectState.RUNNING}), ProjectState.COMPLETED),
}


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the decision that is corrected did to a project, alone or with the ones that it corrected itself.

    `before` is the state from which it took the project; `is_last` tells that nothing followed on it.
    """

    outcome: Outcome
    before: ProjectState
    is_last: bool


def state_after(
    outcome: Outcome, state: ProjectState, corrected: Corrected | None = None
) -> ProjectState | None:
    """Give the state of a project that a decision names; None when the outcome is not possible on it."""
    if corrected is not None and corrected.outcome == outcome:
        return state
    if not outcome.is_on_projects:
        return None
    sources, target = WAYS[outcome]
    if corrected is not None and corrected.is_last and corrected.before in sources:
        return target
    return target if state in sources else None


def state_when_left_out(state: ProjectState, corrected: Corrected) -> ProjectState | None:
    """Give the state of a project that only the corrected decision names; None when it went on too far to take back."""
    return corrected.before if corrected.is_last or state == corrected.before else None
