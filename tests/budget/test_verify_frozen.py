"""`manage.py verify_frozen`: whether adopted keys and contributions still are what was adopted."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from budget.models import Contribution, KeyWeight
from budget.services import adopt_contributions, draft_contributions

pytestmark = pytest.mark.django_db


@pytest.fixture
def adopted_contributions(support, official, budget_2026, decide):
    """Contributions that were adopted."""
    draft_contributions(2026, official, by=support)
    return adopt_contributions(2026, by=support, decision=decide())


def test_keys_and_contributions_as_they_were_adopted_are_counted(adopted_contributions, capsys):
    call_command("verify_frozen")
    assert "distribution keys: 1, sets of contributions: 1; each" in capsys.readouterr().out


def test_rows_that_were_changed_past_the_models_are_named(adopted_contributions):
    QuerySet(KeyWeight).filter(key=adopted_contributions.key).update(weight=7)
    QuerySet(Contribution).filter(set=adopted_contributions).update(amount=1)
    with pytest.raises(CommandError) as refused:
        call_command("verify_frozen")
    assert str(refused.value).splitlines() == [
        "distribution key BDUR, version 1: it differs from what was adopted",
        "contributions 2026, version 1: they differ from what was adopted",
    ]
