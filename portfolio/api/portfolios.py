"""Portfolios and who holds them today: read only."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from pillars.models import Theme
from portfolio.models import Portfolio, PortfolioHolder
from portfolio.querysets import PortfolioQuerySet


class HolderSerializer(serializers.ModelSerializer[PortfolioHolder]):
    """Who holds a portfolio, and for which period."""

    id = serializers.IntegerField(source="user_id", read_only=True, help_text=_("The id of the person."))
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = PortfolioHolder
        fields: ClassVar = ["id", "name", "starts_on", "ends_on"]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "starts_on": {"help_text": _("The first day.")},
            "ends_on": {"help_text": _("The last day; null when there is no end yet.")},
        }


class PortfolioSerializer(serializers.ModelSerializer[Portfolio]):
    """A portfolio, with its themes and its holders of today."""

    themes = serializers.SlugRelatedField[Theme](
        slug_field="slug", many=True, read_only=True, help_text=_("The slugs of the themes, in their order.")
    )
    holders = HolderSerializer(
        source="current_holders", many=True, read_only=True, help_text=_("Who holds it today, by name.")
    )

    class Meta:
        model = Portfolio
        fields: ClassVar = ["slug", "name", "description", "themes", "holders"]
        read_only_fields = fields
        extra_kwargs: ClassVar = {"description": {"help_text": _("In Markdown.")}}


@extend_schema_view(
    list=extend_schema(summary=_("The portfolios, by name")),
    retrieve=extend_schema(summary=_("One portfolio")),
)
class PortfolioViewSet(viewsets.ReadOnlyModelViewSet[Portfolio]):
    """The portfolios of the Vakraad."""

    permission = "portfolio.view_portfolio"
    queryset = Portfolio.objects.all()
    serializer_class = PortfolioSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> PortfolioQuerySet:
        return Portfolio.objects.with_current_holders().prefetch_related("themes").order_by("name")
