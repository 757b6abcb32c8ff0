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
from clvxl.formulas._histories import distinct
from clvxl.formulas.gamma_gamma import GammaGamma
from clvxl.formulas.pareto_nbd import ParetoNBD
from clvxl.prediction.certainty import Spread, of_logarithms, slopes, spread
from clvxl.settings import BuyingModel

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


class Outlook(NamedTuple):
    """What is to be expected of each customer. ``slopes`` says how the value would change with each thing that is uncertain."""

    alive: Array
    orders: Array  # expected in 12 months
    again: Array  # the chance to buy at all in 12 months
    spend: Array  # expected amount of an order
    potential: Array  # revenue of 12 months of a customer who is active
    value: Array  # discounted contribution within the horizon
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


def outlook(buying: Buying, found: Histories, margin: Array, years: float, discount: float) -> Outlook:
    """What is to be expected of these customers, each from their own orders."""
    paper, known = MODELS[buying.model], buying.parameters
    (x, t_x, T), place = distinct(*found[:3])
    alive = paper.alive(x, t_x, T, known)
    orders = paper.expected_purchases(YEAR, x, t_x, T, known)
    again = 1 - paper.no_purchase(YEAR, x, t_x, T, known)
    with np.errstate(divide="ignore", invalid="ignore"):
        active = np.where(alive > 0, orders / alive, 0.0)

    def purchases(parameters: Array) -> Array:
        return residual.discounted_purchases(12 * years, discount, x, t_x, T, parameters, buying.model)

    def spends(parameters: Array) -> Array:
        return expected_spend(found, parameters)

    spend, later = spends(np.array(buying.spend[:3])), purchases(np.array(known[:4], dtype=float))[place]
    value = later * spend * margin
    by_buying = slopes(purchases, known[:4], buying.spread, x.size)[place] * (spend * margin)[:, None]
    by_spend = slopes(spends, buying.spend[:3], buying.spend_spread, spend.size) * (later * margin)[:, None]
    return Outlook(
        alive[place], orders[place], again[place], spend, active[place] * spend, value, np.hstack([by_buying, by_spend])
    )


def expected_spend(found: Histories, parameters: Row) -> Array:
    """Expected amount of a customer's next orders; who bought once is judged by that purchase, as by a repeat purchase."""
    once = (found.frequency == 0) & (found.first_spend > 0)
    frequency, spend = np.where(once, 1.0, found.frequency), np.where(once, found.first_spend, found.spend)
    return gamma_gamma.expected_spend(frequency, spend, parameters)
