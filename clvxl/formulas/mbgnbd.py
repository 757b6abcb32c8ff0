"""MBG/NBD: as BG/NBD, but customers may leave after every purchase, the first one included.

Batislam, Denizel & Filiztekin 2007. Who bought only once may be gone.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.formulas._dropout import Dropout, DropoutModel
from clvxl.formulas._fitting import Row
from clvxl.words import Text

_MODEL = Dropout("mbgnbd", extra=1)  # customers may already leave after the first purchase
likelihood, purchases_if_alive = _MODEL.likelihood, _MODEL.purchases_if_alive


@formula(
    "CLV_MBGNBD_FIT",
    Text("Fit of MBG/NBD", "Anpassung von MBG/NBD"),
    "MBG/NBD-Modell aus Kaufhistorien, als eine Zeile: r, alpha, a, b, Log-Likelihood, Kunden (verwendet, ausgelassen), Status in Worten, "
    "vier Standardfehler, Modell.",
    columns=("frequency", "recency", "age"),
    takes_errors=True,
)
def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> DropoutModel:
    """MBG/NBD model from purchase histories, as one row: r, alpha, a, b, log-likelihood, customers (used, left out), status in words,
    four standard errors, model.

    Shape: three columns; a row. Units: any unit of time, the same for recency and age; alpha comes in that unit.
    Edges: rows that cannot be a history are left out and counted; the status says where the data reach no inner maximum, and where
    fewer than 1,000 customers are drawn towards usual parameters; the log-likelihood is the highest that the model reaches.
    Source: Batislam, Denizel & Filiztekin 2007.

    >>> model = fit([0, 3, 1, 0], [0, 30, 12, 0], [40, 40, 36, 35])
    >>> model.customers, model.left_out
    (4, 0)
    """
    return _MODEL.fit(frequency, recency, age)


@formula(
    "CLV_MBGNBD_ALIVE",
    Text("Still active (MBG/NBD)", "Noch aktiv (MBG/NBD)"),
    "Wahrscheinlichkeit, dass ein Kunde noch aktiv ist, nach dem MBG/NBD-Modell.",
)
def alive(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer is still active, by the MBG/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: who bought only once may be gone too; a history that cannot be is #NUM!.
    Source: Batislam, Denizel & Filiztekin 2007.

    >>> round(float(alive(2, 30.43, 38.86, (0.525, 6.183, 0.891, 1.614))), 8)
    0.70620227
    """
    return _MODEL.alive(frequency, recency, age, parameters)


@formula(
    "CLV_MBGNBD_PURCHASES",
    Text("Expected purchases (MBG/NBD)", "Erwartete Käufe (MBG/NBD)"),
    "Käufe, die von einem Kunden in der kommenden Zeit zu erwarten sind, nach dem MBG/NBD-Modell.",
)
def expected_purchases(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Purchases to be expected of a customer in the time to come, by the MBG/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!; in Python an infinite horizon has an answer where a is above 1.
    Source: Batislam, Denizel & Filiztekin 2007.

    >>> round(float(expected_purchases(39, 2, 30.43, 38.86, (0.525, 6.183, 0.891, 1.614))), 8)
    1.26296062
    """
    return _MODEL.expected_purchases(horizon, frequency, recency, age, parameters)


@formula(
    "CLV_MBGNBD_NO_PURCHASE",
    Text("No purchase (MBG/NBD)", "Kein Kauf (MBG/NBD)"),
    "Wahrscheinlichkeit, dass ein Kunde in der kommenden Zeit nichts kauft, nach dem MBG/NBD-Modell.",
)
def no_purchase(horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, parameters: Row) -> Array:
    """Probability that a customer buys nothing in the time to come, by the MBG/NBD model.

    Shape: scalars or equally shaped ranges, and the row of the fit. Units: time as in the fit.
    Edges: a history that cannot be is #NUM!.
    Source: Batislam, Denizel & Filiztekin 2007.

    >>> float(no_purchase(0, 2, 30.43, 38.86, (0.525, 6.183, 0.891, 1.614)))
    1.0
    """
    return _MODEL.no_purchase(horizon, frequency, recency, age, parameters)


@formula(
    "CLV_MBGNBD_NEW_PURCHASES",
    Text("Purchases of a new customer (MBG/NBD)", "Käufe eines neuen Kunden (MBG/NBD)"),
    "Wiederkäufe, die von einem neuen Kunden nach dem ersten Kauf zu erwarten sind, nach dem MBG/NBD-Modell.",
)
def new_customer_purchases(horizon: ArrayLike, parameters: Row) -> Array:
    """Repeat purchases to be expected of a new customer after the first purchase, by the MBG/NBD model.

    Shape: a scalar or a range, and the row of the fit. Units: time as in the fit.
    Edges: a time below zero is #NUM!.
    Source: Batislam, Denizel & Filiztekin 2007.

    >>> round(float(new_customer_purchases(52, (0.525, 6.183, 0.891, 1.614))), 6)
    1.419724
    """
    return _MODEL.new_customer_purchases(horizon, parameters)
