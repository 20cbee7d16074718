"""Importing existing projects from Excel: the template, the dry run, and the import itself."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from organisation.forms import StyledForm
from organisation.requests import PersonalRequest
from organisation.spreadsheets.unfolding import LARGEST_FILE, MOST_ROWS
from portfolio.importing.checking import MOST_PROJECTS
from portfolio.importing.examining import Examined
from portfolio.importing.known import read_known
from portfolio.importing.preview import preview_decisions, preview_lines
from portfolio.importing.template import build_template
from portfolio.models import ProjectImport
from portfolio.services import ImportRefused, import_projects, receive_import, remove_expired_imports
from portfolio.services.importing import examine_kept

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Imports of before that the page names.
SHOWN_BEFORE = 10


class ImportForm(StyledForm):
    """The workbook to check. That it is one is found out by reading it."""

    file = forms.FileField(
        label=gettext_lazy("Excel file (.xlsx)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
        error_messages={"required": gettext_lazy("Choose the file that you filled in.")},
    )


@require_safe
@permission_required("portfolio.import_projects", raise_exception=True)
def import_template(request: PersonalRequest) -> HttpResponse:
    """Give the workbook to fill in, with what can be chosen today."""
    content = build_template(read_known(timezone.localdate()))
    name = _("projects-to-import")
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.import_projects", raise_exception=True)
def project_import(request: PersonalRequest) -> HttpResponse:
    """Take a workbook: show its problems, or what it would make on the page of the kept file."""
    examined = None
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                examined, waiting = receive_import(by=request.user, upload=form.cleaned_data["file"])
            except ValidationError as refusal:
                form.add_error("file", refusal)
            else:
                if waiting is not None:
                    return redirect("portfolio:import-preview", waiting.pk)
    else:
        form = ImportForm()
        remove_expired_imports()
    imports = ProjectImport.objects.select_related("owner")
    return render(
        request,
        "portfolio/import.html",
        {
            "form": form,
            "file_name": form.cleaned_data["file"].name if examined else "",
            **(_found(examined) if examined else {}),
            "waiting": imports.waiting(timezone.now()).filter(owner=request.user),
            "before": imports.imported()
            .annotate(project_count=Count("projects"))
            .order_by("-imported_at")[:SHOWN_BEFORE],
            "most_projects": MOST_PROJECTS,
            "most_rows": number_format(MOST_ROWS, force_grouping=True),
            "largest": filesizeformat(LARGEST_FILE),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.import_projects", raise_exception=True)
def import_preview(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show what a kept file would make, and make it; afterwards what it made.

    A double click imports once, because a file does. A file that waits is its owner's alone.
    """
    mine_or_done = Q(owner=request.user) | Q(imported_at__isnull=False)
    shown = get_object_or_404(ProjectImport.objects.filter(mine_or_done).select_related("owner"), pk=pk)
    if shown.imported_at is not None:
        return _show_imported(request, shown)
    try:
        if request.method == "POST":
            done = import_projects(shown, by=request.user)
            count = done.projects.count()
            messages.success(
                request,
                ngettext("%(count)s project was imported.", "%(count)s projects were imported.", count)
                % {"count": count},
            )
            return redirect("portfolio:import-preview", done.pk)
        context = _found(examine_kept(shown))
    except ImportRefused as refusal:
        context = {"findings": refusal.findings}
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("portfolio:import")
    return render(request, "portfolio/import_preview.html", {"shown": shown, **context})


def _show_imported(request: PersonalRequest, done: ProjectImport) -> HttpResponse:
    if request.method == "POST":
        return redirect("portfolio:import-preview", done.pk)
    projects = done.projects.select_related("portfolio", "objective").order_by("pk")
    return render(request, "portfolio/import_done.html", {"shown": done, "projects": projects})


def _found(examined: Examined) -> dict[str, object]:
    return {
        "findings": examined.findings,
        "lines": preview_lines(examined),
        "decisions": preview_decisions(examined.checked.decisions),
    }
