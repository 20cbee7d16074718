"""The assignment form: beginning, the steps, and the document that the Vakraad will read."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisation.requests import PersonalRequest
from pillars.models import Objective, PlanVersion
from portfolio import ports
from portfolio.choices import ProjectState
from portfolio.comparison import Difference, differences
from portfolio.completeness import missing
from portfolio.conflicts import planning_warnings
from portfolio.errors import EditConflict
from portfolio.forms import NewProjectForm, StepForm, step_form_of
from portfolio.forms.capacity import EVERY_REGION, CapacityStep
from portfolio.forms.rows import KeyedRowForm
from portfolio.forms.step_form import SPARE_ROWS
from portfolio.history_page import latest_change
from portfolio.models import Decision, Project
from portfolio.services import edit_project, start_draft
from portfolio.steps import (
    LINES,
    StepName,
    changed_since,
    changes_of,
    fingerprint,
    first_to_do,
    neighbour,
    offered,
    progress,
    step_values,
)
from portfolio.verbs import allowed_verbs
from portfolio.views.asking import keys

# How many empty rows "more rows" adds.
MORE_ROWS = 4


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.add_project", raise_exception=True)
def project_new(request: PersonalRequest) -> HttpResponse:
    """Begin an assignment, for the objective and year that the address may name."""
    version = PlanVersion.objects.current(timezone.localdate())
    initial: dict[str, Any] = {
        name: found[0] for name in ("objective", "year") if (found := keys([request.GET.get(name, "")]))
    }
    chosen = keys([request.POST.get("objective", "")]) or [initial.get("objective", 0)]
    objective = Objective.objects.select_related("theme").filter(pk=chosen[0]).first()
    form = NewProjectForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        user=request.user,
        programme_id=version.programme_id if version else None,
        theme=objective.theme if objective else None,
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
            form.show(error)
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
    step_form = step_form_of(step)
    if step_form is None:
        raise Http404
    project = _editable(request, pk)
    if request.method != "POST":
        return _show(request, project, step_form(project=project, user=request.user))
    return _save(request, project, step_form(request.POST, project=project, user=request.user))


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def project_preview(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show the assignment as the document that the Vakraad will read."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_document(request.user), pk=pk)
    lacking, may = missing(project), allowed_verbs(project, request.user)
    return render(
        request,
        "portfolio/project_preview.html",
        {
            "project": project,
            "missing": lacking,
            "progress": progress(project, lacking),
            "costs": ports.costs.describe(project, request.user) if ports.costs is not None else None,
            "may_edit": "edit" in may,
            "may_submit": "submit" in may,
            "request_key": uuid.uuid4(),
            "today": timezone.localdate(),
        },
    )


def _editable(request: PersonalRequest, pk: int) -> Project:
    """Give the project, if the person sees it (else 404) and may edit it (else 403)."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_document(), pk=pk)
    if not request.user.has_perm("portfolio.change_project", project):
        raise PermissionDenied
    return project


def _save(request: PersonalRequest, project: Project, form: StepForm) -> HttpResponse:
    """Save a step that came back, and go where its button leads."""
    if not form.is_valid():
        return _answer_invalid(request, project, form)
    read_as = request.POST.get("read_as", "")
    # What was saved is read, for its fingerprint, before someone else can change it.
    with transaction.atomic():
        try:
            edit_project(
                project,
                by=request.user,
                **_changes(request, form),
                unless_changed=lambda current: not changed_since(read_as, step_values(current, form.step)),
            )
        except EditConflict:
            stored = Project.objects.for_document().get(pk=project.pk)
            found = differences(form, stored, read_as)
            # Two versions that say the same are one: what was typed here was saved a moment ago.
            if found:
                return _answer_conflict(request, stored, form, found)
        except ValidationError as error:
            form.show(error)
            return _answer_invalid(request, project, form)
        else:
            stored = Project.objects.for_document().get(pk=project.pk)
    if request.POST.get("action") == "autosave":
        return _answer_saved(request, project, stored, form)
    return _go_on(request, stored, form)


def _changes(request: PersonalRequest, form: StepForm) -> dict[str, Any]:
    """Give what to save: all of the step, but for what was left to the stored version when two were compared."""
    left = {name for name in [*form.fields, LINES] if request.POST.get(f"take-{name}") == "stored"}
    has_lines = LINES if form.rows is not None else "predecessors"
    return {
        "fields": {name: value for name, value in form.field_changes().items() if name not in left},
        "lines": None if has_lines in left else form.line_changes(),
    }


def _go_on(request: PersonalRequest, project: Project, form: StepForm) -> HttpResponse:
    """Go where the button leads, once the step is saved."""
    action = request.POST.get("action", "stay")
    if action in ("more-rows", "find"):
        more = type(form)(
            project=project,
            user=request.user,
            spare_rows=SPARE_ROWS + (MORE_ROWS if action == "more-rows" else 0),
            search=request.POST.get("find", "") if action == "find" else "",
        )
        return _show(request, project, more)
    if action not in ("next", "previous"):
        messages.success(request, _("Saved."))
        return redirect("portfolio:project-step", project.pk, form.step)
    if action == "next" and (lacking := missing(project).get(form.step)):
        messages.warning(
            request,
            _("Saved. “%(step)s” still lacks something: %(what)s")
            % {"step": form.step.label, "what": " ".join(str(text) for text in lacking)},
        )
    if form.step == StepName.COSTS and ports.costs is not None:
        # Who goes on no longer sees what the step says.
        for text in ports.costs.notes(project, request.user).warnings:
            messages.warning(request, text)
    following = neighbour(form.step, -1 if action == "previous" else 1)
    if following is None:
        return redirect("portfolio:project-preview", project.pk)
    return redirect("portfolio:project-step", project.pk, following)


def _show(request: PersonalRequest, project: Project, form: StepForm) -> HttpResponse:
    lacking = missing(project)
    return render(
        request,
        "portfolio/assignment_step.html",
        {
            "project": project,
            "form": form,
            "step": form.step,
            "number": offered().index(form.step) + 1,
            "previous": neighbour(form.step, -1),
            "next": neighbour(form.step, 1),
            "progress": progress(project, lacking, form.step),
            "read_as": request.POST.get("read_as")
            if form.is_bound
            else fingerprint(step_values(project, form.step)),
            "returned": _returned(project),
            **_notes(request, project, form, lacking),
        },
    )


def _notes(
    request: PersonalRequest, project: Project, form: StepForm, lacking: dict[str, list[Any]]
) -> dict[str, Any]:
    """Give what the application has to say about what is saved of a step."""
    warnings: Sequence[str] = ()
    part = None
    if form.step == StepName.PLANNING:
        warnings = [warning.text for warning in planning_warnings(project, request.user)]
    elif form.step == StepName.COSTS and ports.costs is not None:
        notes = ports.costs.notes(project, request.user)
        warnings, part = notes.warnings, notes.part
    return {
        "lacking": lacking.get(form.step, ()),
        "warnings": warnings,
        "part": part,
        "days_per_year": project.days_per_year if form.step == StepName.CAPACITY else (),
    }


def _answer_invalid(request: PersonalRequest, project: Project, form: StepForm) -> HttpResponse:
    """Show the step with what is wrong at its fields; while someone types, tell their browser."""
    if request.POST.get("action") != "autosave":
        return _show(request, project, form)
    open_still = form.still_open()
    if open_still is not None:
        return JsonResponse({"state": "waiting", "text": open_still})
    return JsonResponse({"state": "invalid", "problems": form.problems()})


def _answer_conflict(
    request: PersonalRequest, stored: Project, form: StepForm, found: list[Difference]
) -> HttpResponse:
    """Show both versions side by side; while someone types, say that there are two."""
    if request.POST.get("action") == "autosave":
        return JsonResponse({"state": "conflict"})
    last = latest_change(stored, request.user, changes_of(form.step))
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "action", "read_as", EVERY_REGION)
        and not name.startswith("take-")
        for value in values
    ]
    if isinstance(form, CapacityStep) and form.every.is_bound:
        kept.append((EVERY_REGION, "1"))
    return render(
        request,
        "portfolio/assignment_conflict.html",
        {
            "project": stored,
            "step": form.step,
            "differences": found,
            "kept": kept,
            "read_as": fingerprint(step_values(stored, form.step)),
            "changed_at": last[0] if last else None,
            "changed_by": last[1] if last else None,
        },
        status=409,
    )


def _answer_saved(
    request: PersonalRequest, before: Project, project: Project, form: StepForm
) -> HttpResponse:
    """Tell the browser of someone who types that it is saved, and what of the page is different now."""
    lacking = missing(project)

    def part(name: str, context: dict[str, Any]) -> str:
        return render_to_string(
            f"portfolio/assignment_step.html#{name}", {"project": project, **context}, request
        )

    notes = _notes(request, project, form, lacking)
    parts = {
        "assignment-steps": part("progress", {"progress": progress(project, lacking, form.step)}),
        "assignment-notes": part("notes", notes),
    }
    if notes["part"] is not None:
        parts["assignment-part"] = part("part", notes)
    if project.objective_id != before.objective_id:
        parts["assignment-goals"] = part("goals", {"form": type(form)(project=project, user=request.user)})
    return JsonResponse(
        {
            "state": "saved",
            "text": _("Saved at %(time)s") % {"time": time_format(timezone.localtime().time(), "H:i")},
            "read_as": fingerprint(step_values(project, form.step)),
            "keys": _row_keys(project, form),
            "parts": parts,
        }
    )


def _row_keys(project: Project, form: StepForm) -> dict[str, int]:
    """Give the keys of the stored lines by the name of the field that holds each, so that they are known from now on."""
    if form.row_class is None or not issubclass(form.row_class, KeyedRowForm):
        return {}
    stored = [line[0] for line in step_values(project, form.step).get(LINES, ())]
    rows = form.filled_forms()
    given = {row.cleaned_data["key"] for row in rows}
    new = iter(sorted(key for key in stored if key not in given))
    keys_of_rows = {
        row.add_prefix("key"): row.cleaned_data["key"]
        if row.cleaned_data["key"] in stored
        else next(new, None)
        for row in rows
    }
    # A row of which nothing is stored, as when someone removed it a moment later, has none.
    return {name: key for name, key in keys_of_rows.items() if key is not None}


def _returned(project: Project) -> Decision | None:
    """Give the decision that returned the assignment, with the reasons, while it is returned."""
    if project.state != ProjectState.RETURNED:
        return None
    return Decision.objects.returning(project).first()
