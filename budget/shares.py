"""Splits an amount by a stored key: the pure split, fed with the weights of regions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from budget.models import DistributionKey
from budget.split import Share, split

# Weights have two decimals; the split takes whole numbers, and a scale changes nothing.
SCALE = 100


@dataclass(frozen=True, slots=True)
class RegionShare:
    """The share of a region, with its weight as the key has it."""

    region_id: int
    weight: Decimal
    share: Share


def split_by_key(amount_cents: int, key: DistributionKey) -> list[RegionShare]:
    """Split an amount over the regions of a key, in order of code. One query. Raises what `split` raises."""
    by_code = {row.region.code: row for row in key.weights.select_related("region")}
    found = split(amount_cents, {code: int(row.weight * SCALE) for code, row in by_code.items()})
    return [
        RegionShare(by_code[share.code].region_id, by_code[share.code].weight, share)
        for share in found.shares
    ]
