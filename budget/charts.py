"""Charts as small typed data: places, sizes, classes of shade and texts, for the templates in `templates/budget/charts`.

Pure functions on plain data, without Django, so that page and PDF draw the same. Lengths are in units of the drawing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

TILE, TILE_PITCH = 46, 50
# Room around the tiles for the outline of one of them.
TILE_EDGE = 4
# More shades can't be told apart on paper.
SHADES = 5

BAR_WIDTH, BAR_PITCH = 64, 96
BAR_HEIGHT = 100
# Room above the bars for their amounts, and below for the years and states.
BAR_HEAD, BAR_FOOT = 22, 44


@dataclass(frozen=True, slots=True)
class Place:
    """A region on the tile map; `percentage` is None where the reader may not see it or there is none."""

    code: str
    name: str
    abbreviation: str
    column: int
    row: int
    percentage: Fraction | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A region with its place in the drawing. `shade` counts from 0, the lightest; None is without shade."""

    place: Place
    x: int
    y: int
    shade: int | None

    @property
    def middle(self) -> int:
        """Where its text stands, across."""
        return self.x + TILE // 2

    @property
    def name_line(self) -> int:
        """Where its abbreviation stands, down: in the middle, or higher when its percentage comes below."""
        return self.y + (21 if self.place.percentage is not None else 28)

    @property
    def percentage_line(self) -> int:
        """Where its percentage stands, down."""
        return self.y + 37


@dataclass(frozen=True, slots=True)
class Shade:
    """A line of the legend: the smallest and largest percentage with this shade, and of how many regions."""

    number: int
    lowest: Fraction
    highest: Fraction
    count: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """The country as tiles, with its legend from light to dark."""

    tiles: tuple[Tile, ...]
    shades: tuple[Shade, ...]
    width: int
    height: int

    @property
    def own(self) -> Place | None:
        """The region that is outlined."""
        return next((tile.place for tile in self.tiles if tile.place.is_own), None)

    @property
    def tile_size(self) -> int:
        """How wide and high a tile is."""
        return TILE

    @property
    def is_shaded(self) -> bool:
        """Whether regions can be compared by shade: one alone says nothing."""
        return len(self.shades) > 1


def tile_map(places: Iterable[Place]) -> TileMap:
    """Arrange regions as tiles. Shades hold about as many regions each; equal percentages have the same shade."""
    found = sorted(places, key=lambda place: (place.row, place.column))
    values = sorted(place.percentage for place in found if place.percentage is not None)
    limits = [values[len(values) * step // SHADES] for step in range(1, SHADES)] if len(values) > 1 else []
    tiles = tuple(
        Tile(
            place,
            TILE_EDGE + place.column * TILE_PITCH,
            TILE_EDGE + place.row * TILE_PITCH,
            # One alone, the reader's own, is not compared with anything.
            None if place.percentage is None or not limits else bisect_right(limits, place.percentage),
        )
        for place in found
    )
    return TileMap(
        tiles,
        _shades(tiles),
        max((tile.x for tile in tiles), default=0) + TILE + TILE_EDGE,
        max((tile.y for tile in tiles), default=0) + TILE + TILE_EDGE,
    )


def _shades(tiles: Sequence[Tile]) -> tuple[Shade, ...]:
    groups: dict[int, list[Fraction]] = {}
    for tile in tiles:
        if tile.shade is not None and tile.place.percentage is not None:
            groups.setdefault(tile.shade, []).append(tile.place.percentage)
    return tuple(
        Shade(number, min(group), max(group), len(group)) for number, group in sorted(groups.items())
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """What a bar stands for: its label, the amount in euro (None when there is none), the words below, and its look."""

    label: str
    amount: Decimal | None
    words: str
    is_draft: bool = False
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount with its bar in the drawing; without an amount it has no height."""

    of: Amount
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        """Where its texts stand, across."""
        return self.x + BAR_WIDTH // 2

    @property
    def amount_line(self) -> int:
        """Where its amount stands, down."""
        return self.y - 7


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars beside each other on one line."""

    bars: tuple[Bar, ...]
    width: int
    height: int

    @property
    def bar_width(self) -> int:
        """How wide a bar is."""
        return BAR_WIDTH

    @property
    def ground(self) -> int:
        """Where the bars stand, down."""
        return BAR_HEAD + BAR_HEIGHT

    @property
    def label_line(self) -> int:
        """Where the labels stand, down."""
        return self.ground + 18

    @property
    def words_line(self) -> int:
        """Where the words stand, down."""
        return self.ground + 36


def bar_chart(amounts: Sequence[Amount]) -> BarChart:
    """Arrange amounts as bars from zero, the largest at full height; one that is more than nothing can be seen."""
    largest = max((one.amount for one in amounts if one.amount is not None), default=Decimal(0))
    bars = []
    for place, one in enumerate(amounts):
        height = 0
        if one.amount is not None and one.amount > 0:
            height = max(round(Fraction(one.amount) * BAR_HEIGHT / Fraction(largest)), 1)
        x = place * BAR_PITCH + (BAR_PITCH - BAR_WIDTH) // 2
        bars.append(Bar(one, x, BAR_HEAD + BAR_HEIGHT - height, height))
    return BarChart(tuple(bars), max(len(bars), 1) * BAR_PITCH, BAR_HEAD + BAR_HEIGHT + BAR_FOOT)
