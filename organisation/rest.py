"""What the APIs of all apps share: paging, permission, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Pages(PageNumberPagination):
    """Pages of 50 items, or as many as `page_size` asks for, up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class HasDeclaredPermission(BasePermission):
    """Asks the rules for the permission that the view names in `permission`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.has_perm(view.permission))


def problem(status: int, title: str) -> HttpResponse:
    """Give an error as application/problem+json (RFC 9457)."""
    return JsonResponse({"type": "about:blank", "title": title, "status": status}, status=status, content_type="application/problem+json")


def problem_details(error: Exception, context: dict[str, Any]) -> Any:
    """Write DRF's errors as application/problem+json."""
    raise NotImplementedError
