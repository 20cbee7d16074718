"""What the tests of this app share."""

import pytest

from portfolio import ports


@pytest.fixture(autouse=True)
def empty_ports(monkeypatch):
    """Try the app by itself: what higher apps filled in is away, and what a test fills in goes away again."""
    monkeypatch.setattr(ports, "acceptance_checks", [])
    monkeypatch.setattr(ports, "costs", None)
    monkeypatch.setattr(ports, "project_fragments", [])
    monkeypatch.setattr(ports, "history_sources", [])
