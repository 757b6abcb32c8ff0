"""Formulas whose stored value no longer holds, because something they lead to was written anew: an old number is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook

_MOVING = re.compile(r"\b(INDIRECT|OFFSET)\(", re.IGNORECASE)  # nobody knows where these lead before they are computed
_MOST = 20_000  # formulas; of more, none keeps its value
_UNKNOWN = ""  # stands for the sheet of what cannot be found
_TABLE = re.compile(r"([^\W\d][\w.]*)\[")
_DEEPEST = 8  # names that stand for names
_COLUMNS, _ROWS = 16_384, 1_048_576
Places = set[tuple[int, int]]  # row and column


class Operand(NamedTuple):
    """Cells that a formula refers to; without an area all cells of the sheet."""

    sheet: str
    area: tuple[int, int, int, int] | None  # left, top, right, bottom


class _Formula(NamedTuple):
    sheet: str
    place: tuple[int, int]
    operands: tuple[Operand, ...]
    moving: bool


def outdated(workbook: Workbook, rewritten: Iterable[str], changed: Mapping[str, Places]) -> dict[str, Places]:
    """Sheet -> formulas that lead, directly or through others, to a rewritten sheet or a changed cell."""
    sheets = {*rewritten, _UNKNOWN}
    found = list(_formulas(workbook, sheets))
    stale: dict[str, Places] = {name: set(places) for name, places in changed.items()}
    if len(found) > _MOST:
        return {name: {each.place for each in found if each.sheet == name} for name in {each.sheet for each in found}}
    rest, grown = found, True
    while grown:
        touched = [each for each in rest if each.moving or any(_meets(operand, sheets, stale) for operand in each.operands)]
        for each in touched:
            stale.setdefault(each.sheet, set()).add(each.place)
        grown = bool(touched)
        rest = [each for each in rest if each.place not in stale.get(each.sheet, ())]
    return stale


def _formulas(workbook: Workbook, sheets: set[str]) -> Iterator[_Formula]:
    reader = _Reader(workbook)
    for sheet in workbook.worksheets:
        if sheet.title not in sheets:
            for place, cell in sheet._cells.items():
                if cell.data_type == "f":
                    text = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None) or "="
                    moving = _MOVING.search(text) is not None
                    yield _Formula(sheet.title, place, () if moving else tuple(reader.operands(text, sheet.title)), moving)


class _Reader:
    """Takes formulas apart, with the names and tables of a workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self.names = {name.casefold(): found.attr_text or "" for name, found in workbook.defined_names.items()}
        self.tables = {table.displayName.casefold(): Operand(sheet.title, _boundaries(table.ref))
                       for sheet in workbook.worksheets for table in sheet.tables.values()}

    def operands(self, formula: str, sheet: str, depth: int = 0) -> Iterator[Operand]:
        """What a formula refers to; a name inside it stands for its own formula."""
        for text in _ranges(formula):
            title, separator, address = text.rpartition("!")
            where = title.strip("'").replace("''", "'") if separator else sheet
            table, name, area = _TABLE.match(address), address.casefold(), _boundaries(address)
            if table and table[1].casefold() in self.tables:
                yield self.tables[table[1].casefold()]
            elif area and ":" in title:  # from one sheet to another
                yield from (Operand(each, None) for each in where.split(":"))
            elif area:
                yield Operand(where, area)
            elif name in self.names and depth < _DEEPEST:
                yield from self.operands("=" + self.names[name], where, depth + 1)
            else:
                yield Operand(_UNKNOWN, None)


@lru_cache(maxsize=4096)
def _boundaries(address: str) -> tuple[int, int, int, int] | None:
    try:
        left, top, right, bottom = range_boundaries(address.rstrip("#"))
    except (ValueError, TypeError):
        return None
    return left or 1, top or 1, right or _COLUMNS, bottom or _ROWS


def _ranges(formula: str) -> list[str]:
    """The references in a formula; one that cannot be taken apart refers to nobody knows what."""
    try:
        tokens: Any = Tokenizer(formula)
        return [token.value for token in tokens.items if token.type == "OPERAND" and token.subtype == "RANGE"]
    except (TokenizerError, IndexError, AttributeError, ValueError):
        return ["?"]


def _meets(operand: Operand, sheets: set[str], stale: Mapping[str, Places]) -> bool:
    if operand.sheet in sheets:
        return True
    places = stale.get(operand.sheet)
    if not places or operand.area is None:
        return bool(places)
    left, top, right, bottom = operand.area
    return any(top <= row <= bottom and left <= column <= right for row, column in places)
