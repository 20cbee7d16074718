"""The services of docker-compose.yml on this machine, by their own commands, on free ports of the loopback interface."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "mjp.example.org"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def command_of(service: str) -> list[str]:
    """Give the command of a service, its program from the virtual environment where it is one of its own."""
    program, *arguments = COMPOSE["services"][service]["command"]
    own = Path(sys.executable).parent / program
    return [str(own) if own.exists() else program, *arguments]


def free_port() -> int:
    """Give a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(what: str, is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something. Raises `TimeoutError` when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.3)
    raise TimeoutError(f"{what}: not within {seconds:.0f} seconds")


@contextlib.contextmanager
def started(
    name: str, command: list[str], environment: dict[str, str], logs: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service meanwhile, and end it as Compose does: SIGTERM, and it has to end well. Its log is shown when it doesn't."""
    log = logs / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    except BaseException:
        sys.stderr.write(f"--- {name}\n{log.read_text(errors='replace')[-4000:]}\n")
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(90)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode in (0, -signal.SIGTERM), f"{name} ended with {process.returncode}"


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """Make a database of its own on a server meanwhile, and give its address."""
    name = f"mjp_smoke_{secrets.token_hex(4)}"
    with psycopg.connect(server.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextlib.contextmanager
def installation(server: str) -> Iterator[tuple[Path, int, dict[str, str]]]:
    """Give a folder, a port for `web` and the environment that Compose gives its services, with secrets from files."""
    with tempfile.TemporaryDirectory(prefix="mjp-smoke-") as name, database(server) as address:
        folder, port = Path(name), free_port()
        kept = folder / "secrets"
        kept.mkdir(mode=0o700)
        (kept / "mjp_secret_key").write_text(secrets.token_urlsafe(64), encoding="ascii")
        environment = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
            "MJP_ENV": "production",
            "MJP_DATA_DIR": str(folder / "data"),
            "MJP_SECRETS_DIR": str(kept),
            "MJP_ALLOWED_HOSTS": HOST,
            "MJP_SITE_URL": f"https://{HOST}",
            "MJP_BEHIND_TLS_PROXY": "true",
            "DATABASE_URL": address,
            "MJP_DATABASE_POOL_SIZE": "4",
            "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port} --workers=2",
        }
        yield folder, port, environment
