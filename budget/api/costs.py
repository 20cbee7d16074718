"""The planned costs of a project, with what was spent on them."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from budget.api.fields import LINE_ID, EuroField
from budget.api.problems import BudgetView
from budget.choices import CostCategory
from budget.models import BudgetLine, Expenditure
from portfolio.models import Project


class CostSerializer(serializers.ModelSerializer[BudgetLine]):
    """A budget line of a project; reads all its bookings."""

    line = serializers.IntegerField(source="pk", read_only=True, help_text=LINE_ID)
    category = serializers.ChoiceField(choices=CostCategory.choices, read_only=True)
    amount = EuroField(help_text=_("Planned, in euro."))
    spent = serializers.SerializerMethodField(help_text=_("In euro."))

    class Meta:
        model = BudgetLine
        fields: ClassVar = ["line", "year", "category", "amount", "note", "spent"]
        read_only_fields = fields

    @extend_schema_field(EuroField())
    def get_spent(self, line: BudgetLine) -> str:
        booked = [booking.amount for booking in line.expenditures.all() if booking.withdrawn_at is None]
        spent = sum(booked, Decimal(0))
        return EuroField().to_representation(spent)


@extend_schema_view(
    list=extend_schema(
        summary=_("What a project plans to cost, by year and category, with what was spent"),
        parameters=[
            OpenApiParameter(
                "id", OpenApiTypes.INT, OpenApiParameter.PATH, description=_("The id of the project.")
            )
        ],
    )
)
class ProjectCostViewSet(BudgetView, mixins.ListModelMixin, viewsets.GenericViewSet[BudgetLine]):
    """The budget lines of one project; of a project that someone may not see there are none to find: 404."""

    permission = "budget.view_lines"
    queryset = BudgetLine.objects.none()
    serializer_class = CostSerializer

    def get_queryset(self) -> QuerySet[Any]:
        project = get_object_or_404(Project.objects.visible_to(self.person).only("pk"), pk=self.kwargs["id"])
        bookings = Expenditure.objects.only("line", "amount", "withdrawn_at")
        return (
            BudgetLine.objects.visible_to(self.person)
            .filter(project=project.pk)
            .prefetch_related(Prefetch("expenditures", bookings))
            .order_by("year", "category")
        )
