"""Customers without a contract: how they go on buying and what they spend, from a model fitted to the orders of all of them.

A customer is scored by columns of numbers alone, so that any part of the customers can be scored by itself. What depends on the
history of purchases is computed once for each history that occurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

import numpy as np

from clvxl.arguments import Array
from clvxl.formulas import bgnbd, gamma_gamma, mbgnbd, pareto_nbd, residual
from clvxl.formulas._buying import parameter_covariance
from clvxl.formulas._dropout import DropoutModel
from clvxl.formulas._fitting import Row
from clvxl.formulas._histories import Codes, distinct
from clvxl.formulas.gamma_gamma import GammaGamma
from clvxl.formulas.pareto_nbd import ParetoNBD
from clvxl.prediction.certainty import Spread, add_up, of_logarithms, slopes, spread
from clvxl.settings import BuyingModel

_ROWS = 2**18  # customers that are valued at a time
WEEK = 7.0  # the models count in weeks
YEAR = 12 * residual.WEEKS
MODELS: dict[BuyingModel, ModuleType] = {"mbgnbd": mbgnbd, "bgnbd": bgnbd, "pareto": pareto_nbd}


class Histories(NamedTuple):
    """What the orders say of each customer; days in weeks, amounts of a day with purchases."""

    frequency: Array
    recency: Array
    age: Array
    spend: Array  # mean of the repeat purchases
    first_spend: Array  # the first purchase of those without another


class Money(NamedTuple):
    """What else is known of each customer: the margin, the number of the segment, and 0 for who is known to have left."""

    margin: Array
    segment: Codes
    stays: Array
    segments: int


class Outlook(NamedTuple):
    """What is to be expected of each customer, and how sure the value is: of each, and of all of a segment together."""

    alive: Array
    orders: Array  # expected in 12 months
    again: Array  # the chance to buy at all in 12 months
    spend: Array  # expected amount of an order
    potential: Array  # revenue of 12 months of a customer who is active
    value: Array  # discounted contribution within the horizon
    deviation: Array  # one standard error of the value
    together: Array  # a row per segment: what its value changes by one standard error in each direction


class _Scores(NamedTuple):
    """What depends on the history of purchases alone."""

    alive: Array
    orders: Array
    again: Array
    active: Array  # orders in 12 months of a customer who is active
    later: Array  # discounted orders within the horizon
    slopes: Array


@dataclass(frozen=True, slots=True)
class Buying:
    """A model of buying and one of spending, fitted, and how far their parameters may be off."""

    model: BuyingModel
    parameters: DropoutModel | ParetoNBD
    spend: GammaGamma
    spread: Spread
    spend_spread: Spread


def fit(model: BuyingModel, found: Histories) -> Buying:
    """Both models, fitted to all customers."""
    paper = MODELS[model]
    parameters = paper.fit(*found[:3])
    buying = parameter_covariance(paper.likelihood, *found[:3], parameters)
    money = gamma_gamma.fit(found.frequency, found.spend)
    return Buying(model, parameters, money, spread(buying), spread(_spend_covariance(found, money)))


def _spend_covariance(found: Histories, money: GammaGamma) -> Array:
    """The covariance of the logarithms of the parameters of spending."""
    x, m = found.frequency, found.spend
    with np.errstate(invalid="ignore"):
        good = (x > 0) & (m > 0)
    if not good.any() or np.isnan(money.p):
        return np.zeros((3, 3))
    unit = float(m[good].mean())
    return of_logarithms(gamma_gamma.likelihood(x[good], m[good] / unit), np.array([money.p, money.q, money.v / unit]), gamma_gamma._SLANT)


def outlook(buying: Buying, found: Histories, money: Money, years: float, discount: float) -> Outlook:
    """What is to be expected of these customers, each from their own orders."""
    (x, t_x, T), place = distinct(*found[:3])
    scores = _scores(buying, x, t_x, T, years, discount)
    size, directions = place.size, len(buying.spread) + len(buying.spend_spread)
    spend, value, deviation, together = np.empty(size), np.empty(size), np.empty(size), np.zeros((money.segments, directions))
    for start in range(0, size, _ROWS):
        rows = slice(start, start + _ROWS)
        some, at = Histories(*(each[rows] for each in found)), place[rows]
        margin = money.margin[rows] * money.stays[rows]

        def spends(parameters: Array, some: Histories = some) -> Array:
            return expected_spend(some, parameters)

        each = spends(np.array(buying.spend[:3]))
        by_spend = slopes(spends, each, buying.spend[:3], buying.spend_spread) * (scores.later[at] * margin)[:, None]
        by_buying = scores.slopes[at] * (each * margin)[:, None]
        spend[rows], value[rows] = each, scores.later[at] * each * margin
        deviation[rows] = add_up(np.hstack([by_buying, by_spend]), money.segment[rows], together)
    alive, orders, again = (each[place] * money.stays for each in scores[:3])
    return Outlook(alive, orders, again, spend, scores.active[place] * spend, value, deviation, together)


def _scores(buying: Buying, x: Array, t_x: Array, T: Array, years: float, discount: float) -> _Scores:
    paper, known = MODELS[buying.model], buying.parameters

    def later(parameters: Array) -> Array:
        return residual.discounted_purchases(12 * years, discount, x, t_x, T, parameters, buying.model)

    alive, orders = paper.alive(x, t_x, T, known), paper.expected_purchases(YEAR, x, t_x, T, known)
    with np.errstate(divide="ignore", invalid="ignore"):
        active = np.where(alive > 0, orders / alive, 0.0)
    again = 1 - paper.no_purchase(YEAR, x, t_x, T, known)
    numbers = np.array(known[:4], dtype=float)
    now = later(numbers)
    return _Scores(alive, orders, again, active, now, slopes(later, now, numbers, buying.spread))


def expected_spend(found: Histories, parameters: Row) -> Array:
    """Expected amount of a customer's next orders; who bought once is judged by that purchase, as by a repeat purchase."""
    once = (found.frequency == 0) & (found.first_spend > 0)
    frequency, spend = np.where(once, 1.0, found.frequency), np.where(once, found.first_spend, found.spend)
    return gamma_gamma.expected_spend(frequency, spend, parameters)
