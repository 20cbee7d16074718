"""Knowing what is up to date: a step leaves a stamp, a hash of what it was made from."""

import hashlib
from pathlib import Path

from mjp.bootstrap.paths import ROOT


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
