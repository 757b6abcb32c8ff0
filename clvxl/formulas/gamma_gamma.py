"""Gamma-Gamma: what a customer spends per order, when orders vary around an average of the customer's own.

Fader & Hardie 2013, note 025. It takes how often customers buy and how much they spend as unrelated.
"""

from __future__ import annotations

from math import lgamma
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.errors import NA, NUM
from clvxl.formulas._fitting import (
    CONVERGED,
    EDGE,
    EDGE_AT,
    LOW,
    NO_DATA,
    NOT_CONVERGED,
    Objective,
    Optimum,
    Row,
    climb,
    dot,
    errors,
    highest,
    log_rising,
    numbers_of,
    slanted,
    slope_rising,
)
from clvxl.formulas._histories import Where, are_counts, coded, columns, filled
from clvxl.words import Text

ALIKE = Text("boundary: customers do not differ in what they spend", "Randlösung: die Kunden unterscheiden sich nicht im Betrag")
STEADY = Text("boundary: the orders of a customer do not differ", "Randlösung: die Aufträge eines Kunden unterscheiden sich nicht")
NO_MEAN = Text("no mean: spend is so uneven that q is at most 1; a shrinkage mean is used",
               "kein Mittelwert: die Beträge sind so ungleich, dass q höchstens 1 ist; ein geschrumpftes Mittel gilt")

_MODEL = "gamma_gamma"
_SAMPLE = 4096  # customers that find the way for all
_STARTS = ((1.0, 2.0, 1.0), (6.0, 4.0, 1.0), (1.0, 10.0, 1.0))  # p, q and the level p·v / q
_SLANT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-1.0, 1.0, 1.0]])


class GammaGamma(NamedTuple):
    """The parameters of a Gamma-Gamma model, how they came about, their standard errors, and which model it is: a row of cells.

    ``correlation`` is that of frequency and spend; above 0.3 the model's assumption is doubtful.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    customers: int
    left_out: int
    correlation: float
    status: Text
    p_error: float
    q_error: float
    v_error: float
    model: str


def likelihood(frequency: Array, spend_average: Array) -> Objective:
    """The log-likelihood and its gradient as a function of the logarithms of p, q and v."""
    x, m = coded(frequency), spend_average
    orders, total = frequency, frequency * m
    customers, count, levels = float(m.size), x.total(np.ones(m.size)), x.levels
    count, levels = count[count > 0], levels[count > 0]
    constant, by_p = float(np.log(m).sum()), dot(orders, np.log(total))

    def objective(point: Array) -> tuple[float, Array]:
        p, q, v = np.exp(point)
        log = np.log(v + total)
        silent, heavy = float(log.sum()), dot(orders, log)
        inverse = 1 / (v + total)
        value = (dot(count, log_rising(p * levels, np.asarray(q))) - customers * (lgamma(q) - q * point[2])
                 - constant + p * (by_p - heavy) - q * silent)
        at_q = -np.euler_gamma - float(slope_rising(np.asarray(q), np.asarray(1 - q)))  # ψ(q), from ψ(1)
        both = at_q + slope_rising(np.asarray(q), p * levels)
        slope = np.array([
            dot(count, levels * slope_rising(p * levels, np.asarray(q))) + by_p - heavy,
            dot(count, both) - customers * (at_q - point[2]) - silent,
            customers * q / v - p * dot(orders, inverse) - q * float(inverse.sum()),
        ])
        return float(value), slope * np.array([p, q, v])

    return objective


@formula(
    "CLV_SPEND_FIT",
    Text("Fit of spend (Gamma-Gamma)", "Anpassung der Beträge (Gamma-Gamma)"),
    "Gamma-Gamma-Modell aus mittleren Beträgen, als eine Zeile: p, q, v, Log-Likelihood, Kunden (verwendet, ausgelassen), Korrelation von "
    "Häufigkeit und Betrag, Status in Worten, drei Standardfehler, Modell.",
    columns=("frequency", "spend_average"),
    takes_errors=True,
)
def fit(frequency: ArrayLike, spend_average: ArrayLike) -> GammaGamma:
    """Gamma-Gamma model from average spends, as one row: p, q, v, log-likelihood, customers (used, left out), correlation of frequency
    and spend, status in words, three standard errors, model.

    Shape: two columns, repeat purchases and their average amount; a row. Units: any money; v comes in that unit.
    Edges: customers without a repeat purchase say nothing; amounts of 0 and below are left out and counted; a correlation above 0.3
    makes the model doubtful.
    Source: Fader & Hardie 2013.

    >>> model = fit([2, 1, 4, 1, 3, 2, 0], [20.0, 48.0, 31.0, 12.0, 75.0, 26.0, 0.0])
    >>> model.customers, model.left_out
    (6, 0)
    """
    x, m = filled(frequency, spend_average)
    good, bought = _usable(x, m), ~(x == 0)
    left_out, x, m = int((bought & ~good).sum()), x[good], m[good]
    if x.size == 0:
        return GammaGamma(NA, NA, NA, NA, 0, left_out, NA, NO_DATA, NA, NA, NA, _MODEL)
    unit = float(np.exp(np.log(m).mean()))
    optimum = _search(x, m / unit)
    parameters = np.exp(_SLANT @ optimum.point) * np.array([1, 1, unit])
    return GammaGamma._make((
        *parameters.tolist(), float(optimum.value - x.size * np.log(unit)), int(x.size), left_out,
        correlation(x, m), _status(optimum), *(parameters * errors(optimum, _SLANT)).tolist(), _MODEL,
    ))


def _usable(x: Array, m: Array) -> Where:
    with np.errstate(invalid="ignore"):
        found: Where = (x > 0) & are_counts(x) & (m > 0) & np.isfinite(m)
    return found


def _search(x: Array, m: Array) -> Optimum:
    objective, starts = slanted(likelihood(x, m), _SLANT), [np.log(start) for start in _STARTS]
    if x.size <= 2 * _SAMPLE:
        return highest(objective, starts)
    rows = np.linspace(0, x.size - 1, _SAMPLE).astype(np.intp)
    near = highest(slanted(likelihood(x[rows], m[rows]), _SLANT), starts)
    return climb(objective, near.point, near.curvature * (x.size / _SAMPLE))


def _status(optimum: Optimum) -> Text:
    p, q, _ = optimum.point
    if q <= 0:
        return NO_MEAN
    if q > EDGE_AT:
        return ALIKE
    if p > EDGE_AT:
        return STEADY
    if optimum.point.min() < LOW + 4:
        return EDGE
    return CONVERGED if optimum.converged else NOT_CONVERGED


@formula(
    "CLV_SPEND_EXPECTED",
    Text("Expected spend", "Erwarteter Betrag"),
    "Betrag, der von einem Kunden je Kauf zu erwarten ist: sein bisheriger Mittelwert, zum Mittel aller Kunden gezogen, je weniger Käufe "
    "es waren (Gamma-Gamma).",
)
def expected_spend(frequency: ArrayLike, spend_average: ArrayLike, parameters: Row) -> Array:
    """Amount to be expected of a customer's next purchases: the average so far, drawn to that of all customers the fewer there were
    (Gamma-Gamma).

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: money as in the fit.
    Edges: without a repeat purchase it is the average of all customers; where q is at most 1 there is no average,
    and p times the inverse of the expected rate stands in for it.
    Source: Fader & Hardie 2013.

    >>> round(float(expected_spend(2, 22.35, (6.25, 3.74, 15.44))), 8)
    24.66371391
    """
    p, q, v = numbers_of(parameters, 3, _MODEL)
    x, m = np.broadcast_arrays(np.asarray(frequency, dtype=float), np.asarray(spend_average, dtype=float))
    m = np.where(x == 0, 0.0, m)
    with np.errstate(all="ignore"):
        spend = p * (v + x * m) / (p * x + (q - 1 if q > 1 else q))
        possible = (x == 0) | ((x > 0) & (m > 0))
        return np.where(possible | np.isnan(x + m + p), spend, NUM)


def correlation(frequency: ArrayLike, spend_average: ArrayLike) -> float:
    """The correlation of frequency and average spend among repeat buyers; ``#N/A`` where one of them does not vary."""
    x, m = columns(frequency, spend_average)
    good = _usable(x, m)
    if good.sum() < 2:
        return NA
    x, m = x[good] - x[good].mean(), m[good] / m[good].max()
    m = m - m.mean()
    size = float(np.sqrt(dot(x, x) * dot(m, m)))
    return dot(x, m) / size if size > 1e-12 * x.size else NA
