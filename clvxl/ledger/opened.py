"""Tables of a workbook that is open: rows of cells as their host hands them over, read by the rules for tables in files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from clvxl.ledger.cells import Body, Column, Sheet
from clvxl.ledger.choose import Offer, check_mapping, choose
from clvxl.ledger.reading import Ledger, read_table, together
from clvxl.ledger.recognise import Table, recognise
from clvxl.ledger.rules import Findings
from clvxl.settings import Settings

Cell = float | str | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A table that said what it is: the row of its headings on its sheet, and its cells, headings first."""

    name: str
    table: Table
    row: int
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def is_filled(self) -> bool:
        """Whether anything stands below the headings."""
        return any(any(cell is not None for cell in line) for line in self.cells[1:])


def opened(name: str, table: Table, row: int, cells: Iterable[Sequence[object]]) -> Opened:
    """A table from what a host gives for its cells; blank texts count as empty."""
    return Opened(name, table, row, tuple(tuple(map(_cell, line)) for line in cells))


def _cell(given: Any) -> Cell:
    match given:
        case bool() | datetime() | None:
            return given
        case int() | float() | Decimal():
            return float(given)
        case date():
            return datetime(given.year, given.month, given.day)
    text = str(given)
    return text if text.strip() else None


def read_opened(tables: Iterable[Opened], settings: Settings) -> Ledger:
    """The ledger of open tables.

    Raises: HeadingError, DataError.
    """
    findings, given = Findings(), list(tables)
    sheets = [(_sheet(each), each.table) for each in given]
    offers = [Offer(sheet, recognise(sheet.name, sheet.head, settings.columns, table), table) for sheet, table in sheets]
    check_mapping(settings.columns, offers)
    read = [read_table(sheet, found, settings, findings) for sheet, found in choose(offers, findings)]
    return together(read, findings, _fingerprint(given))


def _sheet(table: Opened) -> Sheet:
    """The table as a sheet on which nothing else stands: its rows keep their numbers, empty ones are passed over."""
    headings = ["" if cell is None else _text(cell).strip() for cell in table.cells[0]]
    filled = [place for place, line in enumerate(table.cells) if place and any(cell is not None for cell in line)]

    def body(row: int) -> Body:
        lines = [table.cells[place] for place in filled]
        columns = [_column([line[place] for line in lines]) for place in range(len(headings))]
        return Body(columns, np.array(filled, dtype=np.int64) + table.row)

    return Sheet(table.name, [[] for _ in range(table.row - 1)] + [headings], body)


def _column(cells: list[Cell]) -> Column:
    """An Arrow array of the type that all cells have; texts where they have several, and which of them were numbers."""
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    for kind, arrow in ((float, pa.float64()), (bool, pa.bool_()), (datetime, pa.timestamp("s"))):
        if kinds <= {kind}:
            return Column(pa.array(cells, arrow))
    numeric = np.array([type(cell) is float for cell in cells])
    return Column(pa.array([None if cell is None else _text(cell) for cell in cells], pa.string()), numeric if numeric.any() else None)


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def _fingerprint(tables: Iterable[Opened]) -> str:
    """SHA-256 over what the cells say, whichever host gave them."""
    said = sorted(repr((each.table, each.cells)) for each in tables)
    return hashlib.sha256("".join(said).encode("utf-8", "surrogatepass")).hexdigest()
