"""Health, and the pages for what goes wrong."""

import logging
import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisation.rest import problem

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the application and its database work, 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            # A table of our own: SQLite would make an empty database where ours has gone.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except (DatabaseError, InterfaceError):
        logger.exception("The database does not answer")
        return JsonResponse({"status": "unavailable", "database": "unavailable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 for a form with more in it than is taken."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return content_too_large(request)
    return _error(request, 400, _("Bad request"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _error(request, 403, _("No access"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _error(request, 404, _("Not found"))


def method_not_allowed(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """405, with the methods that the address does take as `refusal` says them."""
    response = _error(request, 405, _("Method not allowed"))
    response.headers["Allow"] = refusal.headers["Allow"]
    return response


def content_too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    return _error(request, 413, _("Too large"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, for a form that was open too long or sent from elsewhere.

    Who sends the sign-in form once more, from a page that stayed open, is signed in already and goes home.
    """
    if request.user.is_authenticated and request.path == reverse("account_login"):
        return redirect("/")
    return _page(request, "403_csrf.html", 403)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429, from allauth: its limits on signing in and on passwords that end here all count per minute."""
    response = _error(request, 429, _("Too many requests"))
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when the database is away or busy.

    Rendered without the request, because asking who is signed in could fail in the same way again.
    """
    error = sys.exc_info()[1]
    # A bare DatabaseError is SQLite's for a file that is none of its own.
    is_away = isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError
    status = 503 if is_away else 500
    title = _("Temporarily not available") if status == 503 else _("Something went wrong")
    if request.path.startswith(settings.API_PREFIX):
        response = problem(status, title)
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def _error(request: HttpRequest, status: int, title: str) -> HttpResponse:
    if request.path.startswith(settings.API_PREFIX):
        return problem(status, title)
    return _page(request, f"{status}.html", status)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    # What went wrong on sending a form may stand at an address that can't be opened: no way back to it.
    is_read = request.method in {"GET", "HEAD"}
    return render(request, template, {"return_to": "" if is_read else "/"}, status=status)
