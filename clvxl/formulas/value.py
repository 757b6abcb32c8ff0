"""What a customer is worth, from averages and from a constant retention."""

from __future__ import annotations

import numpy as np

from clvxl.arguments import Number
from clvxl.catalog import formula
from clvxl.errors import NUM
from clvxl.words import Text


@formula(
    "CLV",
    Text("Customer lifetime value", "Kundenwert"),
    "Kundenwert nach der Durchschnittsmethode: Marge × Umsatz pro Jahr × Jahre der Beziehung.",
    native="margin*revenue*years",
)
def clv(margin: Number, revenue: Number, years: Number) -> Number:
    """Customer lifetime value by the average method: margin × revenue per year × years of the relationship.

    Shape: scalars or equally shaped ranges. Units: money.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> clv(0.3, 12000, 5)
    18000.0
    """
    return margin * revenue * years


def first_payment(timing: str, retention: Number, discount: Number) -> Number:
    """What the day of the first payment makes of the value of payments at the end of each year."""
    match timing:
        case "begin":
            return 1 + discount
        case "end":
            return 1.0
        case "existing":
            return retention
        case _:
            return retention * (1 + discount)


@formula(
    "CLV_RETENTION",
    Text("CLV with retention and discount", "CLV mit Bindung und Abzinsung"),
    "Kundenwert bei gleichbleibender Bindungsrate und Abzinsung, ohne zeitliche Grenze.",
    native="""IF(retention<1+discount,
        margin*revenue*SWITCH(timing,"begin",1+discount,0,1+discount,"end",1,1,1,"existing",retention,2,retention,
            "renewal",retention*(1+discount),3,retention*(1+discount),#VALUE!)/(1+discount-retention), #NUM!)""",
)
def clv_retention(margin: Number, revenue: Number, retention: Number, discount: Number, timing: str = "begin") -> Number:
    """Customer lifetime value at a constant retention and discount rate, over an unlimited time.

    Shape: scalars or equally shaped ranges; one timing for all. Units: money.
    Edges: retention must stay below 1 + discount, else #NUM!.
    Source: Gupta & Lehmann 2003; Fader & Hardie, the four timings of the first payment.

    >>> float(clv_retention(0.1, 1000, 0.8, 0.1).round(4))
    366.6667
    """
    value = margin * revenue * first_payment(timing, retention, discount) / (1 + discount - retention)
    return np.where(retention < 1 + discount, value, NUM)
