"""Simulated orders in Parquet -> a finished report within a memory, for 1, 10 and 100 million orders; 10 million also against lifetimes.

The orders are drawn by a hash of their number, so that they are the same every time. They lie in the file by date, as a shop writes them.
Each report runs in a process of its own, which says its time and its peak of memory.
Run: ``python benchmarks/scale.py [folder] [memory] [millions …] [spark]``, for example ``python benchmarks/scale.py orders 4GB 1 10 100``;
with ``spark`` at the end the reports are made from a Spark on this machine, which reads the same files.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from history import ALONE, LIFETIMES, once, rival

NARROW = ALONE.replace("connect()", "connect(4_000_000_000)").replace("cast('date'))", "cast('date')).drop('segment')")  # as lifetimes does

AGAINST = 10  # millions of orders that lifetimes is given, too
SHARE = 0.09  # customers per order
SOURCES = {"duckdb": "{path}", "spark": "spark://local[2]?path={path}#orders"}
ORDERS = """
COPY (
    WITH customers AS (
        SELECT number AS customer, 1 + floor(-ln(1 - u(number, 1)) * 10.61)::INT AS orders, floor(u(number, 2) * 1461)::INT AS came,
            u(number, 3) AS stay, exp(3.2 + u(number, 5)) AS typical,
            ['Retail', 'Public', 'Industry', 'Services', 'Health', 'Trade'][1 + floor(6 * u(number, 4) * u(number, 4))::INT] AS segment
        FROM range({customers}) AS numbers (number)
    ), orders AS (
        SELECT *, unnest(range(orders)) AS place FROM customers
    )
    SELECT customer, segment, round(typical * (0.4 + 1.2 * u(customer * 1000 + place, 7)), 2) AS amount,
        DATE '2020-01-01' + (came + floor((1460 - came) * stay * if(place = 0, 0, u(customer * 1000 + place, 6)))::INT) AS date
    FROM orders ORDER BY date, hash(customer)
) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 500000)
"""


class Run(NamedTuple):
    """One report: seconds by the clock, seconds of computing, and the peak of memory in MB."""

    orders: int
    wall: float
    cpu: float
    peak: float


def simulated(folder: Path, millions: int) -> Path:
    """So many orders, more or less, unless they are there already."""
    import duckdb

    path = folder / f"orders-{millions}m.parquet"
    if not path.exists():
        beside = path.with_suffix(".tmp")
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = '2GB'; SET preserve_insertion_order = false; SET temp_directory = '{folder}/spill'")
            connection.execute("CREATE MACRO u(number, stream) AS (hash(number, stream) >> 11) / 9007199254740992.0")
            connection.execute(ORDERS.format(customers=round(millions * 1e6 * SHARE), path=beside))
        beside.rename(path)
    return path


def counted(path: Path) -> tuple[int, int]:
    """Orders and customers in a file."""
    import duckdb

    with duckdb.connect() as connection:
        orders, customers = connection.execute(f"SELECT count(*), approx_count_distinct(customer) FROM '{path}'").fetchall()[0]
    return int(orders), int(customers)


def reported(path: Path, memory: str, out: Path, engine: str) -> Run:
    """A report in a process of its own."""
    begin = time.perf_counter()
    source = SOURCES[engine].format(path=path)
    words = ["report", "--orders", source, "-o", str(out), "--margin", "0.3", "--memory", memory, "--force", "--quiet"]
    child = subprocess.Popen([sys.executable, "-m", "clvxl", *words])
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"clvxl report ended with {os.waitstatus_to_exitcode(status)}")
    return Run(counted(path)[0], time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def slope(first: Run, last: Run) -> float:
    """How time grows with orders: 1 where twice the orders take twice the time."""
    return math.log(last.wall / first.wall) / math.log(last.orders / first.orders)


def told(path: Path, against: bool) -> Run:
    """Purchase histories alone, without segments; and the same by lifetimes."""
    ours = once(sys.executable, NARROW, path)
    print(f"  purchase histories: {ours['seconds']:.1f} s, peak {ours['peak']:,.0f} MB ({ours['versions']})", flush=True)
    if against:
        theirs = once(rival(), LIFETIMES, path)
        pairs = [(float(theirs[key]), float(ours[key])) for key in ("customers", "frequency", "spend")]
        same = all(abs(their - our) <= 1e-6 * abs(their) for their, our in pairs)
        print(f"  lifetimes: {theirs['seconds']:.1f} s, peak {theirs['peak']:,.0f} MB ({theirs['versions']}); "
              f"clvxl is {float(theirs['seconds']) / float(ours['seconds']):.1f} times faster; "
              f"same customers, frequencies and spends: {same}", flush=True)
    return Run(counted(path)[0], float(ours["seconds"]), float(ours["seconds"]), float(ours["peak"]))


def main(folder: Path, memory: str, sizes: list[int], engine: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    histories, reports = [], []
    for millions in sizes:
        path = simulated(folder, millions)
        orders, customers = counted(path)
        print(f"{orders:,} orders of about {customers:,} customers, {path.stat().st_size / 1e6:,.0f} MB of Parquet", flush=True)
        if engine == "duckdb":
            histories.append(told(path, against=millions == AGAINST))
        run = reported(path, memory, folder / f"report-{millions}m.xlsx", engine)
        reports.append(run)
        print(f"  finished report by {engine} with --memory {memory}: {run.wall:.0f} s, {run.cpu:.0f} s of computing, "
              f"peak {run.peak:,.0f} MB", flush=True)
    for name, runs in (("histories", histories), ("reports", reports)):
        for first, last in [*pairwise(runs), (runs[0], runs[-1])] if len(runs) > 2 else pairwise(runs):
            print(f"slope of {name} from {first.orders:,} to {last.orders:,} orders: {slope(first, last):.2f}")


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "spark"]
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(given[0] if given else scratch), given[1] if len(given) > 1 else "4GB", [int(each) for each in given[2:]] or [1, 10, 100],
             "spark" if "spark" in sys.argv else "duckdb")
