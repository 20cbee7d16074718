"""The programme for programs: read only. A list has the order of the programme, whichever way it is filtered."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets

from pillars.filters import LacGoalFilter, ObjectiveFilter, PlanVersionFilter, ThemeFilter
from pillars.models import LacGoal, Objective, Pillar, PlanVersion, Theme

PILLAR_NUMBER = _("The number of the pillar in its programme.")
THEME_SLUG = _("The slug of the theme.")


class PillarSerializer(serializers.ModelSerializer[Pillar]):
    """A pillar, with its themes in their order."""

    programme = serializers.SlugField(
        source="programme.slug", read_only=True, help_text=_("The slug of the programme.")
    )
    themes = serializers.SlugRelatedField[Theme](
        slug_field="slug", many=True, read_only=True, help_text=_("The slugs of the themes, in their order.")
    )

    class Meta:
        model = Pillar
        fields: ClassVar = ["id", "programme", "number", "name", "summary", "chapter", "themes"]
        read_only_fields = fields


class ThemeSerializer(serializers.ModelSerializer[Theme]):
    """A theme."""

    pillar = serializers.IntegerField(source="pillar.number", read_only=True, help_text=PILLAR_NUMBER)
    overarching = serializers.BooleanField(
        source="is_overarching",
        read_only=True,
        help_text=_("Overarching and a precondition for the pillar's other themes."),
    )

    class Meta:
        model = Theme
        fields: ClassVar = ["slug", "name", "pillar", "position", "overarching", "summary", "chapter"]
        read_only_fields = fields


class LacGoalSerializer(serializers.ModelSerializer[LacGoal]):
    """A LAC goal, with the objectives that work on it."""

    number = serializers.CharField(read_only=True, help_text=_("The number as printed, such as “1.10”."))
    pillar = serializers.IntegerField(source="pillar.number", read_only=True, help_text=PILLAR_NUMBER)
    theme = serializers.SlugField(source="theme.slug", read_only=True, help_text=THEME_SLUG)
    objectives = serializers.PrimaryKeyRelatedField[Objective](
        many=True, read_only=True, help_text=_("The ids of the objectives that work on this goal.")
    )

    class Meta:
        model = LacGoal
        fields: ClassVar = ["id", "number", "pillar", "theme", "text", "lead", "lead_remark", "objectives"]
        read_only_fields = fields


class ObjectiveSerializer(serializers.ModelSerializer[Objective]):
    """An objective, with its years in the plan in force."""

    pillar = serializers.IntegerField(source="theme.pillar.number", read_only=True, help_text=PILLAR_NUMBER)
    theme = serializers.SlugField(source="theme.slug", read_only=True, help_text=THEME_SLUG)
    years = serializers.SerializerMethodField(
        help_text=_("The years in which the plan in force has it active, first to last.")
    )
    lac_goals = serializers.SlugRelatedField[LacGoal](
        slug_field="number",
        many=True,
        read_only=True,
        help_text=_("The numbers of the LAC goals that it works on, in their order."),
    )

    class Meta:
        model = Objective
        fields: ClassVar = ["id", "title", "summary", "pillar", "theme", "years", "lac_goals", "chapter"]
        read_only_fields = fields

    def get_years(self, objective: Objective) -> list[int]:
        return list(objective.planned_in)


class PlannedObjectiveSerializer(serializers.Serializer):
    """An objective as a plan version froze it."""

    pillar = serializers.IntegerField(help_text=PILLAR_NUMBER)
    theme = serializers.SlugField(help_text=THEME_SLUG)
    position = serializers.IntegerField(help_text=_("The place within the theme."))
    title = serializers.CharField()
    years = serializers.ListField(child=serializers.IntegerField())


class PlanContentSerializer(serializers.Serializer):
    """What a plan version holds."""

    programme = serializers.SlugField(help_text=_("The slug of the programme."))
    version = serializers.IntegerField(help_text=_("The number of the version."))
    objectives = PlannedObjectiveSerializer(many=True)


@extend_schema_field(PlanContentSerializer)
class FrozenContentField(serializers.JSONField):
    """The content to the letter as it was sealed."""


class PlanVersionSerializer(serializers.ModelSerializer[PlanVersion]):
    """A plan version that was adopted."""

    programme = serializers.SlugField(
        source="programme.slug", read_only=True, help_text=_("The slug of the programme.")
    )
    content = FrozenContentField(read_only=True, help_text=_("What was adopted; it doesn't change."))
    content_hash = serializers.CharField(
        read_only=True,
        help_text=_("SHA-256 of the content: JSON with sorted keys, without white space, UTF-8 in NFC."),
    )

    class Meta:
        model = PlanVersion
        fields: ClassVar = [
            "id",
            "programme",
            "number",
            "title",
            "status",
            "adopted_on",
            "adopted_precision",
            "replaces",
            "source",
            "content_hash",
            "content",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "replaces": {"help_text": _("The id of the version that this one replaces.")}
        }


@extend_schema_view(
    list=extend_schema(summary=_("The pillars")),
    retrieve=extend_schema(summary=_("One pillar")),
)
class PillarViewSet(viewsets.ReadOnlyModelViewSet[Pillar]):
    """The pillars, by programme and number."""

    permission = "pillars.view_pillar"
    queryset = (
        Pillar.objects.select_related("programme")
        .prefetch_related("themes")
        .order_by("programme__first_year", "programme_id", "number")
    )
    serializer_class = PillarSerializer
    lookup_value_converter = "int"


@extend_schema_view(
    list=extend_schema(summary=_("The themes, by pillar")),
    retrieve=extend_schema(summary=_("One theme")),
)
class ThemeViewSet(viewsets.ReadOnlyModelViewSet[Theme]):
    """The themes, by pillar and position."""

    permission = "pillars.view_theme"
    queryset = Theme.objects.select_related("pillar").order_by(
        "pillar__programme__first_year", "pillar__programme_id", "pillar__number", "position"
    )
    serializer_class = ThemeSerializer
    filterset_class = ThemeFilter
    lookup_field = "slug"
    lookup_value_converter = "slug"


@extend_schema_view(
    list=extend_schema(summary=_("The LAC goals, by number: 1.9 before 1.10")),
    retrieve=extend_schema(summary=_("One LAC goal")),
)
class LacGoalViewSet(viewsets.ReadOnlyModelViewSet[LacGoal]):
    """The LAC goals, by number."""

    permission = "pillars.view_lacgoal"
    queryset = (
        LacGoal.objects.with_pillar_and_theme()
        .with_objectives()
        .order_by("pillar__programme__first_year", "pillar__programme_id", "pillar__number", "sequence")
    )
    serializer_class = LacGoalSerializer
    filterset_class = LacGoalFilter
    lookup_value_converter = "int"


@extend_schema_view(
    list=extend_schema(summary=_("The objectives, in the order of the planning grid")),
    retrieve=extend_schema(summary=_("One objective")),
)
class ObjectiveViewSet(viewsets.ReadOnlyModelViewSet[Objective]):
    """The objectives, by pillar, theme and position."""

    permission = "pillars.view_objective"
    queryset = (
        Objective.objects.select_related("theme__pillar")
        .with_adopted_years()
        .with_lac_goals()
        .order_by(
            "theme__pillar__programme__first_year",
            "theme__pillar__programme_id",
            "theme__pillar__number",
            "theme__position",
            "position",
        )
    )
    serializer_class = ObjectiveSerializer
    filterset_class = ObjectiveFilter
    lookup_value_converter = "int"


@extend_schema_view(
    list=extend_schema(summary=_("The adopted versions of the plan, superseded ones included")),
    retrieve=extend_schema(summary=_("One adopted version of the plan")),
)
class PlanVersionViewSet(viewsets.ReadOnlyModelViewSet[PlanVersion]):
    """The plan versions, by number. A draft is its maker's (DESIGN.md, section 6) and isn't shown."""

    permission = "pillars.view_planversion"
    queryset = (
        PlanVersion.objects.frozen()
        .select_related("programme")
        .order_by("programme__first_year", "programme_id", "number")
    )
    serializer_class = PlanVersionSerializer
    filterset_class = PlanVersionFilter
    lookup_value_converter = "int"
