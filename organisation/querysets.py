"""Reads over many regions and networks, in words of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from organisation.searching import search_words

if TYPE_CHECKING:
    from organisation.models import Network, Region


class RegionQuerySet(models.QuerySet["Region"]):
    def mentioning(self, text: str) -> RegionQuerySet:
        """Those in which every word of the text occurs: in code or name."""
        found = self
        for word in search_words(text):
            found = found.filter(Q(code__icontains=word) | Q(name__icontains=word))
        return found


class NetworkQuerySet(models.QuerySet["Network"]):
    def mentioning(self, text: str) -> NetworkQuerySet:
        """Those in which every word of the text occurs: in name, abbreviation or description."""
        found = self
        for word in search_words(text):
            found = found.filter(
                Q(name__icontains=word) | Q(abbreviation__icontains=word) | Q(description__icontains=word)
            )
        return found
