"""Asking the Vakraad to complete a project."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisation.choices import Role
from portfolio.choices import Outcome, ProjectState
from portfolio.forms.reports import CompletionForm
from portfolio.models import Project
from portfolio.services import Delivery, ask_completion
from tests.factories import PortfolioFactory, ProjectFactory, decide, report, reread

pytestmark = pytest.mark.django_db
S = ProjectState


@pytest.fixture
def holder(client_as):
    return client_as(Role.PORTFOLIO_HOLDER)


@pytest.fixture
def project(holder):
    return ProjectFactory(
        portfolio=PortfolioFactory(held_by=holder.user), in_state=S.RUNNING, results=["Guide", "Course"]
    )


def address(project) -> str:
    return f"/projects/{project.pk}/completion"


def ask(client, project, note, read_as=None):
    """Send the form, as it was read now or before."""
    read_as = read_as or CompletionForm.fingerprint(Project.objects.get(pk=project.pk))
    return client.post(address(project), {"closing_note": note, "read_as": read_as})


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_holder_asks_and_the_project_awaits_a_decision(holder, project):
    response = ask(holder, project, " All of it. ")
    assert response.url == f"/projects/{project.pk}"
    assert reread(project).closing_note == "All of it."
    assert project.state == S.RUNNING
    assert project in Project.objects.awaiting_decision()


def test_what_was_said_can_be_changed_until_the_decision(holder, project):
    ask(holder, project, "First.")
    asked_at = reread(project).completion_asked_at
    assert "First." in text(holder.get(address(project)))
    ask(holder, project, "Second.")
    assert reread(project).closing_note == "Second."
    assert project.completion_asked_at >= asked_at
    decide(project, outcome=Outcome.COMPLETE)
    response = ask(holder, project, "Third.")
    assert response.context["form"].non_field_errors()
    assert reread(project).closing_note == "Second."
    assert holder.get(address(project)).url == f"/projects/{project.pk}"


def test_the_same_words_sent_twice_change_nothing(holder, project):
    for _ in range(2):
        assert ask(holder, project, "All.").status_code == 302
    assert project.history.filter(closing_note="All.").count() == 1


@pytest.mark.parametrize("note", ["", "  \n", "x" * 20_001])
def test_a_wrong_note_is_said_at_its_field(holder, project, note):
    response = ask(holder, project, note)
    assert set(response.context["form"].errors) == {"closing_note"}
    assert reread(project).completion_asked_at is None


@pytest.mark.parametrize("note", ["", "  \n"])
def test_the_service_refuses_a_wrong_note_too(holder, project, note):
    with pytest.raises(ValidationError) as refused:
        ask_completion(project, by=holder.user, closing_note=note)
    assert set(refused.value.message_dict) == {"closing_note"}


def test_results_stand_beside_with_the_way_to_report_them(holder, project):
    guide = project.results.first()
    link = f"/projects/{project.pk}/status-reports/new"
    page = text(holder.get(address(project)))
    assert link in page
    assert "Guide" in page
    report(project, deliveries=[Delivery(guide.pk, timezone.localdate(), "On paper.")])
    page = text(holder.get(address(project)))
    assert "On paper." in page
    assert holder.get(address(project)).context["undelivered"] == [project.results.last()]
    report(project, deliveries=[Delivery(project.results.last().pk, timezone.localdate())])
    assert link not in text(holder.get(address(project)))


def test_who_asks(client_as, project):
    for role in Role:
        expected = 200 if role == Role.SUPPORT else 404 if role == Role.ADMIN else 403
        assert client_as(role).get(address(project)).status_code == expected, role
        assert client_as(role).post(address(project), {}).status_code == expected, role


def test_a_draft_of_another_portfolio_is_not_found(holder):
    hidden = ProjectFactory()
    assert holder.get(address(hidden)).status_code == 404
    assert holder.post(address(hidden), {"closing_note": "All."}).status_code == 404


def test_number_of_queries_does_not_grow(holder, project, django_assert_max_num_queries):
    found = set()
    for number in (1, 5):
        for position in range(number):
            project.results.create(position=position + 3, title="Another")
        with django_assert_max_num_queries(30) as queries:
            assert holder.get(address(project)).status_code == 200
        found.add(len(queries))
    assert len(found) == 1, found


def test_who_is_late_sees_what_someone_else_wrote_and_replaces_it_knowingly(holder, project):
    opened = holder.get(address(project)).context["form"].initial["read_as"]
    ask(holder, project, "Theirs.")
    late = ask(holder, project, "Mine.", read_as=opened)
    assert late.status_code == 200
    assert "Theirs." in text(late)
    assert "Mine." in text(late)
    assert reread(project).closing_note == "Theirs."
    again = re.search(r'name="read_as" value="([0-9a-f]+)"', late.content.decode())
    assert ask(holder, project, "Mine.", read_as=again[1]).status_code == 302
    assert reread(project).closing_note == "Mine."
