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

Where = npt.NDArray[np.bool_]


class Terms(NamedTuple):
    """What is known of each contract: renewals so far, whether it has ended, years to the next renewal, years to a known end."""

    renewed: Array
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


def terms(start: pd.Series, end: pd.Series, as_of: date) -> Terms:
    """Renewals by anniversaries: who leaves on one, or the day before, has not renewed."""
    today = float(serial(as_of))
    begin, last = (np.asarray((each - pd.Timestamp(1899, 12, 30)) / pd.Timedelta(days=1), dtype=float) for each in (start, end))
    ended = last <= today
    renewed = whole_periods(begin, np.maximum(np.where(ended, last - 1, today), begin), "year").astype(float)
    since = (today - begin) / DAYS_PER_YEAR
    return Terms(renewed, ended, np.clip(renewed + 1 - since, 0.0, 1.0), (last - today) / DAYS_PER_YEAR)


def fit(found: Terms) -> Contracts:
    """The renewals of all customers under contract, whichever year they came, and the model of them."""
    gone, passed = found.ended, found.renewed.astype(int)
    most = int(passed.max(initial=0)) + 1
    lost = np.bincount(passed[gone], minlength=most).astype(float)
    kept = np.cumsum(np.bincount(passed, minlength=most + 1)[::-1])[::-1][1:].astype(float)
    seen = (lost + kept) > 0
    lost, kept = lost[seen], kept[seen]
    parameters = sbg.fit_renewals(lost, kept)
    return Contracts(lost, kept, parameters, spread(_covariance(lost, kept, parameters)))


def _covariance(lost: Array, kept: Array, parameters: SBG) -> Array:
    if np.isnan(parameters.a):
        return np.zeros((2, 2))
    return of_logarithms(sbg.likelihood(lost, kept), np.array(parameters[:2]), PAIR)


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
