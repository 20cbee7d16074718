"""Splits an amount by a stored key: the pure split, fed with the weights of regions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from budget.models import DistributionKey, KeyWeight
from budget.split import Share, split

# Weights have two decimals; the split takes whole numbers, and a scale changes nothing.
SCALE = 100


@dataclass(frozen=True, slots=True)
class RegionShare:
    """The share of a region, with its weight as the key has it."""

    region_id: int
    code: str
    name: str
    weight: Decimal
    share: Share

    @property
    def total_weight(self) -> Decimal:
        """The weights of all regions together, as the key has them."""
        return Decimal(self.share.total_weight) / SCALE


def split_by_key(amount_cents: int, key: DistributionKey) -> list[RegionShare]:
    """Split an amount over the regions of a key, in order of code. One query, none with `with_weights`."""
    rows = key.weights.all() if _is_prefetched(key) else key.weights.select_related("region")
    return split_by_weights(amount_cents, rows)


def split_by_weights(amount_cents: int, rows: Iterable[KeyWeight]) -> list[RegionShare]:
    """Split an amount over weights whose regions were read. Raises what `split` raises."""
    by_code = {row.region.code: row for row in rows}
    found = split(amount_cents, {code: scaled(row.weight) for code, row in by_code.items()})
    return [
        RegionShare(
            by_code[share.code].region_id,
            share.code,
            by_code[share.code].region.name,
            by_code[share.code].weight,
            share,
        )
        for share in found.shares
    ]


def scaled(weight: Decimal) -> int:
    """Give a weight as the whole number that the split takes."""
    return int(weight * SCALE)


def _is_prefetched(key: DistributionKey) -> bool:
    return "weights" in getattr(key, "_prefetched_objects_cache", {})
