"""Two contents of reports side by side: what came, what went, and what changed. Plain functions on plain data."""

from reporting.comparison.comparing import compare
from reporting.comparison.content import (
    AmountChange,
    Change,
    Compared,
    Comparison,
    LineChange,
    PillarTextChange,
    ProjectChange,
    RegionChange,
    TextChange,
    ValueChange,
)
from reporting.comparison.words import Piece, PieceKind, word_differences

__all__ = [
    "AmountChange",
    "Change",
    "Compared",
    "Comparison",
    "LineChange",
    "Piece",
    "PieceKind",
    "PillarTextChange",
    "ProjectChange",
    "RegionChange",
    "TextChange",
    "ValueChange",
    "compare",
    "word_differences",
]
