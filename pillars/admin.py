"""The Django admin of the programme's content. Plan versions and what they plan can be seen, not changed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisation.autocompletion import AutocompleteAdmin
from organisation.conflicts import UnchangedSinceForm
from pillars.models import (
    LacGoal,
    Objective,
    ObjectiveDependency,
    Pillar,
    PlannedYear,
    PlanVersion,
    Programme,
    Theme,
)


class FixedOnceMade(admin.ModelAdmin):
    """Keeps what addresses and adopted plans name a record by; it is filled in once."""

    form = UnchangedSinceForm
    fixed: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fixed if obj is not None else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"slug": ("name",)} if obj is None and "slug" in self.fixed else {}


@admin.register(Programme)
class ProgrammeAdmin(FixedOnceMade):
    fixed = ("slug",)
    list_display = ("name", "first_year", "last_year")


@admin.register(Pillar)
class PillarAdmin(FixedOnceMade):
    fixed = ("programme", "number")
    list_display = ("__str__", "programme")
    list_filter = ("programme",)
    list_select_related = ("programme",)


@admin.register(Theme)
class ThemeAdmin(FixedOnceMade):
    fixed = ("pillar", "slug")
    list_display = ("name", "pillar", "position", "is_overarching")
    list_filter = ("pillar",)
    list_select_related = ("pillar",)
    search_fields = ("name", "summary")


@admin.register(LacGoal)
class LacGoalAdmin(FixedOnceMade):
    fixed = ("pillar", "sequence")
    list_display = ("number", "theme", "lead", "lead_remark", "text")
    list_filter = ("lead", "pillar")
    list_select_related = ("pillar", "theme")
    search_fields = ("text", "lead_remark")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("pillar")

    @admin.display(description=_("number"))
    def number(self, goal: LacGoal) -> str:
        return goal.number


class ObjectiveDependencyInline(admin.TabularInline):
    """What must be finished before the objective can start."""

    model = ObjectiveDependency
    fk_name = "objective"
    autocomplete_fields = ("predecessor",)
    extra = 0


@admin.register(Objective)
class ObjectiveAdmin(AutocompleteAdmin):
    form = UnchangedSinceForm
    list_display = ("title", "theme", "position")
    list_filter = ("theme__pillar", "theme")
    list_select_related = ("theme",)
    search_fields = ("title", "summary")
    autocomplete_fields = ("lac_goals",)
    inlines: ClassVar = [ObjectiveDependencyInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Objective | None = None) -> tuple[str, ...]:
        """Place and title stay as they were adopted."""
        return ("theme", "position", "title") if obj is not None and obj.is_in_adopted_plan else ()


class PlannedYearInline(admin.TabularInline):
    """What a version plans, for whoever may see the version."""

    model = PlannedYear
    fields = ("objective", "programme_year")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("objective", "programme_year")

    def has_view_permission(self, request: HttpRequest, obj: PlanVersion | None = None) -> bool:
        return request.user.has_perm("pillars.view_planversion")


@admin.register(PlanVersion)
class PlanVersionAdmin(admin.ModelAdmin):
    """Versions are drafted and adopted in the application, by its services."""

    list_display = ("__str__", "programme", "title", "status", "adoption_text")
    list_filter = ("programme", "status")
    list_select_related = ("programme",)
    fields = (
        "programme",
        "number",
        "title",
        "status",
        "replaces",
        "source",
        "adoption_text",
        "adopted_by",
        "content_hash",
    )
    readonly_fields: ClassVar = fields
    inlines: ClassVar = [PlannedYearInline]

    @admin.display(description=_("adoption"))
    def adoption_text(self, version: PlanVersion) -> str:
        return version.adoption_text
