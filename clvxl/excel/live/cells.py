"""The cells of a page on an open sheet: values and formulas in blocks, looks by rectangles. No call for a single row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from clvxl.excel import clean
from clvxl.excel.areas import addresses, alike, extent, formulas, matrix, painted
from clvxl.excel.live import desktop
from clvxl.excel.look import LOOKS, Edge
from clvxl.excel.page import Area, Page, Style
from clvxl.report.model import Value

if TYPE_CHECKING:
    from xlwings import Range, Sheet

LONGEST_IN_BLOCK = 8_000  # characters; Excel refuses a block with a longer text, but takes it alone
SHORT_DATE = {"mm-dd-yy": "m/d/yyyy"}  # what a file calls the reader's own short date -> what Excel calls it
_WEIGHTS: dict[str, Any] = {"hair": "hairline", "thin": "thin", "medium": "medium", "thick": "thick"}
_INNER = {"bottom": "inside_horizontal", "top": "inside_horizontal", "right": "inside_vertical", "left": "inside_vertical"}


def write_cells(sheet: Sheet, page: Page, day_zero: date) -> None:
    """All values in one block, then the formulas, then what they look like; the cells are bare before."""
    area = extent(page)
    block = matrix(page.runs, area, lambda value: entered(value, day_zero))
    longest = _set_apart(block)
    sheet.range(area.address).value = block
    for place, text in longest.items():
        sheet.range(place).value = text
    for area, lines in formulas(page):
        sheet.range(area.address).formula = lines
    _look(sheet, page)


def entered(value: Value, day_zero: date = clean.DAY_ZERO) -> float | int | str | None:
    """A value as one would type it: with an apostrophe before a text that Excel would take for something else."""
    stored = clean.stored(value, day_zero)
    if isinstance(stored, str):
        return f"'{stored}" if clean.is_doubtful(stored) else stored or None
    return stored


def _set_apart(block: list[list[object]]) -> dict[tuple[int, int], str]:
    """Takes out the texts that are too long for a block."""
    found = {}
    for row, line in enumerate(block, 1):
        for column, value in enumerate(line, 1):
            if isinstance(value, str) and len(value) > LONGEST_IN_BLOCK:
                found[row, column], line[column - 1] = value, None
    return found


class _Property(NamedTuple):
    """One thing that can be said of a cell: of which styles what, unless it is what a bare cell has, and how it is set."""

    of: Callable[[Style], Any]
    bare: Any
    set: Callable[[Range, Any], None]


def _look(sheet: Sheet, page: Page) -> None:
    cells = painted(page)
    for each in _PROPERTIES:
        for value, areas in alike(cells, each.of).items():
            if value != each.bare:
                for address in addresses(areas):
                    each.set(sheet.range(address), value)
    for side in ("bottom", "right", "top", "left"):  # a line above a sum wins over one below its neighbour
        for edge, areas in alike(cells, _edge(side)).items():
            if edge:
                _lines(sheet, side, edge, areas)


def _edge(side: str) -> Callable[[Style], Edge]:
    return lambda style: getattr(LOOKS[style.role], side)


def _lines(sheet: Sheet, side: str, edge: tuple[str, str], areas: Iterable[Area]) -> None:
    """The lines of all cells in some rectangles: at the end of each, and between its rows or columns."""
    listed = list(areas)
    several = [area for area in listed if (area.bottom > area.top if "horizontal" in _INNER[side] else area.right > area.left)]
    for which, where in ((f"edge_{side}", listed), (_INNER[side], several)):
        for address in addresses(where):
            sheet.range(address).borders.set([which], line_style="continuous", weight=_WEIGHTS[edge[0]], color=f"#{edge[1]}")


def _size(cells: Range, value: float) -> None:
    cells.font.size = value


def _bold(cells: Range, value: bool) -> None:
    cells.font.bold = value


def _ink(cells: Range, value: str) -> None:
    cells.font.color = f"#{value}"


def _fill(cells: Range, value: str) -> None:
    cells.color = f"#{value}"


def _across(cells: Range, value: Any) -> None:
    cells.horizontal_alignment = value


def _down(cells: Range, value: Any) -> None:
    cells.vertical_alignment = value


def _wrap(cells: Range, value: bool) -> None:
    cells.wrap_text = value


def _format(cells: Range, value: str) -> None:
    cells.number_format = SHORT_DATE.get(value, value)


_PROPERTIES = (
    _Property(lambda style: LOOKS[style.role].size, None, _size),
    _Property(lambda style: LOOKS[style.role].bold, False, _bold),
    _Property(lambda style: LOOKS[style.role].ink, None, _ink),
    _Property(lambda style: LOOKS[style.role].fill, "", _fill),
    _Property(lambda style: LOOKS[style.role].across, None, _across),
    _Property(lambda style: LOOKS[style.role].down, "bottom", _down),
    _Property(lambda style: LOOKS[style.role].wrap or style.wrap, False, _wrap),
    _Property(lambda style: LOOKS[style.role].indent, 0, desktop.indent),
    _Property(lambda style: style.format, "General", _format),
)
