"""What every request passes: its language, and that someone is signed in."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from organisation.choices import Language
from organisation.htmx import page_of


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


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Sends who is not signed in to the sign-in page.

    A request by htmx is for a piece of a page: there the whole page goes, so that signing in does not appear inside it.
    After a form comes the home page: the address of a form need not be one to open.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        login_url = self.get_login_url(view_func)
        if HtmxDetails(request):
            response = redirect_to_login(page_of(request), login_url)
            response.status_code = 200
            response.headers["HX-Redirect"] = response.url
            del response.headers["Location"]
            return response
        if request.method not in {"GET", "HEAD"}:
            return redirect_to_login("/", login_url)
        return super().handle_no_permission(request, view_func)
