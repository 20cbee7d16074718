"""Which objectives of the plan in force ask for attention: their year has begun, but nobody or nothing carries them."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from organisation.models import User
from pillars.models import Objective, PlanVersion
from portfolio.models import PortfolioHolder, Project


@dataclass(frozen=True, slots=True)
class ObjectiveToTend:
    """An objective that is planned for this year, and what it lacks."""

    objective: Objective
    year: int
    lacks_assignment: bool
    lacks_holder: bool


def objectives_to_tend(user: User, today: datetime.date) -> list[ObjectiveToTend]:
    """Give the objectives planned for this year without a project in it, or without a holder. Two queries.

    A project counts as the planning grid counts it, and only when the person may see it. An objective has a holder when
    someone holds a portfolio with its theme, or the portfolio of one of its projects.
    """
    version = PlanVersion.objects.current(today)
    if version is None:
        return []
    projects = Project.objects.visible_to(user, today).counted().filter(objective=OuterRef("pk"))
    holding = PortfolioHolder.objects.on(today)
    of_theme = holding.filter(portfolio__themes=OuterRef("theme"))
    of_project = projects.filter(portfolio__in=holding.order_by().values("portfolio"))
    found = (
        Objective.objects.for_programme(version.programme_id)
        .active_in(today.year)
        .select_related("theme__pillar")
        .annotate(
            has_project=Exists(projects.counting_this_year(today).order_by()),
            has_holder=Exists(of_theme.order_by()) | Exists(of_project.order_by()),
        )
        .filter(Q(has_project=False) | Q(has_holder=False))
    )
    return [
        ObjectiveToTend(objective, today.year, not objective.has_project, not objective.has_holder)
        for objective in found
    ]
