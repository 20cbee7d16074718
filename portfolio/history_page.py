"""The history of a project as a page shows it: its saved versions, states, decisions, reports and files, read and put in words."""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from organisation.models import User
from portfolio import ports
from portfolio.history import Kind, Piece, Record, RecordChange, Saved, Session, compare_words, sessions
from portfolio.models import (
    CapacityRequest,
    DecisionSubject,
    Project,
    ProjectDependency,
    Result,
    Risk,
    StateChange,
)
from portfolio.project_page import Event
from portfolio.querysets import readable_capacity

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PROJECT = "project"
# Kind of record → its fields that people fill in, in the order of the form. The rest is the application's own.
FIELDS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    PROJECT: (
        Project,
        (
            "title",
            "portfolio",
            "objective",
            "lac_goals",
            "reason",
            "aim",
            "boundaries",
            "form_of_work",
            "networks",
            "starts_on",
            "ends_on",
            "leader",
            "secretary",
            "closing_note",
            "completion_asked_at",
        ),
    ),
    "result": (Result, ("title", "due_on", "delivered_on", "delivered_note")),
    "capacity": (CapacityRequest, ("region", "network", "year", "expertise", "days")),
    "risk": (Risk, ("description", "likelihood", "impact", "measure")),
    "dependency": (ProjectDependency, ("predecessor",)),
}
# What the name of a record says already.
IN_NAME = {
    "result": {"title"},
    "capacity": {"region", "network", "year"},
    "risk": {"description"},
    "dependency": {"predecessor"},
}
LINKS = {"lac_goals": "lacgoal", "networks": "network"}
NAMES: dict[str, _StrPromise] = {
    "result": gettext_lazy("Result"),
    "capacity": gettext_lazy("Capacity asked"),
    "risk": gettext_lazy("Risk"),
    "dependency": gettext_lazy("Can only start when this is finished"),
}
KINDS: dict[Kind, _StrPromise] = {
    Kind.ADDED: pgettext_lazy("what happened to a record", "added"),
    Kind.CHANGED: pgettext_lazy("what happened to a record", "changed"),
    Kind.REMOVED: pgettext_lazy("what happened to a record", "removed"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after; in a change, what differs is marked."""

    label: str
    before: SafeString
    after: SafeString

    @property
    def value(self) -> SafeString:
        """The value of what was added or removed."""
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class RecordInWords:
    """What happened to a result, a risk and the like, or to the assignment itself (without a name)."""

    kind: Kind
    name: str
    fields: tuple[FieldChange, ...]

    @property
    def kind_label(self) -> _StrPromise:
        """What happened, in a word."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Happening:
    """A report that was filed, or a file that was added or withdrawn."""

    at: datetime.datetime
    by: User
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the history: changes by one person, a change of state or decision, or something else that happened."""

    at: datetime.datetime
    started: datetime.datetime
    session: Session | None = None
    event: Event | None = None
    happening: Happening | None = None


@dataclass(frozen=True, slots=True)
class EntryInWords:
    """An entry with the names of who and what it is about."""

    entry: Entry
    by: str
    records: tuple[RecordInWords, ...] = ()

    @property
    def takes_time(self) -> bool:
        """Whether its changes lie a minute or more apart."""
        return self.entry.at - self.entry.started >= datetime.timedelta(minutes=1)


def _sources() -> dict[str, ports.HistorySource]:
    """Give what other apps add, by kind of record."""
    return {source.kind: source for source in ports.history_sources}


def _kinds() -> dict[str, tuple[type[models.Model], tuple[str, ...]]]:
    """Give every kind of record with its fields: this app's, then those of other apps."""
    return FIELDS | {kind: (source.model, source.fields) for kind, source in _sources().items()}


def history_entries(project: Project, reader: User) -> list[Entry]:
    """Read all that happened to a project, the newest first, in a fixed number of queries."""
    events = _events(project)
    milestones = sorted(event.at for event in events if event.change is not None)
    found = [
        Entry(session.ended, session.started, session=session)
        for session in sessions(_versions(project, reader), milestones)
    ]
    found += [Entry(event.at, event.at, event=event) for event in events]
    found += [Entry(item.at, item.at, happening=item) for item in _happenings(project)]
    # At the same moment the change of state comes after the changes that it was saved with.
    return sorted(found, key=lambda entry: (entry.at, entry.event is not None), reverse=True)


def latest_change(
    project: Project, reader: User, fields: Mapping[str, Collection[str]]
) -> tuple[datetime.datetime, User | None] | None:
    """Tell when and by whom one of these fields (by kind of record) was changed last; None if never."""
    found: Saved | None = None
    latest: dict[Record, Mapping[str, Any]] = {}
    for version in _versions(project, reader):
        before, after = latest.get(version.record, {}), version.values or {}
        latest[version.record] = after
        names = fields.get(version.record[0], ())
        if any(before.get(name) != after.get(name) for name in names):
            found = version
    return None if found is None else (found.at, User.objects.filter(pk=found.by or 0).first())


def in_words(entries: Iterable[Entry], reader: User) -> list[EntryInWords]:
    """Put entries in words for a reader, who learns no name of a project that they may not see."""
    shown = list(entries)
    names = _Names(reader, (entry.session for entry in shown if entry.session is not None))
    found = []
    for entry in shown:
        if entry.session is not None:
            records = sorted(entry.session.records.values(), key=_place)
            found.append(
                EntryInWords(
                    entry, names.person(entry.session.by), tuple(_record(change, names) for change in records)
                )
            )
        else:
            happened = entry.event or entry.happening
            found.append(EntryInWords(entry, str(happened.by) if happened else ""))
    return found


def _versions(project: Project, reader: User) -> Iterator[Saved]:
    """Give what was saved of a project and what belongs to it, in the order of time."""
    readable = {"capacity": readable_capacity(reader)} | {
        kind: source.readable(reader) for kind, source in _sources().items()
    }
    per_kind = [_versions_of(project, kind, readable.get(kind, Q())) for kind in _kinds()]
    return heapq.merge(*per_kind, key=lambda version: version.at)


def _versions_of(project: Project, kind: str, readable: Q) -> Iterator[Saved]:
    model, names = _kinds()[kind]
    columns = {name: model._meta.get_field(name).attname for name in names if name not in LINKS}  # type: ignore[union-attr]
    links = {name: _links(project, name) for name in names if name in LINKS}
    of_project = {"id" if kind == PROJECT else "project_id": project.pk}
    rows = (
        model.history.filter(readable, **of_project)  # type: ignore[attr-defined]  # every recorded model has one
        .order_by("history_date", "history_id")
        .values("id", "history_id", "history_date", "history_user_id", "history_type", *columns.values())
    )
    for row in rows:
        values = {
            name: row[columns[name]] if name in columns else links[name].get(row["history_id"], ())
            for name in names
        }
        yield Saved(
            (kind, row["id"]),
            row["history_date"],
            row["history_user_id"],
            None if row["history_type"] == "-" else values,
        )


def _links(project: Project, name: str) -> dict[int, tuple[int, ...]]:
    """Give the keys that a many-to-many field had, by version of the project."""
    model = apps.get_model("portfolio", f"HistoricalProject_{name}")
    target = f"{LINKS[name]}_id"
    found: dict[int, tuple[int, ...]] = {}
    rows = model._default_manager.filter(project_id=project.pk).order_by(target)
    for version, key in rows.values_list("history_id", target):
        found[version] = (*found.get(version, ()), key)
    return found


def _events(project: Project) -> list[Event]:
    changes = list(StateChange.objects.filter(project=project).select_related("by", "decision__recorded_by"))
    found = [Event(change.at, change.by, change, change.decision) for change in changes]
    changing = {change.decision_id for change in changes}
    subjects = DecisionSubject.objects.filter(project=project).select_related("decision__recorded_by")
    found += [
        Event(subject.decision.recorded_at, subject.decision.recorded_by, None, subject.decision)
        for subject in subjects
        if subject.decision_id not in changing
    ]
    return found


def _happenings(project: Project) -> Iterator[Happening]:
    for report in project.status_reports.select_related("author"):
        text = _("Status report of %(day)s filed: %(health)s") % {
            "day": date_format(report.reported_on),
            "health": report.health.label,
        }
        yield Happening(report.created_at, report.author, text)
    for file in project.attachments.select_related("uploaded_by", "withdrawn_by"):
        yield Happening(file.uploaded_at, file.uploaded_by, _("File “%(name)s” added") % {"name": file.name})
        if file.withdrawn_at is not None and file.withdrawn_by is not None:
            text = _("File “%(name)s” withdrawn") % {"name": file.name}
            yield Happening(file.withdrawn_at, file.withdrawn_by, text)


def _place(change: RecordChange) -> tuple[int, int]:
    """The assignment itself first, then what belongs to it, in the order of the form."""
    kind, key = change.record
    return list(_kinds()).index(kind), key


def _record(change: RecordChange, names: _Names) -> RecordInWords:
    kind = change.record[0]
    model, order = _kinds()[kind]
    source = _sources().get(kind)
    in_name = source.in_name if source is not None else IN_NAME.get(kind, ())
    texts = source.texts if source is not None else {}
    fields = []
    for name in order:
        if name not in change.fields or (change.kind != Kind.CHANGED and name in in_name):
            continue
        before, after = (
            names.text(model, name, value) if value is None or name not in texts else texts[name](value)
            for value in change.fields[name]
        )
        if before == after:
            continue
        label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        if before and after:
            before_pieces, after_pieces = compare_words(before, after)
            fields.append(FieldChange(label, _marked(before_pieces), _marked(after_pieces)))
        else:
            fields.append(FieldChange(label, *(format_html("{}", text) for text in (before, after))))
    return RecordInWords(change.kind, _name(change.record, change.values, model, names), tuple(fields))


def _marked(pieces: Iterable[Piece]) -> SafeString:
    """Give pieces as HTML, without a space between them that isn't theirs."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece.text) if piece.is_different else piece.text,)
            for piece in pieces
        ),
    )


def _name(record: Record, values: Mapping[str, Any], model: type[models.Model], names: _Names) -> str:
    """Say which result, risk and so on; nothing for the assignment itself."""
    kind = record[0]
    if kind == PROJECT:
        return ""
    if (source := _sources().get(kind)) is not None:
        return source.name(values)
    if kind == "capacity":
        asked_of = "region" if values["region"] else "network"
        which = f"{names.text(model, asked_of, values[asked_of])}, {values['year']}"
    else:
        first = FIELDS[kind][1][0]
        which = names.text(model, first, values[first])
    return f"{NAMES[kind]}: {which}"


class _Names:
    """The names of all that a number of sessions refers to, with one query per kind of record."""

    def __init__(self, reader: User, found: Iterable[Session]) -> None:
        wanted: dict[type[models.Model], set[int]] = {User: set()}
        for session in found:
            if session.by is not None:
                wanted[User].add(session.by)
            for change in session.records.values():
                model = _kinds()[change.record[0]][0]
                pairs = [*change.fields.items(), *((name, (value,)) for name, value in change.values.items())]
                for name, values in pairs:
                    target = model._meta.get_field(name).related_model
                    if isinstance(target, type):
                        wanted.setdefault(target, set()).update(
                            key for value in values for key in _keys(value)
                        )
        self._names = {
            model: {record.pk: str(record) for record in self._read(model, keys, reader)}
            for model, keys in wanted.items()
            if keys
        }

    @staticmethod
    def _read(model: type[models.Model], keys: set[int], reader: User) -> Iterable[models.Model]:
        if model is Project:
            return Project.objects.visible_to(reader).filter(pk__in=keys)
        records = model._default_manager.filter(pk__in=keys)
        return records.select_related("pillar") if model.__name__ == "LacGoal" else records

    def person(self, key: int | None) -> str:
        """Give who it was."""
        return self._names.get(User, {}).get(key, "") if key is not None else ""

    def text(self, model: type[models.Model], name: str, value: Any) -> str:
        """Give a value of a field as a reader reads it; empty for none."""
        described = model._meta.get_field(name)
        if isinstance(described.related_model, type):
            known = self._names.get(described.related_model, {})
            unknown = _("another project") if described.related_model is Project else _("no longer there")
            return ", ".join(known.get(key, unknown) for key in _keys(value))
        if value is None or value == "":
            return ""
        if isinstance(value, datetime.datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        if isinstance(value, datetime.date):
            return date_format(value)
        return str(dict(getattr(described, "flatchoices", ())).get(value, value))


def _keys(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
