"""Which edition of a report a file is of."""

import datetime
from dataclasses import dataclass

from reporting.choices import ReportFormat, ReportKind
from reporting.content.report import ReportContent


@dataclass(frozen=True, slots=True)
class Edition:
    """A content with what is printed of it on every file, in whatever language and format.

    `version` is such as "1.0", and for what isn't adopted "1.0-concept.3"; `content_hash` the SHA-256 over the canonical form
    of the content (`pillars.seal`); `taken_at` the moment of the content, which dates the files too.
    """

    content: ReportContent
    version: str
    is_draft: bool
    content_hash: str
    taken_at: datetime.datetime

    def file_name(self, file_format: ReportFormat, language: str) -> str:
        """Give the name of a file of this edition."""
        source = self.content.source
        return file_name(source.kind, source.year, self.version, file_format, language)


def file_name(kind: ReportKind, year: int, version: str, file_format: ReportFormat, language: str) -> str:
    """Give the name of a file: `MJP-jaarverslag-2025-v1.0.pdf`, and `-en` before the dot for another language."""
    suffix = "" if language == "nl" else f"-{language}"
    return f"MJP-{kind.slug}-{year}-v{version}{suffix}.{file_format}"
