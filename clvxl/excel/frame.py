"""The columns of a page: as wide as their contents need, and together as wide as the page."""

from __future__ import annotations

from itertools import zip_longest
from typing import NamedTuple

from clvxl.excel.look import FILLER, LANDSCAPE, NARROWEST, PORTRAIT, WIDEST, WIDEST_TEXT
from clvxl.excel.measure import shown, widest, width
from clvxl.report.model import Block, Column, Grid, Inputs, Sheet, Table
from clvxl.words import Language

PADDING = 1.8
FIRST = 2  # column A is a margin
BUTTONS = 12  # a longer table gets filter buttons


class Need(NamedTuple):
    """Room that a column asks for; an elastic one may be made narrower, because its texts wrap."""

    width: float
    elastic: bool = False


class Frame(NamedTuple):
    """The columns of a page from the first behind the margin."""

    widths: tuple[float, ...]

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
    """The columns of a page."""
    asked = [_needs(block, language) for block in sheet.blocks]
    needs = [max(row, key=lambda need: need.width) for row in zip_longest(*asked, fillvalue=Need(0))]
    page = PORTRAIT if sheet.portrait else LANDSCAPE
    widths = _squeezed(needs, page)
    rest = page - sum(widths)
    fillers = max(round(rest / FILLER), 1) if rest > 3 else 0
    return Frame((*widths, *(rest / fillers for _ in range(fillers))))


def _squeezed(needs: list[Need], page: float) -> list[float]:
    elastic = sum(need.width for need in needs if need.elastic)
    excess = max(sum(need.width for need in needs) - page, 0)
    share = max(1 - excess / elastic, 0.4) if elastic else 1
    return [max(need.width * share, NARROWEST) if need.elastic else need.width for need in needs]


def _needs(block: Block, language: Language) -> list[Need]:
    match block:
        case Table():
            return [_column(column, language) for column in block.columns]
        case Grid():
            return _grid(block, language)
        case Inputs():
            labels = widest(each.label for each in block.inputs) + PADDING
            cells = widest(shown(each.value, each.format, language) for each in block.inputs)
            choices = widest(choice for each in block.inputs for choice in each.choices)
            return [Need(labels), Need(max(cells, choices, NARROWEST) + 2 * PADDING)]
        case _:
            return []


def _column(column: Column, language: Language) -> Need:
    shows = (shown(value, column.format, language) for value in (*column.values, column.total))
    content = widest(shows, bold=column.result or column.total is not None) + PADDING
    words = widest(column.label.replace("-", "- ").split(), bold=True) + PADDING
    heading = width(column.label, bold=True) / (1 if column.wide else 3) * 1.2 + PADDING
    most = WIDEST_TEXT if column.wide else WIDEST
    least = max(words, min(heading, 18.0), NARROWEST + 3 if column.bar else NARROWEST)
    if is_text(column):
        content = min(content, most)
    return Need(max(content, least), elastic=column.wide)


def _grid(grid: Grid, language: Language) -> list[Need]:
    heads = [shown(value, grid.row_format, language) for value in grid.rows]
    rows = [[shown(value, grid.format, language) for value in row] for row in grid.values]
    tops = [shown(value, grid.column_format, language) for value in grid.columns]
    cells = [widest([top, *(row[index] for row in rows)], bold=True) for index, top in enumerate(tops)]
    same = max([*cells, 4.0]) + PADDING
    return [Need(max(widest(heads, bold=True), width(grid.row_label, bold=True)) + PADDING), *[Need(same)] * len(tops)]


def is_text(column: Column) -> bool:
    """Whether a column stands at the left, as words do."""
    return any(isinstance(value, str) for value in column.values)
