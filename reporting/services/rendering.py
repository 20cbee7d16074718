"""From an edition to the bytes of a file: the one door to what draws PDF and fills workbooks."""

from collections.abc import Callable

from reporting.choices import JobStep, ReportFormat
from reporting.content import Edition

Progress = Callable[[JobStep, int], None]


def render(edition: Edition, file_format: ReportFormat, language: str, progress: Progress) -> bytes:
    """Give the file. `progress` is called with each step and its percentage; what it raises ends the rendering.

    The renderers are loaded when they are needed: the web process hands reports out and never draws one.
    """
    if file_format == ReportFormat.PDF:
        from reporting.rendering import render_pdf

        return render_pdf(edition, language, progress=progress)
    from reporting.workbook import render_workbook

    return render_workbook(edition, language, progress=progress)
