"""Maximum likelihood in the logarithms of the parameters: Newton's method that climbs, inside a box, from several fixed starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clvxl.arguments import Array
from clvxl.errors import NA, NUM, error_name
from clvxl.words import Text

Row = Sequence[object] | Array  # the parameters of a model, and whatever follows them
Objective = Callable[[Array], tuple[float, Array]]  # logarithms of the parameters -> log-likelihood and its gradient

LOW, HIGH = -20.0, 14.0  # of the logarithms, with time and money in units that make their averages 1
_LONGEST_STEP = 2.0
_NUDGE = 1e-4

CONVERGED = Text("converged", "konvergiert")
NOT_CONVERGED = Text("not converged: the best point found is used", "nicht konvergiert: der beste gefundene Punkt gilt")
NO_DATA = Text("no usable customers: nothing is estimated", "keine brauchbaren Kunden: nichts wird geschätzt")

STAYING = Text("boundary: no sign of customers leaving", "Randlösung: kein Anzeichen, dass Kunden gehen")
SAME_RISK = Text("boundary: all customers are equally likely to leave", "Randlösung: alle Kunden gehen gleich wahrscheinlich")
EDGE = Text("boundary: a parameter has no finite estimate", "Randlösung: ein Parameter hat keinen endlichen Schätzwert")


class Optimum(NamedTuple):
    """A maximum: the point, the log-likelihood there, its matrix of second derivatives, and whether it is one."""

    point: Array
    value: float
    curvature: Array
    converged: bool


def curvature(objective: Objective, point: Array, gradient: Array | None = None) -> Array:
    """Second derivatives from differences of the gradient: both ways, or one way from a gradient that is known."""
    columns = []
    for step in _NUDGE * np.eye(point.size):
        ahead = objective(point + step)[1]
        behind = objective(point - step)[1] if gradient is None else gradient
        columns.append((ahead - behind) / (_NUDGE * (2 if gradient is None else 1)))
    matrix = np.array(columns)
    return (matrix + matrix.T) / 2


def _step(gradient: Array, matrix: Array, free: npt.NDArray[np.bool_]) -> Array:
    """Newton's step on the free parameters, uphill whatever the curvature, and not too long."""
    step = np.zeros(gradient.size)
    if free.any():
        values, vectors = np.linalg.eigh(-matrix[np.ix_(free, free)])
        size = np.maximum(np.abs(values), 1e-9 * (np.abs(values).max() + 1e-30))
        step[free] = vectors @ (vectors.T @ gradient[free] / size)
    longest = np.abs(step).max(initial=0.0)
    return step * (_LONGEST_STEP / longest) if longest > _LONGEST_STEP else step


def climb(objective: Objective, start: Array, known: Array | None = None) -> Optimum:
    """The maximum reached from a start; a curvature that is known already is used for as long as it serves."""
    point, matrix = np.clip(start, LOW, HIGH), known
    value, gradient = objective(point)
    before = np.inf
    for _ in range(200):
        fresh = matrix is None
        if matrix is None:
            matrix = curvature(objective, point, gradient)
        free = ~(((point <= LOW) & (gradient < 0)) | ((point >= HIGH) & (gradient > 0)))
        step = _step(gradient, matrix, free)
        gain = float(gradient @ step) / 2
        if gain <= 1e-9 + 1e-14 * abs(value):
            return Optimum(point, value, matrix, True)
        moved = _uphill(objective, point, value, step)
        if moved is None and fresh:
            return Optimum(point, value, matrix, gain < 1e-6 * (1 + 1e-6 * abs(value)))
        if moved is not None:
            point, value, gradient = moved
        if moved is None or gain > before / 8:
            matrix = None
        before = np.inf if matrix is None else gain
    return Optimum(point, value, curvature(objective, point, gradient), False)


def _uphill(objective: Objective, point: Array, value: float, step: Array) -> tuple[Array, float, Array] | None:
    """The next point along a step, shortened until it is higher."""
    for share in (1.0, 0.5, 0.2, 0.05, 0.01, 0.001):
        there = np.clip(point + share * step, LOW, HIGH)
        found, gradient = objective(there)
        if found > value and np.isfinite(gradient).all():
            return there, found, gradient
    return None


def highest(objective: Objective, starts: Iterable[Array]) -> Optimum:
    """The best maximum over all starts."""
    found = [climb(objective, start) for start in starts]
    return max(found, key=lambda each: each.value)


def errors(objective: Objective, optimum: Optimum, parameters: Array) -> tuple[float, ...]:
    """Standard errors of the parameters from the observed information; ``#N/A`` where the data do not tell."""
    found = covariance(objective, optimum)
    with np.errstate(invalid="ignore"):
        error = parameters * np.sqrt(np.diag(found))
    return tuple(float(each) if np.isfinite(each) else NA for each in error)


def covariance(objective: Objective, optimum: Optimum) -> Array:
    """The covariance of the logarithms of the parameters; a NaN where the data do not tell."""
    point = optimum.point
    inside = (point > LOW + 1) & (point < HIGH - 1)
    result = np.full((point.size, point.size), np.nan)
    if inside.any():
        information = -curvature(objective, point)[np.ix_(inside, inside)]
        values, vectors = np.linalg.eigh(information)
        if values.min() > 1e-9 * values.max():
            result[np.ix_(inside, inside)] = (vectors / values) @ vectors.T
    return result


def rising(first: float, levels: Array, count: Array) -> tuple[float, float]:
    """Σ count · ln(Γ(first + level) / Γ(first)), and its derivative with respect to ``first``."""
    from scipy.special import digamma, gammaln

    value = count @ (gammaln(first + levels) - gammaln(first))
    return float(value), float(count @ (digamma(first + levels) - digamma(first)))


def numbers_of(parameters: Row, count: int) -> tuple[float, ...]:
    """The first cells of a parameter row; all the same error where one of them is none."""
    found = tuple(float(each) for each in np.ravel(np.asarray(parameters, dtype=object)).tolist()[:count])
    wrong = next((each for each in found if not 0 < each < np.inf), None)
    if wrong is None:
        return found
    return (wrong if error_name(wrong) else NUM,) * count
