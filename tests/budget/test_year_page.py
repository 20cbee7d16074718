"""The page of a year's budget: who sees what, and what support does on it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.choices import SetState
from budget.models import AnnualBudget, ContributionSet
from budget.services import (
    adopt_contributions,
    draft_contributions,
    plan_central_support,
    set_budget,
    set_forecast,
    set_project_costs,
)
from budget.services.costs import CostLine
from budget.year_bar import year_bar
from organisation.choices import Role
from organisation.models import Region
from portfolio.choices import ProjectState
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db
OTHER, OWN = "Groningen", "Gelderland-Zuid"


@pytest.fixture
def draft(budget_2026, indicative, support):
    return draft_contributions(2026, indicative, by=support)


@pytest.fixture
def adopted(budget_2026, official, support, decide):
    draft_contributions(2026, official, by=support)
    return adopt_contributions(2026, by=support, decision=decide())


def read(client, address="/budget/2026"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT])
def test_who_steers_sees_every_region_and_that_a_key_is_indicative(client_as, draft, role, english):
    page = read(client_as(role, language="en"))
    assert OTHER in page
    assert "€20,338.58" in page
    assert "The key is indicative" in page


def test_staff_of_a_region_see_their_own_row_and_the_totals(client_as, draft):
    page = read(client_as(Role.REGIONAL_STAFF, region=Region.objects.get(name=OWN)))
    assert OWN in page
    assert OTHER not in page
    assert "20.338,58" in page
    assert "625.000,00" in page


def test_rcdv_sees_what_was_adopted_and_no_draft(client_as, draft, official, support, decide):
    rcdv = client_as(Role.RCDV)
    assert OTHER not in read(rcdv)
    draft_contributions(2026, official, by=support)
    adopt_contributions(2026, by=support, decision=decide())
    page = read(rcdv)
    assert OTHER in page
    assert ContributionSet.objects.get().content_hash in page


def test_what_is_asked_and_who_asks_it_is_for_who_steers(client_as, budget_2026, support):
    from pillars.models import Objective

    plan_central_support(2026, [CostLine(2026, "hired", Decimal("625000.01"))], by=support)
    asked = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.SUBMITTED)
    set_project_costs(asked, [CostLine(2026, "hired", Decimal("1234.56"))], by=support)
    for role, seen in ((Role.COUNCIL_MEMBER, True), (Role.RCDV, False), (Role.REGIONAL_STAFF, False)):
        page = read(client_as(role))
        assert ("1.234,56" in page) is seen
        assert ("0,01 meer toegezegd" in page) is seen


def test_what_others_still_draft_is_not_added_to_what_is_asked(client_as, budget_2026, support):
    from pillars.models import Objective

    draft = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.DRAFT)
    set_project_costs(draft, [CostLine(2026, "hired", Decimal("1234.56"))], by=support)
    assert "1.234,56" in read(client_as(Role.SUPPORT))
    for role in (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.RCDV):
        assert "1.234,56" not in read(client_as(role))


@pytest.mark.parametrize("sort", ["code", "name", "amount", "state", "x"])
def test_split_can_be_sorted(client_as, draft, sort):
    page = read(client_as(Role.COUNCIL_MEMBER), f"/budget/2026?sort={sort}")
    # Rotterdam-Rijnmond, VR17, pays most.
    assert (page.index("Rotterdam-Rijnmond") < page.index(OTHER)) is (sort == "amount")


def test_budget_leads_to_a_year_and_other_years_are_not_there(client_as, programme):
    client = client_as(Role.COUNCIL_MEMBER)
    assert client.get("/budget").url.startswith("/budget/20")
    assert client.get("/budget/2041").status_code == 404
    assert "nog geen bijdragen te zien" in read(client, "/budget/2028")


def test_support_sets_an_amount_in_either_notation(client_as, programme):
    client = client_as(Role.SUPPORT)
    for amount, version in (("625.000,00", ""), ("625,000.50", "1")):
        response = client.post("/budget/2026/amount", {"amount": amount, "read_version": version})
        assert (response.status_code, response.url) == (302, "/budget/2026")
    assert AnnualBudget.objects.get().amount == Decimal("625000.50")


def test_amount_that_someone_else_changed_is_not_overwritten(client_as, budget_2026, support, english):
    set_budget(2026, Decimal(10), by=support, read_version=1)
    client = client_as(Role.SUPPORT, language="en")
    response = client.post("/budget/2026/amount", {"amount": "5", "read_version": "1"})
    assert "nothing was saved" in response.content.decode()
    assert AnnualBudget.objects.get().amount == 10


@pytest.mark.parametrize("amount", ["", "abc", "-1", "0", "1.234.5", "9" * 40])
def test_wrong_amount_is_said_at_its_field(client_as, programme, amount):
    response = client_as(Role.SUPPORT).post("/budget/2026/amount", {"amount": amount})
    assert response.context["amount_form"].errors["amount"]
    assert not AnnualBudget.objects.exists()


def test_drafting_twice_makes_one_draft(client_as, budget_2026, indicative):
    client = client_as(Role.SUPPORT)
    for _click in "12":
        assert client.post("/budget/2026/contributions/draft", {"key": indicative.pk}).status_code == 302
    assert ContributionSet.objects.get().state == SetState.DRAFT


def test_draft_that_someone_else_made_is_not_replaced_unseen(client_as, budget_2026, indicative, official):
    client = client_as(Role.SUPPORT)
    draft_contributions(2026, official, by=client.user)

    stale = client.post("/budget/2026/contributions/draft", {"key": indicative.pk, "read_as": ""})

    assert stale.status_code == 200
    assert ContributionSet.objects.get().key == official


def test_year_warns_when_the_amount_is_no_longer_what_was_adopted(
    client_as, support, budget_2026, official, decide, english
):
    draft_contributions(2026, official, by=support)
    adopt_contributions(2026, by=support, decision=decide())
    set_budget(2026, Decimal("900000.00"), by=support, read_version=1)

    page = client_as(Role.COUNCIL_MEMBER, language="en").get("/budget/2026").content.decode()

    assert "The adopted contributions are of €625,000.00, the amount of 2026 is €900,000.00." in page


def test_projects_stand_under_their_theme_for_who_sees_lines_and_not_for_the_rcdv(
    client_as, budget_2026, support, english
):
    from pillars.models import Objective

    objective = Objective.objects.first()
    made = ProjectFactory.create(objective=objective, in_state=ProjectState.RUNNING, title="Onder zijn thema")
    set_project_costs(made, [CostLine(2026, "hired", Decimal("1234.56"))], by=support)
    set_forecast(2026, made, amount=Decimal("999.01"), reason="Het wordt minder", by=support)
    for role, seen in ((Role.COUNCIL_MEMBER, True), (Role.SUPPORT, True), (Role.RCDV, False)):
        page = read(client_as(role, language="en"))
        assert objective.theme.name in page
        assert "€1,234.56" in page
        assert ("Onder zijn thema" in page) is seen
        assert ("Het wordt minder" in page) is seen
        assert (f"/budget/2026/forecast/{made.pk}" in page) is (role == Role.SUPPORT)


def test_head_tells_the_year_in_words_and_as_a_bar_but_not_to_staff_of_a_region(
    client_as, budget_2026, support
):
    plan_central_support(2026, [CostLine(2026, "hired", Decimal(250000))], by=support)
    page = read(client_as(Role.COUNCIL_MEMBER, language="en"))
    assert "Of €625,000.00, €250,000.00 is committed and €0.00 spent" in page
    assert 'class="budget-bar__committed" x="0" y="4" width="400"' in " ".join(page.split())
    assert "budget-bar" not in read(client_as(Role.REGIONAL_STAFF))


@pytest.mark.parametrize(
    ("figures", "stretches"),
    [
        ((100, 60, 20, 60), [("spent", 0, 200), ("committed", 200, 400), ("unallocated", 600, 400)]),
        ((100, 200, 50, 0), [("spent", 0, 250), ("committed", 250, 250), ("over", 500, 500)]),
        ((0, 10, 10, 0), [("spent", 0, 1000)]),
        ((3, 1, 0, 1), [("committed", 0, 333), ("unallocated", 333, 667)]),
    ],
)
def test_bar_is_filled_from_left_to_right_without_gaps(figures, stretches):
    names = ("available", "committed", "spent", "forecast")
    bar = year_bar(**{name: Decimal(amount) for name, amount in zip(names, figures, strict=True)})
    assert [(part.kind, part.start, part.width) for part in bar.stretches] == stretches


def test_staff_without_a_region_are_told_why_they_see_no_contribution(client_as, draft, english):
    told = "linked to a region"
    assert told in read(client_as(Role.REGIONAL_STAFF, language="en", region=None))
    for client in (
        client_as(Role.REGIONAL_STAFF, language="en", region=Region.objects.get(name=OWN)),
        client_as(Role.COUNCIL_MEMBER, language="en", region=None),
    ):
        assert told not in read(client)


def test_nothing_is_drawn_of_a_year_without_money():
    nothing = Decimal(0)
    assert year_bar(available=nothing, committed=nothing, spent=nothing, forecast=nothing) is None


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (Role.SUPPORT, {"contributions", "carry-over", "central-support"}),
        (Role.COUNCIL_MEMBER, {"contributions", "carry-over"}),
        (Role.RCDV, {"contributions"}),
        (Role.REGIONAL_STAFF, set()),
    ],
)
def test_navigation_names_the_pages_that_someone_may_see(client_as, budget_2026, role, sections):
    page = read(client_as(role))
    # Who may see no other page has no bar of one.
    assert ("budget-sections" in page) is bool(sections)
    navigation = page[page.find("budget-sections") : page.index("budget-years")] if sections else ""
    for name in ("contributions", "carry-over", "central-support"):
        assert (f"/budget/2026/{name}" in navigation) is (name in sections)


def test_number_of_queries_stays_the_same(client_as, draft, official, support, decide):
    client, counts = client_as(Role.COUNCIL_MEMBER), []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            read(client)
        counts.append(len(queries))
        for _project in range(3):
            from pillars.models import Objective

            made = ProjectFactory.create(objective=Objective.objects.first(), in_state=ProjectState.RUNNING)
            set_project_costs(made, [CostLine(2026, "hired", Decimal(10))], by=support)
    assert counts[0] == counts[1]
