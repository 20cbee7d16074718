"""As whom the planning grid is read: a person with their roles, or everybody who may read a report."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from budget.allocation import YearAllocation
from organisation.models import User
from portfolio.models import CapacityRequest, Project
from portfolio.querysets import SEES_ALL_CAPACITY, CapacityRequestQuerySet, ProjectQuerySet
from portfolio.rules import sees_only_accepted
from reporting.planning_grid.money import YearMoney, committed_money, read_money


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """What may be seen of projects, of the days that they ask, and of money by year; None of what isn't shown at all."""

    projects: ProjectQuerySet | None
    requests: CapacityRequestQuerySet | None
    only_accepted: bool
    days_are_of_all_regions: bool
    money: Mapping[int, YearMoney]


def viewpoint_of(user: User, today: datetime.date, years: range) -> Viewpoint:
    """Give what a person may see (DESIGN.md, section 6). Five queries, none for who may not see money."""
    return Viewpoint(
        projects=Project.objects.visible_to(user, today) if user.has_perm("portfolio.view_project") else None,
        requests=CapacityRequest.objects.visible_to(user)
        if user.has_perm("portfolio.view_capacity")
        else None,
        only_accepted=sees_only_accepted(user),
        days_are_of_all_regions=not user.roles.isdisjoint(SEES_ALL_CAPACITY),
        money=read_money(user, years),
    )


def viewpoint_of_report(allocations: Mapping[int, YearAllocation]) -> Viewpoint:
    """Give what a report says, whoever reads it: accepted projects and what came of them, with all days that they ask."""
    projects = Project.objects.accepted_and_later()
    return Viewpoint(
        projects=projects,
        requests=CapacityRequest.objects.of_projects(projects),
        only_accepted=True,
        days_are_of_all_regions=True,
        money=committed_money(allocations),
    )
