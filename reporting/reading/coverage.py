"""Which LAC goals are worked on: the coverage in a report."""

from collections import defaultdict

from django.db.models import Count

from pillars.choices import Lead
from pillars.models import LacGoal
from portfolio.models import Project, Result
from reporting.content import GoalLine
from reporting.reading.scope import Scope


def read_coverage(scope: Scope) -> tuple[GoalLine, ...]:
    """Read all LAC goals with their objectives, and with the accepted projects that weren't cancelled. Four queries."""
    projects = Project.objects.accepted_and_later().counted().for_programme(scope.programme.pk)
    serving: dict[int, dict[int, str]] = defaultdict(dict)
    for goal, project, code in (
        projects.filter(lac_goals__isnull=False).order_by("code", "pk").values_list("lac_goals", "pk", "code")
    ):
        serving[goal][project] = code
    results = {
        project: (planned, delivered)
        for project, planned, delivered in Result.objects.filter(project__in=projects.order_by())
        .order_by()
        .values_list("project")
        .annotate(planned=Count("pk"), delivered=Count("delivered_on"))
    }
    goals = LacGoal.objects.for_programme(scope.programme.pk).with_pillar_and_theme().with_objectives()
    return tuple(_line(goal, serving[goal.pk], results) for goal in goals)


def _line(goal: LacGoal, projects: dict[int, str], results: dict[int, tuple[int, int]]) -> GoalLine:
    found = [results.get(project, (0, 0)) for project in projects]
    return GoalLine(
        number=goal.number,
        text=goal.text,
        pillar_number=goal.pillar.number,
        theme_name=goal.theme.name,
        lead=Lead(goal.lead),
        lead_remark=goal.lead_remark,
        objectives=tuple(objective.title for objective in goal.objectives.all()),
        projects=tuple(projects.values()),
        results_planned=sum(planned for planned, _delivered in found),
        results_delivered=sum(delivered for _planned, delivered in found),
    )
