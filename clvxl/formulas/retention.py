"""How many customers stay, and for how long."""

from __future__ import annotations

import numpy as np

from clvxl.arguments import Array, Number
from clvxl.catalog import formula
from clvxl.errors import NA, NUM
from clvxl.formulas._cases import quotient, replaced, where_above, where_below
from clvxl.words import Text

DAYS_PER_YEAR = 365.25


@formula(
    "CLV_RETENTION_RATE",
    Text("Retention rate", "Bindungsrate"),
    "Anteil der Kunden vom Anfang des Zeitraums, die an seinem Ende noch da sind; neue Kunden zählen nicht.",
    native="LET(kept, (customers_end-customers_new)/customers_start, IF((kept>=0)*(kept<=1), kept, #NUM!))",
)
def clv_retention_rate(customers_start: Number, customers_end: Number, customers_new: Number) -> Number:
    """Share of the customers at the start of a period who are still there at its end; new customers do not count.

    Shape: scalars or equally shaped ranges. Units: fraction per period.
    Edges: nobody at the start is #DIV/0!; a share outside 0 to 1 means that the counts disagree, #NUM!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_retention_rate(200, 210, 50))
    0.8
    """
    kept = quotient(customers_end - customers_new, customers_start)
    return where_below(0, kept, NUM, where_above(1, kept, NUM, kept))


@formula(
    "CLV_CHURN_RATE",
    Text("Churn rate", "Abwanderungsrate"),
    "Anteil der Kunden vom Anfang des Zeitraums, die in ihm gegangen sind.",
    native="LET(left, customers_lost/customers_start, IF(left>1, #NUM!, left))",
)
def clv_churn_rate(customers_start: Number, customers_lost: Number) -> Number:
    """Share of the customers at the start of a period who left during it.

    Shape: scalars or equally shaped ranges. Units: fraction per period.
    Edges: nobody at the start is #DIV/0!; more lost than there were is #NUM!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_churn_rate(200, 40))
    0.2
    """
    left = quotient(customers_lost, customers_start)
    return where_above(1, left, NUM, left)


@formula(
    "CLV_LIFETIME",
    Text("Expected lifetime", "Erwartete Lebensdauer"),
    "Erwartete Jahre der Beziehung bei gleichbleibender Bindungsrate, das erste Jahr eingeschlossen.",
    native="1/(1-retention)",
)
def clv_lifetime(retention: Number) -> Number:
    """Expected years of a relationship at a constant retention rate, the first year included.

    Shape: a scalar or a range. Units: years.
    Edges: if nobody ever leaves there is no finite lifetime, #DIV/0!.
    Source: Gupta & Lehmann 2003.

    >>> round(float(clv_lifetime(0.8)), 4)
    5.0
    """
    return quotient(1.0, 1 - retention)


@formula(
    "CLV_LIFETIME_OBSERVED",
    Text("Lifetime from the data", "Lebensdauer aus den Daten"),
    "Lebensdauer aus Kundendaten: alle beobachteten Jahre geteilt durch die Zahl der Kunden, die gegangen sind.",
    columns=("start", "end"),
)
def clv_lifetime_observed(start: Array, end: Array, as_of: float) -> float:
    """Lifetime from customer records: all years observed, of active customers too, divided by the number of customers who left.

    Shape: two ranges of equal length, a blank end for a customer who is still active, and one day; one number.
    Units: days in, years of 365.25 days out.
    Edges: no customer has left yet is #N/A; an end before its start is #NUM!; rows that start after the day do not count.
    Source: Lawless 2003.

    >>> clv_lifetime_observed(np.array([42370.0, 42370.0]), np.array([43831.0, np.nan]), 45292)
    12.0
    """
    counted = start <= as_of
    left = int(np.count_nonzero(counted & (end <= as_of)))
    observed = np.fmin(end, as_of) - start
    if (counted & (observed < 0)).any():
        return NUM
    return float(observed.sum(where=counted)) / DAYS_PER_YEAR / left if left else NA


@formula(
    "CLV_RATE_CONVERT",
    Text("Convert a rate", "Rate umrechnen"),
    "Rechnet eine Bindungs-, Abwanderungs- oder Abzinsungsrate auf einen anderen Zeitraum um, durch Potenzieren und nicht durch Teilen.",
    native="""IF((kind="discount")+(rate>=0)*(rate<=1), LET(times, to_months/from_months,
        SWITCH(kind, "retention", rate^times, "churn", 1-(1-rate)^times, (1+rate)^times-1)), #NUM!)""",
)
def clv_rate_convert(rate: Number, from_months: Number, to_months: Number, kind: str) -> Number:
    """Convert a retention, churn or discount rate from one length of period to another, by powers and not by division.

    Shape: scalars or equally shaped ranges; one kind for all. Units: fraction per period; periods in months.
    Edges: a retention or churn rate outside 0 to 1 is #NUM!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> round(float(clv_rate_convert(0.8, 12, 24, "retention")), 4)
    0.64
    """
    times = to_months / from_months
    if kind == "discount":
        return np.expm1(times * np.log1p(rate))
    converted = rate**times if kind == "retention" else -np.expm1(times * np.log1p(-rate))
    return replaced(converted, (rate < 0) | (rate > 1), NUM)


@formula(
    "CLV_RETENTION_ELASTICITY",
    Text("Retention elasticity", "Elastizität der Bindung"),
    "Um wie viel Prozent der Kundenwert steigt, wenn die Bindungsrate um ein Prozent ihres Wertes steigt.",
    native="IF(retention-1<discount, retention/((1-retention)+discount), #NUM!)",
)
def clv_retention_elasticity(retention: Number, discount: Number) -> Number:
    """By how many percent the customer lifetime value rises when the retention rate rises by one percent of itself.

    Shape: scalars or equally shaped ranges. Units: percent per percent.
    Edges: retention must stay below 1 + discount, else #NUM!.
    Source: Gupta, Lehmann & Stuart 2004.

    >>> round(float(clv_retention_elasticity(0.8, 0.1)), 4)
    2.6667
    """
    leaving = (1 - retention) + discount
    return replaced(np.divide(retention, leaving), leaving <= 0, NUM)
