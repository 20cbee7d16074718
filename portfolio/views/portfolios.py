"""Portfolios: who holds what, and keeping that."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisation.requests import PersonalRequest
from pillars.models import Theme
from portfolio.forms.portfolios import (
    BaseHolderFormSet,
    Difference,
    HolderFormSet,
    PortfolioForm,
    differences,
    initial_of,
    show_problems,
    with_what_was_taken,
)
from portfolio.models import Portfolio, PortfolioHolder, Project
from portfolio.services import fingerprint, make_portfolio, save_portfolio


@require_safe
@permission_required("portfolio.view_portfolio", raise_exception=True)
def portfolios(request: PersonalRequest) -> HttpResponse:
    """Show every portfolio with who holds and held it, its themes, and how many projects of it the reader sees."""
    today = timezone.localdate()
    counted = (
        Project.objects.visible_to(request.user)
        .counted()
        .filter(portfolio=OuterRef("pk"))
        .order_by()
        .values("portfolio")
        .annotate(count=Count("pk"))
        .values("count")
    )
    found = Portfolio.objects.annotate(project_count=Coalesce(Subquery(counted), 0)).prefetch_related(
        Prefetch("themes", Theme.objects.select_related("pillar")),
        Prefetch(
            "holders", PortfolioHolder.objects.select_related("user").order_by("-starts_on", "user__name")
        ),
    )
    return render(
        request,
        "portfolio/portfolios.html",
        {
            "portfolios": [(portfolio, *_by_time(portfolio, today)) for portfolio in found],
            "sees_projects": request.user.has_perm("portfolio.view_project"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.add_portfolio", raise_exception=True)
def portfolio_new(request: PersonalRequest) -> HttpResponse:
    """Make a portfolio."""
    return _portfolio_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.change_portfolio", raise_exception=True)
def portfolio_edit(request: PersonalRequest, slug: str) -> HttpResponse:
    """Change a portfolio and its holders."""
    return _portfolio_form(request, get_object_or_404(Portfolio, slug=slug))


def _portfolio_form(request: PersonalRequest, portfolio: Portfolio | None) -> HttpResponse:
    stored = (
        list(portfolio.holders.select_related("user").order_by("starts_on", "user__name"))
        if portfolio
        else []
    )
    initial = initial_of(portfolio, fingerprint(portfolio)) if portfolio else {}
    sent: Any = request.POST.copy() if request.method == "POST" else None
    if sent is not None and portfolio is not None:
        sent = with_what_was_taken(sent, portfolio)
    differing: list[Difference] = []
    form = PortfolioForm(sent, initial=initial)
    rows: BaseHolderFormSet = HolderFormSet(sent, stored=stored)
    if sent is not None and form.is_valid() and rows.is_valid():
        given = form.cleaned_data
        lines, row_of = rows.lines()
        try:
            if portfolio is None:
                saved = make_portfolio(
                    by=request.user,
                    name=given["name"],
                    description=given["description"],
                    themes=given["themes"],
                    holders=lines,
                )
            else:
                saved = save_portfolio(
                    portfolio,
                    by=request.user,
                    name=given["name"],
                    description=given["description"],
                    themes=given["themes"],
                    holders=lines,
                    read_as=given["read_as"],
                )
        except ValidationError as error:
            if portfolio is not None and getattr(error, "code", "") == "conflict":
                # Both versions stand side by side; saving once more is on the one that is stored now.
                differing = differences(form, portfolio)
                sent["read_as"] = fingerprint(portfolio)
                form = PortfolioForm(sent, initial=initial)
            show_problems(error, form, row_of)
        else:
            messages.success(request, _("“%(portfolio)s” was saved.") % {"portfolio": saved})
            return redirect("portfolio:portfolios")
    return render(
        request,
        "portfolio/portfolio_form.html",
        {
            "portfolio": portfolio,
            "form": form,
            "rows": rows,
            "differences": differing,
            "saved_holders": stored if differing or form.non_field_errors() else [],
        },
        status=422 if form.errors or rows.total_error_count() else 200,
    )


def _by_time(portfolio: Portfolio, today: datetime.date) -> tuple[list[PortfolioHolder], ...]:
    """Give the holders of today, those to come, and the former ones."""
    now, coming, former = [], [], []
    for holding in portfolio.holders.all():
        if holding.starts_on > today:
            coming.append(holding)
        elif holding.ends_on is not None and holding.ends_on < today:
            former.append(holding)
        else:
            now.append(holding)
    return now, coming, former
