"""What a customer's orders say in four figures (frequency, recency, age, spend), and the scores made of such figures.

Fader, Hardie & Lee 2005, "RFM and CLV".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array, is_blank
from clvxl.catalog import formula
from clvxl.errors import NA, NUM, VALUE
from clvxl.formulas._days import are_days, serials
from clvxl.formulas._purchases import Days, Names, named, netted
from clvxl.words import Text

DAYS_PER_WEEK = 7


class RFM(NamedTuple):
    """A table with a row per customer."""

    customer: Names
    frequency: Array
    recency: Array
    age: Array
    spend_average: Array


@formula(
    "CLV_RFM",
    Text("Purchase history of each customer", "Kaufhistorie je Kunde"),
    "Je Kunde: Tage mit Wiederkäufen, Wochen vom ersten Kauf bis zum letzten und bis zum Stichtag, mittlerer Betrag eines solchen Tages.",
    columns=("customer", "date", "amount"),
    takes_errors=True,
)
def clv_rfm(customer: ArrayLike, date: ArrayLike, amount: ArrayLike, as_of: float) -> RFM | float:
    """Repeat purchase days, weeks from the first purchase to the last and to the as-of day, and mean spend per repeat day of each customer.

    Shape: three columns of equal length and one day; a table with headings, one row per customer in order.
    Units: weeks, which are days / 7 and never weeks of the calendar.
    Edges: returns are netted per customer and day, and a day of nothing but returns is no purchase; without a repeat purchase the
    spend is 0; orders after the day do not count; a customer with a row that cannot be read shows that error, and so does a
    last row for orders without a customer.
    Source: Fader, Hardie & Lee 2005.

    >>> table = clv_rfm(["A", "A", "B"], [45292, 45306, 45299], [10.0, 30.0, 5.0], 45320)
    >>> [list(map(float, column)) for column in table[1:]]
    [[1.0, 0.0], [2.0, 0.0], [4.0, 3.0], [30.0, 0.0]]
    """
    names, code = named(customer)
    when, money = serials(date), serials(amount)
    problem = _problems(when, money)
    with np.errstate(invalid="ignore"):
        late = np.floor(when) > np.floor(as_of)
    blank = (code < 0) & is_blank(when) & is_blank(money)
    problem[code < 0] = VALUE
    spoiled = np.isnan(problem) & ~late & ~blank
    good = ~np.isnan(problem) & ~late
    table = _table(netted(code[good], np.floor(when[good]), money[good]), np.floor(as_of), names.size + 1)
    table[:, code[spoiled][::-1]] = problem[spoiled][::-1]  # the first problem of a customer counts; orders of nobody come last
    listed = ~is_blank(table[0])
    return RFM(np.append(names, VALUE)[listed], *table[:, listed]) if listed.any() else NA


def _problems(date: Array, amount: Array) -> Array:
    """0 for a row that can be read; else the error of its date, or of its amount."""
    found = np.where(np.isinf(amount), NUM, np.where(np.isnan(amount), np.where(is_blank(amount), VALUE, amount), 0.0))
    wrong = np.where(is_blank(date), VALUE, np.where(np.isnan(date), date, NUM))
    return np.where(are_days(date), found, wrong)


def _table(days: Days, as_of: float, customers: int) -> Array:
    """Frequency, recency, age and spend; a blank for customers without a purchase."""
    who, when, net = (each[days.bought] for each in days[:3])
    table = np.full((4, customers), np.nan)
    first = np.flatnonzero(np.diff(who, prepend=-1))
    who, start, again = who[first], when[first], np.diff(np.append(first, when.size)) - 1
    total = np.add.reduceat(net, first) - net[first] if first.size else net
    table[0, who], table[1, who] = again, (when[first + again] - start) / DAYS_PER_WEEK
    table[2, who], table[3, who] = (as_of - start) / DAYS_PER_WEEK, np.where(again > 0, total / np.maximum(again, 1), 0.0)
    return table


@formula(
    "CLV_RFM_SCORE",
    Text("RFM score", "RFM-Punkte"),
    "Punkte von 1 für die niedrigsten bis 5 (oder eine andere Zahl) für die höchsten Werte, jede Zahl für möglichst gleich viele Kunden.",
    columns=("value",),
    takes_errors=True,
)
def clv_rfm_score(value: ArrayLike, bins: float = 5) -> Array:
    """Score from 1 for the lowest to 5 (or another number of bins) for the highest values, with as many customers in each as can be.

    Shape: a column of values and one number; a column. Units: score.
    Edges: customers with equal values get the same score, that of the middle of their places, and at a border the lower one; for
    figures of which less is better, such as days since the last order, score their negative; bins is a whole number from 1.
    Source: Hughes 1994, Strategic Database Marketing.

    >>> clv_rfm_score([10.0, 50.0, 20.0, 40.0, 30.0])
    array([1., 5., 2., 4., 3.])
    """
    given = np.asarray(value, dtype=float)
    known = ~np.isnan(given)
    if bins != np.floor(bins):
        return np.full(given.shape, NUM)
    result = np.where(is_blank(given), VALUE, given)
    _, place, count = np.unique(given[known], return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count
    twice = (2 * before + count)[place]  # twice the share of customers below the middle of those with this value
    result[known] = -(-int(bins) * twice // (2 * place.size)) if place.size else 0
    return result
