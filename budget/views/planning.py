"""What support plans and foresees of a year by hand: central support, and forecasts."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.allocation import CostCentre, YearAllocation, read_years
from budget.errors import ChangedMeanwhile
from budget.models import BudgetLine, Forecast
from budget.services import plan_central_support, set_forecast
from budget.services.costs import forecast_fingerprint
from budget.support_forms import CentralSupportForm, ForecastForm
from budget.year_page import programme_years
from organisation.requests import PersonalRequest
from portfolio.forms.decisions import take
from portfolio.models import Project

CENTRAL_SUPPORT = "central-support"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.plan_central_support", raise_exception=True)
def central_support(request: PersonalRequest, year: int) -> HttpResponse:
    """Plan what central support costs in a year, per category."""
    allocation = _allocation(request, year)
    lines = list(BudgetLine.objects.central_support().filter(year=year))
    form = CentralSupportForm(request.POST if request.method == "POST" else None, lines=lines, year=year)
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            plan_central_support(year, form.lines, by=request.user, read_as=form.cleaned_data["read_as"])
        except ChangedMeanwhile:
            # Who compared and saves again replaces what is stored now, knowingly.
            conflict, form.data = True, {**request.POST.dict(), "read_as": form.initial["read_as"]}
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(
                request, _("The planned costs of central support in %(year)s are saved.") % {"year": year}
            )
            return redirect("budget:year", year)
    centre = allocation.central_centre
    spent = {item.category: item.spent for item in centre.items} if centre else {}
    return render(
        request,
        "budget/central_support.html",
        {
            "form": form,
            "rows": [(*row, spent.get(row[0], 0)) for row in form.rows],
            "conflict": conflict,
            "allocation": allocation,
            "year": year,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_forecast", raise_exception=True)
def forecast(request: PersonalRequest, year: int, of: str) -> HttpResponse:
    """Set by hand what a project or central support is expected to cost in a year, or have it follow again."""
    centre = _centre(_allocation(request, year), of)
    project = Project.objects.get(pk=centre.project_id) if centre.project_id else None
    stored = Forecast.objects.filter(year=year, project=project).first()
    fingerprint = forecast_fingerprint(stored)
    initial = {
        "read_as": fingerprint,
        "amount": stored.amount if stored else centre.figures.forecast,
        "reason": stored.reason if stored else "",
    }
    conflict, follows = False, "follow" in request.POST
    form = ForecastForm(request.POST if request.method == "POST" else None, initial=initial)
    if follows:
        form.fields["amount"].required = form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            set_forecast(
                year,
                project,
                amount=None if follows else form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                read_as=form.cleaned_data["read_as"],
            )
        except ChangedMeanwhile:
            conflict, form.data = True, {**request.POST.dict(), "read_as": fingerprint}
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(
                request,
                _("The forecast of “%(name)s” follows from what is spent and planned again.")
                % {"name": centre.name}
                if follows
                else _("The forecast of “%(name)s” is saved.") % {"name": centre.name},
            )
            return redirect("budget:year", year)
    return render(
        request,
        "budget/forecast.html",
        {"form": form, "centre": centre, "stored": stored, "conflict": conflict, "year": year, "of": of},
    )


def _allocation(request: PersonalRequest, year: int) -> YearAllocation:
    if year not in programme_years():
        raise Http404
    return read_years([year], request.user)[year]


def _centre(allocation: YearAllocation, of: str) -> CostCentre:
    """Give what has costs in the year and was decided on: of anything else nothing is foreseen."""
    for centre in allocation.centres:
        name = CENTRAL_SUPPORT if centre.is_central_support else str(centre.project_id)
        if name == of and not centre.is_asked:
            return centre
    raise Http404
