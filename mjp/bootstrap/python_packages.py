"""Python packages: uv installs what a lock file names, in a virtual environment."""

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

from mjp.bootstrap.paths import REQUIREMENTS, ROOT, TOOLS, VENV, VENV_PYTHON
from mjp.bootstrap.shell import SetupError, run, say
from mjp.bootstrap.stamps import digest, read_stamp, write_stamp
from mjp.bootstrap.system_tools import apt_install

UV_VENV = TOOLS / "uv-venv"
UV = UV_VENV / "bin" / "uv"
MINIMUM_SQLITE = (3, 31, 0)


def base_python() -> str:
    """The interpreter to build on, also when this one is that of a virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def python_identity() -> str:
    """What a virtual environment depends on: the Python version and its own place."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {ROOT}"


def check_libraries() -> None:
    """Refuse a Python that was built without a library that the application needs."""
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
