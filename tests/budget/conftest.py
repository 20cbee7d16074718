"""What the tests of the budget start from."""

# Models are imported where they are used: this file is read before Django is set up.
import datetime
from decimal import Decimal

import pytest

AMOUNT = Decimal("625000.00")


@pytest.fixture
def support(programme):
    """A supporter, where the programme is loaded."""
    from organisation.choices import Role
    from tests.factories import UserFactory

    return UserFactory.create(roles=[Role.SUPPORT])


@pytest.fixture
def indicative(programme):
    """The key that comes with the programme."""
    from budget.models import DistributionKey

    return DistributionKey.objects.get(status="indicative")


@pytest.fixture
def official(support):
    """An official key for 2024–2028, adopted: the first region weighs 100, each next one more."""
    from budget.services import adopt_key, keep_key
    from organisation.models import Region

    codes = Region.objects.order_by("code").values_list("code", flat=True)
    key = keep_key(
        by=support,
        name="BDUR",
        source="Circulaire",
        first_year=2024,
        last_year=2028,
        weights={code: Decimal(100 + place) for place, code in enumerate(codes)},
    )
    return adopt_key(key, by=support)


@pytest.fixture
def budget_2026(support):
    """A budget of €625,000 for 2026."""
    from budget.services import set_budget

    return set_budget(2026, AMOUNT, by=support)


@pytest.fixture
def decide(support):
    """Give a function that records a decision on the working budget."""

    from portfolio.choices import Outcome
    from portfolio.services import record_decision

    def make(number="2025-09", *, covers_overrun=False):
        return record_decision(
            by=support,
            number=number,
            meeting_on=datetime.date(2025, 11, 6),
            outcome=Outcome.BUDGET,
            wording="De Vakraad stemt in met het werkbudget.",
            projects=[],
            covers_overrun=covers_overrun,
        )

    return make
