"""The sum behind a region's contribution, line by line, in words: enough to redo it on paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.choices import WeightUnit
from budget.money import Number, format_money, format_number, format_percent
from budget.split import Share

if TYPE_CHECKING:
    from budget.models import DistributionKey

# What an amount before rounding is written with: enough to see where it is cut off.
EXACT_PLACES = 6


@dataclass(frozen=True, slots=True)
class RegionSum:
    """What the split says of a region, with the weights as the key has them."""

    region_name: str
    year: int
    key: DistributionKey
    weight: Decimal
    total_weight: Decimal
    region_count: int
    share: Share

    @property
    def weight_places(self) -> int:
        """How many decimals a weight is written with."""
        return 0 if self.key.unit == WeightUnit.THOUSAND_INHABITANTS else 2


@dataclass(frozen=True, slots=True)
class SumStep:
    """A line of the sum. `key` names it for who puts formulas beside it; a value in percent is 3.25 for 3.25%."""

    key: str
    label: str
    note: str
    value: Number
    kind: Literal["number", "percent", "euro"]
    places: int
    is_added: bool = False

    @property
    def text(self) -> str:
        """The value as the reader writes it."""
        if self.kind == "percent":
            return format_percent(self.value, self.places)
        if self.kind == "number":
            return format_number(self.value, self.places)
        return ("+ " if self.is_added else "") + format_money(self.value, places=self.places)


def sum_steps(of: RegionSum) -> tuple[SumStep, ...]:
    """Give the sum line by line, from the weight to the contribution."""
    share, places = of.share, of.weight_places
    weight, total = format_number(of.weight, places), format_number(of.total_weight, places)
    return (
        SumStep(
            "weight",
            _("Weight of %(region)s") % {"region": of.region_name},
            _("key “%(name)s”, version %(version)s, %(status)s; weights are %(unit)s")
            % {
                "name": of.key.name,
                "version": of.key.version,
                "status": _status(of.key),
                "unit": of.key.get_unit_display(),
            },
            of.weight,
            "number",
            places,
        ),
        SumStep(
            "total",
            ngettext(
                "Sum of the weights of %(count)s region",
                "Sum of the weights of %(count)s regions",
                of.region_count,
            )
            % {"count": of.region_count},
            "",
            of.total_weight,
            "number",
            places,
        ),
        SumStep("share", _("Share"), f"{weight} ÷ {total}", share.percentage(4), "percent", 4),
        SumStep(
            "amount",
            _("Working budget %(year)s") % {"year": of.year},
            "",
            share.amount_euro,
            "euro",
            2,
        ),
        SumStep(
            "exact",
            _("Share × working budget, not rounded"),
            f"{format_money(share.amount_euro)} × {weight} ÷ {total}",
            share.exact_euro(EXACT_PLACES),
            "euro",
            EXACT_PLACES,
        ),
        SumStep("floor", _("Rounded down to whole cents"), "", share.floor_euro, "euro", 2),
        SumStep(
            "extra",
            ngettext(
                "Division of the last %(count)s cent",
                "Division of the last %(count)s cents",
                share.left_over_cents,
            )
            % {"count": share.left_over_cents},
            _(
                "one each to the regions with the largest remainder; %(region)s is number %(rank)s of %(count)s, with %(remainder)s "
                "cent"
            )
            % {
                "region": of.region_name,
                "rank": share.rank,
                "count": of.region_count,
                "remainder": format_number(share.remainder_cents(4), 4),
            },
            share.extra_euro,
            "euro",
            2,
            is_added=True,
        ),
        SumStep("contribution", _("Contribution"), "", share.euro, "euro", 2),
    )


def _status(key: DistributionKey) -> str:
    status = key.get_status_display()
    return _("%(status)s, adopted") % {"status": status} if key.is_adopted else status
