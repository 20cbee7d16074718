"""A report as PDF: laid out by WeasyPrint from its HTML, with tags that hold for PDF/UA-1.

The same edition gives the same bytes, on any day and in any process: its dates are those of the edition, and the file's
own identifier follows from what it holds.
"""

from collections.abc import Callable, Mapping
from io import BytesIO

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reporting.choices import JobStep
from reporting.content import Edition
from reporting.rendering.accessible import make_accessible
from reporting.rendering.document import render_document, titles_of
from reporting.rendering.fonts import undate_fonts
from reporting.rendering.own_files import OWN_FILES, OwnFilesFetcher

Progress = Callable[[JobStep, int], None]

STYLE_SHEET = OWN_FILES + "document-print.css"


def _to_nobody(step: JobStep, percent: int) -> None:
    pass


def render_pdf(edition: Edition, language: str, *, progress: Progress = _to_nobody) -> bytes:
    """Give a report as PDF. `progress` is told the step and the percentage of all work that is behind."""
    progress(JobStep.LAYOUT, 5)
    html = render_document(edition, language)
    return html_to_pdf(html, titles=titles_of(edition, language), progress=progress)


def html_to_pdf(
    html: str, *, titles: Mapping[str, str] | None = None, progress: Progress = _to_nobody
) -> bytes:
    """Give an HTML document as PDF, in the look of reports and with nothing fetched but our own files.

    `titles` has the titles of its chapters and sections, by their `id`.
    """
    fetcher = OwnFilesFetcher()
    fonts = FontConfiguration()
    style = CSS(STYLE_SHEET, font_config=fonts, url_fetcher=fetcher)
    progress(JobStep.LAYOUT, 15)
    document = HTML(string=html, base_url=OWN_FILES, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[style]
    )
    progress(JobStep.WRITING, 60)
    plain = document.write_pdf(pdf_variant="pdf/ua-1")
    progress(JobStep.TAGGING, 85)
    with pikepdf.open(BytesIO(plain)) as pdf:
        make_accessible(pdf, titles or {})
        undate_fonts(pdf)
        written = BytesIO()
        pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()
