"""Any result of the catalog as the rows of cells it becomes: the one form that cells and the command line build on."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from clvxl.errors import BLANK
from clvxl.terms import TERMS
from clvxl.words import Language, Text

Cell = float | str
ERROR = "_error"  # how the field of a standard error ends


class Fields(NamedTuple):
    """What a result is made of when it is more than numbers: the names of its fields, and whether each is a column."""

    names: tuple[str, ...]
    table: bool


def fields(result: object) -> Fields | None:
    """The fields of a parameter row or of a table; None for numbers."""
    if not (isinstance(result, tuple) and hasattr(result, "_fields")):
        return None
    return Fields(cast("tuple[str, ...]", result._fields), any(isinstance(each, np.ndarray) for each in result))


def heading(field: str, language: Language) -> str:
    """What a field is called: by its term, ``± r`` for the standard error of r, or by the letter it has in the paper."""
    if field in TERMS:
        return TERMS[field].label.say(language)
    return f"± {heading(field.removesuffix(ERROR), language)}" if field.endswith(ERROR) else field


def spilled(result: object, language: Language = "en") -> Cell | list[list[Cell]]:
    """A result as Excel shows it, starting from the cell it is typed into: one value, or rows of equally many values.

    A number stays one value; a list of numbers is a column, a range keeps its rows and columns. A parameter row (a ``NamedTuple`` of
    scalars) is one row, its texts in the language; it can be given back as it is, as an argument ``parameters``. A table (a
    ``NamedTuple`` of columns) has its headings on top; a field with several columns is headed 0, 1, 2 and so on.
    An error is the NaN that carries it (see ``errors.error_name``), a blank a NaN without.
    """
    found = fields(result)
    if found is None:
        array = np.asarray(result)
        if array.ndim == 0:
            return _cell(array.item(), language)
        return _rows([array[:, None] if array.ndim == 1 else array], language)
    parts = cast("tuple[object, ...]", result)
    if not found.table:
        return [[_cell(each, language) for each in parts]]
    columns = [np.asarray(each) for each in parts]
    top: list[Cell] = []
    for name, column in zip(found.names, columns, strict=True):
        top += [heading(name, language)] if column.ndim == 1 else map(float, range(column.shape[1]))
    return [top, *_rows([column[:, None] if column.ndim == 1 else column for column in columns], language)]


def _rows(blocks: list[np.ndarray[tuple[int, ...], np.dtype[np.generic]]], language: Language) -> list[list[Cell]]:
    """Rows of cells from blocks of columns that stand side by side."""
    if len(blocks) == 1 and blocks[0].dtype.kind == "f":
        return cast("list[list[Cell]]", blocks[0].tolist())
    ready = [block if block.dtype.kind == "f" else block.astype(object) for block in blocks]
    return [[_cell(each, language) for block in row for each in block] for row in zip(*(block.tolist() for block in ready), strict=True)]


def _cell(value: object, language: Language) -> Cell:
    if isinstance(value, Text):
        return value.say(language)
    if isinstance(value, str):
        return value
    return BLANK if value is None else float(cast("float", value))
