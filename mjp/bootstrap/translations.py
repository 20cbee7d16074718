"""The translations in the form that the application reads."""

from pathlib import Path

from mjp.bootstrap.paths import ROOT, TOOLS, VENV_PYTHON
from mjp.bootstrap.shell import run, say
from mjp.bootstrap.stamps import digest, read_stamp, write_stamp

LOCALE = ROOT / "mjp" / "locale"


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
