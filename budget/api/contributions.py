"""What the API says of a year's contributions, each with the sum behind it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from budget.api.fields import SHARE, AmountField, EuroField, WeightField, share_text
from budget.choices import ContributionState, KeyStatus, SetState, WeightUnit
from budget.exact import to_cents, to_euro, truncated
from budget.models import Contribution, ContributionSet, DistributionKey
from budget.services.contributions import invoiced_by_region
from budget.shares import SCALE
from budget.split import Share, split
from organisation.models import User
from portfolio.api.fields import MOST_LINES, RecordByKey, StrictSerializer, TextField
from portfolio.models import Decision

# Of a sum that is redone on paper: the exact amount and its remainder are cut off after these.
EXACT_PLACES = 8
REMAINDER_PLACES = 6
LARGEST_VERSION = 32_767


class ExplanationSerializer(serializers.Serializer[Any]):
    """The sum behind a contribution: enough to redo it on paper."""

    total_weight = WeightField(help_text=_("Of all regions together, in the unit of the key."))
    exact_amount = serializers.CharField(
        read_only=True, help_text=_("Amount × weight ÷ total weight, cut off after eight decimals.")
    )
    floor = EuroField(help_text=_("The exact amount, rounded down to whole cents."))
    remainder = serializers.CharField(
        read_only=True,
        help_text=_("What rounding down took off, as a part of a cent, cut off after six decimals."),
    )
    rank = serializers.IntegerField(
        read_only=True, help_text=_("The place of the region by remainder, 1 is the largest.")
    )
    left_over_cents = serializers.IntegerField(
        read_only=True,
        help_text=_("The cents that rounding down leaves over; they go one each to the first ranks."),
    )
    extra_cent = EuroField(help_text=_("What the region gets of the cents left over: 0.01 or nothing."))


class ContributionSerializer(serializers.Serializer[Any]):
    """What a region owes."""

    region = serializers.CharField(read_only=True, help_text=_("The code of the region."))
    weight = WeightField()
    share = serializers.CharField(read_only=True, help_text=SHARE)
    amount = EuroField(help_text=_("What the region owes for the year, in euro."))
    state = serializers.ChoiceField(choices=ContributionState.choices, read_only=True)
    settled_before = EuroField(help_text=_("What earlier versions invoiced the region."))
    to_settle = EuroField(help_text=_("The amount less what earlier versions invoiced; can be negative."))
    invoiced_on = serializers.DateField(read_only=True, allow_null=True)
    invoice_reference = serializers.CharField(read_only=True)
    paid_on = serializers.DateField(read_only=True, allow_null=True)
    payment_reference = serializers.CharField(read_only=True)
    explanation = ExplanationSerializer(read_only=True)


class KeyOfContributionsSerializer(serializers.ModelSerializer[DistributionKey]):
    """The key that split."""

    status = serializers.ChoiceField(choices=KeyStatus.choices, read_only=True)
    unit = serializers.ChoiceField(choices=WeightUnit.choices, read_only=True)

    class Meta:
        model = DistributionKey
        fields = ["id", "name", "version", "status", "unit", "source"]
        read_only_fields = fields


class DecisionOfContributionsSerializer(serializers.ModelSerializer[Decision]):
    """The decision that adopted them."""

    class Meta:
        model = Decision
        fields = ["id", "number", "meeting_on"]
        read_only_fields = fields


class ContributionsSerializer(serializers.Serializer[Any]):
    """A version of the contributions of a year: totals of all regions, and those that the person may see."""

    year = serializers.IntegerField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(choices=SetState.choices, read_only=True)
    replaces = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=_("The version that this one replaces; null for none.")
    )
    key = KeyOfContributionsSerializer(read_only=True)
    amount = EuroField(help_text=_("What is split, in euro: the contributions of all regions add up to it."))
    total_weight = WeightField(help_text=_("Of all regions together, in the unit of the key."))
    region_count = serializers.IntegerField(
        read_only=True, help_text=_("Of all regions, also those that your account may not see.")
    )
    decision = DecisionOfContributionsSerializer(read_only=True, allow_null=True)
    adopted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    content_hash = serializers.CharField(
        read_only=True, help_text=_("SHA-256 of what was adopted; empty for a draft.")
    )
    is_fictional = serializers.BooleanField(read_only=True, help_text=_("Made up for a demonstration."))
    results = ContributionSerializer(
        many=True,
        read_only=True,
        help_text=_(
            "By code of the region, all on one page; regional staff see their own region, others every one."
        ),
    )


class ChosenVersionSerializer(serializers.Serializer[Any]):
    """Which version of the contributions is asked for."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_VERSION, help_text=_("The number of the version.")
    )
    state = serializers.ChoiceField(
        choices=[SetState.DRAFT.value, SetState.ADOPTED.value],
        required=False,
        help_text=_(
            "The draft, or those in force; without version and state: those in force, else the draft."
        ),
    )


class NewDraftSerializer(StrictSerializer):
    """By which key a year is split."""

    key = RecordByKey(DistributionKey.objects, help_text=_("The id of the distribution key."))


class AdoptionSerializer(StrictSerializer):
    """By which decision the draft is adopted."""

    decision = RecordByKey(
        Decision.objects, help_text=_("The id of the decision, which has the outcome “budget”.")
    )


class InvoicingSerializer(StrictSerializer):
    """On which day the regions are invoiced."""

    invoiced_on = serializers.DateField(
        required=False, allow_null=True, help_text=_("The day of the invoices; without it: today.")
    )


class PaymentsSerializer(StrictSerializer):
    """Which regions paid."""

    regions = serializers.ListField(
        child=TextField(max_length=4),
        allow_empty=False,
        max_length=MOST_LINES,
        help_text=_("The codes of the regions that paid."),
    )
    paid_on = serializers.DateField()
    payment_reference = TextField(
        max_length=40, allow_blank=True, default="", help_text=_("As in the bookkeeping.")
    )
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_VERSION,
        help_text=_("The version whose invoice was paid; without it: the one in force."),
    )


class BudgetChangesSerializer(StrictSerializer):
    """A change of a year's amount."""

    amount = AmountField(min_value=to_euro(1), help_text=_("The working budget of the year, in euro."))
    note = TextField(
        max_length=300, allow_blank=True, required=False, help_text=_("Without it, the note stays.")
    )


def contributions_of(drawn: ContributionSet, user: User) -> dict[str, Any]:
    """Give what the person may see of a set of contributions. The sum is redone from its own weights. Three queries at most."""
    visible = Contribution.objects.visible_to(user).filter(set=drawn).select_related("region")
    weights = dict(drawn.contributions.order_by("region__code").values_list("region__code", "weight"))
    found = split(to_cents(drawn.amount), {code: int(one * SCALE) for code, one in weights.items()})
    shares = {share.code: share for share in found.shares}
    invoiced: dict[int, Decimal] = {}
    if drawn.is_draft:
        # What was invoiced until now; once adopted, the rows say it themselves.
        of_the_year = Contribution.objects.visible_to(user).filter(set__budget=drawn.budget_id)
        invoiced = invoiced_by_region(of_the_year)
    return {
        "year": drawn.budget.year,
        "version": drawn.version,
        "state": drawn.state,
        "replaces": drawn.replaces.version if drawn.replaces else None,
        "key": drawn.key,
        "amount": drawn.amount,
        "total_weight": sum(weights.values()),
        "region_count": len(weights),
        "decision": drawn.decision,
        "adopted_at": drawn.adopted_at,
        "content_hash": drawn.content_hash,
        "is_fictional": drawn.budget.is_fictional or drawn.key.is_fictional,
        "results": [
            _item(row, shares[row.region.code], invoiced.get(row.region_id, row.settled_before))
            for row in visible.order_by("region__code")
        ],
    }


def _item(row: Contribution, share: Share, settled_before: Decimal) -> dict[str, Any]:
    return {
        "region": row.region.code,
        "weight": row.weight,
        "share": share_text(share.fraction),
        "amount": row.amount,
        "state": row.state,
        "settled_before": settled_before,
        "to_settle": row.amount - settled_before,
        "invoiced_on": row.invoiced_on,
        "invoice_reference": row.invoice_reference,
        "paid_on": row.paid_on,
        "payment_reference": row.payment_reference,
        "explanation": {
            "total_weight": truncated(Fraction(share.total_weight, SCALE), 2),
            "exact_amount": format(share.exact_euro(EXACT_PLACES), "f"),
            "floor": share.floor_euro,
            "remainder": format(share.remainder_cents(REMAINDER_PLACES), "f"),
            "rank": share.rank,
            "left_over_cents": share.left_over_cents,
            "extra_cent": share.extra_euro,
        },
    }
