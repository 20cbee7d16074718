"""Reads what reports say, as the content that screen, PDF and Excel are made from."""

from reporting.reading.report import read_report
from reporting.reading.snapshot import snapshot

__all__ = ["read_report", "snapshot"]
