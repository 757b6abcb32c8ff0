"""Batches for the tests: tables of branches, and a batch in a process that can be killed."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from zipfile import ZipFile

from joblib.externals.loky import get_reusable_executor

from clvxl import __version__
from clvxl.analysis import analyse
from clvxl.batch.crew import Crew
from clvxl.batch.folder import open_folder
from clvxl.batch.plan import by_column
from clvxl.batch.run import Outcome, run
from clvxl.excel.file import write
from clvxl.excel.lambdas import lambda_names
from clvxl.ledger import Ledger, read
from clvxl.report import report
from clvxl.settings import Settings

HEADINGS = ("Branch", "Customer", "Segment", "Revenue", "Customer since", "Left on", "Margin", "Acquisition cost")
CITIES = ("Aachen", "Bonn", "Celle")
PLAIN = Settings(model="none")


def rows_of(branch: str, count: int, seed: int = 0) -> list[tuple[object, ...]]:
    """Customers of a branch, made up by arithmetic; every third has left."""
    mark = sum(map(ord, branch)) + seed
    return [
        (branch, f"{branch} {number}", "AB"[number % 2], 1000 + (mark * 37 + number * 101) % 9000,
         f"20{10 + number % 12}-0{1 + number % 9}-15",
         "2025-06-30" if number % 3 == 2 else "", (20 + (mark + number) % 30) / 100, 200 + number)
        for number in range(count)
    ]


def table(path: Path, rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return str(path)


def make(source: str, folder: Path | str, *, by: str = "Branch", settings: Settings = PLAIN, crew: Crew = Crew(1), force: bool = False,  # noqa: B008 - frozen
         orders: Sequence[str] = (), template: bool = False) -> Outcome:
    """A batch in this process."""
    plan = by_column(by, [source], {"orders": list(orders)}, settings, template=template)
    return run(plan, open_folder(str(folder)), crew, force=force, begun=lambda todo, count: None, told=lambda entry: None)


def make_elsewhere(source: str, folder: str, jobs: int) -> None:
    """What a process of its own does, to be killed; if it is not, it waits for no worker at its end."""
    make(source, folder, crew=Crew(jobs))
    if jobs > 1:
        get_reusable_executor().shutdown()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too; of the manifest all but the seconds."""
    found = {each.name: each.read_bytes() for each in folder.iterdir()}
    if "manifest.json" in found:
        manifest = json.loads(found["manifest.json"])
        for entry in manifest["workbooks"]:
            entry.pop("seconds", None)
        found["manifest.json"] = json.dumps(manifest).encode()
    return found


def texts(path: Path) -> str:
    """All text in all parts of a workbook."""
    with ZipFile(path) as archive:
        return unescape("".join(archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist()))


def times(folder: Path) -> dict[str, int]:
    """When each file was written."""
    return {each.name: each.stat().st_mtime_ns for each in folder.iterdir()}


def written_since(folder: Path, before: dict[str, int]) -> set[str]:
    now = times(folder)
    return {name for name in now if now[name] != before.get(name)}


def alone(customers: str, orders: list[str], settings: Settings, out: Path) -> bytes:
    """The report of these tables by themselves, as clvxl report makes it."""
    pages = report(analyse(read([customers], settings, orders=orders), settings), __version__)
    return write(replace(pages, names=lambda_names()), out).read_bytes()


class Deadly:
    """Tables that end the process which wants them."""

    def ledger(self) -> Ledger:
        os._exit(1)


@dataclass(frozen=True)
class Faulty:
    """Tables that fail in some way."""

    error: Exception

    def ledger(self) -> Ledger:
        raise self.error
