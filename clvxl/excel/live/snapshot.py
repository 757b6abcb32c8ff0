"""A result page as it was, beside it on a hidden sheet: what comes back when writing the new one fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clvxl.excel.areas import blocks
from clvxl.excel.live.cells import entered
from clvxl.excel.live.tables import area_of
from clvxl.excel.page import Area

if TYPE_CHECKING:
    from xlwings import Range, Sheet


class Snapshot(NamedTuple):
    """The cells of a sheet: a copy of them, and their formulas as they were written."""

    sheet: Sheet
    spare: Sheet
    area: Area
    formulas: tuple[tuple[Area, list[list[str]]], ...]


def taken(sheet: Sheet, spare: Sheet) -> Snapshot:
    """A copy of a sheet's cells on an empty one."""
    area = area_of(sheet.range((1, 1), sheet.used_range.last_cell))
    cells = sheet.range(area.address)
    cells.copy(spare.range(area.address))
    live = {(row, column): text for row, line in enumerate(_formulas(cells), 1) for column, text in enumerate(line, 1) if text}
    return Snapshot(sheet, spare, area, tuple(blocks(live)))


def _formulas(cells: Range) -> list[list[str]]:
    """The formulas of cells, row by row, empty where there is none. A text that only begins like a formula is its own value."""
    values, written = cells.options(ndim=2).value, cells.formula
    lines = written if isinstance(written, list | tuple) else [[written]]
    if not isinstance(lines[0], list | tuple):
        lines = [lines] if len(values) == 1 else [[each] for each in lines]
    return [[_formula(text, value) for text, value in zip(line, shown, strict=True)] for line, shown in zip(lines, values, strict=True)]


def _formula(text: object, value: object) -> str:
    return text if isinstance(text, str) and text.startswith("=") and text != value else ""


def as_written(cells: Range) -> list[list[object]]:
    """What stands in cells, as one would write it there again."""
    values = cells.options(ndim=2).value
    return [[formula or entered(value) for formula, value in zip(line, shown, strict=True)]
            for line, shown in zip(_formulas(cells), values, strict=True)]


def put_back(snapshot: Snapshot) -> None:
    """The sheet as it was; its tables are back in their places before."""
    sheet, spare, area = snapshot.sheet, snapshot.spare, snapshot.area
    sheet.cells.unmerge()
    bare(sheet, area)
    copied = spare.range(area.address)
    for what in ("values", "formats", "validation"):
        copied.copy()
        sheet.range(area.address).paste(what)
    sheet.book.app.cut_copy_mode = False
    spare.range(area._replace(bottom=1).address).copy(sheet.range((1, 1)))  # with the links to other pages
    for place, lines in snapshot.formulas:
        sheet.range(place.address).formula = lines


def bare(sheet: Sheet, area: Area) -> None:
    """Cells without looks, rules and contents, where the sheet has some or will have."""
    used = area_of(sheet.range((1, 1), sheet.used_range.last_cell))
    whole = Area(1, 1, max(used.bottom, area.bottom), max(used.right, area.right))
    cells = sheet.range(whole.address)
    cells.data_validation.delete()
    cells.clear_formats()
    for rest in (whole._replace(top=area.bottom + 1), whole._replace(left=area.right + 1)):
        if rest.top <= rest.bottom and rest.left <= rest.right:
            sheet.range(rest.address).clear_contents()
