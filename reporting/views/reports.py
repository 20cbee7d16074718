"""Reports: what is published, asking for one, watching it being made, publishing and taking back."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from budget.year_page import nearest_programme_year, programme_years
from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from organisation.spreadsheets.writing import WORKBOOK_TYPE
from pillars.models import Pillar
from portfolio.errors import PlanChangedMeanwhile
from portfolio.forms.decisions import take
from portfolio.models import AnnualPlan, AnnualReportText
from portfolio.services import write_report_text
from reporting.choices import ReportFormat, ReportKind
from reporting.models import ReportJob, report_storage
from reporting.report_forms import AskForm, ReportTextsForm, WithdrawForm
from reporting.reports_page import read_being_made, read_reports_page
from reporting.services import ask_report, cancel_job, publish_job, withdraw_job

logger = logging.getLogger(__name__)
TYPES = {ReportFormat.PDF: "application/pdf", ReportFormat.XLSX: WORKBOOK_TYPE}


@require_safe
@permission_required("reporting.view_report", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def reports(request: PersonalRequest) -> HttpResponse:
    """Show the reports; asked by htmx for what is being made, that alone, which asks again while something is."""
    if target_of(request) == "making" and request.user.has_perm("reporting.make_report"):
        making = read_being_made(request.user)
        response = render(request, "reporting/reports.html#making", {"making": making})
        if not making:
            # All are ready: the page shows where they are now.
            response.headers["HX-Refresh"] = "true"
        return response
    return _show(request)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reporting.make_report", raise_exception=True)
def ask(request: PersonalRequest) -> HttpResponse:
    """Ask for a report in one or more formats. An address that was followed leads to the reports."""
    if request.method != "POST":
        return redirect("reporting:reports")
    form = AskForm(request.POST, years=programme_years())
    if form.is_valid():
        kind, year = ReportKind(form.cleaned_data["kind"]), form.cleaned_data["year"]
        is_draft = form.cleaned_data["is_draft"]
        # A draft is of the version that is worked on; else the service takes the one that counts.
        is_of_a_plan = kind == ReportKind.ANNUAL_PLAN and is_draft
        plan = AnnualPlan.objects.of_year(year).first() if is_of_a_plan else None
        try:
            jobs = [
                ask_report(
                    kind,
                    year,
                    file_format=ReportFormat(chosen),
                    language=form.cleaned_data["language"],
                    by=request.user,
                    plan=plan,
                    is_draft=is_draft,
                )
                for chosen in form.cleaned_data["formats"]
            ]
        except ValidationError as refusal:
            take(form, refusal)
        else:
            _say_what_was_asked(request, jobs)
            return redirect("reporting:reports")
    return _show(request, ask_form=form)


@require_safe
@permission_required("reporting.view_report", raise_exception=True)
def report(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show one file: what it is, its SHA-256 and, to support, how it came about."""
    return _show_job(request, _visible(request, pk))


@require_safe
@permission_required("reporting.view_report", raise_exception=True)
def download(request: PersonalRequest, pk: int) -> HttpResponse | FileResponse:
    """Give the file to keep; the same bytes every time."""
    job = _visible(request, pk)
    if not job.file:
        raise Http404
    try:
        file = report_storage().open(job.file.name, "rb")
    except OSError:
        logger.exception("The file of report %s can't be read", job.pk)
        return render(
            request, "reporting/report_missing.html", {"job": job}, status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    response = FileResponse(
        file,
        as_attachment=True,
        filename=job.file_name,
        content_type=TYPES[ReportFormat(job.format)],
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{job.sha256}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reporting.cancel_report", raise_exception=True)
def cancel(request: PersonalRequest, pk: int) -> HttpResponse:
    """Stop the making of a report. An address that was followed leads to the report."""
    job = _visible(request, pk)
    if request.method != "POST":
        return redirect("reporting:report", pk)
    try:
        cancel_job(job, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("“%(report)s” is being stopped.") % {"report": job.file_name})
    return redirect("reporting:reports")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reporting.publish_report", raise_exception=True)
def publish(request: PersonalRequest, pk: int) -> HttpResponse:
    """Let everyone who reads reports download a file. An address that was followed leads to the report."""
    job = _visible(request, pk)
    if request.method != "POST":
        return redirect("reporting:report", pk)
    try:
        publish_job(job, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("“%(report)s” is published.") % {"report": job.file_name})
    return redirect("reporting:reports")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reporting.withdraw_report", raise_exception=True)
def withdraw(request: PersonalRequest, pk: int) -> HttpResponse:
    """Take a published file back, with a reason. An address that was followed leads to the report."""
    job = _visible(request, pk)
    if request.method != "POST":
        return redirect("reporting:report", pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_job(job, form.cleaned_data["reason"], by=request.user)
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(request, _("“%(report)s” is withdrawn.") % {"report": job.file_name})
            return redirect("reporting:report", pk)
    return _show_job(request, job, withdraw_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_annualplan", raise_exception=True)
def report_texts(request: PersonalRequest, year: int) -> HttpResponse:
    """Write what people say in the annual report of a year; the rest of it is read from projects and budget."""
    if year not in programme_years():
        raise Http404
    written = AnnualReportText.objects.filter(year=year).first()
    pillars = Pillar.objects.filter(programme__programme_years__year=year).order_by("number")
    form = ReportTextsForm(request.POST or None, report=written, pillars=pillars)
    if request.method == "POST" and form.is_valid():
        try:
            write_report_text(
                year,
                by=request.user,
                read_version=form.cleaned_data["read_version"],
                foreword=form.cleaned_data["foreword"],
                outlook=form.cleaned_data["outlook"],
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
            messages.success(
                request, _("The texts of the annual report of %(year)s are saved.") % {"year": year}
            )
            return redirect("reporting:report-texts", year)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request,
        "reporting/report_texts.html",
        {"form": form, "year": year, "years": programme_years()},
        status=status,
    )


def _visible(request: PersonalRequest, pk: int) -> ReportJob:
    return get_object_or_404(ReportJob.objects.visible_to(request.user).newest_first(), pk=pk)


def _say_what_was_asked(request: PersonalRequest, jobs: list[ReportJob]) -> None:
    making = [job for job in jobs if job.is_being_made]
    if making:
        messages.success(
            request,
            ngettext(
                "%(count)s report is being made. You get an e-mail when it is ready.",
                "%(count)s reports are being made. You get an e-mail when they are ready.",
                len(making),
            )
            % {"count": len(making)},
        )
    for job in jobs:
        if not job.is_being_made:
            messages.info(
                request, _("“%(report)s” was made before; nothing changed since.") % {"report": job.file_name}
            )


def _show(request: PersonalRequest, **forms: Any) -> HttpResponse:
    may_make = request.user.has_perm("reporting.make_report")
    if may_make and "ask_form" not in forms:
        years = programme_years()
        forms["ask_form"] = AskForm(
            years=years,
            initial={
                "year": nearest_programme_year(timezone.localdate().year),
                "formats": [ReportFormat.PDF],
                "language": get_language(),
            },
        )
    page = read_reports_page(request.user)
    bad = any(form.errors for form in forms.values())
    return render(
        request,
        "reporting/reports.html",
        {"page": page, "making": page.being_made, "may_make": may_make, **forms},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK,
    )


def _show_job(
    request: PersonalRequest, job: ReportJob, *, status: HTTPStatus = HTTPStatus.OK, **forms: Any
) -> HttpResponse:
    return render(
        request,
        "reporting/report.html",
        {
            "job": job,
            "may_make": request.user.has_perm("reporting.make_report"),
            "withdraw_form": WithdrawForm(),
            **forms,
        },
        status=status,
    )
