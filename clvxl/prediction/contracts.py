"""Customers under contract: how many renew, how many will, from a model fitted to the renewals that were seen.

Contracts are taken to run for a year and to be paid when they begin and at each renewal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from clvxl.arguments import Array, serial
from clvxl.formulas import sbg
from clvxl.formulas._days import whole_periods
from clvxl.formulas._fitting import PAIR
from clvxl.formulas.retention import DAYS_PER_YEAR
from clvxl.formulas.sbg import SBG
from clvxl.prediction.buying import Money, Outlook
from clvxl.prediction.certainty import Spread, add_up, of_logarithms, slopes, spread
from clvxl.words import Text

NOBODY_LEFT = Text(
    "nobody left at a renewal: one departure is assumed in as many renewals and two more",
    "niemand ging bei einer Verlängerung: angenommen wird ein Abgang auf so viele Verlängerungen und zwei mehr",
)
Where = npt.NDArray[np.bool_]


class Terms(NamedTuple):
    """What is known of each contract: renewals so far and days of renewal so far, years to the next one, whether and when it ends."""

    renewed: Array
    faced: Array  # one more than renewed where it has ended and the day of the renewal it did not see has come
    ended: Where
    due: Array
    ends: Array


@dataclass(frozen=True, slots=True)
class Contracts:
    """The renewals seen, lost and kept at the first, second, … one; the model fitted to them, and how far it may be off."""

    lost: Array
    kept: Array
    parameters: SBG
    spread: Spread


class Renewals(NamedTuple):
    """Contracts that came to a renewal since a day: how many, how many renewed, and how many a model fitted to the time before expects."""

    due: int
    counted: int
    forecast: float


def terms(start: pd.Series, end: pd.Series, as_of: date) -> Terms:
    """Renewals by anniversaries: who leaves on one, or the day before, has not renewed."""
    today = float(serial(as_of))
    begin, last = (np.asarray((each - pd.Timestamp(1899, 12, 30)) / pd.Timedelta(days=1), dtype=float) for each in (start, end))
    ended = last <= today
    renewed, faced = (whole_periods(begin, np.maximum(each, begin), "year").astype(float) for each in (
        np.where(ended, last - 1, today), np.full(begin.size, today),
    ))
    since = (today - begin) / DAYS_PER_YEAR
    return Terms(renewed, np.minimum(faced, renewed + 1), ended, np.clip(renewed + 1 - since, 0.0, 1.0), (last - today) / DAYS_PER_YEAR)


def fit(start: pd.Series, end: pd.Series, as_of: date) -> Contracts:
    """The renewals of all customers under contract, whichever year they came, and the model of them.

    If all renewed, it is one departure in as many renewals and two more (the rule of succession): for ever is more than the data can say.
    """
    lost, kept = sbg.renewals_of(start.to_numpy(), end.to_numpy(), serial(as_of), "year")
    if not kept.any() or lost.any():
        parameters = sbg.fit_renewals(lost, kept)
        return Contracts(lost, kept, parameters, spread(_covariance(lost, kept, parameters)))
    some = np.array([1.0]), np.array([kept.sum() + 1])
    parameters = sbg.fit_renewals(*some)._replace(status=NOBODY_LEFT)
    return Contracts(lost, kept, parameters, spread(_covariance(*some, parameters)))


def _covariance(lost: Array, kept: Array, parameters: SBG) -> Array:
    if np.isnan(parameters.a):
        return np.zeros((2, 2))
    return of_logarithms(sbg.likelihood(lost, kept), np.array(parameters[:2]), PAIR)


def held_out(start: pd.Series, end: pd.Series, day: date, as_of: date) -> Renewals | None:
    """Fit to the renewals up to a day, and count those since; None where there were none to fit to or none came."""
    there = (start <= pd.Timestamp(day)).to_numpy(bool)
    then, now = (terms(start[there], end[there], each) for each in (day, as_of))
    due = ~then.ended & (now.faced > then.faced)
    parameters = fit(start[there], end[there], day).parameters
    if not due.any() or np.isnan(parameters.a):
        return None
    forecast = sbg.retention(then.renewed[due] + 1, parameters).sum()
    return Renewals(int(due.sum()), int((now.renewed > then.renewed)[due].sum()), float(forecast))


def outlook(contracts: Contracts, found: Terms, revenue: Array, money: Money, years: float, discount: float) -> Outlook:
    """What is to be expected of each contract, from the revenue of a year."""
    there = np.where(found.ended, 0.0, 1.0)
    payments = np.arange(1, max(int(np.ceil(years)), 1) + 1)
    when = found.due[:, None] + payments - 1
    weight = np.where(when <= years, (1 + discount) ** -when, 0.0) * there[:, None]
    noticed = ~np.isnan(found.ends)

    def renewals(parameters: Array) -> Array:
        """The chance that each of the payments comes."""
        now = found.renewed[:, None]
        chance = sbg.survival(now + payments, parameters) / sbg.survival(now, parameters)
        return np.where(noticed[:, None], when < found.ends[:, None], chance)

    def discounted(parameters: Array) -> Array:
        total: Array = (weight * renewals(parameters)).sum(axis=1)
        return total

    known = np.array(contracts.parameters[:2])
    nothing, contribution = np.full(there.size, np.nan), revenue * money.margin
    now, together = discounted(known), np.zeros((money.segments, len(contracts.spread)))
    deviation = add_up(slopes(discounted, now, known, contracts.spread) * contribution[:, None], money.segment, together)
    return Outlook(there, nothing, there * renewals(known)[:, 0], nothing, revenue, now * contribution, deviation, together)
