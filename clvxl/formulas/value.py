"""What a customer is worth: from averages, from a constant retention, and from payments as they come."""

from __future__ import annotations

from math import isnan

import numpy as np

from clvxl.arguments import Array, Number
from clvxl.catalog import formula
from clvxl.errors import NUM
from clvxl.formulas._cases import replaced
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


_FIRST_PAYMENT = """SWITCH(timing, "begin", 1+discount, "end", 1, "existing", retention, retention*(1+discount))"""
_RETENTION = f"IF(retention-1<discount, margin*revenue*{_FIRST_PAYMENT}/((1-retention)+discount), #NUM!)"


@formula(
    "CLV_RETENTION",
    Text("CLV with retention and discount", "CLV mit Bindung und Abzinsung"),
    "Kundenwert bei gleichbleibender Bindungsrate und Abzinsung, ohne zeitliche Grenze.",
    native=_RETENTION,
)
def clv_retention(margin: Number, revenue: Number, retention: Number, discount: Number, timing: str = "begin") -> Number:
    """Customer lifetime value at a constant retention and discount rate, over an unlimited time.

    Shape: scalars or equally shaped ranges; one timing for all. Units: money.
    Edges: retention must stay below 1 + discount, else #NUM!.
    Source: Gupta & Lehmann 2003; Fader & Hardie 2012 (note 024).

    >>> round(float(clv_retention(0.1, 1000, 0.8, 0.1)), 4)
    366.6667
    """
    leaving = (1 - retention) + discount
    value = np.divide(margin * revenue * first_payment(timing, retention, discount), leaving)
    return replaced(value, leaving <= 0, NUM)


@formula(
    "CLV_HORIZON",
    Text("CLV over some years", "CLV über einige Jahre"),
    "Kundenwert aus den ersten Zahlungen nur, so vielen wie Jahre gezählt werden, bei gleichbleibender Bindungsrate und Abzinsung.",
    native=f"""LET(drop, (retention-1-discount)/(1+discount),
        margin*revenue*{_FIRST_PAYMENT}/(1+discount)*IF(years=0, 0, IF((1+years)*ABS(drop)<0.001,
            years*(1+(years-1)/2*drop*(1+(years-2)/3*drop*(1+(years-3)/4*drop))), ((1+drop)^years-1)/drop)))""",
)
def clv_horizon(
    margin: Number, revenue: Number, retention: Number, discount: Number, years: Number, timing: str = "begin",
) -> Number:
    """Customer lifetime value from the first payments only, as many as years are counted, at a constant retention and discount rate.

    Shape: scalars or equally shaped ranges; one timing for all. Units: money.
    Edges: retention may reach or exceed 1 + discount; where they are equal, all payments weigh the same.
    Source: Gupta & Lehmann 2003.

    >>> round(float(clv_horizon(0.1, 1000, 0.8, 0.1, 5)), 4)
    292.0634
    """
    drop = np.divide(retention - 1 - discount, 1 + discount)  # each payment's weight is 1 + drop times the one before
    payments = np.expm1(years * np.log1p(drop)) / drop
    flat = (drop == 0) | (years == 0)
    if np.any(flat):
        payments = np.where(flat, years, payments)
    return margin * revenue * first_payment(timing, retention, discount) / (1 + discount) * payments


@formula(
    "CLV_GROWING",
    Text("CLV of a growing customer", "CLV eines wachsenden Kunden"),
    "Kundenwert, wenn der Deckungsbeitrag eines Kunden, der bleibt, jedes Jahr um denselben Anteil wächst.",
    native=f"LET(retention, retention*(1+growth), {_RETENTION})",
)
def clv_growing(
    margin: Number, revenue: Number, retention: Number, discount: Number, growth: Number, timing: str = "begin",
) -> Number:
    """Customer lifetime value when the contribution of a customer who stays grows by the same share every year.

    Shape: scalars or equally shaped ranges; one timing for all. Units: money.
    Edges: retention × (1 + growth) must stay below 1 + discount, else #NUM!.
    Source: Gupta & Lehmann 2003.

    >>> round(float(clv_growing(0.1, 1000, 0.8, 0.1, 0.03)), 4)
    398.5507
    """
    return clv_retention(margin, revenue, retention * (1 + growth), discount, timing)


@formula(
    "CLV_CASHFLOW",
    Text("CLV from cash flows", "CLV aus Zahlungsreihe"),
    "Kundenwert aus einer Reihe von Deckungsbeiträgen und dem Anteil der Kunden, die in jeder Periode noch da sind, abgezinst.",
    native="""SUMPRODUCT(contribution, survival,
        (1+discount)^-SEQUENCE(ROWS(contribution), COLUMNS(contribution), SWITCH(timing, "begin", 0, "renewal", 0, 1)))""",
    columns=("contribution", "survival"),
)
def clv_cashflow(contribution: Array, survival: Array, discount: float, timing: str = "begin") -> float:
    """Customer lifetime value from a series of contributions and the share of customers still there in each period, discounted.

    Shape: two ranges of equal length; one number. Units: money; discount per period.
    Edges: begin and renewal discount from the second period on, end and existing from the first; a blank counts as nothing.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> round(clv_cashflow(np.array([100.0, 100.0]), np.array([1.0, 0.8]), 0.1), 4)
    172.7273
    """
    period = np.arange(contribution.size) + (0 if timing in ("begin", "renewal") else 1)
    return float(np.nansum(contribution * survival * (1 + discount) ** -period.astype(float)))


@formula(
    "CLV_NET",
    Text("CLV less acquisition cost", "CLV abzüglich Akquisekosten"),
    "Was nach den Akquisekosten vom Kundenwert bleibt.",
    native="clv-cac",
)
def clv_net(clv: Number, cac: Number) -> Number:
    """Customer lifetime value that is left after the cost of acquisition.

    Shape: scalars or equally shaped ranges. Units: money.
    Source: Blattberg & Deighton 1996.

    >>> clv_net(18000, 5000)
    13000
    """
    return clv - cac


@formula(
    "CLV_EQUITY",
    Text("Customer equity", "Wert des Kundenstamms"),
    "Wert des ganzen Kundenstamms: Summe aus Kundenwert mal Anzahl der Kunden mit diesem Wert.",
    native="IF(ROWS(count)*COLUMNS(count)=1, count*SUM(value), SUMPRODUCT(value, count))",
    columns=("value", "count"),
)
def clv_equity(value: Array, count: Number = 1) -> float:
    """Customer equity: the sum of customer values, each times the number of customers who have it.

    Shape: a range of values; numbers of customers in a range of the same shape, or one for all. Units: money.
    Edges: rows with a blank count as nothing.
    Source: Blattberg & Deighton 1996; Rust, Lemon & Zeithaml 2004.

    >>> clv_equity(np.array([18000.0, 3000.0]), np.array([10.0, 200.0]))
    780000.0
    """
    worth = value * count
    total = float(worth.sum())
    return float(np.nansum(worth)) if isnan(total) else total
