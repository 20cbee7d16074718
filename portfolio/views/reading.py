"""How every page comes at a project: only what the person may see is there at all."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from portfolio.models import Project


def visible_project(request: HttpRequest, pk: int) -> Project:
    """Give the project, or raise `Http404` when there is none that this person may see."""
    projects = Project.objects.visible_to(request.user)  # type: ignore[arg-type]  # signed in, says the middleware
    return get_object_or_404(projects.select_related("portfolio"), pk=pk)
