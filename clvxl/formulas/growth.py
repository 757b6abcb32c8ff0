"""How revenue grows, shrinks and is replaced."""

from __future__ import annotations

import numpy as np

from clvxl.arguments import Number
from clvxl.catalog import formula
from clvxl.errors import DIV0, NUM
from clvxl.formulas._cases import quotient, replaced
from clvxl.words import Text


@formula(
    "CLV_NRR",
    Text("Net revenue retention", "Netto-Umsatzbindung"),
    "Netto-Umsatzbindung: was aus dem Umsatz der Kunden vom Anfang geworden ist, mit Ausbau, Rückgang und Abwanderung.",
    native="(revenue_start+expansion-contraction-churned)/revenue_start",
)
def clv_nrr(revenue_start: Number, expansion: Number, contraction: Number, churned: Number) -> Number:
    """Net revenue retention: what became of the revenue of the customers at the start, with expansion, contraction and churn.

    Shape: scalars or equally shaped ranges. Units: fraction; above 1 where expansion outweighs the losses.
    Edges: no revenue at the start is #DIV/0!.
    Source: Skok 2013, SaaS Metrics 2.0.

    >>> float(clv_nrr(100.0, 20.0, 5.0, 10.0))
    1.05
    """
    return quotient(revenue_start + expansion - contraction - churned, revenue_start)


@formula(
    "CLV_GRR",
    Text("Gross revenue retention", "Brutto-Umsatzbindung"),
    "Brutto-Umsatzbindung: was vom Umsatz der Kunden vom Anfang geblieben ist, ohne jeden Ausbau; höchstens 100 %.",
    native="(revenue_start-contraction-churned)/revenue_start",
)
def clv_grr(revenue_start: Number, contraction: Number, churned: Number) -> Number:
    """Gross revenue retention: what is left of the revenue of the customers at the start, without any expansion; at most 1.

    Shape: scalars or equally shaped ranges. Units: fraction.
    Edges: no revenue at the start is #DIV/0!.
    Source: Skok 2013, SaaS Metrics 2.0.

    >>> float(clv_grr(100.0, 5.0, 10.0))
    0.85
    """
    return quotient(revenue_start - contraction - churned, revenue_start)


@formula(
    "CLV_GROWTH_RATE",
    Text("Growth rate", "Wachstumsrate"),
    "Wachstum gegenüber dem vorherigen Zeitraum, als Anteil an dessen Wert.",
    native="IF(previous>0, (current-previous)/previous, #NUM!)",
)
def clv_growth_rate(previous: Number, current: Number) -> Number:
    """Growth since the period before, as a fraction of that period's value.

    Shape: scalars or equally shaped ranges. Units: fraction per period.
    Edges: growth from nothing or from a loss says nothing, #NUM!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_growth_rate(200.0, 230.0))
    0.15
    """
    return replaced(np.divide(current - previous, previous), previous <= 0, NUM)


@formula(
    "CLV_CAGR",
    Text("Compound annual growth", "Jährliche Wachstumsrate"),
    "Durchschnittliches Wachstum pro Jahr, das vom Anfangswert in so vielen Jahren zum Endwert führt.",
    native="(end_value/begin_value)^(1/years)-1",
)
def clv_cagr(begin_value: Number, end_value: Number, years: Number) -> Number:
    """Compound annual growth rate: the yearly growth that leads from the first value to the last in so many years.

    Shape: scalars or equally shaped ranges. Units: fraction per year.
    Edges: no years is #DIV/0!; the first value must be above zero, else #NUM!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> round(float(clv_cagr(100.0, 121.0, 2.0)), 4)
    0.1
    """
    return replaced((end_value / begin_value) ** np.divide(1, years) - 1, years == 0, DIV0)


@formula(
    "CLV_ARPA",
    Text("Revenue per customer", "Umsatz pro Kunde"),
    "Durchschnittlicher Umsatz pro Kunde.",
    native="revenue/customers",
)
def clv_arpa(revenue: Number, customers: Number) -> Number:
    """Average revenue per customer (account).

    Shape: scalars or equally shaped ranges. Units: money, for the period of the revenue.
    Edges: no customers is #DIV/0!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_arpa(50000.0, 20.0))
    2500.0
    """
    return quotient(revenue, customers)


@formula(
    "CLV_QUICK_RATIO",
    Text("Quick ratio", "Quick Ratio"),
    "Gewonnener durch verlorenen wiederkehrenden Umsatz: neuer Umsatz und Ausbau je Euro Rückgang und Abwanderung.",
    native="(new_revenue+expansion)/(contraction+churned)",
)
def clv_quick_ratio(new_revenue: Number, expansion: Number, contraction: Number, churned: Number) -> Number:
    """Quick ratio: recurring revenue won, new and by expansion, for each unit lost by contraction and churn.

    Shape: scalars or equally shaped ranges. Units: ratio; 4 is often asked for.
    Edges: nothing lost is #DIV/0!.
    Source: Mamoon Hamid, Social Capital.

    >>> float(clv_quick_ratio(30.0, 10.0, 4.0, 6.0))
    4.0
    """
    return quotient(new_revenue + expansion, contraction + churned)


@formula(
    "CLV_MAGIC_NUMBER",
    Text("Magic number", "Magic Number"),
    "Zuwachs des Quartalsumsatzes, auf ein Jahr gerechnet, je Euro Ausgaben für Vertrieb und Marketing im Quartal davor.",
    native="(current-previous)*4/spend",
)
def clv_magic_number(previous: Number, current: Number, spend: Number) -> Number:
    """Magic number: the growth of quarterly revenue, taken to a year, for each unit spent on sales and marketing the quarter before.

    Shape: scalars or equally shaped ranges. Units: ratio; previous and current are quarterly revenues.
    Edges: no spend is #DIV/0!.
    Source: Scale Venture Partners.

    >>> float(clv_magic_number(1000.0, 1100.0, 400.0))
    1.0
    """
    return quotient((current - previous) * 4, spend)
