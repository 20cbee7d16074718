"""The worker beside the demonstration: kept running, and gone when who started it is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mjp.config import BASE_DIR

PATIENCE = 120
# A parent that starts the worker as `make demo` does, and has a child as gunicorn has.
PARENT = """
import os, sys, time
from mjp.embedded_worker import EmbeddedWorker
worker = EmbeddedWorker()
worker.start()
child = os.fork()
if child == 0:
    worker.forget()
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(0)
print("started", flush=True)
sys.stdin.read()
worker.stop()
"""


def ours(folder: Path) -> dict[int, str]:
    """The processes that run on this data folder, with what they are."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            environment = (place / "environ").read_bytes()
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"MJP_DATA_DIR={folder}".encode() in environment.split(b"\0") and command:
            found[int(place.name)] = command
    return found


def wait_until(is_so: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@pytest.fixture
def parent(tmp_path: Path):
    environment = dict(os.environ) | {"MJP_DATA_DIR": str(tmp_path), "MJP_BROKER_URL": "", "DATABASE_URL": ""}
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    yield process
    process.kill()
    process.wait()
    for pid in ours(tmp_path):
        os.kill(pid, signal.SIGKILL)


def workers(folder: Path) -> list[int]:
    """The main process of the worker: the first of those that run Celery."""
    return sorted(pid for pid, command in ours(folder).items() if "celery" in command)[:1]


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
@pytest.mark.parametrize("end", ["orderly", "killed"])
def test_worker_is_started_again_when_it_is_killed_and_ends_with_its_parent(parent, tmp_path, end):
    (tmp_path / "queue").mkdir(exist_ok=True)
    assert parent.stdout.readline() == b"started\n"
    # Beat says so when it runs.
    wait_until(lambda: list((tmp_path / "queue").glob("beat-schedule*")), "beat runs")
    [first] = workers(tmp_path)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: workers(tmp_path) not in ([], [first]), "a new worker runs")
    if end == "orderly":
        parent.stdin.close()
        assert parent.wait(timeout=PATIENCE) == 0
    else:
        parent.kill()
    wait_until(lambda: not ours(tmp_path), "nothing is left running")
