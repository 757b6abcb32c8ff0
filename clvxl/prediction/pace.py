"""How often customers buy as time goes by: counted, and as a model has it, of all together."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from clvxl.arguments import Array
from clvxl.formulas._days import MONTHS
from clvxl.formulas._fitting import Row
from clvxl.prediction.buying import MODELS, WEEK, YEAR
from clvxl.prediction.cohorts import Interval, Periods, last_full, period, starts
from clvxl.settings import BuyingModel

LEAST = 30  # customers who have come as far; of fewer an average says little

Days = npt.NDArray[np.datetime64]


class Pace(NamedTuple):
    """Repeat purchases per customer in the period of the first purchase and in each one after.

    Counted as far as it goes, forecast for half as long again, and for two years at least; ``yearly`` is what to expect in the first
    and in the second year after a first purchase.
    """

    interval: Interval
    counted: Array
    forecast: Array
    yearly: Array


class Tracking(NamedTuple):
    """Repeat purchases so far, at the end of each period, of the customers who had come by the cut."""

    interval: Interval
    period: Periods
    end: Days
    counted: Array
    forecast: Array


def pace(counts: pd.DataFrame, first: Days, as_of: date, kind: Interval, model: BuyingModel, parameters: Row) -> Pace | None:
    """How often customers buy in each period since their first purchase, of which ``first`` has the days; None of too few customers."""
    cohort, now = period(counts["cohort"], kind), period(counts["month"], kind)
    last = last_full(as_of, kind)
    width = max(last - int(cohort.min()) + 1, 1)
    seen = now <= last
    bought = np.bincount((now - cohort)[seen], _repeats(counts)[seen], width)
    began, customers = np.unique(period(first, kind), return_counts=True)
    observed = np.array([customers[began <= last - each].sum() for each in range(width)])
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = np.where(observed >= LEAST, bought / observed, np.nan)
    known = counted[: int(np.flatnonzero(~np.isnan(counted)).max(initial=-1)) + 1]
    width = max(known.size + known.size // 2, 24 // MONTHS[kind])
    if not known.size:
        return None
    yearly = np.diff(MODELS[model].new_customer_purchases(YEAR * np.arange(3.0), parameters))
    return Pace(kind, known, _forecast_pace(first, kind, width, model, parameters), yearly)


def _repeats(counts: pd.DataFrame) -> Array:
    """Purchases but the first one of each customer."""
    first = np.where(counts["cohort"] == counts["month"], counts["buyers"], 0)
    repeats: Array = counts["purchases"].to_numpy(float) - first
    return repeats


def _forecast_pace(first: Days, kind: Interval, width: int, model: BuyingModel, parameters: Row) -> Array:
    day, customers = np.unique(first, return_counts=True)
    ends = starts(period(day, kind)[:, None] + np.arange(1, width + 1), kind) - np.timedelta64(1, "D")
    sums = customers @ _expected((ends - day[:, None]).astype(float), model, parameters)
    gains: Array = np.diff(sums, prepend=0.0) / customers.sum()
    return gains


def _expected(days: Array, model: BuyingModel, parameters: Row) -> Array:
    """Repeat purchases to expect of a customer so many days after the first one, worked out once for each number of days."""
    distinct, place = np.unique(np.maximum(days, 0.0), return_inverse=True)
    found: Array = MODELS[model].new_customer_purchases(distinct / WEEK, parameters)[place].reshape(days.shape)
    return found


def tracking(counts: pd.DataFrame, first: Days, as_of: date, kind: Interval, model: BuyingModel, parameters: Row) -> Tracking:
    """Repeat purchases so far of the customers who had come by the cut, whose days of first purchase are ``first``."""
    counts = counts[counts["early"]]
    now = period(counts["month"], kind)
    periods = np.arange(int(period(first.min(), kind)), int(period(np.datetime64(as_of, "D"), kind)) + 1)
    ends = np.minimum(starts(periods + 1, kind) - np.timedelta64(1, "D"), np.datetime64(as_of, "D"))
    counted = np.bincount(now - periods[0], _repeats(counts), periods.size).cumsum()
    day, customers = np.unique(first, return_counts=True)
    forecast = customers @ _expected((ends - day[:, None]).astype(float), model, parameters)
    return Tracking(kind, periods, ends, counted, forecast)
