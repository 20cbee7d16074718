"""The annual plan of a year: reading, building, aligning, adopting and offering it, and comparing two."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.year_page import nearest_programme_year, programme_years
from organisation.forms import StyledForm
from organisation.requests import PersonalRequest
from portfolio.choices import AnnualPlanState
from portfolio.errors import PlanChangedMeanwhile
from portfolio.forms.decisions import take
from portfolio.models import AnnualPlan
from portfolio.services import (
    adopt_plan,
    align_plan,
    begin_plan,
    offer_plan,
    reopen_plan,
    verify_annual_plan,
    write_plan,
)
from reporting.choices import ReportKind
from reporting.comparison import compare as compare_contents
from reporting.content import as_data
from reporting.plan_check import objections
from reporting.plan_forms import AdoptForm, AlignForm, CompareForm, OfferForm, VersionForm
from reporting.plan_page import read_plan_page
from reporting.reading import read_report
from reporting.rendering import render_body
from reporting.report_forms import PlanTextsForm


@require_safe
@permission_required("portfolio.view_annualplan", raise_exception=True)
def annual_plans(request: PersonalRequest) -> HttpResponse:
    """Go to the plan of next year once it is begun, else of this one or the nearest year of a programme."""
    today = timezone.localdate()
    next_one = AnnualPlan.objects.visible_to(request.user).of_year(today.year + 1)
    year = nearest_programme_year(today.year + 1 if next_one.exists() else today.year)
    if year is None:
        raise Http404
    return redirect("reporting:annual-plan", year)


@require_safe
@permission_required("portfolio.view_annualplan", raise_exception=True)
def annual_plan(request: PersonalRequest, year: int) -> HttpResponse:
    """Show the plan of a year: its newest version, or the one that `version` names."""
    return _show(request, year)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def begin(request: PersonalRequest, year: int) -> HttpResponse:
    """Begin the plan of a year, or its next version. An address that was followed leads to the plan."""
    if request.method == "POST":
        try:
            plan = begin_plan(year, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(
                request,
                _("Version %(version)s of the annual plan %(year)s is begun.")
                % {"version": plan.label, "year": year},
            )
    return redirect("reporting:annual-plan", year)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def texts(request: PersonalRequest, year: int) -> HttpResponse:
    """Write the texts of the version that is worked on."""
    plan = AnnualPlan.objects.of_year(year).worked_on().first()
    if plan is None or plan.state != AnnualPlanState.DRAFT:
        messages.info(request, _("There is no draft of the annual plan %(year)s to write.") % {"year": year})
        return redirect("reporting:annual-plan", year)
    form = PlanTextsForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            write_plan(
                plan,
                by=request.user,
                read_version=form.cleaned_data["read_version"] or 0,
                introduction=form.cleaned_data["introduction"],
                changes=form.cleaned_data.get("changes", ""),
                paragraphs=form.paragraphs,
            )
        except PlanChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Someone else changed the texts since you opened this page, so nothing was saved. Keep a copy of yours, open "
                    "the page again and compare."
                ),
            )
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(request, _("The texts of the annual plan %(year)s are saved.") % {"year": year})
            return redirect("reporting:annual-plan", year)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request, "reporting/annual_plan_texts.html", {"form": form, "plan": plan, "year": year}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def align(request: PersonalRequest, year: int) -> HttpResponse:
    """Say that the Vakraad aligned the draft."""
    return _carry_out(
        request,
        year,
        AlignForm,
        "align_form",
        lambda plan, data: align_plan(
            plan, by=request.user, aligned_on=data["aligned_on"], read_version=data["read_version"]
        ),
        _("The annual plan %(year)s is aligned.") % {"year": year},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def reopen(request: PersonalRequest, year: int) -> HttpResponse:
    """Make an aligned plan a draft again."""
    return _carry_out(
        request,
        year,
        VersionForm,
        "reopen_form",
        lambda plan, data: reopen_plan(plan, by=request.user, read_version=data["read_version"]),
        _("The annual plan %(year)s is a draft again.") % {"year": year},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def adopt(request: PersonalRequest, year: int) -> HttpResponse:
    """Adopt the aligned plan by a decision, as the person saw it."""

    def carry_out(plan: AnnualPlan, data: dict[str, Any]) -> AnnualPlan:
        content = read_report(ReportKind.ANNUAL_PLAN, year, today=timezone.localdate(), plan=plan)
        return adopt_plan(
            plan,
            by=request.user,
            decision=data["decision"],
            content=as_data(content),
            objections=objections(content),
            read_version=data["read_version"],
            read_as=data["read_as"],
        )

    return _carry_out(
        request,
        year,
        AdoptForm,
        "adopt_form",
        carry_out,
        _("The annual plan %(year)s is adopted, and frozen as you saw it.") % {"year": year},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def offer(request: PersonalRequest, year: int) -> HttpResponse:
    """Say that the adopted plan was offered to the RCDV."""
    return _carry_out(
        request,
        year,
        OfferForm,
        "offer_form",
        lambda plan, data: offer_plan(
            plan, by=request.user, offered_on=data["offered_on"], read_version=data["read_version"]
        ),
        _("The annual plan %(year)s is offered to the RCDV.") % {"year": year},
    )


@require_safe
@permission_required("portfolio.view_annualplan", raise_exception=True)
def compare(request: PersonalRequest) -> HttpResponse:
    """Show two versions side by side: what came, what went and what changed."""
    plans = list(AnnualPlan.objects.visible_to(request.user).defer("content"))
    known = {plan.pk: plan for plan in plans}
    form = CompareForm(request.GET or None, plans=plans)
    comparison = before = after = None
    if form.is_bound and form.is_valid():
        before, after = known[form.cleaned_data["before"]], known[form.cleaned_data["after"]]
        today = timezone.localdate()
        contents = [
            read_report(ReportKind.ANNUAL_PLAN, plan.year, today=today, plan=plan) for plan in (before, after)
        ]
        comparison = compare_contents(*contents)
    return render(
        request,
        "reporting/annual_plan_compare.html",
        {"form": form, "plans": plans, "comparison": comparison, "before": before, "after": after},
    )


def _carry_out(
    request: PersonalRequest,
    year: int,
    form_class: type[StyledForm],
    name: str,
    verb: Callable[[AnnualPlan, dict[str, Any]], AnnualPlan],
    done: str,
) -> HttpResponse:
    """Do something with the newest version of a year; what was refused stands at the form. A followed address leads to the plan."""
    if request.method != "POST":
        return redirect("reporting:annual-plan", year)
    plan = AnnualPlan.objects.of_year(year).first()
    if plan is None:
        raise Http404
    form = form_class(request.POST)
    if form.is_valid():
        try:
            verb(plan, form.cleaned_data)
        except PlanChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "The plan, or what it says of projects and budget, changed since you opened this page, so nothing was done. "
                    "Below it is as it is now: look at it again first."
                ),
            )
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(request, done)
            return redirect("reporting:annual-plan", year)
    return _show(request, year, **{name: form})


def _show(request: PersonalRequest, year: int, **forms: Any) -> HttpResponse:
    if year not in programme_years():
        raise Http404
    page = read_plan_page(year, request.user, request.GET.get("version", ""))
    if page is None:
        raise Http404
    plan = page.plan
    may_edit = request.user.has_perm("portfolio.change_annualplan")
    if may_edit and plan is not None:
        initial = {"read_version": plan.version}
        forms = {
            "align_form": AlignForm(initial=initial),
            "reopen_form": VersionForm(initial=initial),
            "adopt_form": AdoptForm(initial={**initial, "read_as": page.content_hash}),
            "offer_form": OfferForm(initial=initial),
            **forms,
        }
        # What was refused is tried again on the plan as it is shown now.
        for form in forms.values():
            if form.is_bound:
                form.data = {**form.data.dict(), "read_version": plan.version, "read_as": page.content_hash}
    bad = any(form.is_bound and form.errors for form in forms.values())
    return render(
        request,
        "reporting/annual_plan.html",
        {
            "page": page,
            "plan": plan,
            "year": year,
            "years": programme_years(),
            "body": render_body(page.edition, get_language() or "nl") if page.edition else "",
            "is_intact": plan is None or not plan.is_adopted or verify_annual_plan(plan),
            "may_edit": may_edit and (plan is None or page.is_newest),
            "sees_drafts": request.user.has_perm("portfolio.prepare_meeting"),
            "compare_url": reverse("reporting:annual-plan-compare"),
            **forms,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK,
    )
