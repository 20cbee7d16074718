"""Regions and networks for programs: read only."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from organisation.choices import Tier
from organisation.filters import NetworkFilter, RegionFilter
from organisation.models import Network, Region


class RegionSerializer(serializers.ModelSerializer[Region]):
    """A safety region."""

    class Meta:
        model = Region
        fields: ClassVar = ["code", "name"]
        read_only_fields = fields


class NetworkSerializer(serializers.ModelSerializer[Network]):
    """A body that the programme names; `reports_to` is the slug of another one."""

    tier = serializers.ChoiceField(
        choices=Tier.choices,
        allow_blank=True,
        read_only=True,
        help_text=_("The place in the scheme of actors; empty for a body outside the scheme."),
    )
    reports_to = serializers.SlugRelatedField[Network](
        slug_field="slug",
        read_only=True,
        allow_null=True,
        help_text=_("The slug of another network; null for none."),
    )

    class Meta:
        model = Network
        fields: ClassVar = [
            "slug",
            "name",
            "abbreviation",
            "kind",
            "tier",
            "shared_role",
            "reports_to",
            "description",
            "chapter",
        ]
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary=_("The safety regions, by code")),
    retrieve=extend_schema(summary=_("One safety region")),
)
class RegionViewSet(viewsets.ReadOnlyModelViewSet[Region]):
    """The safety regions."""

    permission = "organisation.view_region"
    queryset = Region.objects.order_by("code")
    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    lookup_field = "code"
    lookup_value_converter = "slug"


@extend_schema_view(
    list=extend_schema(summary=_("The networks and other bodies of the programme, by name")),
    retrieve=extend_schema(summary=_("One network or other body")),
)
class NetworkViewSet(viewsets.ReadOnlyModelViewSet[Network]):
    """The networks and other bodies that the programme names."""

    permission = "organisation.view_network"
    queryset = Network.objects.select_related("reports_to").order_by("name")
    serializer_class = NetworkSerializer
    filterset_class = NetworkFilter
    lookup_field = "slug"
    lookup_value_converter = "slug"
