"""Puts shares of regions on the tile map of the country."""

from collections.abc import Mapping
from fractions import Fraction

from budget.charts import Place, TileMap, tile_map
from organisation.models import RegionTile


def read_places() -> list[Place]:
    """Give the regions that have a place on the tile map. One query."""
    return [
        Place(tile.region.code, tile.region.name, tile.abbreviation, tile.column, tile.row)
        for tile in RegionTile.objects.select_related("region")
    ]


def country_map(
    places: list[Place], percentages: Mapping[str, Fraction], own: str | None = None
) -> TileMap | None:
    """Draw the regions, shaded by the percentages given, by code, and the own one outlined; None without places."""
    if not places:
        return None
    return tile_map(
        Place(
            place.code,
            place.name,
            place.abbreviation,
            place.column,
            place.row,
            percentages.get(place.code),
            place.code == own,
        )
        for place in places
    )
