"""The example that tests of reports are made with is itself a report."""

import json

import pytest

from pillars.seal import seal
from reporting.choices import ReportKind
from reporting.content import as_data, from_data
from tests.reporting.example import example_edition


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_of_example_can_be_kept_as_data_and_comes_back_the_same(kind):
    edition = example_edition(kind)
    kept = json.loads(json.dumps(as_data(edition.content)))
    assert from_data(kept) == edition.content
    assert seal(kept) == edition.content_hash
    assert edition.content.source.kind == kind
