"""The decisions of the Vakraad: the list, one of them, and recording another."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from organisation.searching import MAXIMUM_SEARCH_LENGTH
from portfolio.choices import Outcome
from portfolio.filters.decisions import DecisionFilter
from portfolio.forms.decisions import DecisionForm, OutcomeForm, can_follow, take
from portfolio.models import Decision, Project, StateChange
from portfolio.services import foresee_decision, record_decision
from portfolio.views.asking import keys

PER_PAGE = 25


@require_safe
@permission_required("portfolio.view_decision", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def decisions(request: PersonalRequest) -> HttpResponse:
    """Show the decisions on projects that the person sees, the newest first; htmx gets the results alone."""
    user = request.user
    filterset = DecisionFilter(request.GET, Decision.objects.visible_to(user), user=user)
    page = Paginator(filterset.qs, PER_PAGE).get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    template = "portfolio/decisions.html"
    if target_of(request) == "results":
        template += "#results"
    return render(
        request,
        template,
        {
            "filterset": filterset,
            "page": page,
            "is_filtered": any(filters.values()),
            "filters": filters.urlencode(),
        },
    )


@require_safe
@permission_required("portfolio.view_decision", raise_exception=True)
def decision(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show a decision: its wording, what it changed, and what corrects it."""
    user = request.user
    shown = get_object_or_404(Decision.objects.visible_to(user), pk=pk)
    changes = {
        change.project_id: change
        for change in StateChange.objects.filter(
            decision=shown, project__in=Project.objects.visible_to(user)
        ).select_related("project")
    }
    subjects = [
        (subject.project, changes.pop(subject.project_id, None)) for subject in shown.visible_subjects
    ]
    return render(
        request,
        "portfolio/decision.html",
        {"decision": shown, "subjects": subjects, "taken_back": list(changes.values())},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.record_decision", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def decision_new(request: PersonalRequest) -> HttpResponse:
    """Ask what was decided on which projects, show what that will do, and record it.

    The outcome comes by a link, so that its projects can be offered; htmx gets these alone.
    """
    given = request.POST if request.method == "POST" else request.GET
    form = _decision_form(request, given)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        data = form.cleaned_data
        decided: dict[str, Any] = {
            "by": request.user,
            "number": data["number"],
            "meeting_on": data["meeting_on"],
            "outcome": Outcome(data["outcome"]),
            "wording": data["wording"],
            "projects": list(data["projects"]),
            "covers_overrun": data.get("covers_overrun", False),
            "corrects": form.corrected,
        }
        try:
            if "record" in request.POST:
                recorded = record_decision(**decided, request_key=data["request_key"])
                messages.success(
                    request, _("Decision %(number)s was recorded and took effect.") % {"number": recorded}
                )
                return redirect("portfolio:decision", pk=recorded.pk)
            found = foresee_decision(**decided)
        except ValidationError as problem:
            take(form, problem)
        else:
            return render(
                request,
                "portfolio/decision_check.html",
                {
                    "form": form,
                    "outcome": decided["outcome"],
                    "effects": found.effects,
                    "objections": found.objections,
                },
            )
    template = "portfolio/decision_form.html"
    if target_of(request) == "subjects":
        template += "#subjects"
    outcome_form = OutcomeForm(initial={"outcome": form.decided, "q": form.search}, corrects=form.corrected)
    return render(request, template, {"form": form, "outcome_form": outcome_form})


def _decision_form(request: PersonalRequest, given: QueryDict) -> DecisionForm:
    """Give the form for what the address or the form itself asks. Raises `Http404` for a decision that isn't there."""
    user = request.user
    corrects = None
    if given.get("corrects"):
        corrects = get_object_or_404(
            Decision.objects.visible_to(user), pk__in=keys(given.getlist("corrects")[:1])
        )
    outcome = given.get("outcome", "")
    if outcome not in Outcome.values or not can_follow(Outcome(outcome), corrects):
        outcome = corrects.outcome if corrects is not None else ""
    chosen = keys([*given.getlist("project"), *given.getlist("projects")])
    # A correction begins with what it corrects; afterwards it is as ticked, even if that is nothing.
    is_begun = request.method == "POST" or target_of(request) == "subjects"
    return DecisionForm(
        request.POST if request.method == "POST" else None,
        user=user,
        outcome=Outcome(outcome) if outcome else None,
        corrects=corrects,
        chosen=chosen if chosen or is_begun else None,
        covers_overrun="covers_overrun" in given if is_begun else None,
        search=request.GET.get("q", "").replace("\0", "")[:MAXIMUM_SEARCH_LENGTH],
    )
