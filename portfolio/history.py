"""Who changed what: saved versions drawn together into the changes that a person made. Plain functions on plain data.

Saving while one types makes many versions; a reader wants to know what it was before and what it became.
"""

import datetime
import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# What one person does to a field within so long is one change.
TOGETHER = datetime.timedelta(minutes=30)
# A longer piece that was rewritten is shown as a whole: comparing word by word would take too long and say little.
MOST_WORDS = 1_500

Record = tuple[str, int]


class Kind(StrEnum):
    """What happened to a record."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Saved:
    """A version of a record (its kind and key) as it was saved; no values for one that was removed."""

    record: Record
    at: datetime.datetime
    by: int | None
    values: Mapping[str, Any] | None


@dataclass(slots=True)
class RecordChange:
    """What a person made of a record: per field the value before and after."""

    record: Record
    existed: bool
    exists: bool
    # The values of the last version that it had: what the record is known by.
    values: Mapping[str, Any]
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """Whether it is new, gone or different."""
        if not self.existed:
            return Kind.ADDED
        return Kind.CHANGED if self.exists else Kind.REMOVED

    @property
    def is_nothing(self) -> bool:
        """Whether it is as it was: changed and changed back, or added and removed."""
        if self.existed and self.exists:
            return not self.fields
        return not (self.existed or self.exists)


@dataclass(slots=True)
class Session:
    """What one person changed within `TOGETHER`."""

    by: int | None
    started: datetime.datetime
    ended: datetime.datetime
    records: dict[Record, RecordChange] = field(default_factory=dict)


def sessions(versions: Iterable[Saved], milestones: Sequence[datetime.datetime] = ()) -> list[Session]:
    """Draw versions, in the order in which they were saved, together; what came to nothing is left out.

    A session doesn't span a milestone (`milestones` in their order), such as a submission, nor a change by someone else
    of a field that it changed.
    """
    latest: dict[Record, Mapping[str, Any]] = {}
    writers: dict[tuple[Record, str], int | None] = {}
    running: dict[int | None, Session] = {}
    found = []
    for version in versions:
        before, after = latest.get(version.record), version.values
        names = dict.fromkeys((*(before or ()), *(after or ())))
        changed = {
            name: ((before or {}).get(name), (after or {}).get(name))
            for name in names
            if (before or {}).get(name) != (after or {}).get(name)
        }
        if after is None:
            latest.pop(version.record, None)
        else:
            latest[version.record] = after
        if not changed and before is not None and after is not None:
            continue
        session = running.get(version.by)
        if session is None or not _continues(session, version, changed, writers, milestones):
            session = running[version.by] = Session(version.by, version.at, version.at)
            found.append(session)
        session.ended = version.at
        _note(session, version, before, changed)
        writers.update(((version.record, name), version.by) for name in changed)
    return _without_nothing(found)


def _continues(
    session: Session,
    version: Saved,
    changed: Mapping[str, Any],
    writers: Mapping[tuple[Record, str], int | None],
    milestones: Sequence[datetime.datetime],
) -> bool:
    if version.at - session.started > TOGETHER:
        return False
    if bisect_right(milestones, session.started) != bisect_right(milestones, version.at):
        return False
    record = session.records.get(version.record)
    return record is None or all(
        name not in record.fields or writers[version.record, name] == version.by for name in changed
    )


def _note(
    session: Session, version: Saved, before: Mapping[str, Any] | None, changed: Mapping[str, tuple[Any, Any]]
) -> None:
    change = session.records.get(version.record)
    known = version.values if version.values is not None else before or {}
    if change is None:
        change = session.records[version.record] = RecordChange(
            version.record, before is not None, version.values is not None, known
        )
    change.exists, change.values = version.values is not None, known
    for name, (old, new) in changed.items():
        first = change.fields[name][0] if name in change.fields else old
        change.fields[name] = (first, new)


def _without_nothing(found: list[Session]) -> list[Session]:
    for session in found:
        for change in session.records.values():
            change.fields = {name: pair for name, pair in change.fields.items() if pair[0] != pair[1]}
        session.records = {
            record: change for record, change in session.records.items() if not change.is_nothing
        }
    return [session for session in found if session.records]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether the other version lacks it."""

    text: str
    is_different: bool


def compare_words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Give two texts in pieces, those marked that the other one lacks; whole words differ, never parts of them."""
    old, new = _words(before), _words(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    head, tail = old[:start], old[len(old) - end :]
    if max(len(middle_old), len(middle_new)) > MOST_WORDS:
        ways = [("replace", 0, len(middle_old), 0, len(middle_new))]
    else:
        ways = list(difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_opcodes())
    left, right = [("".join(head), False)], [("".join(head), False)]
    for way, i1, i2, j1, j2 in ways:
        left.append(("".join(middle_old[i1:i2]), way != "equal"))
        right.append(("".join(middle_new[j1:j2]), way != "equal"))
    for side in (left, right):
        side.append(("".join(tail), False))
    return _pieces(left), _pieces(right)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _pieces(parts: list[tuple[str, bool]]) -> list[Piece]:
    return [Piece(text, is_different) for text, is_different in parts if text]
