"""Charts of a report as small typed data: places, sizes and texts, for the templates in `templates/reporting/document/charts`.

Pure functions on plain data. Lengths are in units of the drawing, whole numbers, so that the same figures give the same drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

WIDTH = 680
BAR_HEIGHT = 34
# Beside the bars: their names on the left, their amounts on the right.
NAME_WIDTH, AMOUNT_WIDTH = 190, 110
ROW_PITCH, ROW_HEIGHT = 34, 20


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: what it is, how much, and the name of its colour. `sign` is the shape that stands for it."""

    label: str
    amount: Decimal | int
    tone: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part with its place in the bar."""

    of: Part
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class StackedBar:
    """Parts behind each other in one bar. `limit` is where what is available ends, None when it isn't exceeded."""

    segments: tuple[Segment, ...]
    limit: int | None = None

    @property
    def width(self) -> int:
        """How wide the drawing is."""
        return WIDTH

    @property
    def height(self) -> int:
        """How high the drawing is."""
        return BAR_HEIGHT

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts, for the legend; those of nothing too."""
        return tuple(segment.of for segment in self.segments)


def stacked_bar(parts: Sequence[Part], available: Decimal | int | None = None) -> StackedBar | None:
    """Put parts behind each other. What is below zero has no width. None when there is nothing to see."""
    positive = [max(Fraction(part.amount), Fraction(0)) for part in parts]
    total = sum(positive, Fraction(0))
    if not total:
        return None
    segments, before = [], Fraction(0)
    for part, amount in zip(parts, positive, strict=True):
        start, end = round(before / total * WIDTH), round((before + amount) / total * WIDTH)
        segments.append(Segment(part, start, end - start))
        before += amount
    limit = None
    if available is not None and 0 <= Fraction(available) < total:
        limit = round(Fraction(available) / total * WIDTH)
    return StackedBar(tuple(segments), limit)


@dataclass(frozen=True, slots=True)
class Spending:
    """What is compared in a row: what was planned, spent and is expected, and the name of its colour."""

    label: str
    planned: Decimal
    spent: Decimal
    forecast: Decimal
    tone: str


@dataclass(frozen=True, slots=True)
class SpendingRow:
    """A row with the ends of its bars in the drawing."""

    of: Spending
    y: int
    planned: int
    spent: int
    forecast: int

    @property
    def text_line(self) -> int:
        """Where its texts stand, down."""
        return self.y + 15

    @property
    def spent_y(self) -> int:
        """Where the bar of what was spent begins, down: within that of what was planned."""
        return self.y + 5

    @property
    def forecast_x(self) -> int:
        """Where the mark of what is expected stands, across."""
        return NAME_WIDTH + self.forecast

    @property
    def bottom(self) -> int:
        """Where the row ends, down."""
        return self.y + ROW_HEIGHT


@dataclass(frozen=True, slots=True)
class SpendingChart:
    """Rows below each other, on one scale."""

    rows: tuple[SpendingRow, ...]

    @property
    def width(self) -> int:
        """How wide the drawing is."""
        return WIDTH

    @property
    def height(self) -> int:
        """How high the drawing is."""
        return ROW_PITCH * len(self.rows)

    @property
    def start(self) -> int:
        """Where the bars begin, across."""
        return NAME_WIDTH

    @property
    def row_height(self) -> int:
        """How high a bar is."""
        return ROW_HEIGHT

    @property
    def spent_height(self) -> int:
        """How high the bar of what was spent is."""
        return ROW_HEIGHT - 10


def spending_chart(rows: Sequence[Spending]) -> SpendingChart | None:
    """Compare rows. What is below zero has no length. None when there is nothing to see."""
    largest = max((max(row.planned, row.spent, row.forecast) for row in rows), default=Decimal(0))
    if largest <= 0:
        return None
    room = WIDTH - NAME_WIDTH - AMOUNT_WIDTH

    def length(amount: Decimal) -> int:
        return max(round(Fraction(amount) / Fraction(largest) * room), 0)

    return SpendingChart(
        tuple(
            SpendingRow(
                row, place * ROW_PITCH + 4, length(row.planned), length(row.spent), length(row.forecast)
            )
            for place, row in enumerate(rows)
        )
    )
