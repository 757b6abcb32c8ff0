"""How sure a figure is that was computed from estimated parameters: the delta method, along independent directions.

The covariance of the parameters' logarithms is taken apart into directions that are independent of each other. What a figure changes
along each of them by one standard error adds up over customers, and its squares add up to the variance of any sum.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clvxl.arguments import Array
from clvxl.formulas._fitting import Objective, Optimum, Row, covariance, curvature, slanted
from clvxl.formulas._histories import Codes

Spread = Array  # a row per direction: the logarithms of the parameters, one standard error on
DEVIATIONS = 1.6448536269514722  # of a normal distribution, to both sides, hold nine cases in ten
_HOPELESS = 5.0  # times the value: a range over more than three powers of ten says nothing
_NUDGE = 1e-5


def spread(covariance: Array) -> Spread:
    """The independent directions in which parameters may be off, each as long as one standard error."""
    sizes, directions = np.linalg.eigh(np.nan_to_num(covariance))
    some = sizes > 0
    found: Array = (directions[:, some] * np.sqrt(sizes[some])).T
    return found


def of_logarithms(objective: Objective, parameters: Array, slant: Array) -> Array:
    """The covariance of the logarithms of fitted parameters, found in the slanted coordinates in which they were fitted.

    A coordinate of which the data tell nothing, because it leads to a boundary, counts as known.
    """
    along = slanted(objective, slant)
    point: Array = np.linalg.solve(slant, np.log(parameters)).astype(float)
    value, gradient = along(point)
    found = np.nan_to_num(covariance(Optimum(point, value, curvature(along, point, gradient), True)))
    result: Array = slant @ found @ slant.T
    return result


def slopes(figure: Callable[[Array], Array], now: Array, parameters: Row, directions: Spread) -> Array:
    """What each element of a figure, which is ``now`` at the parameters, changes by one standard error in each direction: a row each."""
    point = np.log(np.asarray(parameters, dtype=float))
    found = []
    for direction in directions:
        length = float(np.linalg.norm(direction))
        found.append((figure(np.exp(point + _NUDGE * direction / length)) - now) / _NUDGE * length)
    return np.array(found).reshape(len(found), now.size).T


def add_up(changes: Array, segment: Codes, together: Array) -> Array:
    """The standard error of each element, from what it changes in each direction; the changes are added to those of its segment."""
    for direction, change in enumerate(np.nan_to_num(changes).T):
        together[:, direction] += np.bincount(segment, change, len(together))
    deviation: Array = np.sqrt((changes**2).sum(axis=1))
    return deviation


def between(value: Array, deviation: Array) -> tuple[Array, Array]:
    """The range that holds nine cases in ten, lognormal so that it keeps its sign; none where nothing or next to all is uncertain."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(deviation > 0, deviation / np.abs(value), np.nan)
    factor = np.exp(DEVIATIONS * np.where(relative < _HOPELESS, relative, np.nan))
    ends = np.stack([value / factor, value * factor])
    return ends.min(axis=0), ends.max(axis=0)
