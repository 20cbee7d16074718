"""The days that projects ask of regions and networks, per year, as far as a person may see them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Sum

from organisation.choices import Role
from organisation.models import Network, Region, User
from pillars.models import PlanVersion
from portfolio.cell_states import PROPOSED
from portfolio.choices import ProjectState
from portfolio.models import CapacityRequest
from portfolio.querysets import SEES_ALL_CAPACITY

# So many lines of a region or network are listed: more is no longer read on a page. Its totals count all.
MOST_LINES = 400


@dataclass(slots=True)
class Days:
    """Days asked, in a year or in all: by accepted projects, and by assignments still to be decided on."""

    year: int | None = None
    accepted: int = 0
    proposed: int = 0

    @property
    def all(self) -> int:
        """Both together."""
        return self.accepted + self.proposed

    def add(self, state: str, days: int) -> None:
        """Count days of a project in this state."""
        if state in PROPOSED:
            self.proposed += days
        else:
            self.accepted += days


@dataclass(slots=True)
class CapacityLine:
    """What a project asks of a region or network, for a kind of expertise, per year."""

    project_id: int
    name: str
    state: ProjectState
    expertise: str
    days: dict[int, int]

    @property
    def is_proposed(self) -> bool:
        """Whether the project is still to be decided on."""
        return self.state in PROPOSED

    @property
    def total(self) -> int:
        """Over the years shown."""
        return sum(self.days.values())


@dataclass(slots=True)
class AskedOf:
    """A region or network with the days asked of it, per year."""

    key: str
    name: str
    is_region: bool
    years: list[Days]
    lines: list[CapacityLine] = field(default_factory=list)

    @property
    def lines_shown(self) -> list[CapacityLine]:
        """The lines that the page lists."""
        return self.lines[:MOST_LINES]

    @property
    def lines_left_out(self) -> int:
        """How many lines the page doesn't list."""
        return max(len(self.lines) - MOST_LINES, 0)

    @property
    def total(self) -> Days:
        """Over the years shown."""
        return total(self.years)


@dataclass(frozen=True, slots=True)
class CapacityOverview:
    """What is asked, in the years shown: of each region and network that the person may see, and in all."""

    years: tuple[int, ...]
    asked_of: tuple[AskedOf, ...]

    @property
    def totals(self) -> list[Days]:
        """Per year, over all regions and networks shown."""
        return [
            total((asked.years[place] for asked in self.asked_of), year)
            for place, year in enumerate(self.years)
        ]

    @property
    def total(self) -> Days:
        """Over all years, regions and networks shown."""
        return total(self.totals)

    @property
    def detailed(self) -> tuple[AskedOf, ...]:
        """Those of which the projects are listed."""
        return tuple(asked for asked in self.asked_of if asked.lines)


def total(several: Iterable[Days], year: int | None = None) -> Days:
    """Add days up."""
    found = Days(year)
    for days in several:
        found.accepted += days.accepted
        found.proposed += days.proposed
    return found


def sees_all_regions(user: User) -> bool:
    """Whether the person sees what is asked of every region, and not of their own alone."""
    return not user.roles.isdisjoint(SEES_ALL_CAPACITY)


def lacks_region(user: User) -> bool:
    """Whether the person would see their region here, if their account were linked to one."""
    return not sees_all_regions(user) and Role.REGIONAL_STAFF in user.roles and user.region_id is None


def may_be_asked(user: User) -> list[Region | Network]:
    """Give the regions and networks of which the person may see what is asked. Two queries."""
    regions = Region.objects.all() if sees_all_regions(user) else Region.objects.filter(users=user)
    return [*regions, *Network.objects.all()]


def key_of(asked: Region | Network) -> str:
    """Give how an address names a region or network: by its code or its slug."""
    return asked.code if isinstance(asked, Region) else asked.slug


def years_to_show(user: User, today: datetime.date) -> tuple[int, ...]:
    """Give the years of the programme and those in which something is asked. Two queries."""
    version = PlanVersion.objects.current(today)
    asked = CapacityRequest.objects.visible_to(user).counted().order_by().values_list("year", flat=True)
    return tuple(sorted({*asked.distinct(), *(version.programme.years if version else ())}))


def read_capacity(
    user: User, bodies: Sequence[Region | Network], years: Sequence[int], with_projects: Iterable[str] = ()
) -> CapacityOverview:
    """Give what is asked of these regions and networks in these years; of those in `with_projects` by project too.

    Two queries, whatever the number of projects.
    """
    places = {year: place for place, year in enumerate(years)}
    found: dict[tuple[int | None, int | None], AskedOf] = {}
    for body in bodies:
        is_region = isinstance(body, Region)
        found[(body.pk, None) if is_region else (None, body.pk)] = AskedOf(
            key_of(body), body.name, is_region, [Days(year) for year in years]
        )
    requests = CapacityRequest.objects.visible_to(user).counted().filter(year__in=places).order_by()
    sums = requests.values_list("region", "network", "year", "project__state").annotate(sum=Sum("days"))
    for region, network, year, state, days in sums:
        if (asked := found.get((region, network))) is not None:
            asked.years[places[year]].add(state, days)
    wanted = set(with_projects)
    keys = [key for key, asked in found.items() if asked.key in wanted]
    rows = (
        requests.filter(region__in=[region for region, _network in keys if region])
        | requests.filter(network__in=[network for _region, network in keys if network])
    ).order_by("project__code", "project__title", "expertise", "pk")
    lines: dict[tuple[object, ...], CapacityLine] = {}
    for region, network, pk, code, title, state, expertise, year, days in rows.values_list(
        "region",
        "network",
        "project",
        "project__code",
        "project__title",
        "project__state",
        "expertise",
        "year",
        "days",
    ):
        key = (region, network, pk, expertise)
        if key not in lines:
            line = CapacityLine(
                pk, f"{code} {title}".strip(), ProjectState(state), expertise, dict.fromkeys(years, 0)
            )
            lines[key] = line
            found[region, network].lines.append(line)
        lines[key].days[year] += days
    # A network of which nothing is asked says nothing, unless it was chosen; that a region is asked nothing does.
    return CapacityOverview(
        tuple(years),
        tuple(
            asked
            for asked in found.values()
            if asked.total.all or (asked.key in wanted and (asked.is_region or len(wanted) == 1))
        ),
    )
