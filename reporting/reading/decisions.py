"""What the Vakraad decided in the year of a report."""

from portfolio.choices import Outcome
from portfolio.models import Decision, Project
from reporting.content import DecisionLine
from reporting.reading.scope import Scope


def read_decisions(scope: Scope) -> tuple[DecisionLine, ...]:
    """Read the decisions of the meetings of the year, in their order: on accepted projects, and on no projects. Three queries."""
    found = (
        Decision.objects.about(Project.objects.accepted_and_later())
        .filter(meeting_on__year=scope.year)
        .order_by("meeting_on", "number")
    )
    return tuple(_line(decision) for decision in found)


def _line(decision: Decision) -> DecisionLine:
    corrected = decision.corrects if decision.corrects_is_visible else None  # type: ignore[attr-defined]  # read by about
    return DecisionLine(
        number=decision.number,
        meeting_on=decision.meeting_on,
        outcome=Outcome(decision.outcome),
        wording=decision.wording,
        covers_overrun=decision.covers_overrun,
        projects=tuple(str(subject.project) for subject in decision.visible_subjects),  # type: ignore[attr-defined]  # likewise
        corrects=corrected.number if corrected else "",
    )
