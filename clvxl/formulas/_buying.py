"""What BG/NBD, MBG/NBD and Pareto/NBD share: from purchase histories to parameters, and from parameters to every customer.

Many customers are fitted by maximum likelihood. Of few customers the likelihood says little about how much they differ and leave; its
maximum often lies at a boundary, and forecasts from there are far off. So the parameters of up to 300 customers are those of highest
posterior density under a weak prior: r, the shape of leaving and its odds are lognormal around 0.6, 1 and 0.4, and 19 in 20 of them lie
within a factor of 19; of how often customers buy nothing is assumed. From there on the prior fades, and from 1,000 customers on it is
gone. The log-likelihood is always the highest that the model can reach, by which models are compared.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.errors import NA, NUM
from clvxl.formulas._fitting import (
    AT_ONCE,
    CONVERGED,
    EDGE,
    EDGE_AT,
    HIGH,
    LOW,
    NO_DATA,
    NOT_CONVERGED,
    PAIR,
    SAME_RISK,
    STAYING,
    Objective,
    Optimum,
    Row,
    climb,
    covariance,
    curvature,
    dot,
    errors,
    highest,
    numbers_of,
    slanted,
)
from clvxl.formulas._histories import Histories, columns, filled, merged, per_customer, thinned, usable
from clvxl.words import LANGUAGES, Text

NO_REPEAT = Text("nobody came back: half a repeat purchase in the whole time of all customers is assumed",
                 "niemand kam wieder: ein halber Wiederkauf in der gesamten Zeit aller Kunden wird angenommen")
DRAWN = Text("{status}; few customers: drawn towards usual parameters", "{status}; wenige Kunden: zu üblichen Parametern gezogen")
SAME_RATE = Text("boundary: all customers buy at the same rate", "Randlösung: alle Kunden kaufen gleich häufig")

Likelihood = Callable[[Histories], Objective]
Estimate = tuple[float | int | Text, ...]

_SAMPLE, _CLIMBS = 2048, 2  # customers that find the way for all, and how many ways they try
_STARTS = ((0.5, 0.5, 1.5), (2.0, 0.1, 3.0), (0.2, 2.0, 4.0), (1.0, 0.1, 3e-5))  # r and the two parameters of leaving; in the last, at once
_SLANT = np.kron(np.eye(2), PAIR)
_USUAL, _WIDTH = np.log([0.6, 1.0, 1.0, 0.4]), np.array([1.5, np.inf, 1.5, 1.5])  # of r, purchases per time, shape and odds of leaving
_FEW, _MANY = 300, 1000  # customers
_UNTOUCHED = (np.exp(LOW), np.exp(LOW))  # of leaving, where nothing is known about it


def estimate(likelihood: Likelihood, leaving: Callable[[float, float], float], timed: tuple[int, ...],
             frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Estimate:
    """Four parameters, log-likelihood, customers used and left out, status, four standard errors.

    ``leaving`` is the share of customers who leave early on, from the last two parameters; ``timed`` are the places of
    the parameters that carry the unit of time.
    """
    x, t_x, T = filled(frequency, recency, age)
    good = usable(x, t_x, T)
    used, left_out = int(good.sum()), int(good.size - good.sum())
    histories = merged(x, t_x, T) if used == good.size else merged(x[good], t_x[good], T[good])
    time = dot(histories.weight, histories.age.values) if used else 0.0
    if time == 0:
        return (*(NA,) * 5, used, left_out, NO_DATA, *(NA,) * 4)
    unit = np.ones(4)
    unit[list(timed)] = time / used
    orders = dot(histories.weight, histories.frequency.values)
    scaled = _in_units(histories, time / used)
    objective = slanted(likelihood(scaled), _SLANT)
    if orders == 0:
        value = objective(np.log([0.5, 0.5 / used, *_UNTOUCHED]))[0]
        point = np.array([0.5, used, _UNTOUCHED[0], 1.0])
        return (*(point * unit).tolist(), value, used, left_out, NO_REPEAT, *(NA,) * 4)
    optimum = _search(likelihood, scaled, objective, orders / used)
    value = optimum.value - orders * np.log(time / used)
    status = _status(optimum, leaving(*np.exp(_SLANT @ optimum.point)[2:]))
    if (precision := _precision(used)).any():
        optimum = highest(_drawn(objective, precision), [optimum.point, _starts(orders / used)[0]])
        status = Text(*(DRAWN.say(language, status=status.say(language)) for language in LANGUAGES))
    parameters = np.exp(_SLANT @ optimum.point) * unit
    return (*parameters.tolist(), float(value), used, left_out, status, *(parameters * errors(optimum, _SLANT)).tolist())


def _precision(customers: int) -> Array:
    """How firmly the parameters of so many customers are held near the usual ones."""
    share: Array = np.clip((_MANY - customers) / (_MANY - _FEW), 0, 1) / _WIDTH**2
    return share


def _drawn(objective: Objective, precision: Array) -> Objective:
    """The logarithm of the posterior density, but for a constant."""
    def density(point: Array) -> tuple[float, Array]:
        value, gradient = objective(point)
        pull = precision * (point - _USUAL)
        return value - float(pull @ (point - _USUAL)) / 2, gradient - pull

    return density


def parameter_covariance(likelihood: Likelihood, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """The covariance of the logarithms of the four parameters, for a range around anything computed from them.

    A direction of which the data tell nothing, because it leads to a boundary, counts as known: the range is then too narrow.
    """
    x, t_x, T = columns(frequency, recency, age)
    good = usable(x, t_x, T)
    known = numbers_of(parameters, 4)
    if np.isnan(known[0]) or not good.any():
        return np.full((4, 4), NA)
    objective = slanted(likelihood(merged(x[good], t_x[good], T[good])), _SLANT)
    point = _SLANT @ np.log(known)
    value, gradient = objective(point)
    information = curvature(objective, point, gradient) - np.diag(_precision(int(good.sum())))
    found = covariance(Optimum(point, value, information, True))
    spread: Array = _SLANT @ np.nan_to_num(found) @ _SLANT.T
    return spread


def _in_units(histories: Histories, unit: float) -> Histories:
    x, t_x, T, weight = histories
    return Histories(x, t_x._replace(levels=t_x.levels / unit), T._replace(levels=T.levels / unit), weight)


def _search(likelihood: Likelihood, histories: Histories, objective: Objective, rate: float) -> Optimum:
    """The maximum over all starts; for many customers the way there is found by a sample of them."""
    starts = _starts(rate)
    if histories.weight.size <= 2 * _SAMPLE:
        return highest(objective, starts)
    near = highest(slanted(likelihood(thinned(histories, _SAMPLE)), _SLANT), starts, _CLIMBS)
    return climb(objective, near.point, near.curvature)


def _starts(rate: float) -> list[Array]:
    return [np.log([r, rate, first, first / second]) for r, first, second in _STARTS]


def _status(optimum: Optimum, leaving: float) -> Text:
    shape, _, risk, odds = optimum.point
    if leaving < 1e-4:
        return STAYING
    if shape > EDGE_AT:
        return SAME_RATE
    if risk > EDGE_AT:
        return SAME_RISK
    if odds > HIGH - 4:
        return AT_ONCE
    if optimum.point.min() < LOW + 4:
        return EDGE
    return CONVERGED if optimum.converged else NOT_CONVERGED


def score(
    formula: Callable[..., Array], model: str, parameters: Row,
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *horizon: ArrayLike,
) -> Array:
    """A formula of (frequency, recency, age, horizon, then four parameters) for every customer."""
    known = numbers_of(parameters, 4, model)
    if np.isnan(known[0]):
        return np.full(np.broadcast_shapes(*(np.shape(each) for each in (frequency, recency, age, *horizon))), known[0])

    def checked(x: Array, t_x: Array, T: Array, *rest: Array) -> Array:
        with np.errstate(all="ignore"):
            result = formula(x, t_x, T, *(np.where(each >= 0, each, 0.0) for each in rest), *known)
        return np.where(rest[0] >= 0, result, NUM + rest[0]) if rest else result

    return per_customer(checked, frequency, recency, age, *horizon)


def new_customer(formula: Callable[..., Array], model: str, horizon: ArrayLike, parameters: Row) -> Array:
    """A formula of (horizon, then four parameters) for customers who make their first purchase now."""
    t = np.asarray(horizon, dtype=float)
    known = numbers_of(parameters, 4, model)
    if np.isnan(known[0]):
        return np.full(t.shape, known[0])
    with np.errstate(all="ignore"):
        result = formula(t.ravel(), *known).reshape(t.shape)
    return np.where(t >= 0, result, NUM + t)
