"""What winning a customer costs, when it pays, and where the next euro wins most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clvxl.arguments import Array, Number
from clvxl.catalog import formula
from clvxl.errors import DIV0, NA
from clvxl.formulas._cases import quotient, replaced
from clvxl.words import Text


@formula(
    "CLV_CAC",
    Text("Acquisition cost per customer", "Akquisekosten pro Kunde"),
    "Akquisekosten pro neuem Kunden: Ausgaben für Marketing und Vertrieb geteilt durch die Zahl der neuen Kunden.",
    native="spend/new_customers",
)
def clv_cac(spend: Number, new_customers: Number) -> Number:
    """Acquisition cost per new customer: spend on marketing and sales divided by the number of new customers.

    Shape: scalars or equally shaped ranges. Units: money.
    Edges: no new customers is #DIV/0!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_cac(50000.0, 20.0))
    2500.0
    """
    return quotient(spend, new_customers)


@formula(
    "CLV_CAC_RATIO",
    Text("CLV to acquisition cost", "CLV zu Akquisekosten"),
    "Kundenwert je Euro Akquisekosten; 3 gilt als gesund.",
    native="clv/cac",
)
def clv_cac_ratio(clv: Number, cac: Number) -> Number:
    """Customer lifetime value for each unit of acquisition cost; 3 is thought healthy.

    Shape: scalars or equally shaped ranges. Units: ratio.
    Edges: a cost of zero is #DIV/0!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_cac_ratio(18000.0, 6000.0))
    3.0
    """
    return quotient(clv, cac)


def _log1p_series(z: str) -> str:
    """ln(1+z)/z for a small z: Excel has no log1p."""
    return f"(1-{z}*(1/2-{z}*(1/3-{z}*(1/4-{z}/5))))"


@formula(
    "CLV_PAYBACK_MONTHS",
    Text("Payback in months", "Amortisation in Monaten"),
    "Monate, bis der Deckungsbeitrag eines Kunden seine Akquisekosten eingebracht hat, auf Wunsch mit Bindung und Abzinsung.",
    native=f"""LET(month, margin*revenue/12, kept, (retention/(1+discount))^(1/12), drop, kept-1, plain, cac/month, rest, plain*drop,
        IF(cac=0, 0, IF(month<=0, #N/A, IF(rest<=-1, #N/A, IF(kept=0, 0, IF((1+plain)*ABS(drop)<0.001,
            plain*{_log1p_series("rest")}/{_log1p_series("drop")}, LN(1+rest)/LN(kept)))))))""",
)
def clv_payback_months(cac: Number, margin: Number, revenue: Number, retention: Number = 1.0, discount: Number = 0.0) -> Number:
    """Months until a customer's contribution has earned back what it cost to win that customer, with retention and discount if given.

    Shape: scalars or equally shaped ranges. Units: months; the rates are per year and become monthly by powers.
    Edges: never is #N/A; no cost is 0 months.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> round(float(clv_payback_months(1200.0, 0.3, 8000.0, 0.8, 0.1)), 4)
    6.4416
    """
    month = margin * revenue / 12
    decay = np.log1p(np.divide(retention - 1 - discount, 1 + discount)) / 12  # logarithm of what remains of a payment a month later
    plain = np.divide(cac, month)
    rest = plain * np.expm1(decay)
    months = np.where(decay == 0, plain, np.log1p(rest) / decay) if np.any(decay == 0) else np.log1p(rest) / decay
    months = replaced(months, (month <= 0) | (rest <= -1), NA)
    return replaced(months, cac == 0, 0.0)


@formula(
    "CLV_MAX_CAC",
    Text("Highest acquisition cost", "Höchste Akquisekosten"),
    "Was ein neuer Kunde höchstens kosten darf, damit der Kundenwert das gewünschte Vielfache davon bleibt.",
    native="clv/target_ratio",
)
def clv_max_cac(clv: Number, target_ratio: Number = 3) -> Number:
    """The most that a new customer may cost if the customer lifetime value is to stay the wanted multiple of it.

    Shape: scalars or equally shaped ranges. Units: money.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> clv_max_cac(18000.0)
    6000.0
    """
    return clv / target_ratio


@formula(
    "CLV_BREAKEVEN_RETENTION",
    Text("Break-even retention", "Bindung an der Gewinnschwelle"),
    "Bindungsrate, ab der ein Kunde seine Akquisekosten wieder einbringt.",
    native="""IF(cac=0, #DIV/0!, LET(needed, (1+discount)*(1-margin*revenue/cac),
        IF((margin*revenue<=0)+(needed>1), #N/A, IF(needed<0, 0, needed))))""",
)
def clv_breakeven_retention(margin: Number, revenue: Number, cac: Number, discount: Number) -> Number:
    """The retention rate from which on a customer earns back the cost of acquisition.

    Shape: scalars or equally shaped ranges. Units: fraction per year.
    Edges: 0 where the first payment is enough, #N/A where no retention is; a cost of zero is #DIV/0!.
    Source: Gupta & Lehmann 2003.

    >>> round(float(clv_breakeven_retention(0.1, 1000.0, 366.6666667, 0.1)), 4)
    0.8
    """
    contribution = margin * revenue
    needed = (1 + discount) * (1 - quotient(contribution, cac))
    needed = replaced(np.maximum(needed, 0), (contribution <= 0) | (needed > 1), NA)
    return replaced(needed, cac == 0, DIV0)


@formula(
    "CLV_ROMI",
    Text("Return on marketing", "Ertrag des Marketings"),
    "Ertrag einer Marketingmaßnahme: Wert der gewonnenen Kunden abzüglich der Kosten, je Euro Kosten.",
    native="(customers*clv-cost)/cost",
)
def clv_romi(customers: Number, clv: Number, cost: Number) -> Number:
    """Return on marketing investment: the value of the customers won less the cost, for each unit of cost.

    Shape: scalars or equally shaped ranges. Units: fraction; 0 is break-even.
    Edges: no cost is #DIV/0!.
    Source: Farris, Bendle, Pfeifer & Reibstein, Marketing Metrics.

    >>> float(clv_romi(10.0, 18000.0, 60000.0))
    2.0
    """
    return quotient(customers * clv - cost, cost)


def response_elasticity(spend: Array, new_customers: Array, channel: npt.ArrayLike) -> float:
    """By how many percent new customers rise per percent of spend: the pooled slope within channels over their periods, in logarithms.

    Rows without spend or without new customers are left out. NaN where it cannot be said: fewer than six rows, or no variation of spend.

    >>> spend = np.array([100.0, 200, 400, 100, 200, 400])
    >>> round(response_elasticity(spend, 3 * spend**0.5, ["a", "a", "a", "b", "b", "b"]), 6)
    0.5
    """
    usable = (spend > 0) & (new_customers > 0)
    if usable.sum() < 6:
        return float("nan")
    _, index = np.unique(np.asarray(channel)[usable].astype(str), return_inverse=True)
    x, y = (_within(np.log(column[usable]), index) for column in (spend, new_customers))
    variation = float(x @ x)
    return float(x @ y) / variation if variation > 1e-9 else float("nan")


def _within(column: Array, index: npt.NDArray[np.intp]) -> Array:
    """What is left of a column after the mean of each group is taken out."""
    means = np.bincount(index, weights=column) / np.bincount(index)
    return column - means[index]


def allocate(total: float, spend: Array, new_customers: Array, value: Array, elasticity: float) -> Array:
    """The split of a budget over channels that wins the most customer value when new customers grow with spend to a power.

    With n(S) = new_customers × (S / spend) ** elasticity the last euro brings the same value in every channel that is funded. A channel
    without value or without response gets nothing. The elasticity lies between 0 and 1, both excluded.
    Source: Blattberg & Deighton 1996.

    >>> allocate(300.0, np.array([100.0, 100.0]), np.array([20.0, 10.0]), np.array([100.0, 100.0]), 0.5).round(6).tolist()
    [240.0, 60.0]
    """
    funded = (value > 0) & (new_customers > 0) & (spend > 0)
    split = np.zeros(len(spend))
    if funded.any():
        weight = np.log(value[funded] * new_customers[funded]) - elasticity * np.log(spend[funded])
        power = np.exp((weight - weight.max()) / (1 - elasticity))
        split[funded] = total * power / power.sum()
    return split
