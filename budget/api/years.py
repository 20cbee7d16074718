"""The working budget of a year: its amount, its contributions from draft to payment, what it is allocated to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from budget.api.allocation import AllocationSerializer, BudgetSerializer, allocation_of, budget_of
from budget.api.contributions import (
    AdoptionSerializer,
    BudgetChangesSerializer,
    ChosenVersionSerializer,
    ContributionsSerializer,
    InvoicingSerializer,
    NewDraftSerializer,
    PaymentsSerializer,
    contributions_of,
)
from budget.api.headers import (
    AMOUNT_AS_READ,
    DRAFT_AS_READ,
    ETAG_OF_AMOUNT,
    ETAG_OF_DRAFT,
    tags_to_match,
)
from budget.api.problems import BudgetView
from budget.choices import SetState
from budget.errors import ChangedMeanwhile, NoAmount
from budget.models import AnnualBudget, Contribution, ContributionSet
from budget.services import (
    adopt_contributions,
    draft_contributions,
    invoice_contributions,
    mark_paid,
    set_budget,
)
from budget.services.contributions import draft_fingerprint
from budget.year_page import programme_years, read_years_as_seen

# What each address asks before it looks for the year; the services ask again.
PERMISSIONS = {
    "partial_update": "budget.change_budget",
    "allocation": "budget.view_allocation",
    **dict.fromkeys(("draft", "adoption", "invoicing", "payments"), "budget.change_contributions"),
}


def _verb(summary: Any, body: type[Any], *parameters: OpenApiParameter, problems: Sequence[int]) -> Any:
    """Describe a verb that answers the contributions. Sent again, it changes nothing more."""
    return extend_schema(
        summary=summary,
        request=body,
        responses=ContributionsSerializer,
        parameters=[*parameters, ETAG_OF_DRAFT],
        extensions={"x-problems": list(problems)},
    )


class BudgetViewSet(BudgetView, viewsets.GenericViewSet[AnnualBudget]):
    """The working budgets of the years of all programmes, also while no amount was set; of another year: 404."""

    queryset = AnnualBudget.objects.all()
    serializer_class = BudgetSerializer
    lookup_field = "year"
    lookup_value_converter = "int"

    @property
    def permission(self) -> str:
        return PERMISSIONS.get(self.action or "", "budget.view_budget")

    @extend_schema(summary=gettext_lazy("The working budgets of all years of a programme, first to last"))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(programme_years())
        return self.get_paginated_response(self._budgets(page or []))

    @extend_schema(
        summary=gettext_lazy(
            "The working budget of a year: its amount, and what of it is committed, asked, spent and left"
        ),
        parameters=[ETAG_OF_AMOUNT],
    )
    def retrieve(self, request: Request, year: int) -> Response:
        self._require_year(year)
        return self._answer(year)

    @extend_schema(
        summary=gettext_lazy("Set the amount of a year; a draft of its contributions follows"),
        request=BudgetChangesSerializer,
        responses=BudgetSerializer,
        parameters=[AMOUNT_AS_READ, ETAG_OF_AMOUNT],
        extensions={"x-problems": [412, 428]},
    )
    def partial_update(self, request: Request, year: int) -> Response:
        self._require_year(year)
        tags = tags_to_match(request)
        stored = AnnualBudget.objects.filter(year=year).first()
        if str(stored.version if stored else 0) not in tags:
            raise ChangedMeanwhile
        given = self._read(BudgetChangesSerializer)
        set_budget(
            year,
            given["amount"],
            by=self.person,
            note=given.get("note", stored.note if stored else ""),
            read_version=stored.version if stored else None,
        )
        return self._answer(year)

    @extend_schema(
        summary=gettext_lazy(
            "What the regions contribute to a year's budget, each with the sum behind it: all regions, or your own"
        ),
        responses=ContributionsSerializer,
        parameters=[ChosenVersionSerializer, ETAG_OF_DRAFT],
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def contributions(self, request: Request, year: int) -> Response:
        self._require_year(year)
        asked = ChosenVersionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        sets = ContributionSet.objects.visible_to(self.person).filter(
            budget__year=year, **asked.validated_data
        )
        found = list(_for_answer(sets))
        if not found:
            raise exceptions.NotFound(
                _("There are no such contributions of %(year)s, or your account may not see them.")
                % {"year": year}
            )
        in_force = [drawn for drawn in found if drawn.state == SetState.ADOPTED]
        return self._answer_contributions((in_force or found)[0])

    @extend_schema(
        summary=gettext_lazy(
            "What a year's budget is allocated to: central support, pillars, themes, projects"
        ),
        responses=AllocationSerializer,
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def allocation(self, request: Request, year: int) -> Response:
        self._require_year(year)
        content = allocation_of(
            read_years_as_seen([year], self.person)[year],
            sees_lines=self.person.has_perm("budget.view_lines"),
        )
        return Response(AllocationSerializer(content, context=self.get_serializer_context()).data)

    @_verb(
        gettext_lazy(
            "Split a year by a key, as a draft: makes the draft, or has the one that is there follow this key"
        ),
        NewDraftSerializer,
        problems=[],
    )
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, year: int) -> Response:
        self._require_amount(year)
        drawn = draft_contributions(year, self._read(NewDraftSerializer)["key"], by=self.person)
        return self._answer_contributions(_for_answer(ContributionSet.objects.all()).get(pk=drawn.pk))

    @_verb(
        gettext_lazy("Adopt the draft of a year by a decision: from then on it doesn't change"),
        AdoptionSerializer,
        DRAFT_AS_READ,
        problems=[409, 412, 428],
    )
    @action(detail=True, methods=["post"])
    def adoption(self, request: Request, year: int) -> Response:
        self._require_amount(year)
        tags = tags_to_match(request)
        draft = ContributionSet.objects.filter(budget__year=year, state=SetState.DRAFT).first()
        read_as = draft_fingerprint(draft) if draft else None
        if read_as is not None and read_as not in tags:
            raise ChangedMeanwhile
        decision = self._read(AdoptionSerializer)["decision"]
        adopt_contributions(year, by=self.person, decision=decision, read_as=read_as)
        return self._answer_contributions(self._in_force(year))

    @_verb(
        gettext_lazy("Invoice the contributions in force that were not invoiced yet, each with a reference"),
        InvoicingSerializer,
        problems=[409],
    )
    @action(detail=True, methods=["post"])
    def invoicing(self, request: Request, year: int) -> Response:
        self._require_amount(year)
        day = self._read(InvoicingSerializer).get("invoiced_on") or timezone.localdate()
        invoice_contributions(year, by=self.person, invoiced_on=day)
        return self._answer_contributions(self._in_force(year))

    @_verb(
        gettext_lazy("Mark invoiced contributions as paid; those that were paid before stay as they are"),
        PaymentsSerializer,
        problems=[409],
    )
    @action(detail=True, methods=["post"])
    def payments(self, request: Request, year: int) -> Response:
        self._require_amount(year)
        given = self._read(PaymentsSerializer)
        drawn = self._in_force(year, given.get("version"))
        rows = {
            row.region.code: row for row in Contribution.objects.filter(set=drawn).select_related("region")
        }
        wrong: dict[Any, list[str]] = {
            place: [_("There is no safety region “%(code)s”.") % {"code": code}]
            for place, code in enumerate(given["regions"])
            if code not in rows
        }
        if wrong:
            raise exceptions.ValidationError({"regions": wrong})
        mark_paid(
            [rows[code] for code in given["regions"]],
            by=self.person,
            paid_on=given["paid_on"],
            payment_reference=given["payment_reference"],
        )
        return self._answer_contributions(drawn)

    def _require_year(self, year: int) -> None:
        if year not in programme_years():
            raise Http404

    def _require_amount(self, year: int) -> None:
        """Refuse a year that has no budget to split, in words."""
        self._require_year(year)
        if not AnnualBudget.objects.filter(year=year).exists():
            raise NoAmount(year)

    def _in_force(self, year: int, version: int | None = None) -> ContributionSet:
        """Give the contributions in force, or an adopted version of them."""
        sets = _for_answer(ContributionSet.objects.filter(budget__year=year).exclude(state=SetState.DRAFT))
        chosen = sets.filter(version=version) if version else sets.filter(state=SetState.ADOPTED)
        drawn = chosen.first()
        if drawn is None:
            raise exceptions.NotFound(
                _("There are no adopted contributions of %(year)s like that.") % {"year": year}
            )
        return drawn

    def _read(self, kind: type[Any]) -> dict[str, Any]:
        given = kind(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        read: dict[str, Any] = given.validated_data
        return read

    def _budgets(self, years: Sequence[int]) -> Any:
        found = read_years_as_seen(years, self.person)
        fictional = set(
            AnnualBudget.objects.filter(year__in=years, is_fictional=True).values_list("year", flat=True)
        )
        content = [budget_of(found[year], self.person, is_fictional=year in fictional) for year in years]
        return BudgetSerializer(content, many=True, context=self.get_serializer_context()).data

    def _answer(self, year: int) -> Response:
        [content] = self._budgets([year])
        return Response(content, headers={"ETag": f'"{content["version"] or 0}"'})

    def _answer_contributions(self, drawn: ContributionSet) -> Response:
        content = ContributionsSerializer(
            contributions_of(drawn, self.person), context=self.get_serializer_context()
        ).data
        headers = {"ETag": f'"{draft_fingerprint(drawn)}"'} if drawn.is_draft else None
        return Response(content, headers=headers)


def _for_answer(sets: Any) -> Any:
    """Give sets with all that an answer says of them, the newest version first."""
    return sets.select_related("budget", "key", "decision", "replaces").order_by("-version")
