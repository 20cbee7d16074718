"""What htmx asks for."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def page_of(request: HttpRequest) -> str:
    """Give the address of the page in which htmx asks; "/" when it is not one of ours."""
    try:
        return HtmxDetails(request).current_url_abs_path or "/"
    except ValueError:
        # What a client sends need not be an address at all.
        return "/"


def target_of(request: HttpRequest) -> str:
    """Give the id of the element that htmx will replace; empty when a whole page is asked for.

    htmx 4 names its target as `tag#id`.
    """
    htmx = HtmxDetails(request)
    return (htmx.target or "").partition("#")[2] if htmx else ""
