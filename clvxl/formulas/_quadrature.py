"""Expectations over a beta distribution, by the trapezoidal rule where it converges geometrically."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clvxl.arguments import Array

_NODES = 320
_ROWS = 256  # rows that are integrated at a time
_DEEP = 40.0  # e^-40 is nothing in a double


def beta_mean(function: Callable[..., Array], a: Array, b: Array, knee: Array, *others: Array) -> Array:
    """The mean of ``function(p, q, *others)`` where p has a beta distribution with parameters a and b, and q is 1 - p.

    The function must be smooth in the log-odds of p and level off towards both ends; ``knee`` is the log-odds below which
    it no longer changes. Every term is positive where the function is, so nothing is lost to cancellation. A function may
    give several results at once, in front.
    """
    rows = [np.ravel(each) for each in np.broadcast_arrays(a, b, knee, *others)]
    blocks = ([each[start:start + _ROWS, None] for each in rows] for start in range(0, rows[0].size, _ROWS))
    return np.concatenate([_beta_mean(function, *block) for block in blocks], axis=-1)


def _beta_mean(function: Callable[..., Array], a: Array, b: Array, knee: Array, *others: Array) -> Array:
    odds = _reach(a, b, knee)
    log_p, log_q = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    weight = a * log_p + b * log_q
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    # Beyond the last nodes the weights fall geometrically and the function stays what it is.
    step = odds[:, 1] - odds[:, 0]
    weight[:, 0] /= -np.expm1(-a[:, 0] * step)
    weight[:, -1] /= -np.expm1(-b[:, 0] * step)
    mean: Array = (weight * function(np.exp(log_p), np.exp(log_q), *others)).sum(axis=-1) / weight.sum(axis=-1)
    return mean


def _reach(a: Array, b: Array, knee: Array) -> Array:
    """Equidistant log-odds over all that matters: where the weights are, and to the left down to the knee."""
    peak = np.log(a / b)
    # To the left the function may grow like 1/p.
    left, right = _DEEP / np.maximum(a - 1, 1e-9), _DEEP / b
    left, right = left + np.sqrt(2 * left + 2 * right), right + np.sqrt(2 * _DEEP / a + 2 * right)
    low = np.maximum(peak - left, np.minimum(np.minimum(peak, knee), 0) - _DEEP)
    high = np.minimum(peak + right, np.maximum(peak, 0) + _DEEP)
    return low + (high - low) * np.linspace(0, 1, _NODES)
