"""`{% load document %}`: what the templates of reports draw with, on screen and on paper alike."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reporting.planning_grid.content import numbers_in_short as goals_in_short
from reporting.rendering import signs, tones

register = template.Library()


@register.simple_tag
def sign(name: str, colour: str | None = None) -> SafeString:
    """Draw the shape of a state; words beside it say what it means."""
    return signs.sign(name, colour)


@register.simple_tag
def swatch(tone: str) -> SafeString:
    """Draw the colour of a part of a chart, for its legend."""
    return format_html(
        '<svg class="document-sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<rect x="1" y="1" width="14" height="14" fill="{}" stroke="{}"/></svg>',
        tones.fill(tone),
        tones.edge(tone),
    )


@register.filter
def tone(name: str) -> str:
    """Give the colour that a tone fills with."""
    return tones.fill(name)


@register.filter
def tone_edge(name: str) -> str:
    """Give the colour of the edge of a tone."""
    return tones.edge(name)


@register.filter
def tone_soft(name: str) -> str:
    """Give the light colour of a tone."""
    return tones.soft(name)


@register.filter
def numbers_in_short(numbers: Iterable[str]) -> str:
    """Write numbers of LAC goals, runs drawn together: "1.5, 1.12–1.15"."""
    return goals_in_short(numbers)


@register.filter
def years_in_short(years: Iterable[int]) -> str:
    """Write years, runs drawn together: "2024–2026, 2028"."""
    runs: list[tuple[int, int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)
