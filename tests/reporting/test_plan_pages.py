"""The pages of the annual plan: reading, building, aligning, adopting, offering, comparing."""

import datetime
import re

import pytest
from django.utils import timezone

from organisation.choices import Role
from portfolio.choices import AnnualPlanState, Outcome
from portfolio.models import AnnualPlan
from portfolio.services import begin_plan
from tests.factories import decide
from tests.portfolio.plans import adopted_plan, aligned_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("programme", "english")]
PAGE = "/annual-plans/2027"


@pytest.fixture
def support(client_as):
    return english(client_as(Role.SUPPORT))


def english(client):
    client.user.language = "en"
    client.user.save()
    return client


def text(response) -> str:
    return response.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_support_builds_aligns_adopts_and_offers_a_plan(support):
    today = timezone.localdate().isoformat()
    assert "There is no plan of this year yet" in text(support.get(PAGE))
    page = text(support.post(f"{PAGE}/begin", follow=True))
    assert "What still lacks" in page
    form = text(support.get(f"{PAGE}/texts"))
    pillars = re.findall(r'name="(pillar_\d+)"', form)
    written = dict.fromkeys(pillars, "Wat we doen.")
    version = hidden(form, "read_version")
    support.post(f"{PAGE}/texts", {"read_version": version, "introduction": "Vooraf.", **written})
    page = text(support.get(PAGE))
    assert "Vooraf." in page
    support.post(f"{PAGE}/align", {"read_version": hidden(page, "read_version"), "aligned_on": today})
    page = text(support.get(PAGE))
    decision = decide(outcome=Outcome.ANNUAL_PLAN, by=support.user, meeting_on=timezone.localdate())
    adopted = support.post(
        f"{PAGE}/adopt",
        {
            "read_version": hidden(page, "read_version"),
            "read_as": hidden(page, "read_as"),
            "decision": decision.pk,
        },
        follow=True,
    )
    assert "frozen as you saw it" in text(adopted)
    support.post(
        f"{PAGE}/offer", {"read_version": hidden(text(adopted), "read_version"), "offered_on": today}
    )
    plan = AnnualPlan.objects.get()
    assert (plan.state, plan.decision) == (AnnualPlanState.OFFERED, decision)


def test_a_plan_that_changed_since_it_was_read_is_not_adopted(support):
    plan = aligned_plan(support.user)
    decision = decide(outcome=Outcome.ANNUAL_PLAN, by=support.user, meeting_on=timezone.localdate())
    response = support.post(
        f"{PAGE}/adopt",
        {"read_version": plan.version, "read_as": "0" * 64, "decision": decision.pk},
    )
    assert response.status_code == 422
    assert "look at it again first" in text(response)
    plan.refresh_from_db()
    assert plan.state == AnnualPlanState.ALIGNED
    # The form is of the plan as it is shown now, so that it can be sent again.
    page = text(response)
    support.post(
        f"{PAGE}/adopt",
        {
            "read_version": hidden(page, "read_version"),
            "read_as": hidden(page, "read_as"),
            "decision": decision.pk,
        },
    )
    plan.refresh_from_db()
    assert plan.is_adopted


def test_stale_texts_are_refused_and_kept_on_the_form(support):
    begin_plan(2027, by=support.user)
    support.post(f"{PAGE}/texts", {"read_version": 1, "introduction": "Eerst"})
    response = support.post(f"{PAGE}/texts", {"read_version": 1, "introduction": "Mijn lange tekst"})
    assert response.status_code == 422
    assert "Mijn lange tekst" in text(response)
    assert AnnualPlan.objects.get().introduction == "Eerst"


def test_a_wrong_day_is_said_at_its_field(support):
    plan = begin_plan(2027, by=support.user)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    response = support.post(f"{PAGE}/align", {"read_version": plan.version, "aligned_on": tomorrow})
    assert response.status_code == 422
    assert "a day to come" in text(response)
    assert AnnualPlan.objects.get().state == AnnualPlanState.DRAFT


@pytest.mark.parametrize("role", [Role.REGIONAL_STAFF, Role.RCDV])
def test_readers_see_what_is_adopted_and_no_draft(client_as, support, role):
    reader = english(client_as(role))
    begin_plan(2027, by=support.user)
    assert "No plan of this year is adopted yet" in text(reader.get(PAGE))
    adopted_plan(support.user)
    begin_plan(2027, by=support.user)
    page = text(reader.get(PAGE))
    assert "Version 1.0" in page
    assert "Version 1.1" not in page
    assert "What still lacks" not in page
    assert reader.get(f"{PAGE}?version=1.1").status_code == 404


def test_an_older_version_is_shown_as_it_was_and_goes_no_further(support):
    adopted_plan(support.user)
    begin_plan(2027, by=support.user)
    page = text(support.get(f"{PAGE}?version=1.0"))
    assert "Versie 1.0" in page
    assert f"{PAGE}/align" not in page
    assert f"{PAGE}/align" in text(support.get(PAGE))


def test_a_council_member_reads_and_does_nothing(client_as, support):
    begin_plan(2027, by=support.user)
    page = text(english(client_as(Role.COUNCIL_MEMBER)).get(PAGE))
    assert "What still lacks" in page
    assert f"{PAGE}/align" not in page


def test_two_versions_are_compared_word_by_word(support):
    first = adopted_plan(support.user)
    second = adopted_plan(support.user)
    page = text(support.get("/annual-plans/compare", {"before": first.pk, "after": second.pk}))
    assert "<del" in page
    assert "<ins" in page
    same = text(support.get("/annual-plans/compare", {"before": first.pk, "after": first.pk}))
    assert "Nothing differs between these two" in same
    assert support.get("/annual-plans/compare", {"before": "x", "after": "9" * 30}).status_code == 200


def test_the_menu_leads_to_the_plan_that_counts_now(support):
    assert support.get("/annual-plans").url.startswith("/annual-plans/2")
    assert support.get("/annual-plans/2031").status_code == 404
