"""Preparing the meeting of the Vakraad."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.meeting import read_agenda
from portfolio.views.asking import person


@require_safe
@permission_required("portfolio.prepare_meeting", raise_exception=True)
def meeting(request: HttpRequest) -> HttpResponse:
    """Show all that awaits a decision on one page, to read and to print."""
    today = timezone.localdate()
    return render(
        request, "portfolio/meeting.html", {"agenda": read_agenda(person(request), today), "today": today}
    )
