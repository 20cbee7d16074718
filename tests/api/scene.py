"""People, projects and requests of the tests of the API on projects and decisions."""

import uuid

from organisation.choices import Role
from portfolio.choices import ProjectState

S = ProjectState
# Who, and the roles that they hold; the holder holds the project's portfolio, the other holder another one.
PEOPLE = {
    "holder": [Role.PORTFOLIO_HOLDER],
    "other holder": [Role.PORTFOLIO_HOLDER],
    "council member": [Role.COUNCIL_MEMBER],
    "regional staff": [Role.REGIONAL_STAFF],
    "rcdv": [Role.RCDV],
    "support": [Role.SUPPORT],
    "admin": [Role.ADMIN],
    "nobody": [],
}
# Who sees no project at all.
OUTSIDERS = {"admin", "nobody"}
# What a state lets be seen by whom; a withdrawn project of the tests was never submitted.
SEES = {
    S.DRAFT: {"holder", "support"},
    S.WITHDRAWN: {"holder", "support"},
    S.SUBMITTED: set(PEOPLE) - OUTSIDERS - {"rcdv"},
    S.RETURNED: set(PEOPLE) - OUTSIDERS - {"rcdv"},
} | {state: set(PEOPLE) - OUTSIDERS for state in (S.ACCEPTED, S.RUNNING, S.COMPLETED, S.CANCELLED)}


def sees(who: str, state: str) -> bool:
    """Whether this person sees a project in this state."""
    return who in SEES[ProjectState(state)]


def key() -> dict[str, str]:
    """A header that tells a request from all others."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def problem_of(response, status: int) -> dict:
    """Give the body of an error, once it is one with this status."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def fields_of(response, status: int = 400) -> list[str]:
    """Give the names of the fields that an error complains about."""
    body = problem_of(response, status)
    assert all(error["message"] for error in body["errors"])
    return sorted({error["field"] for error in body["errors"]})
