"""Read the verb and do it; the package's docstring lists the verbs."""

import sys

from mjp.bootstrap import MINIMUM_PYTHON

# Before the other imports, which an older Python may not be able to read.
if sys.version_info < MINIMUM_PYTHON:
    needed, present = ".".join(map(str, MINIMUM_PYTHON)), ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"Error: Python {needed} or newer is needed, and {sys.executable or 'python3'} is {present}; "
        "name a newer one with: make PYTHON=/path/to/python3"
    )

import argparse
import socket
import time

from mjp.bootstrap.assets import ensure_assets
from mjp.bootstrap.locks import compile_locks
from mjp.bootstrap.postgres import ensure_postgres, stop_postgres
from mjp.bootstrap.python_packages import check_libraries, ensure_packages
from mjp.bootstrap.shell import SetupError, answer_on_standard_output, only_one, say
from mjp.bootstrap.system_tools import (
    ensure_browser,
    ensure_gettext,
    ensure_office,
    ensure_qpdf,
    ensure_redis,
    ensure_text_libraries,
)
from mjp.bootstrap.translations import ensure_translations


def set_up(kind: str) -> None:
    """Have everything for ``app`` or ``dev``."""
    check_libraries()
    with only_one():
        ensure_text_libraries()
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


def main(arguments: list[str]) -> int:
    """Run one verb and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m mjp.bootstrap", description="Set up MJP Portfolio.")
    parser.add_argument(
        "verb",
        choices=["app", "dev", "browser", "office", "gettext", "qpdf", "postgres", "redis", "lock"],
    )
    parser.add_argument("--check-port", metavar="PORT", help="first check that this port is free (app)")
    parser.add_argument("--stop", action="store_true", help="stop the server that was started (postgres)")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.verb != "lock":
        parser.error(f"unknown argument {rest[0]}")
    if options.verb in ("browser", "office", "postgres"):
        answer_on_standard_output()
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
        elif options.verb == "office":
            ensure_office()
        elif options.verb == "gettext":
            ensure_gettext()
        elif options.verb == "qpdf":
            ensure_qpdf()
        elif options.verb == "redis":
            ensure_redis()
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
