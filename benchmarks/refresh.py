"""What pressing the button costs: without Excel beside the report command on the same customers, and in Excel how often it is asked.

    .venv/bin/python benchmarks/refresh.py [RUNS]

The template holds 5,000 customers; the rival reads the same table from a workbook of its own. Both are processes of their own that take
turns, after one round that only warms the disk; each figure is the median of RUNS (7 unless said). The calls are those that xlwings makes
to its engine, here one that stands for Excel. Exit code 1 where the button takes twice as long as the command, or where 5,000 customers
need more than one call in a hundred more than 500: other customers, other sentences.
"""

from __future__ import annotations

import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from unittest.mock import patch

import pandas as pd
import xlwings as xw
from startup import CLVXL, interleaved, line

from clvxl import __version__
from clvxl.excel import live
from clvxl.excel.file import write_tables
from clvxl.excel.template import book
from clvxl.refresh import refreshed
from clvxl.sample import sample

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from live_clerk import CLERK
from live_engine import Engine

MOST, CUSTOMERS, FEWER = 2.0, 5_000, 500


def customers(count: int) -> pd.DataFrame:
    """The sample's customers over and over, each time under other numbers."""
    frame = sample("en").customers
    name = frame.columns[0]
    copies = [frame.assign(**{name: frame[name].astype(str) + f" {turn}"}) for turn in range(-(-count // len(frame)))]
    return pd.concat(copies, ignore_index=True).head(count)


def template(frame: pd.DataFrame, path: Path) -> Path:
    """The template as it is delivered, with these customers in place of its own."""
    with patch.object(book, "sample", lambda language: sample(language)._replace(customers=frame)):
        path.write_bytes(book.build("en"))
    return path


def calls(frame: pd.DataFrame, path: Path) -> tuple[int, int]:
    """How often the engine is asked by the first refresh, and by the next."""
    opened = xw.Book(str(template(frame, path)))
    counts = []
    for _ in range(2):
        CLERK.start()
        live.write(refreshed(live.read(opened), __version__), opened)
        counts.append(len(CLERK.calls))
    return counts[0], counts[1]


def main(runs: int) -> int:
    libraries = ("clvxl", "openpyxl", "xlwings", "pandas", "lxml")
    print(f"Python {platform.python_version()}, {platform.system()}, " + ", ".join(f"{name} {version(name)}" for name in libraries))
    xw.engines.add(xw.main.Engine(impl=Engine()))
    xw.engines["openpyxl"].activate()
    with tempfile.TemporaryDirectory() as name:
        folder, frame = Path(name), customers(CUSTOMERS)
        filled, table = template(frame, folder / "template.xlsm"), write_tables(folder / "customers.xlsx", {"Customers": frame})
        out = [str(folder / "again.xlsm"), str(folder / "report.xlsx")]
        button, command = f"clvxl refresh, {CUSTOMERS:,} customers", f"clvxl report, {CUSTOMERS:,} customers"
        times = interleaved({button: [CLVXL, "refresh", str(filled), "-o", out[0], "--force", "--quiet"],
                             command: [CLVXL, "report", str(table), "-o", out[1], "--force", "--quiet"]}, runs)
        few, many = calls(frame.head(FEWER), folder / "few.xlsm"), calls(frame, folder / "many.xlsm")
    ratio = median(times[button]) / median(times[command])
    line(button, times[button], f"{ratio:.2f} x the report (target: under {MOST:g})")
    line(command, times[command])
    for what, one, other in zip(("first", "next"), few, many, strict=True):
        print(f"calls to the engine, {what} refresh: {one:,} with {FEWER:,} customers, {other:,} with {CUSTOMERS:,} (target: no more)")
    return int(ratio >= MOST or any(other > 1.01 * one for one, other in zip(few, many, strict=True)))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
