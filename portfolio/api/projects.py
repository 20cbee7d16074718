"""Projects and what is done with them."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.api.filters import ProjectListFilter
from portfolio.api.headers import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    etag,
    etag_of_answer,
    idempotency_key,
    location_of_answer,
    versions_to_match,
)
from portfolio.api.problems import PortfolioView, RequestKeyReused, once_more_if_another_was_first
from portfolio.api.project_answers import (
    AttachmentSerializer,
    ProjectSerializer,
    ProjectSummarySerializer,
    RemarkSerializer,
)
from portfolio.api.project_input import (
    CompletionRequestSerializer,
    NewProjectSerializer,
    NewRemarkSerializer,
    ProjectChangesSerializer,
    WithdrawalSerializer,
)
from portfolio.api.status_report_content import (
    NewStatusReportSerializer,
    StatusReportSerializer,
    file_status_report,
)
from portfolio.api.verbs import ProjectVerb, require_verb
from portfolio.choices import ProjectState
from portfolio.errors import EditConflict
from portfolio.models import Attachment, Project, Remark, StateChange, StatusReport
from portfolio.services import (
    ProjectLines,
    add_remark,
    ask_completion,
    edit_project,
    start_draft,
    start_project,
    submit_project,
    withdraw_project,
)

Verb = Callable[[Project, "uuid.UUID | None"], Project]

# What an operation can answer beside the errors that all have; mjp.openapi describes them.
NOT_IN_THIS_STATE = {"x-problems": [409, 422]}
CHANGED_MEANWHILE = {"x-problems": [409, 412, 428]}
KEY_REUSED = {"x-problems": [422]}


def _verb(summary: Any, body: type[serializers.BaseSerializer[Any]] | None = None) -> Any:
    """Describe a verb that answers the project."""
    return extend_schema(
        summary=summary,
        request=body,
        responses=ProjectSerializer,
        parameters=[IDEMPOTENCY_KEY, etag_of_answer(200)],
        extensions=NOT_IN_THIS_STATE,
    )


@extend_schema_view(
    list=extend_schema(
        summary=_("The projects that your account may see, the newest first"),
        responses=ProjectSummarySerializer(many=True),
    ),
    retrieve=extend_schema(
        summary=_("One project with all that belongs to it"), parameters=[etag_of_answer(200)]
    ),
)
class ProjectViewSet(
    PortfolioView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Project]
):
    """Project assignments and the projects that they become.

    What someone may not see is not there: 404 for every method and every address below it.
    """

    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    filterset_class = ProjectListFilter
    lookup_value_converter = "int"

    @property
    def permission(self) -> str:
        """What every address asks before it looks for the project; the verbs ask the rest once they have it."""
        return "portfolio.add_project" if self.action == "create" else "portfolio.view_project"

    def get_queryset(self) -> QuerySet[Project]:
        visible = Project.objects.visible_to(self.person).with_lateness(timezone.localdate())
        return visible.for_list() if self.action == "list" else visible.for_document()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter the list of projects; a list below a project is that project's own."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Project]]:
        return ProjectSummarySerializer if self.action == "list" else ProjectSerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(
        summary=_("File an assignment: it becomes a draft, which its holder submits"),
        request=NewProjectSerializer,
        responses={201: ProjectSerializer, 200: ProjectSerializer},
        parameters=[IDEMPOTENCY_KEY, etag_of_answer(200, 201), location_of_answer(201)],
        extensions=KEY_REUSED,
    )
    def create(self, request: Request) -> Response:
        key = idempotency_key(request)
        given = NewProjectSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        @transaction.atomic
        def file() -> tuple[Project, bool]:
            made = Project.objects.filter(request_key=key, filed_by=self.person).first() if key else None
            if made is not None:
                return made, False
            draft = start_draft(
                by=self.person,
                portfolio=given.validated_data["portfolio"],
                objective=given.validated_data["objective"],
                title=given.validated_data["title"],
                on_behalf_of=given.validated_data.get("on_behalf_of"),
                request_key=key,
            )
            edit_project(draft, by=self.person, fields=given.changed_fields, lines=given.lines)
            return draft, True

        project, is_new = once_more_if_another_was_first(file)
        return self._answer(self._reread(project), made=is_new)

    @extend_schema(
        summary=_("Change an assignment"),
        request=ProjectChangesSerializer,
        responses=ProjectSerializer,
        parameters=[IF_MATCH, etag_of_answer(200)],
        extensions=CHANGED_MEANWHILE,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        project = self.get_object()
        require_verb(ProjectVerb.EDIT, project, self.person)
        versions = versions_to_match(request)
        if project.version not in versions:
            raise EditConflict(project)
        given = ProjectChangesSerializer(project, data=request.data)
        given.is_valid(raise_exception=True)
        edit_project(
            project,
            by=self.person,
            fields=given.changed_fields,
            lines=self._with_hidden_predecessors(project, given.lines),
            unless_changed=lambda stored: stored.version in versions,
        )
        return self._answer(self._reread(project))

    @_verb(_("Submit an assignment to the Vakraad"))
    @action(detail=True, methods=["post"])
    def submission(self, request: Request, pk: int) -> Response:
        return self._carry_out(
            ProjectVerb.SUBMISSION,
            ProjectState.SUBMITTED,
            lambda project, key: submit_project(project, by=self.person, request_key=key),
        )

    @_verb(_("Withdraw an assignment before the Vakraad decides"), WithdrawalSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: int) -> Response:
        def withdraw(project: Project, key: uuid.UUID | None) -> Project:
            given = self._read(WithdrawalSerializer)
            return withdraw_project(project, by=self.person, reason=given["reason"], request_key=key)

        return self._carry_out(ProjectVerb.WITHDRAWAL, ProjectState.WITHDRAWN, withdraw)

    @_verb(_("Start the work of an accepted project"))
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: int) -> Response:
        return self._carry_out(
            ProjectVerb.START,
            ProjectState.RUNNING,
            lambda project, key: start_project(project, by=self.person, request_key=key),
        )

    @_verb(
        _("Say what a running project delivered, for the Vakraad to complete it"), CompletionRequestSerializer
    )
    @action(detail=True, methods=["post"], url_path="completion-request", url_name="completion-request")
    def completion_request(self, request: Request, pk: int) -> Response:
        def ask(project: Project, _key: uuid.UUID | None) -> Project:
            # It changes no state, and the same note sent again changes nothing.
            given = self._read(CompletionRequestSerializer)
            return ask_completion(project, by=self.person, closing_note=given["closing_note"])

        return self._carry_out(ProjectVerb.COMPLETION_REQUEST, None, ask)

    @extend_schema(
        summary=_(
            "The remarks on a project, the oldest first: for its holder, council members and programme support"
        ),
        responses=RemarkSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def remarks(self, request: Request, pk: int) -> Response:
        project = self.get_object()
        self._require("portfolio.view_remark", project)
        return self._page(Remark.objects.filter(project=project).select_related("author"), RemarkSerializer)

    @extend_schema(
        summary=_("Leave a remark for the holder"),
        request=NewRemarkSerializer,
        responses={201: RemarkSerializer, 200: RemarkSerializer},
        parameters=[IDEMPOTENCY_KEY],
        extensions=KEY_REUSED,
    )
    @remarks.mapping.post
    def leave_remark(self, request: Request, pk: int) -> Response:
        project = self.get_object()
        require_verb(ProjectVerb.REMARK, project, self.person)
        key = idempotency_key(request)
        text = self._read(NewRemarkSerializer)["text"]
        before = Remark.objects.filter(request_key=key, author=self.person)
        is_new = key is None or not before.exists()
        remark = once_more_if_another_was_first(
            lambda: add_remark(project, by=self.person, text=text, request_key=key)
        )
        if remark.project_id != project.pk:
            raise RequestKeyReused
        return Response(
            RemarkSerializer(remark, context=self.get_serializer_context()).data, 201 if is_new else 200
        )

    @extend_schema(
        summary=_("The status reports of a project, the latest first"),
        responses=StatusReportSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], url_path="status-reports", url_name="status-reports")
    def status_reports(self, request: Request, pk: int) -> Response:
        reports = StatusReport.objects.filter(project=self.get_object()).for_answer().latest_first()
        return self._page(reports, StatusReportSerializer)

    @extend_schema(
        summary=_("Report on a running project"),
        request=NewStatusReportSerializer,
        responses={201: StatusReportSerializer, 200: StatusReportSerializer},
        parameters=[IDEMPOTENCY_KEY, location_of_answer(201)],
        extensions=NOT_IN_THIS_STATE,
    )
    @status_reports.mapping.post
    def report(self, request: Request, pk: int) -> Response:
        project = self.get_object()
        require_verb(ProjectVerb.STATUS_REPORT, project, self.person)
        return file_status_report(request, self.person, project, self._read(NewStatusReportSerializer))

    @extend_schema(
        summary=_("The files with a project, the oldest first; withdrawn ones are left out"),
        responses=AttachmentSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def attachments(self, request: Request, pk: int) -> Response:
        files = Attachment.objects.filter(project=self.get_object(), withdrawn_at__isnull=True)
        return self._page(files.select_related("uploaded_by"), AttachmentSerializer)

    def _carry_out(self, verb: ProjectVerb, becomes: ProjectState | None, carry_out: Verb) -> Response:
        """Do a verb to the project and answer it. `becomes` is the state that the verb leads to, if to another."""
        project = self.get_object()
        require_verb(verb, project, self.person)
        key = idempotency_key(self.request)
        if key is not None:
            others = StateChange.objects.filter(project=project, request_key=key).exclude(
                to_state=becomes or ""
            )
            if others.exists():
                raise RequestKeyReused
        once_more_if_another_was_first(lambda: carry_out(project, key))
        return self._answer(self._reread(project))

    def _read(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = kind(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        read: dict[str, Any] = given.validated_data
        return read

    def _require(self, permission: str, project: Project) -> None:
        if not self.person.has_perm(permission, project):
            self.permission_denied(self.request)

    def _reread(self, project: Project) -> Project:
        """Give the project as it is now, if the person sees it still: whoever moves it elsewhere may lose it from sight."""
        found = self.get_queryset().filter(pk=project.pk).first()
        if found is None:
            raise Http404
        return found

    def _answer(self, project: Project, *, made: bool = False) -> Response:
        content = ProjectSerializer(project, context=self.get_serializer_context()).data
        headers = {"ETag": etag(project)}
        if made:
            path = reverse("api:project-detail", args=[project.pk])
            headers["Location"] = self.request.build_absolute_uri(path)
        return Response(content, 201 if made else 200, headers=headers)

    def _page(self, queryset: QuerySet[Any], kind: type[serializers.Serializer[Any]]) -> Response:
        rows = self.paginate_queryset(queryset)
        return self.get_paginated_response(kind(rows, many=True, context=self.get_serializer_context()).data)

    def _with_hidden_predecessors(self, project: Project, lines: ProjectLines) -> ProjectLines:
        """Keep the predecessors that the person doesn't see: they can't have meant to take them off the list."""
        if lines.predecessors is None:
            return lines
        stored = {dependency.predecessor_id for dependency in project.dependencies.all()}
        visible = Project.objects.visible_to(self.person).filter(pk__in=stored)
        hidden = stored - set(visible.values_list("pk", flat=True))
        return dataclasses.replace(lines, predecessors=[*lines.predecessors, *sorted(hidden)])
