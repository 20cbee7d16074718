"""The pages of the programme: a theme, an objective, the LAC goals."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pillars.choices import Lead
from pillars.filters import LacGoalFilter
from pillars.models import LacGoal, Objective, PlanVersion, Theme


@require_safe
@permission_required("pillars.view_content", raise_exception=True)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme with its objectives and LAC goals."""
    shown = get_object_or_404(Theme.objects.select_related("pillar__programme"), slug=slug)
    return render(
        request,
        "pillars/theme.html",
        {
            "theme": shown,
            "years": shown.pillar.programme.years,
            "objectives": shown.objectives.with_adopted_years().with_lac_goals(),
            "goals": shown.lac_goals.select_related("pillar").with_objectives(),
            "siblings": shown.pillar.themes.all(),
            "this_year": timezone.localdate().year,
        },
    )


@require_safe
@permission_required("pillars.view_content", raise_exception=True)
def objective(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an objective: its years in the plan in force, and the LAC goals that it works on."""
    shown = get_object_or_404(
        Objective.objects.select_related("theme__pillar__programme").with_adopted_years().with_lac_goals(), pk=pk
    )
    siblings = list(shown.theme.objectives.all())
    return render(
        request,
        "pillars/objective.html",
        {
            "objective": shown,
            "years": shown.theme.pillar.programme.years,
            "planned_years": {planned.programme_year.year for planned in shown.adopted_years},
            "version": PlanVersion.objects.adopted().filter(programme=shown.theme.pillar.programme_id).first(),
            "siblings": [other for other in siblings if other != shown],
            "this_year": timezone.localdate().year,
        },
    )


@require_safe
@permission_required("pillars.view_content", raise_exception=True)
def lac_goals(request: HttpRequest) -> HttpResponse:
    """Show the LAC goals and which objectives work on them; goals that the Vakraad leads without objective first."""
    version = PlanVersion.objects.current(timezone.localdate())
    everything = LacGoal.objects.none()
    themes: list[Theme] = []
    if version is not None:
        everything = LacGoal.objects.for_programme(version.programme_id).with_pillar_and_theme().with_objectives()
        themes = list(Theme.objects.filter(pillar__programme=version.programme_id).select_related("pillar"))
    filterset = LacGoalFilter(request.GET, everything, themes=themes)
    found = list(filterset.qs)
    return render(
        request,
        "pillars/lac_goals.html",
        {
            "version": version,
            "filterset": filterset,
            "goals": found,
            "gaps": [goal for goal in found if goal.lead != Lead.NONE and not goal.objectives.all()],
        },
    )
