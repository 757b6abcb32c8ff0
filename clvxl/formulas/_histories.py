"""Purchase histories brought together: customers with the same frequency, recency and age are one row with a weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from clvxl.arguments import Array, is_blank
from clvxl.errors import NUM

Codes = npt.NDArray[np.intp]
Where = npt.NDArray[np.bool_]

_LONGEST = 100_000  # values of a grid that are listed whether they occur or not
_LARGEST = 2**62
_MOST = 1e9  # purchases of one customer
_ROWS = 2**20  # customers that are scored at a time


class Column(NamedTuple):
    """A column with few distinct values: the values, and for each row the place of its own."""

    levels: Array
    code: Codes

    @property
    def values(self) -> Array:
        return self.levels[self.code]

    def total(self, weight: Array) -> Array:
        """The sum of a weight over the rows of each level."""
        return np.bincount(self.code, weight, self.levels.size).astype(float, copy=False)


class Histories(NamedTuple):
    """Distinct histories, and how many customers have each."""

    frequency: Column
    recency: Column
    age: Column
    weight: Array


def columns(*values: ArrayLike) -> list[Array]:
    """Columns of floats, all of the length of the longest; all empty where one is."""
    flat = [np.ravel(np.asarray(each, dtype=float)) for each in values]
    size = max(each.size for each in flat) if all(each.size for each in flat) else 0
    return [each if each.size == size else np.broadcast_to(each, (size,)) for each in flat]


def filled(*values: ArrayLike) -> list[Array]:
    """Columns of floats without the rows that are blank in all of them."""
    given = columns(*values)
    some = [each for each in given if np.isnan(each).any()]
    if len(some) < len(given):
        return given
    blank = np.logical_and.reduce([is_blank(each) for each in given])
    return [each[~blank] for each in given]


def usable(frequency: Array, recency: Array, age: Array) -> Where:
    """Where a history can be: a whole number of repeat purchases, the last of them after the first and not after today."""
    with np.errstate(invalid="ignore"):
        timely = (recency >= 0) & (recency <= age) & np.isfinite(age)
        found: Where = timely & are_counts(frequency) & ((frequency > 0) == (recency > 0))
    return found


def are_counts(frequency: Array) -> Where:
    """Where a number can be one of purchases: whole, and not so large that its logarithm is all that is left of it."""
    with np.errstate(invalid="ignore"):
        found: Where = (frequency >= 0) & (frequency <= _MOST) & (frequency == np.floor(frequency))
    return found


def coded(values: Array) -> Column:
    """A column as places on a list of values: on a grid of whole units or of sevenths where it has one, else on its own values."""
    largest = float(values.max(initial=0.0))
    for steps in (1, 7):  # days in days, and days in weeks
        if largest * steps <= _LONGEST:
            whole = np.rint(values * steps)
            if np.array_equal(whole / steps, values):
                return Column(np.arange(round(largest * steps) + 1) / steps, whole.astype(np.intp))
    levels, code = np.unique(values, return_inverse=True)
    return Column(levels, code)


def _keys(parts: list[Column]) -> tuple[Codes, int, Callable[[Codes], list[Codes]]]:
    """One number per row for all its codes, how many such numbers there can be, and the way back."""
    sizes = [part.levels.size for part in parts]
    if float(np.prod(sizes, dtype=float)) > _LARGEST:
        table, code = np.unique(np.stack([part.code for part in parts]), axis=1, return_inverse=True)
        return code.ravel(), table.shape[1], lambda key: list(table[:, key])
    key = parts[0].code
    for part in parts[1:]:
        key = key * part.levels.size + part.code
    return key, int(np.prod(sizes, dtype=np.int64)), lambda key: list(np.unravel_index(key, sizes))


def merged(frequency: Array, recency: Array, age: Array) -> Histories:
    """The distinct histories with their number of customers, ordered by frequency, recency and age."""
    parts = [coded(frequency), coded(recency), coded(age)]
    key, size, split = _keys(parts)
    if size <= 4 * key.size + _LONGEST:
        counts = np.bincount(key, minlength=size)
        rows = np.flatnonzero(counts)
        weight = counts[rows].astype(float)
    else:
        key = np.sort(key)
        first = np.flatnonzero(np.diff(key, prepend=-1))
        rows, weight = key[first], np.diff(first, append=key.size).astype(float)
    x, t_x, T = (Column(part.levels, code) for part, code in zip(parts, split(rows), strict=True))
    return Histories(x, t_x, T, weight)


def thinned(histories: Histories, customers: int) -> Histories:
    """Every so manieth customer, in the order of the rows: a small sample that is spread over all histories."""
    ends = np.cumsum(histories.weight)
    places = (np.arange(customers) + 0.5) * (ends[-1] / customers)
    rows, counts = np.unique(np.searchsorted(ends, places), return_counts=True)
    weight = counts * (ends[-1] / customers)
    x, t_x, T = (Column(part.levels, part.code[rows]) for part in histories[:3])
    return Histories(x, t_x, T, weight)


def distinct(*values: Array) -> tuple[list[Array], Codes]:
    """The distinct rows of some columns, and for each row its place among them."""
    parts = [coded(each) for each in values]
    key, size, split = _keys(parts)
    if size <= 4 * key.size + _LONGEST:
        seen = np.zeros(size, dtype=bool)
        seen[key] = True
        rows, place = np.flatnonzero(seen), (np.cumsum(seen) - 1)[key]
    else:
        rows, place = np.unique(key, return_inverse=True)
    return [part.levels[code] for part, code in zip(parts, split(rows), strict=True)], place


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, start + _ROWS) for start in range(0, size, _ROWS))


def per_customer(score: Callable[..., Array], frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *others: ArrayLike) -> Array:
    """A score for every customer, in the shape that came in: an impossible history is ``#NUM!``, an error stays that error."""
    given = [np.asarray(each, dtype=float) for each in (frequency, recency, age, *others)]
    shape = np.broadcast_shapes(*(each.shape for each in given))
    x, t_x, T, *rest = columns(*given)
    result = np.empty(x.size)
    for rows in _blocks(x.size):
        block = [each[rows] for each in (x, t_x, T, *rest)]
        good = usable(*block[:3])
        if good.all():
            result[rows] = score(*block)
            continue
        result[rows] = np.sum(block, axis=0)  # a NaN that came in comes out
        result[rows][~good & ~np.isnan(result[rows])] = NUM
        if good.any():
            result[rows][good] = score(*(each[good] for each in block))
    return result.reshape(shape)


def of_pairs(factor: Callable[..., Array], *values: Array) -> Array:
    """What depends only on some columns, computed once for each of their distinct rows."""
    rows, place = distinct(*values)
    return factor(*rows)[place]
