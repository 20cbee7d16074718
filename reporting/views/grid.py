"""The planning grid on screen and on paper."""

import re

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from organisation.navigation import way_back
from organisation.requests import PersonalRequest
from reporting.planning_grid import PlanningGrid, chosen_labels, read_planning_grid

# A panel with more is no longer beside the grid; the page of the objective has them all.
MOST_IN_PANEL = 25
FOLDED_COOKIE = "grid_folded"
FOLDED_COOKIE_AGE = 365 * 24 * 60 * 60
CELL_KEY = re.compile(r"(?P<objective>[0-9]{1,18})-(?P<year>[0-9]{4})")
# A group of rows, as the cookie names it.
GROUP_KEY = re.compile(r"pillar-[0-9]{1,5}|theme-[-a-zA-Z0-9_]{1,80}")


@require_safe
@permission_required("reporting.view_planning_grid", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def planning_grid(request: PersonalRequest) -> HttpResponse:
    """Show the grid, and beside it the panel of the cell that the address names.

    A request by htmx for the panel gets the panel alone, and one for the filters the grid with its message.
    """
    wanted = CELL_KEY.fullmatch(request.GET.get("cell", ""))
    if target_of(request) == "panel":
        grid = read_planning_grid(
            timezone.localdate(), request.user, only_objective=int(wanted["objective"]) if wanted else 0
        )
        return render(request, "reporting/planning_grid.html#panel", _context(request, grid, wanted))
    grid = read_planning_grid(timezone.localdate(), request.user, request.GET)
    template = "reporting/planning_grid.html"
    if target_of(request) == "planning":
        template += "#planning"
    return render(request, template, _context(request, grid, wanted))


@require_safe
@permission_required("reporting.view_planning_grid", raise_exception=True)
def planning_grid_print(request: PersonalRequest) -> HttpResponse:
    """Show the grid as it goes on a sheet of A3: filtered as asked, with nothing folded away."""
    grid = read_planning_grid(timezone.localdate(), request.user, request.GET)
    return render(request, "reporting/planning_grid_print.html", _context(request, grid, None))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reporting.view_planning_grid", raise_exception=True)
def fold(request: HttpRequest) -> HttpResponse:
    """Fold or unfold a pillar or theme, remember it on this device, and go back to the grid.

    Who comes here by a link, as after signing in, goes to the grid.
    """
    if request.method != "POST":
        return redirect("reporting:planning-grid")
    folded, back = folded_groups(request), way_back(request)
    group = request.POST.get("fold") or request.POST.get("unfold", "")
    if GROUP_KEY.fullmatch(group):
        folded = folded | {group} if "fold" in request.POST else folded - {group}
        back += f"#group-{group}"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        FOLDED_COOKIE,
        ".".join(sorted(folded)),
        max_age=FOLDED_COOKIE_AGE,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


def folded_groups(request: HttpRequest) -> frozenset[str]:
    """Give the groups of rows that were folded on this device."""
    named = request.COOKIES.get(FOLDED_COOKIE, "").split(".")
    return frozenset(group for group in named if GROUP_KEY.fullmatch(group))


def _context(
    request: PersonalRequest, grid: PlanningGrid | None, wanted: re.Match[str] | None
) -> dict[str, object]:
    row = grid.row(int(wanted["objective"])) if grid and wanted else None
    cell = row.cell(int(wanted["year"])) if row and wanted else None
    projects = (
        row.projects_in(cell.year, grid.today, grid.money_of(cell.year)) if grid and row and cell else []
    )
    without_cell: QueryDict = request.GET.copy()
    without_cell.pop("cell", None)
    return {
        "grid": grid,
        "folded": folded_groups(request),
        "open_row": row,
        "open_cell": cell,
        "cell_projects": projects[:MOST_IN_PANEL],
        "may_file": cell is not None and request.user.has_perm("portfolio.add_project"),
        "cell_was_asked": "cell" in request.GET,
        "filters": without_cell.urlencode(),
        "chosen": chosen_labels(grid.filterset) if grid else [],
    }
