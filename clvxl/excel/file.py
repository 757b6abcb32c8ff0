"""Writes a report as an Excel workbook, without Excel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from clvxl.errors import OutputError
from clvxl.excel import archive, clean, storage
from clvxl.excel.furniture import furnish
from clvxl.excel.layout import lay_out
from clvxl.excel.page import Book, Page, Run
from clvxl.excel.sample import plain_page
from clvxl.excel.styles import Styles
from clvxl.ledger.pages import RESULT, mark
from clvxl.report.model import Report, Value
from clvxl.words import Text

if TYPE_CHECKING:
    import pandas as pd

CHANGED = Text("{path} was changed since it was written.", "{path} wurde seitdem geändert.")
FOREIGN = Text("{path} exists already and is not a report of clvxl.", "{path} gibt es schon, und es ist kein Bericht von clvxl.")
FORCE = Text("Please choose another name, or say --force to replace it.", "Bitte einen anderen Namen wählen oder mit --force ersetzen.")


def write(report: Report, path: Path | str, *, force: bool = False) -> Path:
    """Writes a report to a new file, or in place of an earlier report that nobody has changed since.

    Raises: OutputError.
    """
    target = Path(path)
    _may_replace(target, force=force)
    storage.replace(target, pack(lay_out(report)))
    return target


def write_tables(path: Path | str, tables: Mapping[str, pd.DataFrame], *, title: str = "", force: bool = False) -> Path:
    """Writes plain tables, one per sheet, with headings in the first row: data as a user keeps them.

    Raises: OutputError.
    """
    target = Path(path)
    _may_replace(target, force=force)
    names = clean.sheet_names(tables)
    taken: set[str] = set()
    pages = tuple(plain_page(name, frame, taken) for name, frame in zip(names, tables.values(), strict=True))
    storage.replace(target, pack(Book(clean.text(title), date(2000, 1, 1), "en", pages)))
    return target


def _may_replace(path: Path, *, force: bool) -> None:
    storage.check(path)
    if path.exists() and not force:
        mark = archive.seal_of(path)
        if mark != "whole":
            raise OutputError(CHANGED if mark == "changed" else FOREIGN, FORCE, path=path)


def pack(book: Book) -> bytes:
    """The workbook as the bytes of a file; the same pages give the same bytes."""
    workbook = Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]  # a new workbook has an active sheet
    values = fill(workbook, book, [workbook.create_sheet(page.name) for page in book.pages])
    _properties(workbook, book)
    return archive.pack(workbook, values)


def fill(workbook: Workbook, book: Book, sheets: list[Worksheet]) -> dict[str, archive.Values]:
    """Puts the pages onto empty sheets of a workbook; gives back what the formulas on each compute."""
    styles = Styles(sheets[0])
    values: dict[str, archive.Values] = {}
    for sheet, page in zip(sheets, book.pages, strict=True):
        values[sheet.title] = _cells(sheet, page, styles)
        furnish(sheet, page, book)
        if page.key:
            sheet.defined_names[RESULT] = DefinedName(RESULT, attr_text=mark(page.key, page.name).removeprefix("="), hidden=True)
    for name, text in book.all_names():
        workbook.defined_names[name] = DefinedName(name, attr_text=text.removeprefix("="))
    return values


def _properties(workbook: Workbook, book: Book) -> None:
    made = datetime(book.day.year, book.day.month, book.day.day)
    properties = workbook.properties
    properties.creator, properties.title, properties.language = "clvxl", book.title or None, book.language
    properties.created = properties.modified = made


def _cells(sheet: Worksheet, page: Page, styles: Styles) -> dict[tuple[int, int], Value]:
    """Fills the cells; gives back what the formulas among them compute."""
    computed: dict[tuple[int, int], Value] = {}
    for run in page.runs:
        if run.formulas:
            _live(sheet, run, styles, computed)
        else:
            _still(sheet, run, styles)
    return computed


def _still(sheet: Worksheet, run: Run, styles: Styles) -> None:
    style = styles[run.style]
    cells, column = sheet._cells, run.column
    day_zero = _day_zero(sheet)
    for row, given in enumerate(run.values, run.row):
        cell: Any = Cell(sheet, row, column)
        cells[row, column] = cell
        cell._style = style
        value = clean.stored(given, day_zero)
        if value is None:
            continue
        cell._value = value
        if isinstance(value, str):
            cell._value, cell.data_type = clean.escaped(value), "s"
            if clean.is_doubtful(value):
                cell._style = styles.quoted(run.style)


def _live(sheet: Worksheet, run: Run, styles: Styles, computed: dict[tuple[int, int], Value]) -> None:
    for index, (value, formula) in enumerate(zip(run.values, run.formulas, strict=True)):
        row = run.row + index
        _still(sheet, Run(row, run.column, (value,), run.style), styles)
        if formula:
            cell: Any = sheet._cells[row, run.column]
            cell._value, cell.data_type = f"={formula}", "f"
            computed[row, run.column] = clean.stored(value, _day_zero(sheet))


def _day_zero(sheet: Any) -> date:
    """The day that is number 0 in the calendar of the workbook: old ones from a Mac begin in 1904."""
    day: datetime = sheet.parent.epoch
    return day.date()
