"""BG/NBD: customers without a contract who buy at their own rate and may leave after each repeat purchase.

Fader, Hardie & Lee 2005. Who bought only once counts as alive for certain.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.formulas import _dropout
from clvxl.formulas._buying import estimate, new_customer, score
from clvxl.formulas._fitting import Objective, Row
from clvxl.formulas._histories import Histories, of_pairs
from clvxl.words import Text

_EXTRA = 0  # nobody leaves before the first repeat purchase


class BGNBD(NamedTuple):
    """The parameters of a BG/NBD model, how they came about, and their standard errors: one row of cells."""

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


def likelihood(histories: Histories) -> Objective:
    """The log-likelihood and its gradient as a function of the logarithms of r, alpha, a and b."""
    return _dropout.likelihood(histories, _EXTRA)


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> BGNBD:
    """The BG/NBD model under which the purchases of all customers are most likely.

    Shape: three columns. Units: any unit of time, the same for recency and age; alpha comes in that unit.
    Edges: impossible histories are left out and counted; the status says where the data reach no inner maximum.
    Source: Fader, Hardie & Lee 2005.
    """
    return BGNBD._make(estimate(likelihood, lambda a, b: a / (a + b), (1,), frequency, recency, age))


def alive(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer is still active.

    Source: Fader, Hardie & Lee 2005.

    >>> round(float(alive(2, 30.43, 38.86, (0.243, 4.414, 0.793, 2.426))), 8)
    0.72657857
    """
    def probability(x: Array, t_x: Array, T: Array, r: float, alpha: float, a: float, b: float) -> Array:
        return _dropout.alive(x, t_x, T, r, alpha, a, b, _EXTRA)

    return score(probability, parameters, frequency, recency, age)


def expected_purchases(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Expected number of purchases of a customer from now to the horizon.

    Edges: an infinite horizon has an answer where a is above 1, else #NUM!.
    Source: Fader, Hardie & Lee 2005.

    >>> round(float(expected_purchases(39, 2, 30.43, 38.86, (0.243, 4.414, 0.793, 2.426))), 8)
    1.22602817
    """
    def expected(x: Array, t_x: Array, T: Array, t: Array, r: float, alpha: float, a: float, b: float) -> Array:
        still = of_pairs(lambda t, x, T: purchases_if_alive(t, x, T, r, alpha, a, b), t, x, T)
        return _dropout.alive(x, t_x, T, r, alpha, a, b, _EXTRA) * still

    return score(expected, parameters, frequency, recency, age, horizon)


def purchases_if_alive(horizon: Array, x: Array, T: Array, r: float, alpha: float, a: float, b: float) -> Array:
    """Expected purchases within the horizon of customers who have not left, of this frequency and age."""
    return _dropout.purchases(horizon, r + x, alpha + T, a, b + x + _EXTRA)


def no_purchase(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer buys nothing from now to the horizon."""
    def silent(x: Array, t_x: Array, T: Array, t: Array, r: float, alpha: float, a: float, b: float) -> Array:
        return _dropout.no_purchase(t, x, t_x, T, r, alpha, a, b, _EXTRA)

    return score(silent, parameters, frequency, recency, age, horizon)


def new_customer_purchases(horizon: ArrayLike, parameters: Row) -> Array:
    """Expected number of repeat purchases of a new customer, counted from the first purchase to the horizon.

    Source: Fader, Hardie & Lee 2005.

    >>> round(float(new_customer_purchases(52, (0.243, 4.414, 0.793, 2.426))), 6)
    1.446051
    """
    def expected(t: Array, r: float, alpha: float, a: float, b: float) -> Array:
        start = np.zeros_like(t)
        return _dropout.alive(start, start, start, r, alpha, a, b, _EXTRA) * purchases_if_alive(t, start, start, r, alpha, a, b)

    return new_customer(expected, horizon, parameters)
