"""A project with one of everything, for tests that look at whole pages."""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from organisation.choices import Role
from organisation.models import Network, Region, User
from pillars.models import LacGoal, Objective
from portfolio.choices import Health, ProjectState
from portfolio.models import Project, ProjectDependency
from portfolio.services import (
    CapacityLine,
    Delivery,
    ProjectLines,
    ResultLine,
    RiskLine,
    add_attachment,
    add_remark,
    edit_project,
)
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory, report, reread


def full_project(holder: User | None = None) -> Project:
    """Make a running project of the programme that is late and has a conflict, two reports, a remark and a file."""
    support = UserFactory.create(roles=[Role.SUPPORT])
    portfolio = PortfolioFactory.create(held_by=holder)
    objective = Objective.objects.order_by("pk")[0]
    project = ProjectFactory.create(
        title="Landelijk kader crisiscommunicatie",
        portfolio=portfolio,
        objective=objective,
        reason="De regio’s werken met **verschillende** kaders:\n\n- dat kost tijd\n- dat geeft verwarring",
        aim="Eén kader dat [alle regio’s](https://example.org) gebruiken.",
        boundaries="De crisisorganisatie van het Rijk.",
        in_state=ProjectState.RUNNING,
    )
    before = ProjectFactory.create(
        title="Verkenning vooraf",
        portfolio=portfolio,
        objective=objective,
        in_state=ProjectState.SUBMITTED,
        starts_on=datetime.date(2025, 9, 1),
        ends_on=datetime.date(2026, 9, 1),
    )
    # One that a council member may not see.
    draft = ProjectFactory.create(title="Vervolg", portfolio=portfolio, objective=objective)
    region, network = Region.objects.order_by("code")[0], Network.objects.order_by("pk")[0]
    edit_project(
        project,
        by=support,
        fields={
            "networks": [network],
            "lac_goals": LacGoal.objects.order_by("pk")[:2],
            "secretary": "S. Bos",
        },
        lines=ProjectLines(
            results=[
                ResultLine("Concept", datetime.date(2026, 5, 1)),
                ResultLine("Kader", datetime.date(2026, 9, 1)),
                ResultLine("Evaluatie", datetime.date(2027, 6, 1)),
            ],
            capacity=[
                CapacityLine(2026, "communicatie", 12, region=region.pk),
                CapacityLine(2027, "communicatie", 8, region=region.pk),
                CapacityLine(2027, "onderzoek", 20, network=network.pk),
            ],
            risks=[
                RiskLine("De dagen komen niet", 3, 3, "Afspraak in het jaarplan"),
                RiskLine("Uitloop", 1, 2),
            ],
            predecessors=[before.pk],
        ),
    )
    ProjectDependency(project=draft, predecessor=project).save_by(support)
    first = project.results.order_by("position")[0]
    report(
        project,
        Health.GREEN,
        reported_on=datetime.date(2026, 6, 1),
        deliveries=[Delivery(first.pk, datetime.date(2026, 5, 2), "Het concept")],
    )
    report(project, Health.AMBER, reported_on=datetime.date(2026, 9, 15), upcoming="Het kader.")
    add_remark(project, by=support, text="Is Utrecht gevraagd?\nZo niet, doe dat dan.")
    add_attachment(project, by=support, upload=SimpleUploadedFile("Plan van aanpak.pdf", b"%PDF-1.7"))
    return reread(project)
