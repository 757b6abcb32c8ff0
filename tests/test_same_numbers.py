"""One report from the orders of 2,357 real customers, whether they lie in a file or in a database: cell by cell."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import openpyxl
import pandas as pd
import psycopg
import pytest
from server import Server, server

from clvxl import __version__
from clvxl.analysis import analyse
from clvxl.excel.file import write
from clvxl.ledger import read
from clvxl.report import report
from clvxl.settings import Settings

CDNOW = Path(__file__).parents[2] / "shared" / "data" / "cdnow_sample.csv"
pytestmark = pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not here")
Cells = dict[tuple[str, str], tuple[str | None, str | None, str]]  # part and place -> style, kind, and what is said


def orders() -> pd.DataFrame:
    frame = pd.read_csv(CDNOW, dtype={"customer": str})
    return frame.assign(date=[datetime.date.fromisoformat(each) for each in frame["date"]])


def rows() -> list[tuple[Any, ...]]:
    return [(customer, day, int(quantity), float(amount)) for customer, day, quantity, amount in orders().itertuples(index=False)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


def parquet(folder: Path) -> str:
    orders().to_parquet(folder / "orders.parquet")
    return str(folder / "orders.parquet")


def several_parquet(folder: Path) -> str:
    """In three files, the rows mixed."""
    for place, part in enumerate(orders().sample(frac=1, random_state=1).groupby(lambda row: row % 3)):
        part[1].to_parquet(folder / f"part-{place}.parquet", row_group_size=500, index=False)
    return str(folder / "part-*.parquet")


def xlsx(folder: Path) -> str:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Orders")
    for row in (tuple(orders()), *rows()):
        sheet.append(row)
    book.save(folder / "orders.xlsx")
    return str(folder / "orders.xlsx")


def sqlite(folder: Path) -> str:
    with sqlite3.connect(folder / "orders.db") as connection:
        connection.execute("CREATE TABLE orders (customer TEXT, date TEXT, quantity INTEGER, amount REAL)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", [(one, str(day), *rest) for one, day, *rest in rows()])
    connection.close()
    return f"sqlite:///{folder}/orders.db#orders"


def duck(folder: Path) -> str:
    with duckdb.connect(str(folder / "orders.duckdb")) as connection:
        connection.register("frame", orders())
        connection.execute("CREATE TABLE orders AS SELECT * REPLACE (date::TIMESTAMP AS date, amount::DECIMAL(12, 2) AS amount) FROM frame")
    return f"duckdb:///{folder}/orders.duckdb#orders"


def made(source: str, path: Path) -> Cells:
    settings = Settings(margin=0.3, title="CDNOW")
    ledger = read([source], settings)
    write(report(analyse(ledger, settings), __version__), path)
    return cells(path, ledger.sources[0].name)


def cells(path: Path, source: str) -> Cells:
    """Each cell of the report as it is written: its style, its kind, and its formula and value.

    Two things are the source's own: its name, which is replaced, and on the page Checks the number of a row and what is written there
    (0.00 in a text, 0 in a number), which are left out; so is that page's first row, where links stand above columns as wide as these.
    """
    found: Cells = {}
    with zipfile.ZipFile(path) as book:
        for part in sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet")):
            for cell in ElementTree.fromstring(book.read(part)).findall(".//{*}c"):
                said = "".join(cell.itertext()).replace(source, "the source")
                found[part, str(cell.get("r"))] = (cell.get("s"), cell.get("t"), said)
    (checks,) = [part for (part, _), (_, _, said) in found.items() if said == "Row"]
    own = {re.sub(r"\d", "", place) for (part, place), (_, _, said) in found.items() if part == checks and said in ("Row", "Value")}

    def is_own(part: str, place: str) -> bool:
        return part == checks and (re.sub(r"\d", "", place) in own or re.sub(r"\D", "", place) == "1")

    return {place: said for place, said in found.items() if not is_own(*place)}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    found = made(str(CDNOW), tmp_path_factory.mktemp("csv") / "report.xlsx")
    assert len(found) > 20_000
    return found


def compare(found: Cells, expected: Cells) -> None:
    places = sorted(found.keys() | expected.keys())
    different = [(place, found.get(place), expected.get(place)) for place in places if found.get(place) != expected.get(place)]
    assert not different, different[:10]


@pytest.mark.parametrize("make", [parquet, pytest.param(several_parquet, marks=pytest.mark.exhaustive), xlsx, sqlite, duck])
def test_files_give_the_same_report(make: Any, expected: Cells, tmp_path: Path) -> None:
    compare(made(make(tmp_path), tmp_path / "report.xlsx"), expected)


def test_postgresql_gives_the_same_report(postgres: Server, expected: Cells, tmp_path: Path) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as owner:
        owner.execute("CREATE TABLE orders (customer text, date date, quantity integer, amount numeric(10, 2))")
        with owner.cursor() as cursor, cursor.copy("COPY orders FROM STDIN") as copy:
            for row in rows():
                copy.write_row(row)
        compare(made(postgres.url("orders"), tmp_path / "report.xlsx"), expected)
        owner.execute("DROP TABLE orders")


@pytest.mark.exhaustive
def test_spark_gives_the_same_report(expected: Cells, tmp_path: Path) -> None:
    """In a process of its own, which takes Java with it when it ends."""
    missing = None if shutil.which("java") else "Java is not installed: Spark runs on it"
    missing = missing if find_spec("pyspark") else 'pyspark is not installed: pip install "clvxl[spark]"'
    if missing:
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    source = f"spark://local[2]?path={parquet(tmp_path)}&spark.sql.shuffle.partitions=2#orders"
    words = ["report", source, "-o", str(tmp_path / "report.xlsx"), "--margin", "0.3", "--title", "CDNOW", "--lang", "en", "--quiet"]
    done = subprocess.run([sys.executable, "-m", "clvxl", *words], check=False, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    compare(cells(tmp_path / "report.xlsx", "orders.parquet#orders"), expected)
