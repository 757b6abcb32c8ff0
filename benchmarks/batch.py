"""What a workbook costs in a batch: beside a single report, with one process and with two, and in memory of the process that leads.

Run ``python benchmarks/batch.py``. Reports of 500 customers: the time of a single one in a process that is warm, of one in a batch of
one process, and of the batch with two; interleaved rounds, the median of each. Then the peak memory of the leading process, for one
table that is split into 100 and into 5,000 workbooks, each run in a fresh process. Exit code 1 where a workbook costs more than 1.15
times a single one, two processes are less than 1.7 times as fast as one, or 5,000 workbooks take over 1.15 times the memory of 100.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import joblib
import numpy as np
import openpyxl
import pandas as pd

from clvxl import __version__
from clvxl.analysis import analyse
from clvxl.batch.crew import Crew
from clvxl.batch.folder import open_folder
from clvxl.batch.plan import by_column
from clvxl.batch.run import run
from clvxl.excel.file import write
from clvxl.excel.lambdas import lambda_names
from clvxl.ledger import read
from clvxl.report import report
from clvxl.settings import Settings

DEARER, FASTER, MORE = 1.15, 1.7, 1.15
CUSTOMERS = 500


def customers(rows: int, **values: int) -> pd.DataFrame:
    """Simulated customers; each of ``values`` becomes a column with so many values."""
    random = np.random.default_rng(5)
    start = pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 3_900, rows), unit="D")
    end = start + pd.to_timedelta(random.integers(100, 2_500, rows), unit="D")
    gone = (random.random(rows) < 0.3) & (end < pd.Timestamp("2025-12-31"))
    columns = {name: [f"{name} {place * count // rows:05}" for place in range(rows)] for name, count in values.items()}
    return pd.DataFrame({
        **columns, "Customer": [f"C{place}" for place in range(rows)],
        "Segment": random.choice(["Trade", "Health", "Public", "Other"], rows),
        "Revenue": random.integers(100, 90_000, rows), "Customer since": start.strftime("%Y-%m-%d"),
        "Left on": np.where(gone, end.strftime("%Y-%m-%d"), ""), "Margin": random.integers(10, 60, rows) / 100,
        "Acquisition cost": random.integers(100, 5_000, rows)})


def single(source: str, settings: Settings, out: Path) -> None:
    pages = report(analyse(read([source], settings), settings), __version__)
    write(replace(pages, names=lambda_names()), out, force=True)


def batch(source: str, by: str, folder: Path, jobs: int, settings: Settings) -> int:
    plan = by_column(by, [source], {}, settings)
    return run(plan, open_folder(str(folder)), Crew(jobs), begun=lambda todo, count: None, told=lambda entry: None).written


def timed(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def times(folder: Path, workbooks: int, rounds: int) -> tuple[float, float, float]:
    """Seconds of a single report, and per workbook of a batch of one process and of two."""
    settings = Settings()
    frame = customers(workbooks * CUSTOMERS, Branch=workbooks)
    source, one = folder / "all.csv", folder / "one.csv"
    frame.to_csv(source, index=False)
    frame.head(CUSTOMERS).to_csv(one, index=False)
    found: dict[str, list[float]] = {"single": [], "one": [], "two": []}
    batch(str(one), "Branch", folder / "warm here", 1, settings)
    batch(str(source), "Branch", folder / "warm there", 2, settings)  # the two processes start and import
    for turn in range(rounds):
        found["single"].append(median(timed(lambda: single(str(one), settings, folder / "one.xlsx")) for _ in range(5)))
        for way, jobs in (("one", 1), ("two", 2)):
            place = folder / f"{way} {turn}"
            found[way].append(timed(lambda place=place, jobs=jobs: batch(str(source), "Branch", place, jobs, settings)) / workbooks)
    return median(found["single"]), median(found["one"]), median(found["two"])


def counted(much: int) -> int:
    return sum(place % 7 for place in range(much))


def machine(rounds: int) -> float:
    """How many times as fast two processes are that do nothing but count: what this machine has to give at the moment."""
    def with_jobs(jobs: int) -> float:
        return timed(lambda: joblib.Parallel(jobs)(joblib.delayed(counted)(3_000_000) for _ in range(8)))

    with_jobs(2)
    return median(with_jobs(1) / with_jobs(2) for _ in range(rounds))


def peak(folder: Path, by: str) -> float:
    """Megabytes of the process that leads a batch of two workers, at most."""
    words = [sys.executable, __file__, "--lead", str(folder / "memory.csv"), by, str(folder / by)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def lead(source: str, by: str, folder: str) -> None:
    batch(source, by, Path(folder), 2, Settings(model="none"))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workbooks", type=int, default=24)
    parser.add_argument("--most", type=int, default=5_000)
    parser.add_argument("--lead", nargs=3)
    asked = parser.parse_args()
    if asked.lead:
        lead(*asked.lead)
        return 0
    print(f"Python {platform.python_version()}, joblib {joblib.__version__}, openpyxl {openpyxl.__version__}, pandas {pd.__version__}, "
          f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone, one, two = times(folder, asked.workbooks, asked.rounds)
        print(f"a report of {CUSTOMERS} customers {1000 * alone:.0f} ms; in a batch of {asked.workbooks} {1000 * one:.0f} ms, "
              f"{one / alone:.2f} times (at most {DEARER}); with two processes {1000 * two:.0f} ms, {one / two:.2f} times as fast "
              f"(at least {FASTER}); two processes that only count {machine(asked.rounds):.2f} times")
        customers(4 * asked.most, few=100, many=asked.most).to_csv(folder / "memory.csv", index=False)
        few, many = peak(folder, "few"), peak(folder, "many")
        print(f"the leading process: {few:.0f} MB for 100 workbooks, {many:.0f} MB for {asked.most:,} of the same {4 * asked.most:,} rows, "
              f"{many / few:.2f} times (at most {MORE})")
    return int(one / alone > DEARER or one / two < FASTER or many / few > MORE)


if __name__ == "__main__":
    sys.exit(main())
