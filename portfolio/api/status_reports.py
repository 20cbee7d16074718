"""Status reports of all projects."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.api.filters import StatusReportFilter
from portfolio.api.headers import IDEMPOTENCY_KEY, location_of_answer
from portfolio.api.problems import PortfolioView
from portfolio.api.status_report_content import (
    NewStatusReportOfProjectSerializer,
    StatusReportSerializer,
    file_status_report,
)
from portfolio.api.verbs import ProjectVerb, require_verb
from portfolio.models import Project, StatusReport
from portfolio.querysets import StatusReportQuerySet


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy("The status reports of the projects that your account may see, the latest first")
    ),
    retrieve=extend_schema(summary=gettext_lazy("One status report")),
)
class StatusReportViewSet(PortfolioView, viewsets.ReadOnlyModelViewSet[StatusReport]):
    """The status reports: made, never changed."""

    queryset = StatusReport.objects.all()
    serializer_class = StatusReportSerializer
    filterset_class = StatusReportFilter
    lookup_value_converter = "int"

    @property
    def permission(self) -> str:
        return "portfolio.report_status" if self.action == "create" else "portfolio.view_project"

    def get_queryset(self) -> StatusReportQuerySet:
        return StatusReport.objects.visible_to(self.person).for_answer().latest_first()

    @extend_schema(
        summary=gettext_lazy("Report on a running project"),
        request=NewStatusReportOfProjectSerializer,
        responses={201: StatusReportSerializer, 200: StatusReportSerializer},
        parameters=[IDEMPOTENCY_KEY, location_of_answer(201)],
        extensions={"x-problems": [409, 422]},
    )
    def create(self, request: Request) -> Response:
        given = NewStatusReportOfProjectSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        read: dict[str, Any] = given.validated_data
        project = Project.objects.visible_to(self.person).filter(pk=read["project"]).first()
        if project is None:
            raise serializers.ValidationError(
                {"project": [_("There is no project %(key)s.") % {"key": read["project"]}]}
            )
        require_verb(ProjectVerb.STATUS_REPORT, project, self.person)
        return file_status_report(request, self.person, project, read)
