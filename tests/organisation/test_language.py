"""The language: Dutch unless chosen otherwise, remembered on the device and with the person."""

import pytest
from django.test import Client

from organisation.choices import Language, Role
from organisation.models import User

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"


@pytest.mark.parametrize("accepted", ["en", "en-GB,en;q=0.9", "fr", "de-DE", "*", ""])
def test_dutch_is_spoken_whatever_the_browser_asks_for(client, accepted):
    response = client.get(SIGN_IN, headers={"accept-language": accepted})
    assert response.headers["Content-Language"] == "nl"
    assert '<html lang="nl"' in response.content.decode()


@pytest.mark.parametrize(
    ("cookie", "language"), [("en", "en"), ("nl", "nl"), ("fr", "nl"), ("", "nl"), ("en-GB", "nl")]
)
def test_cookie_chooses_the_language(client, cookie, language):
    client.cookies["django_language"] = cookie
    response = client.get(SIGN_IN)
    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in response.content.decode()


def test_person_is_spoken_to_in_their_own_language(client_as):
    client = client_as(Role.COUNCIL_MEMBER, language=Language.ENGLISH)
    assert client.get("/organisation").headers["Content-Language"] == "en"


def test_choice_on_this_device_goes_before_the_person_s_own(client_as):
    client = client_as(Role.COUNCIL_MEMBER, language=Language.ENGLISH)
    client.cookies["django_language"] = "nl"
    assert client.get("/organisation").headers["Content-Language"] == "nl"


def test_switch_is_remembered_on_the_device_without_signing_in(client):
    response = client.post("/language", {"language": "en", "next": SIGN_IN})
    assert (response.status_code, response.url) == (302, SIGN_IN)
    cookie = response.cookies["django_language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)
    assert cookie["max-age"] >= 180 * 24 * 3600
    assert client.get(SIGN_IN).headers["Content-Language"] == "en"


def test_switch_is_remembered_with_the_person(client_as):
    client = client_as(Role.COUNCIL_MEMBER)
    client.post("/language", {"language": "en"})
    assert User.objects.get(pk=client.user.pk).language == "en"
    elsewhere = Client()
    elsewhere.force_login(client.user)
    assert elsewhere.get("/organisation").headers["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["fr", "", "EN", "en\x00"])
def test_unknown_language_is_refused_and_changes_nothing(client_as, language):
    client = client_as(Role.COUNCIL_MEMBER)
    response = client.post("/language", {"language": language})
    assert response.status_code == 400
    assert "400.html" in [template.name for template in response.templates]
    assert "django_language" not in response.cookies
    assert User.objects.get(pk=client.user.pk).language == "nl"


ELSEWHERE = [
    "https://example.com/",
    "//example.com/",
    "\\\\example.com",
    "/\\example.com",
    "http:///example.com",
    "javascript:alert(1)",
    "",
    " //example.com",
]


def test_error_after_a_form_offers_the_language_without_a_way_back_to_it(client_as):
    client = client_as(Role.COUNCIL_MEMBER)
    assert '<input type="hidden" name="next" value="/no-such-page">' in html(client.get("/no-such-page"))
    for response in (client.post("/language", {"language": "fr"}), client.post("/no-such-page?x=1")):
        assert '<input type="hidden" name="next" value="/">' in html(response)
        assert "data-return-here" not in html(response)


def html(response) -> str:
    """What a browser would read, whatever the layout of the template."""
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("address", ["/language", "/fold"])
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_to_another_site(client_as, address, elsewhere):
    response = client_as(Role.COUNCIL_MEMBER).post(
        address, {"language": "en", "group": "1", "next": elsewhere}
    )
    assert response.status_code == 302
    assert response.url.split("#")[0] == "/"


@pytest.mark.parametrize("address", ["/language", "/fold"])
def test_form_goes_back_to_its_page(client_as, address):
    response = client_as(Role.COUNCIL_MEMBER).post(
        address, {"language": "en", "group": "1", "next": "/?pillar=1&q=a%20b"}
    )
    assert response.url.split("#")[0] == "/?pillar=1&q=a%20b"


@pytest.mark.parametrize("address", ["/language", "/fold"])
def test_form_of_another_site_is_refused(client_as, address):
    client = client_as(Role.COUNCIL_MEMBER)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(address, {"language": "en", "group": "1"})
    assert response.status_code == 403
