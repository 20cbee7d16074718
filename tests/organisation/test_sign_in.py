"""Signing in: by e-mail address and password, in any case, with a limit; accounts are an administrator's to make."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

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


def test_too_many_attempts_are_held_off_even_with_the_right_password(client, person):
    for _ in range(5):
        assert sign_in(client, "lid@example.org", "wrong").status_code == 200
    held = sign_in(client, "lid@example.org")
    assert held.status_code in {200, 429}
    assert not is_signed_in(client)
    assert sign_in(client, "LID@example.org").status_code == held.status_code
    assert not is_signed_in(client)


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
    response = getattr(client, method)("/accounts/signup/", data)
    assert response.status_code == 200
    assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.exists()


def test_nobody_adds_an_address_to_sign_in_with(client, person):
    sign_in(client, "lid@example.org")
    client.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    assert not EmailAddress.objects.filter(email="second@example.org").exists()
    client.logout()
    sign_in(client, "second@example.org")
    assert not is_signed_in(client)


def test_person_sets_another_password_by_a_link_that_works_once(client, person):
    assert client.post("/accounts/password/reset/", {"email": "LID@example.org"}).status_code == 302
    [message] = mail.outbox
    assert message.to == ["lid@example.org"]
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    path = "/" + link.split("/", 3)[3]
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


@pytest.mark.parametrize("weak", ["short", "123456789012345", "password12345678"[:11], "lid@example.org"])
def test_weak_password_is_refused(client, person, weak):
    sign_in(client, "lid@example.org")
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert response.status_code == 200
    assert response.context["form"].errors
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
