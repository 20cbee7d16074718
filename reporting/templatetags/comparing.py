"""`{% load comparing %}`: values and amounts of a comparison as they read, such as `{{ change.before|compared }}`."""

import datetime
from decimal import Decimal

from django import template
from django.db.models import Choices
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from budget.money import format_money, format_number
from reporting.comparison import AmountChange
from reporting.comparison.content import Compared, Value

register = template.Library()


@register.filter
def compared(value: Value) -> str:
    """Write a day, a choice, a name or names; "nothing" for what is empty."""
    if isinstance(value, Choices):
        return str(value.label)
    if isinstance(value, datetime.date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, tuple):
        value = ", ".join(value)
    return value or _("nothing")


@register.filter
def amount_before(change: AmountChange) -> str:
    """Write what it was, in euro or days."""
    return _amount(change, change.before)


@register.filter
def amount_after(change: AmountChange) -> str:
    """Write what it is, in euro or days."""
    return _amount(change, change.after)


@register.filter
def amount_difference(change: AmountChange) -> str:
    """Write how much more it is, with a sign."""
    sign = "+" if change.difference > 0 else ""
    return sign + _amount(change, change.difference)


def _amount(change: AmountChange, amount: Decimal | None) -> str:
    if amount is None:
        return "–"
    return format_number(amount) if change.field == Compared.DAYS else format_money(amount)
