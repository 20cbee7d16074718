"""Reads over many rows of the programme."""

import pytest

from pillars.models import LacGoal
from tests.factories import LacGoalFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_goals_come_by_pillar_and_theme_in_the_order_of_their_numbers():
    first, second = ThemeFactory(), ThemeFactory(pillar__number=2)
    second.pillar.programme_id = first.pillar.programme_id
    second.pillar.save()
    third = ThemeFactory(pillar=first.pillar)
    goals = [LacGoalFactory(theme=theme) for theme in (third, first, third, second)]
    grouped = LacGoal.objects.with_pillar_and_theme().by_theme()
    assert grouped == [
        (first.pillar, [(third, [goals[0], goals[2]]), (first, [goals[1]])]),
        (second.pillar, [(second, [goals[3]])]),
    ]
