"""Status reports as the API takes and gives them."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from organisation.models import User
from portfolio.api.fields import KeyField, PersonSerializer, StrictSerializer, TextField, lines_of
from portfolio.api.headers import idempotency_key
from portfolio.api.problems import RequestKeyReused, once_more_if_another_was_first
from portfolio.api.project_answers import MARKDOWN
from portfolio.choices import Health
from portfolio.models import Project, Result, StatusReport
from portfolio.models.assignments import LONGEST_TEXT
from portfolio.services import Assessment, Delivery, report_status

PROJECT_ID = gettext_lazy("The id of the project.")
ASPECTS = ("scope", "time", "money")


class DeliveredResultSerializer(serializers.ModelSerializer[Result]):
    """A result that a report says was delivered."""

    result = serializers.IntegerField(
        source="pk", read_only=True, help_text=gettext_lazy("The id of the result.")
    )
    note = serializers.CharField(source="delivered_note", read_only=True)

    class Meta:
        model = Result
        fields: ClassVar = ["result", "title", "delivered_on", "note"]
        read_only_fields = fields


class StatusReportSerializer(serializers.ModelSerializer[StatusReport]):
    """How a project stood; needs `for_answer`."""

    project = serializers.IntegerField(source="project_id", read_only=True, help_text=PROJECT_ID)
    health = serializers.SerializerMethodField(help_text=gettext_lazy("The worst of scope, time and money."))
    scope = serializers.ChoiceField(choices=Health.choices, read_only=True)
    time = serializers.ChoiceField(choices=Health.choices, read_only=True)
    money = serializers.ChoiceField(choices=Health.choices, read_only=True)
    deliveries = DeliveredResultSerializer(source="delivered_results", many=True, read_only=True)
    author = PersonSerializer(read_only=True)

    class Meta:
        model = StatusReport
        fields: ClassVar = [
            "id",
            "project",
            "reported_on",
            "health",
            "scope",
            "scope_reason",
            "time",
            "time_reason",
            "money",
            "money_reason",
            "done",
            "upcoming",
            "deliveries",
            "author",
            "created_at",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {name: {"help_text": MARKDOWN} for name in ("done", "upcoming")}

    @extend_schema_field(serializers.ChoiceField(choices=Health.choices))
    def get_health(self, report: StatusReport) -> str:
        return report.health.value


class DeliverySerializer(StrictSerializer):
    """That a result was delivered."""

    result = KeyField(help_text=gettext_lazy("The id of a result of the project that was not delivered yet."))
    delivered_on = serializers.DateField()
    note = TextField(max_length=500, allow_blank=True, default="")


class NewStatusReportSerializer(StrictSerializer):
    """A status report: how scope, time and money stand, with a word why when not on course."""

    reported_on = serializers.DateField(
        required=False, allow_null=True, help_text=gettext_lazy("Without it: today.")
    )
    scope = serializers.ChoiceField(choices=Health.choices)
    scope_reason = TextField(max_length=300, allow_blank=True, default="")
    time = serializers.ChoiceField(choices=Health.choices)
    time_reason = TextField(max_length=300, allow_blank=True, default="")
    money = serializers.ChoiceField(choices=Health.choices)
    money_reason = TextField(max_length=300, allow_blank=True, default="")
    done = TextField(max_length=LONGEST_TEXT, help_text=MARKDOWN)
    upcoming = TextField(max_length=LONGEST_TEXT, allow_blank=True, default="", help_text=MARKDOWN)
    deliveries = lines_of(DeliverySerializer, default=list)

    def validate_deliveries(self, deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({delivery["result"] for delivery in deliveries}) < len(deliveries):
            raise serializers.ValidationError(_("Name each result once."))
        return deliveries


class NewStatusReportOfProjectSerializer(NewStatusReportSerializer):
    """A status report that names its project."""

    project = KeyField(help_text=PROJECT_ID)


def file_status_report(request: Request, by: User, project: Project, given: dict[str, Any]) -> Response:
    """File the report that was sent, and answer it. Raises what `report_status` raises."""
    key = idempotency_key(request)
    before = StatusReport.objects.filter(request_key=key, author=by)
    is_new = key is None or not before.exists()
    report = once_more_if_another_was_first(
        lambda: report_status(
            project,
            by=by,
            **{aspect: Assessment(Health(given[aspect]), given[f"{aspect}_reason"]) for aspect in ASPECTS},
            done=given["done"],
            upcoming=given["upcoming"],
            deliveries=[
                Delivery(delivery["result"], delivery["delivered_on"], delivery["note"])
                for delivery in given["deliveries"]
            ],
            reported_on=given.get("reported_on"),
            request_key=key,
        )
    )
    if report.project_id != project.pk:
        raise RequestKeyReused
    stored = StatusReport.objects.for_answer().get(pk=report.pk)
    path = reverse("api:status-report-detail", args=[report.pk])
    return Response(
        StatusReportSerializer(stored, context={"request": request}).data,
        201 if is_new else 200,
        headers={"Location": request.build_absolute_uri(path)} if is_new else None,
    )
