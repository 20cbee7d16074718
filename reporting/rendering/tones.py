"""The colours of charts, by name. A drawing on paper doesn't know the tokens of `static/src/tokens.css`, so they stand here again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Tone:
    fill: str
    edge: str
    soft: str


_TONES = {
    "central": _Tone("#8a97a3", "#4a5866", "#e4e8ec"),
    "pillar-1": _Tone("#6ba3c7", "#0b5c8a", "#dcecf5"),
    "pillar-2": _Tone("#84b489", "#2e6b34", "#e0efe1"),
    "pillar-3": _Tone("#ab88c4", "#6a3d8a", "#ece3f2"),
    "free": _Tone("#ffffff", "#6f7d8a", "#ffffff"),
    "limit": _Tone("#b8600b", "#b8600b", "#b8600b"),
    "planned": _Tone("#e4e8ec", "#4a5866", "#e4e8ec"),
    "spent": _Tone("#4a5866", "#4a5866", "#4a5866"),
    "accepted": _Tone("#d3e1eb", "#0b3c5d", "#d3e1eb"),
    "running": _Tone("#6c93b1", "#0b3c5d", "#d3e1eb"),
    "completed": _Tone("#0b3c5d", "#0b3c5d", "#d3e1eb"),
    "cancelled": _Tone("#d5dbe1", "#6f7d8a", "#d5dbe1"),
}
_OTHER = _TONES["central"]


def fill(name: str) -> str:
    """Give the colour that it fills with."""
    return _TONES.get(name, _OTHER).fill


def edge(name: str) -> str:
    """Give the colour of its edge, dark enough to be seen beside white."""
    return _TONES.get(name, _OTHER).edge


def soft(name: str) -> str:
    """Give its light colour."""
    return _TONES.get(name, _OTHER).soft
