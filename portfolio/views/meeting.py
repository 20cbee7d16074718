"""Preparing the meeting of the Vakraad."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisation.requests import PersonalRequest
from portfolio.meeting import read_agenda


@require_safe
@permission_required("portfolio.prepare_meeting", raise_exception=True)
def meeting(request: PersonalRequest) -> HttpResponse:
    """Show all that awaits a decision on one page, to read and to print."""
    today = timezone.localdate()
    return render(
        request, "portfolio/meeting.html", {"agenda": read_agenda(request.user, today), "today": today}
    )
