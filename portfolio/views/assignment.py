"""The assignment form: beginning, the steps, and the document that the Vakraad will read."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisation.requests import PersonalRequest
from pillars.models import Objective, PlanVersion
from portfolio.choices import ProjectState
from portfolio.comparison import LINES, Difference, differences
from portfolio.completeness import missing
from portfolio.conflicts import planning_warnings
from portfolio.errors import EditConflict
from portfolio.forms import STEP_FORMS, NewProjectForm, StepForm
from portfolio.forms.steps import SPARE_ROWS, EveryRegionForm
from portfolio.models import Project
from portfolio.services import ProjectLines, edit_project, start_draft
from portfolio.steps import StepName, fingerprint, first_to_do, neighbour, progress
from portfolio.views.asking import keys

# How many empty rows "more rows" adds.
MORE_ROWS = 4


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.add_project", raise_exception=True)
def project_new(request: PersonalRequest) -> HttpResponse:
    """Begin an assignment, for the objective and year that the address may name."""
    version = PlanVersion.objects.current(timezone.localdate())
    initial: dict[str, Any] = {
        name: key for name in ("objective", "year") for key in keys(request.GET.getlist(name)[-1:])
    }
    if (objective := _objective(initial.get("objective"))) is not None:
        own = objective.theme.portfolios.filter(holders__user=request.user.pk).first()
        initial |= {"portfolio": own.pk} if own else {}
    form = NewProjectForm(
        request.POST or None,
        initial=initial,
        user=request.user,
        programme_id=version.programme_id if version else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            project = start_draft(
                by=request.user,
                portfolio=form.cleaned_data["portfolio"],
                objective=form.cleaned_data["objective"],
                title=form.cleaned_data["title"],
                on_behalf_of=form.cleaned_data.get("on_behalf_of"),
                request_key=form.cleaned_data["request_key"] or uuid.uuid4(),
                year=form.cleaned_data["year"],
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("portfolio:project-step", project.pk, StepName.OBJECTIVE)
    return render(request, "portfolio/assignment_new.html", {"form": form})


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def project_edit(request: PersonalRequest, pk: int) -> HttpResponse:
    """Go on where something is lacking, or to the preview when nothing is."""
    project = _editable(request, pk)
    lacking = missing(project)
    if lacking:
        return redirect("portfolio:project-step", project.pk, first_to_do(lacking))
    return redirect("portfolio:project-preview", project.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.view_project", raise_exception=True)
def project_step(request: PersonalRequest, pk: int, step: str) -> HttpResponse:
    """Show a step, and save what comes back: by a button, or while the person types."""
    if step not in STEP_FORMS:
        raise Http404
    project = _editable(request, pk)
    if request.method != "POST":
        return _show(request, project, STEP_FORMS[step](project=project, user=request.user))
    return _save(request, project, STEP_FORMS[step](request.POST, project=project, user=request.user))


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def project_preview(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show the assignment as the document that the Vakraad will read."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_document(request.user), pk=pk)
    lacking = missing(project)
    return render(
        request,
        "portfolio/project_preview.html",
        {
            "project": project,
            "missing": lacking,
            "progress": progress(lacking),
            "may_edit": request.user.has_perm("portfolio.change_project", project),
            "may_submit": project.state in (ProjectState.DRAFT, ProjectState.RETURNED)
            and request.user.has_perm("portfolio.submit_project", project),
            "request_key": uuid.uuid4(),
            "today": timezone.localdate(),
        },
    )


def _objective(key: int | None) -> Objective | None:
    return Objective.objects.select_related("theme").filter(pk=key).first() if key is not None else None


def _editable(request: PersonalRequest, pk: int) -> Project:
    """Give the project, if the person sees it (else 404) and may edit it (else 403)."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_document(), pk=pk)
    if not request.user.has_perm("portfolio.change_project", project):
        raise PermissionDenied
    return project


def _save(request: PersonalRequest, project: Project, form: StepForm) -> HttpResponse:
    """Save a step that came back, and go where its button leads."""
    action = request.POST.get("action", "stay")
    every = EveryRegionForm(request.POST, project=project) if action == "every-region" else None
    if not form.is_valid() or (every is not None and not every.is_valid()):
        return _answer_invalid(request, project, form, every)
    taken = {name for name in [*form.fields, LINES] if request.POST.get(f"take-{name}") == "stored"}
    fields = {name: value for name, value in form.field_changes().items() if name not in taken}
    lines = None if LINES in taken else form.line_changes()
    if form.step == StepName.PLANNING and "predecessors" in taken:
        lines = None
    if every is not None:
        asked = form.line_changes() or ProjectLines()
        lines = ProjectLines(capacity=[*(asked.capacity or ()), *every.lines()])
    read_as = request.POST.get("read_as", "")
    try:
        stored = edit_project(
            project,
            by=request.user,
            fields=fields,
            lines=lines,
            unless_changed=lambda current: fingerprint(current, form.step) == read_as,
        )
    except EditConflict as conflict:
        stored = Project.objects.for_document().get(pk=conflict.project.pk)
        found = differences(form, stored)
        # Two versions that say the same are one: what was typed here was saved a moment ago.
        if found:
            return _answer_conflict(request, stored, form, found)
    except ValidationError as error:
        form.show(error)
        return _answer_invalid(request, project, form, every)
    project = Project.objects.for_document().get(pk=stored.pk)
    if action == "autosave":
        return _answer_saved(request, project, form)
    if action == "more-rows":
        more = type(form)(project=project, user=request.user, spare_rows=SPARE_ROWS + MORE_ROWS)
        return _show(request, project, more)
    if action in ("stay", "every-region", "resolve"):
        messages.success(request, _("Saved."))
        return redirect("portfolio:project-step", project.pk, form.step)
    if action == "next" and (lacking := missing(project).get(form.step)):
        messages.warning(
            request,
            _("Saved. “%(step)s” still lacks something: %(what)s")
            % {"step": form.step.label, "what": " ".join(str(text) for text in lacking)},
        )
    following = neighbour(form.step, -1 if action == "previous" else 1)
    if following is None:
        return redirect("portfolio:project-preview", project.pk)
    return redirect("portfolio:project-step", project.pk, following)


def _show(
    request: PersonalRequest,
    project: Project,
    form: StepForm,
    *,
    every: EveryRegionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    lacking = missing(project)
    return render(
        request,
        "portfolio/assignment_step.html",
        {
            "project": project,
            "form": form,
            "step": form.step,
            "number": list(StepName).index(form.step) + 1,
            "previous": neighbour(form.step, -1),
            "next": neighbour(form.step, 1),
            "progress": progress(lacking, form.step),
            "lacking": lacking.get(form.step, ()),
            "read_as": request.POST.get("read_as") if form.is_bound else fingerprint(project, form.step),
            "every_region": (every or EveryRegionForm(project=project))
            if form.step == StepName.CAPACITY
            else None,
            "returned": _returned(project),
            "warnings": planning_warnings(project, request.user) if form.step == StepName.PLANNING else (),
            "days_per_year": _days_per_year(project) if form.step == StepName.CAPACITY else (),
        },
        status=status,
    )


def _answer_invalid(
    request: PersonalRequest, project: Project, form: StepForm, every: EveryRegionForm | None
) -> HttpResponse:
    if request.POST.get("action") != "autosave":
        return _show(request, project, form, every=every)
    problems = {form.add_prefix(name): list(texts) for name, texts in form.errors.items()}
    if form.rows is not None:
        for row in form.rows.forms:
            problems |= {row.add_prefix(name): list(texts) for name, texts in row.errors.items()}
        problems |= {"": list(form.rows.non_form_errors())} if form.rows.non_form_errors() else {}
    return JsonResponse({"state": "invalid", "problems": problems})


def _answer_conflict(
    request: PersonalRequest, stored: Project, form: StepForm, found: list[Difference]
) -> HttpResponse:
    """Show both versions side by side; while someone types, say that there are two."""
    if request.POST.get("action") == "autosave":
        return JsonResponse({"state": "conflict"})
    last = stored.history.select_related("history_user").first()
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "action", "read_as") and not name.startswith("take-")
        for value in values
    ]
    return render(
        request,
        "portfolio/assignment_conflict.html",
        {
            "project": stored,
            "step": form.step,
            "differences": found,
            "kept": kept,
            "read_as": fingerprint(stored, form.step),
            "changed_by": last.history_user if last else None,
            "changed_at": last.history_date if last else None,
        },
        status=409,
    )


def _answer_saved(request: PersonalRequest, project: Project, form: StepForm) -> HttpResponse:
    lacking = missing(project)
    return JsonResponse(
        {
            "state": "saved",
            "text": _("Saved at %(time)s") % {"time": time_format(timezone.localtime().time(), "H:i")},
            "read_as": fingerprint(project, form.step),
            "keys": _row_keys(project, form),
            "progress": render_to_string(
                "portfolio/assignment_step.html#progress",
                {"project": project, "progress": progress(lacking, form.step)},
                request,
            ),
        }
    )


def _row_keys(project: Project, form: StepForm) -> dict[str, int]:
    """Give the keys of the stored lines by the name of the field that holds each, so that they are known from now on."""
    if form.rows is None:
        return {}
    rows = [row for row in form.rows.forms if row.has_content() and not row.cleaned_data.get("DELETE")]
    related = {
        StepName.RESULTS: project.results,
        StepName.CAPACITY: project.capacity_requests,
        StepName.RISKS: project.risks,
    }[form.step]
    known = {row.cleaned_data["key"] for row in rows}
    new = iter(sorted(key for key in related.values_list("pk", flat=True) if key not in known))
    return {row.add_prefix("key"): row.cleaned_data["key"] or next(new) for row in rows}


def _returned(project: Project) -> Any:
    """Give the change of state that returned the assignment, with the reasons, while it is returned."""
    if project.state != ProjectState.RETURNED:
        return None
    return (
        project.state_changes.filter(to_state=ProjectState.RETURNED).select_related("decision", "by").last()
    )


def _days_per_year(project: Project) -> list[tuple[int, int]]:
    days: dict[int, int] = {}
    for line in project.capacity_requests.all():
        days[line.year] = days.get(line.year, 0) + line.days
    return sorted(days.items())
