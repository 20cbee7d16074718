"""What the API says of a year's budget and of what it is allocated to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from budget.allocation import CostCentre, Figures, YearAllocation
from budget.api.fields import LINE_ID, EuroField
from budget.choices import CostCategory
from organisation.models import User
from portfolio.choices import ProjectState

NOT_YOURS = _("In euro; null when your account may not see it.")
FOR_WHO_SEES_LINES = _("Null when your account sees totals alone.")


class BudgetSerializer(serializers.Serializer[Any]):
    """The working budget of a year with its totals, as the person may see them."""

    year = serializers.IntegerField(read_only=True)
    amount = EuroField(allow_null=True, help_text=_("In euro; null while none was set for the year."))
    version = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=_("How often the amount was set; null for never.")
    )
    note = serializers.CharField(read_only=True)
    is_fictional = serializers.BooleanField(read_only=True, help_text=_("Made up for a demonstration."))
    carried_in = EuroField(help_text=_("What came from earlier years, in euro."))
    carried_out = EuroField(help_text=_("What went to later years, in euro."))
    available = EuroField(help_text=_("The amount, with what came in and without what went out."))
    committed = EuroField(allow_null=True, help_text=NOT_YOURS)
    asked = EuroField(allow_null=True, help_text=NOT_YOURS)
    spent = EuroField(allow_null=True, help_text=NOT_YOURS)
    forecast = EuroField(allow_null=True, help_text=NOT_YOURS)
    unallocated = EuroField(
        allow_null=True,
        help_text=_(
            "What is available and not committed, negative when more is; null when your account may not see it."
        ),
    )
    warnings = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text=_("What needs attention, in words; empty when your account sees totals alone."),
    )


class FiguresSerializer(serializers.Serializer[Any]):
    """Amounts of a part of the allocation."""

    committed = EuroField(help_text=_("In euro."))
    asked = EuroField(
        allow_null=True,
        help_text=_("By assignments still to be decided on; null when your account sees totals alone."),
    )
    spent = EuroField(help_text=_("In euro."))
    forecast = EuroField(help_text=_("What is spent and still planned, or what was foreseen with a reason."))
    left = EuroField(help_text=_("What is committed and not spent."))


class LineOfCostsSerializer(serializers.Serializer[Any]):
    """A budget line with what was spent on it."""

    line = serializers.IntegerField(source="line_id", read_only=True, help_text=LINE_ID)
    category = serializers.ChoiceField(choices=CostCategory.choices, read_only=True)
    amount = EuroField(help_text=_("Planned, in euro."))
    note = serializers.CharField(read_only=True)
    spent = EuroField(help_text=_("In euro."))


class CentralSupportSerializer(serializers.Serializer[Any]):
    """What the two supporters cost."""

    figures = FiguresSerializer(read_only=True)
    forecast_reason = serializers.CharField(read_only=True, allow_null=True, help_text=FOR_WHO_SEES_LINES)
    lines = LineOfCostsSerializer(many=True, read_only=True, allow_null=True, help_text=FOR_WHO_SEES_LINES)


class AllocatedProjectSerializer(serializers.Serializer[Any]):
    """What a project costs in the year."""

    id = serializers.IntegerField(read_only=True, help_text=_("The id of the project."))
    code = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=ProjectState.choices, read_only=True)
    figures = FiguresSerializer(read_only=True)
    forecast_reason = serializers.CharField(
        read_only=True, help_text=_("Why the forecast was set by hand; empty when it follows.")
    )
    lines = LineOfCostsSerializer(many=True, read_only=True)


class AllocatedThemeSerializer(serializers.Serializer[Any]):
    """What a theme is allocated."""

    slug = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True)
    figures = FiguresSerializer(read_only=True)
    projects = AllocatedProjectSerializer(
        many=True, read_only=True, allow_null=True, help_text=FOR_WHO_SEES_LINES
    )


class AllocatedPillarSerializer(serializers.Serializer[Any]):
    """What a pillar is allocated."""

    number = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    figures = FiguresSerializer(read_only=True)
    themes = AllocatedThemeSerializer(many=True, read_only=True)


class AllocationSerializer(serializers.Serializer[Any]):
    """What a year's budget is allocated to: central support, projects and what is unallocated make what is available."""

    year = serializers.IntegerField(read_only=True)
    amount = EuroField(allow_null=True, help_text=_("In euro; null while none was set for the year."))
    available = EuroField(help_text=_("The amount, with what came in and without what went out."))
    unallocated = EuroField(help_text=_("What is available and not committed; negative when more is."))
    total = FiguresSerializer(read_only=True)
    central_support = CentralSupportSerializer(read_only=True)
    projects = FiguresSerializer(read_only=True, help_text=_("Of all projects together."))
    pillars = AllocatedPillarSerializer(many=True, read_only=True)


def budget_of(allocation: YearAllocation, user: User, *, is_fictional: bool) -> dict[str, Any]:
    """Give the totals of a year that the person may see."""
    sees_lines, sees_totals = user.has_perm("budget.view_lines"), user.has_perm("budget.view_allocation")
    total = allocation.total if sees_totals else None
    return {
        "year": allocation.year,
        "amount": allocation.amount,
        "version": allocation.version,
        "note": allocation.note,
        "is_fictional": is_fictional,
        "carried_in": allocation.carried_in,
        "carried_out": allocation.carried_out,
        "available": allocation.available,
        "committed": total and total.committed,
        "asked": total.asked if total and sees_lines else None,
        "spent": total and total.spent,
        "forecast": total and total.forecast,
        "unallocated": allocation.unallocated if sees_totals else None,
        "warnings": allocation.warnings if sees_lines else [],
    }


def allocation_of(allocation: YearAllocation, *, sees_lines: bool) -> dict[str, Any]:
    """Give what a year is allocated to; of who doesn't see the lines, by pillar and theme and no further."""
    central = next((centre for centre in allocation.centres if centre.is_central_support), None)
    by_theme: dict[str, list[CostCentre]] = {}
    for centre in allocation.centres:
        if not centre.is_central_support:
            by_theme.setdefault(centre.theme_slug, []).append(centre)

    def figures(found: Figures) -> dict[str, Any]:
        return {
            "committed": found.committed,
            "asked": found.asked if sees_lines else None,
            "spent": found.spent,
            "forecast": found.forecast,
            "left": found.left,
        }

    def project(centre: CostCentre) -> dict[str, Any]:
        return {
            "id": centre.project_id,
            "code": centre.code,
            "title": centre.title,
            "state": centre.state,
            "figures": figures(centre.figures),
            "forecast_reason": centre.forecast_reason,
            "lines": centre.items,
        }

    return {
        "year": allocation.year,
        "amount": allocation.amount,
        "available": allocation.available,
        "unallocated": allocation.unallocated,
        "total": figures(allocation.total),
        "central_support": {
            "figures": figures(allocation.central_support),
            "forecast_reason": (central.forecast_reason if central else "") if sees_lines else None,
            "lines": (central.items if central else ()) if sees_lines else None,
        },
        "projects": figures(allocation.projects),
        "pillars": [
            {
                "number": pillar.number,
                "name": pillar.name,
                "figures": figures(pillar.figures),
                "themes": [
                    {
                        "slug": theme.slug,
                        "name": theme.name,
                        "figures": figures(theme.figures),
                        "projects": [project(one) for one in by_theme[theme.slug]] if sees_lines else None,
                    }
                    for theme in pillar.themes
                ],
            }
            for pillar in allocation.pillars
        ],
    }
