"""Reporting on a running project, and asking to complete it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisation.requests import PersonalRequest
from portfolio.choices import ProjectState
from portfolio.errors import EditConflict
from portfolio.forms.decisions import take
from portfolio.forms.reports import CompletionForm, StatusReportForm
from portfolio.models import Project
from portfolio.services import ask_completion, report_status
from portfolio.views.asking import keys, visible_project


@require_http_methods(["GET", "HEAD", "POST"])
def status_report_new(request: PersonalRequest, pk: int) -> HttpResponse:
    """Ask how a running project stands, with the previous report beside it."""
    project = visible_project(request, pk, "portfolio.report_status")
    previous = project.status_reports.latest_first().select_related("author").first()
    if request.method != "POST" and project.state != ProjectState.RUNNING:
        return _not_running(request, project)
    # What someone else reported as delivered meanwhile keeps its row, so that the person hears of it.
    named = keys(name.removeprefix("delivered_") for name in request.POST)
    results = project.results.filter(Q(delivered_on__isnull=True) | Q(pk__in=named))
    data = request.POST if request.method == "POST" else None
    form = StatusReportForm(data, results=results, previous=previous)
    if request.method == "POST" and form.is_valid():
        try:
            report_status(
                project,
                by=request.user,
                scope=form.assessment("scope"),
                time=form.assessment("time"),
                money=form.assessment("money"),
                done=form.cleaned_data["done"],
                upcoming=form.cleaned_data["upcoming"],
                deliveries=form.deliveries(),
                reported_on=form.cleaned_data["reported_on"],
                request_key=form.cleaned_data["request_key"],
            )
        except ValidationError as problem:
            take(form, problem)
        else:
            messages.success(request, _("The status report was filed."))
            return redirect("portfolio:project", pk=project.pk)
    return render(
        request,
        "portfolio/status_report_form.html",
        {"project": project, "form": form, "previous": previous},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def completion(request: PersonalRequest, pk: int) -> HttpResponse:
    """Ask the Vakraad to complete a running project, or change what was said when it was asked."""
    project = visible_project(request, pk, "portfolio.ask_completion")
    if request.method != "POST" and project.state != ProjectState.RUNNING:
        return _not_running(request, project)
    was_asked, theirs = project.completion_asked_at is not None, ""
    form = CompletionForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            read_as = form.cleaned_data["read_as"]
            ask_completion(
                project,
                by=request.user,
                closing_note=form.cleaned_data["closing_note"],
                unless_changed=lambda stored: CompletionForm.fingerprint(stored) == read_as,
            )
        except ValidationError as problem:
            take(form, problem)
        except EditConflict as conflict:
            theirs = conflict.project.closing_note
            form = CompletionForm(
                {**request.POST.dict(), "read_as": CompletionForm.fingerprint(conflict.project)},
                project=project,
            )
            form.add_error(
                "closing_note",
                _("Someone else wrote this meanwhile. Save once more to put yours, below, in its place."),
            )
        else:
            messages.success(
                request,
                _("What you wrote was changed.")
                if was_asked
                else _("The Vakraad was asked to complete the project."),
            )
            return redirect("portfolio:project", pk=project.pk)
    results = list(project.results.all())
    return render(
        request,
        "portfolio/completion_form.html",
        {
            "project": project,
            "form": form,
            "theirs": theirs,
            "results": results,
            "undelivered": [result for result in results if result.delivered_on is None],
        },
    )


def _not_running(request: PersonalRequest, project: Project) -> HttpResponse:
    """Go to the page of a project that doesn't run, and say so."""
    messages.warning(
        request,
        _("“%(project)s” is %(state)s. Only a running project is reported on and completed.")
        % {"project": project, "state": project.get_state_display()},
    )
    return redirect("portfolio:project", pk=project.pk)
