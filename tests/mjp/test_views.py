"""Health, the error pages, and what every answer carries."""

import os
import subprocess
import sys

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client, override_settings
from django.urls import path

from mjp import urls
from mjp.config import BASE_DIR
from organisation.choices import Role

pytestmark = pytest.mark.django_db


def fail(error):
    def view(request):
        raise error

    return view


def bad_request(request):
    from django.core.exceptions import SuspiciousOperation

    raise SuspiciousOperation("a detail that is nobody's business")


ERRORS = {
    "broken": RuntimeError("a detail"),
    "busy": OperationalError("a detail"),
    "gone": InterfaceError("a detail"),
}
urlpatterns = [
    *[
        path(prefix + name, fail(error))
        for prefix in ("test/", "api/v1/test/")
        for name, error in ERRORS.items()
    ],
    path("test/bad", bad_request),
    path("api/v1/test/bad", bad_request),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
with_broken_pages = override_settings(ROOT_URLCONF="tests.mjp.test_views")


def test_health_is_told_to_everybody(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})
    assert "no-cache" in response.headers["Cache-Control"]


def test_health_is_503_when_the_database_cannot_be_reached(tmp_path):
    # Where the database should be, no file can be opened.
    (tmp_path / "mjp.sqlite3").mkdir()
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "for path in ('/healthz', '/'):\n"
        "    client = Client(raise_request_exception=False)\n"
        "    client.cookies['sessionid'] = 'x' * 32 if path == '/' else ''\n"
        "    response = client.get(path)\n"
        "    print(response.status_code, response.headers.get('Retry-After'), response.content.strip()[:15])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": "",
            "MJP_DATA_DIR": str(tmp_path),
            "MJP_ALLOWED_HOSTS": "testserver",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == [
        """503 None b'{"status": "una'""",
        "503 30 b'<!DOCTYPE html>'",
    ], done.stderr


@pytest.mark.parametrize(
    ("page", "status"), [("bad", 400), ("broken", 500), ("busy", 503), ("gone", 503), ("no-such-page", 404)]
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_error_page_is_in_style_and_language_and_gives_no_detail(client_as, page, status, language):
    with with_broken_pages:
        client = client_as(Role.COUNCIL_MEMBER, language=language)
        client.raise_request_exception = False
        response = client.get(f"/test/{page}")
    html = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{language}"' in html
    assert "mjp-theme" in html
    assert "a detail" not in html
    assert response.headers.get("Retry-After") == ("30" if status == 503 else None)


@pytest.mark.parametrize(
    ("page", "status"), [("bad", 400), ("broken", 500), ("busy", 503), ("gone", 503), ("no-such-page", 404)]
)
def test_error_of_the_api_is_a_problem(client_as, page, status):
    with with_broken_pages:
        client = client_as(Role.COUNCIL_MEMBER)
        client.raise_request_exception = False
        response = client.get(f"/api/v1/test/{page}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert response.headers["API-Version"] == "1.3.0"
    assert "a detail" not in response.content.decode()


def test_page_without_permission_is_in_style(client_as):
    response = client_as().get("/organisation")
    assert response.status_code == 403
    assert "mjp-theme" in response.content.decode()
    assert "403.html" in [template.name for template in response.templates]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("post", "/", "GET, HEAD"),
        ("delete", "/fold", "GET, HEAD, POST"),
        ("patch", "/language", "GET, HEAD, POST"),
        ("patch", "/accounts/password/change/", "GET, POST, PUT, HEAD, OPTIONS"),
        ("get", "/admin/logout/", "POST, OPTIONS"),
        ("post", "/healthz", "GET, HEAD"),
    ],
)
def test_refused_method_gets_a_page_in_style_and_language_that_says_which_are_allowed(
    client_as, method, address, allowed, language
):
    response = getattr(client_as(Role.ADMIN, language=language), method)(address)
    assert response.status_code == 405
    assert response.headers["Allow"] == allowed
    assert "405.html" in [template.name for template in response.templates]
    assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("address", ["/api/v1/themes", "/api/v1/openapi.json"])
def test_refused_method_of_the_api_is_a_problem(client_as, address):
    response = client_as(Role.ADMIN).delete(address)
    assert response.status_code == 405
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_form_that_was_open_too_long_is_explained(client_as):
    signed_in = client_as(Role.COUNCIL_MEMBER)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in.cookies
    response = client.post("/fold", {"group": "1"})
    assert response.status_code == 403
    assert "403_csrf.html" in [template.name for template in response.templates]


@pytest.mark.parametrize(
    "address", ["/objectives/99999999999999999999999", "/objectives/0", "/themes/no-such-theme"]
)
def test_unknown_record_is_not_found(client_as, address):
    assert client_as(Role.COUNCIL_MEMBER).get(address).status_code == 404


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.example.com", "a b"])
def test_other_host_is_refused(client, host):
    assert client.get("/accounts/login/", headers={"host": host}).status_code == 400


PAGES = [
    "/",
    "/print",
    "/organisation",
    "/lac-goals",
    "/accounts/password/change/",
    "/admin/",
    "/no-such-page",
]


def assert_strict(response):
    policy = {
        name: set(sources)
        for name, *sources in (
            rule.split() for rule in response.headers["Content-Security-Policy"].split(";") if rule.strip()
        )
    }
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == {"'none'"}
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", PAGES)
def test_page_comes_with_a_strict_policy(client_as, programme, address):
    assert_strict(client_as(Role.ADMIN).get(address))


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/healthz", "/api/v1/openapi.json", "/api/v1/themes", "/"]
)
def test_answer_before_signing_in_comes_with_a_strict_policy(client, address):
    assert_strict(client.get(address))


@pytest.mark.parametrize("address", PAGES)
def test_page_has_no_inline_script_or_style(client_as, programme, address):
    import re

    html = client_as(Role.ADMIN).get(address).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes
        assert not body.strip() or "application/json" in attributes


@pytest.mark.parametrize("address", PAGES[:4])
def test_pages_behind_the_sign_in_are_not_kept_by_anyone_else(client_as, programme, address):
    assert "Cookie" in client_as(Role.ADMIN).get(address).headers["Vary"]
