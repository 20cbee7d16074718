"""A report as people read it: on screen, and as a PDF that is the same for all readers, also those who listen to it."""

from reporting.rendering.document import render_body, render_document
from reporting.rendering.pdf import render_pdf

__all__ = ["render_body", "render_document", "render_pdf"]
