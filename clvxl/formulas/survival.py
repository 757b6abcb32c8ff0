"""How many customers are still there after how long, from records of which some are still open.

Kaplan & Meier 1958; the standard error by Greenwood 1926.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.errors import NA, NUM
from clvxl.formulas._days import serials
from clvxl.formulas.retention import DAYS_PER_YEAR
from clvxl.words import Text


class Survival(NamedTuple):
    """A table with a row for the beginning and one for each age at which customers left."""

    lifetime: Array
    at_risk: Array
    left: Array
    survival: Array
    survival_error: Array


@formula(
    "CLV_SURVIVAL",
    Text("Survival table", "Verbleibstafel"),
    "Anteil der Kunden, die nach so langer Beziehung noch da sind, nach Kaplan und Meier; aktive Kunden zählen, solange man sie sieht.",
    columns=("start", "end"),
)
def clv_survival(start: ArrayLike, end: ArrayLike, as_of: float) -> Survival | float:
    """Share of customers who are still there after each length of relationship, by Kaplan and Meier; active customers count while seen.

    Shape: two columns of equal length, a blank end for a customer who is still active, and one day; a table with headings.
    Units: days in, years of 365.25 days out.
    Edges: nobody there by the day is #N/A; an end before its start is #NUM!; rows that start after the day do not count; the
    standard error (Greenwood) is #N/A once nobody is left.
    Source: Kaplan & Meier 1958; Greenwood 1926.

    >>> table = clv_survival([42370, 42370, 42370], [43831, np.nan, np.nan], 45292)
    >>> [round(float(share), 4) for share in table.survival]
    [1.0, 0.6667]
    """
    first, last = serials(start), serials(end)
    counted = first <= as_of
    gone, seen = (last <= as_of)[counted], (np.fmin(last, as_of) - first)[counted]
    if seen.size == 0:
        return NA
    if seen.min() < 0:
        return NUM
    age, place = np.unique(seen, return_inverse=True)
    size, left = np.bincount(place), np.bincount(place, gone)
    at_risk = seen.size - np.append(0, np.cumsum(size)[:-1])
    some = left > 0
    age, at_risk, left = age[some], at_risk[some].astype(float), left[some]
    kept = at_risk - left
    share = np.cumprod(kept / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(kept > 0, share * np.sqrt(np.cumsum(left / (at_risk * kept))), NA)
    begin, later = (0.0, seen.size, 0.0, 1.0, 0.0), (age / DAYS_PER_YEAR, at_risk, left, share, error)
    return Survival(*(np.append(top, column) for top, column in zip(begin, later, strict=True)))
