"""Maximum likelihood in the logarithms of the parameters: Newton's method that climbs, inside a box, from several fixed starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clvxl.arguments import Array, numbers
from clvxl.errors import NA, NUM, VALUE, CallError, error_name
from clvxl.words import Text

Row = Sequence[object] | Array  # the parameters of a model, and whatever follows them
Objective = Callable[[Array], tuple[float, Array]]  # logarithms of the parameters -> log-likelihood and its gradient

MODELS = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "pareto": "Pareto/NBD", "gamma_gamma": "Gamma-Gamma", "sbg": "sBG"}

LOW, HIGH = -20.0, 14.0  # of the logarithms, with time and money in units that make their averages 1
EDGE_AT = 7.0  # from here on, a shape is as good as infinite: those who differ by it do not differ
_LONGEST_STEP = 2.0
_STEPS = np.arange(10.0)
_STIRLING = (-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12)  # factors of z to the power of -11, -9, … -1
_ITS_SLOPE = tuple(power * factor for power, factor in zip(range(-11, 0, 2), _STIRLING, strict=True))
_NUDGE = 1e-5
_NEAR = 0.2  # of a peak: the logarithms of the parameters
_HOPELESS = 100.0  # steps like the next one that would not be enough
_ENOUGH = 1e-6  # of log-likelihood that one more step would gain

CONVERGED = Text("converged", "konvergiert")
NOT_CONVERGED = Text("not converged: the best point found is used", "nicht konvergiert: der beste gefundene Punkt gilt")
NO_DATA = Text("no usable customers: nothing is estimated", "keine brauchbaren Kunden: nichts wird geschätzt")

STAYING = Text("boundary: no sign of customers leaving", "Randlösung: kein Anzeichen, dass Kunden gehen")
SAME_RISK = Text("boundary: all customers are equally likely to leave", "Randlösung: alle Kunden gehen gleich wahrscheinlich")
AT_ONCE = Text("boundary: who leaves does so at once", "Randlösung: wer geht, geht sofort")
EDGE = Text("boundary: a parameter has no finite estimate", "Randlösung: ein Parameter hat keinen endlichen Schätzwert")


PAIR = np.array([[1.0, 0.0], [1.0, -1.0]])  # a shape and its mean, from two parameters and the other way round


class Optimum(NamedTuple):
    """A maximum: the point, the log-likelihood there, its matrix of second derivatives, and whether it is one."""

    point: Array
    value: float
    curvature: Array
    converged: bool


def dot(one: Array, other: Array) -> float:
    """The sum of products, added up in one order on every machine, and not by threads that wait for each other."""
    return float(np.add.reduce(one * other))


def slanted(objective: Objective, slant: Array) -> Objective:
    """The objective in other coordinates, ``slant @ coordinates`` being the logarithms of the parameters.

    Small samples have ridges on which two parameters grow together; coordinates along them keep the climb straight.
    """
    def along(coordinates: Array) -> tuple[float, Array]:
        value, gradient = objective(slant @ coordinates)
        return value, slant.T @ gradient

    return along


def curvature(objective: Objective, point: Array, gradient: Array) -> Array:
    """Second derivatives, from differences of the gradient."""
    matrix = np.array([(objective(point + step)[1] - gradient) / _NUDGE for step in _NUDGE * np.eye(point.size)])
    symmetric: Array = (matrix + matrix.T) / 2
    return symmetric


def _step(gradient: Array, matrix: Array, free: npt.NDArray[np.bool_]) -> Array:
    """Newton's step on the free parameters, uphill whatever the curvature, and not too long."""
    step = np.zeros(gradient.size)
    if free.any() and np.isfinite(matrix).all():
        values, vectors = np.linalg.eigh(-matrix[np.ix_(free, free)])
        size = np.maximum(np.abs(values), 1e-9 * (np.abs(values).max() + 1e-30))
        step[free] = vectors @ (vectors.T @ gradient[free] / size)
    longest = np.abs(step).max(initial=0.0)
    return step * (_LONGEST_STEP / longest) if longest > _LONGEST_STEP else step


def climb(objective: Objective, start: Array, known: Array | None = None, peak: Optimum | None = None) -> Optimum:
    """The maximum reached from a start; a curvature that is known already is used for as long as it serves.

    A climb that comes near a known peak ends there, and so does one that rises far too slowly to reach its height.
    """
    point, matrix = np.clip(start, LOW, HIGH), known
    value, gradient = objective(point)
    before = np.inf
    for _ in range(200):
        fresh = matrix is None
        if peak is not None and np.abs(np.minimum(point, EDGE_AT) - np.minimum(peak.point, EDGE_AT)).max() < _NEAR:
            break
        if matrix is None:
            matrix = curvature(objective, point, gradient)
        free = ~(((point <= LOW) & (gradient < 0)) | ((point >= HIGH) & (gradient > 0)))
        step = _step(gradient, matrix, free)
        gain = float(gradient @ step) / 2
        if peak is not None and value + _HOPELESS * gain < peak.value:
            break
        moved = _uphill(objective, point, value, step) if gain > 0 else None
        if moved is not None:
            point, value, gradient = moved
        if fresh and (moved is None or gain < _ENOUGH):
            return Optimum(point, value, np.nan_to_num(matrix), bool(np.isfinite(matrix).all()) and gain < _ENOUGH + 1e-12 * abs(value))
        matrix = None if moved is None or gain < _ENOUGH or gain > before / 8 else matrix
        before = np.inf if matrix is None else gain
    return Optimum(point, value, np.zeros((point.size, point.size)) if matrix is None else matrix, False)


def _uphill(objective: Objective, point: Array, value: float, step: Array) -> tuple[Array, float, Array] | None:
    """The next point along a step, shortened until it is higher."""
    for share in (1.0, 0.5, 0.2, 0.05, 0.01, 0.001):
        there = np.clip(point + share * step, LOW, HIGH)
        found, gradient = objective(there)
        if found > value and np.isfinite(gradient).all():
            return there, found, gradient
    return None


def highest(objective: Objective, starts: Iterable[Array], most: int | None = None) -> Optimum:
    """The best maximum over all starts, or the highest of them, which come first: others end early where they can add nothing."""
    first, *others = sorted(starts, key=lambda start: -objective(start)[0])[:most]
    best = climb(objective, first)
    for start in others:
        found = climb(objective, start, peak=best)
        best = found if found.value > best.value + _ENOUGH else best
    return best


def covariance(optimum: Optimum) -> Array:
    """The covariance of the coordinates from the observed information; a NaN where the data do not tell."""
    size = optimum.point.size
    inside = (optimum.point > LOW + 1) & (optimum.point < EDGE_AT)
    result = np.full((size, size), np.nan)
    if inside.any():
        values, vectors = np.linalg.eigh(-optimum.curvature[np.ix_(inside, inside)])
        if values.min() > 1e-9 * values.max():
            result[np.ix_(inside, inside)] = (vectors / values) @ vectors.T
    return result


def errors(optimum: Optimum, slant: Array) -> Array:
    """Standard errors of the logarithms of the parameters; ``#N/A`` where the data do not tell."""
    known = np.nan_to_num(covariance(optimum))
    lost = np.isnan(np.diag(covariance(optimum)))
    unknown = (slant[:, lost] != 0).any(axis=1)
    return np.where(unknown, NA, np.sqrt(np.diag(slant @ known @ slant.T)))


def log_rising(first: Array, by: Array) -> Array:
    """ln Γ(first + by) - ln Γ(first), which keeps its digits wherever first lies: ten steps up, and Stirling's series from there."""
    z, end = first + _STEPS.size, first + by + _STEPS.size
    result: Array = (z - 0.5) * np.log1p(by / z) + by * (np.log(end) - 1)
    result += _series(_STIRLING, end) / end - _series(_STIRLING, z) / z
    result -= np.log1p(by[..., None] / (first[..., None] + _STEPS)).sum(axis=-1)
    return result


def slope_rising(first: Array, by: Array) -> Array:
    """ψ(first + by) - ψ(first): the derivative of ``log_rising`` with respect to ``first``."""
    z, end = first + _STEPS.size, first + by + _STEPS.size
    result: Array = np.log1p(by / z) + by / (2 * z * end)
    result += _series(_ITS_SLOPE, end) / end**2 - _series(_ITS_SLOPE, z) / z**2
    steps, more = first[..., None] + _STEPS, by[..., None]
    result += (more / (steps * (steps + more))).sum(axis=-1)
    return result


def _series(factors: tuple[float, ...], z: Array) -> Array:
    small, result = 1 / (z * z), np.zeros(())
    for factor in factors:
        result = result * small + factor
    return result


def rising(first: float, levels: Array, count: Array) -> tuple[float, float]:
    """Σ count · ln(Γ(first + level) / Γ(first)) over whole levels in their order, and its derivative with respect to ``first``."""
    if levels.size < levels[-1]:  # gaps between them
        start = np.asarray(first)
        return dot(count, log_rising(start, levels)), dot(count, slope_rising(start, levels))
    steps = first + np.arange(levels[-1])
    above = np.cumsum(count[::-1])[::-1][levels.size - steps.size:]  # how many go beyond each step
    return dot(above, np.log(steps)), dot(above, 1 / steps)


def numbers_of(parameters: Row, count: int, model: str = "") -> tuple[float, ...]:
    """The first cells of a parameter row; all the same error where one of them is none. A row that names another model is refused."""
    cells = np.ravel(np.asarray(parameters, dtype=object)).tolist()
    if (named := model_of(parameters)) not in ("", model) and model:
        raise CallError(
            Text("These are the parameters of {named}, not of {model}.", "Das sind die Parameter von {named}, nicht von {model}."),
            Text("Give the row of the fit for this model.", "Bitte die Zeile der Anpassung für dieses Modell angeben."),
            named=MODELS[named], model=MODELS[model],
        )
    found = tuple(float(each) for each in np.ravel(numbers(cells[:count])))
    wrong = next((each for each in found if not 0 < each < np.inf), None)
    if wrong is not None and error_name(wrong):
        return (wrong,) * count
    if len(found) < count:
        raise CallError(
            Text("{count} parameters are needed, {given} were given.", "{count} Parameter sind nötig, übergeben wurden {given}."),
            Text("Give the whole row of the fit.", "Bitte die ganze Zeile der Anpassung angeben."),
            count=count, given=len(found),
        )
    if wrong is None:
        return found
    return (VALUE if np.isnan(wrong) else NUM,) * count


def model_of(parameters: Row) -> str:
    """The model that a parameter row names; empty where it is the numbers alone."""
    cells = np.ravel(np.asarray(parameters, dtype=object)).tolist()
    return next((each for each in cells if isinstance(each, str) and each in MODELS), "")
