"""What Compose asks of each service."""

import os
import time

import pytest

from mjp import health
from mjp.celery import app


@pytest.fixture
def schedule(tmp_path, monkeypatch):
    monkeypatch.setitem(app.conf, "beat_schedule_filename", str(tmp_path / "beat-schedule"))
    return tmp_path / "beat-schedule"


def test_beat_is_well_while_it_writes_down_what_it_did(schedule):
    assert not health.beat()
    schedule.touch()
    assert health.beat()
    long_ago = time.time() - 2 * health.BEAT_WITHIN
    os.utime(schedule, (long_ago, long_ago))
    assert not health.beat()


@pytest.mark.django_db(transaction=True)
def test_web_is_well_while_it_answers(live_server, settings):
    assert health.web(f"{live_server.url}/healthz")
    assert not health.web("http://127.0.0.1:9/healthz")
    assert not health.web(f"{live_server.url}/no-such-page")


def test_worker_that_is_not_there_is_not_well():
    assert not health.worker()
