"""`python -m mjp.health web|worker|beat`: whether this service is well, by its exit code, for Compose and the like."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mjp.settings")

# Beat writes down what it did every three minutes; in seconds.
BEAT_WITHIN = 10 * 60
ADDRESS = "http://127.0.0.1:8000/healthz"


def web(address: str = ADDRESS) -> bool:
    """Whether the application answers on this machine, and its database does."""
    from mjp.config import read_config

    headers = {"Host": read_config().allowed_hosts[0], "X-Forwarded-Proto": "https"}
    # The address is our own, never someone's input.
    request = urllib.request.Request(address, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def worker() -> bool:
    """Whether the worker of this machine answers through the broker."""
    from mjp.celery import app

    name = f"celery@{socket.gethostname()}"
    try:
        return name in (app.control.inspect(destination=[name], timeout=5).ping() or {})
    except OSError:
        return False


def beat() -> bool:
    """Whether beat wrote down lately what it did."""
    from mjp.celery import app

    # A database of Python's own, of one file or more with this name.
    schedule = Path(app.conf.beat_schedule_filename)
    written = [file.stat().st_mtime for file in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and time.time() - max(written) < BEAT_WITHIN


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        sys.exit(f"Name one of: {', '.join(CHECKS)}")
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
