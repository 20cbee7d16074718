"""Files with a project: adding, downloading, withdrawing."""

import logging
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisation.requests import PersonalRequest
from portfolio.forms.verbs import AttachmentForm
from portfolio.models import Attachment, Project
from portfolio.services import add_attachment, withdraw_attachment
from portfolio.views.asking import visible_project
from portfolio.views.project import show_project

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.view_project", raise_exception=True)
def add(request: PersonalRequest, pk: int) -> HttpResponse:
    """Keep a file with the project."""
    project = visible_project(request, pk)
    if request.method != "POST":
        return redirect("portfolio:project", pk=pk)
    if not request.user.has_perm("portfolio.add_attachment", project):
        raise PermissionDenied
    form = AttachmentForm(request.POST, request.FILES, prefix="attachment")
    if not form.is_valid():
        return show_project(request, pk, status=HTTPStatus.UNPROCESSABLE_ENTITY, attachment_form=form)
    try:
        added = add_attachment(
            project,
            by=request.user,
            upload=form.cleaned_data["file"],
            request_key=form.cleaned_data["request_key"],
        )
    except ValidationError as error:
        form.add_error("file", error.messages)
        return show_project(request, pk, status=HTTPStatus.UNPROCESSABLE_ENTITY, attachment_form=form)
    messages.success(request, _("“%(name)s” is with the project now.") % {"name": added.name})
    return redirect(reverse("portfolio:project", args=[pk]) + "#files")


@require_safe
@permission_required("portfolio.view_project", raise_exception=True)
def download(request: PersonalRequest, pk: int) -> HttpResponse | FileResponse:
    """Give a file to keep, to who may see its project. A withdrawn one is gone."""
    attachment = _visible(request, pk)
    try:
        file = attachment.file.open("rb")
    except OSError:
        logger.exception("The file of attachment %s can't be read", attachment.pk)
        return render(
            request,
            "portfolio/attachment_missing.html",
            {"attachment": attachment},
            status=HTTPStatus.NOT_FOUND,
        )
    response = FileResponse(
        file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("portfolio.view_project", raise_exception=True)
def withdraw(request: PersonalRequest, pk: int) -> HttpResponse:
    """Take a file back: it is no longer shown."""
    # One that was withdrawn by the first of two clicks is no error at the second.
    attachment = _visible(request, pk, withdrawn_too=request.method == "POST")
    page = reverse("portfolio:project", args=[attachment.project_id]) + "#files"
    if request.method == "POST":
        withdraw_attachment(attachment, by=request.user)
        messages.success(
            request, _("“%(name)s” was withdrawn and is no longer shown.") % {"name": attachment.name}
        )
    return redirect(page)


def _visible(request: PersonalRequest, pk: int, *, withdrawn_too: bool = False) -> Attachment:
    projects = Project.objects.visible_to(request.user)
    found = Attachment.objects.filter(project__in=projects).select_related("project")
    if not withdrawn_too:
        found = found.filter(withdrawn_at__isnull=True)
    return get_object_or_404(found, pk=pk)
