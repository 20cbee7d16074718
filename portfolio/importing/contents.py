"""What a workbook holds, as typed plain data; each with the row that it stands in."""

import datetime
from dataclasses import dataclass, field

from portfolio.choices import Health, Outcome, ProjectState


@dataclass(slots=True)
class NewResult:
    """A result in the file."""

    row: int
    title: str
    due_on: datetime.date | None
    delivered_on: datetime.date | None
    delivered_note: str


@dataclass(slots=True)
class NewCapacity:
    """Days asked in the file, of a region or a network."""

    row: int
    year: int
    region: int | None
    network: int | None
    expertise: str
    days: int


@dataclass(slots=True)
class NewRisk:
    """A risk in the file."""

    row: int
    description: str
    likelihood: int
    impact: int
    measure: str


@dataclass(slots=True)
class NewProject:
    """A project in the file, with all that belongs to it. What the file doesn't make plain is 0 or None."""

    row: int
    key: str
    title: str
    portfolio: int
    objective: int
    state: ProjectState | None
    reason: str
    aim: str
    boundaries: str
    form_of_work: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    leader: str
    secretary: str
    closing_note: str
    health: Health | None
    health_note: str
    lac_goals: list[int]
    networks: list[int]
    results: list[NewResult] = field(default_factory=list)
    capacity: list[NewCapacity] = field(default_factory=list)
    risks: list[NewRisk] = field(default_factory=list)

    @property
    def is_submitted(self) -> bool:
        """Whether it is to be submitted, or further."""
        return self.state not in (None, ProjectState.DRAFT)

    @property
    def days(self) -> int:
        """How many days it asks in all."""
        return sum(line.days for line in self.capacity)


@dataclass(slots=True)
class NewDecision:
    """A decision in the file, and the rows of the projects that it is about."""

    number: str
    meeting_on: datetime.date
    outcome: Outcome
    wording: str
    rows: list[int]
