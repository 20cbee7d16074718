"""The list of projects, and the same list as an Excel workbook."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from organisation.requests import PersonalRequest
from organisation.spreadsheets.writing import WORKBOOK_TYPE
from portfolio.attention import objectives_to_tend
from portfolio.filters.projects import ProjectFilter
from portfolio.listing import project_row
from portfolio.models import Project
from portfolio.tables import PER_PAGE, ProjectTable
from portfolio.workbook import write_workbook

# Not worth the first row: they are looked for less often.
FURTHER_FILTERS = ("theme", "objective", "holder", "network", "region", "health")


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def projects(request: PersonalRequest) -> HttpResponse:
    """Show the projects that the person may see, filtered and sorted as the address says, with what asks for attention.

    A request by htmx for the results gets the results alone.
    """
    today, user = timezone.localdate(), request.user
    visible = Project.objects.visible_to(user)
    filterset = ProjectFilter(request.GET, visible)
    table = _table(request, filterset)
    is_part = target_of(request) == "results"
    chosen = filterset.chosen
    context: dict[str, Any] = {
        "filterset": filterset,
        "chosen": [(label, value, _address(request, name)) for name, (label, value) in chosen.items()],
        "table": table,
        "headers": [(column, _sort_address(request, table, column)) for column in table.columns],
        "rows": [project_row(row.record, today) for row in table.paginated_rows],
        "pages": _pages(request, table),
        "sort": _sort(request),
        "query": _query(request).urlencode(),
    }
    if not is_part:
        form = filterset.form
        further = [form[name] for name in FURTHER_FILTERS]
        context |= {
            "counts": visible.counts(today),
            "to_tend": objectives_to_tend(user, today) if user.has_perm("portfolio.prepare_meeting") else [],
            "this_year": today.year,
            "first_filters": [field for field in form if field.name not in FURTHER_FILTERS],
            "further_filters": further,
            "further_is_open": any(field.errors or field.name in chosen for field in further),
        }
    return render(request, "portfolio/projects.html" + ("#results" if is_part else ""), context)


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def projects_excel(request: PersonalRequest) -> FileResponse:
    """Give what the list shows with these filters, on all its pages, as an Excel workbook."""
    visible = Project.objects.visible_to(request.user)
    filterset = ProjectFilter(request.GET, visible)
    file = write_workbook(
        _sorted_table(request, filterset).data.data,
        chosen=list(filterset.chosen.values()),
        by=request.user,
        address=request.build_absolute_uri,
    )
    name = f"{slugify(_('projects'))}-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK_TYPE)


def _sorted_table(request: PersonalRequest, filterset: ProjectFilter) -> ProjectTable:
    # One column at a time; what names none is left aside by the table.
    return ProjectTable(filterset.qs.for_rows(), order_by=_sort(request))


def _table(request: PersonalRequest, filterset: ProjectFilter) -> ProjectTable:
    table = _sorted_table(request, filterset)
    try:
        table.paginate(page=request.GET.get("page", 1), per_page=PER_PAGE)
    except PageNotAnInteger:
        table.paginate(page=1, per_page=PER_PAGE)
    except EmptyPage:
        table.paginate(page=table.paginator.num_pages, per_page=PER_PAGE)
    return table


def _sort(request: PersonalRequest) -> str:
    """Give the column by which the list is sorted, "-" before it from last to first; empty for the newest first."""
    wanted = request.GET.get("sort", "")
    return wanted if wanted.removeprefix("-") in ProjectTable.base_columns else ""


def _query(request: PersonalRequest) -> Any:
    """Give what the address asks of the list, without the page and without what is empty."""
    query = request.GET.copy()
    known = {*ProjectFilter.base_filters, "sort"}
    for name in list(query):
        if name not in known or not query[name]:
            del query[name]
    return query


def _address(request: PersonalRequest, without: str) -> str:
    query = _query(request)
    query.pop(without, None)
    return query.urlencode()


def _sort_address(request: PersonalRequest, table: ProjectTable, column: Any) -> str:
    query = _query(request)
    query["sort"] = column.order_by_alias.next
    return query.urlencode()


def _pages(request: PersonalRequest, table: ProjectTable) -> list[tuple[int, str]]:
    """Give the pages to go to: the first, the last and those around this one, each with its query; 0 is a gap."""
    here, last = table.page.number, table.paginator.num_pages
    wanted = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    found = []
    for before, number in zip([0, *wanted], wanted, strict=False):
        if number > before + 1:
            found.append((0, ""))
        query = _query(request)
        query["page"] = str(number)
        found.append((number, query.urlencode()))
    return found
