"""The last touches on a page whose results are in: what is refused here costs a width or a footer, never a figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from clvxl.excel.areas import addresses
from clvxl.excel.live import charts, desktop
from clvxl.excel.live.journal import Step
from clvxl.excel.look import LOOKS, ROW
from clvxl.excel.page import Area, Book, Page, letter
from clvxl.excel.references import quoted
from clvxl.ledger.pages import RESULT

if TYPE_CHECKING:
    from xlwings import Sheet
    from xlwings.main import Chart

STANDARD_WIDTH = 8.43
_MOST_HEIGHTS = 20  # rows of a list that are taller than others, each set by itself; of more, Excel finds the heights


def touches(sheet: Sheet, page: Page, book: Book, made: list[Chart]) -> Iterator[tuple[str, Step]]:
    """Everything that remains to be done, each with a word for it."""
    yield "widths", lambda: _widths(sheet, page)
    yield "heights", lambda: _heights(sheet, page)
    yield "links", lambda: _links(sheet, page)
    yield "grid lines", lambda: setattr(sheet, "show_gridlines", not page.quiet)
    yield "print area", lambda: setattr(sheet.page_setup, "print_area", page.printed.fixed if page.printed else None)
    yield "mark", lambda: desktop.hide_name(sheet, RESULT)
    for chart, picture in zip(made, page.pictures, strict=True):
        yield "place of a chart", partial(charts.put_in_place, sheet, chart, picture)
        yield "look of a chart", partial(charts.polish, chart, picture)
    for area in page.bars:
        yield "bars", partial(desktop.plain_bar, sheet, area)
    for scale in page.scales:
        if scale.signed:
            yield "shades", partial(desktop.middle_at_zero, sheet, scale.area)
    for check in page.checks:
        yield "input help", partial(desktop.explain_check, sheet, check)
    yield "print", lambda: desktop.set_up_print(sheet, page, book)
    yield "frozen rows", lambda: desktop.freeze(sheet, page)
    yield "values", lambda: desktop.calculate(sheet)
    if page.protected:
        yield "protection", lambda: desktop.protect(sheet, page)


def _widths(sheet: Sheet, page: Page) -> None:
    sheet.cells.column_width = STANDARD_WIDTH
    for width, columns in _alike(page.widths):
        for address in addresses(Area(1, first, 1, last) for first, last in columns):
            sheet.range(address).column_width = width
    for column in page.hidden:
        sheet.range(f"{letter(column)}:{letter(column)}").columns.hidden = True


def _heights(sheet: Sheet, page: Page) -> None:
    """One height for all rows, then those of single ones; where a list has many tall rows, Excel measures them."""
    if page.quiet:
        sheet.cells.row_height = ROW
    heights = dict(page.heights)
    for table in page.tables:
        inside = [row for row in heights if table.area.top < row <= table.area.bottom]
        if len(inside) > _MOST_HEIGHTS:
            sheet.range(f"{table.area.top + 1}:{table.area.bottom}").rows.autofit()
            for row in inside:
                del heights[row]
    for height, rows in _alike(heights):
        for address in addresses(Area(first, 1, last, 1) for first, last in rows):
            sheet.range(address).row_height = round(height, 2)


def _alike(sizes: Mapping[int, float]) -> Iterator[tuple[float, list[tuple[int, int]]]]:
    """Each size with the rows or columns that have it, those side by side together."""
    def size(place: int) -> float:
        return sizes[place]

    for value, places in groupby(sorted(sizes, key=lambda place: (sizes[place], place)), key=size):
        yield value, list(_together(places))


def _together(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for place in places:
        if last is not None and place == last + 1:
            last = place
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = place
    if first is not None and last is not None:
        yield first, last


def _links(sheet: Sheet, page: Page) -> None:
    """The ways to other pages; Excel gives links a look of its own, which is taken off again."""
    desktop.no_links(sheet)
    for link in page.links:
        sheet.range((link.row, link.column)).add_hyperlink(link.address or f"#{quoted(link.page)}!A1", link.page, link.page)
    places = {(link.row, link.column) for link in page.links}
    roles = {place: run.style.role for run in page.runs for place in places
             if place[1] == run.column and run.row <= place[0] < run.row + len(run.values)}
    for role, alike in groupby(sorted(places, key=lambda place: (roles[place], place)), key=roles.__getitem__):
        for address in addresses(Area(row, column, row, column) for row, column in alike):
            cells = sheet.range(address)
            cells.font.size, cells.font.color = LOOKS[role].size, f"#{LOOKS[role].ink}"
            desktop.no_underline(cells)
