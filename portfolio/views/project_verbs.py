"""What can be done with a project on its own page."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisation.requests import PersonalRequest
from portfolio.errors import NotAllowedInThisState, NotComplete
from portfolio.forms.verbs import RemarkForm, VerbForm, WithdrawForm
from portfolio.services import add_remark, start_project, submit_project, withdraw_project
from portfolio.views.asking import visible_project
from portfolio.views.project import show_project

# Who opens the address of a verb by a link, as after signing in, is brought to the project.
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@permission_required("portfolio.view_project", raise_exception=True)
def submit(request: PersonalRequest, pk: int) -> HttpResponse:
    """Put the assignment before the Vakraad; what it lacks is said by step."""
    project = visible_project(request, pk)
    if request.method != "POST":
        return redirect("portfolio:project", pk=pk)
    try:
        submitted = submit_project(project, by=request.user, request_key=_key(request))
    except NotAllowedInThisState as refusal:
        return _refused(request, pk, refusal)
    except NotComplete:
        messages.error(
            request, _("The assignment can't be submitted yet: the list below says what is missing.")
        )
        return redirect(reverse("portfolio:project", args=[pk]) + "#missing")
    return _done(
        request,
        pk,
        _("“%(project)s” was submitted. The Vakraad decides on it; programme support was told.")
        % {"project": submitted},
    )


@require_http_methods(METHODS)
@permission_required("portfolio.view_project", raise_exception=True)
def withdraw(request: PersonalRequest, pk: int) -> HttpResponse:
    """Take the assignment back, with a reason."""
    project = visible_project(request, pk)
    if request.method != "POST":
        return redirect("portfolio:project", pk=pk)
    form = WithdrawForm(request.POST, project=project, prefix="withdraw")
    if not form.is_valid():
        return show_project(request, pk, status=HTTPStatus.UNPROCESSABLE_ENTITY, withdraw_form=form)
    try:
        withdrawn = withdraw_project(
            project,
            by=request.user,
            reason=form.cleaned_data["reason"],
            request_key=form.cleaned_data["request_key"],
        )
    except NotAllowedInThisState as refusal:
        return _refused(request, pk, refusal)
    return _done(request, pk, _("“%(project)s” was withdrawn.") % {"project": withdrawn})


@require_http_methods(METHODS)
@permission_required("portfolio.view_project", raise_exception=True)
def start(request: PersonalRequest, pk: int) -> HttpResponse:
    """Begin the work."""
    project = visible_project(request, pk)
    if request.method != "POST":
        return redirect("portfolio:project", pk=pk)
    try:
        started = start_project(project, by=request.user, request_key=_key(request))
    except NotAllowedInThisState as refusal:
        return _refused(request, pk, refusal)
    return _done(request, pk, _("“%(project)s” runs now.") % {"project": started})


@require_http_methods(METHODS)
@permission_required("portfolio.view_project", raise_exception=True)
def remark(request: PersonalRequest, pk: int) -> HttpResponse:
    """Leave a remark for the holder."""
    project = visible_project(request, pk)
    if request.method != "POST":
        return redirect("portfolio:project", pk=pk)
    form = RemarkForm(request.POST, prefix="remark")
    if not form.is_valid():
        return show_project(request, pk, status=HTTPStatus.UNPROCESSABLE_ENTITY, remark_form=form)
    try:
        add_remark(
            project,
            by=request.user,
            text=form.cleaned_data["text"],
            request_key=form.cleaned_data["request_key"],
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return show_project(request, pk, status=HTTPStatus.UNPROCESSABLE_ENTITY, remark_form=form)
    return _done(request, pk, _("Your remark is with the project; the holder was told."), "#remarks")


def _key(request: PersonalRequest) -> uuid.UUID | None:
    """Give the key of the form, so that a second click does nothing more."""
    form = VerbForm(request.POST)
    return form.cleaned_data["request_key"] if form.is_valid() else None


def _done(request: PersonalRequest, pk: int, text: str, part: str = "") -> HttpResponse:
    messages.success(request, text)
    return redirect(reverse("portfolio:project", args=[pk]) + part)


def _refused(request: PersonalRequest, pk: int, refusal: ValidationError) -> HttpResponse:
    for text in refusal.messages:
        messages.error(request, text)
    return redirect("portfolio:project", pk=pk)
