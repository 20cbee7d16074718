"""Celery's broker without a server: kombu's transport over files in a folder, made safe for readers and writers at once.

kombu writes a message under the name by which readers find it, so that one can be read before it is whole, and takes it out by
way of the system's folder for temporary files. Here a message gets its name when it is whole, and is taken by renaming it
within the folder. Who was killed with a message in hand loses it; the jobs it was about are found again by the sweep.
"""

import contextlib
import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Puts messages into the folder and takes them out, the oldest first."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f".{name}.part"
        try:
            draft.write_text(dumps(payload), encoding="utf-8")
            draft.replace(folder / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for path in sorted(folder.glob(f"[!.]*.{queue}.msg")):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{path.name}.taken"
            try:
                path.replace(taken)
            except FileNotFoundError:
                # Another worker was there first.
                continue
            text = taken.read_text(encoding="utf-8")
            taken.unlink()
            with contextlib.suppress(ValueError):
                return loads(text)
            logger.error("A message that can't be read was dropped: %s", path.name)
        raise Empty


class Transport(filesystem.Transport):
    """What `mjp-folder://` as a broker's address stands for."""

    Channel = Channel
