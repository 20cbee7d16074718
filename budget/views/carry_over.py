"""Unspent money that goes over to a later year."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.allocation import read_years
from budget.models import AnnualBudget, CarryOver
from budget.money import format_money
from budget.services import carry_over as move_over
from budget.support_forms import CarryOverForm
from budget.year_page import programme_years
from organisation.requests import PersonalRequest
from portfolio.forms.decisions import take


@require_safe
@permission_required("budget.view_lines", raise_exception=True)
def carry_over(request: PersonalRequest, year: int) -> HttpResponse:
    """Show what of a year is unspent, and what was moved from and to it."""
    return _show(request, year)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.carry_over", raise_exception=True)
def carry_over_new(request: PersonalRequest, year: int) -> HttpResponse:
    """Move money of a year to a later one. An address that was followed leads to the page."""
    if request.method != "POST":
        return redirect("budget:carry-over", year)
    if year not in programme_years():
        raise Http404
    form = CarryOverForm(request.POST, years=_later_years(year))
    if form.is_valid():
        try:
            moved = move_over(from_year=year, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(
                request,
                _("%(amount)s moved from %(from_year)s to %(to_year)s.")
                % {
                    "amount": format_money(moved.amount),
                    "from_year": year,
                    "to_year": form.cleaned_data["to_year"],
                },
            )
            return redirect("budget:carry-over", year)
    return _show(request, year, form=form)


def _later_years(year: int) -> list[int]:
    """Give the later years that have a budget, to which money can move."""
    return list(AnnualBudget.objects.filter(year__gt=year).order_by("year").values_list("year", flat=True))


def _show(request: PersonalRequest, year: int, **forms: Any) -> HttpResponse:
    if year not in programme_years():
        raise Http404
    later = _later_years(year)
    moved = (
        CarryOver.objects.filter(Q(from_budget__year=year) | Q(to_budget__year=year))
        .select_related("from_budget", "to_budget", "decision", "by")
        .order_by("-at", "-pk")
    )
    if request.user.has_perm("budget.carry_over"):
        forms = {"form": CarryOverForm(years=later), **forms}
    return render(
        request,
        "budget/carry_over.html",
        {
            "allocation": read_years([year], request.user)[year],
            "moved": moved,
            "later": later,
            "year": year,
            **forms,
        },
    )
