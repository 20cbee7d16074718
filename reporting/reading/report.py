"""Reads the content of a report of any kind."""

import datetime

from budget.allocation import read_years
from budget.models import AnnualBudget
from pillars.models import PlanVersion, Programme
from portfolio.models import AnnualPlan, Project
from portfolio.overview import read_portfolio_lines
from reporting.choices import ReportKind
from reporting.content import ReportContent, Source, from_data
from reporting.errors import YearNotInProgramme
from reporting.planning_grid import read_grid_of, viewpoint_of_report
from reporting.reading.coverage import read_coverage
from reporting.reading.decisions import read_decisions
from reporting.reading.money import as_budget, read_contributions, read_next_year
from reporting.reading.planning import as_planning
from reporting.reading.projects import read_projects
from reporting.reading.scope import Scope
from reporting.reading.snapshot import snapshot
from reporting.reading.texts import read_texts


def read_report(
    kind: ReportKind, year: int, *, today: datetime.date, plan: AnnualPlan | None = None
) -> ReportContent:
    """Read what a report says, all of it from one moment, in a number of queries that doesn't grow with the rows.

    It is the same for every reader: accepted projects and what came of them. `today` is the day that "late" and "current"
    are seen from. `plan` gives an annual plan its texts; one that was adopted is not read again but says what it said then.
    Raises `YearNotInProgramme`, and `RuntimeError` inside another transaction (see `snapshot`).
    """
    with snapshot():
        stored = AnnualPlan.objects.get(pk=plan.pk) if plan is not None else None
        if stored is not None and stored.content is not None:
            return from_data(stored.content)
        scope = _read_scope(kind, year, today)
        match kind:
            case ReportKind.ANNUAL_PLAN | ReportKind.ANNUAL_REPORT:
                return _read_annual(scope, stored)
            case ReportKind.BUDGET:
                contributions, is_fictional = read_contributions(scope)
                return ReportContent(
                    source=_source(scope, is_fictional=is_fictional),
                    budget=as_budget(scope.allocation),
                    contributions=contributions,
                )
            case ReportKind.PLANNING_GRID:
                return ReportContent(
                    source=_source(scope),
                    planning=as_planning(scope.grid) if scope.grid else None,
                    projects=read_projects(scope),
                    coverage=read_coverage(scope),
                )


def _read_scope(kind: ReportKind, year: int, today: datetime.date) -> Scope:
    programme = Programme.objects.of_year(year)
    if programme is None:
        raise YearNotInProgramme(year)
    version = PlanVersion.objects.adopted().filter(programme=programme).select_related("programme").first()
    allocations = read_years({*programme.years, year + 1}, only_committed=True)
    grid = read_grid_of(version, viewpoint_of_report(allocations), today) if version else None
    return Scope(kind, year, today, programme, version, grid, allocations, read_portfolio_lines(today))


def _read_annual(scope: Scope, plan: AnnualPlan | None) -> ReportContent:
    texts = read_texts(scope, plan)
    contributions, is_fictional = read_contributions(scope)
    is_report = scope.kind == ReportKind.ANNUAL_REPORT
    return ReportContent(
        source=_source(scope, is_fictional=is_fictional or texts.are_fictional),
        introduction=texts.introduction,
        changes=texts.changes,
        outlook=texts.outlook,
        pillar_texts=texts.pillars,
        planning=as_planning(scope.grid) if scope.grid else None,
        projects=read_projects(scope),
        budget=as_budget(scope.allocation),
        contributions=contributions,
        decisions=read_decisions(scope) if is_report else (),
        coverage=read_coverage(scope),
        next_year=read_next_year(scope) if is_report else None,
    )


def _source(scope: Scope, *, is_fictional: bool = False) -> Source:
    """Give where the content comes from. Two queries, unless something of it is known to be made up."""
    programme, version = scope.programme, scope.version
    return Source(
        kind=scope.kind,
        year=scope.year,
        programme=programme.name,
        first_year=programme.first_year,
        last_year=programme.last_year,
        plan_version=version.number if version else None,
        plan_hash=version.content_hash if version else "",
        seen_on=scope.today,
        is_fictional=is_fictional or _has_fiction(scope),
    )


def _has_fiction(scope: Scope) -> bool:
    """Whether a demonstration made up an amount or a project of the programme."""
    filed = Project.objects.accepted_and_later().for_programme(scope.programme.pk)
    return (
        AnnualBudget.objects.filter(year__in=scope.allocations, is_fictional=True).exists()
        or filed.filter(filed_by__is_fictional=True).exists()
    )
