"""Makes records for tests: valid, no more filled in than they need."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import factory
from django.db import transaction
from django.test import Client
from factory.django import DjangoModelFactory

from organisation.choices import NetworkKind, Role
from organisation.models import Network, Region, RoleAssignment, User
from organisation.outbox import silenced
from pillars.choices import Lead
from pillars.models import (
    LacGoal,
    Objective,
    Pillar,
    PlannedYear,
    PlanVersion,
    Programme,
    ProgrammeYear,
    Theme,
)
from pillars.services import adopt_plan_version, plan_objective
from portfolio.choices import FormOfWork, Health, Outcome, ProjectState
from portfolio.models import Decision, Portfolio, PortfolioHolder, Project, Result
from portfolio.services import (
    Assessment,
    record_decision,
    report_status,
    start_project,
    submit_project,
    withdraw_project,
)

PASSWORD = "correct horse battery staple"


class SignedInClient(Client):
    """A client in which `user` is signed in."""

    def __init__(self, user: Any, **options: Any) -> None:
        super().__init__(**options)
        self.user: User = user
        self.force_login(user)


class RegionFactory(DjangoModelFactory[Region]):
    class Meta:
        model = Region

    code = factory.Sequence(lambda number: f"VR{number % 100:02}")
    name = factory.Sequence("Region {}".format)


class NetworkFactory(DjangoModelFactory[Network]):
    class Meta:
        model = Network

    slug = factory.Sequence("network-{}".format)
    name = factory.Sequence("Network {}".format)
    kind = NetworkKind.NETWORK


class UserFactory(DjangoModelFactory[User]):
    """A user whose password is `PASSWORD`; `roles=[...]` gives roles."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@example.org".format)
    name = factory.Sequence("Person {}".format)
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def roles(self: Any, create, extracted, **kwargs):
        for role in extracted or ():
            RoleAssignment.objects.create(user=self, role=role)


class ProgrammeFactory(DjangoModelFactory[Programme]):
    class Meta:
        model = Programme

    slug = factory.Sequence("programme-{}".format)
    name = factory.Sequence("Programme {}".format)
    first_year = 2024
    last_year = 2028


class PillarFactory(DjangoModelFactory[Pillar]):
    class Meta:
        model = Pillar

    programme = factory.SubFactory(ProgrammeFactory)
    number = factory.LazyAttribute(lambda pillar: pillar.programme.pillars.count() + 1)
    name = factory.LazyAttribute(lambda pillar: f"Pillar {pillar.number}")


class ThemeFactory(DjangoModelFactory[Theme]):
    class Meta:
        model = Theme

    pillar = factory.SubFactory(PillarFactory)
    position = factory.LazyAttribute(lambda theme: theme.pillar.themes.count() + 1)
    slug = factory.Sequence("theme-{}".format)
    name = factory.Sequence("Theme {}".format)


class LacGoalFactory(DjangoModelFactory[LacGoal]):
    class Meta:
        model = LacGoal

    theme = factory.SubFactory(ThemeFactory)
    pillar = factory.SelfAttribute("theme.pillar")
    sequence = factory.LazyAttribute(lambda goal: goal.pillar.lac_goals.count() + 1)
    text = factory.Sequence("Goal {}".format)
    lead = Lead.NONE


class ObjectiveFactory(DjangoModelFactory[Objective]):
    class Meta:
        model = Objective

    theme = factory.SubFactory(ThemeFactory)
    position = factory.LazyAttribute(lambda objective: objective.theme.objectives.count() + 1)
    title = factory.Sequence("Objective {}".format)


class PlanVersionFactory(DjangoModelFactory[PlanVersion]):
    """A draft; `years={objective: [2024, 2025]}` plans objectives, `adopted=True` adopts it."""

    class Meta:
        model = PlanVersion
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    number = factory.LazyAttribute(lambda version: version.programme.plan_versions.count() + 1)
    title = factory.LazyAttribute(lambda version: f"Version {version.number}")

    @factory.post_generation
    def years(self: Any, create, extracted, **kwargs):
        for objective, years in (extracted or {}).items():
            plan_objective(self, objective, years)

    @factory.post_generation
    def adopted(self: Any, create, extracted, **kwargs):
        if extracted:
            adopt_plan_version(self, datetime.date(self.programme.first_year, 6, 1), by=None)


class PlannedYearFactory(DjangoModelFactory[PlannedYear]):
    class Meta:
        model = PlannedYear

    class Params:
        year = 2025

    version = factory.SubFactory(PlanVersionFactory)
    objective = factory.SubFactory(
        ObjectiveFactory, theme__pillar__programme=factory.SelfAttribute("....version.programme")
    )
    programme_year = factory.LazyAttribute(
        lambda planned: ProgrammeYear.objects.get(programme=planned.version.programme, year=planned.year)
    )


class PortfolioFactory(DjangoModelFactory[Portfolio]):
    """A portfolio; `themes=[...]` gives themes, `held_by=user` a holder since 2024."""

    class Meta:
        model = Portfolio
        skip_postgeneration_save = True

    slug = factory.Sequence("portfolio-{}".format)
    name = factory.Sequence("Portfolio {}".format)

    @factory.post_generation
    def themes(self: Any, create, extracted, **kwargs):
        self.themes.set(extracted or [])

    @factory.post_generation
    def held_by(self: Any, create, extracted, **kwargs):
        if extracted:
            PortfolioHolderFactory(portfolio=self, user=extracted)


class PortfolioHolderFactory(DjangoModelFactory[PortfolioHolder]):
    class Meta:
        model = PortfolioHolder

    portfolio = factory.SubFactory(PortfolioFactory)
    user = factory.SubFactory(UserFactory, roles=[Role.PORTFOLIO_HOLDER])
    starts_on = datetime.date(2024, 1, 1)
    ends_on = None


class ProjectFactory(DjangoModelFactory[Project]):
    """A draft that lacks nothing; `in_state=ProjectState.RUNNING` brings it there by the services, as people do."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    title = factory.Sequence("Project {}".format)
    portfolio = factory.SubFactory(PortfolioFactory)
    objective = factory.SubFactory(ObjectiveFactory)
    reason = "Because it is needed."
    aim = "That it is there."
    form_of_work = FormOfWork.PROJECT
    starts_on = datetime.date(2026, 1, 1)
    ends_on = datetime.date(2027, 6, 30)
    leader = "A. Leader"
    filed_by = factory.SubFactory(UserFactory, roles=[Role.SUPPORT])

    @factory.post_generation
    def results(self: Any, create, extracted, **kwargs):
        for position, title in enumerate(extracted or ["A result"], start=1):
            Result.objects.create(project=self, position=position, title=title, due_on=self.ends_on)

    @factory.post_generation
    def in_state(self: Any, create, extracted, **kwargs):
        if extracted:
            bring_to(self, extracted)


@contextmanager
def attempt() -> Iterator[None]:
    """Take back at the end what was done inside, so that several people try the same from one start."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def decide(*projects: Project, outcome: Outcome, by: User | None = None, **fields: Any) -> Decision:
    """Record a decision on projects, by programme support."""
    decision = record_decision(
        by=by or UserFactory.create(roles=[Role.SUPPORT]),
        number=fields.pop("number", f"D-{Decision.objects.count() + 1}"),
        meeting_on=fields.pop("meeting_on", datetime.date(2026, 3, 5)),
        outcome=outcome,
        wording=fields.pop("wording", "The Vakraad decides so."),
        projects=projects,
        **fields,
    )
    for project in projects:
        reread(project)
    return decision


def reread(project: Project) -> Project:
    """Give the same object with what is stored now."""
    project.refresh_from_db()
    return project


@silenced()
def bring_to(project: Project, state: ProjectState) -> Project:
    """Bring a complete draft into a state, by programme support; nobody is written to about what a test starts from."""
    support = UserFactory.create(roles=[Role.SUPPORT])
    if state == ProjectState.DRAFT:
        return project
    if state == ProjectState.WITHDRAWN:
        withdraw_project(project, by=support)
        return reread(project)
    submit_project(project, by=support)
    if state == ProjectState.RETURNED:
        decide(project, outcome=Outcome.RETURN)
    elif state != ProjectState.SUBMITTED:
        decide(project, outcome=Outcome.ACCEPT)
        if state in (ProjectState.RUNNING, ProjectState.COMPLETED):
            start_project(project, by=support)
        if state == ProjectState.COMPLETED:
            decide(project, outcome=Outcome.COMPLETE)
        if state == ProjectState.CANCELLED:
            decide(project, outcome=Outcome.CANCEL)
    return reread(project)


def report(project: Project, health: Health = Health.GREEN, **fields: Any):
    """File a status report with this health for scope, time and money."""
    assessment = Assessment(health, "" if health == Health.GREEN else "Because.")
    return report_status(
        project,
        by=UserFactory.create(roles=[Role.SUPPORT]),
        scope=assessment,
        time=assessment,
        money=assessment,
        done=fields.pop("done", "Something was done."),
        **fields,
    )
