"""The projects of a report, with what they deliver, ask and cost in its year."""

from dataclasses import replace

from django.db.models import F, Prefetch

from budget.allocation import NOTHING, CostCentre
from budget.querysets import COMMITTED
from pillars.models import LacGoal
from portfolio.choices import OPEN, FormOfWork, Health, ProjectState
from portfolio.models import CapacityRequest, Project, Result, StatusReport
from portfolio.querysets import ProjectQuerySet
from reporting.choices import ReportKind
from reporting.content import CapacityLine, ProjectLine, ResultLine, StatusLine
from reporting.reading.amounts import in_cents
from reporting.reading.scope import Scope


def read_projects(scope: Scope) -> tuple[ProjectLine, ...]:
    """Read the projects of the year, in the order of the planning grid. Seven queries at most.

    An annual plan has those for which money is set apart: accepted, running, and what its year completed already. An
    annual report has what was cancelled as well. The planning grid has all that was ever accepted, in brief.
    """
    projects = (
        Project.objects.accepted_and_later()
        .for_programme(scope.programme.pk)
        .select_related("objective__theme__pillar")
        .prefetch_related(Prefetch("lac_goals", LacGoal.objects.select_related("pillar")), "networks")
        .order_by(
            "objective__theme__pillar__number",
            "objective__theme__position",
            "objective__position",
            "code",
            "pk",
        )
    )
    costs = {centre.project_id: centre for centre in scope.allocation.centres}
    if scope.kind == ReportKind.PLANNING_GRID:
        return tuple(_brief(project, scope, costs.get(project.pk)) for project in projects)
    projects = projects.filter(pk__in=_keys_of_year(scope))
    if scope.kind == ReportKind.ANNUAL_PLAN:
        projects = projects.filter(state__in=COMMITTED)
    return tuple(
        _whole(project, scope, costs.get(project.pk)) for project in _with_work(projects, scope.year)
    )


def _keys_of_year(scope: Scope) -> set[int]:
    """Give the projects that the grid has in the year, that cost something in it, or that are active in it."""
    found = set(Project.objects.active_in(scope.year).order_by().values_list("pk", flat=True))
    found |= {centre.project_id for centre in scope.allocation.centres if centre.project_id is not None}
    if scope.grid is not None:
        found |= {
            project.pk
            for row in scope.grid.rows
            for project in row.projects
            if scope.year in project.facts.years(row.planned_years, scope.today)
        }
    return found


def _with_work(projects: ProjectQuerySet, year: int) -> ProjectQuerySet:
    """Give projects with all their results, and with the days asked and the status reports of the year alone."""
    capacity = (
        CapacityRequest.objects.filter(year=year)
        .select_related("region", "network")
        # Where what has no region comes is otherwise the database's choice.
        .order_by(F("region__code").asc(nulls_last=True), "network__name", "expertise", "pk")
    )
    reports = StatusReport.objects.filter(reported_on__year=year).latest_first()
    return projects.prefetch_related(
        "results", Prefetch("capacity_requests", capacity), Prefetch("status_reports", reports)
    )


def _brief(project: Project, scope: Scope, costs: CostCentre | None) -> ProjectLine:
    """Give a project without its texts and without its work of the year."""
    theme = project.objective.theme
    portfolio = scope.portfolios[project.portfolio_id]
    return ProjectLine(
        project_id=project.pk,
        code=project.code,
        title=project.title,
        state=ProjectState(project.state),
        pillar_number=theme.pillar.number,
        theme_slug=theme.slug,
        theme_name=theme.name,
        objective_id=project.objective_id,
        objective=project.objective.title,
        portfolio=portfolio.name,
        holders=tuple(portfolio.holders.values()),
        form_of_work=FormOfWork(project.form_of_work) if project.form_of_work else None,
        networks=tuple(network.name for network in project.networks.all()),
        goals=tuple(goal.number for goal in project.lac_goals.all()),
        reason="",
        aim="",
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        results=(),
        capacity=(),
        planned=in_cents(sum((item.amount for item in costs.items), NOTHING) if costs else NOTHING),
        spent=in_cents(costs.figures.spent if costs else NOTHING),
        forecast=in_cents(costs.figures.forecast if costs else NOTHING),
        health=Health(project.health) if project.health else None,
    )


def _whole(project: Project, scope: Scope, costs: CostCentre | None) -> ProjectLine:
    """Give a project as an annual plan or report has it; how it went is not for a plan."""
    is_plan = scope.kind == ReportKind.ANNUAL_PLAN
    status = None if is_plan else next(iter(project.status_reports.all()), None)
    is_closed = project.state == ProjectState.COMPLETED
    return replace(
        _brief(project, scope, costs),
        reason=project.reason,
        aim=project.aim,
        results=tuple(_result(one) for one in project.results.all() if _is_of_year(one, project, scope.year)),
        capacity=tuple(_capacity(line) for line in project.capacity_requests.all()),
        health=status.health if status else None,
        status=_status(status) if status else None,
        closing_note=project.closing_note if is_closed and not is_plan else "",
    )


def _is_of_year(result: Result, project: Project, year: int) -> bool:
    """Whether a result is due or delivered in the year, or was due before and is still owed."""
    due = result.due_on.year if result.due_on else None
    delivered = result.delivered_on.year if result.delivered_on else None
    if year in (due, delivered):
        return True
    return due is not None and due < year and delivered is None and project.state in OPEN


def _result(result: Result) -> ResultLine:
    return ResultLine(result.title, result.due_on, result.delivered_on, result.delivered_note)


def _capacity(line: CapacityRequest) -> CapacityLine:
    region = line.region
    return CapacityLine(
        line.year, line.asked_of.name, region.code if region else "", line.expertise, line.days
    )


def _status(report: StatusReport) -> StatusLine:
    return StatusLine(
        report.reported_on,
        Health(report.scope),
        Health(report.time),
        Health(report.money),
        report.done,
        report.upcoming,
    )
