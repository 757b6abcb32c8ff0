"""Shifted beta-geometric: customers under contract, who at each renewal leave with a chance of their own.

Fader & Hardie 2007, "How to project customer retention"; Fader & Hardie, note 033 on the value of a contract.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.errors import NA, NUM
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
ONE_RENEWAL = Text("one renewal only: all customers are taken as equally likely to leave",
                   "nur eine Verlängerung: alle Kunden gelten als gleich wahrscheinlich zu gehen")

_STARTS = ((0.5, 1.5), (2.0, 8.0), (1.0, 0.5))
_MANY = 1e5  # of a and b together: as good as the same chance for all


class SBG(NamedTuple):
    """The parameters of a shifted beta-geometric model, how they came about, and their standard errors: one row of cells."""

    a: float
    b: float
    log_likelihood: float
    customers: int
    status: Text
    a_error: float
    b_error: float


def likelihood(lost: Array, kept: Array) -> Objective:
    """The log-likelihood and its gradient as a function of ln a and ln b, from customers lost and kept at each renewal."""
    renewal = np.arange(lost.size)

    def objective(point: Array) -> tuple[float, Array]:
        a, b = np.exp(point)
        value = lost.sum() * point[0] + kept @ np.log(b + renewal) - (lost + kept) @ np.log(a + b + renewal)
        both = (lost + kept) @ (1 / (a + b + renewal))
        return float(value), np.array([lost.sum() - a * both, b * (kept @ (1 / (b + renewal)) - both)])

    return objective


def fit(survivors: ArrayLike) -> SBG:
    """The shifted beta-geometric model under which the numbers of customers left after each renewal are most likely.

    Shape: one column; the first number is that of all customers, the next one of those who renewed once, and so on.
    Edges: the status says where the data reach no inner maximum.
    Source: Fader & Hardie 2007.

    >>> model = fit([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> round(model.log_likelihood, 4)
    -1680.2652
    """
    counts = np.ravel(np.asarray(survivors, dtype=float))
    counts = counts[~np.isnan(counts)]
    if counts.size and (np.diff(counts) > 0).any():
        return SBG(NA, NA, NA, 0, RISING, NA, NA)
    return fit_renewals(-np.diff(counts), counts[1:])


def fit_renewals(lost: ArrayLike, kept: ArrayLike) -> SBG:
    """The same from customers lost and kept at the first, second, … renewal, of whichever cohorts they come.

    Source: Fader & Hardie 2007, with cohorts of different length taken together.
    """
    gone, stayed = np.ravel(np.asarray(lost, dtype=float)), np.ravel(np.asarray(kept, dtype=float))
    seen = gone + stayed
    if not (seen.size and np.isfinite(seen).all() and min(gone.min(), stayed.min()) >= 0 and seen[0] > 0):
        return SBG(NA, NA, NA, 0, NO_DATA, NA, NA)
    customers, objective = round(float(seen[0])), likelihood(gone, stayed)
    if (seen > 0).sum() == 1 and 0 < gone[0] < seen[0]:
        a, b = _MANY * gone[0] / seen[0], _MANY * stayed[0] / seen[0]
        return SBG(float(a), float(b), objective(np.log([a, b]))[0], customers, ONE_RENEWAL, NA, NA)
    optimum = highest(slanted(objective, PAIR), [PAIR @ np.log(start) for start in _STARTS])
    a, b = parameters = np.exp(PAIR @ optimum.point)
    a_error, b_error = parameters * errors(optimum, PAIR)
    return SBG(float(a), float(b), optimum.value, customers, _status(optimum), float(a_error), float(b_error))


def _status(optimum: Optimum) -> Text:
    shape, odds = optimum.point
    if odds < np.log(1e-4):
        return STAYING
    if shape > EDGE_AT:
        return SAME_RISK
    if optimum.point.min() < LOW + 4 or odds > EDGE_AT:
        return EDGE
    return CONVERGED if optimum.converged else NOT_CONVERGED


def survival(renewals: ArrayLike, parameters: Row) -> Array:
    """Share of customers who are still there after a number of renewals.

    Source: Fader & Hardie 2007.

    >>> round(float(survival(8, (0.704, 1.182))) * 1000, 1)
    220.1
    """
    a, b = numbers_of(parameters, 2)
    t = np.asarray(renewals, dtype=float)
    with np.errstate(all="ignore"):
        share = np.exp(log_rising(np.asarray(b), t) - log_rising(np.asarray(a + b), t))
    return np.where((t >= 0) | np.isnan(t + a), share + 0 * t, NUM)


def retention(renewals: ArrayLike, parameters: Row) -> Array:
    """Share of the customers who came to a renewal that also renew then: it rises as those likely to leave have left.

    Edges: the first renewal is number 1.
    Source: Fader & Hardie 2007.

    >>> round(float(retention(1, (0.704, 1.182))), 4)
    0.6267
    """
    a, b = numbers_of(parameters, 2)
    t = np.asarray(renewals, dtype=float)
    with np.errstate(all="ignore"):
        return np.where((t >= 1) | np.isnan(t + a), (b + t - 1) / (a + b + t - 1), NUM)


def lifetime(discount: ArrayLike, parameters: Row) -> Array:
    """Discounted expected lifetime of a new customer (DEL), in payments, the first of which is now.

    Edges: without a discount it has an answer where a is above 1, else #NUM!.
    Source: Fader & Hardie, note 033.

    >>> round(float(lifetime(0.1, (0.704, 1.182))), 8)
    3.69514741
    """
    a, b = numbers_of(parameters, 2)
    return _payments(np.asarray(discount, dtype=float), a, np.asarray(b))


def residual_lifetime(renewals: ArrayLike, discount: ArrayLike, parameters: Row) -> Array:
    """Discounted expected residual lifetime (DERL), in payments, of a customer just before a renewal.

    Edges: renewals counts the one to come, so that 1 is a customer before the first renewal; the payment of this renewal
    counts in full. Without a discount it has an answer where a is above 1, else #NUM!.
    Source: Fader & Hardie, note 033.

    >>> round(float(residual_lifetime(1, 0.1, (0.704, 1.182))), 8)
    2.96466215
    """
    a, b = numbers_of(parameters, 2)
    n, d = np.broadcast_arrays(np.asarray(renewals, dtype=float), np.asarray(discount, dtype=float))
    with np.errstate(all="ignore"):
        return np.where((n >= 1) | np.isnan(n), (b + n - 1) / (a + b + n - 1) * _payments(d, a, b + n), NUM)


def _payments(discount: Array, a: float, b: Array) -> Array:
    """₂F₁(1, b; a + b; 1 / (1 + d)): the mean of 1 / (1 - (1 - p) / (1 + d)) over the chance p to leave."""
    d, b = np.broadcast_arrays(discount, b)
    good = (d > 0) & (b > 0) & np.isfinite(a + b)
    result = np.where((d == 0) & (a > 1), (a + b - 1) / (a - 1 if a > 1 else np.nan), np.where(np.isnan(d + b + a), d + b + a, NUM))
    if good.any():
        one = np.ones(int(good.sum()))
        result[good] = beta_mean(lambda p, _, d: (1 + d) / (p + d), a * one, b[good], np.log(d[good]), d[good])
    return result
