"""What was spent: the list of a year's bookings, a booking with its document, entering and withdrawing one."""

import logging
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from budget.filters import ExpenditureFilter
from budget.line_standing import read_standings
from budget.models import Expenditure
from budget.money import format_money
from budget.services import NewExpenditure, book_expenditure, withdraw_expenditure
from budget.spending_forms import ExpenditureForm, WithdrawForm
from budget.spending_page import read_spending, year_bookings
from budget.spending_workbook import write_spending
from budget.year_page import programme_years
from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from organisation.spreadsheets.writing import WORKBOOK_TYPE

logger = logging.getLogger(__name__)
PER_PAGE = 50


@require_safe
@permission_required("budget.view_lines", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def expenditure(request: PersonalRequest, year: int) -> HttpResponse:
    """Show what was spent in a year, filtered as the address says; htmx gets the results alone."""
    years = _years_with(year)
    filterset = ExpenditureFilter(request.GET, year_bookings(year, request.user))
    page = read_spending(year, filterset, request.user)
    template = "budget/expenditure.html" + ("#results" if target_of(request) == "results" else "")
    return render(
        request,
        template,
        {
            "spending": page,
            "filterset": filterset,
            "years": years,
            "page": Paginator(page.bookings, PER_PAGE).get_page(request.GET.get("page")),
            "filters": _query(request, filterset),
        },
    )


@require_safe
@permission_required("budget.view_lines", raise_exception=True)
def expenditure_excel(request: PersonalRequest, year: int) -> FileResponse:
    """Give what the list shows with these filters, on all its pages, as an Excel workbook."""
    _years_with(year)
    filterset = ExpenditureFilter(request.GET, year_bookings(year, request.user))
    file = write_spending(read_spending(year, filterset, request.user), by=request.user)
    name = f"{slugify(_('Expenditure'))}-{year}-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK_TYPE)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.book_expenditure", raise_exception=True)
def expenditure_new(request: PersonalRequest, year: int) -> HttpResponse:
    """Book what was spent, by hand; what is sent twice is booked once."""
    _years_with(year)
    standings = read_standings([year])
    form = ExpenditureForm(request.POST or None, request.FILES or None, standings=standings)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = NewExpenditure(
            given["line"], given["booked_on"], given["amount"], given["reference"], given["description"]
        )
        try:
            booked = book_expenditure(
                new, by=request.user, document=given["document"], request_key=given["request_key"]
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(
                request,
                _("%(amount)s is booked on %(line)s.")
                % {"amount": format_money(booked.amount), "line": booked.line},
            )
            return redirect("budget:booking", booked.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "year": year, "standings": standings}
    return render(request, "budget/expenditure_form.html", context, status=status)


@require_safe
@permission_required("budget.view_lines", raise_exception=True)
def booking(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show a booking; support can withdraw it here."""
    return _show(request, _visible(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.book_expenditure", raise_exception=True)
def booking_withdraw(request: PersonalRequest, pk: int) -> HttpResponse:
    """Withdraw a booking, with a reason. An address that was followed leads to the booking."""
    shown = _visible(request, pk)
    if request.method != "POST":
        return redirect("budget:booking", pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_expenditure(shown, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The booking is withdrawn and no longer counts."))
            return redirect("budget:booking", pk)
    return _show(request, shown, status=HTTPStatus.UNPROCESSABLE_ENTITY, form=form)


@require_safe
@permission_required("budget.view_lines", raise_exception=True)
def booking_document(request: PersonalRequest, pk: int) -> HttpResponse | FileResponse:
    """Give the document of a booking to keep, to who may see the booking."""
    shown = _visible(request, pk)
    if not shown.document:
        raise Http404
    try:
        file = shown.document.open("rb")
    except OSError:
        logger.exception("The document of expenditure %s can't be read", pk)
        return render(
            request, "budget/document_missing.html", {"booking": shown}, status=HTTPStatus.NOT_FOUND
        )
    response = FileResponse(
        file, as_attachment=True, filename=shown.document_name, content_type=shown.document_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _show(
    request: PersonalRequest, shown: Expenditure, *, status: int = HTTPStatus.OK, form: Any = None
) -> HttpResponse:
    context = {"booking": shown, "line": shown.line, "form": form or WithdrawForm()}
    return render(request, "budget/booking.html", context, status=status)


def _visible(request: PersonalRequest, pk: int) -> Expenditure:
    visible = Expenditure.objects.visible_to(request.user).for_list().select_related("upload")
    return get_object_or_404(visible, pk=pk)


def _years_with(year: int) -> list[int]:
    """Give the years of all programmes; there is no page of another year."""
    years = programme_years()
    if year not in years:
        raise Http404
    return years


def _query(request: PersonalRequest, filterset: ExpenditureFilter) -> str:
    """Give what the address asks of the list, without the page and without what is empty."""
    query = request.GET.copy()
    for name in list(query):
        if name not in filterset.filters or not query[name]:
            del query[name]
    return str(query.urlencode())
