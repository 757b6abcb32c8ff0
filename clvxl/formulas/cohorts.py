"""Customers by the month, quarter or year of their first purchase, and what became of each such cohort."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.errors import BLANK, NA, VALUE, CallError
from clvxl.formulas._days import are_days, period_name, periods, serials
from clvxl.formulas._purchases import Codes, named, netted
from clvxl.words import Text

_WIDEST = 2000  # periods: as many months as 166 years have


class Cohorts(NamedTuple):
    """A table with a row per cohort; ``matrix`` has a column for the period of the first purchase and for each one after it."""

    cohort: npt.NDArray[np.object_]
    customers: Array
    matrix: Array


@formula(
    "CLV_COHORTS",
    Text("Cohorts", "Kohorten"),
    "Kunden nach der Periode ihres ersten Kaufs, und wie viele von ihnen in jeder Periode danach kauften, oder mit Beträgen für wie viel; "
    "insgesamt oder als Anteil.",
    columns=("customer", "date", "amount"),
)
def clv_cohorts(
    customer: ArrayLike, date: ArrayLike, amount: ArrayLike | None = None, interval: str = "month", measure: str = "total",
) -> Cohorts | float:
    """Cohorts by first purchase, and in each period since how many of their customers bought, or with amounts how much; total or share.

    Shape: two or three columns of equal length and two choices; a table with headings, one row per cohort; blank where time has not come.
    Units: months, quarters or years of the calendar; customers or money, or shares of the first period.
    Edges: with amounts returns are netted per customer and day, and those before the first purchase count in its period;
    customers who never bought do not count, nor do rows without a customer or a date; no purchase at all is #N/A.
    Source: Fader, Hardie & Ross 2022, The Customer-Base Audit.

    >>> clv_cohorts(["A", "A", "B"], np.array(["2024-01-05", "2024-02-06", "2024-02-07"], "M8[D]")).matrix.tolist()
    [[1.0, 1.0], [1.0, nan]]
    """
    names, code = named(customer)
    when = serials(date)
    money = np.ones(when.size) if amount is None else serials(amount)
    known = (code >= 0) & ~np.isnan(when + money)
    if not are_days(when[known]).all():
        return VALUE
    days = netted(code[known], np.floor(when[known]), money[known])
    if not days.bought.any():
        return NA
    period = periods(days.day, interval)
    first = np.full(names.size, np.iinfo(np.int64).max)
    np.minimum.at(first, days.customer[days.bought], period[days.bought])
    bought = first[days.customer] < np.iinfo(np.int64).max
    who, since = days.customer[bought], np.maximum(period[bought] - first[days.customer[bought]], 0)
    return _laid_out(first, who, since, None if amount is None else days.net[bought], int(period[bought].max()), interval, measure)


def _laid_out(
    first: npt.NDArray[np.int64], who: Codes, since: npt.NDArray[np.int64], net: Array | None, last: int, interval: str, measure: str,
) -> Cohorts:
    """The table, from the period of each customer's first purchase, and customer, period since then and money of each day."""
    began = np.unique(first[who])
    width = last - int(began[0]) + 1
    if width > _WIDEST:
        raise CallError(
            Text("The days span {count} periods.", "Die Tage reichen über {count} Perioden."),
            Text("Correct the days, or take longer periods.", "Bitte die Tage berichtigen oder längere Perioden wählen."),
            count=width,
        )
    cohort = np.searchsorted(began, first[who])
    if net is None:
        _, once = np.unique(who * np.int64(width) + since, return_index=True)
        cell, weight = (cohort * width + since)[once], np.ones(once.size)
    else:
        cell, weight = cohort * width + since, net
    matrix = np.bincount(cell, weight, began.size * width).reshape(-1, width).astype(float)
    if measure == "share":
        with np.errstate(divide="ignore", invalid="ignore"):
            matrix = np.where(matrix[:, :1] > 0, matrix / matrix[:, :1], NA)
    matrix[began[:, None] + np.arange(width) > last] = BLANK
    customers = np.bincount(cohort[np.unique(who, return_index=True)[1]]).astype(float)
    return Cohorts(np.array([period_name(int(each), interval) for each in began], dtype=object), customers, matrix)
