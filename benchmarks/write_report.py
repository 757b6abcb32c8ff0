"""What a finished report costs beside the same cells written straight with openpyxl.

Run ``python benchmarks/write_report.py``: a report of the sample data with 500 customers, wall time of interleaved runs, the median of
each, and exit code 1 where ``write`` takes more than 1.3 times as long as shared style objects, or where a style per cell takes less than
4 times as long.
The rivals write the same cells, values, styles, widths, merged cells, tables, charts, conditional formats and checks, and save them the
usual way; they are spared the layout, the values beside the formulas, the fixed dates and the seal.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from copy import copy
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import lxml
import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from clvxl import __version__
from clvxl.analysis import analyse
from clvxl.excel import clean
from clvxl.excel.file import write
from clvxl.excel.furniture import furnish
from clvxl.excel.layout import lay_out
from clvxl.excel.look import LOOKS, Edge, Look
from clvxl.excel.page import Book, Style
from clvxl.ledger import read
from clvxl.report import report
from clvxl.report.model import Report
from clvxl.sample import sample
from clvxl.settings import Settings

SLOWER, FASTER, CUSTOMERS = 1.3, 4.0, 500
Parts = tuple[Font, PatternFill, Border, Alignment, Protection]


def made(folder: Path) -> Report:
    """The sample's report, its customers brought up to 500 by writing some of them twice under another name."""
    import pandas as pd

    customers, *_ = sample("en")
    names = customers.columns[0]
    more = customers.head(CUSTOMERS - len(customers)).assign(**{names: lambda frame: frame[names].astype(str) + " B"})
    path = folder / "customers.csv"
    pd.concat([customers, more]).to_csv(path, index=False)
    settings = Settings()
    return report(analyse(read([str(path)], settings), settings), __version__)


def side(edge: Edge) -> Side:
    return Side(edge[0], f"FF{edge[1]}") if edge else Side()


def parts(look: Look, style: Style) -> Parts:
    return (
        Font(name="Calibri", family=2, scheme="minor", sz=look.size, b=look.bold, color=f"FF{look.ink}"),
        PatternFill("solid", fgColor=f"FF{look.fill}") if look.fill else PatternFill(),
        Border(top=side(look.top), bottom=side(look.bottom), left=side(look.left), right=side(look.right)),
        Alignment(look.across, look.down, wrap_text=look.wrap or style.wrap, indent=look.indent),
        Protection(locked=not look.open),
    )


def rival(book: Book, path: Path, way: str) -> None:
    """The same workbook with a Font, a Fill and so on assigned to each cell, or the whole style copied from the first cell like it."""
    known: dict[Style, Parts] = {}
    first: dict[Style, Any] = {}
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for page in book.pages:
        sheet = workbook.create_sheet(page.name)
        for run in page.runs:
            for index, value in enumerate(run.values):
                cell: Any = sheet.cell(run.row + index, run.column)
                cell.value = f"={run.formulas[index]}" if run.formulas and run.formulas[index] else clean.stored(value)
                if not (run.formulas and run.formulas[index]) and isinstance(value, str):
                    cell.data_type = "s"
                if way == "copied" and run.style in first:
                    cell._style = copy(first[run.style])
                    continue
                if way == "each" or run.style not in known:
                    known[run.style] = parts(LOOKS[run.style.role], run.style)
                chosen = known[run.style]
                cell.font, cell.fill, cell.border, cell.alignment, cell.protection = chosen
                cell.number_format = run.style.format
                first[run.style] = cell._style
        furnish(sheet, page, book)
    workbook.save(path)


def timed(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = made(folder)
        book = lay_out(page)
        cells = sum(len(run.values) for each in book.pages for run in each.runs)
        ways: dict[str, Callable[[], object]] = {
            "clvxl": lambda: write(page, folder / "ours.xlsx", force=True),
            "style copied": lambda: rival(book, folder / "copied.xlsx", "copied"),
            "shared style objects": lambda: rival(book, folder / "shared.xlsx", "shared"),
            "a style per cell": lambda: rival(book, folder / "each.xlsx", "each"),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(rounds + 1):
            for way, work in ways.items():
                seconds = timed(work)
                if turn:  # the first round warms up
                    times[way].append(seconds)
    middle = {way: median(each) for way, each in times.items()}
    print(f"Python {platform.python_version()}, openpyxl {openpyxl.__version__}, lxml {lxml.__version__}, {cells:,} cells, {rounds} rounds")
    for way, seconds in middle.items():
        print(f"{way:22} {1000 * seconds:7.0f} ms {seconds / middle['clvxl']:6.2f}")
    slower, faster = middle["clvxl"] / middle["shared style objects"], middle["a style per cell"] / middle["clvxl"]
    print(f"{slower:.2f} times the shared objects (at most {SLOWER}), {faster:.1f} times faster than a style per cell (at least {FASTER})")
    return int(slower > SLOWER or faster < FASTER)


if __name__ == "__main__":
    sys.exit(main())
