"""How much the planning grid costs above a floor, at 21 and at 2,100 objectives, and with 10,000 projects.

Run as ``.venv/bin/python benchmarks/planning_grid.py``, after ``make setup``. It works in a temporary folder and leaves
nothing behind. The README beside this file says what is measured and how to read it.
"""

from __future__ import annotations

import argparse
import datetime
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

# Django is imported in the functions, after `use_own_settings` has started it.
if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "fixtures" / "programme"

# The generated programme: 3 × 20 × 35 = 2,100 objectives.
PILLARS = 3
THEMES_PER_PILLAR = 20
OBJECTIVES_PER_THEME = 35
GOALS_PER_OBJECTIVE = 2
YEARS = range(2024, 2029)
# Over the 21 objectives of the real programme, in all states, two results each.
PROJECTS = 10_000


@dataclass(frozen=True)
class Measurement:
    """What one way to make one page costs."""

    seconds: float
    peak_bytes: int
    page_bytes: int
    queries: int


@dataclass(frozen=True)
class Comparison:
    """The page beside its floor, at one size."""

    objectives: int
    projects: int
    page: Measurement
    floor: Measurement


def main(arguments: list[str]) -> None:
    """Measure both sizes, print the table."""
    parser = argparse.ArgumentParser(description="Measure the planning grid against a floor.")
    parser.add_argument(
        "--runs", type=int, default=9, help="how often each is timed; the median counts (default: 9)"
    )
    runs = parser.parse_args(arguments).runs
    with tempfile.TemporaryDirectory(prefix="mjp-benchmark-") as folder:
        data_dir = Path(folder)
        use_own_settings(data_dir)
        comparisons = [
            compare(data_dir / "real.sqlite3", load_real_programme, runs),
            compare(data_dir / "large.sqlite3", make_large_programme, runs),
            compare(data_dir / "projects.sqlite3", load_programme_with_projects, runs),
        ]
    report(comparisons, runs)


def use_own_settings(data_dir: Path) -> None:
    """Start Django as a real installation on SQLite runs, whatever the environment says."""
    for name in [name for name in os.environ if name.startswith("MJP_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ["MJP_DATA_DIR"] = str(data_dir)
    os.environ["DJANGO_SETTINGS_MODULE"] = "mjp.settings"
    sys.path.insert(0, str(ROOT))

    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command

    # The names with a digest that a page asks for are made beforehand, as when serving.
    settings.STATIC_ROOT = data_dir / "static"
    call_command("collectstatic", verbosity=0, interactive=False)


def compare(database: Path, fill: Callable[[], None], runs: int) -> Comparison:
    """Fill a new database and measure page and floor on it."""
    from django.core.management import call_command
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(database)
    call_command("migrate", verbosity=0, interactive=False)
    fill()
    page = partial(read_page, sign_in())
    try:
        return Comparison(*count_rows(), measure(page, runs), measure(read_floor, runs))
    finally:
        connection.close()


def load_real_programme() -> None:
    """Load the fixture: 21 objectives."""
    from pillars.loading import load_programme

    load_programme(FIXTURE)


def load_programme_with_projects() -> None:
    """Load the fixture, and spread projects in all states over its objectives."""
    from django.utils import timezone

    from organisation.models import User
    from pillars.models import Objective, Theme
    from portfolio.choices import Health, ProjectState
    from portfolio.models import Portfolio, Project, Result

    load_real_programme()
    portfolios = []
    for theme in Theme.objects.all():
        portfolio = Portfolio.objects.create(slug=theme.slug, name=theme.name)
        portfolio.themes.add(theme)
        portfolios.append(portfolio)
    person = User.objects.create_user("holder@example.org", name="Portfolio holder")
    objectives, states = list(Objective.objects.all()), list(ProjectState)
    made = Project.objects.bulk_create(
        Project(
            title=f"Project {place} of a usual length",
            code=f"2024-{place:05}",
            portfolio=portfolios[place % len(portfolios)],
            objective=objectives[place % len(objectives)],
            filed_by=person,
            state=states[place % len(states)],
            health=("", *Health)[place % 4],
            starts_on=datetime.date(YEARS[0] + place % 4, 1 + place % 12, 1),
            ends_on=datetime.date(YEARS[1] + place % 4, 1 + place % 12, 28),
            submitted_at=timezone.now(),
            accepted_at=timezone.now(),
        )
        for place in range(PROJECTS)
    )
    Result.objects.bulk_create(
        Result(project=project, title="A result", due_on=project.ends_on)
        for project in made
        for _each in range(2)
    )


def make_large_programme() -> None:
    """Make and adopt a programme a hundred times as large, in texts as long as the real ones."""
    from django.db import transaction

    from pillars.choices import Lead
    from pillars.models import LacGoal, Objective, Pillar, PlanVersion, Programme, Theme
    from pillars.services import adopt_plan_version, plan_objective

    with transaction.atomic():
        programme = Programme.objects.create(
            slug="large", name="Large programme", first_year=YEARS[0], last_year=YEARS[-1]
        )
        version = PlanVersion.objects.create(programme=programme, number=1, title="Version 1")
        for number in range(1, PILLARS + 1):
            pillar = Pillar.objects.create(programme=programme, number=number, name=f"Pillar {number}")
            for position in range(1, THEMES_PER_PILLAR + 1):
                theme = Theme.objects.create(
                    pillar=pillar,
                    position=position,
                    slug=f"theme-{number}-{position}",
                    name=f"Theme {position}",
                )
                goals = [
                    LacGoal.objects.create(
                        pillar=pillar,
                        sequence=GOALS_PER_OBJECTIVE * position - left,
                        theme=theme,
                        text=f"Goal {position}, " + "with a wording of the usual length " * 5,
                        lead=Lead.VAKRAAD if left else Lead.NONE,
                    )
                    for left in reversed(range(GOALS_PER_OBJECTIVE))
                ]
                for place in range(1, OBJECTIVES_PER_THEME + 1):
                    objective = Objective.objects.create(
                        theme=theme,
                        position=place,
                        title=f"Objective {place} of a usual length",
                        summary="Why. " * 30,
                    )
                    objective.lac_goals.set(goals)
                    plan_objective(version, objective, [year for year in YEARS if (place + year) % 5 < 3])
        adopt_plan_version(version, datetime.date(YEARS[0], 6, 1), by=None)


def sign_in() -> Client:
    """Give the client of a new, signed-in council member."""
    from django.test import Client

    from organisation.choices import Role
    from organisation.models import RoleAssignment, User

    user = User.objects.create_user("council-member@example.org", name="Council member")
    RoleAssignment.objects.create(user=user, role=Role.COUNCIL_MEMBER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def count_rows() -> tuple[int, int]:
    """Count the rows of the grid, and the projects."""
    from pillars.models import Objective
    from portfolio.models import Project

    return Objective.objects.count(), Project.objects.count()


def read_page(client: Client) -> bytes:
    """Ask for the planning grid, as a browser does."""
    response = client.get("/")
    assert response.status_code == 200, response.status_code
    return response.content


def read_floor() -> bytes:
    """Read the same rows by plain SQL and join them into a bare table: less than this no page can do."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.title, o.summary, t.id, t.name, p.number, p.name FROM pillars_objective o"
            " JOIN pillars_theme t ON t.id = o.theme_id JOIN pillars_pillar p ON p.id = t.pillar_id"
            " ORDER BY p.number, t.position, o.position"
        )
        objectives = cursor.fetchall()
        cursor.execute(
            "SELECT y.objective_id, py.year FROM pillars_plannedyear y"
            " JOIN pillars_planversion v ON v.id = y.version_id AND v.status = 'adopted'"
            " JOIN pillars_programmeyear py ON py.id = y.programme_year_id"
        )
        years: dict[int, set[int]] = {}
        for objective_id, year in cursor.fetchall():
            years.setdefault(objective_id, set()).add(year)
        cursor.execute(
            "SELECT og.objective_id, p.number, g.sequence, g.text, g.lead FROM pillars_objective_lac_goal og"
            " JOIN pillars_lacgoal g ON g.id = og.lacgoal_id JOIN pillars_pillar p ON p.id = g.pillar_id"
            " ORDER BY p.number, g.sequence"
        )
        goals: dict[int, list[str]] = {}
        for objective_id, pillar, sequence, text, lead in cursor.fetchall():
            goals.setdefault(objective_id, []).append(f"<li>{pillar}.{sequence} {escape(text)} {lead}</li>")
    rows = []
    for objective_id, title, _summary, _theme_id, theme, _pillar, pillar_name in objectives:
        planned = years.get(objective_id, set())
        cells = "".join(f"<td>{'x' if year in planned else ''}</td>" for year in YEARS)
        rows.append(
            f"<tr><td>{escape(pillar_name)}</td><td>{escape(theme)}</td><th>{escape(title)}"
            f"<ul>{''.join(goals.get(objective_id, ()))}</ul></th>{cells}</tr>"
        )
    return f"<table>{''.join(rows)}</table>".encode()


def measure(make: Callable[[], bytes], runs: int) -> Measurement:
    """Give the median time of `runs`, and the peak of memory, bytes and queries of one more.

    Memory is traced apart from the time, because tracing is slow. What the first call keeps for ever, such as compiled
    templates, is not counted.
    """
    make()
    seconds = []
    for _run in range(runs):
        begin = time.perf_counter()
        make()
        seconds.append(time.perf_counter() - begin)
    with counted_queries() as queries:
        page = make()
    tracemalloc.start()
    make()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Measurement(statistics.median(seconds), peak, len(page), len(queries))


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the SQL of the queries that reach the database, those that only open or close a transaction left out."""
    from django.db import connection

    queries: list[str] = []

    def note(execute: Callable[..., object], sql: str, *others: object) -> object:
        queries.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(note):
        yield queries


def report(comparisons: list[Comparison], runs: int) -> None:
    """Print what was measured."""
    print(f"The planning grid on SQLite, Python {sys.version.split()[0]}; median of {runs} runs\n")
    print(
        f"{'objectives':>10} {'projects':>9} {'':<6} {'time':>11} {'ratio':>7} {'queries':>8}"
        f" {'page':>11} {'peak memory':>12} {'ratio':>7}"
    )
    for found in comparisons:
        for name, one in (("page", found.page), ("floor", found.floor)):
            print(
                f"{found.objectives:>10,} {found.projects:>9,} {name:<6} {one.seconds * 1000:>8.1f} ms"
                f" {one.seconds / found.floor.seconds:>6.1f}x {one.queries:>8} {one.page_bytes / 1024:>8.1f} kB"
                f" {one.peak_bytes / 1024:>9.0f} kB {one.peak_bytes / found.floor.peak_bytes:>6.1f}x"
            )
    small, large, with_projects = comparisons
    times_larger = large.objectives / small.objectives
    print(
        f"\nFrom {small.objectives:,} to {large.objectives:,} objectives ({times_larger:.0f} times as many), the page:"
    )
    for label, before, after in (
        ("time", small.page.seconds, large.page.seconds),
        ("bytes", small.page.page_bytes, large.page.page_bytes),
        ("memory", small.page.peak_bytes, large.page.peak_bytes),
    ):
        growth = after / before
        print(f"  {label:<7} {growth:>6.1f} times; per row {growth / times_larger:.2f} of what it was")
    print(f"  {'queries':<7} {small.page.queries} and {large.page.queries}")
    print(
        f"With {with_projects.projects:,} projects: {with_projects.page.seconds * 1000:.0f} ms,"
        f" {with_projects.page.queries} queries. The floor reads no projects."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
