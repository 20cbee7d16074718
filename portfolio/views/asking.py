"""What a request to these pages says: who asks, and about which project."""

from collections.abc import Iterable
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from organisation.models import User
from portfolio.models import Project

# As many digits as a key of the database has at most.
LONGEST_KEY = 18


def person(request: HttpRequest) -> User:
    """Give who asks; everyone who isn't signed in was sent away before."""
    return cast(User, request.user)


def visible_project(request: HttpRequest, pk: int, permission: str) -> Project:
    """Give a project that the person sees, else "not found"; raises `PermissionDenied` where the rules say no."""
    visible = Project.objects.visible_to(person(request)).select_related("portfolio")
    project = get_object_or_404(visible, pk=pk)
    if not person(request).has_perm(permission, project):
        raise PermissionDenied
    return project


def keys(given: Iterable[str]) -> list[int]:
    """Give the keys among what an address says, and leave out what can't be one."""
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY]
