"""Shifted beta-geometric: customers under contract, who at each renewal leave with a chance of their own.

Fader & Hardie 2007, "How to project customer retention"; Fader & Hardie, note 033 on the value of a contract.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array, is_blank
from clvxl.catalog import formula
from clvxl.errors import NA, NUM
from clvxl.formulas._days import are_days, serials, whole_periods
from clvxl.formulas._fitting import (
    CONVERGED,
    EDGE,
    EDGE_AT,
    LOW,
    NO_DATA,
    NOT_CONVERGED,
    PAIR,
    SAME_RISK,
    STAYING,
    Objective,
    Optimum,
    Row,
    errors,
    highest,
    log_rising,
    numbers_of,
    slanted,
)
from clvxl.formulas._quadrature import beta_mean
from clvxl.words import Text

RISING = Text("the number of customers rises: nothing is estimated", "die Zahl der Kunden steigt: nichts wird geschätzt")
IMPOSSIBLE = Text("a contract ends before it begins, or on no day of the calendar: nothing is estimated",
                  "ein Vertrag endet vor seinem Beginn oder an keinem Tag des Kalenders: nichts wird geschätzt")
ONE_RENEWAL = Text("one renewal only: all customers are taken as equally likely to leave",
                   "nur eine Verlängerung: alle Kunden gelten als gleich wahrscheinlich zu gehen")

_MODEL = "sbg"
_STARTS = ((0.5, 1.5), (2.0, 8.0), (1.0, 0.5))
_MANY = 1e5  # of a and b together: as good as the same chance for all


class SBG(NamedTuple):
    """The parameters of a shifted beta-geometric model, how they came about, their standard errors, and which model it is: a row."""

    a: float
    b: float
    log_likelihood: float
    customers: int
    status: Text
    a_error: float
    b_error: float
    model: str


def likelihood(lost: Array, kept: Array) -> Objective:
    """The log-likelihood and its gradient as a function of ln a and ln b, from customers lost and kept at each renewal."""
    renewal = np.arange(lost.size)

    def objective(point: Array) -> tuple[float, Array]:
        a, b = np.exp(point)
        value = lost.sum() * point[0] + kept @ np.log(b + renewal) - (lost + kept) @ np.log(a + b + renewal)
        both = (lost + kept) @ (1 / (a + b + renewal))
        return float(value), np.array([lost.sum() - a * both, b * (kept @ (1 / (b + renewal)) - both)])

    return objective


@formula(
    "CLV_SBG_FIT",
    Text("Fit of contracts (sBG)", "Anpassung von Verträgen (sBG)"),
    "sBG-Modell aus der Zahl der Kunden, die nach jeder Verlängerung noch da sind, als eine Zeile: a, b, Log-Likelihood, Kunden, "
    "Status in Worten, zwei Standardfehler, Modell.",
    columns=("survivors",),
    takes_errors=True,
)
def fit(survivors: ArrayLike) -> SBG:
    """Shifted beta-geometric model from the numbers of customers left after each renewal, as one row: a, b, log-likelihood, customers,
    status in words, two standard errors, model.

    Shape: one column, first the number of all customers, then of those who renewed once, twice and so on; a row. Units: customers.
    Edges: blanks are left out; the status says where the data reach no inner maximum.
    Source: Fader & Hardie 2007.

    >>> model = fit([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> round(model.log_likelihood, 4)
    -1680.2652
    """
    counts = np.ravel(np.asarray(survivors, dtype=float))
    counts = counts[~is_blank(counts)]
    if (np.diff(counts) > 0).any():
        return SBG(NA, NA, NA, 0, RISING, NA, NA, _MODEL)
    return fit_renewals(-np.diff(counts), counts[1:])


@formula(
    "CLV_SBG_FIT_CONTRACTS",
    Text("Fit of single contracts (sBG)", "Anpassung einzelner Verträge (sBG)"),
    "sBG-Modell aus Beginn und Ende einzelner Verträge, die sich jeden Monat, jedes Quartal oder jedes Jahr verlängern; eine Zeile wie bei "
    "CLV_SBG_FIT.",
    columns=("start", "end"),
)
def fit_contracts(start: ArrayLike, end: ArrayLike, as_of: float, interval: str = "year") -> SBG:
    """Shifted beta-geometric model from begin and end of single contracts that renew each month, quarter or year; a row as of CLV_SBG_FIT.

    Shape: two columns of equal length, a blank end for a running contract, one day and one choice; a row. Units: days.
    Edges: who ends on the day of a renewal, or the day before, has not renewed; who ended since the last renewal counts as lost once
    the next one is due; rows without a start, or a start after the day, do not count; an end before its start leaves nothing to estimate.
    Source: Fader & Hardie 2007, with cohorts of different length taken together.

    >>> days = np.repeat(np.array("2020-01-01", "M8[D]"), 6)
    >>> fit_contracts(days, [44105, 44440, np.nan, np.nan, np.nan, np.nan], 45000).customers
    6
    """
    lost, kept = renewals_of(start, end, as_of, interval)
    return SBG(NA, NA, NA, 0, IMPOSSIBLE, NA, NA, _MODEL) if np.isnan(lost).any() else fit_renewals(lost, kept)


def renewals_of(start: ArrayLike, end: ArrayLike, as_of: float, interval: str) -> tuple[Array, Array]:
    """Contracts lost and kept at the first, second, … renewal that was due by the day; ``#NUM!`` where one cannot be."""
    first, last = serials(start), serials(end)
    counted = first <= as_of
    first, last = first[counted], last[counted]
    if (last < first).any() or not are_days(np.append(first, as_of)).all():
        return np.full(1, NUM), np.full(1, NUM)
    due = whole_periods(first, np.full(first.size, as_of), interval)
    gone = last <= as_of
    passed = whole_periods(first, np.maximum(np.where(gone, last - 1, as_of), first), interval)
    at_risk = np.bincount(np.minimum(np.where(gone, passed + 1, passed), due))[::-1].cumsum()[::-1][1:].astype(float)
    lost = np.bincount(passed[gone & (passed < due)], minlength=at_risk.size).astype(float)
    return lost, at_risk - lost


def fit_renewals(lost: ArrayLike, kept: ArrayLike) -> SBG:
    """The same from customers lost and kept at the first, second, … renewal, of whichever cohorts they come.

    Source: Fader & Hardie 2007, with cohorts of different length taken together.
    """
    gone, stayed = np.ravel(np.asarray(lost, dtype=float)), np.ravel(np.asarray(kept, dtype=float))
    seen = gone + stayed
    if not (seen.size and np.isfinite(seen).all() and min(gone.min(), stayed.min()) >= 0 and seen[0] > 0):
        return SBG(NA, NA, NA, 0, NO_DATA, NA, NA, _MODEL)
    customers, objective = round(float(seen[0])), likelihood(gone, stayed)
    if (seen > 0).sum() == 1 and 0 < gone[0] < seen[0]:
        a, b = _MANY * gone[0] / seen[0], _MANY * stayed[0] / seen[0]
        return SBG(float(a), float(b), objective(np.log([a, b]))[0], customers, ONE_RENEWAL, NA, NA, _MODEL)
    optimum = highest(slanted(objective, PAIR), [PAIR @ np.log(start) for start in _STARTS])
    a, b = parameters = np.exp(PAIR @ optimum.point)
    a_error, b_error = parameters * errors(optimum, PAIR)
    return SBG(float(a), float(b), optimum.value, customers, _status(optimum), float(a_error), float(b_error), _MODEL)


def _status(optimum: Optimum) -> Text:
    shape, odds = optimum.point
    if odds < np.log(1e-4):
        return STAYING
    if shape > EDGE_AT:
        return SAME_RISK
    if optimum.point.min() < LOW + 4 or odds > EDGE_AT:
        return EDGE
    return CONVERGED if optimum.converged else NOT_CONVERGED


@formula(
    "CLV_SBG_SURVIVAL",
    Text("Still under contract (sBG)", "Noch unter Vertrag (sBG)"),
    "Anteil der Kunden, die nach so vielen Verlängerungen noch da sind, nach dem sBG-Modell.",
)
def survival(renewals: ArrayLike, parameters: Row) -> Array:
    """Share of customers who are still there after a number of renewals, by the shifted beta-geometric model.

    Shape: a scalar or a range, and the row of the fit. Units: fraction.
    Edges: after no renewal all are there.
    Source: Fader & Hardie 2007.

    >>> round(float(survival(8, (0.704, 1.182))) * 1000, 1)
    220.1
    """
    a, b = numbers_of(parameters, 2, _MODEL)
    t = np.asarray(renewals, dtype=float)
    with np.errstate(all="ignore"):
        share = np.exp(log_rising(np.asarray(b), t) - log_rising(np.asarray(a + b), t))
    return np.where((t >= 0) | np.isnan(t + a), share + 0 * t, NUM)


@formula(
    "CLV_SBG_RETENTION",
    Text("Retention at a renewal (sBG)", "Bindungsrate einer Verlängerung (sBG)"),
    "Anteil der Kunden vor einer Verlängerung, die verlängern, nach dem sBG-Modell: er steigt, weil die Wechselwilligen schon fort sind.",
)
def retention(renewals: ArrayLike, parameters: Row) -> Array:
    """Share of the customers before a renewal who renew, by the shifted beta-geometric model: it rises as those likely to leave have left.

    Shape: a scalar or a range, and the row of the fit. Units: fraction.
    Edges: the first renewal is number 1, below it is #NUM!.
    Source: Fader & Hardie 2007.

    >>> round(float(retention(1, (0.704, 1.182))), 4)
    0.6267
    """
    a, b = numbers_of(parameters, 2, _MODEL)
    t = np.asarray(renewals, dtype=float)
    with np.errstate(all="ignore"):
        return np.where((t >= 1) | np.isnan(t + a), (b + (t - 1)) / (a + (b + (t - 1))), NUM)


@formula(
    "CLV_SBG_DEL",
    Text("Discounted expected lifetime (DEL)", "Abgezinste erwartete Lebensdauer (DEL)"),
    "Abgezinste Zahl der Zahlungen, die von einem neuen Vertragskunden zu erwarten sind; die erste ist jetzt.",
)
def lifetime(discount: ArrayLike, parameters: Row) -> Array:
    """Discounted number of payments to be expected of a new customer under contract (DEL), the first of which is now.

    Shape: a scalar or a range, and the row of the fit. Units: payments; the discount is that from one renewal to the next.
    Edges: without a discount it has an answer where a is above 1, else #NUM!.
    Source: Fader & Hardie, note 033.

    >>> round(float(lifetime(0.1, (0.704, 1.182))), 8)
    3.69514741
    """
    a, b = numbers_of(parameters, 2, _MODEL)
    return _payments(np.asarray(discount, dtype=float), a, np.asarray(b))


@formula(
    "CLV_SBG_DERL",
    Text("Discounted expected residual lifetime (DERL)", "Abgezinste erwartete Restlebensdauer (DERL)"),
    "Abgezinste Zahl der Zahlungen, die von einem Vertragskunden kurz vor einer Verlängerung noch zu erwarten sind, die dieser "
    "Verlängerung eingeschlossen.",
)
def residual_lifetime(renewals: ArrayLike, discount: ArrayLike, parameters: Row) -> Array:
    """Discounted number of payments still to be expected of a customer just before a renewal (DERL), that of this renewal included.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: payments; the discount is that from one renewal to the next.
    Edges: renewals counts the one to come, so that 1 is a customer before the first renewal; the payment of this renewal
    counts in full. Without a discount it has an answer where a is above 1, else #NUM!.
    Source: Fader & Hardie, note 033.

    >>> round(float(residual_lifetime(1, 0.1, (0.704, 1.182))), 8)
    2.96466215
    """
    a, b = numbers_of(parameters, 2, _MODEL)
    n, d = np.broadcast_arrays(np.asarray(renewals, dtype=float), np.asarray(discount, dtype=float))
    with np.errstate(all="ignore"):
        return np.where((n >= 1) | np.isnan(n), (b + (n - 1)) / (a + (b + (n - 1))) * _payments(d, a, b + n), NUM)


def _payments(discount: Array, a: float, b: Array) -> Array:
    """₂F₁(1, b; a + b; 1 / (1 + d)): the mean of 1 / (1 - (1 - p) / (1 + d)) over the chance p to leave."""
    d, b = np.broadcast_arrays(discount, b)
    good = (d > 0) & (b > 0) & np.isfinite(a + b)
    result = np.where((d == 0) & (a > 1), (a + b - 1) / (a - 1 if a > 1 else np.nan), np.where(np.isnan(d + b + a), d + b + a, NUM))
    if good.any():
        one = np.ones(int(good.sum()))
        result[good] = beta_mean(lambda p, _, d: (1 + d) / (p + d), a * one, b[good], np.log(d[good]), d[good])
    return result
