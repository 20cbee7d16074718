"""The history of a project."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisation.requests import PersonalRequest
from portfolio.history_page import history_entries, in_words
from portfolio.views.asking import visible_project

ENTRIES_PER_PAGE = 20


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def project_history(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show who changed what of a project and when, the newest first."""
    project = visible_project(request, pk)
    page = Paginator(history_entries(project, request.user), ENTRIES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "portfolio/project_history.html",
        {
            "project": project,
            "page": page,
            "entries": in_words(page.object_list, request.user),
            "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        },
    )
