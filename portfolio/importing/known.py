"""What the database knows that rows of a workbook refer to, in a fixed number of queries."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from organisation.models import Network, Region
from organisation.spreadsheets.values import normalise
from pillars.models import LacGoal, Objective
from portfolio.choices import Outcome, ProjectState
from portfolio.models import Decision, Portfolio, Project


class Names:
    """Keys of records by what people call them; a name that several share points to none of them for certain."""

    def __init__(self, pairs: Iterable[tuple[str, int]] = ()) -> None:
        self._found: dict[str, set[int]] = {}
        for name, key in pairs:
            self.add(name, key)

    def add(self, name: str, key: int) -> None:
        """Let a name point to a record too."""
        if normalised := normalise(name):
            self._found.setdefault(normalised, set()).add(key)

    def find(self, name: str) -> frozenset[int]:
        """Give the keys that a name points to."""
        return frozenset(self._found.get(normalise(name), ()))


@dataclass(frozen=True, slots=True)
class KnownObjective:
    """An objective: its title, and the programme that it belongs to with its years."""

    key: int
    # Of pillar, theme and objective, such as "1.2.1".
    number: str
    title: str
    programme: int
    years: range

    @property
    def label(self) -> str:
        """How the template names it."""
        return f"{self.number} – {self.title}"


# Title (normalised), objective, portfolio: what makes a project another one's double.
Identity = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What rows of a workbook may refer to, and what is there already."""

    today: datetime.date
    portfolios: dict[int, str]
    objectives: dict[int, KnownObjective]
    regions: dict[int, tuple[str, str]]
    networks: dict[int, tuple[str, str]]
    # By programme and number.
    lac_goals: dict[tuple[int, str], int]
    # By their number in lower case, as in the minutes.
    decisions: dict[str, tuple[datetime.date, Outcome]] = field(default_factory=dict)
    # What was not withdrawn, by what would make another one its double.
    projects: dict[Identity, str] = field(default_factory=dict)

    @property
    def portfolio_names(self) -> Names:
        return Names((name, key) for key, name in self.portfolios.items())

    @property
    def objective_names(self) -> Names:
        return Names(
            (name, objective.key)
            for objective in self.objectives.values()
            for name in (objective.title, objective.label)
        )

    @property
    def objective_numbers(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        for objective in self.objectives.values():
            found.setdefault(objective.number, set()).add(objective.key)
        return {number: frozenset(keys) for number, keys in found.items()}

    @property
    def region_names(self) -> Names:
        return Names(
            (text, key)
            for key, (code, name) in self.regions.items()
            for text in (code, name, f"{code} {name}", f"Veiligheidsregio {name}")
        )

    @property
    def network_names(self) -> Names:
        return Names((text, key) for key, texts in self.networks.items() for text in texts)


def read_known(today: datetime.date) -> Known:
    """Read everything that a workbook may refer to. Eight queries."""
    objectives = {
        objective.pk: KnownObjective(
            objective.pk,
            f"{objective.theme.pillar.number}.{objective.theme.position}.{objective.position}",
            objective.title,
            objective.theme.pillar.programme_id,
            objective.theme.pillar.programme.years,
        )
        for objective in Objective.objects.select_related("theme__pillar__programme")
    }
    projects = Project.objects.exclude(state=ProjectState.WITHDRAWN).order_by()
    return Known(
        today=today,
        portfolios={portfolio.pk: portfolio.name for portfolio in Portfolio.objects.all()},
        objectives=objectives,
        regions={region.pk: (region.code, region.name) for region in Region.objects.all()},
        networks={network.pk: (network.name, network.abbreviation) for network in Network.objects.all()},
        lac_goals={
            (goal.pillar.programme_id, goal.number): goal.pk
            for goal in LacGoal.objects.select_related("pillar")
        },
        decisions={
            number.lower(): (meeting_on, Outcome(outcome))
            for number, meeting_on, outcome in Decision.objects.order_by().values_list(
                "number", "meeting_on", "outcome"
            )
        },
        projects={
            (normalise(title), objective, portfolio): code
            for title, objective, portfolio, code in projects.values_list(
                "title", "objective", "portfolio", "code"
            )
        },
    )
