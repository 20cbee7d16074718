"""A visitor behind a reverse proxy with TLS, without a browser: cookies, forms and addresses."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Asks a server on this machine as the proxy would, and keeps the cookies that a browser would send over TLS alone."""

    def __init__(self, port: int, host: str) -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Give status, content and headers."""
        return self._ask("GET", path)

    def page(self, path: str) -> str:
        """Give a page. Raises `AssertionError` unless it is there."""
        status, content, _headers = self.get(path)
        assert status == http.client.OK, f"{path}: {status}"
        return content.decode()

    def send(self, path: str, fields: dict[str, str], *, form_on: str) -> str:
        """Send a form that stands on a page, and give where it leads. Raises `AssertionError` when it is refused."""
        token = TOKEN.search(self.page(form_on))
        assert token is not None, f"{form_on} has no form"
        status, content, headers = self._ask("POST", path, {"csrfmiddlewaretoken": token[1], **fields})
        assert status == http.client.FOUND, f"{path}: {status} {content[:500]!r}"
        return urlsplit(headers["Location"]).path

    def _ask(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        headers = {
            "Host": self.host,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "127.0.0.1",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"https://{self.host}/",
        }
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, content, answer.headers
