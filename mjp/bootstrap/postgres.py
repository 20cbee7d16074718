"""A PostgreSQL server for the tests: one that is there, or a private one."""

import getpass
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from mjp.bootstrap.paths import TOOLS, VENV_PYTHON
from mjp.bootstrap.shell import SetupError, first_number, run, say, version_of
from mjp.bootstrap.stamps import write_stamp
from mjp.bootstrap.system_tools import apt_install

POSTGRES_STATE = TOOLS / "postgres.json"
MINIMUM_POSTGRES = 14


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
