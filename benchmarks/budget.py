"""How much the split and the reading of a year's allocation cost above a floor.

Run as ``.venv/bin/python -m benchmarks.budget``, after ``make setup``. It works in a temporary folder and leaves nothing
behind. The README beside this file says how to read a ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.planning_grid import load_real_programme, use_own_settings

AMOUNT_CENTS = 62_500_000
REGIONS = 25
BOOKINGS = 10_000
YEAR = 2026
# Of what takes microseconds, one run counts so many.
SPLITS_PER_RUN = 500


def main(arguments: list[str]) -> None:
    """Measure both, print the table."""
    parser = argparse.ArgumentParser(
        description="Measure the budget's calculation and reading against floors."
    )
    parser.add_argument(
        "--runs", type=int, default=9, help="how often each is timed; the median counts (default: 9)"
    )
    runs = parser.parse_args(arguments).runs
    with tempfile.TemporaryDirectory(prefix="mjp-benchmark-") as folder:
        data_dir = Path(folder)
        use_own_settings(data_dir)
        from django.core.management import call_command
        from django.db import connection

        connection.settings_dict["NAME"] = str(data_dir / "budget.sqlite3")
        call_command("migrate", verbosity=0, interactive=False)
        load_bookings()
        try:
            report(f"split over {REGIONS} regions", *measure_split(runs))
            report(f"year with {BOOKINGS:,} bookings", *measure_year(runs))
        finally:
            connection.close()


def load_bookings() -> None:
    """Load the programme, and book on central support of one year."""
    import datetime
    from decimal import Decimal

    from budget.models import AnnualBudget, BudgetLine, Expenditure
    from organisation.models import User

    load_real_programme()
    person = User.objects.create_user("support@example.org", name="Support")
    AnnualBudget.objects.create(year=YEAR, amount=Decimal("625000.00"))
    line = BudgetLine.objects.create(year=YEAR, category="hired", amount=Decimal("500000.00"))
    Expenditure.objects.bulk_create(
        Expenditure(
            line=line,
            booked_on=datetime.date(YEAR, 1, 1),
            amount=Decimal(place) / 100,
            reference=f"{YEAR}-{place:05}",
            description="A booking",
            booked_by=person,
        )
        for place in range(1, BOOKINGS + 1)
    )


def measure_split(runs: int) -> tuple[float, float]:
    """Give the seconds of the split with its explanation, and of a bare loop to the same cents."""
    from budget.split import split

    weights = {f"VR{number:02}": 100_003 + 7_919 * number for number in range(1, REGIONS + 1)}
    assert [share.cents for share in split(AMOUNT_CENTS, weights).shares] == bare_split(weights)

    def many(one: Callable[[], object]) -> Callable[[], object]:
        return lambda: [one() for _each in range(SPLITS_PER_RUN)]

    page = seconds(many(lambda: split(AMOUNT_CENTS, weights)), runs)
    floor = seconds(many(lambda: bare_split(weights)), runs)
    return page / SPLITS_PER_RUN, floor / SPLITS_PER_RUN


def bare_split(weights: dict[str, int]) -> list[int]:
    """Split by the largest remainder, with whole numbers in lists and nothing else."""
    total = sum(weights.values())
    parts = [divmod(AMOUNT_CENTS * weight, total) for weight in weights.values()]
    cents = [floor for floor, _remainder in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: AMOUNT_CENTS - sum(cents)]:
        cents[place] += 1
    return cents


def measure_year(runs: int) -> tuple[float, float]:
    """Give the seconds of reading a year's allocation, and of a bare query that fetches the same bookings."""
    from django.db import connection

    from budget.allocation import read_years

    def bare() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.line_id, e.amount FROM budget_expenditure e JOIN budget_budgetline l ON l.id = e.line_id "
                "WHERE l.year = %s AND e.withdrawn_at IS NULL",
                [YEAR],
            )
            return len(cursor.fetchall())

    assert bare() == BOOKINGS
    assert read_years([YEAR])[YEAR].total.spent == BOOKINGS * (BOOKINGS + 1) / 200
    return seconds(lambda: read_years([YEAR]), runs), seconds(bare, runs)


def seconds(work: Callable[[], object], runs: int) -> float:
    """Give the median of the runs, after one that warms up."""
    work()
    taken = []
    for _run in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def report(what: str, ours: float, floor: float) -> None:
    """Print one line of the table."""
    print(f"{what:28} {ours * 1000:10.3f} ms   floor {floor * 1000:10.3f} ms   {ours / floor:6.1f}x")


if __name__ == "__main__":
    main(sys.argv[1:])
