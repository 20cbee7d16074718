"""`manage.py demo`: prepare the demonstration and serve it; `make demo` calls this."""

import errno
import fcntl
import socket
import sys
from io import StringIO
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connections
from gunicorn.app.base import BaseApplication

from mjp.config import DEFAULT_SITE_URL
from mjp.embedded_worker import EmbeddedWorker

ADDRESS = "127.0.0.1"


class DemoServer(BaseApplication):
    """gunicorn with the demonstration's settings, ready when `announce` has been called; `forked` is called in each worker."""

    def __init__(self, port: int, announce: Any, forked: Any) -> None:
        self.port = port
        self.announce = announce
        self.forked = forked
        super().__init__()

    def load_config(self) -> None:
        settings_for_gunicorn = {
            "bind": f"{ADDRESS}:{self.port}",
            "workers": 2,
            "threads": 4,
            "control_socket_disable": True,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "proc_name": "mjp-portfolio-demo",
            "when_ready": lambda server: self.announce(),
            "post_fork": lambda server, worker: self.forked(),
        }
        for name, value in settings_for_gunicorn.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


class Command(BaseCommand):
    """Works again, faster, the second time: what is there is kept."""

    help = "Prepare the database with the programme and demonstration people, and serve it on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1 (default: 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if settings.PRODUCTION:
            raise CommandError("The demonstration doesn't run under production settings.")
        refuse_port_in_use(port)
        refuse_unreachable_database()
        # Two that start at once prepare one after the other.
        with (settings.DATA_DIR / "demo.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            accounts = self._prepare()
        # The workers open connections of their own; one of before the fork must not be shared.
        connections.close_all()
        for connection in connections.all():
            if hasattr(connection, "close_pool"):
                connection.close_pool()

        def announce() -> None:
            self.stdout.write(
                f"\nMJP Portfolio is ready at http://{ADDRESS}:{port} (stop with Ctrl+C).\n"
                f"Sign in with one of these fictional accounts (e-mail address, password, role):\n{accounts}"
            )
            self.stdout.flush()

        if settings.SITE_URL == DEFAULT_SITE_URL:
            settings.SITE_URL = f"http://{ADDRESS}:{port}"
        sys.argv[1:] = []
        worker = EmbeddedWorker()
        try:
            if settings.BROKER_IS_EMBEDDED:
                worker.start()
            DemoServer(port, announce, forked=worker.forget).run()
        finally:
            # Also how a process of gunicorn ends, which has forgotten the worker.
            worker.stop()

    def _prepare(self) -> str:
        """Bring database and static files up to date; give the accounts, a line each."""
        accounts = StringIO()
        self.stdout.write(f"Preparing the database in {settings.DATA_DIR} …")
        try:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("load_programme", stdout=self.stdout)
            self.stdout.write("Preparing the demonstration's people and projects …")
            call_command("load_demo", stdout=accounts)
        except DatabaseError as error:
            raise CommandError(f"The database can't be used: {str(error).splitlines()[0]}") from error
        self.stdout.write("Preparing style sheets and scripts …")
        call_command("collectstatic", verbosity=0, interactive=False)
        return accounts.getvalue().rstrip("\n")


def refuse_unreachable_database() -> None:
    """Raise `CommandError` when the PostgreSQL server that DATABASE_URL names doesn't let us in."""
    if not settings.DATABASE_URL:
        return
    try:
        psycopg.connect(settings.DATABASE_URL, connect_timeout=5).close()
    except psycopg.Error as error:
        raise CommandError(f"The database can't be used: {str(error).splitlines()[0]}") from error


def refuse_port_in_use(port: int) -> None:
    """Raise `CommandError` when the port can't be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OverflowError as error:
            raise CommandError(f"Port {port} doesn't exist: choose one between 1 and 65535.") from error
        except OSError as error:
            reason = "is in use" if error.errno == errno.EADDRINUSE else f"can't be used ({error.strerror})"
            raise CommandError(
                f"Port {port} {reason}: choose another one, as in make demo PORT=8001."
            ) from error
