"""The page of a project."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisation.requests import PersonalRequest
from portfolio.forms.verbs import AttachmentForm, RemarkForm, VerbForm, WithdrawForm
from portfolio.models import Project
from portfolio.project_page import ProjectPage


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def project(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show the whole of a project that the person may see."""
    return show_project(request, pk)


def show_project(request: PersonalRequest, pk: int, *, status: int = 200, **refused: Form) -> HttpResponse:
    """Show a project; a form of the page that was `refused` (by its name) with what is wrong in it.

    Raises `Http404` for a project that the person may not see.
    """
    visible = Project.objects.visible_to(request.user)
    shown = get_object_or_404(
        visible.for_document(request.user).select_related("filed_by", "on_behalf_of"), pk=pk
    )
    page = ProjectPage(shown, request.user, timezone.localdate())
    forms: dict[str, Any] = {
        "verb_form": VerbForm(),
        "withdraw_form": WithdrawForm(project=shown, prefix="withdraw"),
        "remark_form": RemarkForm(prefix="remark"),
        "attachment_form": AttachmentForm(prefix="attachment"),
    }
    return render(
        request,
        "portfolio/project.html",
        {"page": page, "project": shown, "today": page.today, **forms, **refused},
        status=status,
    )
