"""Who hears by mail what happened to a project: who is asked something or waits for it, in their own language."""

import datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone, translation
from django.utils.translation import gettext

from organisation.choices import Role
from organisation.models import RoleAssignment
from portfolio import notices
from portfolio.choices import Outcome, ProjectState
from portfolio.models import ReportReminder
from portfolio.services import add_remark, ask_completion, submit_project
from tests.factories import (
    PortfolioFactory,
    PortfolioHolderFactory,
    ProjectFactory,
    UserFactory,
    bring_to,
    decide,
    report,
    reread,
)

pytestmark = pytest.mark.django_db
S = ProjectState
TITLE = "Data & “crisis” <b>'s\nBcc: thief@example.org"


@pytest.fixture
def people():
    """The holder, who reads English, two of support, of whom one left, and others who hear nothing."""
    return {
        "holder": UserFactory(roles=[Role.PORTFOLIO_HOLDER], email="holder@example.org", language="en"),
        "support": UserFactory(roles=[Role.SUPPORT], email="support@example.org", language="nl"),
        "colleague": UserFactory(roles=[Role.SUPPORT], email="colleague@example.org", language="en"),
        "left": UserFactory(roles=[Role.SUPPORT], email="left@example.org", is_active=False),
        "member": UserFactory(roles=[Role.COUNCIL_MEMBER], email="member@example.org"),
    }


@pytest.fixture
def project(people):
    """A draft of the holder, whose portfolio someone else held before."""
    portfolio = PortfolioFactory(held_by=people["holder"])
    PortfolioHolderFactory(
        portfolio=portfolio,
        user=UserFactory(roles=[Role.PORTFOLIO_HOLDER], email="former@example.org"),
        ends_on=datetime.date(2025, 12, 31),
    )
    return ProjectFactory(portfolio=portfolio, filed_by=people["support"], title=TITLE)


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Give a function that does something and gives the mails of it, by address."""

    def sent_by(act):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        found = {message.to[0]: message for message in mail.outbox}
        assert len(found) == len(mail.outbox), "someone was written to twice"
        return found

    return sent_by


def test_support_and_holders_hear_of_a_submission_but_not_who_did_it(project, people, sent):
    found = sent(lambda: submit_project(project, by=people["holder"]))
    assert set(found) == {"support@example.org", "colleague@example.org"}
    decide(reread(project), outcome=Outcome.RETURN, by=people["support"])
    found = sent(lambda: submit_project(project, by=people["support"]))
    assert set(found) == {"holder@example.org", "colleague@example.org"}


def test_one_who_is_holder_and_support_hears_once(project, people, sent):
    RoleAssignment.objects.create(user=people["holder"], role=Role.SUPPORT)
    found = sent(lambda: submit_project(project, by=people["support"]))
    assert set(found) == {"holder@example.org", "colleague@example.org"}


def test_support_hears_that_completion_is_asked_once(project, people, sent):
    bring_to(project, S.RUNNING)
    found = sent(lambda: ask_completion(project, by=people["holder"], closing_note="All & more."))
    assert {"support@example.org", "colleague@example.org"} <= set(found)
    assert "holder@example.org" not in found
    assert "All & more." in found["colleague@example.org"].body
    assert not sent(lambda: ask_completion(project, by=people["holder"], closing_note="All."))


@pytest.mark.parametrize(
    ("outcome", "subject"),
    [
        (Outcome.ACCEPT, "Accepted: "),
        (Outcome.RETURN, "Returned: "),
        (Outcome.CANCEL, "Cancelled: "),
        (Outcome.COMPLETE, "Completed: "),
    ],
)
def test_holder_and_who_filed_hear_what_was_decided(project, people, sent, outcome, subject):
    bring_to(project, S.SUBMITTED if outcome in (Outcome.ACCEPT, Outcome.RETURN) else S.RUNNING)
    found = sent(
        lambda: decide(project, outcome=outcome, by=people["colleague"], wording="Because “A” & B < C.")
    )
    assert set(found) == {"holder@example.org", "support@example.org"}
    message = found["holder@example.org"]
    assert message.subject.startswith(subject)
    assert "Because “A” & B < C." in message.body


def test_holders_hear_of_a_correction_and_of_what_is_taken_back(project, people, sent):
    other = ProjectFactory(
        portfolio=PortfolioFactory(
            held_by=UserFactory(roles=[Role.PORTFOLIO_HOLDER], email="other@example.org", language="en")
        ),
        filed_by=people["colleague"],
        in_state=S.SUBMITTED,
    )
    bring_to(project, S.SUBMITTED)
    first = decide(project, outcome=Outcome.ACCEPT, by=people["colleague"], number="2026-07")
    found = sent(
        lambda: decide(
            other, outcome=Outcome.ACCEPT, by=people["colleague"], number="2026-07.1", corrects=first
        )
    )
    assert set(found) == {"holder@example.org", "support@example.org", "other@example.org"}
    assert "submitted again" in found["holder@example.org"].body
    assert "corrects decision 2026-07" in found["other@example.org"].body


def test_holders_hear_of_a_remark(project, people, sent):
    bring_to(project, S.SUBMITTED)
    found = sent(lambda: add_remark(project, by=people["member"], text="Why “so” late?"))
    assert set(found) == {"holder@example.org"}
    assert "Why “so” late?" in found["holder@example.org"].body


def test_mail_says_nothing_to_who_may_no_longer_see_the_project(project, people, sent):
    bring_to(project, S.SUBMITTED)
    people["holder"].role_assignments.all().delete()
    assert not sent(lambda: add_remark(project, by=people["member"], text="Hm."))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mail_is_text_in_the_language_of_the_receiver_with_a_link_to_the_page(
    project, people, sent, settings, language
):
    settings.SITE_URL = "https://mjp.example.org"
    people["colleague"].language = language
    people["colleague"].save()
    message = sent(lambda: submit_project(project, by=people["holder"]))["colleague@example.org"]
    assert message.content_subtype == "plain"
    assert not message.message().is_multipart()
    assert f"\nhttps://mjp.example.org/projects/{project.pk}\n" in message.body
    lines = message.body.splitlines()
    assert people["colleague"].name in lines[0]
    assert lines[-2] == "--"
    with translation.override(language):
        assert gettext("Kind regards,\nMJP Portfolio") in message.body


def test_a_title_is_not_escaped_and_brings_no_line_into_the_subject(project, people, sent):
    message = sent(lambda: submit_project(project, by=people["holder"]))["colleague@example.org"]
    assert (
        message.subject == f"Submitted: {reread(project).code} Data & “crisis” <b>'s Bcc: thief@example.org"
    )
    assert "Bcc" not in dict(message.message().items())
    assert message.recipients() == ["colleague@example.org"]
    for entity in ("&amp;", "&#x27;", "&lt;", "&quot;"):
        assert entity not in message.body + message.subject


# --- Reminders ---


@pytest.fixture
def due(project):
    """A project that runs since long without a report."""
    return bring_to(project, S.RUNNING)


def test_holders_are_reminded_of_a_report_that_is_due_once(due, people, sent, capsys):
    found = sent(lambda: call_command("send_reminders"))
    assert set(found) == {"holder@example.org"}
    assert found["holder@example.org"].subject.startswith("Status report due: ")
    assert f"/projects/{due.pk}/status-reports/new\n" in found["holder@example.org"].body
    said = capsys.readouterr().out
    assert "reminded holder@example.org" in said
    assert said.endswith("1 reminder sent.\n")
    assert not sent(lambda: call_command("send_reminders"))
    assert capsys.readouterr().out == "0 reminders sent.\n"


def test_holders_are_reminded_again_after_two_weeks(due, sent):
    call_command("send_reminders")
    for days, expected in ((13, 0), (15, 1)):
        ReportReminder.objects.update(sent_at=timezone.now() - datetime.timedelta(days=days))
        assert len(sent(lambda: call_command("send_reminders"))) == expected


def test_nobody_is_reminded_of_what_is_not_due(project, people, sent):
    assert not sent(lambda: call_command("send_reminders"))
    bring_to(project, S.RUNNING)
    report(project)
    assert not sent(lambda: call_command("send_reminders"))
    fresh = ProjectFactory(portfolio=project.portfolio, in_state=S.RUNNING)
    ask_completion(fresh, by=people["support"], closing_note="All.")
    assert not sent(lambda: call_command("send_reminders"))


def test_the_reminder_says_of_when_the_last_report_is(due, people, sent):
    report(due, reported_on=timezone.localdate() - datetime.timedelta(days=120))
    message = sent(lambda: call_command("send_reminders"))["holder@example.org"]
    assert "The last status report" in message.body


def test_a_project_without_a_holder_to_write_to_is_named_and_tried_again(due, people, sent, capsys):
    people["holder"].is_active = False
    people["holder"].save()
    assert not sent(lambda: call_command("send_reminders"))
    assert "nobody to remind" in capsys.readouterr().out
    assert not ReportReminder.objects.exists()
    people["holder"].is_active = True
    people["holder"].save()
    assert len(sent(lambda: call_command("send_reminders"))) == 1


def test_notices_go_to_who_holds_the_portfolio_today(project):
    assert [person.email for person in notices.holders_of(project)] == ["holder@example.org"]
