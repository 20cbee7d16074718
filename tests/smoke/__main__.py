"""`python -m tests.smoke POSTGRES`: the services of docker-compose.yml by their own commands, and a report from end to end.

Runs web, worker and beat in production's settings against a PostgreSQL server that is there (a database of its own, removed
afterwards) and a Redis of its own, all on this machine alone. Exits with 1, and the log of what failed, when anything isn't right.
"""

import contextlib
import hashlib
import re
import signal
import subprocess
import sys
import time

from tests.smoke.browser import Visitor
from tests.smoke.services import HOST, command_of, free_port, installation, started, wait_until

PUBLISHED = re.compile(r"/reports/(\d+)/file")


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"{time.monotonic() - BEGUN:6.1f} s  {text}", flush=True)  # noqa: T201


def run(environment: dict[str, str], *command: str) -> str:
    """Run a command of `manage.py`. Raises `CalledProcessError`, with what it said on standard error."""
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def signed_in(port: int, address: str, password: str) -> Visitor:
    """Give a visitor who signed in."""
    visitor = Visitor(port, HOST)
    visitor.send("/accounts/login/", {"login": address, "password": password}, form_on="/accounts/login/")
    return visitor


def make_a_report(port: int, password: str) -> None:
    """Ask for a report as support, watch it, publish it, and download it as the RCDV."""
    support = signed_in(port, "ondersteuning@example.org", password)
    asked = {"kind": "annual-report", "year": "2025", "formats": "pdf", "language": "nl"}
    support.send("/reports/ask", asked, form_on="/reports")
    say("asked for the annual report of 2025")
    wait_until("the report is made", lambda: "<progress" not in support.page("/reports"), seconds=240)
    found = PUBLISHED.search(support.page("/reports"))
    assert found is not None, "the report failed: " + support.page("/reports")
    key = found[1]
    say("it is made")
    support.send(f"/reports/{key}/publish", {}, form_on="/reports")
    rcdv = signed_in(port, "rcdv@example.org", password)
    status, content, headers = rcdv.get(f"/reports/{key}/file")
    digest = hashlib.sha256(content).hexdigest()
    assert (status, content[:5]) == (200, b"%PDF-"), f"the file: {status} {content[:100]!r}"
    assert digest in rcdv.page("/reports"), "the page names another SHA-256"
    say(
        f"the RCDV downloaded {headers['Content-Disposition']}, {len(content):,} bytes, SHA-256 {digest[:12]}…"
    )


def main(server: str) -> None:
    """Start everything, make a report, ask how the services are, and end everything."""
    with installation(server) as (folder, port, environment), contextlib.ExitStack() as stack:
        broker = free_port()
        environment["MJP_BROKER_URL"] = f"redis://127.0.0.1:{broker}/0"
        redis = [*command_of("redis"), "--port", str(broker), "--bind", "127.0.0.1", "--dir", str(folder)]
        stack.enter_context(started("redis", redis, environment, folder))
        run(environment, *command_of("migrate"))
        say("migrated")
        # The demonstration's content, which production refuses: loaded past it into the same database.
        loading = {**environment, "MJP_ENV": "development"}
        run(loading, sys.executable, "manage.py", "load_programme")
        run(loading, sys.executable, "manage.py", "load_demo")
        password = (folder / "data" / "demo-password").read_text(encoding="utf-8").strip()
        run(environment, sys.executable, "manage.py", "collectstatic", "--noinput")
        say("loaded")
        for name in ("web", "worker", "beat"):
            stack.enter_context(started(name, command_of(name), environment, folder))
        visitor = Visitor(port, HOST)

        def answers() -> bool:
            with contextlib.suppress(OSError):
                return visitor.get("/healthz")[0] == 200
            return False

        wait_until("web answers", answers)
        say("web answers")
        make_a_report(port, password)
        run(environment, sys.executable, "-m", "mjp.health", "worker")
        say("the worker is well")
        run(environment, sys.executable, "manage.py", "verify_frozen")
        run(environment, sys.executable, "manage.py", "verify_reports")
        say("what was adopted and made is as it was")
    say("all ended")


if __name__ == "__main__":
    BEGUN = time.monotonic()
    # Who ends it ends what it started as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main(sys.argv[1])
