"""A Celery worker with beat beside the demonstration: `python -m mjp.embedded_worker`, or `EmbeddedWorker` from another process.

It keeps a worker running, whatever happens to it, until its standard input ends: the pipe from who started it breaks when that
process is gone, however it went. Of several on one data folder one works, and the next takes over when it ends.
"""

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import subprocess
import sys
from types import FrameType
from typing import IO

from mjp.config import BASE_DIR, read_config

COMMAND = [
    sys.executable,
    # The demonstration is often looked at in a container, where everything runs as root.
    *("-W", "ignore:You're running the worker with superuser privileges"),
    *("-m", "celery", "--app", "mjp", "--quiet", "worker"),
    *("--beat", "--loglevel", "WARNING", "--concurrency", "1"),
    # These are for several workers that watch each other.
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
]
# In seconds: how long a worker may finish what it does, and how long one that ended by itself is left alone.
PATIENCE, PAUSE = 5, 2
PR_SET_PDEATHSIG = 1


class EmbeddedWorker:
    """The process that keeps a worker running, as its parent sees it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl+C is for the parent, which then stops it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mjp.embedded_worker"],
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def forget(self) -> None:
        """Let go of it in a process that was forked off: the worker lives as long as the one that started it."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
        self._process = None

    def stop(self) -> None:
        """End it. A report that it was making is made the next time."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=PATIENCE * 3)
            self._process = None


class _Asked:
    """Whether this process was asked to end."""

    def __init__(self) -> None:
        self.is_so = False
        signal.signal(signal.SIGTERM, self._note)
        signal.signal(signal.SIGINT, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.is_so = True

    def within(self, seconds: float) -> bool:
        """Wait so long for standard input to end."""
        readable, _writable, _failed = select.select([0], [], [], 0 if self.is_so else seconds)
        if readable and not os.read(0, 1024):
            self.is_so = True
        return self.is_so


def main() -> None:
    """Keep a worker running until standard input ends."""
    asked = _Asked()
    with (read_config().data_dir / "queue" / "worker.lock").open("w") as lock:
        while not _take(lock):
            if asked.within(PAUSE):
                return
        while not asked.is_so:
            worker = subprocess.Popen(
                COMMAND, cwd=BASE_DIR, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=_end_with_parent
            )
            while worker.poll() is None and not asked.within(0.5):
                pass
            _end(worker)
            if not asked.is_so:
                sys.stderr.write(f"The worker ended ({worker.returncode}) and is started again.\n")
                asked.within(PAUSE)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_with_parent() -> None:
    """Have the kernel end the worker when this process is killed; elsewhere than on Linux it finds out by itself, later."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Ask a worker to stop, more and more urgently, and end what it leaves behind."""
    for number in (signal.SIGTERM, signal.SIGQUIT):
        if worker.poll() is None:
            worker.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(timeout=PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


if __name__ == "__main__":
    main()
