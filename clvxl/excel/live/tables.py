"""Excel tables on an open sheet: one that is there keeps its identity, so that formulas which name it go on doing so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from clvxl.excel.live.desktop import unlist
from clvxl.excel.live.journal import Journal
from clvxl.excel.page import Area, ListTable, Page

if TYPE_CHECKING:
    from xlwings import Range, Sheet
    from xlwings.main import Table


class Kept(NamedTuple):
    """A table that is there, where it stands, and what becomes of it."""

    table: Table
    area: Area
    wanted: ListTable


def area_of(cells: Range) -> Area:
    """The rectangle of a range."""
    rows, columns = cells.shape
    return Area(cells.row, cells.column, cells.row + rows - 1, cells.column + columns - 1)


def unfilter(sheet: Sheet, journal: Journal) -> None:
    """Shows all rows: those that a filter hides would be left out of a copy."""
    for table in sheet.tables:
        if table.show_autofilter:
            table.show_autofilter = False
            journal.undo_by(partial(setattr, table, "show_autofilter", True))


def make_way(sheet: Sheet, page: Page, journal: Journal) -> list[Kept]:
    """Brings the tables of a sheet to the row where their headings will be; those without a future become plain cells."""
    there = [(table, area_of(table.range)) for table in sheet.tables]
    kept = _matched(there, page)
    for table, area in there:
        if all(each.table is not table for each in kept):
            _dissolve(sheet, table, area, journal)
    kept = [_shrunk(sheet, each, journal) for each in kept]
    down = [each for each in kept if each.wanted.area.top > each.area.top]
    for each in (*reversed(down), *(each for each in kept if each not in down)):
        _move(sheet, each, journal)
    return kept


def _matched(there: list[tuple[Table, Area]], page: Page) -> list[Kept]:
    """Each wanted table with the one that has its name, else with the next that has none of the wanted names."""
    names = {table.name: (table, area) for table, area in there}
    rest = iter([pair for name, pair in names.items() if name not in {wanted.name for wanted in page.tables}])
    pairs = [(wanted, names.get(wanted.name) or next(rest, None)) for wanted in page.tables]
    return sorted((Kept(*pair, wanted) for wanted, pair in pairs if pair), key=lambda each: each.area.top)


def _dissolve(sheet: Sheet, table: Table, area: Area, journal: Journal) -> None:
    name = table.name
    unlist(table)
    journal.undo_by(lambda: setattr(sheet.tables.add(sheet.range(area.address), name=name), "table_style", ""))


def _shrunk(sheet: Sheet, each: Kept, journal: Journal) -> Kept:
    """No longer than it will be, so that it does not stand in another's way."""
    rows = min(each.area.bottom - each.area.top, each.wanted.area.bottom - each.wanted.area.top)
    area = each.area._replace(bottom=each.area.top + rows)
    if area != each.area:
        _resize(sheet, each, area, journal)
    return each._replace(area=area)


def _move(sheet: Sheet, each: Kept, journal: Journal) -> None:
    """As by cut and paste: what points to the table follows it."""
    wanted = each.wanted.area
    if (wanted.top, wanted.left) == (each.area.top, each.area.left):
        return
    to = Area(wanted.top, wanted.left, wanted.top + each.area.bottom - each.area.top, wanted.left + each.area.right - each.area.left)
    sheet.range(each.area.address).move(sheet.range((to.top, to.left)))
    journal.undo_by(lambda: sheet.range(to.address).move(sheet.range((each.area.top, each.area.left))))


def _resize(sheet: Sheet, each: Kept, area: Area, journal: Journal) -> None:
    before = area_of(each.table.range)
    each.table.resize(sheet.range(area.address))
    journal.undo_by(lambda: each.table.resize(sheet.range(before.address)))


def write_tables(sheet: Sheet, page: Page, kept: list[Kept], journal: Journal) -> None:
    """The tables around the cells that stand there now."""
    for each in kept:
        if area_of(each.table.range) != each.wanted.area:
            _resize(sheet, each, each.wanted.area, journal)
        if each.table.name != each.wanted.name:
            _rename(each.table, each.wanted.name, journal)
    for wanted in page.tables:
        table = next((each.table for each in kept if each.wanted is wanted), None)
        if table is None:
            table = sheet.tables.add(sheet.range(wanted.area.address), name=wanted.name)
            journal.undo_by(partial(unlist, table))
            table.table_style = ""
        if table.show_autofilter != wanted.buttons:
            table.show_autofilter = wanted.buttons
            journal.undo_by(partial(setattr, table, "show_autofilter", not wanted.buttons))


def _rename(table: Table, name: str, journal: Journal) -> None:
    before = table.name
    table.name = name
    journal.undo_by(lambda: setattr(table, "name", before))
