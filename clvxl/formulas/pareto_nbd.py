"""Pareto/NBD: customers without a contract who buy at their own rate and may leave at any time.

Schmittlein, Morrison & Colombo 1987; Fader & Hardie, notes on the derivation and on its computation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.errors import NUM
from clvxl.formulas._buying import estimate, new_customer, score
from clvxl.formulas._fitting import Objective, Row, dot, rising
from clvxl.formulas._histories import Histories, distinct, of_pairs
from clvxl.formulas._tail import tail
from clvxl.words import Text

_MODEL = "pareto"


class ParetoNBD(NamedTuple):
    """The parameters of a Pareto/NBD model, how they came about, their standard errors, and which model it is: a row of cells."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    customers: int
    left_out: int
    status: Text
    r_error: float
    alpha_error: float
    s_error: float
    beta_error: float
    model: str


def likelihood(histories: Histories) -> Objective:
    """The log-likelihood and its gradient as a function of the logarithms of r, alpha, s and beta."""
    x, t_x, T, weight = histories
    count = x.total(weight)
    (x_left, left), to_left = distinct(x.values, t_x.values)
    (x_now, now), to_now = distinct(x.values, T.values)

    orders = dot(count, x.levels)

    def objective(point: Array) -> tuple[float, Array]:
        r, alpha, s, beta = np.exp(point)
        gone = _silence(x_left, left, r, alpha, s, beta) + _gone(x_left, left, r, alpha, s, beta)
        there = _silence(x_now, now, r, alpha, s, beta) + _there(x_now, now, r, alpha, s, beta)
        both = np.logaddexp(gone[0][to_left], there[0][to_now])
        was = np.bincount(to_left, weight * np.exp(gone[0][to_left] - both), left.size)
        stays = np.bincount(to_now, weight * np.exp(there[0][to_now] - both), now.size)
        bought, d_r = rising(r, x.levels, count)
        slope = (gone[1:] * was).sum(axis=1) + (there[1:] * stays).sum(axis=1) + np.array([r * d_r, -orders, 0, 0])
        return bought - orders * float(point[1]) + dot(weight, both), slope

    return objective


# Logarithms, and below them their derivatives with respect to ln r, ln α, ln s and ln β; all but for α^-x.

def _silence(x: Array, t: Array, r: float, alpha: float, s: float, beta: float) -> Array:
    """These purchases, then none until t, and still there: (1 + t/α)^-(r+x) · (1 + t/β)^-s."""
    buying, leaving = np.log1p(t / alpha), np.log1p(t / beta)
    return np.array([
        -(r + x) * buying - s * leaving, -r * buying, (r + x) * t / (alpha + t), -s * leaving, s * t / (beta + t),
    ])


def _gone(x: Array, t: Array, r: float, alpha: float, s: float, beta: float) -> Array:
    """Leaving at any time after t, were there no purchase: s ∫ (1 + u/A)^-(r+x) (1 + u/B)^-(s+1) du / B, with A = α+t, B = β+t."""
    after = tail(alpha + t, beta + t, r + x, np.full_like(t, s + 1))
    return np.array([
        np.log(s) + after.log - np.log(beta + t), r * after.by_m, alpha * after.by_a, 1 + s * after.by_n,
        beta * after.by_b - beta / (beta + t),
    ])


def _there(x: Array, t: Array, r: float, alpha: float, s: float, beta: float) -> Array:
    """Buying again at any time after t, before leaving: (r+x) ∫ (1 + u/A)^-(r+x+1) (1 + u/B)^-s du / A."""
    after = tail(alpha + t, beta + t, r + x + 1, np.full_like(t, s))
    return np.array([
        np.log(r + x) + after.log - np.log(alpha + t), r * after.by_m + r / (r + x), alpha * after.by_a - alpha / (alpha + t),
        s * after.by_n, beta * after.by_b,
    ])


@formula(
    "CLV_PARETO_FIT",
    Text("Fit of Pareto/NBD", "Anpassung von Pareto/NBD"),
    "Pareto/NBD-Modell aus Kaufhistorien, als eine Zeile: r, alpha, s, beta, Log-Likelihood, Kunden (verwendet, ausgelassen), "
    "Status in Worten, vier Standardfehler, Modell.",
    columns=("frequency", "recency", "age"),
    takes_errors=True,
)
def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> ParetoNBD:
    """Pareto/NBD model from purchase histories, as one row: r, alpha, s, beta, log-likelihood, customers (used, left out),
    status in words, four standard errors, model.

    Shape: three columns; a row. Units: any unit of time, the same for recency and age; alpha and beta come in that unit.
    Edges: rows that cannot be a history are left out and counted; the status says where the data reach no inner maximum, and where
    fewer than 1,000 customers are drawn towards usual parameters; the log-likelihood is the highest that the model reaches.
    Source: Schmittlein, Morrison & Colombo 1987.

    >>> model = fit([0, 3, 1, 0], [0, 30, 12, 0], [40, 40, 36, 35])
    >>> model.customers, model.left_out
    (4, 0)
    """
    def leaving(s: float, beta: float) -> float:
        return -float(np.expm1(-s * np.log1p(1 / beta)))

    return ParetoNBD._make((*estimate(likelihood, leaving, (1, 3), frequency, recency, age), _MODEL))


@formula(
    "CLV_PARETO_ALIVE",
    Text("Still active (Pareto/NBD)", "Noch aktiv (Pareto/NBD)"),
    "Wahrscheinlichkeit, dass ein Kunde noch aktiv ist, nach dem Pareto/NBD-Modell.",
)
def alive(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer is still active, by the Pareto/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!.
    Source: Schmittlein, Morrison & Colombo 1987.

    >>> round(float(alive(2, 30.43, 38.86, (0.553, 10.578, 0.606, 11.669))), 8)
    0.86916756
    """
    return score(_alive, _MODEL, parameters, frequency, recency, age)


def _alive(x: Array, t_x: Array, T: Array, *known: float) -> Array:
    silent = of_pairs(lambda x, t: _silence(x, t, *known)[0], x, T)
    return np.minimum(np.exp(silent - _silent_until(T, x, t_x, *known)), 1.0)


def _silent_until(t: Array, x: Array, t_x: Array, *known: float) -> Array:
    """These purchases, then none until t: the customer leaves before buying again, or buys again after t."""
    gone = of_pairs(lambda x, t: (_silence(x, t, *known) + _gone(x, t, *known))[0], x, t_x)
    there = of_pairs(lambda x, t: (_silence(x, t, *known) + _there(x, t, *known))[0], x, t)
    return np.logaddexp(gone, there)


@formula(
    "CLV_PARETO_PURCHASES",
    Text("Expected purchases (Pareto/NBD)", "Erwartete Käufe (Pareto/NBD)"),
    "Käufe, die von einem Kunden in der kommenden Zeit zu erwarten sind, nach dem Pareto/NBD-Modell.",
)
def expected_purchases(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Purchases to be expected of a customer in the time to come, by the Pareto/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!; in Python an infinite horizon has an answer where s is above 1.
    Source: Schmittlein, Morrison & Colombo 1987.

    >>> round(float(expected_purchases(39, 2, 30.43, 38.86, (0.553, 10.578, 0.606, 11.669))), 8)
    1.45512319
    """
    def expected(x: Array, t_x: Array, T: Array, t: Array, r: float, alpha: float, s: float, beta: float) -> Array:
        return _alive(x, t_x, T, r, alpha, s, beta) * purchases_if_alive(t, x, T, r, alpha, s, beta)

    return score(expected, _MODEL, parameters, frequency, recency, age, horizon)


def purchases_if_alive(horizon: Array, x: Array, T: Array, r: float, alpha: float, s: float, beta: float) -> Array:
    """Expected purchases within the horizon of customers who have not left, of this frequency and age."""
    y = np.log1p(horizon / (beta + T))
    years = y if s == 1 else -np.expm1((1 - s) * y) / (s - 1)
    years = np.where(np.isinf(horizon) & (s <= 1), NUM, years)
    return (r + x) / (alpha + T) * (beta + T) * years


@formula(
    "CLV_PARETO_NO_PURCHASE",
    Text("No purchase (Pareto/NBD)", "Kein Kauf (Pareto/NBD)"),
    "Wahrscheinlichkeit, dass ein Kunde in der kommenden Zeit nichts kauft, nach dem Pareto/NBD-Modell.",
)
def no_purchase(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer buys nothing in the time to come, by the Pareto/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!.
    Source: Schmittlein, Morrison & Colombo 1987.

    >>> float(no_purchase(0, 2, 30.43, 38.86, (0.553, 10.578, 0.606, 11.669)))
    1.0
    """
    def silent(x: Array, t_x: Array, T: Array, t: Array, *known: float) -> Array:
        return np.minimum(np.exp(_silent_until(T + t, x, t_x, *known) - _silent_until(T, x, t_x, *known)), 1.0)

    return score(silent, _MODEL, parameters, frequency, recency, age, horizon)


@formula(
    "CLV_PARETO_NEW_PURCHASES",
    Text("Purchases of a new customer (Pareto/NBD)", "Käufe eines neuen Kunden (Pareto/NBD)"),
    "Wiederkäufe, die von einem neuen Kunden nach dem ersten Kauf zu erwarten sind, nach dem Pareto/NBD-Modell.",
)
def new_customer_purchases(horizon: ArrayLike, parameters: Row) -> Array:
    """Repeat purchases to be expected of a new customer after the first purchase, by the Pareto/NBD model.

    Shape: a scalar or a range, and the row of the fit. Units: time as in the fit.
    Edges: a time below zero is #NUM!.
    Source: Schmittlein, Morrison & Colombo 1987.

    >>> round(float(new_customer_purchases(52, (0.553, 10.578, 0.606, 11.669))), 6)
    1.472997
    """
    def expected(t: Array, r: float, alpha: float, s: float, beta: float) -> Array:
        return purchases_if_alive(t, np.zeros_like(t), np.zeros_like(t), r, alpha, s, beta)

    return new_customer(expected, _MODEL, horizon, parameters)
