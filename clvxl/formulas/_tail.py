"""The integral in Pareto/NBD: ∫ (1 + u/A)^-m (1 + u/B)^-n du from 0 to infinity, in logarithms, with its derivatives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clvxl.arguments import Array
from clvxl.formulas._quadrature import beta_mean

_TERMS = 400
_QUICK = 10.0  # beyond this ρ, these terms are not enough
_FEW = 150  # elements for which the integral is the quicker one
_ROWS = 1024  # elements of a series that stay in the processor's cache


class Tail(NamedTuple):
    """The logarithm of the integral and its derivatives with respect to A, B, m and n."""

    log: Array
    by_a: Array
    by_b: Array
    by_m: Array
    by_n: Array


def tail(a: Array, b: Array, m: Array, n: Array) -> Tail:
    """The integral for A and B above 0 and m + n above 1.

    With the larger of A and B over c = m + n - 1 in front, the rest is ₂F₁(n, 1; c + 1; -ρ), n being the exponent of the
    smaller: a mean of numbers between 0 and 1, so that nothing overflows or cancels.
    """
    swap = a < b
    big, small = np.where(swap, b, a), np.where(swap, a, b)
    inner = np.where(swap, m, n)
    c, rho = m + n - 1, (big - small) / small
    mean, by_rho, by_inner, by_c = _mean(rho, inner, c)
    log = np.log(big) - np.log(c) + np.log(mean)
    by_big = 1 / big + by_rho / mean / small
    by_small = -by_rho / mean * (rho + 1) / small
    by_outer = -1 / c + by_c / mean
    by_inner = -1 / c + (by_c + by_inner) / mean
    return Tail(log, np.where(swap, by_small, by_big), np.where(swap, by_big, by_small),
                np.where(swap, by_inner, by_outer), np.where(swap, by_outer, by_inner))


def _mean(rho: Array, n: Array, c: Array) -> Array:
    """₂F₁(n, 1; c + 1; -ρ) and its derivatives with respect to ρ, n and c."""
    result = np.full((4, rho.size), np.nan)
    order = np.argsort(rho)  # so that those with few terms do not wait for those with many
    quick = order[:np.searchsorted(rho[order], _QUICK if rho.size > _FEW else 1)]
    for start in range(0, quick.size, _ROWS):
        rows = quick[start:start + _ROWS]
        result[:, rows] = _series(rho[rows], n[rows], c[rows])
    rest = np.flatnonzero(np.isnan(result[0]))
    if rest.size:
        knee = np.log(c / (rho * np.maximum(n, 1)))
        result[:, rest] = beta_mean(_integrands, np.ones(rest.size), np.ones(rest.size), knee[rest], rho[rest], n[rest], c[rest])
    return result


def _series(rho: Array, n: Array, c: Array) -> Array:
    """Σ (m)_j / (c + 1)_j · z^j · (1 - z), where z = ρ / (1 + ρ) and m = c + 1 - n: all terms are positive; NaN where they are too many."""
    z, m, c = rho / (1 + rho), c + 1 - n, c + 1
    term, by_m, by_c = np.ones_like(z), np.zeros_like(z), np.zeros_like(z)
    total, slope, total_m, total_c = term.copy(), np.zeros_like(z), np.zeros_like(z), np.zeros_like(z)
    for j in range(_TERMS):
        over, under = m + j, c + j
        by_m += 1 / over
        by_c -= 1 / under
        over /= under
        over *= z
        term *= over
        total += term
        slope += (j + 1) * term
        total_m += by_m * term
        total_c += by_c * term
        if j % 4 == 3 and ((j + 1) * term <= 1e-17 * total).all():
            break
    lead = 1 - z
    slope = np.where(z > 0, slope / np.where(z > 0, z, 1), m / c)
    by_rho = lead * lead * (lead * slope - total)
    result = np.array([lead * total, by_rho, -lead * total_m, lead * (total_m + total_c)])
    return np.where((j + 1) * term <= 1e-16 * total * lead, result, np.nan)


def _integrands(q: Array, p: Array, rho: Array, n: Array, c: Array) -> Array:
    """(1 + ρy)^-n, where y = 1 - p^(1/c), and its derivatives with respect to ρ, n and c."""
    share = np.where(q < 0.5, np.log1p(-np.minimum(q, 0.5)), np.log(p)) / c
    y = -np.expm1(share)
    log = np.log1p(rho * y)
    value = np.exp(-n * log)
    slope = -n * value / (1 + rho * y)
    return np.array([value, slope * y, -log * value, slope * rho * (1 - y) * share / c])
