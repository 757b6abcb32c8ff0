"""What a workbook costs in a batch: beside a single report, with one process and with two, and in memory of the process that leads.

Run ``python benchmarks/batch.py``. Reports of 500 customers, each of others, in processes that are warm: the processor time of single ones
and of as many in a batch of one process; then how long the batch takes with one process and with two; interleaved rounds, the median of
each. Then the peak memory of the leading process, for one table that is split into 100 and into 5,000 workbooks, each run in a fresh
process. Exit code 1 where a workbook costs more than 1.15 times a single one, two processes are less than 1.7 times as fast as one, or
5,000 workbooks take over 1.15 times the memory of 100.
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
from time import perf_counter, process_time

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


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and those of this process alone, which other work on the machine does not lengthen."""
    begin, computed = perf_counter(), process_time()
    work()
    return perf_counter() - begin, process_time() - computed


def times(folder: Path, workbooks: int, rounds: int) -> dict[str, float]:
    """Processor time of a report by itself and in a batch (cost), and seconds per workbook of a batch of one process and of two."""
    settings = Settings()
    frame = customers(workbooks * CUSTOMERS, Branch=workbooks)
    source, ones = folder / "all.csv", [folder / f"{place}.csv" for place in range(workbooks)]
    frame.to_csv(source, index=False)
    for place, one in enumerate(ones):
        frame.iloc[place * CUSTOMERS : (place + 1) * CUSTOMERS].to_csv(one, index=False)
    found: dict[str, list[float]] = {"single": [], "cost": [], "one": [], "two": []}
    single(str(ones[0]), settings, folder / "one.xlsx")
    batch(str(source), "Branch", folder / "warm", 2, settings)  # the two processes start and import
    for turn in range(rounds):
        found["single"].append(sum(timed(lambda one=one: single(str(one), settings, folder / "one.xlsx"))[1] for one in ones) / workbooks)
        seconds, cost = timed(lambda turn=turn: batch(str(source), "Branch", folder / f"one {turn}", 1, settings))
        found["one"].append(seconds / workbooks)
        found["cost"].append(cost / workbooks)
        found["two"].append(timed(lambda turn=turn: batch(str(source), "Branch", folder / f"two {turn}", 2, settings))[0] / workbooks)
    return {name: median(taken) for name, taken in found.items()}


def counted(much: int) -> int:
    return sum(place % 7 for place in range(much))


def machine(rounds: int) -> float:
    """How many times as fast two processes are that do nothing but count: what this machine has to give at the moment."""
    def with_jobs(jobs: int) -> float:
        return timed(lambda: joblib.Parallel(jobs)(joblib.delayed(counted)(3_000_000) for _ in range(8)))[0]

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
        found = times(folder, asked.workbooks, asked.rounds)
        dearer, faster = found["cost"] / found["single"], found["one"] / found["two"]
        print(f"a report of {CUSTOMERS} customers {1000 * found['single']:.0f} ms of processor time; in a batch of {asked.workbooks} "
              f"{1000 * found['cost']:.0f} ms, {dearer:.2f} times (at most {DEARER})")
        print(f"a workbook every {1000 * found['one']:.0f} ms with one process, every {1000 * found['two']:.0f} ms with two, {faster:.2f} "
              f"times as fast (at least {FASTER}); two processes that only count {machine(asked.rounds):.2f} times")
        customers(4 * asked.most, few=100, many=asked.most).to_csv(folder / "memory.csv", index=False)
        few, many = peak(folder, "few"), peak(folder, "many")
        print(f"the leading process: {few:.0f} MB for 100 workbooks, {many:.0f} MB for {asked.most:,} of the same {4 * asked.most:,} rows, "
              f"{many / few:.2f} times (at most {MORE})")
    return int(dearer > DEARER or faster < FASTER or many / few > MORE)


if __name__ == "__main__":
    sys.exit(main())
