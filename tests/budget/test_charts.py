"""Charts as data: where things stand, and how they are told apart."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.charts import BAR_HEIGHT, SHADES, Amount, Place, bar_chart, tile_map


def places(percentages, own=None):
    return [
        Place(
            f"VR{n:02}",
            f"Region {n}",
            f"R{n}",
            n % 5,
            n // 5,
            None if one is None else Fraction(one),
            n == own,
        )
        for n, one in enumerate(percentages)
    ]


def test_tiles_stand_at_their_column_and_row_within_the_drawing():
    drawn = tile_map(places([4] * 12))
    first, second, below = (drawn.tiles[n] for n in (0, 1, 5))
    assert second.x > first.x + drawn.tile_size
    assert second.y == first.y
    assert (below.x, below.y) == (first.x, second.x - first.x + first.y)
    assert all(tile.x + drawn.tile_size < drawn.width for tile in drawn.tiles)
    assert all(tile.y + drawn.tile_size < drawn.height for tile in drawn.tiles)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=30))
def test_larger_share_is_never_lighter_and_the_legend_counts_every_region(percentages):
    drawn = tile_map(places(percentages))
    found = sorted((tile.place.percentage, tile.shade) for tile in drawn.tiles)
    shades = [shade for _percentage, shade in found]
    assert shades == sorted(shades)
    assert len(dict(found)) == len(set(found))
    assert set(shades) <= set(range(SHADES))
    assert sum(shade.count for shade in drawn.shades) == len(percentages)
    assert all(one.highest < other.lowest for one, other in zip(drawn.shades, drawn.shades[1:], strict=False))


def test_one_region_alone_is_outlined_and_not_shaded():
    drawn = tile_map(places([None, 3, None], own=1))
    assert drawn.own == drawn.tiles[1].place
    assert [tile.shade for tile in drawn.tiles] == [None, None, None]
    assert not drawn.shades


def test_map_without_regions_is_empty():
    assert tile_map([]).tiles == ()


def amounts(*values):
    return [Amount(str(2024 + n), None if one is None else Decimal(one), "") for n, one in enumerate(values)]


def test_bars_are_in_proportion_and_stand_on_one_line():
    chart = bar_chart(amounts("100.00", "50.00", "0.00", None))
    assert [bar.height for bar in chart.bars] == [BAR_HEIGHT, BAR_HEIGHT // 2, 0, 0]
    assert {bar.y + bar.height for bar in chart.bars} == {chart.ground}
    assert all(
        one.x + chart.bar_width < other.x for one, other in zip(chart.bars, chart.bars[1:], strict=False)
    )
    assert chart.bars[-1].x + chart.bar_width < chart.width


def test_smallest_amount_can_still_be_seen():
    assert bar_chart(amounts("0.01", "625000.00")).bars[0].height == 1


@pytest.mark.parametrize("values", [(), (None,), ("0.00",)])
def test_nothing_to_draw_gives_no_bar(values):
    assert all(bar.height == 0 for bar in bar_chart(amounts(*values)).bars)
