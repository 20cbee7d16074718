"""A year's budget: its split over the regions, what it is allocated to, and the years beside it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.errors import ChangedMeanwhile, NoAmount
from budget.forms import AmountForm, KeyChoiceForm
from budget.services import draft_contributions, set_budget
from budget.services.contributions import draft_fingerprint
from budget.year_bar import year_bar
from budget.year_page import SORTS, nearest_programme_year, programme_years, read_year_page
from organisation.requests import PersonalRequest


@require_safe
@permission_required("budget.view_budget", raise_exception=True)
def budget(request: PersonalRequest) -> HttpResponse:
    """Go to this year's budget or, outside every programme, to the nearest year of one."""
    year = nearest_programme_year(timezone.localdate().year)
    if year is None:
        raise Http404
    return redirect("budget:year", year)


@require_safe
@permission_required("budget.view_budget", raise_exception=True)
def budget_year(request: PersonalRequest, year: int) -> HttpResponse:
    """Show a year's budget as the person may see it."""
    return _show(request, year)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_budget", raise_exception=True)
def budget_amount(request: PersonalRequest, year: int) -> HttpResponse:
    """Set the amount of a year. An address that was followed leads to the year."""
    if request.method != "POST":
        return redirect("budget:year", year)
    form = AmountForm(request.POST)
    if form.is_valid():
        try:
            set_budget(
                year,
                form.cleaned_data["amount"],
                by=request.user,
                note=form.cleaned_data["note"],
                read_version=form.cleaned_data["read_version"],
            )
        except ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Someone else changed the amount since you opened this page, so nothing was saved. Open the page again and "
                    "compare."
                ),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The amount of %(year)s is saved.") % {"year": year})
            return redirect("budget:year", year)
    return _show(request, year, amount_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_contributions", raise_exception=True)
def budget_draft(request: PersonalRequest, year: int) -> HttpResponse:
    """Split a year by a key, as a draft. An address that was followed leads to the year."""
    if request.method != "POST":
        return redirect("budget:year", year)
    form = KeyChoiceForm(request.POST, year=year)
    if form.is_valid():
        try:
            draft_contributions(
                year, form.cleaned_data["key"], by=request.user, read_as=form.cleaned_data["read_as"]
            )
        except ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Someone else made or changed the draft since you opened this page, so nothing was saved. Open the page "
                    "again and compare."
                ),
            )
        except NoAmount as refusal:
            form.add_error(None, refusal)
        except ValidationError as refusal:
            form.add_error("key", refusal.messages)
        else:
            messages.success(
                request, _("The draft of the contributions of %(year)s is made.") % {"year": year}
            )
            return redirect("budget:year", year)
    return _show(request, year, key_form=form)


def _show(request: PersonalRequest, year: int, **forms: Any) -> HttpResponse:
    if year not in programme_years():
        raise Http404
    sort = request.GET.get("sort", "")
    page = read_year_page(year, request.user, sort if sort in SORTS else "code")
    allocation = page.allocation
    may_edit = request.user.has_perm("budget.change_budget")
    sees_split = request.user.has_perm("budget.view_split")
    if may_edit:
        initial = {"read_version": allocation.version, "amount": allocation.amount, "note": allocation.note}
        forms.setdefault("amount_form", AmountForm(initial=initial))
        drawn = page.draft or page.split
        forms.setdefault(
            "key_form",
            KeyChoiceForm(
                year=year,
                initial={
                    "key": drawn.contributions.key_id if drawn else None,
                    "read_as": draft_fingerprint(page.draft.contributions) if page.draft else "",
                },
            ),
        )
    return render(
        request,
        "budget/year.html",
        {
            "page": page,
            "allocation": allocation,
            "overrun": max(-allocation.unallocated, Decimal(0)),
            "bar": year_bar(
                available=allocation.available,
                committed=allocation.total.committed,
                spent=allocation.total.spent,
                forecast=allocation.total.forecast,
            ),
            "splits": [split for split in (page.split, page.draft) if split],
            "sort": sort if sort in SORTS else "code",
            "own_region": None if sees_split else request.user.region,
            "lacks_region": not sees_split and request.user.region is None,
            "this_year": timezone.localdate().year,
            "may_edit": may_edit,
            "sees_lines": request.user.has_perm("budget.view_lines"),
            "sees_allocation": request.user.has_perm("budget.view_allocation"),
            **forms,
        },
    )
