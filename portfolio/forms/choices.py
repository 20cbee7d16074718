"""The choices that the assignment form offers, read in a fixed number of queries."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from organisation.choices import Role
from organisation.models import Network, Region, User
from organisation.searching import search_words
from pillars.models import LacGoal, Objective, Theme
from portfolio.choices import COUNTED
from portfolio.models import Portfolio, Project

Grouped = list[tuple[str, list[tuple[str, str]]]]
# More than this many projects to choose from are not shown at once.
MOST_PREDECESSORS = 300


def portfolios_for(user: User, project: Project | None = None) -> QuerySet[Portfolio]:
    """Those in which the person may file: their own; for support all. The project's own stays among them."""
    if Role.SUPPORT in user.roles:
        return Portfolio.objects.all()
    held = Portfolio.objects.held_by(user)
    if project is None:
        return held
    return Portfolio.objects.filter(Q(pk__in=held.values("pk")) | Q(pk=project.portfolio_id))


def objectives_by_theme(objectives: Iterable[Objective]) -> Grouped:
    """Give objectives as choices, grouped by pillar and theme, each with its planned years; needs `with_adopted_years`."""
    groups: dict[Theme, list[tuple[str, str]]] = {}
    for objective in objectives:
        years = objective.planned_in
        period = "" if not years else f" ({years[0]}–{years[-1]})" if len(years) > 1 else f" ({years[0]})"
        groups.setdefault(objective.theme, []).append((str(objective.pk), f"{objective.title}{period}"))
    return [(f"{theme.pillar.number} · {theme.name}", choices) for theme, choices in groups.items()]


def objectives_to_choose(programme_id: int | None) -> QuerySet[Objective]:
    """The objectives of a programme, or of all, with theme, pillar and years."""
    objectives = Objective.objects.select_related("theme__pillar").with_adopted_years()
    return objectives if programme_id is None else objectives.for_programme(programme_id)


def goals_to_choose(objective: Objective, linked: Iterable[int]) -> tuple[list[LacGoal], list[LacGoal]]:
    """Give the LAC goals of the objective with those linked already, and the others of its pillar."""
    own = set(objective.lac_goals.values_list("pk", flat=True)) | set(linked)
    goals = list(
        LacGoal.objects.filter(Q(pillar=objective.theme.pillar_id) | Q(pk__in=own)).select_related("pillar")
    )
    return [goal for goal in goals if goal.pk in own], [goal for goal in goals if goal.pk not in own]


def asked_of_choices() -> list[Any]:
    """Give regions and networks as one list of choices in two groups; `r-3` is a region's key, `n-5` a network's."""
    from django.utils.translation import gettext as _

    return [
        ("", ""),
        (_("Safety regions"), [(f"r-{region.pk}", region.name) for region in Region.objects.all()]),
        (_("Networks"), [(f"n-{network.pk}", network.name) for network in Network.objects.all()]),
    ]


def networks_by_kind(networks: Iterable[Network]) -> Grouped:
    """Give networks as choices, grouped by kind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for network in networks:
        kind = network.get_kind_display()
        groups.setdefault(f"{kind[:1].upper()}{kind[1:]}", []).append((str(network.pk), network.name))
    return sorted(groups.items())


def predecessors_to_choose(
    user: User, project: Project, *, search: str = "", chosen: Iterable[int] = ()
) -> list[Project]:
    """Give the projects that it could wait for: those linked or chosen, then of its theme, then of its pillar.

    With words to search for, those of the whole programme that have all of them in number or title.
    """
    kept = {link.predecessor_id for link in project.dependencies.all()} | set(chosen)
    theme = project.objective.theme
    words = search_words(search)
    wanted = Q() if words else Q(objective__theme__pillar=theme.pillar_id)
    for word in words:
        wanted &= Q(title__icontains=word) | Q(code__icontains=word)
    found = (
        Project.objects.visible_to(user)
        .exclude(pk=project.pk)
        .filter(Q(state__in=COUNTED) & wanted | Q(pk__in=kept))
        .annotate(is_kept=Case(When(pk__in=kept, then=0), default=1))
        .select_related("objective__theme__pillar")
        .order_by("is_kept", "code", "title")[:MOST_PREDECESSORS]
    )
    return sorted(
        found, key=lambda other: (other.pk not in kept, other.objective.theme_id != theme.pk, str(other))
    )
