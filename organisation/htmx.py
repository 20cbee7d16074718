"""What htmx asks for."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def target_of(request: HttpRequest) -> str:
    """Give the id of the element that htmx will replace; empty when a whole page is asked for.

    htmx 4 names its target as `tag#id`.
    """
    htmx = HtmxDetails(request)
    return (htmx.target or "").partition("#")[2] if htmx else ""
