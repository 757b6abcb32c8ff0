"""What a formula is given: values of any kind made into numbers, and checked against the dictionary element by element."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from math import inf, isfinite, isnan, nextafter
from types import NoneType
from typing import Any

import numpy as np
import numpy.typing as npt

from clvxl.errors import BLANK, NUM, VALUE, CallError, error_name
from clvxl.terms import Term
from clvxl.words import Text

Array = npt.NDArray[np.float64]
Number = float | Array
Labels = npt.NDArray[Any]  # numbers or objects
Row = tuple[object, ...]

_LOWEST, _HIGHEST = nextafter(-inf, 0), nextafter(inf, 0)
_FIRST_DAY = date(1899, 12, 30)  # Excel's day 0, for every day since 1 March 1900


def serial(day: date) -> float:
    """Excel's number of a day."""
    part = (day.hour * 3600 + day.minute * 60 + day.second) / 86400 if isinstance(day, datetime) else 0.0
    return (day.toordinal() - _FIRST_DAY.toordinal()) + part


def _element(value: object) -> float:
    if value is None:
        return BLANK
    if isinstance(value, bool | np.bool_):
        return VALUE
    if isinstance(value, int | float | Decimal | np.integer | np.floating):
        return float(value)
    if isinstance(value, date):
        return serial(value)
    return VALUE


def numbers(value: object) -> Number:
    """A scalar or an array of floats: blanks are plain NaN, text and truth values are NaN that carry ``#VALUE!``."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return _element(value)
    array = np.asarray(value) if not isinstance(value, Sequence) else np.asarray(value, dtype=object)
    if array.dtype.kind == "f":
        return array.astype(float, copy=False)
    if array.dtype.kind in "iu":
        return array.astype(float)
    if array.dtype.kind == "M":
        days = (array.astype("datetime64[s]") - np.datetime64(_FIRST_DAY, "s")) / np.timedelta64(86400, "s")
        return np.where(np.isnat(array), BLANK, days)
    items = array.astype(object).ravel().tolist()
    plain = set(map(type, items)) <= {float, int, NoneType}  # what Excel hands over most of the time
    return np.array(items if plain else [_element(item) for item in items], dtype=float).reshape(array.shape)


def labels(value: object) -> Labels:
    """A column of names: numbers where all are, else what was given, with a NaN for blanks and errors."""
    array = np.atleast_1d(value if isinstance(value, np.ndarray) else np.asarray(value, dtype=object))
    numeric = array.dtype.kind in "iuf" or set(map(type, array.ravel().tolist())) <= {float, int, NoneType}
    return np.asarray(numbers(array)) if numeric else array.astype(object)


def row(value: object) -> Row:
    """A parameter row taken whole, in whatever shape its cells come."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value
    return tuple(np.ravel(np.asarray(value, dtype=object)).tolist())


def choice(term: Term, value: object) -> str | float:
    """The word for a choice given as a word or by its number; an error that came in instead stays that error."""
    if isinstance(value, float) and error_name(value):
        return value
    word = str(value).strip().lower() if isinstance(value, str) else _whole(value)
    numbered = {str(number): name for number, name in enumerate(term.choices)}
    if (found := numbered.get(word, word)) in term.choices:
        return found
    raise CallError(
        Text("{given} is not one of the choices for {name}.", "{given} ist keine der Möglichkeiten für {name}."),
        Text("Use {choices}, or a number from 0 to {last}.", "Möglich sind {choices} oder eine Zahl von 0 bis {last}."),
        given=repr(value), name=term.key, choices=", ".join(term.choices), last=len(term.choices) - 1,
    )


def _whole(value: object) -> str:
    number = _element(value)
    return f"{number:.0f}" if number % 1 == 0 else ""


def single(name: str, value: Number) -> float:
    """The one number in a value that must not be a range."""
    array = np.asarray(value)
    if array.size != 1:
        raise CallError(
            Text("{name} is one value, but a range of {count} was given.", "{name} ist ein Wert, übergeben wurde ein Bereich von {count}."),
            Text("Give a single cell.", "Bitte eine einzelne Zelle angeben."),
            name=name, count=array.size,
        )
    return float(array.ravel()[0])


def is_empty(value: object) -> bool:
    """Whether a value is an empty cell: nothing, or a NaN without an error."""
    return value is None or (isinstance(value, float) and isnan(value) and error_name(value) is None)


@cache
def limits(bounds: str) -> tuple[float, float]:
    """An interval such as ``(-1, inf)`` as its lowest and its highest floating point number."""
    low, high = map(float, bounds[1:-1].split(","))
    return nextafter(low, inf) if bounds.startswith("(") else low, nextafter(high, -inf) if bounds.endswith(")") else high


def all_finite(array: Array) -> bool:
    """Whether no element is infinite or a NaN; False too where the sum overflows, so that a second look is due."""
    return isfinite(np.einsum("i->", array.reshape(-1)))  # the fastest way to meet each element once


def _all_inside(array: Array, low: float, high: float) -> bool:
    """Whether all elements lie in a closed interval; False too in rare cases, such as a negative zero, in which a second look is due."""
    if array.size == 0:
        return True
    if low == 0 and array.flags.c_contiguous:
        # The bits of numbers from zero upwards, read as integers, grow with them; those of all others are larger still.
        return bool(np.maximum.reduce(array.view(np.uint64), axis=None) <= np.float64(high).view(np.uint64))
    above = low == _LOWEST or np.minimum.reduce(array, axis=None) >= low
    below = high == _HIGHEST or np.maximum.reduce(array, axis=None) <= high
    return bool(above and below) and ((low > _LOWEST and high < _HIGHEST) or all_finite(array))


def problems(term: Term, value: Number) -> Number | None:
    """None where every element lies within the term's bounds; else a NaN with its error for each bad one, 0 for the good."""
    low, high = limits(term.bounds)
    if isinstance(value, float):
        if low <= value <= high:
            return None
        return VALUE if is_empty(value) else value if isnan(value) else NUM
    if _all_inside(value, low, high):
        return None
    # A NaN is its own problem, so that an error in an argument comes out as that same error.
    found = np.where((value >= low) & (value <= high), 0.0, NUM)
    return np.where(np.isnan(value), np.where(is_blank(value), VALUE, value), found)


def column_problem(term: Term, column: Array, required: bool) -> float | None:
    """The first error in a column, else ``#NUM!`` where a number lies outside the term's bounds.

    A blank is no problem, but a required column without any number is an empty argument.
    """
    low, high = limits(term.bounds)
    if column.size and _all_inside(column, low, high):
        return None
    missing = np.isnan(column)
    errors = missing & ~is_blank(column)
    if errors.any():
        return float(column[errors][0])
    if missing.all():
        return VALUE if required else None
    return None if np.fmin.reduce(column, axis=None) >= low and np.fmax.reduce(column, axis=None) <= high else NUM


def _noticing() -> bool:
    noticed: list[str] = []
    with np.errstate(divide="call", call=lambda kind, _: noticed.append(kind)):
        np.divide(1.0, 0.0)
    return bool(noticed)


NOTICING = _noticing()  # whether the processor reports a division by zero or an overflow; WebAssembly does not


def label_problem(column: Labels) -> float | None:
    """The first error in a column of names, ``#VALUE!`` where there is no name at all."""
    cells = column.ravel().tolist()
    error = next((float(each) for each in cells if isinstance(each, float) and error_name(each)), None)
    return VALUE if error is None and all(is_empty(each) or each == "" for each in cells) else error


def is_blank(array: Array) -> npt.NDArray[np.bool_]:
    """Where a NaN carries no error."""
    bits = np.ascontiguousarray(array, dtype=float).view(np.uint64).reshape(np.shape(array))
    found: npt.NDArray[np.bool_] = np.isnan(array) & ((bits & np.uint64(0xF)) == 0)
    return found


def common_shape(syntax: str, values: Iterable[object]) -> tuple[int, ...]:
    """The one shape of all arrays among the values; scalars fit to any."""
    shapes = {value.shape for value in values if isinstance(value, np.ndarray)}
    if len(shapes) > 1:
        raise CallError(
            Text("The ranges of {syntax} have different shapes: {shapes}.",
                 "Die Bereiche von {syntax} sind verschieden groß: {shapes}."),
            Text("Give ranges of the same size.", "Bitte gleich große Bereiche angeben."),
            syntax=syntax, shapes=", ".join("×".join(map(str, shape)) for shape in sorted(shapes)),
        )
    return shapes.pop() if shapes else ()
