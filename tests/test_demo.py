"""`make demo` as a stranger runs it: from a clean copy of what git holds, with a clean environment."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROLES = ("vakraadslid", "portefeuillehouder", "regio", "rcdv", "ondersteuning", "beheer")
# What a clean environment keeps: where programs are, a home, and which certificates to trust.
KEPT = re.compile(r"PATH|HOME|LANG|\w*CERT\w*|\w*CA_BUNDLE\w*|\w*_PROXY|\w*_proxy")
PATIENCE_IN_SECONDS = 600


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """A running `make demo`, and what it has printed so far."""

    def __init__(self, checkout: Path, port: int, data_dir: Path, **more: str) -> None:
        environment = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)} | more
        self.process = subprocess.Popen(
            ["make", "demo", f"PORT={port}", f"MJP_DATA_DIR={data_dir}"],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def printed(self) -> str:
        return "".join(self.lines)

    def wait_for(self, text: str) -> str:
        """Wait until the text was printed; give all that was."""
        deadline = time.monotonic() + PATIENCE_IN_SECONDS
        while text not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < deadline, self.printed
            self.reader.join(timeout=0.1)
        return self.printed

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)


@pytest.fixture
def clean_copy(tmp_path: Path) -> Path:
    """A copy of the files that git tracks, or would."""
    checkout = tmp_path / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file():
            target = checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode)
    return checkout


@pytest.fixture
def start(clean_copy: Path, tmp_path: Path) -> Iterator:
    """Give a function that starts the demo of the clean copy; all are stopped at the end."""
    running: list[Demo] = []

    def start_demo(port: int, data_dir: Path = tmp_path / "data", **environment: str) -> Demo:
        running.append(Demo(clean_copy, port, data_dir, **environment))
        return running[-1]

    yield start_demo
    for demo in running:
        demo.stop()


def test_make_demo_serves_the_programme_and_again_the_second_time(start, tmp_path: Path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    first = start(port)
    printed = first.wait_for("beheer@example.org")
    assert address in printed
    accounts = dict(re.findall(r"^\s*(\w+)@example\.org\s+(\S+)", printed, re.MULTILINE))
    assert set(accounts) == set(ROLES)
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{address}/") as answer:
        assert answer.url == f"{address}/accounts/login/?next=/"
        page = answer.read().decode()
    style_sheet = re.search(r'href="(/static/app\.\w+\.css)"', page)
    assert style_sheet, "static files have hashed names"
    with urllib.request.urlopen(address + style_sheet[1]) as answer:
        assert b".planning" in answer.read()
    assert oct((tmp_path / "data" / "secret-key").stat().st_mode)[-3:] == "600"
    assert oct((tmp_path / "data" / "demo-password").stat().st_mode)[-3:] == "600"

    busy = start(port)
    assert busy.process.wait(timeout=60) != 0
    busy.reader.join()
    assert f"{port}" in busy.printed
    assert "Traceback" not in busy.printed

    first.stop()
    printed = start(port).wait_for("beheer@example.org")
    assert "Installing" not in printed, "what was installed is kept"
    assert "Programme: 0 created, 0 updated" in printed
    assert dict(re.findall(r"^\s*(\w+)@example\.org\s+(\S+)", printed, re.MULTILINE)) == accounts


def test_make_demo_without_network_is_one_clear_line(start):
    # An address on which nobody listens, in the way of every download.
    nowhere = f"http://127.0.0.1:{free_port()}"
    proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), nowhere)
    demo = start(free_port(), **proxies)
    assert demo.process.wait(timeout=PATIENCE_IN_SECONDS) != 0
    demo.reader.join()
    complaints = [line for line in demo.lines if not line.startswith(("Installing", "make"))]
    assert len(complaints) == 1, demo.printed
    assert "network" in complaints[0]


def test_make_demo_with_a_data_folder_that_cannot_be_written_is_one_clear_line(start, tmp_path: Path):
    (tmp_path / "file").touch()
    demo = start(free_port(), tmp_path / "file" / "data")
    assert demo.process.wait(timeout=PATIENCE_IN_SECONDS) != 0
    demo.reader.join()
    assert "Traceback" not in demo.printed
    assert "MJP_DATA_DIR: nothing can be written" in demo.printed
