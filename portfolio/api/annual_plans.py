"""Annual plans: read only. They are made and adopted on the pages, where one sees what is adopted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets

from portfolio.api.filters import AnnualPlanFilter
from portfolio.api.problems import PortfolioView
from portfolio.api.project_answers import MARKDOWN
from portfolio.choices import AnnualPlanState
from portfolio.models import AnnualPlan, Decision, PlanParagraph
from portfolio.querysets import AnnualPlanQuerySet
from portfolio.services import sealed_content


class DecisionOnPlanSerializer(serializers.ModelSerializer[Decision]):
    """The decision that adopted a plan."""

    class Meta:
        model = Decision
        fields: ClassVar = ["id", "number", "meeting_on"]
        read_only_fields = fields


class AnnualPlanSerializer(serializers.ModelSerializer[AnnualPlan]):
    """A version of an annual plan, without its texts and its content."""

    version = serializers.CharField(source="label", read_only=True, help_text=_("As printed, such as “1.0”."))
    state = serializers.ChoiceField(choices=AnnualPlanState.choices, read_only=True)
    decision = DecisionOnPlanSerializer(read_only=True, allow_null=True)

    class Meta:
        model = AnnualPlan
        fields: ClassVar = [
            "id",
            "year",
            "version",
            "state",
            "replaces",
            "aligned_on",
            "adopted_at",
            "decision",
            "offered_on",
            "content_hash",
            "is_fictional",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "replaces": {"help_text": _("The id of the version that this one replaces; null for none.")},
            "aligned_on": {"help_text": _("The day on which the Vakraad aligned it; null for a draft.")},
            "adopted_at": {"help_text": _("Since then it doesn't change; null while it isn't adopted.")},
            "offered_on": {"help_text": _("The day on which it was offered to the RCDV; null before.")},
            "content_hash": {
                "help_text": _(
                    "SHA-256 of what is under “sealed”: JSON with sorted keys, without white space, UTF-8 in NFC. Empty "
                    "while it isn't adopted."
                ),
            },
            "is_fictional": {"help_text": _("Made up for a demonstration.")},
        }


class PlanParagraphSerializer(serializers.ModelSerializer[PlanParagraph]):
    """What a plan says of a pillar."""

    pillar = serializers.IntegerField(
        source="pillar.number", read_only=True, help_text=_("The number of the pillar.")
    )

    class Meta:
        model = PlanParagraph
        fields: ClassVar = ["pillar", "text"]
        read_only_fields = fields
        extra_kwargs: ClassVar = {"text": {"help_text": MARKDOWN}}


class SealedPlanSerializer(serializers.Serializer[Any]):
    """What the seal of a plan is made over."""

    year = serializers.IntegerField()
    version = serializers.CharField()
    replaces = serializers.CharField(
        allow_null=True, help_text=_("The SHA-256 of the version that this one replaces; null for none.")
    )
    decision = serializers.CharField(help_text=_("The number of the decision."))
    content = serializers.DictField(
        help_text=_(
            "Everything that the plan says: its texts, the planning, projects, money and contributions of the year."
        )
    )


class AnnualPlanDetailSerializer(AnnualPlanSerializer):
    """A version of an annual plan with its texts and, once it is adopted, all that it says."""

    paragraphs = PlanParagraphSerializer(many=True, read_only=True, help_text=_("By pillar."))
    sealed = serializers.SerializerMethodField(
        help_text=_("What was adopted, to the letter as it was sealed; null while it isn't adopted.")
    )

    class Meta(AnnualPlanSerializer.Meta):
        fields: ClassVar = [
            *AnnualPlanSerializer.Meta.fields,
            "introduction",
            "changes",
            "paragraphs",
            "sealed",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            **AnnualPlanSerializer.Meta.extra_kwargs,
            "introduction": {"help_text": MARKDOWN},
            "changes": {
                "help_text": _("What changed since the version before it, and why. In Markdown."),
            },
        }

    @extend_schema_field(SealedPlanSerializer(allow_null=True))
    def get_sealed(self, plan: AnnualPlan) -> dict[str, Any] | None:
        return sealed_content(plan) if plan.is_adopted else None


@extend_schema_view(
    list=extend_schema(
        summary=_(
            "The versions of the annual plans that your account may see, those of the latest years first: all for those "
            "who steer, the adopted ones for others"
        )
    ),
    retrieve=extend_schema(summary=_("One version of an annual plan, with what was adopted")),
)
class AnnualPlanViewSet(PortfolioView, viewsets.ReadOnlyModelViewSet[AnnualPlan]):
    """The annual plans, in their versions."""

    permission = "portfolio.view_annualplan"
    queryset = AnnualPlan.objects.all()
    filterset_class = AnnualPlanFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> AnnualPlanQuerySet:
        visible = AnnualPlan.objects.visible_to(self.person).with_people().order_by("-year", "-minor")
        if self.action == "retrieve":
            return visible.with_paragraphs()
        return visible.defer("content", "introduction", "changes")

    def get_serializer_class(self) -> type[AnnualPlanSerializer]:
        return AnnualPlanDetailSerializer if self.action == "retrieve" else AnnualPlanSerializer
