"""Signing in: by e-mail address and password, in any case, with a limit; accounts are an administrator's to make."""

import html
import re
import socket

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import translation

from organisation.adapters import AccountAdapter
from organisation.choices import Role
from organisation.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"


@pytest.fixture
def person():
    return UserFactory(email="lid@example.org", roles=[Role.COUNCIL_MEMBER])


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str):
    return client.post(SIGN_IN, {"login": email, "password": password, **fields})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("email", ["lid@example.org", "LID@Example.ORG", " lid@example.org "])
def test_person_signs_in_by_e_mail_address_in_any_case(client, person, email):
    response = sign_in(client, email)
    assert (response.status_code, response.url) == (302, "/")
    assert is_signed_in(client)


def test_person_lands_on_the_page_they_asked_for(client, person):
    asked = client.get("/organisation?x=1")
    assert asked.status_code == 302
    assert asked.url == f"{SIGN_IN}?next=/organisation%3Fx%3D1"
    assert client.get(asked.url).status_code == 200
    assert sign_in(client, "lid@example.org", next="/organisation?x=1").url == "/organisation?x=1"


def test_signing_in_does_not_lead_to_another_site(client, person):
    assert sign_in(client, "lid@example.org", next="https://example.com/").url == "/"


def test_sign_in_form_works_with_its_own_token_and_not_without(person):
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser, "lid@example.org").status_code == 403
    browser.get(SIGN_IN)
    token = browser.cookies["csrftoken"].value
    assert sign_in(browser, "lid@example.org", csrfmiddlewaretoken=token).status_code == 302
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("email", "password"),
    [("lid@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("lid@example.org", PASSWORD.upper())],
)
def test_wrong_password_and_unknown_person_get_the_same_message(client, person, email, password):
    response = sign_in(client, email, password)
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert len(response.context["form"].non_field_errors()) == 1
    known = sign_in(client, "lid@example.org", "wrong too").context["form"].non_field_errors()
    assert response.context["form"].non_field_errors() == known
    assert str(known[0]) in response.content.decode()


@pytest.mark.parametrize("missing", ["login", "password"])
def test_missing_field_is_named(client, person, missing):
    response = client.post(SIGN_IN, {"login": "lid@example.org", "password": PASSWORD, missing: ""})
    assert list(response.context["form"].errors) == [missing]


def test_inactive_person_is_told_so_and_not_signed_in(client, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    response = sign_in(client, "lid@example.org")
    assert response.url == "/accounts/inactive/"
    assert client.get(response.url).status_code == 200
    assert not is_signed_in(client)


def test_person_made_inactive_is_out_at_once(client_as):
    client = client_as(Role.COUNCIL_MEMBER)
    assert client.get("/organisation").status_code == 200
    User.objects.filter(pk=client.user.pk).update(is_active=False)
    assert client.get("/organisation").status_code == 302


def test_too_many_attempts_on_an_account_are_held_off_even_with_the_right_password(client, person):
    for _ in range(5):
        assert wrong_password_message(sign_in(client, "lid@example.org", "wrong"))
    for email in ("lid@example.org", "LID@example.org"):
        held = sign_in(client, email)
        assert held.status_code == 200
        assert [error.code for error in held.context["form"].non_field_errors().as_data()] == [
            "too_many_login_attempts"
        ]
        assert str(held.context["form"].non_field_errors()[0]) in held.content.decode()
    assert not is_signed_in(client)


def wrong_password_message(response) -> bool:
    codes = [error.code for error in response.context["form"].non_field_errors().as_data()]
    return codes == ["email_password_mismatch"]


@pytest.mark.parametrize(
    ("address", "fields", "allowed"),
    [
        (SIGN_IN, {"login": "lid@example.org", "password": "wrong"}, 30),
        ("/accounts/password/reset/", {"email": "lid@example.org"}, 5),
    ],
)
def test_too_many_forms_get_a_page_that_says_what_to_do(client, person, address, fields, allowed):
    client.cookies["django_language"] = "en"
    for _ in range(allowed):
        assert client.post(address, fields).status_code in {200, 302}
    held = client.post(address, fields)
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "60"
    assert '<h1 class="nl-heading nl-heading--level-1">Too many attempts</h1>' in held.content.decode()
    assert "Wait a minute, then try again." in held.content.decode()
    assert client.get(address).status_code == 200


def test_attempts_on_one_account_do_not_hold_off_another(client, person):
    for _ in range(5):
        sign_in(client, "other@example.org", "wrong")
    sign_in(client, "lid@example.org")
    assert is_signed_in(client)


def test_session_gets_a_new_key_on_signing_in_and_ends_on_signing_out(client, person):
    client.get(SIGN_IN)
    sign_in(client, "lid@example.org")
    key = client.session.session_key
    assert client.post("/accounts/logout/").status_code == 302
    assert not is_signed_in(client)
    client.cookies["sessionid"] = key
    assert client.get("/organisation").status_code == 302


def test_signing_out_takes_a_form_not_a_link(client_as):
    client = client_as(Role.COUNCIL_MEMBER)
    client.get("/accounts/logout/")
    assert is_signed_in(client)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_makes_an_account_by_themselves(client, method):
    data = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert getattr(client, method)("/accounts/signup/", data).status_code == 404
    assert not get_adapter().is_open_for_signup(RequestFactory().get("/"))
    assert not User.objects.exists()


def test_nobody_adds_an_address_to_sign_in_with(client, person):
    sign_in(client, "lid@example.org")
    second = {"action_add": "", "email": "second@example.org"}
    assert client.post("/accounts/email/", second).status_code == 404
    assert not EmailAddress.objects.filter(email="second@example.org").exists()


def test_person_without_a_password_gets_one_by_e_mail(client, person):
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    response = client.get("/accounts/password/change/", follow=True)
    assert response.redirect_chain[-1] == ("/accounts/password/reset/", 302)
    client.post("/accounts/password/reset/", {"email": person.email})
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("address", [SIGN_IN, f"{SIGN_IN}?next=/organisation"])
def test_person_who_is_signed_in_is_not_asked_again(client, person, address):
    client.force_login(person)
    response = client.get(address)
    assert (response.status_code, response.url) == (302, address.partition("next=")[2] or "/")


@pytest.mark.parametrize("address", ["/fold", "/admin/organisation/network/add/"])
def test_session_that_ended_before_a_form_was_sent_leads_home(client, address):
    response = client.post(address, {"fold": "1"})
    assert (response.status_code, response.url) == (302, f"{SIGN_IN}?next=/")
    by_htmx = client.post(
        address, headers={"hx-request": "true", "hx-current-url": "http://testserver/?pillar=1"}
    )
    assert by_htmx.headers["HX-Redirect"] == f"{SIGN_IN}?next=/%3Fpillar%3D1"
    assert "Location" not in by_htmx.headers


def test_person_sets_another_password_by_a_link_that_works_once(client, person):
    assert client.post("/accounts/password/reset/", {"email": "LID@example.org"}).status_code == 302
    [message] = mail.outbox
    assert message.to == ["lid@example.org"]
    path = "/" + link_in(message).split("/", 3)[3]
    form = client.get(path, follow=True).redirect_chain[-1][0]
    new = "an entirely different sentence"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(Client(), "lid@example.org", PASSWORD).status_code == 200
    assert sign_in(Client(), "lid@example.org", new).status_code == 302
    assert Client().get(path, follow=True).context.get("token_fail")


def test_asking_for_a_link_does_not_tell_who_has_an_account(client, person):
    known = client.post("/accounts/password/reset/", {"email": "lid@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [["lid@example.org"]]


@pytest.mark.parametrize("backend", ["smtp", "filebased"])
def test_mail_that_cannot_be_sent_does_not_tell_either_and_is_recorded(
    client, person, settings, caplog, unused_port, tmp_path, backend
):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
    # A file where the folder should be.
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_FILE_PATH.touch()
    known, unknown = (
        client.post("/accounts/password/reset/", {"email": email})
        for email in ("lid@example.org", "nobody@example.org")
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [record.name for record in caplog.records] == ["organisation.adapters"]


@pytest.fixture
def unused_port():
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("nl", "MJP Portfolio: nieuw wachtwoord kiezen", "Beste Jan & Co,"),
        ("en", "MJP Portfolio: choose a new password", "Hello Jan & Co,"),
    ],
)
def test_mail_is_text_in_the_language_of_its_receiver(client, language, subject, greeting):
    UserFactory(email="jan@example.org", name="Jan & Co", language=language)
    client.cookies["django_language"] = "nl" if language == "en" else "en"
    client.post("/accounts/password/reset/", {"email": "jan@example.org"})
    [message] = mail.outbox
    assert message.subject == subject
    assert message.body.startswith(greeting)
    assert message.alternatives == []
    assert link_in(message).startswith("http://testserver/accounts/password/reset/key/")


def link_in(message) -> str:
    return next(word for word in message.body.split() if "/password/reset/key/" in word)


def test_people_are_addressed_formally_and_by_the_name_of_the_application(person):
    """Every page, error, message and mail of signing in, in Dutch, on a machine that is called localhost."""
    client = Client(headers={"host": "localhost"})
    reset, change = "/accounts/password/reset/", "/accounts/password/change/"
    new = {"password1": "an entirely different sentence", "password2": "an entirely different sentence"}
    other = {**new, "password2": "another"}
    read = []

    def look(response):
        response = client.get(response.url, follow=True) if response.status_code == 302 else response
        read.append(response.content.decode())
        return response

    for address in (
        SIGN_IN,
        reset,
        reset + "done/",
        reset + "key/1-no/",
        reset + "key/done/",
        "/accounts/inactive/",
    ):
        look(client.get(address))
    look(client.post(reset, {"email": "no address"}))
    look(client.post(reset, {"email": person.email}))
    [message] = mail.outbox
    link = link_in(message)
    key_form = client.get(link.removeprefix("http://localhost"))
    for passwords in (other, {"password1": "a", "password2": "a"}, {}, new):
        look(client.post(key_form.url, passwords))
    for fields in (
        {},
        {"login": "no address", "password": "x"},
        *[{"login": person.email, "password": "x"}] * 6,
    ):
        look(client.post(SIGN_IN, fields))
    cache.clear()
    client.force_login(User.objects.get())
    for passwords in ({}, {**new, "oldpassword": "x"}, {**other, "oldpassword": new["password1"]}):
        look(client.post(change, passwords))
    look(client.post(change, {"oldpassword": new["password1"], "password1": PASSWORD, "password2": PASSWORD}))
    look(client.get(change))
    look(client.post(change, {}))
    look(client.get("/accounts/logout/"))
    look(client.post("/accounts/logout/"))
    read += [message.subject, message.body.replace(link, "")]
    # What was said, tags and addresses left out, so that a class or a path can't be taken for a word.
    said = [re.sub(r"<[^>]*>", " ", text) for text in read]
    wrong = re.compile(r"\b(je|jij|jou|jouw|localhost)\b", re.IGNORECASE)
    assert [text for text in said if wrong.search(text)] == []
    # And the pages were those that they were meant to be.
    everything = html.unescape(" ".join(said))
    with translation.override("nl"):
        for code in ("email_password_mismatch", "too_many_login_attempts", "enter_current_password"):
            assert str(AccountAdapter.error_messages[code]) in everything
    assert "MJP Portfolio" in message.subject


@pytest.mark.parametrize(
    ("weak", "reason"),
    [
        ("vJ3$kq", "password_too_short"),
        ("739105826447", "password_entirely_numeric"),
        ("qwerty123456", "password_too_common"),
        ("lid@example.org", "password_too_similar"),
    ],
)
def test_weak_password_is_refused(client, person, weak, reason):
    sign_in(client, "lid@example.org")
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert response.status_code == 200
    assert [error.code for error in response.context["form"].errors.as_data()["password1"]] == [reason]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_field_is_described_by_all_its_errors_and_its_explanation(client, person):
    client.force_login(person)
    response = client.post("/accounts/password/change/", {"password1": "1"})
    page = response.content.decode()
    named = re.search(r'id="id_password1".*?aria-describedby="([^"]*)"', page)
    assert named is not None
    assert named[1].split() == [
        *[f"id_password1-error-{number}" for number in (1, 2, 3)],
        "id_password1-help",
    ]
    assert all(page.count(f'id="{name}"') == 1 for name in named[1].split())
    assert '<a href="/accounts/password/reset/">' in page


@pytest.fixture
def cache_as_served(settings):
    """The cache of the settings, where the other tests have one in memory."""
    import mjp.settings

    settings.CACHES = mjp.settings.CACHES


def test_attempts_are_counted_in_the_database(client, person, cache_as_served):
    for _ in range(5):
        assert wrong_password_message(sign_in(client, "lid@example.org", "wrong"))
    held = sign_in(client, "lid@example.org").context["form"].non_field_errors().as_data()
    assert [error.code for error in held] == ["too_many_login_attempts"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mjp_cache WHERE cache_key LIKE '%:login_failed:%'")
        assert cursor.fetchone()[0] > 0


def test_nobody_gets_in_where_attempts_cannot_be_counted(client, person, cache_as_served):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE mjp_cache")
    client.raise_request_exception = False
    assert sign_in(client, "lid@example.org").status_code >= 500
    assert "sessionid" not in client.cookies
