"""What answers say of themselves, and how much a request may hold."""

import contextlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from mjp.views import content_too_large


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
