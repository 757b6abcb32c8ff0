"""What BG/NBD, MBG/NBD and Pareto/NBD share: from purchase histories to parameters, and from parameters to every customer."""

from __future__ import annotations

from collections.abc import Callable

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
    climb,
    covariance,
    curvature,
    errors,
    highest,
    numbers_of,
    slanted,
)
from clvxl.formulas._histories import Histories, columns, filled, merged, per_customer, thinned, usable
from clvxl.words import Text

NO_REPEAT = Text("nobody came back: half a repeat purchase in the whole time of all customers is assumed",
                 "niemand kam wieder: ein halber Wiederkauf in der gesamten Zeit aller Kunden wird angenommen")
SAME_RATE = Text("boundary: all customers buy at the same rate", "Randlösung: alle Kunden kaufen gleich häufig")

Likelihood = Callable[[Histories], Objective]
Estimate = tuple[float | int | Text, ...]

_SAMPLE = 2048  # customers that find the way for all
_STARTS = ((0.5, 0.5, 1.5), (2.0, 0.1, 3.0), (0.2, 2.0, 4.0))  # r and the two parameters of leaving
_SLANT = np.kron(np.eye(2), PAIR)
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
    time = float(histories.weight @ histories.age.values) if used else 0.0
    if time == 0:
        return (*(NA,) * 5, used, left_out, NO_DATA, *(NA,) * 4)
    unit = np.ones(4)
    unit[list(timed)] = time / used
    orders = float(histories.weight @ histories.frequency.values)
    scaled = _in_units(histories, time / used)
    objective = slanted(likelihood(scaled), _SLANT)
    if orders == 0:
        value = objective(np.log([0.5, 0.5 / used, *_UNTOUCHED]))[0]
        point = np.array([0.5, used, _UNTOUCHED[0], 1.0])
        return (*(point * unit).tolist(), value, used, left_out, NO_REPEAT, *(NA,) * 4)
    optimum = _search(likelihood, scaled, objective, orders / used)
    parameters = np.exp(_SLANT @ optimum.point) * unit
    value = optimum.value - orders * np.log(time / used)
    status = _status(optimum, leaving(*np.exp(_SLANT @ optimum.point)[2:]))
    return (*parameters.tolist(), float(value), used, left_out, status, *(parameters * errors(optimum, _SLANT)).tolist())


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
    found = covariance(Optimum(point, value, curvature(objective, point, gradient), True))
    spread: Array = _SLANT @ np.nan_to_num(found) @ _SLANT.T
    return spread


def _in_units(histories: Histories, unit: float) -> Histories:
    x, t_x, T, weight = histories
    return Histories(x, t_x._replace(levels=t_x.levels / unit), T._replace(levels=T.levels / unit), weight)


def _search(likelihood: Likelihood, histories: Histories, objective: Objective, rate: float) -> Optimum:
    """The maximum over all starts; for many customers the way there is found by a sample of them."""
    starts = [np.log([r, rate, first, first / second]) for r, first, second in _STARTS]
    if histories.weight.size <= 2 * _SAMPLE:
        return highest(objective, starts)
    near = highest(slanted(likelihood(thinned(histories, _SAMPLE)), _SLANT), starts)
    return climb(objective, near.point, near.curvature)


def _status(optimum: Optimum, leaving: float) -> Text:
    shape, _, risk, _ = optimum.point
    if leaving < 1e-4:
        return STAYING
    if shape > EDGE_AT:
        return SAME_RATE
    if risk > EDGE_AT:
        return SAME_RISK
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
            result = formula(x, t_x, T, *rest, *known)
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
