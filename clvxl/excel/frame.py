"""The columns of a page: as wide as their contents need, and together as wide as the page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import NamedTuple

from clvxl.excel.look import FILLER, LANDSCAPE, NARROWEST, PORTRAIT, WIDEST, WIDEST_TEXT
from clvxl.excel.measure import inside, lines, shown, widest, width
from clvxl.report.model import Block, Column, Grid, Inputs, Sheet, Table, Value
from clvxl.words import Language

PADDING, INDENT = 2.5, 1.2
FIRST = 2  # column A is a margin
BUTTONS = 12  # a longer table gets filter buttons


class Need(NamedTuple):
    """Room that a column asks for; an elastic one may be made narrower, because its texts wrap."""

    width: float
    elastic: bool = False
    least: float = 0.0

    def given(self, share: float) -> float:
        """What it gets where elastic columns get this share."""
        return max(self.width * share, self.least) if self.elastic else self.width


class Frame(NamedTuple):
    """The columns of a page from the first behind the margin; ``share`` is what elastic ones got of what they asked for."""

    widths: tuple[float, ...]
    share: float = 1.0

    @property
    def edge(self) -> int:
        """The last column."""
        return FIRST + len(self.widths) - 1

    def room(self, left: int, right: int) -> float:
        """Width of some columns together."""
        return sum(self.widths[left - FIRST : right - FIRST + 1])

    def behind(self, left: int, need: float) -> int:
        """The first column behind as many columns as a text of this width needs."""
        column = left
        while need > 0:
            need -= self.widths[column - FIRST] if column <= self.edge else FILLER
            column += 1
        return max(column, left + 1)

    def until(self, need: float) -> int:
        """The last column of a block of about this width that starts at the left edge."""
        right = FIRST
        while right < self.edge and self.room(FIRST, right) + self.widths[right - FIRST + 1] / 2 <= need:
            right += 1
        return right

    def split(self, left: int, right: int, parts: int) -> list[tuple[int, int]]:
        """Some columns in parts of about the same width."""
        whole, ends, column = self.room(left, right), [], left
        for part in range(1, parts + 1):
            goal, start = whole * part / parts, column
            while column < right - (parts - part) and (
                    part == parts or self.room(left, column) + self.widths[column + 1 - FIRST] / 2 <= goal):
                column += 1
            ends.append((start, column))
            column += 1
        return ends

    def spot(self, share: float) -> tuple[int, float]:
        """The column at a share of the page's width, and how far into it."""
        left = share * sum(self.widths)
        for index, each in enumerate(self.widths):
            if left <= each:
                return FIRST + index, left / each
            left -= each
        return self.edge, 1.0


def frame(sheet: Sheet, language: Language) -> Frame:
    """The columns of a page: those of its Excel tables, grids and inputs, and of its main table; others span them.

    Without Excel tables wide columns are divided, so that any table finds its own: the main table is then the widest. With them it is the
    one with the most columns, of several the narrowest.
    """
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    plain, named = [table for table in tables if not table.name], [table for table in tables if table.name]
    most = max((len(table.columns) for table in plain), default=0) if named else 0
    candidates = sorted((table for table in plain if len(table.columns) >= most), key=lambda table: _together(table, language))
    main = candidates[0 if named else -1] if candidates else None
    asked = [_needs(block, language) for block in sheet.blocks if block is main or block not in plain]
    needs = [max(row, key=lambda need: need.width) for row in zip_longest(*asked, fillvalue=Need(0))]
    page = PORTRAIT if sheet.portrait else LANDSCAPE
    share = _share(needs, page)
    widths = [need.given(share) for need in needs]
    if not named:
        widths = widths[:1] + [part for width in widths[1:] for part in _parts(width)]
    rest = page - sum(widths)
    return Frame((*widths, *_parts(rest)) if rest > 3 else tuple(widths), share)


def _together(table: Table, language: Language) -> float:
    return sum(need.width for need in _needs(table, language))


def _share(needs: list[Need], page: float) -> float:
    """What elastic columns get of what they ask for, so that all fit on the page."""
    elastic = sum(need.width for need in needs if need.elastic)
    excess = sum(need.width for need in needs) - page
    return max(1 - max(excess, 0) / elastic, 0.0) if elastic else 1.0


def _parts(width: float) -> list[float]:
    """A wide column as several: whatever else stands on the page then finds its columns."""
    count = max(round(width / FILLER), 1) if width > 2 * FILLER else 1
    return [width / count] * count


def allot(table: Table, frame: Frame, language: Language) -> list[tuple[int, int]]:
    """First and last column of the page for each column of a table; an Excel table takes exactly one for each."""
    if table.name:
        return [(FIRST + index, FIRST + index) for index in range(len(table.columns))]
    left, spans = FIRST, []
    for index, column in enumerate(table.columns, 1):
        right, behind = left, len(table.columns) - index
        need = _column(column, language)
        wanted = need.given(frame.share) * 0.97 if need.elastic else need.least
        while frame.room(left, right) < wanted and right < frame.edge - behind:
            right += 1
        spans.append((left, right))
        left = right + 1
    return spans


def _needs(block: Block, language: Language) -> list[Need]:
    match block:
        case Table():
            return [_column(column, language) for column in block.columns]
        case Grid():
            return _grid(block, language)
        case Inputs():
            labels = widest(each.label for each in block.inputs) + PADDING
            numbers = widest(shown(each.value, each.format, language) for each in block.inputs if not each.choices)
            return [Need(labels), Need(max(numbers + 2 * PADDING, FILLER))]
        case _:
            return []


def _column(column: Column, language: Language) -> Need:
    shows = [shown(value, column.format, language) for value in (*_telling(column.values), column.total)]
    content = widest(shows, bold=column.result or column.total is not None) + PADDING
    words = widest(column.label.replace("-", "- ").split(), bold=True) + PADDING
    heading = width(column.label, bold=True) / 2 * 1.2 + PADDING
    most = WIDEST_TEXT if column.wide else WIDEST
    least = max(words, FILLER if column.bar else NARROWEST)
    if is_text(column):
        content = min(content, most) + INDENT
        least += INDENT
    best = max(content, least, min(heading, 18.0))
    best = max(best, *(line + PADDING for line in lines(column.label, inside(best), bold=True)))  # neighbours never touch
    return Need(best, column.wide, max(least, 2 * FILLER) if column.wide else max(content, least))


def _telling(values: tuple[Value, ...]) -> Iterable[Value]:
    """The values that may be the widest: of numbers the ends, of others all."""
    numbers = [value for value in values if isinstance(value, int | float)]
    return (max(numbers), min(numbers)) if numbers and len(numbers) + values.count(None) == len(values) else set(values)


def _grid(grid: Grid, language: Language) -> list[Need]:
    heads = [shown(value, grid.row_format, language) for value in grid.rows]
    rows = [[shown(value, grid.format, language) for value in row] for row in grid.values]
    tops = [shown(value, grid.column_format, language) for value in grid.columns]
    cells = [widest([top, *(row[index] for row in rows)], bold=True) for index, top in enumerate(tops)]
    same = max([*cells, 4.0]) + PADDING
    sizes = [Need(max(width(grid.size_label, bold=True), NARROWEST) + PADDING)] if grid.sizes else []
    return [Need(max(widest(heads, bold=True), width(grid.row_label, bold=True)) + PADDING), *sizes, *[Need(same)] * len(tops)]


def is_text(column: Column) -> bool:
    """Whether a column stands at the left, as words do."""
    return any(isinstance(value, str) for value in column.values)
