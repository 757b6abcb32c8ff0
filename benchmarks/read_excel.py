"""100,000 rows × 8 columns of .xlsx -> a frame: pandas with openpyxl against the ledger, which also checks every value.

Both read the same file, in turns. Run: ``python benchmarks/read_excel.py [rows] [rounds]``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastexcel
import numpy as np
import openpyxl
import pandas as pd

from clvxl.ledger import read
from clvxl.settings import Settings


def simulated(path: Path, rows: int) -> None:
    """Simulated customers: number, segment, two dates, margin, revenue, channel, score."""
    random = np.random.default_rng(1)
    start = pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 3000, rows), "D")
    end = pd.Series(start + pd.to_timedelta(random.integers(100, 800, rows), "D")).where(random.random(rows) < 0.3)
    pd.DataFrame({
        "Customer": np.arange(10_001, 10_001 + rows), "Segment": random.choice(["Retail", "Industry", "Public"], rows),
        "Customer since": start, "Left on": end, "Margin": random.uniform(0.1, 0.6, rows).round(3),
        "Revenue": random.gamma(2, 5000, rows).round(2), "Channel": random.choice(["Web", "Fair", "Referral"], rows),
        "NPS": random.integers(0, 11, rows)}).to_excel(path, index=False)


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main(rows: int = 100_000, rounds: int = 5) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.xlsx"
        simulated(path, rows)
        rivals = {"pandas.read_excel (openpyxl)": lambda: pd.read_excel(path), "clvxl.ledger.read": lambda: read([str(path)], Settings())}
        times: dict[str, list[float]] = {name: [] for name in rivals}
        rivals["clvxl.ledger.read"]()  # imports
        for _ in range(rounds):
            for name, work in rivals.items():
                times[name].append(seconds(work))
    print(f"{rows:,} rows × 8; pandas {pd.__version__}, openpyxl {openpyxl.__version__}, fastexcel {fastexcel.__version__}")
    for name, each in times.items():
        print(f"{name:30} median {statistics.median(each):6.2f} s   ({min(each):.2f} to {max(each):.2f})")
    theirs, ours = (statistics.median(each) for each in times.values())
    print(f"{theirs / ours:.1f} times faster (target: 15)")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
