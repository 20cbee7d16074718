"""Telling the user, running programs, and one set-up at a time."""

import contextlib
import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from mjp.bootstrap.paths import ROOT, TOOLS

LOGS = TOOLS / "logs"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CERTIFICATE_FAILURE = re.compile(
    r"CERTIFICATE_VERIFY_FAILED|UnknownIssuer|invalid peer certificate|SELF_SIGNED_CERT|UNABLE_TO_\w*ISSUER"
    r"|unable to get (?:local )?issuer|certificate verify failed",
    re.IGNORECASE,
)
NETWORK_FAILURE = re.compile(
    r"NameResolutionError|NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|dns error|Failed to fetch"
    r"|error sending request|Network is unreachable|Connection refused|Connection reset|ProxyError|tunnel error"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT"
    r"|Could not resolve host|Temporary failure resolving|Could not connect|timed out",
    re.IGNORECASE,
)
MISSING_LIBRARY = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")

progress: TextIO = sys.stdout


class SetupError(Exception):
    """An expected failure; its message is the one line that the user sees."""


def answer_on_standard_output() -> None:
    """Tell what is going on on standard error from now on: the verb's answer is on standard output."""
    global progress
    progress = sys.stderr


def say(message: str) -> None:
    """Tell the user what is going on."""
    print(message, file=progress, flush=True)


def environment() -> dict[str, str]:
    """The environment for the programs that set-up starts: the user's, without an active virtual environment,
    trusting the certificates that the system trusts (so that an organisation's own authority works)."""
    env = dict(os.environ)
    for name in ("VIRTUAL_ENV", "PYTHONHOME"):
        env.pop(name, None)
    certificates = env.get("SSL_CERT_FILE") or (
        str(SYSTEM_CERTIFICATES) if SYSTEM_CERTIFICATES.exists() else ""
    )
    if certificates:
        env.setdefault("PIP_CERT", certificates)
        env.setdefault("NODE_EXTRA_CA_CERTS", certificates)
        env.setdefault("UV_SYSTEM_CERTS", "true")
    env.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    env.setdefault("PIP_RETRIES", "2")
    env["PIP_USER"] = "0"
    env["PIP_NO_INPUT"] = "1"
    env["UV_PYTHON_DOWNLOADS"] = "never"
    env["UV_NO_PROGRESS"] = "1"
    env.setdefault("npm_config_fetch_retries", "2")
    env.setdefault("npm_config_fetch_retry_mintimeout", "1000")
    env.setdefault("npm_config_fetch_retry_maxtimeout", "5000")
    return env


def run(what: str, command: list[str | Path], *, env: dict[str, str] | None = None) -> str:
    """Run a command and return its standard output; its whole output goes to a log file.

    ``what`` names the thing in the failure message. Raises SetupError with a reason that a user can act on.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (re.sub(r"\W+", "-", what.lower()).strip("-") + ".log")
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=env or environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{what}: cannot run {command[0]}: {error.strerror or error}.") from None
    output = done.stdout + done.stderr
    log.write_text(output, encoding="utf-8")
    if done.returncode == 0:
        return done.stdout
    raise SetupError(f"{what} failed: {reason_for(output)} (The whole output is in {log.relative_to(ROOT)}.)")


def reason_for(output: str) -> str:
    """The most useful single sentence about a failed command, from what it printed."""
    if CERTIFICATE_FAILURE.search(output):
        return (
            "the server's certificate is not trusted here; "
            "if your network has its own certificate authority, name its file in SSL_CERT_FILE."
        )
    if "No space left on device" in output or "ENOSPC" in output:
        return "the disk is full."
    if NETWORK_FAILURE.search(output):
        return "no network: the packages cannot be downloaded. Check the connection or the proxy and run it again."
    library = MISSING_LIBRARY.search(output)
    if library:
        return f"the system library {library[1]} is missing; install the package that holds it."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    wanted = [
        line for line in lines if re.match(r"(?:npm )?(?:error|fatal|✘ \[ERROR\])", line, re.IGNORECASE)
    ]
    return re.sub(r"^error:\s*", "", (wanted or lines[-1:] or ["it said nothing."])[0], flags=re.IGNORECASE)


def first_number(text: str) -> int:
    """The first whole number in a program's version line; 0 when there is none."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def version_of(program: str, env: dict[str, str] | None = None) -> str:
    """What the program prints as its version, or nothing when it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up at a time work in this checkout."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up in this folder to finish …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
