"""`{% load money %}`, then `{{ share.euro|euro }}`, `{{ share.percentage|percent:4 }}`, `{{ share.weight|number }}`.

The notation follows the language. Nothing stays nothing.
"""

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
def number(value: Number | str | None, places: int = 0) -> str:
    """Write a number with thousands apart."""
    return "" if value is None or isinstance(value, str) else format_number(value, places)
