"""Expectations over a beta distribution and over the unit interval, by the trapezoidal rule where it converges geometrically."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from clvxl.arguments import Array

_NODES = 512
_ROWS = 256  # rows that are integrated at a time
_DEEP = 40.0  # e^-40 is nothing in a double


class Nodes(NamedTuple):
    """Points of the unit interval, given by the logarithm of their distance to 0, with weights that add up to 1."""

    log: Array
    weight: Array


def unit_nodes(step: float = 0.1, reach: float = 3.6) -> Nodes:
    """Double exponential nodes for functions on (0, 1) that are smooth inside and may be rough at the ends."""
    u = np.arange(-reach, reach + step / 2, step)
    log = -np.logaddexp(0, -np.pi * np.sinh(u))
    weight = np.cosh(u) * np.exp(log - np.logaddexp(0, np.pi * np.sinh(u)))
    return Nodes(log, weight / weight.sum())


def beta_mean(function: Callable[..., Array], a: Array, b: Array, knee: Array, *others: Array) -> Array:
    """The mean of ``function(p, *others)`` where p has a beta distribution with parameters a and b.

    The function must be smooth in the log-odds of p and level off towards both ends; ``knee`` is the log-odds below which
    it no longer changes. Every term is positive where the function is, so nothing is lost to cancellation.
    """
    rows = np.broadcast_arrays(a, b, knee, *others)
    shape, flat = rows[0].shape, [np.ravel(each) for each in rows]
    result = np.empty(flat[0].size)
    for start in range(0, result.size, _ROWS):
        block = [each[start:start + _ROWS, None] for each in flat]
        result[start:start + _ROWS] = _beta_mean(function, *block)
    return result.reshape(shape)


def _beta_mean(function: Callable[..., Array], a: Array, b: Array, knee: Array, *others: Array) -> Array:
    peak = np.log(a / b)
    # How far the weights reach; to the left against a function that may grow like 1/p, down to its knee.
    left, right = _DEEP / np.maximum(a - 1, 1e-9), _DEEP / b
    left = left + np.sqrt(2 * left + 2 * right)
    right = right + np.sqrt(2 * _DEEP / a + 2 * right)
    low = np.maximum(peak - left, np.minimum(np.minimum(peak, knee), 0) - _DEEP)
    high = np.minimum(peak + right, np.maximum(peak, 0) + _DEEP)
    step = (high - low) / (_NODES - 1)
    odds = low + step * np.arange(_NODES)
    log_p, log_q = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    weight = a * log_p + b * log_q
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    # Beyond the last nodes the weights fall geometrically and the function stays what it is.
    weight[:, 0] /= -np.expm1(-a * step)[:, 0]
    weight[:, -1] /= -np.expm1(-b * step)[:, 0]
    mean: Array = (weight * function(np.exp(log_p), *others)).sum(axis=1) / weight.sum(axis=1)
    return mean
