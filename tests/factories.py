"""Makes records for tests: valid, no more filled in than they need."""

import datetime
from typing import Any

import factory
from django.test import Client
from factory.django import DjangoModelFactory

from organisation.choices import NetworkKind
from organisation.models import Network, Region, RoleAssignment, User
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
