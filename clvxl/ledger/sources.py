"""What the user names as input -> the places to read: files, globs, folders of Parquet, a sheet after a #, databases."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from clvxl.errors import SourceError
from clvxl.ledger.address import Address, address, expanded, masked
from clvxl.ledger.recognise import Table
from clvxl.words import Text

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
_LOCK = "~$"  # what the names of the files begin with that Excel keeps beside those it has open
LISTINGS = ("-customers", "-kunden")  # what the names of the lists that reports leave end in
PARQUET = (".parquet", ".pq")
_SHEET = re.compile(rf"(?P<file>.+(?:{'|'.join(map(re.escape, WORKBOOKS))}))#(?P<sheet>.+)", re.IGNORECASE | re.DOTALL)
_READABLE = ", ".join((*WORKBOOKS, ".csv", ".tsv", ".parquet"))


@dataclass(frozen=True, slots=True)
class Place:
    """One file to read, the Parquet files of one folder, or a database; the sheet and the table if the user said them."""

    name: str
    paths: tuple[Path, ...]
    sheet: str | None = None
    table: Table | None = None
    address: Address | None = None

    @property
    def ending(self) -> str:
        return self.paths[0].suffix.lower()


def locate(inputs: Iterable[str], table: Table | None = None) -> list[Place]:
    """The places that the inputs name, in their order."""
    given = [str(each) for each in inputs]
    return [place for each in [each for each in given if not _is_lock(each)] or given for place in _places(each, table)]


def _is_lock(given: Path | str) -> bool:
    return Path(given).name.startswith(_LOCK)


def _places(given: str, table: Table | None) -> list[Place]:
    if base := address(given, os.environ):
        return [Place(base.title, base.paths, base.table, table, base)]
    if _is_lock(given):
        raise SourceError(Text("{file} is no table: Excel keeps it beside a workbook that is open.",
                               "{file} ist keine Tabelle: Excel legt sie neben eine geöffnete Mappe."),
                          Text("Name the workbook itself.", "Die Mappe selbst angeben."), file=Path(given).name)
    path = expanded(given)
    if "\0" not in given and path.is_file():
        return [_file(path, None, table)]
    if match := _SHEET.fullmatch(given):
        file = expanded(match["file"])
        if file.is_file():
            return [_file(file, match["sheet"], table)]
        raise _no_file(match["file"])
    if "\0" not in given and path.is_dir():
        return [_folder(path, table)]
    is_pattern = bool(re.search(r"[*?\[]", given)) and "\0" not in given
    found = glob(str(path), recursive=True) if is_pattern else []  # noqa: PTH207 - Path.glob wants a folder and a pattern apart
    files = [each for each in sorted(map(Path, found)) if each.is_file() and not _is_lock(each)]
    if not files:
        raise _no_file(given)
    return _grouped(files, given, table)


def _grouped(files: list[Path], given: str, table: Table | None) -> list[Place]:
    """Parquet files of one glob are one table; other files stand for themselves."""
    parquet = tuple(path for path in files if path.suffix.lower() in PARQUET and not _is_listing(path))
    others = [_file(path, None, table) for path in files if path.suffix.lower() not in PARQUET]
    return others + ([Place(Path(given).name, parquet, None, table)] if parquet else [])


def _is_listing(path: Path) -> bool:
    """Whether a report left this list of its customers among the tables; only by its name it is looked into."""
    from clvxl.ledger.parquet import is_listing

    return path.stem.endswith(LISTINGS) and is_listing(path)


def _folder(path: Path, table: Table | None) -> Place:
    files = tuple(sorted(each for each in path.rglob("*") if each.suffix.lower() in PARQUET and each.is_file()
                         and not _is_listing(each) and not _is_lock(each)))
    if not files:
        raise SourceError(Text("{file} is a folder without Parquet files.", "{file} ist ein Ordner ohne Parquet-Dateien."),
                          Text("Name the file in it, or several with a star: folder/*.xlsx",
                               "Die Datei darin nennen oder mehrere mit Stern: Ordner/*.xlsx"), file=path.name or str(path))
    return Place(path.resolve().name, files, None, table)


def _file(path: Path, sheet: str | None, table: Table | None) -> Place:
    if path.suffix.lower() not in (*WORKBOOKS, *TEXTS, *PARQUET):
        raise SourceError(Text("{file} is of a kind that cannot be read.", "{file} ist von einer Art, die nicht lesbar ist."),
                          Text("Readable: {kinds}.", "Lesbar: {kinds}."), file=path.name, kinds=_READABLE)
    if path.stat().st_size == 0:
        raise SourceError(Text("{file} is empty.", "{file} ist leer."), Text("Export the table again.", "Die Tabelle erneut exportieren."),
                          file=path.name)
    return Place(path.name, (path,), sheet, table)


def _no_file(given: str) -> SourceError:
    return SourceError(Text("There is no file {file}.", "Die Datei {file} gibt es nicht."),
                       Text("Check folder and spelling.", "Ordner und Schreibweise prüfen."), file=masked(given).replace("\0", "\\0"))


def stem(given: str) -> str:
    """What the outputs of an input are called after: its file or database, and never more of a URL."""
    base = address(given, os.environ)
    return Path(base.title or base.table or "" if base else masked(given).partition("#")[0]).stem.removeprefix(_LOCK)
