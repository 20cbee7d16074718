"""What the making of a PDF may read: style sheets, fonts and drawings of our own, and nothing else.

A report holds text that people wrote. Whatever stands in it, no address is opened for it: this fetcher has no way to the
network and looks for a file only under the addresses that begin with `OWN_FILES`.
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from weasyprint.urls import URLFetcher, URLFetcherResponse

# No host can have this name (RFC 6761).
OWN_FILES = "https://own-files.invalid/"

_KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class NotOurOwn(ValueError):
    """An address that is none of our own files."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address[:200]!r} is none of the application's own files")


class OwnFilesFetcher(URLFetcher):
    """Gives our own files, as WeasyPrint asks for them. `refused` has what else was asked for."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Give a file of our own. Raises `NotOurOwn` for anything else, which leaves a gap on the page."""
        try:
            file = find_own_file(url)
        except NotOurOwn:
            self.refused.append(url)
            raise
        return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": _KINDS[file.suffix]})


def find_own_file(address: str) -> Path:
    """Give the file that an address below `OWN_FILES` stands for. Raises `NotOurOwn` when it isn't one."""
    if not address.startswith(OWN_FILES):
        raise NotOurOwn(address)
    name = unquote(urlsplit(address).path).removeprefix("/")
    for folder in settings.STATICFILES_DIRS:
        root = Path(folder).resolve()
        # The real place counts: neither ".." nor a link leads out of the folder.
        file = (root / name).resolve()
        if file.is_relative_to(root) and file.suffix in _KINDS and file.is_file():
            return file
    raise NotOurOwn(address)
