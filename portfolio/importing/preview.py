"""What a file would make, a line per project, in words for the page."""

import datetime
from dataclasses import dataclass

from portfolio.choices import ProjectState
from portfolio.importing.contents import NewDecision, NewProject
from portfolio.importing.examining import Examined


@dataclass(frozen=True, slots=True)
class Line:
    """A project that would be made. What the file doesn't make plain is empty or None."""

    project: NewProject
    portfolio: str
    objective_number: str
    objective: str
    state: ProjectState | None
    decisions: tuple[str, ...]

    @property
    def undelivered(self) -> int:
        """How many results are still to come."""
        return sum(result.delivered_on is None for result in self.project.results)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision that would be recorded, and on how many projects."""

    number: str
    meeting_on: datetime.date
    outcome: str
    projects: int


def preview_lines(examined: Examined) -> list[Line]:
    """Give a line per project, in the order of the file."""
    known = examined.known
    decisions: dict[int, list[str]] = {}
    for decision in examined.checked.decisions:
        for row in decision.rows:
            decisions.setdefault(row, []).append(decision.number)
    lines = []
    for project in examined.checked.projects:
        objective = known.objectives.get(project.objective)
        lines.append(
            Line(
                project,
                known.portfolios.get(project.portfolio, ""),
                objective.number if objective else "",
                objective.title if objective else "",
                project.state,
                tuple(decisions.get(project.row, ())),
            )
        )
    return lines


def preview_decisions(decisions: list[NewDecision]) -> list[DecisionLine]:
    """Give a line per decision, the earliest first."""
    return [
        DecisionLine(decision.number, decision.meeting_on, str(decision.outcome.label), len(decision.rows))
        for decision in sorted(decisions, key=lambda decision: (decision.meeting_on, decision.number))
    ]
