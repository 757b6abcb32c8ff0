"""Orders brought together: one row per customer and day, returns netted."""

from __future__ import annotations

from math import isnan
from types import NoneType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from clvxl.arguments import Array

Codes = npt.NDArray[np.intp]
Names = npt.NDArray[np.generic]

NOTHING = 1e-6  # less money is rounding: 0.1 + 0.2 - 0.3 is nothing


class Days(NamedTuple):
    """What each customer's days say, in the order of customers and days: what is left of it, and whether it is a purchase."""

    customer: Codes
    day: Array
    net: Array
    bought: npt.NDArray[np.bool_]


def named(customer: ArrayLike) -> tuple[Names, Codes]:
    """The distinct customers in order, and for each row the place of its own; -1 where the row names none.

    Numbers are customers by themselves; where there is any text, all are texts, and 1001 is "1001".
    """
    given = np.ravel(customer if isinstance(customer, np.ndarray) else np.asarray(customer, dtype=object))
    if given.dtype == object and all(isinstance(each, int | float | NoneType) for each in given):
        given = given.astype(float)
    if given.dtype.kind in "iuf":
        numbers = given.astype(float)
        known = ~np.isnan(numbers)
        code = np.full(numbers.size, -1, dtype=np.intp)
        names, code[known] = np.unique(numbers[known], return_inverse=True)
        return names, code
    texts = [_text(each) for each in given.tolist()]
    ordered = sorted(set(texts) - {""})
    place = {name: number for number, name in enumerate(ordered)} | {"": -1}
    return np.array(ordered, dtype=object), np.fromiter((place[text] for text in texts), dtype=np.intp, count=len(texts))


def _text(name: object) -> str:
    if isinstance(name, str):
        return name.strip()
    if isinstance(name, float):
        return "" if isnan(name) else f"{name:.0f}" if name.is_integer() else str(name)
    return "" if name is None else str(name)


def netted(customer: Codes, day: Array, amount: Array) -> Days:
    """The days of each customer. A day is a purchase if something is left of it, or if nothing came back on it (an order of 0)."""
    order = np.lexsort((day, customer))
    who, when = customer[order], day[order]
    first = np.flatnonzero((np.diff(who, prepend=-1) != 0) | (np.diff(when, prepend=np.nan) != 0))
    if first.size == 0:
        return Days(who, when, amount, when > 0)
    net = np.add.reduceat(amount[order], first)
    lowest = np.minimum.reduceat(amount[order], first)
    return Days(who[first], when[first], net, (net > NOTHING) | (lowest >= 0))
