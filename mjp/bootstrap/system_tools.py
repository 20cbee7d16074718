"""What comes from the operating system: Debian packages, a browser, a spreadsheet program, the gettext tools."""

import contextlib
import ctypes
import os
import shutil
import subprocess
from pathlib import Path

from mjp.bootstrap.paths import VENV, VENV_PYTHON
from mjp.bootstrap.shell import SetupError, run, say, version_of

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# What WeasyPrint draws text with: each library by its names on Linux and on macOS, and Debian's packages.
TEXT_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
)
TEXT_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
OFFICE_NAMES = ("soffice", "libreoffice")
GETTEXT_TOOLS = ("msgfmt", "xgettext", "msgen", "msgmerge", "msguniq", "msgattrib")


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


def find_office() -> str | None:
    """A LibreOffice on this machine that runs, the one named in MJP_SOFFICE first."""
    named = os.environ.get("MJP_SOFFICE")
    if named:
        if not version_of(named):
            raise SetupError(f"MJP_SOFFICE is {named}, and that does not run.")
        return named
    for name in OFFICE_NAMES:
        path = shutil.which(name)
        if path and version_of(path):
            return path
    return None


def ensure_office() -> None:
    """Print the path of a LibreOffice, which calculates workbooks again for the tests; install one when there is none."""
    path = find_office()
    if path is None:
        apt_install(["libreoffice-calc"], "LibreOffice Calc, for the tests of workbooks,")
        path = find_office()
    if path is None:
        raise SetupError("LibreOffice is missing; install it and name its program in MJP_SOFFICE.")
    print(path)


def ensure_gettext() -> None:
    """Have the gettext tools, which collecting and checking messages needs (running the application does not)."""
    if not all(shutil.which(tool) for tool in GETTEXT_TOOLS):
        apt_install(["gettext"], "gettext")


def ensure_text_libraries() -> None:
    """Have the libraries that PDF files are made with."""
    if not all(any(_can_load(name) for name in names) for names in TEXT_LIBRARIES):
        apt_install(TEXT_PACKAGES, "Pango, which draws the text of PDF files,")


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_qpdf() -> None:
    """Have qpdf, with which the tests check the PDF files that are made."""
    if not shutil.which("qpdf"):
        apt_install(["qpdf"], "qpdf, with which the tests check PDF files,")


def ensure_redis() -> None:
    """Have Redis, against which the tests prove what is queued; running the application on its own does not need it."""
    if not shutil.which("redis-server"):
        apt_install(["redis-server"], "Redis, for the tests,")
