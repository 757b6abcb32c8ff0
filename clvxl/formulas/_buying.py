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
    HIGH,
    LOW,
    NO_DATA,
    NOT_CONVERGED,
    SAME_RISK,
    STAYING,
    Objective,
    Optimum,
    Row,
    climb,
    errors,
    highest,
    numbers_of,
)
from clvxl.formulas._histories import Histories, columns, merged, per_customer, thinned, usable
from clvxl.words import Text

NO_REPEAT = Text("nobody came back: half a repeat purchase in the whole time of all customers is assumed",
                 "niemand kam wieder: ein halber Wiederkauf in der gesamten Zeit aller Kunden wird angenommen")
SAME_RATE = Text("boundary: all customers buy at the same rate", "Randlösung: alle Kunden kaufen gleich häufig")

Likelihood = Callable[[Histories], Objective]
Estimate = tuple[float | int | Text, ...]

_SAMPLE = 4096  # customers that find the way for all
_STARTS = ((0.5, 0.5, 1.5), (2.0, 0.1, 3.0), (0.2, 2.0, 4.0))  # r and the two parameters of leaving
_UNTOUCHED = (np.exp(LOW), 1.0)  # of leaving, where nothing is known about it


def estimate(likelihood: Likelihood, leaving: Callable[[float, float], float], timed: tuple[int, ...],
             frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Estimate:
    """Four parameters, log-likelihood, customers used and left out, status, four standard errors.

    ``leaving`` is the share of customers who leave early on, from the last two parameters; ``timed`` are the places of
    the parameters that carry the unit of time.
    """
    x, t_x, T = columns(frequency, recency, age)
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
    objective = likelihood(scaled)
    if orders == 0:
        point = np.array([0.5, used, *_UNTOUCHED])
        return (*(point * unit).tolist(), objective(np.log(point))[0], used, left_out, NO_REPEAT, *(NA,) * 4)
    optimum = _search(likelihood, scaled, objective, orders / used)
    parameters = np.exp(optimum.point) * unit
    value = optimum.value - orders * np.log(time / used)
    status = _status(optimum, leaving)
    return (*parameters.tolist(), float(value), used, left_out, status, *errors(objective, optimum, parameters))


def _in_units(histories: Histories, unit: float) -> Histories:
    x, t_x, T, weight = histories
    return Histories(x, t_x._replace(levels=t_x.levels / unit), T._replace(levels=T.levels / unit), weight)


def _search(likelihood: Likelihood, histories: Histories, objective: Objective, rate: float) -> Optimum:
    """The maximum over all starts; for many customers the way there is found by a sample of them."""
    starts = [np.log([r, r / rate, *leaving]) for r, *leaving in _STARTS]
    if histories.weight.size <= 2 * _SAMPLE:
        return highest(objective, starts)
    near = highest(likelihood(thinned(histories, _SAMPLE)), starts)
    return climb(objective, near.point, near.curvature)


def _status(optimum: Optimum, leaving: Callable[[float, float], float]) -> Text:
    first, second = np.exp(optimum.point[2:])
    if leaving(first, second) < 1e-4:
        return STAYING
    if optimum.point[:2].min() > HIGH - 4:
        return SAME_RATE
    if optimum.point[2:].min() > HIGH - 4:
        return SAME_RISK
    if optimum.point.min() < LOW + 4 or optimum.point.max() > HIGH - 4:
        return EDGE
    return CONVERGED if optimum.converged else NOT_CONVERGED


def score(
    formula: Callable[..., Array], parameters: Row, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *horizon: ArrayLike,
) -> Array:
    """A formula of (frequency, recency, age, horizon, then four parameters) for every customer."""
    known = numbers_of(parameters, 4)
    if np.isnan(known[0]):
        return np.full(np.broadcast_shapes(*(np.shape(each) for each in (frequency, recency, age, *horizon))), known[0])

    def checked(x: Array, t_x: Array, T: Array, *rest: Array) -> Array:
        with np.errstate(all="ignore"):
            result = formula(x, t_x, T, *rest, *known)
        return np.where(rest[0] >= 0, result, NUM + rest[0]) if rest else result

    return per_customer(checked, frequency, recency, age, *horizon)


def new_customer(formula: Callable[..., Array], horizon: ArrayLike, parameters: Row) -> Array:
    """A formula of (horizon, then four parameters) for customers who make their first purchase now."""
    t = np.asarray(horizon, dtype=float)
    known = numbers_of(parameters, 4)
    if np.isnan(known[0]):
        return np.full(t.shape, known[0])
    with np.errstate(all="ignore"):
        result = formula(t.ravel(), *known).reshape(t.shape)
    return np.where(t >= 0, result, NUM + t)
