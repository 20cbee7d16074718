"""Reporting on a running project."""

import datetime
import re

import pytest
from django.utils import timezone

from organisation.choices import Role
from portfolio.choices import Health, ProjectState
from portfolio.models import StatusReport
from tests.factories import (
    PortfolioFactory,
    ProjectFactory,
    SignedInClient,
    UserFactory,
    report,
    reread,
)

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
    return f"/projects/{project.pk}/status-reports/new"


def given(**fields) -> dict[str, object]:
    """What the form sends."""
    return {
        "reported_on": timezone.localdate().isoformat(),
        "scope": "green",
        "time": "amber",
        "time_reason": "Someone is ill.",
        "money": "green",
        "done": "- a guide",
        "upcoming": "",
        "request_key": "8f1e9f6a-3f0e-4f5e-9d3b-5f6d1f0a9a11",
    } | fields


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_holder_reports_how_it_stands_and_what_was_delivered(holder, project):
    guide, course = project.results.all()
    today = timezone.localdate()
    response = holder.post(
        address(project),
        given(
            **{
                f"delivered_{guide.pk}": "on",
                f"delivered_on_{guide.pk}": today.isoformat(),
                f"note_{guide.pk}": "On paper.",
            }
        ),
    )
    assert response.url == f"/projects/{project.pk}"
    made = StatusReport.objects.get()
    assert (made.author, made.health, made.time_reason) == (holder.user, Health.AMBER, "Someone is ill.")
    assert reread(project).health == Health.AMBER
    guide.refresh_from_db()
    course.refresh_from_db()
    assert (guide.delivered_on, guide.delivered_note, guide.delivered_in) == (today, "On paper.", made)
    assert course.delivered_on is None
    assert project.history.first().history_user == holder.user


def test_a_double_click_reports_once(holder, project):
    guide = project.results.first()
    data = given(
        **{f"delivered_{guide.pk}": "on", f"delivered_on_{guide.pk}": timezone.localdate().isoformat()}
    )
    for _ in range(2):
        assert holder.post(address(project), data).status_code == 302
    assert StatusReport.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scope": ""}, "scope"),
        ({"scope": "blue"}, "scope"),
        ({"time_reason": " "}, "time_reason"),
        ({"money": "red"}, "money_reason"),
        ({"done": ""}, "done"),
        ({"reported_on": ""}, "reported_on"),
        ({"reported_on": "2999-01-01"}, "reported_on"),
        ({"reported_on": "0026-11-01"}, "reported_on"),
        ({"scope_reason": "x" * 301}, "scope_reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(holder, project, wrong, field):
    response = holder.post(address(project), given(**wrong))
    assert set(response.context["form"].errors) == {field}
    assert f'id="id_{field}_error"' in text(response)
    assert not StatusReport.objects.exists()


def test_all_that_is_wrong_is_said_at_once(holder, project):
    response = holder.post(address(project), given(time_reason="", done="", scope=""))
    assert set(response.context["form"].errors) == {"time_reason", "done", "scope"}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"delivered": "on"}, "delivered_on"),
        ({"delivered": "on", "delivered_on": "2999-01-01"}, "delivered_on"),
        ({"delivered": "on", "delivered_on": "0026-11-01"}, "delivered_on"),
        ({"delivered": "on", "delivered_on": "x"}, "delivered_on"),
        ({"delivered_on": "2026-02-01"}, "delivered"),
        ({"note": "Something"}, "delivered"),
    ],
)
def test_what_is_wrong_with_a_result_is_said_in_its_row(holder, project, row, field):
    guide = project.results.first()
    response = holder.post(
        address(project), given(**{f"{name}_{guide.pk}": value for name, value in row.items()})
    )
    assert set(response.context["form"].errors) == {f"{field}_{guide.pk}"}
    assert not StatusReport.objects.exists()


def test_a_result_that_someone_reported_meanwhile_is_not_lost_silently(holder, project):
    guide = project.results.first()
    data = {f"delivered_{guide.pk}": "on", f"delivered_on_{guide.pk}": timezone.localdate().isoformat()}
    holder.post(address(project), given(**data))
    response = holder.post(
        address(project), given(**data, request_key="7f1e9f6a-3f0e-4f5e-9d3b-5f6d1f0a9a11")
    )
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert StatusReport.objects.count() == 1


def test_a_result_of_another_project_is_no_row(holder, project):
    other = ProjectFactory(in_state=S.RUNNING).results.get()
    data = {f"delivered_{other.pk}": "on", f"delivered_on_{other.pk}": timezone.localdate().isoformat()}
    assert holder.post(address(project), given(**data)).status_code == 302
    other.refresh_from_db()
    assert other.delivered_on is None


def test_the_previous_report_stands_beside_and_fills_in_how_it_stood(holder, project):
    assert "checked" not in text(holder.get(address(project))).split("<main")[1]
    report(project, Health.RED, done="Earlier **work**.", reported_on=datetime.date(2026, 9, 1))
    response = holder.get(address(project))
    page = text(response)
    assert "<strong>work</strong>" in page
    assert len(re.findall(r'value="red"[^>]*checked', page)) == 3
    assert response.context["previous"].reported_on == datetime.date(2026, 9, 1)


def test_a_result_that_was_delivered_has_no_row(holder, project):
    guide, course = project.results.all()
    data = {f"delivered_{guide.pk}": "on", f"delivered_on_{guide.pk}": timezone.localdate().isoformat()}
    holder.post(address(project), given(**data))
    rows = holder.get(address(project)).context["form"].result_rows
    assert [row.result for row in rows] == [course]


@pytest.mark.parametrize("state", [state for state in ProjectState if state != S.RUNNING])
def test_only_a_running_project_is_reported_on(holder, state):
    project = ProjectFactory(portfolio=PortfolioFactory(held_by=holder.user), in_state=state)
    assert holder.get(address(project)).url == f"/projects/{project.pk}"
    response = holder.post(address(project), given())
    assert response.context["form"].non_field_errors()
    assert not StatusReport.objects.exists()


def test_who_reports(client_as, project):
    allowed = {Role.SUPPORT}
    for role in Role:
        expected = 200 if role in allowed else 404 if role == Role.ADMIN else 403
        assert client_as(role).get(address(project)).status_code == expected, role
        assert client_as(role).post(address(project), {}).status_code == expected, role


def test_who_held_the_portfolio_before_reports_no_more(project):
    former = UserFactory(roles=[Role.PORTFOLIO_HOLDER])
    assert SignedInClient(former).get(address(project)).status_code == 403


def test_a_draft_of_another_portfolio_is_not_found(holder):
    hidden = ProjectFactory()
    assert holder.get(address(hidden)).status_code == 404
    assert holder.post(address(hidden), given()).status_code == 404


def test_number_of_queries_does_not_grow(holder, project, django_assert_max_num_queries):
    found = set()
    for number in (1, 5):
        for _ in range(number):
            report(project)
        for position in range(number):
            project.results.create(position=position + 3, title="Another")
        with django_assert_max_num_queries(30) as queries:
            assert holder.get(address(project)).status_code == 200
        found.add(len(queries))
    assert len(found) == 1, found
