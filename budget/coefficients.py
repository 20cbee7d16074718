"""Reads the numbers of the BDUR's formula from a TOML file, such as fixtures/programme/bdur_formula.toml.

A plain function on a path, without Django. Numbers become Decimals as they are typed, never floats.
"""

import datetime
import itertools
import tomllib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from budget.exact import NotInWholeCents, to_cents
from budget.formula import MOST_DIGITS, Coefficient, Coefficients, FixedAmount

_Row = dict[str, Any]


class CoefficientsProblem(ValueError):
    """The file can't be used; the message names the place in it and what is wrong there."""


class NoCoefficients(ValueError):
    """No version of the formula's numbers counts on `day`."""

    def __init__(self, day: datetime.date) -> None:
        super().__init__(f"the formula has no coefficients for {day.isoformat()}")
        self.day = day


def read_coefficients(path: Path) -> tuple[Coefficients, ...]:
    """Give the versions in the file, from old to new; at most one counts on any day. Raises `CoefficientsProblem`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CoefficientsProblem(f"{path.name}: {error}") from error
    _check_keys(document, "the file", required={"versions"})
    versions = sorted(
        (
            _read_version(row, f"version {number}")
            for number, row in enumerate(_rows(document["versions"], "versions"), start=1)
        ),
        key=lambda version: version.valid_from,
    )
    for older, newer in itertools.pairwise(versions):
        if older.is_valid_on(newer.valid_from):
            raise CoefficientsProblem(
                f"the version of {older.valid_from} still counts on {newer.valid_from}, when the next one begins"
            )
    return tuple(versions)


def coefficients_on(path: Path, day: datetime.date) -> Coefficients:
    """Give the version in the file that counts on a day. Raises `NoCoefficients` and `CoefficientsProblem`."""
    for version in read_coefficients(path):
        if version.is_valid_on(day):
            return version
    raise NoCoefficients(day)


def _read_version(row: _Row, place: str) -> Coefficients:
    _check_keys(
        row, place, required={"valid_from", "source", "measures"}, optional={"valid_until", "fixed_amounts"}
    )
    version = Coefficients(
        valid_from=_day(row["valid_from"], f"{place}, valid_from"),
        valid_until=_day(row["valid_until"], f"{place}, valid_until") if "valid_until" in row else None,
        source=_text(row["source"], f"{place}, source"),
        measures=tuple(
            _read_measure(measure, f"{place}, measure {number}")
            for number, measure in enumerate(_rows(row["measures"], f"{place}, measures"), start=1)
        ),
        fixed_amounts=tuple(
            _read_fixed_amount(fixed, f"{place}, fixed amount {number}")
            for number, fixed in enumerate(
                _rows(row["fixed_amounts"], f"{place}, fixed_amounts") if "fixed_amounts" in row else [],
                start=1,
            )
        ),
    )
    if version.valid_until is not None and version.valid_until < version.valid_from:
        raise CoefficientsProblem(f"{place} ends before it begins")
    _refuse_twice((coefficient.measure for coefficient in version.measures), place)
    _refuse_twice((f"{fixed.region} for {fixed.reason}" for fixed in version.fixed_amounts), place)
    if not any(coefficient.points_per_unit > 0 for coefficient in version.measures):
        raise CoefficientsProblem(f"{place}: no measure counts for more than zero points")
    return version


def _read_measure(row: _Row, place: str) -> Coefficient:
    _check_keys(row, place, required={"measure", "label", "points_per_unit"})
    return Coefficient(
        measure=_text(row["measure"], f"{place}, measure"),
        label=_text(row["label"], f"{place}, label"),
        points_per_unit=_number(row["points_per_unit"], f"{place}, points_per_unit"),
    )


def _read_fixed_amount(row: _Row, place: str) -> FixedAmount:
    _check_keys(row, place, required={"region", "amount", "reason"})
    amount = _number(row["amount"], f"{place}, amount")
    try:
        if to_cents(amount) <= 0:
            raise CoefficientsProblem(f"{place}, amount: not more than zero")
    except NotInWholeCents as error:
        raise CoefficientsProblem(f"{place}, amount: {error}") from error
    return FixedAmount(
        region=_text(row["region"], f"{place}, region"),
        amount=amount,
        reason=_text(row["reason"], f"{place}, reason"),
    )


def _check_keys(row: _Row, place: str, required: set[str], optional: set[str] | None = None) -> None:
    """Refuse what is missing, and what isn't known: a slip in a name must not pass for a value left out."""
    for key in sorted(required - row.keys()):
        raise CoefficientsProblem(f"{place}: {key} is missing")
    for key in sorted(row.keys() - required - (optional or set())):
        raise CoefficientsProblem(f"{place}: {key} is unknown")


def _refuse_twice(names: Iterable[str], place: str) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise CoefficientsProblem(f"{place}: {name} stands there {times} times")


def _rows(value: object, place: str) -> list[_Row]:
    if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
        raise CoefficientsProblem(f"{place}: not a list of tables")
    return value


def _day(value: object, place: str) -> datetime.date:
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise CoefficientsProblem(f"{place}: not a day, such as 2026-01-01")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CoefficientsProblem(f"{place}: not a text")
    return value


def _number(value: object, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise CoefficientsProblem(f"{place}: not a number")
    number = Decimal(value)
    if not number.is_finite():
        raise CoefficientsProblem(f"{place}: not a number")
    # A number such as 1E+999999999 would take for ever to count with.
    if number.adjusted() >= MOST_DIGITS or int(number.as_tuple().exponent) < -MOST_DIGITS:
        raise CoefficientsProblem(
            f"{place}: longer than {MOST_DIGITS} digits before or behind the decimal sign"
        )
    return number


def as_content(coefficients: Coefficients) -> dict[str, Any]:
    """Give a version as plain data, with numbers and days as text: what is stored and sealed."""
    return {
        "valid_from": coefficients.valid_from.isoformat(),
        "valid_until": coefficients.valid_until.isoformat() if coefficients.valid_until else None,
        "source": coefficients.source,
        "measures": [
            {"measure": one.measure, "label": one.label, "points_per_unit": str(one.points_per_unit)}
            for one in coefficients.measures
        ],
        "fixed_amounts": [
            {"region": one.region, "amount": str(one.amount), "reason": one.reason}
            for one in coefficients.fixed_amounts
        ],
    }


def from_content(content: dict[str, Any]) -> Coefficients:
    """Give the version that `as_content` made plain data of."""
    until = content["valid_until"]
    return Coefficients(
        valid_from=datetime.date.fromisoformat(content["valid_from"]),
        valid_until=datetime.date.fromisoformat(until) if until else None,
        source=content["source"],
        measures=tuple(
            Coefficient(one["measure"], one["label"], Decimal(one["points_per_unit"]))
            for one in content["measures"]
        ),
        fixed_amounts=tuple(
            FixedAmount(one["region"], Decimal(one["amount"]), one["reason"])
            for one in content["fixed_amounts"]
        ),
    )


def checked_content(content: _Row) -> Coefficients:
    """Give the version that plain data stands for, as `from_content` does, of data that people typed.

    Raises `CoefficientsProblem`, as `read_coefficients` does.
    """
    row = {
        **content,
        "valid_from": _day_of(content.get("valid_from"), "valid_from"),
        "measures": _with_number(content.get("measures"), "points_per_unit"),
        "fixed_amounts": _with_number(content.get("fixed_amounts"), "amount"),
        "valid_until": _day_of(content.get("valid_until"), "valid_until")
        if content.get("valid_until")
        else None,
    }
    left_out = {name for name in ("valid_until", "fixed_amounts") if not row[name]}
    return _read_version({name: value for name, value in row.items() if name not in left_out}, "the content")


def _day_of(value: object, place: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise CoefficientsProblem(f"the content, {place}: not a day, such as 2026-01-01") from error


def _with_number(rows: object, name: str) -> object:
    """Give rows with the number under a name read from its text; what isn't one is left for the checks that follow."""
    if not isinstance(rows, list):
        return rows
    return [
        {**row, name: _number_of(row[name])} if isinstance(row, dict) and name in row else row for row in rows
    ]


def _number_of(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return Decimal(value)
    except ArithmeticError:
        return value
