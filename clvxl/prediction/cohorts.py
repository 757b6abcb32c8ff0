"""Customers by the period in which they came: how many of each cohort are still there or buy in every period since, and how often."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from clvxl.arguments import Array
from clvxl.formulas._days import MONTHS
from clvxl.history import days_of_purchase

if TYPE_CHECKING:
    import ibis

Interval = Literal["month", "quarter", "year"]
Periods = npt.NDArray[np.int64]
_UNITS: dict[Interval, Literal["M", "Q", "Y"]] = {"month": "M", "quarter": "Q", "year": "Y"}
MOST = 18  # periods that a page shows


class Cohorts(NamedTuple):
    """For each cohort its customers, and their share still there or buying in the periods after its own; blank until they are over.

    The first period is the cohort's own where customers can have left in it, else the one after, since all buy in the first.
    """

    interval: Interval
    since: int  # the first period shown: 0 is the cohort's own
    cohort: Periods  # months, quarters or years since 1970
    customers: Array
    share: Array


def interval(first: date, as_of: date) -> Interval:
    """The shortest interval in which the days make few enough periods for a page."""
    months = 12 * (as_of.year - first.year) + as_of.month - first.month + 1
    return next((name for name in ("month", "quarter") if months <= MOST * MONTHS[name]), "year")


def period(days: npt.ArrayLike, kind: Interval) -> Periods:
    """The number of the period that each day lies in."""
    months: Periods = np.asarray(days, dtype="M8[D]").astype("M8[M]").astype(np.int64)
    return months // MONTHS[kind]


def starts(periods: npt.ArrayLike, kind: Interval) -> npt.NDArray[np.datetime64]:
    """The first day of each period."""
    found: npt.NDArray[np.datetime64] = (np.asarray(periods) * MONTHS[kind]).astype("M8[M]").astype("M8[D]")
    return found


def last_full(as_of: date, kind: Interval) -> int:
    """The last period that is over, or of which no more than a tenth is to come."""
    now = int(period(np.datetime64(as_of, "D"), kind))
    begin, end = starts([now, now + 1], kind)
    return now if (end - np.datetime64(as_of, "D") - 1) <= 0.1 * (end - begin) else now - 1


def purchases(orders: ibis.Table, as_of: date, kind: Interval, earlier: date) -> ibis.Table:
    """Days of purchase by the month of the customer's first one and their own month, those who had come by an earlier day apart.

    ``buyers`` counts the customers whose first purchase in a period of the kind lies in this month.
    """
    import ibis

    days = days_of_purchase(orders.filter(orders.date <= as_of)).filter(lambda each: each.bought)
    by_day = ibis.window(group_by=days.customer, order_by=days.date)
    days = days.mutate(first=days.date.first().over(by_day), before=days.date.lag().over(by_day))
    days = days.mutate(cohort=days["first"].truncate("M"), month=days.date.truncate("M"), early=days["first"] <= earlier)
    unit = _UNITS[kind]
    days = days.mutate(opening=days.before.isnull() | (days.before.truncate(unit) < days.date.truncate(unit)))
    counted = days.group_by("cohort", "month", "early").aggregate(purchases=days.count(), buyers=days.count(where=days.opening))
    return counted.order_by("cohort", "month", "early")


def buying(counts: pd.DataFrame, as_of: date, kind: Interval) -> Cohorts:
    """How many of each cohort buy in every period."""
    cohort, now = period(counts["cohort"], kind), period(counts["month"], kind)
    names, place = np.unique(cohort, return_inverse=True)
    table = np.zeros((names.size, int(now.max() - names[0]) + 1))
    np.add.at(table, (place, now - cohort), counts["buyers"].to_numpy(float))
    found = _shown(names, table[:, 0], table, as_of, kind)
    return found._replace(since=1, share=found.share[:, 1:])


def staying(start: pd.Series, end: pd.Series, as_of: date, kind: Interval) -> Cohorts:
    """How many of each cohort are still there at the end of every period."""
    known = start[start <= pd.Timestamp(as_of)]
    cohort, last = period(known, kind), last_full(as_of, kind)
    names, place = np.unique(cohort, return_inverse=True)
    customers = np.bincount(place).astype(float)
    gone = np.zeros((names.size, max(last - int(names[0]), 0) + 1))
    ended = end.loc[known.index]
    left = (ended <= pd.Timestamp(as_of)).to_numpy(bool)
    after = np.maximum(period(ended[left], kind) - cohort[left], 0)
    inside = after < gone.shape[1]
    np.add.at(gone, (place[left][inside], after[inside]), 1.0)
    return _shown(names, customers, customers[:, None] - gone.cumsum(axis=1), as_of, kind)


def _shown(names: Periods, customers: Array, table: Array, as_of: date, kind: Interval) -> Cohorts:
    """Shares of the cohorts that a page has room for, the latest; blank where a period is not over."""
    last = last_full(as_of, kind)
    rows = (names <= last) & (names > last - MOST)
    width = max(last - int(names[rows].min(initial=last)) + 1, 1)
    share = np.full((int(rows.sum()), width), np.nan)
    part = (table / customers[:, None])[rows, :width]
    share[:, : part.shape[1]] = part
    share[:, part.shape[1] :] = 0.0
    share[names[rows][:, None] + np.arange(width) > last] = np.nan
    return Cohorts(kind, 0, names[rows], customers[rows], share)


