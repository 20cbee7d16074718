"""What was spent: booked and withdrawn, never removed."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from budget.api.fields import LINE_ID, AmountField, EuroField
from budget.api.filters import ExpenditureFilter
from budget.api.problems import BudgetView
from budget.choices import CostCategory
from budget.models import BudgetLine, Expenditure
from budget.services import NewExpenditure, book_expenditure, withdraw_expenditure
from portfolio.api.fields import PersonSerializer, RecordByKey, StrictSerializer, TextField
from portfolio.api.headers import IDEMPOTENCY_KEY, idempotency_key, location_of_answer
from portfolio.api.problems import RequestKeyReused, once_more_if_another_was_first


class ExpenditureSerializer(serializers.ModelSerializer[Expenditure]):
    """A booking, with what it was spent on."""

    line = serializers.IntegerField(source="line_id", read_only=True, help_text=LINE_ID)
    year = serializers.IntegerField(
        source="line.year", read_only=True, help_text=gettext_lazy("The year of the budget that paid.")
    )
    project = serializers.IntegerField(
        source="line.project_id",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("The id of the project; null for central support."),
    )
    category = serializers.ChoiceField(source="line.category", choices=CostCategory.choices, read_only=True)
    amount = EuroField(help_text=gettext_lazy("In euro; negative for what came back."))
    booked_by = PersonSerializer(read_only=True)
    withdrawn_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Expenditure
        fields: ClassVar = [
            "id",
            "line",
            "year",
            "project",
            "category",
            "booked_on",
            "amount",
            "reference",
            "description",
            "document_name",
            "booked_by",
            "entered_at",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_reason",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "document_name": {"help_text": gettext_lazy("Of the file with the booking; empty for none.")},
            "withdrawn_at": {"help_text": gettext_lazy("Since then it doesn't count; null while it does.")},
        }


class NewExpenditureSerializer(StrictSerializer):
    """A booking to enter."""

    line = RecordByKey(BudgetLine.objects, help_text=LINE_ID)
    booked_on = serializers.DateField(help_text=gettext_lazy("Up to and including today."))
    amount = AmountField(help_text=gettext_lazy("In euro; negative for what came back, never 0."))
    reference = TextField(
        max_length=40, help_text=gettext_lazy("As in the bookkeeping, such as 2026-00123; once per line.")
    )
    description = TextField(max_length=300)

    def validate_amount(self, value: Any) -> Any:
        if not value:
            raise serializers.ValidationError(_("Give an amount other than 0."))
        return value


class ExpenditureWithdrawalSerializer(StrictSerializer):
    """Why a booking is withdrawn."""

    reason = TextField(max_length=300)


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy(
            "What was spent, the latest first, withdrawn bookings included: for who sees the whole budget"
        )
    ),
    retrieve=extend_schema(summary=gettext_lazy("One booking")),
)
class ExpenditureViewSet(BudgetView, viewsets.ReadOnlyModelViewSet[Expenditure]):
    """The bookings on central support and on the projects that the person sees."""

    queryset = Expenditure.objects.all()
    serializer_class = ExpenditureSerializer
    filterset_class = ExpenditureFilter
    lookup_value_converter = "int"

    @property
    def permission(self) -> str:
        return "budget.book_expenditure" if self.action in ("create", "withdrawal") else "budget.view_lines"

    def get_queryset(self) -> QuerySet[Expenditure]:
        visible = Expenditure.objects.visible_to(self.person)
        return visible.select_related("line", "booked_by", "withdrawn_by").order_by("-booked_on", "-pk")

    @extend_schema(
        summary=gettext_lazy("Book what was spent, on central support or on an accepted project"),
        request=NewExpenditureSerializer,
        responses={201: ExpenditureSerializer, 200: ExpenditureSerializer},
        parameters=[IDEMPOTENCY_KEY, location_of_answer(201)],
        extensions={"x-problems": [409, 422]},
    )
    def create(self, request: Request) -> Response:
        key = idempotency_key(request)
        given = NewExpenditureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        new = NewExpenditure(**given.validated_data)
        is_new = (
            key is None or not Expenditure.objects.filter(request_key=key, booked_by=self.person).exists()
        )
        booked = once_more_if_another_was_first(
            lambda: book_expenditure(new, by=self.person, request_key=key)
        )
        if (booked.line_id, booked.amount, booked.reference) != (new.line.pk, new.amount, new.reference):
            raise RequestKeyReused
        path = reverse("api:expenditure-detail", args=[booked.pk])
        return Response(
            self.get_serializer(self.get_queryset().get(pk=booked.pk)).data,
            201 if is_new else 200,
            headers={"Location": request.build_absolute_uri(path)} if is_new else None,
        )

    @extend_schema(
        summary=gettext_lazy(
            "Withdraw a booking that was wrong: it stays, and no longer counts. Withdrawn before: nothing happens"
        ),
        request=ExpenditureWithdrawalSerializer,
        responses=ExpenditureSerializer,
    )
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: int) -> Response:
        booked = self.get_object()
        given = ExpenditureWithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        withdraw_expenditure(booked, by=self.person, reason=given.validated_data["reason"])
        return Response(self.get_serializer(self.get_object()).data)
