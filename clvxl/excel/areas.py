"""Cells gathered into few rectangles: what would be said of each cell is said once of all that are alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from clvxl.excel.page import Area, Page, Run, Style
from clvxl.report.model import Value

Key = TypeVar("Key", bound=Hashable)
_ANY = Style("plain")
LONGEST_ADDRESS = 250  # characters of a range of several areas; Excel takes 255


class Segment(NamedTuple):
    """Cells under each other that look alike."""

    top: int
    bottom: int
    style: Style


Painted = dict[int, list[Segment]]  # column -> its segments from top to bottom, none over another


def painted(page: Page) -> Painted:
    """How each cell of a page looks in the end: what comes later covers what came before."""
    columns: Painted = {}
    for run in page.runs:
        new = Segment(run.row, run.row + len(run.values) - 1, run.style)
        if new.top <= new.bottom:
            columns[run.column] = [*_uncovered(columns.get(run.column, []), new), new]
    return {column: sorted(segments) for column, segments in columns.items()}


def _uncovered(segments: list[Segment], new: Segment) -> Iterator[Segment]:
    for each in segments:
        if each.top < new.top:
            yield each._replace(bottom=min(each.bottom, new.top - 1))
        if each.bottom > new.bottom:
            yield each._replace(top=max(each.top, new.bottom + 1))


def alike(cells: Painted, what: Callable[[Style], Key]) -> dict[Key, list[Area]]:
    """For each thing that can be said of a style, the rectangles of which it is true."""
    found: dict[Key, list[Area]] = {}
    open_ends: dict[tuple[int, int, Key], Area] = {}
    for column in sorted(cells):
        here: dict[tuple[int, int, Key], Area] = {}
        for top, bottom, key in _joined(cells[column], what):
            before = open_ends.get((top, bottom, key))
            beside = before is not None and before.right == column - 1
            here[top, bottom, key] = before._replace(right=column) if before and beside else Area(top, column, bottom, column)
        for end, area in open_ends.items():
            if end not in here or here[end].left != area.left:
                found.setdefault(end[2], []).append(area)
        open_ends = here
    for end, area in open_ends.items():
        found.setdefault(end[2], []).append(area)
    return found


def _joined(segments: list[Segment], what: Callable[[Style], Key]) -> Iterator[tuple[int, int, Key]]:
    """Segments of which the same is true, as one where they touch."""
    top, bottom, key = 0, -1, None
    for each in segments:
        said = what(each.style)
        if said == key and each.top == bottom + 1:
            bottom = each.bottom
            continue
        if key is not None:
            yield top, bottom, key
        top, bottom, key = each.top, each.bottom, said
    if key is not None:
        yield top, bottom, key


def addresses(areas: Iterable[Area]) -> Iterator[str]:
    """The areas as addresses of as few ranges as possible."""
    line = ""
    for area in areas:
        longer = f"{line},{area.address}" if line else area.address
        if len(longer) > LONGEST_ADDRESS:
            yield line
            longer = area.address
        line = longer
    if line:
        yield line


def extent(page: Page) -> Area:
    """The rectangle from the first cell that holds all cells of a page."""
    runs = [run for run in page.runs if len(run.values)]
    bottom = max((run.row + len(run.values) - 1 for run in runs), default=1)
    right = max((run.column for run in runs), default=1)
    merged = [(area.bottom, area.right) for area in page.merges]
    return Area(1, 1, max(bottom, *(each for each, _ in merged), 1), max(right, *(each for _, each in merged), 1))


def matrix(runs: Iterable[Run], area: Area, shown: Callable[[Value], object]) -> list[list[object]]:
    """The values of all cells of a rectangle, row by row; later runs win."""
    rows: list[list[object]] = [[None] * (area.right - area.left + 1) for _ in range(area.bottom - area.top + 1)]
    for run in runs:
        column = run.column - area.left
        for row, value in enumerate(run.values, run.row - area.top):
            rows[row][column] = shown(value)
    return rows


def formulas(page: Page) -> list[tuple[Area, list[list[str]]]]:
    """The formulas of a page, in rectangles that hold nothing else."""
    return blocks({(run.row + index, run.column): f"={formula}" for run in page.runs
                   for index, formula in enumerate(run.formulas) if formula})


def blocks(texts: Mapping[tuple[int, int], str]) -> list[tuple[Area, list[list[str]]]]:
    """Texts by row and column as full rectangles."""
    cells: Painted = {}
    for row, column in sorted(texts, key=lambda place: (place[1], place[0])):
        cells.setdefault(column, []).append(Segment(row, row, _ANY))
    return [(area, [[texts[row, column] for column in range(area.left, area.right + 1)] for row in range(area.top, area.bottom + 1)])
            for area in alike(cells, lambda _: True).get(True, [])]
