"""What is asked of regions and networks: whose days a person sees, by project, accepted apart from proposed."""

import datetime
import re

import pytest

from organisation.choices import Role
from portfolio import capacity
from portfolio.capacity import may_be_asked, read_capacity, years_to_show
from portfolio.choices import ProjectState
from portfolio.models import CapacityRequest
from tests.factories import (
    NetworkFactory,
    PlanVersionFactory,
    ProjectFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
P = ProjectState
ALL_REGIONS = (Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.SUPPORT)


@pytest.fixture
def asked():
    """An accepted and a submitted project, a draft and a withdrawn one that ask days of two regions and a network."""
    own, other, network = RegionFactory(name="Own"), RegionFactory(name="Other"), NetworkFactory(name="Net")
    NetworkFactory(name="Idle")
    projects = {state: ProjectFactory(title=state.label, in_state=state) for state in P}
    for state, days in (
        (P.ACCEPTED, 1),
        (P.SUBMITTED, 10),
        (P.DRAFT, 100),
        (P.WITHDRAWN, 1000),
        (P.CANCELLED, 5000),
    ):
        for year, fields in (
            (2026, {"region": own}),
            (2027, {"region": own}),
            (2026, {"region": other}),
            (2026, {"network": network}),
        ):
            CapacityRequest.objects.create(
                project=projects[state], year=year, days=days, expertise="planner", **fields
            )
    return own, other, network


def overview(user, *with_projects):
    return read_capacity(user, may_be_asked(user), (2026, 2027), with_projects)


def figures(found):
    return {one.name: [(days.accepted, days.proposed) for days in one.years] for one in found.asked_of}


@pytest.mark.parametrize("role", ALL_REGIONS)
def test_who_steers_sees_every_region_and_network_that_is_asked(asked, role):
    proposed = 110 if role == Role.SUPPORT else 10
    assert figures(overview(UserFactory(roles=[role]))) == {
        "Own": [(1, proposed), (1, proposed)],
        "Other": [(1, proposed), (0, 0)],
        "Net": [(1, proposed), (0, 0)],
    }


def test_regional_staff_see_their_own_region_and_the_networks(asked):
    own, _other, _network = asked
    found = overview(UserFactory(roles=[Role.REGIONAL_STAFF], region=own))
    assert figures(found) == {"Own": [(1, 10), (1, 10)], "Net": [(1, 10), (0, 0)]}
    assert [(days.year, days.all) for days in found.totals] == [(2026, 22), (2027, 11)]
    assert found.total.all == 33


def test_who_holds_another_role_as_well_sees_what_that_shows(asked):
    own, _other, _network = asked
    found = overview(UserFactory(roles=[Role.REGIONAL_STAFF, Role.COUNCIL_MEMBER], region=own))
    assert set(figures(found)) == {"Own", "Other", "Net"}


def test_a_region_that_is_asked_nothing_says_so_to_its_staff(asked):
    region = RegionFactory(name="Quiet")
    user = UserFactory(roles=[Role.REGIONAL_STAFF], region=region)
    assert figures(overview(user, region.code))["Quiet"] == [(0, 0), (0, 0)]


def test_projects_are_listed_of_what_was_chosen_with_their_days_per_year(asked):
    own, _other, _network = asked
    found = overview(UserFactory(roles=[Role.COUNCIL_MEMBER]), own.code)
    (listed,) = found.detailed
    assert [(line.state, line.days, line.total, line.is_proposed) for line in listed.lines] == [
        (P.SUBMITTED, {2026: 10, 2027: 10}, 20, True),
        (P.ACCEPTED, {2026: 1, 2027: 1}, 2, False),
    ]
    assert sum(line.total for line in listed.lines) == listed.total.all


def test_years_are_those_of_the_programme_and_those_that_are_asked(asked):
    PlanVersionFactory(adopted=True)
    CapacityRequest.objects.filter(year=2027).update(year=2031)
    assert years_to_show(UserFactory(roles=[Role.SUPPORT]), TODAY) == (2024, 2025, 2026, 2027, 2028, 2031)


def test_number_of_queries_does_not_grow(asked, django_assert_num_queries):
    own, other, network = asked
    user = UserFactory(roles=[Role.COUNCIL_MEMBER])
    bodies = may_be_asked(user)
    assert user.roles
    for _times in range(2):
        with django_assert_num_queries(2):
            read_capacity(user, bodies, (2026, 2027), [own.code, other.code, network.slug])
        for _number in range(5):
            project = ProjectFactory(in_state=P.SUBMITTED)
            CapacityRequest.objects.create(project=project, year=2026, days=1, expertise="x", region=own)


class TestPage:
    def page(self, client, query=""):
        answer = client.get(f"/capacity{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    def test_regional_staff_read_nothing_of_other_regions_not_by_the_address_either(self, client_as, asked):
        own, other, _network = asked
        client = client_as(Role.REGIONAL_STAFF, region=own)
        for query in ("", f"?of={other.code}", f"?of={own.code}&year=2026"):
            page = self.page(client, query)
            assert ">Other<" not in page
            assert ">Own<" in page
        assert other.code in self.page(client, f"?of={other.code}"), "the message names the wrong value"
        assert "aria-invalid" in self.page(client, f"?of={other.code}")

    def test_regional_staff_see_projects_of_their_region_and_the_networks_at_once(self, client_as, asked):
        own, _other, network = asked
        page = self.page(client_as(Role.REGIONAL_STAFF, region=own))
        assert f'id="asked-{own.code}"' in page
        assert f'id="asked-{network.slug}"' in page
        assert ">Idle<" not in page.split("</form>")[1]

    def test_regional_staff_without_a_region_hear_what_to_do(self, client_as, asked):
        own, _other, _network = asked
        page = self.page(client_as(Role.REGIONAL_STAFF))
        assert "utrecht-alert--warning" in page
        assert ">Own<" not in page
        assert ">Net<" in page
        assert "utrecht-alert--warning" not in self.page(client_as(Role.REGIONAL_STAFF, region=own))

    def test_others_choose_whose_projects_they_see(self, client_as, asked):
        own, _other, _network = asked
        client = client_as(Role.COUNCIL_MEMBER)
        assert 'id="asked-' not in self.page(client)
        page = self.page(client, f"?of={own.code}&year=2026")
        assert f'id="asked-{own.code}"' in page
        assert not re.search(r"<th[^>]*>2027</th>", page)

    @pytest.mark.parametrize("query", ["?year=1999", "?of=nowhere", "?year=x&of=%00", "?of=XX00&year=2026"])
    def test_a_wrong_value_gives_a_message_and_is_left_aside(self, client_as, asked, query):
        page = self.page(client_as(Role.COUNCIL_MEMBER), query)
        assert "aria-invalid" in page
        assert ">Own<" in page

    def test_htmx_gets_the_results_alone(self, client_as, asked):
        answer = client_as(Role.COUNCIL_MEMBER).get(
            "/capacity", headers={"HX-Request": "true", "HX-Target": "div#results"}
        )
        assert "<html" not in answer.content.decode()
        assert "Own" in answer.content.decode()

    def test_what_is_too_much_for_a_page_is_counted_and_said(self, client_as, asked, monkeypatch):
        own, _other, _network = asked
        monkeypatch.setattr(capacity, "MOST_LINES", 1)
        answer = client_as(Role.COUNCIL_MEMBER).get("/capacity", {"of": own.code})
        (listed,) = answer.context["overview"].detailed
        assert (len(listed.lines_shown), listed.lines_left_out, listed.total.all) == (1, 1, 22)

    def test_nothing_asked_says_so(self, client_as):
        assert "utrecht-alert--info" in self.page(client_as(Role.SUPPORT))

    @pytest.mark.parametrize("role", [Role.RCDV, Role.ADMIN])
    def test_others_do_not_see_it(self, client_as, role):
        assert client_as(role).get("/capacity").status_code == 403
