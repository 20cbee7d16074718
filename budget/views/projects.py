"""What a project costs: a section of its page, which is also a page of its own."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from budget.project_costs import read_project_costs
from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from portfolio.models import Project


@require_safe
@permission_required("budget.view_lines", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def project_costs(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show what a project that the person sees costs; the project's page asks for it by htmx."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    template = "budget/project_costs.html"
    if target_of(request) == "costs-part":
        template += "#costs"
    return render(
        request,
        template,
        {
            "project": project,
            "costs": read_project_costs(project, request.user),
            "may_edit": request.user.has_perm("portfolio.change_project", project),
        },
    )
