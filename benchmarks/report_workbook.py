"""How much the workbook of a report with 10,000 projects costs above a bare loop that writes the same cells.

Run as ``.venv/bin/python -m benchmarks.report_workbook``, after ``make setup``. It leaves nothing behind. The README beside
this file says what is measured.
"""

from __future__ import annotations

import argparse
import gc
import io
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.planning_grid import use_own_settings

PROJECTS = 10_000
PROJECTS_IN_THE_EXAMPLE = 5
TIME_TARGET = 1.3
LANGUAGE = "nl"

Cells = dict[str, list[list[Any]]]


def main(arguments: list[str]) -> None:
    """Measure both in turn, print a line per figure: name, value, target."""
    parser = argparse.ArgumentParser(description="Measure the workbook of a report against a bare loop.")
    parser.add_argument(
        "--runs",
        type=int,
        default=5,
        help="how often each is timed; the median of the ratios counts (default: 5)",
    )
    runs = parser.parse_args(arguments).runs
    with tempfile.TemporaryDirectory(prefix="mjp-benchmark-") as folder:
        use_own_settings(Path(folder))
        measure(runs)


def measure(runs: int) -> None:
    """Measure the annual report, which has every sheet there is."""
    from reporting.choices import ReportKind
    from reporting.workbook import render_workbook
    from tests.reporting.example import example_edition

    edition = example_edition(ReportKind.ANNUAL_REPORT, times=PROJECTS // PROJECTS_IN_THE_EXAMPLE)
    assert len(edition.content.projects) == PROJECTS
    cells = read_back(render_workbook(edition, LANGUAGE))

    def ours() -> bytes:
        return render_workbook(edition, LANGUAGE)

    def bare() -> bytes:
        return write_bare(cells)

    seconds: dict[str, list[float]] = {"ours": [], "bare": []}
    for turn in range(runs):
        # Now one first, then the other: what else the machine does falls on both.
        pair: list[tuple[str, Callable[[], bytes]]] = [("ours", ours), ("bare", bare)]
        for name, work in pair if turn % 2 else reversed(pair):
            seconds[name].append(processor_seconds(work))
    ratios = [mine / floor for mine, floor in zip(seconds["ours"], seconds["bare"], strict=True)]
    peaks = {"ours": peak_bytes(ours), "bare": peak_bytes(bare)}
    tell("cells", f"{sum(value is not None for rows in cells.values() for row in rows for value in row):,}")
    tell("seconds of the workbook", f"{statistics.median(seconds['ours']):.2f}")
    tell("seconds of the bare loop", f"{statistics.median(seconds['bare']):.2f}")
    tell("time ratio, from", f"{min(ratios):.2f}")
    tell("time ratio, to", f"{max(ratios):.2f}")
    tell("time ratio", f"{statistics.median(ratios):.2f}", f"< {TIME_TARGET}")
    tell("peak memory of the workbook, MB", f"{peaks['ours'] / 1e6:.1f}")
    tell("peak memory of the bare loop, MB", f"{peaks['bare'] / 1e6:.1f}")


def read_back(file: bytes) -> Cells:
    """Give all values of a workbook by sheet, as another program finds them."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(file), read_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def write_bare(cells: Cells) -> bytes:
    """Write the values row by row, with no style, width or name."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, rows in cells.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def processor_seconds(work: Callable[[], bytes]) -> float:
    """Give what the work takes of the processor, without what other programs take."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def peak_bytes(work: Callable[[], bytes]) -> int:
    """Give the most that Python allocates during the work."""
    gc.collect()
    tracemalloc.start()
    work()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def tell(name: str, value: str, target: str = "") -> None:
    """Print a figure, with what it should be."""
    print(f"{name}\t{value}\t{target}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
