"""Days as Excel counts them, on the calendar: months, quarters and years."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from clvxl.arguments import Array, numbers

Whole = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

MONTHS = {"month": 1, "quarter": 3, "year": 12}
_EPOCH = 25569  # Excel's number of 1 January 1970
_LAST = 2958465.0  # and of 31 December 9999


def serials(days: ArrayLike) -> Array:
    """A column of days as Excel's numbers, from such numbers or from numpy's dates."""
    return np.ravel(np.asarray(numbers(days)))


def are_days(serial: Array) -> npt.NDArray[np.bool_]:
    """Where a number is a day that Excel knows, up to the year 9999."""
    found: npt.NDArray[np.bool_] = (serial >= 0) & (serial < _LAST + 1)
    return found


def _calendar(serial: Array) -> Days:
    return (np.floor(serial).astype(np.int64) - _EPOCH).astype("M8[D]")


def periods(serial: Array, interval: str) -> Whole:
    """The number of the month, quarter or year that a day lies in."""
    months: Whole = _calendar(serial).astype("M8[M]").astype(np.int64)
    return months // MONTHS[interval]


def period_name(period: int, interval: str) -> str:
    """How a period is called: 1997-01, 1997-Q1 or 1997."""
    month = np.datetime64(period * MONTHS[interval], "M")
    year, _, number = str(month).partition("-")
    return {"month": f"{year}-{number}", "quarter": f"{year}-Q{(int(number) + 2) // 3}", "year": year}[interval]


def whole_periods(start: Array, until: Array, interval: str) -> Whole:
    """How many months, quarters or years of the calendar have passed; the last day of a shorter month stands for those it lacks."""
    first, last = _calendar(start), _calendar(until)
    month, now = first.astype("M8[M]"), last.astype("M8[M]")
    longest = (now + 1).astype("M8[D]") - now.astype("M8[D]")
    due = np.minimum(first - month.astype("M8[D]"), longest - 1)
    months: Whole = (now - month).astype(np.int64) - ((last - now.astype("M8[D]")) < due)
    return months // MONTHS[interval]
