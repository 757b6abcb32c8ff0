"""What an open workbook brings: its tables and the cells of its settings, each in one call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clvxl.errors import SourceError
from clvxl.excel.anchors import CELLS, TABLES, name_of
from clvxl.excel.brought import NOT_OURS, USE_TEMPLATE, Brought
from clvxl.ledger import Opened, opened

if TYPE_CHECKING:
    from xlwings import Book, Name, Range


def read(book: Book) -> Brought:
    """The tables and settings of a template, found by their names.

    Raises: SourceError.
    """
    tables, names = tuple(_tables(book)), workbook_names(book)
    cells = {key: _value(names[name_of(key)]) for key in CELLS if name_of(key) in names}
    if not tables and not cells:
        raise SourceError(NOT_OURS, USE_TEMPLATE, book=book.name)
    return Brought(book.name, _folder(book.fullname), tables, cells)


def _tables(book: Book) -> Iterator[Opened]:
    kinds: dict[str, Any] = {name: kind for kind, name in TABLES.items()}
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name in kinds:
                cells = table.range
                lines = cells.options(ndim=2).value
                lines = lines[:-1] if table.show_totals else lines
                yield opened(f"{book.name}#{sheet.name}", kinds[table.name], cells.row, lines)


def workbook_names(book: Book) -> dict[str, Name]:
    """The names of the whole workbook; those of single sheets have the sheet before them."""
    return {name.name: name for name in book.names}


def target(name: Name) -> Range | None:
    """The first cell that a name stands for; None where its cells are gone."""
    for _ in range(2):  # it may only be busy
        with suppress(Exception):  # each Excel has its own way to say that a name leads nowhere
            return name.refers_to_range[0, 0]
    return None


def _value(name: Name) -> object:
    cell = target(name)
    return None if cell is None else cell.value


def _folder(fullname: str) -> str:
    """Where a workbook lies; nowhere that files could be looked for beside it, if that is on the web or not saved yet."""
    path = Path(fullname)
    return str(path.parent) if "://" not in fullname and path.is_absolute() else ""
