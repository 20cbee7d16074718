"""Making and adopting distribution keys."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.choices import KeyOrigin, KeyStatus, WeightUnit
from budget.errors import KeyIsIndicative
from budget.models import DistributionKey, FormulaCoefficients, KeyWeight
from budget.services.doors import require
from organisation.models import Region, User
from pillars.errors import AdoptedIsFrozen
from pillars.seal import seal


@transaction.atomic
def keep_key(
    *,
    by: User,
    name: str,
    source: str,
    first_year: int,
    last_year: int,
    weights: Mapping[str, Decimal],
    legal_ground: str = "",
    status: KeyStatus = KeyStatus.OFFICIAL,
    origin: KeyOrigin = KeyOrigin.SHEET,
    unit: WeightUnit = WeightUnit.EURO,
    replaces: DistributionKey | None = None,
    measures: Mapping[str, dict[str, Any]] | None = None,
    coefficients: FormulaCoefficients | None = None,
    is_fictional: bool = False,
) -> DistributionKey:
    """Keep a new key, or the next version of the key with this name. `weights` are by code of the region.

    `measures` has per region what the formula made the weight of, as plain data. Raises `PermissionDenied`, and
    `ValidationError` when a region lacks, is unknown, or weighs nothing.
    """
    require(by, "budget.add_key")
    regions = {region.code: region for region in Region.objects.select_for_update().order_by("pk")}
    _check_weights(weights, set(regions))
    latest = DistributionKey.objects.filter(name=name).aggregate(latest=Max("version"))["latest"] or 0
    key = DistributionKey(
        name=name,
        version=latest + 1,
        status=status,
        origin=origin,
        unit=unit,
        source=source,
        legal_ground=legal_ground,
        first_year=first_year,
        last_year=last_year,
        replaces=replaces or DistributionKey.objects.filter(name=name, version=latest).first(),
        coefficients=coefficients,
        is_fictional=is_fictional,
        made_by=by,
    )
    key.full_clean()
    key.save()
    KeyWeight.objects.bulk_create(
        KeyWeight(
            key=key,
            region=regions[code],
            weight=weight,
            measures=(measures or {}).get(code, {}),
        )
        for code, weight in weights.items()
    )
    return key


@transaction.atomic
def adopt_key(key: DistributionKey, *, by: User) -> DistributionKey:
    """Adopt an official key: seal its weights. Adopted before: nothing happens.

    Raises `PermissionDenied`, `KeyIsIndicative`, and `ValidationError` when it doesn't weigh every region.
    """
    require(by, "budget.adopt_key")
    stored = DistributionKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if stored.is_adopted:
        return stored
    if stored.is_indicative:
        raise KeyIsIndicative
    weights = {row.region.code: row.weight for row in stored.weights.select_related("region")}
    _check_weights(weights, set(Region.objects.values_list("code", flat=True)))
    stored.content = key_content(stored)
    stored.content_hash = seal(stored.content)
    stored.adopted_by, stored.adopted_at = by, timezone.now()
    stored.save()
    return stored


def key_content(key: DistributionKey) -> dict[str, Any]:
    """Give what a key holds, as plain data: what its seal is made over."""
    return {
        "name": key.name,
        "version": key.version,
        "status": key.status,
        "origin": key.origin,
        "unit": key.unit,
        "source": key.source,
        "legal_ground": key.legal_ground,
        "first_year": key.first_year,
        "last_year": key.last_year,
        "replaces": None if key.replaces is None else [key.replaces.name, key.replaces.version],
        "coefficients": None if key.coefficients is None else key.coefficients.content,
        "weights": {
            row.region.code: {"weight": str(row.weight), "measures": row.measures}
            for row in key.weights.select_related("region").order_by("region__code")
        },
    }


def verify_key(key: DistributionKey) -> bool:
    """Tell whether an adopted key still is what was sealed: its rows, its content and its hash agree.

    The coefficients are those that were sealed: where they came from may get a last day or a better label afterwards.
    """
    found = key_content(key)
    if key.content and found["coefficients"] is not None:
        found["coefficients"] = key.content["coefficients"]
    return key.content == found and key.content_hash == seal(key.content)


@transaction.atomic
def remove_key(key: DistributionKey, *, by: User) -> None:
    """Remove a key that was kept by mistake: not adopted and not used. Removed before: nothing happens.

    Raises `AdoptedIsFrozen` and `ValidationError`.
    """
    require(by, "budget.add_key")
    stored = DistributionKey.objects.select_for_update(of=("self",)).filter(pk=key.pk).first()
    if stored is None:
        return
    key = stored
    if key.is_adopted:
        raise AdoptedIsFrozen
    if key.origin == KeyOrigin.PROGRAMME:
        raise ValidationError(_("This key came with the programme, so it stays."), code="programme")
    if key.contribution_sets.exists() or key.replaced_by.exists():
        raise ValidationError(_("Contributions or another key rest on this key, so it stays."), code="used")
    key.delete()


def _check_weights(weights: Mapping[str, Decimal], regions: set[str]) -> None:
    if unknown := sorted(weights.keys() - regions):
        raise ValidationError(
            _("There is no safety region %(codes)s."), code="unknown", params={"codes": ", ".join(unknown)}
        )
    if missing := sorted(regions - weights.keys()):
        raise ValidationError(
            _("The key has no weight for %(codes)s."), code="missing", params={"codes": ", ".join(missing)}
        )
    if wrong := sorted(code for code, weight in weights.items() if weight <= 0):
        raise ValidationError(
            _("A weight is more than 0; that of %(codes)s isn't."),
            code="weight",
            params={"codes": ", ".join(wrong)},
        )
