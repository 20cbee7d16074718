"""What a region pays, why, and what is asked of it; and the workbooks of a region and of a year."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from budget.region_page import RegionPage, read_region_page, years_beside
from budget.region_workbook import write_region_workbook
from budget.year_page import nearest_programme_year, programme_years, read_year_page
from budget.year_workbook import write_year_workbook
from organisation.models import Region
from organisation.requests import PersonalRequest
from organisation.spreadsheets.writing import WORKBOOK_TYPE


@require_safe
@permission_required("budget.view_budget", raise_exception=True)
def own_region(request: PersonalRequest) -> HttpResponse:
    """Go to the person's own region or, without one, to the year's budget."""
    region = request.user.region
    if region is None or not request.user.has_perm("budget.view_region", region):
        return redirect("budget:budget")
    return redirect("budget:region", region.code)


@require_safe
@permission_required("budget.view_budget", raise_exception=True)
def region(request: PersonalRequest, code: str) -> HttpResponse:
    """Show what a region pays in a year, the sum behind it and the other years."""
    page = _read(request, code)
    return render(
        request,
        "budget/region.html",
        {"page": page, "sees_split": request.user.has_perm("budget.view_split")},
    )


@require_safe
@permission_required("budget.view_budget", raise_exception=True)
def region_excel(request: PersonalRequest, code: str) -> FileResponse:
    """Give what the page of a region shows, as an Excel workbook."""
    page = _read(request, code)
    file = write_region_workbook(page, by=request.user)
    name = f"{slugify(_('contribution'))}-{page.region.code}-{page.year}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK_TYPE)


@require_safe
@permission_required("budget.view_budget", raise_exception=True)
def year_excel(request: PersonalRequest, year: int) -> FileResponse:
    """Give what the page of a year shows, as an Excel workbook."""
    if year not in programme_years():
        raise Http404
    user = request.user
    file = write_year_workbook(
        read_year_page(year, user),
        by=user,
        sees_allocation=user.has_perm("budget.view_allocation"),
        sees_lines=user.has_perm("budget.view_lines"),
    )
    name = f"{slugify(_('working budget'))}-{year}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK_TYPE)


def _read(request: PersonalRequest, code: str) -> RegionPage:
    found = get_object_or_404(Region, code=code)
    if not request.user.has_perm("budget.view_region", found):
        raise PermissionDenied
    asked = request.GET.get("year")
    if asked is None:
        year = nearest_programme_year(timezone.localdate().year)
    else:
        year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    years = years_beside(year) if year is not None else []
    if year is None or not years:
        raise Http404
    return read_region_page(found, year, years, request.user)
