"""What a customer is worth from now on: the purchases still to come, month by month, discounted, times what each one brings.

Fader, Hardie & Lee 2005, "RFM and CLV"; Gupta & Lehmann 2003 on discounting.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from clvxl.arguments import Array, Number
from clvxl.catalog import formula
from clvxl.errors import NUM
from clvxl.formulas import bgnbd, mbgnbd, pareto_nbd
from clvxl.formulas._buying import score
from clvxl.formulas._fitting import Row, model_of
from clvxl.formulas._histories import of_pairs
from clvxl.words import Text

WEEKS, DAYS = 4.345, 30.4375  # in a month

_MODELS = {"mbgnbd": mbgnbd, "bgnbd": bgnbd, "pareto": pareto_nbd}
_SINGLE = 32  # months that are summed one by one
_NODES = 16  # per block of months after those, each block twice as long as the one before
_ELEMENTS = 2**18  # computed at a time
_NOTHING = 1e-17
_LOST = 1e4  # how many times larger than their sum its terms may be
_GROWTH = 16.0  # by how many powers of e they may rise within a block
_LARGEST = 700.0  # power of e that is a number


def discounted_purchases(
    horizon_months: float, discount: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row,
    model: str = "mbgnbd", month: float = WEEKS,
) -> Array:
    """Discounted number of purchases of a customer from now to the horizon, each counted at the end of its month.

    Units: horizon in months, discount per year, a month in the unit of time of the model (4.345 weeks, 30.4375 days).
    Edges: an infinite horizon needs a discount, or a model in which purchases come to an end.
    Source: Fader, Hardie & Lee 2005.
    """
    paper = _MODELS[model]
    times, weights = _instalments(horizon_months, (1 + discount) ** (-1 / 12) if discount > -1 else np.nan)

    def of_age(x: Array, T: Array, *known: float) -> Array:
        """For each frequency and age, the sum over all months."""
        result = np.empty(x.size)
        step = max(_ELEMENTS // times.size, 1)
        for start in range(0, x.size, step):
            rows = slice(start, start + step)
            t, each_x, each_age = (np.ravel(part) for part in np.broadcast_arrays(times, x[rows, None], T[rows, None]))
            sums = paper.purchases_if_alive(t * month, each_x, each_age, *known).reshape(-1, times.size)
            found = np.einsum("ij,j->i", sums, weights)
            lost = np.einsum("ij,j->i", sums, np.abs(weights)) > _LOST * found
            result[rows] = np.where(lost, NUM, found)
        return result

    def discounted(x: Array, t_x: Array, T: Array, *known: float) -> Array:
        still = of_pairs(lambda x, T: of_age(x, T, *known), x, T)
        probability: Array = paper.alive(x, t_x, T, known)
        return probability * still

    return score(discounted, model, parameters, frequency, recency, age)


@formula(
    "CLV_RESIDUAL",
    Text("Residual value of a customer", "Restwert eines Kunden"),
    "Abgezinster Deckungsbeitrag, der von einem Kunden ohne Vertrag von jetzt an zu erwarten ist: die Käufe, die noch kommen, Monat für "
    "Monat, mal was ein Kauf einbringt.",
)
def residual_value(
    horizon_months: Number, discount: Number, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, purchase_value: ArrayLike,
    parameters: Row, model: str = "mbgnbd", month: Number = WEEKS,
) -> Array:
    """Discounted contribution to be expected of a customer without a contract from now on: the purchases to come, month by month,
    times what each one brings.

    Shape: scalars or equally shaped ranges, and the row of the fit, which says the model if it is whole. Units: horizon in months,
    discount per year, a month in the unit of time of the fit (4.345 weeks, 30.4375 days).
    Edges: purchases count at the end of their month; a very long horizon needs a discount; a history that cannot be is #NUM!, and so is
    a discount far below zero over a long horizon, where no digits would be left.
    Source: Fader, Hardie & Lee 2005, RFM and CLV.

    >>> worth = residual_value(12, 1.01**12 - 1, 2, 30.43, 38.86, 24.66371391, (0.243, 4.414, 0.793, 2.426), "bgnbd")
    >>> round(float(worth), 5)
    36.28921
    """
    paper = model_of(parameters) or model

    def purchases(horizon: float, rate: float, length: float, *history: Array) -> Array:
        x, t_x, T = history
        return discounted_purchases(horizon, rate, x, t_x, T, parameters, paper, length)

    if paper not in _MODELS:
        return np.full(np.broadcast_shapes(*map(np.shape, (horizon_months, discount, frequency, recency, age, purchase_value, month))), NUM)
    months, rate, length = (np.asarray(value, dtype=float) for value in (horizon_months, discount, month))
    history = [np.asarray(value, dtype=float) for value in (frequency, recency, age)]
    if months.ndim or rate.ndim or length.ndim:
        expected = _by_condition(purchases, [months, rate, length], history)
    else:
        expected = purchases(float(months), float(rate), float(length), *history)
    worth: Array = expected * np.asarray(purchase_value, dtype=float)
    return worth


def _by_condition(purchases: Callable[..., Array], conditions: list[Array], history: list[Array]) -> Array:
    """Purchases where horizon, discount or month differ by customer: at once for all who have the same."""
    all_conditions = np.broadcast_arrays(*conditions, *history)
    columns = [value.ravel() for value in all_conditions]
    distinct_conditions, place = np.unique(np.stack(columns[:3]), axis=1, return_inverse=True)
    result = np.empty(columns[0].size)
    for number, condition in enumerate(distinct_conditions.T.tolist()):
        rows = np.flatnonzero(place.ravel() == number)
        result[rows] = purchases(*condition, *(column[rows] for column in columns[3:]))
    return result.reshape(all_conditions[0].shape)


def _instalments(horizon: float, monthly: float) -> tuple[Array, Array]:
    """Months t and weights w, so that Σ w·E(t) is the sum over all months of what E gains in each, times the discount at its end.

    With v the discount of a month this is v^N·E(N) + (1 - v)·Σ v^t·E(t), where nothing cancels.
    """
    if not horizon >= 0 or np.isnan(monthly) or (monthly > 1 and horizon * np.log(monthly) > _LARGEST):
        return np.array([0.0]), np.array([NUM])
    if monthly == 1:
        return np.array([horizon]), np.array([1.0])
    last = min(horizon, np.log(_NOTHING) / np.log(monthly)) if monthly < 1 else horizon
    full = max(int(np.ceil(last)) - 1, 0)  # months before the last payment
    start = min(full, _SINGLE) + 1
    steep = max(int(_GROWTH / np.log(monthly)), _NODES) if monthly > 1 else full
    times, counts = [np.arange(1, start, dtype=float)], [np.ones(start - 1)]
    while start <= full:
        length = min(start - 1, full - start + 1, steep)
        months, count = _gauss(length)
        times.append(start + months)
        counts.append(count)
        start += length
    t = np.concatenate(times)
    weight = np.concatenate(counts) * (1 - monthly) * monthly ** t
    # What is bought in a part of a month is paid at its end, the horizon.
    ends = [(full, monthly ** (full + 1) - monthly**last)] if last < full + 1 else []
    return np.array([*t, *(month for month, _ in ends), last]), np.array([*weight, *(share for _, share in ends), monthly**last])


def _gauss(length: int) -> tuple[Array, Array]:
    """Nodes and weights that sum a polynomial over 0, 1, …, length - 1: Gauss's rule for sums."""
    n = np.arange(1, min(_NODES, length), dtype=float)
    off = np.sqrt(n**2 * (length**2 - n**2) / (4 * (4 * n**2 - 1)))
    nodes, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    return nodes + (length - 1) / 2, length * vectors[0] ** 2
