"""The workbooks of a region and of a year: the same figures as the pages, and no more than the reader may see."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from budget.services import draft_contributions, plan_central_support, set_project_costs
from budget.services.costs import CostLine
from organisation.choices import Role
from organisation.models import Region
from portfolio.choices import ProjectState
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(budget_2026, indicative, support):
    return draft_contributions(2026, indicative, by=support)


def sheets(client, address):
    response = client.get(address)
    assert response.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_sum_has_numbers_with_formulas_beside_them(client_as, draft, english):
    client = client_as(Role.REGIONAL_STAFF, region=Region.objects.get(code="VR08"), language="en")
    rows = {row[0]: row[1:3] for row in sheets(client, "/regions/VR08/excel?year=2026")["The sum"]}
    assert rows["Weight of Gelderland-Zuid"] == (581, None)
    assert rows["Share"] == (0.032541727344, "=B2/B3")
    assert rows["Share × working budget, not rounded"] == (20338.57959, "=B5*B2/B3")
    assert rows["Rounded down to whole cents"][0] == 20338.57
    assert rows["Division of the last 12 cents"] == (0.01, "=IF(B10<=B11,0.01,0)")
    assert rows["Contribution"] == (20338.58, "=C7+C8")
    assert rows["Place of the region by remainder"][0] == 1
    assert rows["Cents left over after rounding down"][0] == 12
    assert rows["Contribution as it is kept"][0] == 20338.58


def test_workbook_of_a_region_has_years_days_and_that_the_key_is_indicative(client_as, draft, english):
    book = sheets(client_as(Role.COUNCIL_MEMBER, language="en"), "/regions/VR08/excel?year=2026")
    years = book["All years"]
    assert [row[0] for row in years[1:-1]] == [2024, 2025, 2026, 2027, 2028]
    assert years[3][1:5] == (20338.58, 0.032541727344, 25000, -4661.42)
    assert years[-1][1] == 20338.58
    assert "Days asked" in book
    assert any("indicative" in str(row[1]) for row in book["About this file"])
    assert "Days asked" not in sheets(client_as(Role.RCDV, language="en"), "/regions/VR08/excel?year=2026")


def test_workbook_of_a_region_without_contribution_says_so(client_as, programme, english):
    rows = sheets(client_as(Role.COUNCIL_MEMBER, language="en"), "/regions/VR08/excel?year=2028")["The sum"]
    assert "no contribution" in rows[1][0]


def test_staff_get_their_own_row_and_the_total(client_as, draft, english):
    client = client_as(Role.REGIONAL_STAFF, region=Region.objects.get(code="VR08"), language="en")
    book = sheets(client, "/budget/2026/excel")
    rows = book["Contributions"][1:]
    assert [row[0] for row in rows] == ["VR08", None]
    assert rows[-1][4] == 625000
    assert set(book) == {"Contributions", "About this file"}


def test_rcdv_gets_no_draft_and_no_projects(client_as, draft, support, english):
    from pillars.models import Objective

    made = ProjectFactory.create(
        objective=Objective.objects.first(), in_state=ProjectState.RUNNING, title="Oefenprogramma"
    )
    set_project_costs(made, [CostLine(2026, "hired", Decimal("1234.56"))], by=support)
    plan_central_support(2026, [CostLine(2026, "hired", Decimal("100.00"))], by=support)
    rcdv = sheets(client_as(Role.RCDV, language="en"), "/budget/2026/excel")
    assert len(rcdv["Contributions"]) == 1
    assert "Oefenprogramma" not in str(rcdv["Allocation"])
    council = sheets(client_as(Role.COUNCIL_MEMBER, language="en"), "/budget/2026/excel")
    assert len(council["Contributions"]) == 27
    assert "Oefenprogramma" in str(council["Allocation"])
    for book in (rcdv, council):
        rows = {row[0]: row for row in book["Allocation"]}
        assert rows["Central support"][5] == 100
        assert rows["Committed in all"][5] == 1334.56
        assert rows["Unallocated"][5] == 623665.44
        assert rows["Available"][5] == 625000


def test_workbook_of_a_year_of_no_programme_is_not_there(client_as, programme):
    assert client_as(Role.COUNCIL_MEMBER).get("/budget/2041/excel").status_code == 404
