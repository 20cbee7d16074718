"""The Django admin of this app: annual plans, to look at. All else, and every change, is on pages of its own."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from post_office.models import Attachment, Email, EmailTemplate, Log

from portfolio.models import AnnualPlan, PlanParagraph

# The outbox is the application's; its texts are in templates.
for _model in (Attachment, Email, EmailTemplate, Log):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class LookedAt:
    """Nothing is added, changed or removed here: the application's services do that."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PlanParagraphInline(LookedAt, admin.TabularInline):
    """What a version says of the pillars, for whoever may see the version."""

    model = PlanParagraph
    fields = ("pillar", "text")
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: AnnualPlan | None = None) -> bool:
        return request.user.has_perm("portfolio.view_annualplan")


@admin.register(AnnualPlan)
class AnnualPlanAdmin(LookedAt, admin.ModelAdmin):
    """The versions, with the seal under which they were adopted."""

    list_display = ("year", "label", "state", "aligned_on", "adopted_at", "offered_on")
    list_display_links = ("year", "label")
    list_filter = ("state",)
    fields = (
        "year",
        "label",
        "state",
        "replaces",
        "introduction",
        "changes",
        "aligned_on",
        "aligned_by",
        "decision",
        "adopted_at",
        "adopted_by",
        "offered_on",
        "offered_by",
        "content_hash",
        "is_fictional",
    )
    inlines: ClassVar = [PlanParagraphInline]

    @admin.display(description=_("version"), ordering="minor")
    def label(self, plan: AnnualPlan) -> str:
        return plan.label
