"""The language of a request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from organisation.choices import Language


class LanguageMiddleware:
    """Speaks the language chosen on this device, else the user's own, else Dutch.

    What the browser asks for (`Accept-Language`) is left aside on purpose: the programme's language is Dutch, also on
    a computer that was set up in English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(chosen_language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response


def chosen_language(request: HttpRequest) -> str:
    """Give the language for a request."""
    on_this_device = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if on_this_device in Language.values:
        return on_this_device
    if request.user.is_authenticated:
        return request.user.language
    return Language.DUTCH
