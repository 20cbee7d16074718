"""A folder in which a file appears only when it is whole."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFilesStorage(FileSystemStorage):
    """Writes under a temporary name, and moves the file to its own name when all of it is on the disk.

    A file of the same name is replaced, at once and whole.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=self.directory_permissions_mode or 0o777, parents=True, exist_ok=True)
        draft = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with draft.open("xb") as file:
                os.fchmod(file.fileno(), self.file_permissions_mode or 0o644)
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)
        return name.replace("\\", "/")


def _flush_folder(folder: Path) -> None:
    """Have the new name itself on the disk, so that it is still there after the power failed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
