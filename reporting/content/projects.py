"""Projects in a report, with what they deliver, ask and cost in its year."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from pillars.choices import Lead
from portfolio.choices import FormOfWork, Health, Outcome, ProjectState

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A deliverable (gewenst resultaat): when it is due and, later, what was delivered when."""

    title: str
    due_on: datetime.date | None
    delivered_on: datetime.date | None
    delivered_note: str

    @property
    def is_delivered(self) -> bool:
        """Whether it is there."""
        return self.delivered_on is not None


@dataclass(frozen=True, slots=True)
class CapacityLine:
    """Days asked of a region (`region_code` says which) or a network in a year, for a kind of expertise."""

    year: int
    asked_of: str
    region_code: str
    expertise: str
    days: int


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The latest status report of the year: scope, time and money, and what was said."""

    reported_on: datetime.date
    scope: Health
    time: Health
    money: Health
    done: str
    upcoming: str


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in the year of the report; texts are light Markdown.

    `results` are those of the year: due in it, delivered in it, or due before and still owed. `planned`, `spent` and
    `forecast` are of the year, in euro.
    """

    project_id: int
    code: str
    title: str
    state: ProjectState
    pillar_number: int
    theme_slug: str
    theme_name: str
    objective_id: int
    objective: str
    portfolio: str
    holders: tuple[str, ...]
    form_of_work: FormOfWork | None
    networks: tuple[str, ...]
    goals: tuple[str, ...]
    reason: str
    aim: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    results: tuple[ResultLine, ...]
    capacity: tuple[CapacityLine, ...]
    planned: Decimal
    spent: Decimal
    forecast: Decimal
    health: Health | None = None
    status: StatusLine | None = None
    closing_note: str = ""

    @property
    def days(self) -> int:
        """The days that it asks in the year, of all together."""
        return sum(line.days for line in self.capacity)

    @property
    def delivered(self) -> tuple[ResultLine, ...]:
        """The results of the year that are there."""
        return tuple(result for result in self.results if result.is_delivered)

    @property
    def owed(self) -> tuple[ResultLine, ...]:
        """The results of the year that aren't there."""
        return tuple(result for result in self.results if not result.is_delivered)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What the Vakraad decided, on which projects (number and title)."""

    number: str
    meeting_on: datetime.date
    outcome: Outcome
    wording: str
    covers_overrun: bool
    projects: tuple[str, ...]
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A LAC goal and what works on it: objectives by title, projects by number, results of all years."""

    number: str
    text: str
    pillar_number: int
    theme_name: str
    lead: Lead
    lead_remark: str
    objectives: tuple[str, ...]
    projects: tuple[str, ...]
    results_planned: int
    results_delivered: int
