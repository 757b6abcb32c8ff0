"""BG/NBD: customers without a contract who buy at their own rate and may leave after each repeat purchase.

Fader, Hardie & Lee 2005. Who bought only once counts as alive for certain.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.formulas._dropout import Dropout, DropoutModel
from clvxl.formulas._fitting import Row
from clvxl.words import Text

_MODEL = Dropout("bgnbd", extra=0)  # nobody leaves before the first repeat purchase
likelihood, purchases_if_alive = _MODEL.likelihood, _MODEL.purchases_if_alive


@formula(
    "CLV_BGNBD_FIT",
    Text("Fit of BG/NBD", "Anpassung von BG/NBD"),
    "BG/NBD-Modell aus Kaufhistorien, als eine Zeile: r, alpha, a, b, Log-Likelihood, Kunden (verwendet, ausgelassen), Status in Worten, "
    "vier Standardfehler, Modell.",
    columns=("frequency", "recency", "age"),
    takes_errors=True,
)
def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> DropoutModel:
    """BG/NBD model from purchase histories, as one row: r, alpha, a, b, log-likelihood, customers (used, left out), status in words,
    four standard errors, model.

    Shape: three columns; a row. Units: any unit of time, the same for recency and age; alpha comes in that unit.
    Edges: rows that cannot be a history are left out and counted; the status says where the data reach no inner maximum, and where
    fewer than 1,000 customers are drawn towards usual parameters; the log-likelihood is the highest that the model reaches.
    Source: Fader, Hardie & Lee 2005.

    >>> model = fit([0, 3, 1, 0], [0, 30, 12, 0], [40, 40, 36, 35])
    >>> model.customers, model.left_out
    (4, 0)
    """
    return _MODEL.fit(frequency, recency, age)


@formula(
    "CLV_BGNBD_ALIVE",
    Text("Still active (BG/NBD)", "Noch aktiv (BG/NBD)"),
    "Wahrscheinlichkeit, dass ein Kunde noch aktiv ist, nach dem BG/NBD-Modell.",
)
def alive(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer is still active, by the BG/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: who bought only once counts as active for certain; a history that cannot be is #NUM!.
    Source: Fader, Hardie & Lee 2005.

    >>> round(float(alive(2, 30.43, 38.86, (0.243, 4.414, 0.793, 2.426))), 8)
    0.72657857
    """
    return _MODEL.alive(frequency, recency, age, parameters)


@formula(
    "CLV_BGNBD_PURCHASES",
    Text("Expected purchases (BG/NBD)", "Erwartete Käufe (BG/NBD)"),
    "Käufe, die von einem Kunden in der kommenden Zeit zu erwarten sind, nach dem BG/NBD-Modell.",
)
def expected_purchases(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Purchases to be expected of a customer in the time to come, by the BG/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!; in Python an infinite horizon has an answer where a is above 1.
    Source: Fader, Hardie & Lee 2005.

    >>> round(float(expected_purchases(39, 2, 30.43, 38.86, (0.243, 4.414, 0.793, 2.426))), 8)
    1.22602817
    """
    return _MODEL.expected_purchases(horizon, frequency, recency, age, parameters)


@formula(
    "CLV_BGNBD_NO_PURCHASE",
    Text("No purchase (BG/NBD)", "Kein Kauf (BG/NBD)"),
    "Wahrscheinlichkeit, dass ein Kunde in der kommenden Zeit nichts kauft, nach dem BG/NBD-Modell.",
)
def no_purchase(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer buys nothing in the time to come, by the BG/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!.
    Source: Fader, Hardie & Lee 2005.

    >>> float(no_purchase(0, 2, 30.43, 38.86, (0.243, 4.414, 0.793, 2.426)))
    1.0
    """
    return _MODEL.no_purchase(horizon, frequency, recency, age, parameters)


@formula(
    "CLV_BGNBD_NEW_PURCHASES",
    Text("Purchases of a new customer (BG/NBD)", "Käufe eines neuen Kunden (BG/NBD)"),
    "Wiederkäufe, die von einem neuen Kunden nach dem ersten Kauf zu erwarten sind, nach dem BG/NBD-Modell.",
)
def new_customer_purchases(horizon: ArrayLike, parameters: Row) -> Array:
    """Repeat purchases to be expected of a new customer after the first purchase, by the BG/NBD model.

    Shape: a scalar or a range, and the row of the fit. Units: time as in the fit.
    Edges: a time below zero is #NUM!.
    Source: Fader, Hardie & Lee 2005.

    >>> round(float(new_customer_purchases(52, (0.243, 4.414, 0.793, 2.426))), 6)
    1.446051
    """
    return _MODEL.new_customer_purchases(horizon, parameters)
