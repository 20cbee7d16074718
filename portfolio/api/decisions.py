"""Decisions of the Vakraad."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.api.fields import KeysField, PersonSerializer, RecordByKey, StrictSerializer, TextField
from portfolio.api.filters import DecisionListFilter
from portfolio.api.headers import IDEMPOTENCY_KEY, idempotency_key, location_of_answer
from portfolio.api.problems import PortfolioView, once_more_if_another_was_first
from portfolio.api.project_answers import MARKDOWN
from portfolio.choices import Outcome
from portfolio.models import Decision, Project
from portfolio.models.assignments import LONGEST_TEXT
from portfolio.services import record_decision

SUBJECTS = gettext_lazy("The ids of the projects that it is about, as far as your account may see them.")
COVERS_OVERRUN = gettext_lazy(
    "Whether it covers spending beyond the budget; only with the outcomes “accept”, “budget” and “plan”."
)


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision, with what the person may see of its subjects; needs `visible_to`."""

    outcome = serializers.ChoiceField(choices=Outcome.choices, read_only=True)
    projects = serializers.SerializerMethodField(help_text=SUBJECTS)
    corrects = serializers.SerializerMethodField(
        help_text=gettext_lazy("The id of the decision that it corrects; null for none.")
    )
    corrected_by = serializers.SerializerMethodField(
        help_text=gettext_lazy("The ids of the decisions that correct it.")
    )
    recorded_by = PersonSerializer(read_only=True)

    class Meta:
        model = Decision
        fields: ClassVar = [
            "id",
            "number",
            "meeting_on",
            "outcome",
            "wording",
            "covers_overrun",
            "projects",
            "corrects",
            "corrected_by",
            "recorded_by",
            "recorded_at",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "wording": {"help_text": MARKDOWN},
            "covers_overrun": {"help_text": COVERS_OVERRUN},
        }

    def get_projects(self, decision: Decision) -> list[int]:
        subjects = decision.visible_subjects  # type: ignore[attr-defined]  # of `visible_to`
        return sorted(subject.project_id for subject in subjects)

    def get_corrects(self, decision: Decision) -> int | None:
        is_visible: bool = decision.corrects_is_visible  # type: ignore[attr-defined]  # of `visible_to`
        return decision.corrects_id if is_visible else None

    def get_corrected_by(self, decision: Decision) -> list[int]:
        return sorted(correction.pk for correction in decision.corrections.all())


class NewDecisionSerializer(StrictSerializer):
    """A decision to record: it takes effect at once."""

    number = TextField(max_length=20, help_text=gettext_lazy("As in the minutes, such as 2026-07."))
    meeting_on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    wording = TextField(max_length=LONGEST_TEXT, help_text=MARKDOWN)
    covers_overrun = serializers.BooleanField(default=False, help_text=COVERS_OVERRUN)
    projects = KeysField(
        help_text=gettext_lazy(
            "The ids of the projects that it is about: at least one, but none with the outcomes “budget” and “plan”."
        )
    )
    corrects = RecordByKey(
        Decision.objects,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The id of the decision that it corrects."),
    )

    def validate_projects(self, keys: list[int]) -> list[Project]:
        found = Project.objects.visible_to(self.context["request"].user).in_bulk(keys)
        wrong: dict[Any, list[str]] = {
            place: [_("There is no project %(key)s.") % {"key": key}]
            for place, key in enumerate(keys)
            if key not in found
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return list(found.values())


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy("The decisions on projects that your account may see, the latest first")
    ),
    retrieve=extend_schema(summary=gettext_lazy("One decision")),
)
class DecisionViewSet(PortfolioView, viewsets.ReadOnlyModelViewSet[Decision]):
    """What the Vakraad decided: recorded, never changed."""

    queryset = Decision.objects.all()
    serializer_class = DecisionSerializer
    filterset_class = DecisionListFilter
    lookup_value_converter = "int"

    @property
    def permission(self) -> str:
        return "portfolio.record_decision" if self.action == "create" else "portfolio.view_decision"

    def get_queryset(self) -> QuerySet[Decision]:
        return Decision.objects.visible_to(self.person).order_by("-meeting_on", "-pk")

    @extend_schema(
        summary=gettext_lazy(
            "Record a decision, which is carried out on all its projects at once, or on none"
        ),
        request=NewDecisionSerializer,
        responses={201: DecisionSerializer, 200: DecisionSerializer},
        parameters=[IDEMPOTENCY_KEY, location_of_answer(201)],
        extensions={"x-problems": [409, 422]},
    )
    def create(self, request: Request) -> Response:
        key = idempotency_key(request)
        given = NewDecisionSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        read: dict[str, Any] = given.validated_data
        before = Decision.objects.filter(request_key=key, recorded_by=self.person)
        is_new = key is None or not before.exists()
        decision = once_more_if_another_was_first(
            lambda: record_decision(
                by=self.person,
                number=read["number"],
                meeting_on=read["meeting_on"],
                outcome=Outcome(read["outcome"]),
                wording=read["wording"],
                projects=read["projects"],
                covers_overrun=read["covers_overrun"],
                corrects=read.get("corrects"),
                request_key=key,
            )
        )
        stored = self.get_queryset().get(pk=decision.pk)
        path = reverse("api:decision-detail", args=[decision.pk])
        return Response(
            self.get_serializer(stored).data,
            201 if is_new else 200,
            headers={"Location": request.build_absolute_uri(path)} if is_new else None,
        )
