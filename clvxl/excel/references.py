"""Where tables came to stand, and formulas written with names of columns turned into formulas with addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from clvxl.excel.page import Area, letter
from clvxl.report.model import Table, Value

_PLACEHOLDER = re.compile(r"\[(?P<total>\^?)(?:(?P<table>[^\[\]^.#]+)\.)?(?P<column>[^\[\]^.#]+)(?P<same>#?)\]")
_ROW = re.compile("\0(-?[0-9]+)\0")  # a row counted from the formula's own


class Standing(NamedTuple):
    """A table that has its place: its columns, its first and last row, and the row of its total."""

    table: Table
    columns: dict[str, int]
    ends: dict[str, int]  # the last column of those that take several
    first: int
    last: int

    @property
    def total(self) -> int:
        return self.last + 1

    def column(self, key: str) -> Area:
        """All cells under one heading."""
        return Area(self.first, self.columns[key], self.last, self.columns[key])


def quoted(page: str) -> str:
    """The name of a page as formulas write it."""
    return "'" + page.replace("'", "''") + "'"


class Named(NamedTuple):
    """A placeholder taken apart."""

    table: str
    column: str
    total: bool
    same: bool  # the row of the same number


def in_table(formula: str, own: Standing, others: Mapping[str, Standing]) -> str:
    """A formula of a table; the row stays open for :func:`at`."""

    def address(named: Named) -> str:
        standing = others[named.table] if named.table else own
        column = letter(standing.columns[named.column])
        if named.same or not (named.table or named.total):
            return f"{column}\0{standing.first - own.first}\0"
        return _whole(standing, named)

    return _replaced(formula, address)


def in_figure(formula: str, others: Mapping[str, Standing]) -> str:
    """A formula outside of tables: it names the table of each column."""
    return _replaced(formula, lambda named: _whole(others[named.table], named))


def in_grid(formula: str, row: str, column: str, others: Mapping[str, Standing]) -> str:
    """A formula of a grid with the addresses of its two headings."""
    own = {"row": row, "column": column}
    return _replaced(formula, lambda named: _whole(others[named.table], named) if named.table else own[named.column])


def at(formula: str, row: int) -> str:
    """The formula in one row."""
    return _ROW.sub(lambda found: str(row + int(found[1])), formula)


def rows(formula: str | tuple[str, ...], own: Standing, others: Mapping[str, Standing], count: int) -> list[str]:
    """The formulas of a column, row by row."""
    if isinstance(formula, str):
        template = in_table(formula, own, others)
        return [at(template, row) for row in range(own.first, own.first + count)]
    return [at(in_table(each, own, others), own.first + index) for index, each in enumerate(formula)]


def _whole(standing: Standing, named: Named) -> str:
    column = letter(standing.columns[named.column])
    return f"${column}${standing.total}" if named.total else standing.column(named.column).fixed


def _replaced(formula: str, address: Callable[[Named], str]) -> str:
    def put(found: re.Match[str]) -> str:
        return address(Named(found["table"] or "", found["column"], bool(found["total"]), bool(found["same"])))

    return _PLACEHOLDER.sub(put, formula.removeprefix("="))


def any_number(values: Iterable[Value]) -> bool:
    """Whether there is something to draw."""
    return any(isinstance(value, int | float) for value in values)
