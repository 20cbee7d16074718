"""Annual plans by the API: who reads what, and that what was adopted can be checked against its seal."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.choices import Role
from pillars.seal import seal
from portfolio.services import begin_plan, offer_plan
from tests.api.scene import PEOPLE, fields_of, problem_of
from tests.factories import UserFactory
from tests.portfolio.plans import adopted_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("programme")]
LIST = "/api/v1/annual-plans"
SEES_DRAFTS = {"holder", "other holder", "council member", "support"}
SEES_ADOPTED = SEES_DRAFTS | {"regional staff", "rcdv"}


@pytest.fixture
def author():
    return UserFactory(roles=[Role.SUPPORT])


def test_who_sees_which_versions(people, author):
    adopted, draft = adopted_plan(author), begin_plan(2027, by=author)
    for who, client in people.items():
        answer = client.get(LIST)
        if who not in SEES_ADOPTED:
            problem_of(answer, 403)
            problem_of(client.get(f"{LIST}/{adopted.pk}"), 403)
            continue
        wanted = [draft.pk, adopted.pk] if who in SEES_DRAFTS else [adopted.pk]
        assert [plan["id"] for plan in answer.json()["results"]] == wanted
        assert client.get(f"{LIST}/{adopted.pk}").status_code == 200
        assert client.get(f"{LIST}/{draft.pk}").status_code == (200 if who in SEES_DRAFTS else 404)
    assert set(PEOPLE) > SEES_ADOPTED


def test_what_was_adopted_fits_the_seal(token_client, author):
    plan = adopted_plan(author)
    plan = offer_plan(plan, by=author, offered_on=timezone.localdate(), read_version=plan.version)
    answer = token_client(Role.RCDV).get(f"{LIST}/{plan.pk}").json()
    assert seal(answer["sealed"]) == answer["content_hash"] == plan.content_hash
    assert answer["sealed"]["content"]["introduction"] == answer["introduction"] == "Versie 1.0"
    assert answer["version"] == answer["sealed"]["version"] == "1.0"
    assert answer["state"] == "offered"
    assert answer["decision"] == {
        "id": plan.decision_id,
        "number": answer["sealed"]["decision"],
        "meeting_on": timezone.localdate().isoformat(),
    }
    assert [part["pillar"] for part in answer["paragraphs"]] == [1, 2, 3]


def test_a_draft_has_texts_and_no_seal(reader, author):
    first, draft = adopted_plan(author), begin_plan(2027, by=author)
    answer = reader.get(f"{LIST}/{draft.pk}").json()
    assert (answer["version"], answer["state"], answer["replaces"]) == ("1.1", "draft", first.pk)
    assert (answer["sealed"], answer["content_hash"], answer["decision"]) == (None, "", None)


@pytest.mark.parametrize(
    ("choice", "labels"),
    [({"year": 2027}, ["1.1", "1.0"]), ({"state": "draft"}, ["1.1"]), ({"year": 2026}, [])],
)
def test_plans_are_chosen_by_year_and_state(reader, author, choice, labels):
    adopted_plan(author)
    begin_plan(2027, by=author)
    assert [plan["version"] for plan in reader.get(LIST, choice).json()["results"]] == labels


def test_a_wrong_choice_names_its_fields(reader):
    assert fields_of(reader.get(LIST, {"year": "x", "state": "gone"})) == ["state", "year"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_plans_are_read_only(token_client, author, method):
    plan = adopted_plan(author)
    client = token_client(Role.SUPPORT)
    for path in (LIST, f"{LIST}/{plan.pk}"):
        problem_of(getattr(client, method)(path, {}), 405)


def test_more_plans_take_no_more_queries(reader, author, django_assert_num_queries):
    adopted_plan(author)
    reader.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        reader.get(LIST)
    adopted_plan(author)
    adopted_plan(author, year=2026)
    with django_assert_num_queries(len(queries)):
        assert reader.get(LIST).json()["count"] == 3
