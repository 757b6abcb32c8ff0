"""What BG/NBD and MBG/NBD share: purchases at a gamma-distributed rate, and a beta-distributed chance to leave after each.

They differ in one thing: whether a customer can already leave after the first purchase. ``extra`` counts these further
occasions to leave, 0 in BG/NBD and 1 in MBG/NBD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.errors import NUM
from clvxl.formulas._buying import estimate, new_customer, score
from clvxl.formulas._fitting import Objective, Row, dot, rising
from clvxl.formulas._histories import Column, Histories, of_pairs
from clvxl.formulas._quadrature import beta_mean
from clvxl.words import Text

_TERMS = 400
_QUICK = 10.0  # times the rate: with a longer horizon these terms are not enough
_ROWS = 8192  # elements of a series that stay in the processor's cache
_LOST = 3000.0  # how many times larger than their sum the terms of a series may be


class DropoutModel(NamedTuple):
    """The parameters of a BG/NBD or MBG/NBD model, how they came about, their standard errors, and which model it is: a row of cells."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    left_out: int
    status: Text
    r_error: float
    alpha_error: float
    a_error: float
    b_error: float
    model: str


@dataclass(frozen=True, slots=True)
class Dropout:
    """One of the two models, for columns of customers of any shape."""

    name: str
    extra: int

    def fit(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> DropoutModel:
        """The parameters under which the purchases of all customers are most likely."""
        found = estimate(self.likelihood, lambda a, b: a / (a + b), (1,), frequency, recency, age)
        return DropoutModel._make((*found, self.name))

    def likelihood(self, histories: Histories) -> Objective:
        """The log-likelihood and its gradient as a function of the logarithms of r, alpha, a and b."""
        return likelihood(histories, self.extra)

    def alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
        """The probability that a customer has not left."""
        def probability(x: Array, t_x: Array, T: Array, r: float, alpha: float, a: float, b: float) -> Array:
            return alive(x, t_x, T, r, alpha, a, b, self.extra)

        return score(probability, self.name, parameters, frequency, recency, age)

    def expected_purchases(
        self, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row,
    ) -> Array:
        """Purchases to be expected within the horizon."""
        def expected(x: Array, t_x: Array, T: Array, t: Array, r: float, alpha: float, a: float, b: float) -> Array:
            still = of_pairs(lambda t, x, T: self.purchases_if_alive(t, x, T, r, alpha, a, b), t, x, T)
            return alive(x, t_x, T, r, alpha, a, b, self.extra) * still

        return score(expected, self.name, parameters, frequency, recency, age, horizon)

    def purchases_if_alive(self, horizon: Array, x: Array, T: Array, r: float, alpha: float, a: float, b: float) -> Array:
        """Expected purchases within the horizon of customers who have not left, of this frequency and age."""
        return purchases(horizon, r + x, alpha + T, a, b + x + self.extra)

    def no_purchase(self, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
        """The probability of no purchase within the horizon."""
        def silent(x: Array, t_x: Array, T: Array, t: Array, r: float, alpha: float, a: float, b: float) -> Array:
            return no_purchase(t, x, t_x, T, r, alpha, a, b, self.extra)

        return score(silent, self.name, parameters, frequency, recency, age, horizon)

    def new_customer_purchases(self, horizon: ArrayLike, parameters: Row) -> Array:
        """Repeat purchases to be expected of a new customer within the horizon."""
        def expected(t: Array, r: float, alpha: float, a: float, b: float) -> Array:
            start = np.zeros_like(t)
            return alive(start, start, start, r, alpha, a, b, self.extra) * self.purchases_if_alive(t, start, start, r, alpha, a, b)

        return new_customer(expected, self.name, horizon, parameters)


def likelihood(histories: Histories, extra: int) -> Objective:
    """The log-likelihood of distinct histories and its gradient, as a function of ln r, ln α, ln a, ln b."""
    x, _, T, weight = histories
    count, ages = x.total(weight), T.total(weight)
    silent = T.total(weight * x.values)
    kept = x.levels + extra  # occasions to leave that were let pass
    gone = _Gone(histories, extra)

    def objective(point: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(point)
        (bought, d_r), (stayed, d_b), (all_in, d_ab) = rising(r, x.levels, count), rising(b, kept, count), rising(a + b, kept, count)
        elapsed = alpha + T.levels
        exponent = r * ages + silent
        value = bought + stayed - all_in + ages.sum() * r * point[1] - dot(exponent, np.log(elapsed))
        slope = np.array([
            d_r + ages.sum() * point[1] - dot(ages, np.log(elapsed)),
            ages.sum() * r / alpha - dot(exponent, 1 / elapsed),
            -d_ab,
            d_b - d_ab,
        ])
        more, steeper = gone(r, alpha, a, b)
        return value + more, (slope + steeper) * np.array([r, alpha, a, b])

    return objective


class _Gone:
    """The part of the log-likelihood that comes from customers who may have left: Σ ln(1 + odds of having left)."""

    def __init__(self, histories: Histories, extra: int) -> None:
        rows = np.flatnonzero((histories.frequency.values > 0) | (extra > 0))
        self.x, self.t_x, self.T = (Column(part.levels, part.code[rows]) for part in histories[:3])
        self.weight, self.purchases = histories.weight[rows], self.x.values
        self.before = np.maximum(self.x.levels + extra - 1, 0)  # occasions let pass before the one that was taken

    def __call__(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Array]:
        x, t_x, T = self.x, self.t_x, self.T
        gap = np.log(alpha + T.levels)[T.code] - np.log(alpha + t_x.levels)[t_x.code]
        odds = np.log(a / (b + self.before))[x.code] + (r + self.purchases) * gap  # logarithm of the odds
        small = np.exp(-np.abs(odds))
        value = dot(self.weight, np.maximum(odds, 0) + np.log1p(small))
        left = self.weight * np.where(odds >= 0, 1, small) / (1 + small)
        rate = left * (r + self.purchases)
        return value, np.array([
            dot(left, gap),
            dot(T.total(rate), 1 / (alpha + T.levels)) - dot(t_x.total(rate), 1 / (alpha + t_x.levels)),
            left.sum() / a,
            -dot(x.total(left), 1 / (b + self.before)),
        ])


def alive(x: Array, t_x: Array, T: Array, r: float, alpha: float, a: float, b: float, extra: int) -> Array:
    """The probability that a customer with this history has not left."""
    with np.errstate(all="ignore"):
        probability: Array = 1 / (1 + _odds_of_having_left(x, t_x, T, r, alpha, a, b, extra))
    return probability


def no_purchase(horizon: Array, x: Array, t_x: Array, T: Array, r: float, alpha: float, a: float, b: float, extra: int) -> Array:
    """The probability of no purchase within the horizon: the customer has left, or stays silent."""
    silent = np.exp(-(r + x) * np.log1p(horizon / (alpha + T)))
    with np.errstate(all="ignore"):
        odds = _odds_of_having_left(x, t_x, T, r, alpha, a, b, extra)
        left, here = np.minimum(odds, 1), np.minimum(1 / odds, 1)
    probability: Array = (left + here * silent) / (left + here)
    return probability


def _odds_of_having_left(x: Array, t_x: Array, T: Array, r: float, alpha: float, a: float, b: float, extra: int) -> Array:
    odds = np.exp(np.log(a / (b + x + extra - 1)) + (r + x) * np.log((alpha + T) / (alpha + t_x)))
    return np.where(x + extra > 0, odds, 0.0)


def purchases(horizon: Array, shape: Array, rate: Array, a: float, b: Array) -> Array:
    """Expected purchases within the horizon, of a rate with a gamma and a chance to leave with a beta distribution.

    A series in horizon / (rate + horizon), and where that loses digits or converges slowly, the integral over the beta
    distribution. Both hold at a = 1.
    """
    result = np.full(horizon.size, np.nan)
    quick = np.flatnonzero(horizon < _QUICK * rate)
    for start in range(0, quick.size, _ROWS):
        rows = quick[start:start + _ROWS]
        result[rows] = _series(horizon[rows], shape[rows], rate[rows], a, b[rows])
    rest = np.flatnonzero(np.isnan(result) & np.isfinite(horizon))
    if rest.size:
        result[rest] = _integral(horizon[rest], shape[rest], rate[rest], a, b[rest])
    return np.where(np.isinf(horizon), (a + b - 1) / (a - 1) if a > 1 else NUM, result)


def _series(t: Array, k: Array, rate: Array, a: float, b: Array) -> Array:
    """c(1 - w^(a-1) ₂F₁(c-k, a-1; c; z)) / (a-1), where z = t / (rate + t), w = 1 - z, c = a + b - 1; NaN where it is no good."""
    y, z, c = np.log1p(t / rate), t / (rate + t), a + b - 1
    head = c * (y if a == 1 else -np.expm1((1 - a) * y) / (a - 1))
    term = (c - k) * z
    total, size = term.copy(), np.abs(term)
    with np.errstate(all="ignore"):
        for n in range(1, _TERMS):
            term = term * ((c - k + n) * (a + n - 1) / ((c + n) * (n + 1)) * z)
            total += term
            size += np.abs(term)
            if n % 8 == 0 and (np.abs(term) <= 1e-17 * size).all():
                break
        tail = np.exp((1 - a) * y)
        result = head - tail * total
        good = (np.abs(term) <= 1e-16 * size * (1 - z)) & (np.abs(head) + tail * size <= _LOST * result)
    return np.where(good | (t == 0), result, np.nan)


def _integral(t: Array, k: Array, rate: Array, a: float, b: Array) -> Array:
    """The mean of (1 - (rate / (rate + p·t))^k) / p over the chance p to leave."""
    def until_left(p: Array, _: Array, t: Array, k: Array, rate: Array) -> Array:
        inverse = np.exp(-k * np.log1p(p * t / rate))
        bought: Array = -np.expm1(-k * np.log1p(p * t / rate)) / p
        return np.where(inverse < 0.5, (1 - inverse) / p, bought)

    return beta_mean(until_left, np.full_like(b, a), b, -np.log(k * t / rate), t, k, rate)
