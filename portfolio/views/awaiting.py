"""What awaits the person who asks."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from portfolio.awaiting import read_awaiting
from portfolio.capacity import lacks_region


@require_safe
@permission_required("portfolio.view_awaiting", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def awaiting(request: PersonalRequest) -> HttpResponse:
    """Show what awaits the person; the home page asks for it by htmx and gets it in short."""
    template = "portfolio/awaiting.html"
    if target_of(request) == "awaiting":
        template += "#awaiting"
    return render(
        request,
        template,
        {
            "groups": read_awaiting(request.user, timezone.localdate()),
            "lacks_region": lacks_region(request.user),
        },
    )
