"""Loads what the budget needs of the programme's fixture: the indicative key and the coefficients of the formula."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budget.choices import KeyOrigin, KeyStatus, WeightUnit
from budget.coefficients import CoefficientsProblem, as_content, read_coefficients
from budget.models import DistributionKey, FormulaCoefficients, KeyWeight
from organisation.models import Region
from pillars.loading import FixtureProblem

if TYPE_CHECKING:
    from pillars.loading import Loader


def load_budget_reference(loader: Loader, folder: Path) -> None:
    """Load the indicative key and the coefficients; called by `load_programme`. Raises `FixtureProblem`."""
    _load_indicative_key(loader, _read(folder / "indicative_key.toml"))
    _load_coefficients(loader, folder / "bdur_formula.toml")


def _load_indicative_key(loader: Loader, document: dict[str, Any]) -> None:
    found = document["key"]
    key = loader.put(
        "distribution_key",
        found["name"],
        DistributionKey,
        {"name": found["name"], "version": 1},
        {
            "status": KeyStatus.INDICATIVE.value,
            "origin": KeyOrigin.PROGRAMME.value,
            "unit": WeightUnit.THOUSAND_INHABITANTS.value,
            "source": found["source"],
            "legal_ground": found["legal_ground"],
            "first_year": found["first_year"],
            "last_year": found["last_year"],
        },
    )
    if key is None:
        return
    regions = {region.code: region for region in Region.objects.all()}
    # A region that was removed in the application stays removed.
    known = regions.keys() | {code for kind, code in loader.ledger if kind == "region"}
    if unknown := sorted(document["weights"].keys() - known):
        raise FixtureProblem(f"indicative_key.toml: unknown regions {', '.join(unknown)}")
    there = set(key.weights.values_list("region__code", flat=True))
    for code, weight in document["weights"].items():
        if code in regions and code not in there:
            KeyWeight.objects.create(key=key, region=regions[code], weight=Decimal(weight))


def _load_coefficients(loader: Loader, path: Path) -> None:
    try:
        versions = read_coefficients(path)
    except CoefficientsProblem as problem:
        raise FixtureProblem(str(problem)) from problem
    for version in versions:
        content = as_content(version)
        stored = FormulaCoefficients.objects.filter(valid_from=version.valid_from)
        before = stored.values_list("content", flat=True).first()
        loader.put(
            "formula_coefficients",
            content["valid_from"],
            FormulaCoefficients,
            {"valid_from": version.valid_from},
            {"source": version.source, "content": content},
        )
        # Where the fixture brought something new; else the last day is an administrator's.
        if before != content:
            stored.filter(content=content).update(valid_until=version.valid_until)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as source:
            return tomllib.load(source)
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise FixtureProblem(f"{path.name}: {problem}") from problem
