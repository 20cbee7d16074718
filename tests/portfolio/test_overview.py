"""Many projects and portfolios at once say the same as each of them."""

import datetime

import pytest

from organisation.choices import Role
from portfolio.choices import Health, ProjectState
from portfolio.models import Project, ProjectDependency, Result
from portfolio.overview import read_portfolio_lines, read_project_lines
from tests.factories import (
    PortfolioFactory,
    PortfolioHolderFactory,
    ProjectFactory,
    ThemeFactory,
    UserFactory,
    report,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
D = datetime.date
P = ProjectState


def test_lines_say_of_a_project_what_the_project_says():
    project = ProjectFactory(in_state=P.RUNNING, results=["One", "Two", "Three"])
    report(project, Health.RED)
    for result, day, delivered in zip(
        project.results.all(), (D(2026, 3, 1), D(2026, 2, 1), D(2026, 1, 1)), (None, None, TODAY), strict=True
    ):
        Result.objects.filter(pk=result.pk).update(due_on=day, delivered_on=delivered)
    (line,) = read_project_lines(Project.objects.all(), Project.objects.all(), TODAY)[project.objective_id]
    assert (line.pk, line.name, line.portfolio_id) == (project.pk, str(project), project.portfolio_id)
    assert (line.facts.state, line.facts.health) == (P.RUNNING, Health.RED)
    assert line.facts.lateness(TODAY).overdue_results == (D(2026, 2, 1), D(2026, 3, 1))
    assert len(line.late_reasons(TODAY)) == 1
    assert not line.awaits_decision


@pytest.mark.parametrize("state", P)
@pytest.mark.parametrize(("start", "end"), [(1, 1), (1, 2), (2, 1), (None, 1), (1, None)])
def test_the_database_finds_the_same_conflicts_as_the_dependency(state, start, end):
    support = UserFactory(roles=[Role.SUPPORT])
    before = ProjectFactory(in_state=state)
    after = ProjectFactory()
    Project.objects.filter(pk=before.pk).update(ends_on=end and D(2027, 1, end), starts_on=None)
    Project.objects.filter(pk=after.pk).update(starts_on=start and D(2027, 1, start))
    ProjectDependency(project=after, predecessor=before).save_by(support)
    dependency = ProjectDependency.objects.select_related("project", "predecessor").get()
    found = Project.objects.filter(pk=after.pk).conflicts(Project.objects.all())
    assert found == ({after.pk: (str(dependency.predecessor),)} if dependency.is_conflict else {})


def test_portfolios_come_with_who_holds_them_today_and_their_themes():
    themes = ThemeFactory.create_batch(2)
    held = PortfolioFactory(name="A", themes=themes)
    empty = PortfolioFactory(name="B")
    now = [
        PortfolioHolderFactory(portfolio=held, user__name="Anna").user,
        PortfolioHolderFactory(portfolio=held, user__name="Bob", ends_on=TODAY).user,
    ]
    PortfolioHolderFactory(portfolio=held, ends_on=D(2026, 11, 23))
    PortfolioHolderFactory(portfolio=held, starts_on=D(2026, 11, 25))
    lines = read_portfolio_lines(TODAY)
    assert list(lines) == [held.pk, empty.pk]
    assert dict(lines[held.pk].holders) == {person.pk: person.name for person in now}
    assert lines[held.pk].holder_names == "Anna, Bob"
    assert lines[held.pk].theme_ids == {theme.pk for theme in themes}
    assert (dict(lines[empty.pk].holders), lines[empty.pk].theme_ids) == ({}, set())
