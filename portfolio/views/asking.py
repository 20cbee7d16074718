"""What a request to these pages says: who asks, and about which project."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from organisation.requests import PersonalRequest
from portfolio.models import Project

# As many digits as a key of the database has at most.
LONGEST_KEY = 18


def visible_project(request: PersonalRequest, pk: int, permission: str | None = None) -> Project:
    """Give a project that the person sees, else "not found"; raises `PermissionDenied` where the rules say no."""
    visible = Project.objects.visible_to(request.user).select_related("portfolio")
    project = get_object_or_404(visible, pk=pk)
    if permission is not None and not request.user.has_perm(permission, project):
        raise PermissionDenied
    return project


def keys(given: Iterable[str]) -> list[int]:
    """Give the keys among what an address says, and leave out what can't be one."""
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY]
