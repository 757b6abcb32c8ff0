"""The vocabulary of a report: frozen values that say what stands on a page, in the reader's language, and nothing of Excel.

A sheet is read from top to bottom: its blocks follow each other. Formulas are written with ``[column]`` for the cell of
that column in the same row, ``[table.column]`` for a whole column of a table of the same sheet, ``[table.column#]`` for the cell of that
column in the row of the same number, ``[^table.column]`` for the total under a column, and names of inputs as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Value = float | int | str | date | None
Tone = Literal["good", "fair", "poor", "plain"]


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a part of a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph. ``tone`` puts a sign before it."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure in large type, with a word of comparison under it. A formula makes it live."""

    label: str
    value: Value
    format: str
    comment: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``formula`` (one for all rows, or one per row) makes it live; ``values`` are then what it computes."""

    key: str
    label: str
    values: tuple[Value, ...]
    format: str = "General"
    formula: str | tuple[str, ...] = ""
    total: Value = None
    total_formula: str = ""
    bar: bool = False
    tones: tuple[tuple[str, Tone], ...] = ()  # a word of this column -> how good it is
    wide: bool = False  # text that may wrap
    result: bool = False  # what the reader's eye should find
    links: tuple[str, ...] = ()  # where each value leads to outside the report: an address, or nothing


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. ``name`` makes it an Excel table, which can be sorted and filtered; ``total`` adds the line of sums."""

    key: str
    columns: tuple[Column, ...]
    name: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A value for each pair of a row and a column; its formula says ``[row]`` and ``[column]`` for the two.

    ``sizes`` stand beside the rows, and say of how many the values of a row are.
    """

    key: str
    row_label: str
    column_label: str
    rows: tuple[float | str, ...]
    columns: tuple[float, ...]
    values: tuple[tuple[float | None, ...], ...]
    formula: str
    format: str
    row_format: str
    column_format: str
    row_formulas: tuple[str, ...] = ()
    column_formulas: tuple[str, ...] = ()
    size_label: str = ""
    sizes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """A cell the reader may change. ``name`` is its name in formulas; ``choices`` makes it a list to pick from."""

    name: str
    label: str
    value: Value
    format: str
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Inputs under each other: label, cell, help."""

    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars or one line: where its numbers stand, and its part in the picture."""

    label: str
    column: str
    role: Literal["actual", "accent", "previous", "projection", "target"] = "actual"


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart over columns of a table; ``sheet`` and ``table`` are their keys."""

    title: str
    kind: Literal["bar", "column", "line"]
    sheet: str
    table: str
    categories: str
    series: tuple[Series, ...]
    format: str = "General"
    limit: int | None = None  # only the first rows


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts side by side, of the same size."""

    charts: tuple[Chart, ...]


Block = Heading | Note | Figures | Table | Grid | Inputs | Charts


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: a message that says what it means, a title in up to three lines, and blocks."""

    key: str
    name: str
    message: str
    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    calculated: bool = False  # a page that is calculated in: inputs open, the rest protected from a slip
    portrait: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All pages, in order. ``title`` and ``day`` go into the file's properties, so that the same data gives the same bytes."""

    title: str
    language: Literal["en", "de"]
    day: date
    sheets: tuple[Sheet, ...]
    names: tuple[tuple[str, str], ...] = field(default=())  # defined names of the workbook: LAMBDA functions and the like
    as_of: str = ""  # the as-of date in words, for the line above every page
