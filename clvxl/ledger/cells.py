"""Cells as they stand in a source, before anyone asks what they mean: a head to look for headings in, and typed columns below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
HEAD_ROWS = 30  # how far down the headings are looked for


@dataclass(frozen=True, slots=True)
class Column:
    """An Arrow array. Where numbers and text are mixed it holds text, and ``numeric`` says which cells were numbers."""

    values: Any
    numeric: Flags | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What stands under the headings; ``rows`` are the numbers of the rows in the source."""

    columns: list[Column]
    rows: npt.NDArray[np.int64]
    ragged: tuple[tuple[int, str], ...] = ()  # row number and text of lines that do not fit the headings


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid of cells with a name. ``head`` holds its first rows as text; row ``i`` of it has the number ``i + 1``."""

    name: str
    head: list[list[str]]
    body: Callable[[int], Body]  # the columns below the given row of the head
    decimal_comma: bool | None = None  # what the source itself says about 1.234
    alone: bool = True  # the user asked for this very sheet, so it must be a table
    table: Callable[[list[str]], Any] | None = None  # some columns as an Ibis table, where rows can stay in an engine, or None
