"""Pages as plain values: which cell holds what in which role, where tables, charts and rules stand; the same for every host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from clvxl.report.model import Tone, Value


@lru_cache(maxsize=1024)
def letter(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    rest, digit = divmod(column - 1, 26)
    return (letter(rest) if rest else "") + chr(65 + digit)


class Area(NamedTuple):
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        first, last = f"{letter(self.left)}{self.top}", f"{letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def fixed(self) -> str:
        first, last = f"${letter(self.left)}${self.top}", f"${letter(self.right)}${self.bottom}"
        return first if first == last else f"{first}:{last}"


class Style(NamedTuple):
    """How a cell looks: a role of the visual language, a number format, and whether its text may take several lines."""

    role: str
    format: str = "General"
    wrap: bool = False


class Run(NamedTuple):
    """Cells under each other that look alike. A formula (empty: none) makes its cell live; the value is then what it computes."""

    row: int
    column: int
    values: Sequence[Value]
    style: Style
    formulas: Sequence[str] = ()


class Link(NamedTuple):
    """A cell that leads to another page, or to an address outside the workbook."""

    row: int
    column: int
    page: str
    address: str = ""


class ListTable(NamedTuple):
    """An Excel table: sorts, filters and is addressed by name. ``headings`` are what its first row says."""

    name: str
    area: Area
    headings: tuple[str, ...]
    buttons: bool


class Light(NamedTuple):
    """Cells in which a word carries a colour."""

    area: Area
    word: str
    tone: Tone


class Scale(NamedTuple):
    """Cells shaded by their value; where values fall on both sides of zero, zero is the middle."""

    area: Area
    signed: bool


class Check(NamedTuple):
    """What may be typed into a cell, and what the reader is told."""

    cell: Area
    low: float | None
    high: float | None
    choices: str  # address of the cells to pick from
    title: str
    prompt: str
    error: str


class Spot(NamedTuple):
    """A point of the page: a cell and how far into it, in parts of its width and height."""

    column: int
    across: float
    row: int
    down: float


class Points(NamedTuple):
    """Numbers or words of a chart: where they stand and what they are."""

    address: str
    values: tuple[Value, ...]
    format: str


class Line(NamedTuple):
    """One row of bars or one line of a chart."""

    label: str
    points: Points
    role: str


class Picture(NamedTuple):
    """A native chart and its place."""

    kind: Literal["bar", "column", "line"]
    title: str
    format: str
    categories: Points
    lines: tuple[Line, ...]
    start: Spot
    end: Spot
    width: float  # in digits


@dataclass(slots=True)
class Page:
    """One sheet, filled from top to bottom; ``key`` says which page of the report it is, whatever its name."""

    name: str
    key: str = ""
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tables: list[ListTable] = field(default_factory=list)
    lights: list[Light] = field(default_factory=list)
    bars: list[Area] = field(default_factory=list)
    scales: list[Scale] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)  # columns
    frozen: tuple[int, int] | None = None  # rows above and columns to the left that stay
    repeat: tuple[int, int] | None = None  # rows printed again on every sheet of paper
    printed: Area | None = None
    one_sheet: bool = False
    protected: bool = False
    portrait: bool = False
    quiet: bool = True  # no grid lines

    def put(self, row: int, column: int, value: Value, role: str, format: str = "General", *,
            wrap: bool = False, formula: str = "") -> None:
        """One cell."""
        self.runs.append(Run(row, column, (value,), Style(role, format, wrap), (formula,) if formula else ()))

    def fill(self, row: int, left: int, right: int, role: str) -> None:
        """Empty cells side by side, for their lines and fills."""
        for column in range(left, right + 1):
            self.put(row, column, None, role)


@dataclass(frozen=True, slots=True)
class Book:
    """All pages of a workbook."""

    title: str
    day: date
    language: Literal["en", "de"]
    pages: tuple[Page, ...]
    names: tuple[tuple[str, str], ...] = ()

    def all_names(self) -> tuple[tuple[str, str], ...]:
        """The names of the workbook, and those of the inputs on its pages."""
        return (*self.names, *(pair for page in self.pages for pair in page.names.items()))
