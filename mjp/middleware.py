"""What answers say of themselves, and how much a request may hold."""

import contextlib
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError

from mjp.views import bad_request, content_too_large, method_not_allowed

logger = logging.getLogger(__name__)


class ApiHeadersMiddleware:
    """Tells the API's full version in each of its answers, errors included, and that none is to be kept (API Design Rules 2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(settings.API_PREFIX):
            response.headers["API-Version"] = settings.API_VERSION
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PrivatePagesMiddleware:
    """Lets no browser or proxy keep a page: after signing out, Back shows nothing of what was read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class MethodNotAllowedMiddleware:
    """Gives a page where Django refuses a method with nothing but a header: it has no handler for that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return method_not_allowed(request, response)
        return response


class ImpossibleValueMiddleware:
    """Answers 400 where a value was sent that the database can't hold and nothing refused it before.

    The admin looks up what an address says: a number too large for SQLite, or a NUL, which PostgreSQL has no text with.
    It is recorded with its trace, should it be ours after all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OverflowError, DataError)):
            return None
        logger.warning("A value that the database can't hold", exc_info=exception)
        return bad_request(request, exception)


class RequestSizeMiddleware:
    """Refuses a request that is larger than anything the application takes, before any of it is kept.

    It is read to its end and thrown away, up to a size: a browser that is still sending shows no answer.
    """

    LARGEST_READ = 256 * 1024 * 1024
    CHUNK = 64 * 1024

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        has_files = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
        largest = settings.LARGEST_REQUEST if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if not size.isdecimal() or int(size) <= largest:
            return self.get_response(request)
        if int(size) <= self.LARGEST_READ:
            # Who hangs up while sending needs no answer.
            with contextlib.suppress(UnreadablePostError):
                while request.read(self.CHUNK):
                    pass
        return content_too_large(request)
