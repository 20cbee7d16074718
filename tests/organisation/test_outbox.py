"""Mail is written with what it tells of, sent after that is stored, and kept when it can't be sent."""

import datetime
import smtplib
import tempfile

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from organisation.outbox import RESTS, post
from tests.factories import UserFactory

TEMPLATE = "tests/mail.txt"
tried: list[str] = []


class AwayBackend(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages):
        tried.extend(message.to[0] for message in email_messages)
        raise smtplib.SMTPServerDisconnected("the server went away")


class UnreachableBackend(BaseEmailBackend):
    """A mail server that can't be connected to."""

    def open(self):
        raise ConnectionRefusedError("nobody there")


@pytest.fixture(autouse=True)
def template(settings):
    """A message of its own: subject, blank line, text."""
    tried.clear()
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "APP_DIRS": False,
            "DIRS": [],
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            TEMPLATE: "{% load i18n %}{{ subject }}\n\n{% translate 'Decisions' %} {{ site }}\n\n\n\nEnd\n"
                        },
                    )
                ]
            },
        }
    ]


def send_queued_mail() -> None:
    """Run the command with a lock of its own: one in the folder for all would let tests side by side wait in vain."""
    with tempfile.TemporaryDirectory() as folder:
        call_command("send_queued_mail", lockfile=f"{folder}/lock")


def write(subject: str = "Subject", **fields) -> Email | None:
    return post(UserFactory.create(**fields), TEMPLATE, {"subject": subject})


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_when_what_it_tells_of_is_stored_and_not_before():
    with transaction.atomic():
        message = write(email="someone@example.org")
        assert mail.outbox == []
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [(["someone@example.org"], "Subject")]
    assert Email.objects.get(pk=message.pk).status == STATUS.sent
    send_queued_mail()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_or_kept_of_what_is_rolled_back():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert not Email.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backend", [AwayBackend, UnreachableBackend])
def test_a_mail_server_that_is_away_undoes_nothing_and_the_mail_is_sent_later(settings, backend):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"
    with transaction.atomic():
        message = write(email="someone@example.org")
    assert UserFactory._meta.model.objects.filter(email="someone@example.org").exists()
    assert Email.objects.get(pk=message.pk).status == STATUS.queued
    settings.EMAIL_BACKEND = working
    # The command leaves a new message to who wrote it.
    send_queued_mail()
    assert mail.outbox == []
    Email.objects.update(scheduled_time=timezone.now() - datetime.timedelta(seconds=1))
    send_queued_mail()
    assert [sent.to for sent in mail.outbox] == [["someone@example.org"]]
    assert Email.objects.get(pk=message.pk).status == STATUS.sent


@pytest.mark.django_db(transaction=True)
def test_the_command_tries_again_what_it_could_not_send(settings):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.AwayBackend"
    with transaction.atomic():
        message = write()
    for _ in range(3):
        Email.objects.update(scheduled_time=timezone.now() - datetime.timedelta(seconds=1))
        send_queued_mail()
        assert Email.objects.get(pk=message.pk).status == STATUS.requeued
    settings.EMAIL_BACKEND = working
    Email.objects.update(scheduled_time=timezone.now() - datetime.timedelta(seconds=1))
    send_queued_mail()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_is_tried_once_and_then_left_in_peace_for_a_while(settings):
    settings.EMAIL_BACKEND = f"{__name__}.AwayBackend"
    with transaction.atomic():
        for number in range(5):
            write(email=f"person-{number}@example.org")
    assert tried == ["person-0@example.org"]
    assert set(Email.objects.values_list("status", flat=True)) == {STATUS.queued}
    cache.delete(RESTS)
    with transaction.atomic():
        write(email="later@example.org")
    assert tried == ["person-0@example.org", "later@example.org"]


@pytest.mark.django_db
def test_nobody_writes_to_someone_who_left():
    assert write(is_active=False) is None
    assert not Email.objects.exists()


@pytest.mark.django_db
def test_an_address_to_which_no_mail_can_go_stops_nothing():
    assert write(email="beheer@intranet") is None
    assert not Email.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r", "\u2028"])
def test_a_subject_can_bring_no_header_into_the_mail(breaks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(subject=f"Title{breaks}Bcc: thief@example.org")
    headers = dict(mail.outbox[0].message().items())
    assert "Bcc" not in headers
    assert mail.outbox[0].recipients() == mail.outbox[0].to
    assert "\n" not in mail.outbox[0].subject


@pytest.mark.django_db
def test_text_is_in_the_language_of_the_receiver_and_names_the_site(settings):
    settings.SITE_URL = "https://mjp.example.org"
    message = write(language="en")
    assert message.message == "Decisions https://mjp.example.org\n\nEnd\n"


def test_without_a_mail_server_mail_goes_to_files_in_the_data_folder(tmp_path):
    """As in the demonstration: settings of their own, so in a process of its own."""
    import subprocess
    import sys

    from mjp.config import BASE_DIR

    code = (
        "import django; django.setup()\n"
        "from django.core.mail import send_mail\n"
        "send_mail('Subject', 'Text', None, ['someone@example.org'])\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env={
            "DJANGO_SETTINGS_MODULE": "mjp.settings",
            "MJP_DATA_DIR": str(tmp_path),
            "PATH": "/usr/bin:/bin",
        },
        check=True,
        timeout=60,
    )
    (file,) = (tmp_path / "mail").iterdir()
    assert "someone@example.org" in file.read_text()
