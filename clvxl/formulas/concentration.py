"""How much of the value rests on a few customers."""

from __future__ import annotations

from math import ceil

import numpy as np

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.errors import DIV0, NUM
from clvxl.formulas._cases import filled
from clvxl.words import Text


@formula(
    "CLV_TOP_SHARE",
    Text("Share of the best customers", "Anteil der besten Kunden"),
    "Anteil am Gesamtwert, der auf die besten Kunden entfällt, zum Beispiel auf die besten 20 %.",
    native="""LET(total, SUM(value), known, TOCOL(value, 1), best, share*ROWS(known), last, LARGE(known, MAX(1, ROUNDUP(best, 0))),
        IF(total<0, #NUM!, (SUMPRODUCT((known>last)*(known-last))+best*last)/total))""",
    columns=("value",),
)
def clv_top_share(value: Array, share: float) -> float:
    """Share of the total value that comes from the best customers, for example from the best 20 %.

    Shape: a range of values and one share; one number. Units: fraction, above 1 where other customers cost money.
    Edges: a part of a customer counts in part, and of customers with the same value any counts the same; blanks are left out;
    a total of zero is #DIV/0!, below zero #NUM!.
    Source: Lorenz 1905.

    >>> clv_top_share(np.array([10.0, 60.0, 20.0, 5.0, 5.0]), 0.2)
    0.6
    """
    known = filled(value)
    total, best = float(known.sum()), share * known.size
    if total <= 0:
        return DIV0 if total == 0 else NUM
    at = known.size - max(1, ceil(best))
    last = float(np.partition(known, at)[at])
    return float(np.maximum(known - last, 0).sum() + best * last) / total


@formula(
    "CLV_GINI",
    Text("Gini coefficient", "Gini-Koeffizient"),
    "Gini-Koeffizient der Kundenwerte: 0, wenn alle Kunden gleich viel wert sind, nahe 1, wenn fast alles an einem Kunden hängt.",
    native="""LET(total, SUM(value), known, TOCOL(value, 1), size, ROWS(known),
        IF(MIN(known)<0, #NUM!, SUMPRODUCT(SORT(known), 2*SEQUENCE(size)-size-1)/(size*total)))""",
    columns=("value",),
)
def clv_gini(value: Array) -> float:
    """Gini coefficient of customer values: 0 when all customers are worth the same, near 1 when almost everything rests on one.

    Shape: a range of values; one number. Units: ratio from 0 to 1 − 1/n.
    Edges: a value below zero is #NUM!, a total of zero #DIV/0!; blanks are left out.
    Source: Gini 1912.

    >>> clv_gini(np.array([1.0, 2.0, 3.0, 4.0]))
    0.25
    """
    known = np.sort(filled(value))
    total, size = float(known.sum()), known.size
    if known[0] < 0:
        return NUM
    return float(known @ (2.0 * np.arange(1, size + 1) - size - 1)) / (size * total) if total else DIV0
