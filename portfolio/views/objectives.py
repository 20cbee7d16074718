"""What the pages of objectives and themes show of projects and portfolios: fragments for htmx, and pages of their own."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from pillars.models import Objective, Theme
from portfolio.models import Project
from portfolio.overview import read_portfolio_lines, read_project_lines
from portfolio.rules import sees_only_accepted


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def objective_projects(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show the projects of an objective that the reader may see, its holders, and what goes against an order."""
    objective = get_object_or_404(Objective.objects.select_related("theme__pillar"), pk=pk)
    today = timezone.localdate()
    visible = Project.objects.visible_to(request.user)
    projects = visible.filter(objective=objective)
    portfolios = read_portfolio_lines(today)
    lines = read_project_lines(projects, visible, today).get(objective.pk, [])
    of_theme = [found for found in portfolios.values() if objective.theme_id in found.theme_ids]
    template = "portfolio/objective_projects.html"
    if target_of(request) == "objective-projects":
        template += "#projects"
    return render(
        request,
        template,
        {
            "objective": objective,
            "projects": [(line, portfolios[line.portfolio_id], line.late_reasons(today)) for line in lines],
            "portfolios": of_theme,
            "has_holder": any(
                found.holders for found in [*of_theme, *(portfolios[line.portfolio_id] for line in lines)]
            ),
            "conflicts": Objective.objects.filter(pk=pk).order_by().conflicts(),
            "may_file": request.user.has_perm("portfolio.add_project"),
            "only_accepted": sees_only_accepted(request.user),
        },
    )


@require_safe
@permission_required("portfolio.view_portfolio", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def theme_portfolios(request: PersonalRequest, slug: str) -> HttpResponse:
    """Show the portfolios that hold a theme, and how many projects of the theme the reader sees in each."""
    theme = get_object_or_404(Theme.objects.select_related("pillar"), slug=slug)
    today = timezone.localdate()
    projects = Project.objects.visible_to(request.user).counted().filter(objective__theme=theme).order_by()
    counts = dict(projects.values_list("portfolio").annotate(count=Count("pk")))
    template = "portfolio/theme_portfolios.html"
    if target_of(request) == "theme-portfolios":
        template += "#portfolios"
    return render(
        request,
        template,
        {
            "theme": theme,
            "portfolios": [
                (found, counts.get(found.pk, 0))
                for found in read_portfolio_lines(today).values()
                if theme.pk in found.theme_ids or found.pk in counts
            ],
            "sees_projects": request.user.has_perm("portfolio.view_project"),
        },
    )
