"""Clients of the API. Models are imported in the fixtures: this module is read before Django is set up."""

import pytest

from tests.budget.conftest import budget_2026, decide, indicative, official, support

# What the tests of the budget start from, those of its API start from as well.
__all__ = ["budget_2026", "decide", "indicative", "official", "support"]


@pytest.fixture
def token_client(db):
    """Give a function that makes the client of a new person who holds these roles and sends a token."""
    from knox.models import get_token_model
    from rest_framework.test import APIClient

    from tests.factories import UserFactory

    def make(*roles, **fields):
        client = APIClient()
        client.user = UserFactory(roles=roles, **fields)
        _record, token = get_token_model().objects.create(user=client.user)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return make


@pytest.fixture
def reader(token_client):
    """The client of a council member."""
    from organisation.choices import Role

    return token_client(Role.COUNCIL_MEMBER)


@pytest.fixture
def everything(reader):
    """Give a function that reads all items of a list."""

    def read(path, **parameters):
        response = reader.get(f"/api/v1/{path}", {"page_size": 200, **parameters})
        assert response.status_code == 200, response.content
        body = response.json()
        assert body["count"] == len(body["results"])
        return body["results"]

    return read


@pytest.fixture
def people(token_client):
    """The client of one person per kind (tests/api/scene.py)."""
    from tests.api.scene import PEOPLE

    return {who: token_client(*roles, language="en") for who, roles in PEOPLE.items()}


@pytest.fixture
def project_in(people):
    """Give a function that makes a project of the holder's portfolio in a state."""
    from tests.factories import PortfolioFactory, ProjectFactory

    portfolio = PortfolioFactory(held_by=people["holder"].user)
    PortfolioFactory(held_by=people["other holder"].user)

    def make(state="draft", **fields):
        return ProjectFactory(portfolio=portfolio, in_state=state, **fields)

    return make
