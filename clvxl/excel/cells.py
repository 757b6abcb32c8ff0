"""What Excel sends to a function in a cell, and what the cell is sent back.

Excel sends a value, or rows of values: numbers, texts, truth values, nothing for an empty cell, a decimal number where a cell is formatted
as money, a time where it is formatted as a date, and an integer for an error. It is sent rows back; an error as its name, of which the
wrapper in VBA makes the error itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from math import isfinite, isnan
from types import NoneType

import numpy as np
import numpy.typing as npt

from clvxl.arguments import Array, all_finite, serial
from clvxl.errors import EXCEL_ERRORS, VALUE, error_name, error_value
from clvxl.spill import Cell, spilled
from clvxl.words import Language

Received = float | str | bool | None | Array | npt.NDArray[np.object_]

_NO_ERROR = -2146828288  # an error arrives as this plus its number in VBA
_NUMBERS = {2000: 1, 2007: 2, 2015: 3, 2023: 4, 2029: 5, 2036: 6, 2042: 7}  # of VBA, and of ERROR.TYPE
_PLAIN = {float, NoneType}


def received(value: object) -> Received:
    """One value, or an array as wide and high as the range; blanks are None in a scalar or among texts and a plain NaN among numbers."""
    if not isinstance(value, tuple | list):
        return _received(value)
    rows = value if value and isinstance(value[0], tuple | list) else (value,)
    shape = len(rows), len(rows[0])
    if shape == (1, 1):
        return _received(rows[0][0])
    kinds = set(map(type, chain.from_iterable(rows)))
    if kinds == {float}:
        return np.fromiter(chain.from_iterable(rows), float, shape[0] * shape[1]).reshape(shape)
    if kinds <= _PLAIN:
        return np.array(rows, dtype=float).reshape(shape)
    cells = [_received(each) for each in chain.from_iterable(rows)]
    if set(map(type, cells)) <= _PLAIN:
        return np.array(cells, dtype=float).reshape(shape)
    block = np.empty(len(cells), dtype=object)
    block[:] = cells
    return block.reshape(shape)


def _received(value: object) -> float | str | bool | None:
    if value is None or isinstance(value, float | str | bool):
        return value
    if isinstance(value, int):
        return _error(value - _NO_ERROR) if _NO_ERROR <= value <= _NO_ERROR + 0xFFFF else float(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return serial(value)
    return VALUE


def _error(number: int) -> float:
    """The error of this number; one that is newer than Excel 2007 counts as ``#VALUE!``."""
    return error_value(EXCEL_ERRORS.get(_NUMBERS.get(number, 3), ""))


def shown(result: object, language: Language) -> Sequence[Sequence[Cell]]:
    """A result as the rows of cells it becomes, its errors by their names, its texts in the language, a blank as an empty text."""
    cells = spilled(result, language)
    rows = cells if isinstance(cells, list) else [[cells]]
    if isinstance(result, np.ndarray) and all_finite(result):
        return rows
    return [[_shown(cell) for cell in row] for row in rows]


def _shown(cell: Cell) -> Cell:
    if isinstance(cell, str) or isfinite(cell):
        return cell
    return (error_name(cell) or "") if isnan(cell) else "#NUM!"
