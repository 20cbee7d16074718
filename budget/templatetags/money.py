"""`{% load money %}`, then `{{ share.euro|euro }}`, `{{ share.percentage|percent:4 }}`, `{{ share.weight|number }}`.

The notation follows the language. Nothing stays nothing.
"""

from collections.abc import Callable

from django import template

from budget.money import Number, format_money, format_number, format_percent

register = template.Library()


@register.filter
def euro(amount: Number | str | None, places: int = 2) -> str:
    """Write an amount in euro with its sign."""
    return "" if amount is None or isinstance(amount, str) else format_money(amount, places=places)


@register.filter
def percent(percentage: Number | str | None, places: int = 2) -> str:
    """Write a percentage (3.25 is 3.25%) with its sign."""
    return "" if percentage is None or isinstance(percentage, str) else format_percent(percentage, places)


@register.filter
def euro_change(change: Number | str | None) -> str:
    """Write by how many euro something changes: more with a plus, less with a minus, at the same place."""
    return _with_plus(change, euro)


@register.filter
def percent_change(change: Number | str | None) -> str:
    """Write by what percentage something changes, with a plus or a minus."""
    return _with_plus(change, percent)


def _with_plus(change: Number | str | None, write: Callable[[Number | str | None], str]) -> str:
    if change is None or isinstance(change, str) or change <= 0:
        return write(change)
    return write(-change).replace("-", "+", 1)


@register.filter
def number(value: Number | str | None, places: int = 0) -> str:
    """Write a number with thousands apart."""
    return "" if value is None or isinstance(value, str) else format_number(value, places)
