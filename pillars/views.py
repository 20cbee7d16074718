"""The pages of the programme: a theme, an objective, the LAC goals."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from pillars.filters import LacGoalFilter
from pillars.models import LacGoal, Objective, PlanVersion, Theme
from pillars.planning import objective_years


@require_safe
@permission_required("pillars.view_theme", raise_exception=True)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme with its objectives and LAC goals."""
    shown = get_object_or_404(Theme.objects.select_related("pillar__programme"), slug=slug)
    years, this_year = shown.pillar.programme.years, timezone.localdate().year
    objectives = shown.objectives.with_adopted_years().with_lac_goals()
    return render(
        request,
        "pillars/theme.html",
        {
            "theme": shown,
            "objectives": [
                (objective, objective_years(objective.planned_in, years, this_year))
                for objective in objectives
            ],
            "goals": shown.lac_goals.select_related("pillar").with_objectives(),
            "siblings": shown.pillar.themes.all(),
            "this_year": this_year,
        },
    )


@require_safe
@permission_required("pillars.view_objective", raise_exception=True)
def objective(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an objective: its years in the plan in force, and the LAC goals that it works on."""
    shown = get_object_or_404(
        Objective.objects.select_related("theme__pillar__programme").with_adopted_years().with_lac_goals(),
        pk=pk,
    )
    programme, this_year = shown.theme.pillar.programme, timezone.localdate().year
    return render(
        request,
        "pillars/objective.html",
        {
            "objective": shown,
            "years": objective_years(shown.planned_in, programme.years, this_year),
            "is_planned": bool(shown.planned_in),
            "version": PlanVersion.objects.adopted().filter(programme=programme).first(),
            "siblings": shown.theme.objectives.exclude(pk=shown.pk),
            "this_year": this_year,
        },
    )


@require_safe
@permission_required("pillars.view_lacgoal", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def lac_goals(request: HttpRequest) -> HttpResponse:
    """Show the LAC goals and which objectives work on them; goals that the Vakraad leads without objective first.

    A request by htmx for the results gets the results alone.
    """
    version = PlanVersion.objects.current(timezone.localdate())
    everything = LacGoal.objects.none()
    themes: list[Theme] = []
    if version is not None:
        everything = (
            LacGoal.objects.for_programme(version.programme_id).with_pillar_and_theme().with_objectives()
        )
        themes = list(Theme.objects.filter(pillar__programme=version.programme_id).select_related("pillar"))
    filterset = LacGoalFilter(request.GET, everything, themes=themes)
    found = filterset.qs
    template = "pillars/lac_goals.html"
    if target_of(request) == "results":
        template += "#results"
    return render(
        request,
        template,
        {
            "version": version,
            "filterset": filterset,
            "goal_count": len(found),
            "goal_total": everything.count(),
            "gaps": [goal for goal in found if goal.is_gap],
            "pillars": found.by_theme(),
        },
    )
