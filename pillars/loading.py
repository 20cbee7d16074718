"""Loads a programme from its fixture: new records are made, unedited ones brought up to date, edited ones left alone.

`LoadedRecord` remembers how each record looked when it was loaded. A record that looks otherwise today was edited in the
application; one that is gone was removed there. Both stay as they are and are reported.
"""

import csv
import datetime
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from organisation.models import Network, Region, RegionTile
from pillars.choices import DatePrecision
from pillars.models import LacGoal, LoadedRecord, Objective, Pillar, PlanVersion, Programme, Theme
from pillars.seal import seal
from pillars.services import adopt_plan_version, plan_objective, verify_plan_version

Record = TypeVar("Record", bound=models.Model)
Outcome = Literal["created", "updated", "unchanged", "kept"]


# What apps above load from the same folder, in the same transaction; they add to it in `AppConfig.ready`.
further_loaders: list[Callable[["Loader", Path], None]] = []


class FixtureProblem(Exception):
    """The fixture can't be loaded; the message names the file's record and what is wrong with it."""


@dataclass
class LoadReport:
    """What a load did: how many records per outcome, and which were kept as edited."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def load_programme(folder: Path) -> LoadReport:
    """Load regions, networks and the programme from a folder; all or nothing.

    Raises `FixtureProblem` for a missing file or a record that the models refuse, `PlanDoesNotMatchItsSeal` when a
    frozen plan version of the database was tampered with.
    """
    loader = Loader()
    for row in _read_csv(folder / "regions.csv"):
        loader.put("region", row["code"], Region, {"code": row["code"]}, {"name": row["name"]})
    _load_tiles(loader, _read_csv(folder / "tile_map.csv"))
    _load_networks(loader, _read_toml(folder / "networks.toml")["networks"])
    document = _read_toml(folder / "programme.toml")
    lac_goals = _read_toml(folder / "lac_goals.toml")["lac_goals"]
    objectives = _read_toml(folder / "objectives.toml")["objectives"]
    _check_references(document, lac_goals, objectives)
    programme = _load_programme(loader, document["programme"])
    if programme is not None:
        pillars = _load_pillars(loader, programme, document["pillars"])
        themes = _load_themes(loader, pillars, document["themes"])
        goals = _load_lac_goals(loader, pillars, themes, lac_goals)
        planned = _load_objectives(loader, themes, goals, objectives)
        _load_plan_version(loader, programme, document["plan_version"], planned)
    for load in further_loaders:
        load(loader, folder)
    return loader.report


def _load_tiles(loader: "Loader", rows: list["_Row"]) -> None:
    """Place the regions on the tile map; one that was removed in the application has no place."""
    regions = dict(Region.objects.values_list("code", "pk"))
    for row in rows:
        if row["code"] not in regions:
            continue
        values = {
            "abbreviation": row["abbreviation"],
            "column": int(row["column"]),
            "row": int(row["row"]),
        }
        loader.put("tile", row["code"], RegionTile, {"region_id": regions[row["code"]]}, values)


def _check_references(document: "_Row", lac_goals: list["_Row"], objectives: list["_Row"]) -> None:
    """Refuse a pillar, theme or LAC goal that the fixture itself doesn't have, whatever the application removed."""
    pillars = {row["number"] for row in document["pillars"]}
    themes = {row["slug"] for row in document["themes"]}
    goals = {row["number"] for row in lac_goals}
    for row in document["themes"]:
        if row["pillar"] not in pillars:
            raise FixtureProblem(f"theme {row['slug']}: unknown pillar {row['pillar']}")
    for row in lac_goals:
        if _goal_number(row)[0] not in pillars:
            raise FixtureProblem(f"lac_goal {row['number']}: unknown pillar {_goal_number(row)[0]}")
        if row["theme"] not in themes:
            raise FixtureProblem(f"lac_goal {row['number']}: unknown theme {row['theme']}")
    for row in objectives:
        if row["theme"] not in themes:
            raise FixtureProblem(f"objective {row['title']}: unknown theme {row['theme']}")
        if unknown := [number for number in row["lac_goals"] if number not in goals]:
            raise FixtureProblem(
                f"objective {row['title']}: unknown LAC goals {', '.join(map(str, unknown))}"
            )


class _Row(dict[str, Any]):
    """A record of the fixture, which knows where it stands."""

    def __init__(self, values: dict[str, Any], place: str) -> None:
        super().__init__(values)
        self.place = place

    def __missing__(self, key: str) -> Any:
        raise FixtureProblem(f"{self.place}: “{key}” is missing")


class Loader:
    """Makes and updates records, and keeps account of it."""

    def __init__(self) -> None:
        self.report = LoadReport()
        self.ledger = {(record.kind, record.key): record for record in LoadedRecord.objects.all()}

    def put(
        self,
        kind: str,
        key: str,
        model: type[Record],
        identity: dict[str, Any],
        values: dict[str, Any],
        related: dict[str, list[int]] | None = None,
    ) -> Record | None:
        """Bring one record up to date; gives it, or None when it was removed in the application.

        `values` are by attribute name, `related` are the keys of many-to-many relations.
        """
        record = model._default_manager.filter(**identity).first()
        remembered = self.ledger.get((kind, key))
        wanted = seal([values, related])
        if record is None:
            if remembered is not None:
                self._count("kept", f"{kind} {key} (removed)")
                return None
            record = model(**identity, **values)
            self._save(kind, key, record, values, related)
            self._remember(kind, key, wanted)
            self._count("created")
            return record
        looks = seal(self._read(record, values, related))
        if looks == wanted:
            self._remember(kind, key, wanted)
            self._count("unchanged")
        elif remembered is not None and remembered.digest == looks:
            self._save(kind, key, record, values, related)
            self._remember(kind, key, wanted)
            self._count("updated")
        else:
            self._count("kept", f"{kind} {key}")
        return record

    def _read(
        self, record: models.Model, values: dict[str, Any], related: dict[str, list[int]] | None
    ) -> list[Any]:
        return [
            {name: getattr(record, name) for name in values},
            None
            if related is None
            else {name: sorted(getattr(record, name).values_list("pk", flat=True)) for name in related},
        ]

    def _save(
        self,
        kind: str,
        key: str,
        record: models.Model,
        values: dict[str, Any],
        related: dict[str, list[int]] | None,
    ) -> None:
        for name, value in values.items():
            setattr(record, name, value)
        try:
            record.full_clean()
        except ValidationError as error:
            raise FixtureProblem(f"{kind} {key}: {'; '.join(error.messages)}") from error
        record.save()
        for name, keys in (related or {}).items():
            getattr(record, name).set(keys)

    def _remember(self, kind: str, key: str, digest: str) -> None:
        remembered = self.ledger.get((kind, key))
        if remembered is None or remembered.digest != digest:
            self.ledger[kind, key], _ = LoadedRecord.objects.update_or_create(
                kind=kind, key=key, defaults={"digest": digest}
            )

    def _count(self, outcome: Outcome, kept: str = "") -> None:
        self.report.outcomes[outcome] += 1
        if kept:
            self.report.kept.append(kept)


def _load_networks(loader: Loader, rows: list[_Row]) -> None:
    by_slug = {row["slug"]: row for row in rows}
    loaded: dict[str, Network | None] = {}

    def load(slug: str, below: tuple[str, ...] = ()) -> Network | None:
        if slug in below or slug not in by_slug:
            raise FixtureProblem(f"network {below[-1]}: reports_to {slug} is unknown or circular")
        if slug not in loaded:
            row = by_slug[slug]
            above = load(row["reports_to"], (*below, slug)) if row["reports_to"] else None
            names = (
                "name",
                "abbreviation",
                "kind",
                "tier",
                "shared_role",
                "position",
                "description",
                "chapter",
            )
            values = {name: row[name] for name in names} | {"reports_to_id": above.pk if above else None}
            loaded[slug] = loader.put("network", slug, Network, {"slug": slug}, values)
        return loaded[slug]

    for row in rows:
        load(row["slug"])


def _load_programme(loader: Loader, row: _Row) -> Programme | None:
    values = {name: row[name] for name in ("name", "first_year", "last_year")}
    return loader.put("programme", row["slug"], Programme, {"slug": row["slug"]}, values)


def _load_pillars(loader: Loader, programme: Programme, rows: list[_Row]) -> dict[int, Pillar]:
    pillars = {}
    for row in rows:
        identity = {"programme_id": programme.pk, "number": row["number"]}
        values = {name: row[name] for name in ("name", "summary", "chapter")}
        pillar = loader.put("pillar", f"{programme.slug}/{row['number']}", Pillar, identity, values)
        if pillar is not None:
            pillars[pillar.number] = pillar
    return pillars


def _load_themes(loader: Loader, pillars: dict[int, Pillar], rows: list[_Row]) -> dict[str, Theme]:
    themes = {}
    for row in rows:
        if row["pillar"] not in pillars:
            continue
        values = {name: row[name] for name in ("position", "name", "summary", "chapter")}
        values |= {"pillar_id": pillars[row["pillar"]].pk, "is_overarching": row["overarching"]}
        theme = loader.put("theme", row["slug"], Theme, {"slug": row["slug"]}, values)
        if theme is not None:
            themes[theme.slug] = theme
    return themes


def _load_lac_goals(
    loader: Loader, pillars: dict[int, Pillar], themes: dict[str, Theme], rows: list[_Row]
) -> dict[str, LacGoal]:
    goals = {}
    for row in rows:
        pillar_number, sequence = _goal_number(row)
        if pillar_number not in pillars or row["theme"] not in themes:
            continue
        pillar = pillars[pillar_number]
        values = {name: row[name] for name in ("text", "lead", "lead_remark")} | {
            "theme_id": themes[row["theme"]].pk
        }
        goal = loader.put(
            "lac_goal",
            f"{pillar.programme.slug}/{row['number']}",
            LacGoal,
            {"pillar_id": pillar.pk, "sequence": sequence},
            values,
        )
        if goal is not None:
            goals[row["number"]] = goal
    return goals


def _load_objectives(
    loader: Loader, themes: dict[str, Theme], goals: dict[str, LacGoal], rows: list[_Row]
) -> list[tuple[Objective, list[int]]]:
    planned = []
    for row in rows:
        if row["theme"] not in themes:
            continue
        objective = loader.put(
            "objective",
            f"{row['theme']}/{row['position']}",
            Objective,
            {"theme_id": themes[row["theme"]].pk, "position": row["position"]},
            {name: row[name] for name in ("title", "summary", "chapter")},
            {"lac_goals": sorted(goals[number].pk for number in row["lac_goals"] if number in goals)},
        )
        if objective is not None:
            planned.append((objective, row["years"]))
    return planned


def _load_plan_version(
    loader: Loader, programme: Programme, row: _Row, planned: list[tuple[Objective, list[int]]]
) -> None:
    key = f"{programme.slug}/{row['number']}"
    adopted_on, precision = _adoption(row)
    version = PlanVersion.objects.filter(programme=programme, number=row["number"]).first()
    if version is not None:
        if version.is_frozen:
            verify_plan_version(version)
        loader.report.outcomes["unchanged"] += 1
        return
    if ("plan_version", key) in loader.ledger:
        loader.report.kept.append(f"plan_version {key} (removed)")
        return
    version = PlanVersion.objects.create(
        programme=programme, number=row["number"], title=row["title"], source=row["source"]
    )
    for objective, years in planned:
        try:
            plan_objective(version, objective, years)
        except ValueError as error:
            raise FixtureProblem(f"objective {objective.title}: {error}") from error
    adopt_plan_version(version, adopted_on, precision, by=None)
    LoadedRecord.objects.create(kind="plan_version", key=key, digest=version.content_hash)
    loader.report.outcomes["created"] += 1


def _adoption(row: _Row) -> tuple[datetime.date, DatePrecision]:
    try:
        adopted_on = datetime.date.fromisoformat(row["adopted_on"])
    except (TypeError, ValueError) as error:
        raise FixtureProblem(
            f"{row.place}: adopted_on “{row['adopted_on']}” is no date such as “2024-06-01”, as text"
        ) from error
    if row["adopted_precision"] not in DatePrecision.values:
        raise FixtureProblem(
            f"{row.place}: adopted_precision “{row['adopted_precision']}” is none of "
            + ", ".join(DatePrecision.values)
        )
    return adopted_on, DatePrecision(row["adopted_precision"])


def _goal_number(row: _Row) -> tuple[int, int]:
    try:
        pillar, sequence = row["number"].split(".")
        return int(pillar), int(sequence)
    except (AttributeError, ValueError) as error:
        raise FixtureProblem(f"{row.place}: “{row['number']}” is no number such as “1.10”") from error


def _read_toml(path: Path) -> _Row:
    try:
        document = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise FixtureProblem(f"{path.name} is not valid TOML: {error}") from error
    tables = {
        name: [_Row(row, f"{path.name}, [[{name}]] {place}") for place, row in enumerate(content, 1)]
        if isinstance(content, list)
        else _Row(content, f"{path.name}, [{name}]")
        for name, content in document.items()
    }
    return _Row(tables, path.name)


def _read_csv(path: Path) -> list[_Row]:
    rows = csv.DictReader(_read(path).splitlines())
    return [_Row(row, f"{path.name}, row {place}") for place, row in enumerate(rows, 2)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FixtureProblem(f"{path.name} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FixtureProblem(f"{path.name} is not in UTF-8") from error
