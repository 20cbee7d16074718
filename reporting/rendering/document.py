"""A report as HTML: its body, which screen and paper share, and the whole document for paper."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from reporting.content import Edition


def render_body(edition: Edition, language: str) -> str:
    """Give the HTML of a report for a page, whose own heading stands above it: headings begin at the second level."""
    with translation.override(language):
        return render_to_string("reporting/document/body.html", _context(edition, language))


def render_document(edition: Edition, language: str) -> str:
    """Give a report as a whole HTML document for paper, with cover and contents."""
    with translation.override(language):
        return render_to_string("reporting/document/document.html", _context(edition, language, on_paper=True))


def _context(edition: Edition, language: str, *, on_paper: bool = False) -> dict[str, Any]:
    return {"edition": edition, "content": edition.content, "language": language, "on_paper": on_paper}
