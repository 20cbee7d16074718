"""Reads over regions and networks."""

import pytest

from organisation.models import Network, Region
from tests.factories import NetworkFactory, RegionFactory

pytestmark = pytest.mark.django_db


def test_region_is_found_when_every_word_is_in_code_or_name():
    region = RegionFactory(code="VR09", name="Utrecht")
    RegionFactory(code="VR10", name="Zeeland")
    assert list(Region.objects.mentioning("utr VR09")) == [region]
    assert not Region.objects.mentioning("utr VR10")


@pytest.mark.parametrize("words", ["raad", "RCDV", "brandweer", "rcdv raad brandweer", ""])
def test_network_is_found_when_every_word_is_in_name_abbreviation_or_description(words):
    network = NetworkFactory(name="Raad van directeuren", abbreviation="RCDV", description="Brandweer.")
    if words:
        NetworkFactory(name="Another")
    assert list(Network.objects.mentioning(words)) == [network]


def test_search_of_many_words_is_as_small_as_one_of_twelve():
    few = str(Network.objects.mentioning(" ".join("abcdefghijkl")).query)
    assert str(Network.objects.mentioning(" ".join("abcdefghijklmnopqrstuvwxyz")).query) == few
