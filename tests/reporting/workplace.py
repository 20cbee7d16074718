"""Where fault tests have real workers at work: a folder, a broker and a storage of their own, on the database of the test."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
# Machines that test are slow at times.
PATIENCE = 90


class Process:
    """A process in a session of its own, with what it said."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                arguments,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and all that it started with SIGKILL: nobody gets to clean up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(timeout=30)

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.popen.poll() is None:
            self.popen.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout=10)
        self.kill()


class Workplace:
    """Starts workers; `stop_at` makes them stop at a place, `wait_for_sign` waits until one is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signs = folder / "signs"
        self.data = folder / "data"
        self.reports = self.data / "reports"
        self.signs.mkdir()
        self.data.mkdir()
        self.broker_url = ""
        self.processes: list[Process] = []

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of processes here: that of the tests, with this folder and the test's database."""
        settings = connection.settings_dict
        environment = dict(os.environ) | {
            "MJP_ENV": "test",
            "MJP_DATA_DIR": str(self.data),
            "MJP_BROKER_URL": self.broker_url,
            "AT_WORK_SIGNS": str(self.signs),
            "AT_WORK_DATABASE": str(settings["NAME"]),
            "DATABASE_URL": "",
            # They were made when the tests began.
            "CELERY_SKIP_CHECKS": "1",
        }
        if connection.vendor == "postgresql":
            name = quote(str(settings["USER"]), safe="")
            password = quote(str(settings["PASSWORD"] or ""), safe="")
            host, port = settings["HOST"] or "127.0.0.1", settings["PORT"] or 5432
            environment["DATABASE_URL"] = f"postgres://{name}:{password}@{host}:{port}/{settings['NAME']}"
        return environment | more

    def start_worker(self, **environment: str) -> Process:
        """Start a worker with beat."""
        return self._start(["worker"], **environment)

    def ask(self, *arguments: object) -> tuple[int, float]:
        """Ask for a report in a process of its own; give the job's key, and how long asking took in seconds."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.reporting.at_work", "ask", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        pk, seconds = done.stdout.split()
        return int(pk), float(seconds)

    def start_redis(self, port: int) -> Process:
        """Start a Redis of the test's own, that keeps what it holds when it is stopped."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing; “make setup” installs it"
        arguments = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        process = Process([*arguments, "--appendonly", "yes"], dict(os.environ), self.folder / "redis.log")
        self.processes.append(process)

        def answers() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        self.wait_until(answers, "Redis answers")
        return process

    def _start(self, arguments: list[str], **environment: str) -> Process:
        process = Process(
            [sys.executable, "-m", "tests.reporting.at_work", *arguments],
            self.environment(**environment),
            self.folder / "worker.log",
        )
        self.processes.append(process)
        return process

    def stop_at(self, place: str) -> None:
        """Have workers stop at a place from now on, whether or not they came by before."""
        (self.signs / place).unlink(missing_ok=True)
        (self.signs / f"stop-at-{place}").touch()

    def go_on(self, place: str) -> None:
        """Let workers go on there."""
        (self.signs / f"stop-at-{place}").unlink()

    def wait_for_sign(self, place: str) -> None:
        """Wait until a worker is at a place."""
        self.wait_until((self.signs / place).exists, f"a worker is at “{place}”")

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; fail with what the workers said when it takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, f"{what}: not in {PATIENCE} s\n{self.said()}"
            time.sleep(0.1)

    def said(self) -> str:
        """The end of what the workers said."""
        log = self.folder / "worker.log"
        return log.read_text(encoding="utf-8", errors="replace")[-6_000:] if log.exists() else ""

    def files(self) -> list[Path]:
        """Every file in the storage of made reports."""
        return sorted(path for path in self.reports.rglob("*") if not path.is_dir())

    def close(self) -> None:
        """End everything."""
        for process in reversed(self.processes):
            process.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
