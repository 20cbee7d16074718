"""Distribution keys: read; made on the pages, where a preview shows what a key does before it is kept."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from budget.api.fields import SHARE, WeightField, share_text
from budget.api.filters import KeyFilter
from budget.api.problems import BudgetView
from budget.choices import KeyOrigin, KeyStatus, WeightUnit
from budget.models import DistributionKey, KeyWeight
from budget.services import adopt_key


class KeyWeightSerializer(serializers.Serializer[Any]):
    """What a region weighs in a key."""

    region = serializers.CharField(read_only=True, help_text=_("The code of the region."))
    weight = WeightField()
    share = serializers.CharField(read_only=True, help_text=SHARE)


class DistributionKeySerializer(serializers.ModelSerializer[DistributionKey]):
    """A key with its weights; needs `visible_replaces`, the key that it replaces where the person sees that one."""

    status = serializers.ChoiceField(choices=KeyStatus.choices, read_only=True)
    origin = serializers.ChoiceField(choices=KeyOrigin.choices, read_only=True)
    unit = serializers.ChoiceField(
        choices=WeightUnit.choices, read_only=True, help_text=_("What the weights count.")
    )
    replaces = serializers.IntegerField(
        source="visible_replaces",
        read_only=True,
        allow_null=True,
        help_text=_("The id of the key that this one replaces; null for none."),
    )
    weights = serializers.SerializerMethodField(help_text=_("By code of the region."))

    class Meta:
        model = DistributionKey
        fields: ClassVar = [
            "id",
            "name",
            "version",
            "status",
            "origin",
            "unit",
            "source",
            "legal_ground",
            "first_year",
            "last_year",
            "replaces",
            "adopted_at",
            "content_hash",
            "is_fictional",
            "weights",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "adopted_at": {"help_text": _("Since then it doesn't change; null while it isn't adopted.")},
            "content_hash": {
                "help_text": _("SHA-256 of what was adopted; empty while it isn't adopted."),
            },
            "is_fictional": {"help_text": _("Made up for a demonstration.")},
        }

    @extend_schema_field(KeyWeightSerializer(many=True))
    def get_weights(self, key: DistributionKey) -> Any:
        rows = list(key.weights.all())
        total = Fraction(sum((row.weight for row in rows), Decimal(0)))
        content = [
            {
                "region": row.region.code,
                "weight": row.weight,
                "share": share_text(Fraction(row.weight) / total),
            }
            for row in rows
        ]
        return KeyWeightSerializer(content, many=True).data


@extend_schema_view(
    list=extend_schema(
        summary=_(
            "The distribution keys that your account may see, those of the latest years first: all for who sees the whole split, "
            "the adopted ones for the RCDV"
        )
    ),
    retrieve=extend_schema(summary=_("One distribution key")),
)
class DistributionKeyViewSet(BudgetView, viewsets.ReadOnlyModelViewSet[DistributionKey]):
    """The keys by which a year's budget is split."""

    queryset = DistributionKey.objects.all()
    serializer_class = DistributionKeySerializer
    filterset_class = KeyFilter
    lookup_value_converter = "int"

    @property
    def permission(self) -> str:
        return "budget.adopt_key" if self.action == "adoption" else "budget.view_key"

    def get_queryset(self) -> QuerySet[DistributionKey]:
        visible = DistributionKey.objects.visible_to(self.person)
        weights = KeyWeight.objects.select_related("region").order_by("region__code")
        return (
            visible.annotate(
                visible_replaces=Subquery(visible.order_by().filter(pk=OuterRef("replaces")).values("pk"))
            )
            .prefetch_related(Prefetch("weights", weights))
            .order_by("-first_year", "name", "-version")
        )

    @extend_schema(
        summary=_("Adopt an official key: from then on it doesn't change. Adopted before: nothing happens"),
        request=None,
        responses=DistributionKeySerializer,
        extensions={"x-problems": [409]},
    )
    @action(detail=True, methods=["post"])
    def adoption(self, request: Request, pk: int) -> Response:
        adopt_key(self.get_object(), by=self.person)
        return Response(self.get_serializer(self.get_object()).data)
