"""What a higher app adds to pages of a project: a step for costs, a section, changes in the history."""

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from organisation.choices import Role
from portfolio import ports
from portfolio.errors import EditConflict
from portfolio.forms import StepForm
from portfolio.forms.rows import RowForm
from portfolio.models import Risk
from portfolio.services import ProjectLines, RiskLine, edit_project
from portfolio.steps import LINES, StepName, changes_of, fingerprint, neighbour, offered, step_values
from tests.factories import PortfolioFactory, ProjectFactory, SignedInClient, UserFactory, reread

pytestmark = pytest.mark.django_db


class FakeRow(RowForm):
    amount = forms.IntegerField(label="Amount")
    typed = ("amount",)


class FakeCosts(StepForm):
    step = StepName.COSTS
    intro = "What it costs."
    row_class = FakeRow

    def initial_rows(self, project):
        return [{"amount": amount} for amount in STORED.get(project.pk, [])]

    def line_changes(self):
        return ProjectLines(costs=self.line_values())

    def line_values(self):
        return [row["amount"] for row in self.filled_rows()]


# Project → its amounts: what a higher app would keep in its database.
STORED: dict[int, list[int]] = {}


@pytest.fixture
def costs(monkeypatch):
    """Fill the port of the costs with an app that keeps amounts, of which 13 is refused."""
    STORED.clear()

    def save(project, lines, by):
        assert connection.in_atomic_block
        if 13 in lines:
            raise ValidationError("Not thirteen.")
        changed = STORED.get(project.pk, []) != list(lines)
        STORED[project.pk] = list(lines)
        return changed

    port = ports.CostsPort(
        step_form=FakeCosts,
        changes={"cost": ("amount",)},
        prefetches=("risks",),
        values=lambda project: list(STORED.get(project.pk, [])),
        save=save,
        notes=lambda project, _user: ports.StepNotes(
            ["Too dear."] if sum(STORED.get(project.pk, [])) > 100 else [],
            ports.Part("portfolio/form_problems.html", None),
        ),
        describe=lambda _project, _reader: None,
    )
    monkeypatch.setattr(ports, "costs", port)
    return port


@pytest.fixture
def holder():
    return UserFactory.create(roles=[Role.PORTFOLIO_HOLDER])


@pytest.fixture
def client(holder):
    return SignedInClient(holder)


@pytest.fixture
def project(holder):
    return ProjectFactory.create(portfolio=PortfolioFactory.create(held_by=holder))


def send(client, project, *amounts, action="next"):
    sent = {f"rows-{place}-amount": amount for place, amount in enumerate(amounts)}
    sent |= {"rows-TOTAL_FORMS": len(amounts), "rows-INITIAL_FORMS": 0, "action": action}
    sent["read_as"] = fingerprint(step_values(project, StepName.COSTS))
    return client.post(f"/projects/{project.pk}/edit/costs", sent)


def test_without_an_app_that_fills_it_there_is_no_step_for_costs(client, project):
    assert StepName.COSTS not in offered()
    assert neighbour(StepName.CAPACITY, 1) == StepName.RISKS
    assert client.get(f"/projects/{project.pk}/edit/costs").status_code == 404
    before = project.version
    edit_project(project, by=client.user, lines=ProjectLines(costs=[1]))
    assert reread(project).version == before


def test_with_one_it_stands_after_capacity(costs, client, project):
    assert offered() == list(StepName)
    assert changes_of(StepName.COSTS) == {"cost": ("amount",)}
    page = client.get(f"/projects/{project.pk}/edit/capacity").content.decode()
    assert f'href="/projects/{project.pk}/edit/costs"' in page
    assert "Stap 6 van 9" in re.sub(r"\s+", " ", page)


def test_its_lines_are_saved_with_the_project_as_one_change(costs, client, project):
    before = project.version
    assert send(client, project, 5, 7).url == f"/projects/{project.pk}/edit/risks"
    assert (STORED[project.pk], reread(project).version) == ([5, 7], before + 1)
    send(client, project, 5, 7)
    assert reread(project).version == before + 1


def test_what_it_refuses_is_said_above_the_form_and_saves_nothing_else(costs, client, project):
    page = send(client, project, 13)
    assert page.status_code == 200
    assert "Not thirteen." in page.content.decode()
    with pytest.raises(ValidationError):
        edit_project(project, by=client.user, fields={"aim": "Other"}, lines=ProjectLines(costs=[13]))
    assert reread(project).aim != "Other"


def test_its_lines_are_compared_with_what_someone_read(costs, project, holder):
    read_as = step_values(project, StepName.COSTS)
    edit_project(project, by=holder, lines=ProjectLines(costs=[5]))
    with pytest.raises(EditConflict):
        edit_project(
            project,
            by=holder,
            lines=ProjectLines(costs=[6]),
            unless_changed=lambda stored: step_values(stored, StepName.COSTS) == read_as,
        )
    assert step_values(project, StepName.COSTS) == {LINES: [5]}


def test_what_it_warns_of_is_said_on_the_step_and_to_who_goes_on(costs, client, project):
    following = send(client, project, 200)
    assert "Too dear." in client.get(following.url).content.decode()
    assert "Too dear." in client.get(f"/projects/{project.pk}/edit/costs").content.decode()
    answer = send(client, project, 200, action="autosave").json()
    assert "Too dear." in answer["parts"]["assignment-notes"]
    assert "assignment-part" in answer["parts"]


def test_a_section_is_offered_to_who_has_its_permission(client, project):
    for key, permission in (("seen", "portfolio.view_project"), ("hidden", "portfolio.record_decision")):
        fragment = ports.ProjectFragment(key, key.title(), "portfolio:project-history", permission)
        ports.project_fragments.append(fragment)
    page = client.get(f"/projects/{project.pk}").content.decode()
    assert ('id="seen-part"' in page, 'href="#seen"' in page) == (True, True)
    assert "hidden-part" not in page


def test_changes_of_another_app_stand_in_the_history_of_who_may_read_them(client, project, holder):
    # Records of this app stand for those of another one.
    source = ports.HistorySource(
        kind="hazard",
        model=Risk,
        fields=("description", "measure"),
        name=lambda values: f"Hazard: {values['description']}",
        readable=lambda reader: Q() if reader == holder else Q(pk__in=()),
        in_name=frozenset({"description"}),
        texts={"measure": lambda value: f"<{value}>"},
    )
    ports.history_sources.append(source)
    edit_project(project, by=holder, lines=ProjectLines(risks=[RiskLine("Rain", measure="Umbrella")]))
    page = client.get(f"/projects/{project.pk}/history").content.decode()
    assert "Hazard: Rain" in page
    assert "&lt;Umbrella&gt;" in page
    edit_project(project, by=holder, lines=ProjectLines(risks=[]))
    support = SignedInClient(UserFactory.create(roles=[Role.SUPPORT]))
    assert "Hazard" not in support.get(f"/projects/{project.pk}/history").content.decode()
