"""What the catalog's guard costs: each closed form against its bare NumPy expression, on the same million rows.

Run ``python benchmarks/closed_forms.py``: processor time of interleaved runs, the median of each, and exit code 1 where a formula takes
more than three times as long as the expression a careful person would type instead.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from clvxl import CATALOG, __version__
from clvxl.arguments import Array

LIMIT = 3.0

# For each argument a range of usual values; all of them lie within the formulas' domains.
RANGES: dict[str, tuple[float, float]] = {
    "margin": (0.1, 0.6), "revenue": (1e3, 1e5), "years": (1, 15), "retention": (0.4, 0.9), "discount": (0.02, 0.2), "growth": (0, 0.05),
    "survival": (0, 1), "contribution": (0, 1e4), "clv": (1e3, 1e5), "cac": (10, 1e3), "spend": (1e3, 1e5), "new_customers": (1, 100),
    "target_ratio": (2, 5), "customers": (10, 100), "cost": (1e3, 1e5), "customers_start": (200, 300), "customers_end": (150, 200),
    "customers_new": (0, 50), "customers_lost": (0, 100), "rate": (0.1, 0.9), "from_months": (1, 12), "to_months": (1, 12),
    "previous": (1e3, 1e5), "current": (1e3, 1e5), "begin_value": (1e3, 1e5), "end_value": (1e3, 1e5), "revenue_start": (1e5, 1e6),
    "expansion": (0, 1e4), "contraction": (1, 1e4), "churned": (1, 1e4), "new_revenue": (0, 1e4), "value": (0, 1e5), "count": (1, 9),
}

SINGLE: dict[str, float | str] = {"share": 0.2, "kind": "churn"}


def payback(cac: Array, margin: Array, revenue: Array, retention: Array, discount: Array) -> Array:
    month, kept = margin * revenue / 12, (retention / (1 + discount)) ** (1 / 12)
    return np.log(1 - cac * (1 - kept) / month) / np.log(kept)


def horizon(margin: Array, revenue: Array, retention: Array, discount: Array, years: Array) -> Array:
    kept = retention / (1 + discount)
    return margin * revenue * (1 - kept**years) / (1 - kept)


def cashflow(contribution: Array, survival: Array, discount: float) -> float:
    return float(np.sum(contribution * survival / (1 + discount) ** np.arange(len(contribution))))


def top_share(value: Array, share: float) -> float:
    count = int(share * len(value))
    return float(np.partition(value, len(value) - count)[-count:].sum() / value.sum())


def gini(value: Array) -> float:
    ordered, size = np.sort(value), len(value)
    return float((2 * np.arange(1, size + 1) - size - 1) @ ordered / (size * ordered.sum()))


def nps(score: Array) -> float:
    return float(100 * ((score >= 9).mean() - (score <= 6).mean()))


def nps_error(score: Array) -> float:
    promoters, detractors = (score >= 9).mean(), (score <= 6).mean()
    return float(100 * np.sqrt((promoters + detractors - (promoters - detractors) ** 2) / len(score)))


BARE: dict[str, Callable[..., object]] = {
    "CLV": lambda margin, revenue, years: margin * revenue * years,
    "CLV_RETENTION": lambda margin, revenue, retention, discount: margin * revenue * (1 + discount) / (1 + discount - retention),
    "CLV_HORIZON": horizon,
    "CLV_GROWING": lambda margin, revenue, retention, discount, growth:
        margin * revenue * (1 + discount) / (1 + discount - retention * (1 + growth)),
    "CLV_CASHFLOW": cashflow,
    "CLV_NET": lambda clv, cac: clv - cac,
    "CLV_EQUITY": lambda value, count: float(np.sum(value * count)),
    "CLV_CAC": lambda spend, new_customers: spend / new_customers,
    "CLV_CAC_RATIO": lambda clv, cac: clv / cac,
    "CLV_PAYBACK_MONTHS": payback,
    "CLV_MAX_CAC": lambda clv, target_ratio: clv / target_ratio,
    "CLV_BREAKEVEN_RETENTION": lambda margin, revenue, cac, discount: np.maximum((1 + discount) * (1 - margin * revenue / cac), 0),
    "CLV_ROMI": lambda customers, clv, cost: (customers * clv - cost) / cost,
    "CLV_RETENTION_RATE": lambda customers_start, customers_end, customers_new: (customers_end - customers_new) / customers_start,
    "CLV_CHURN_RATE": lambda customers_start, customers_lost: customers_lost / customers_start,
    "CLV_LIFETIME": lambda retention: 1 / (1 - retention),
    "CLV_RATE_CONVERT": lambda rate, from_months, to_months, kind: 1 - (1 - rate) ** (to_months / from_months),
    "CLV_RETENTION_ELASTICITY": lambda retention, discount: retention / (1 + discount - retention),
    "CLV_NRR": lambda revenue_start, expansion, contraction, churned: (revenue_start + expansion - contraction - churned) / revenue_start,
    "CLV_GRR": lambda revenue_start, contraction, churned: (revenue_start - contraction - churned) / revenue_start,
    "CLV_GROWTH_RATE": lambda previous, current: (current - previous) / previous,
    "CLV_CAGR": lambda begin_value, end_value, years: (end_value / begin_value) ** (1 / years) - 1,
    "CLV_ARPA": lambda revenue, customers: revenue / customers,
    "CLV_QUICK_RATIO": lambda new_revenue, expansion, contraction, churned: (new_revenue + expansion) / (contraction + churned),
    "CLV_MAGIC_NUMBER": lambda previous, current, spend: (current - previous) * 4 / spend,
    "CLV_NPS": nps,
    "CLV_NPS_ERROR": nps_error,
    "CLV_TOP_SHARE": top_share,
    "CLV_GINI": gini,
}


def arguments(name: str, rows: int, random: np.random.Generator) -> list[object]:
    """Usual values for each argument of a formula; its choice of timing is left out."""
    given: list[object] = []
    for argument in CATALOG[name].arguments:
        if argument.name == "score":
            given.append(random.integers(0, 11, rows).astype(float))
        elif argument.name == "discount" and CATALOG[name].columns:
            given.append(1e-6)  # a million periods at a usual rate would be nothing but zeros
        elif argument.name in SINGLE:
            given.append(SINGLE[argument.name])
        elif argument.name in RANGES:
            given.append(random.uniform(*RANGES[argument.name], rows))
    return given


def compare(name: str, rows: int, runs: int) -> tuple[float, float]:
    """Median milliseconds of the bare expression and of the catalog's formula, run by turns; their results must agree."""
    given = arguments(name, rows, np.random.default_rng(7))
    rivals = (BARE[name], CATALOG[name])
    with np.errstate(all="ignore"):
        bare, ours = (np.asarray(rival(*given)) for rival in rivals)
    known = np.isfinite(ours)
    if not known.mean() > 0.9 or not np.allclose(bare[known], ours[known], rtol=1e-9, atol=0):
        raise AssertionError(f"{name}: the two do not compute the same")
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for rival, spent in zip(rivals, times, strict=True):
            begin = process_time()
            with np.errstate(all="ignore"):
                rival(*given)
            spent.append(1e3 * (process_time() - begin))
    return median(times[0]), median(times[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=9)
    asked = parser.parse_args()
    print(f"clvxl {__version__} · numpy {np.__version__} · Python {platform.python_version()} · {asked.rows:,} rows · {asked.runs} runs")
    print(f"{'formula':26} {'bare ms':>9} {'clvxl ms':>9} {'ratio':>6}")
    slow = []
    for name in BARE:
        bare, ours = compare(name, asked.rows, asked.runs)
        slow += [name] if ours > LIMIT * bare else []
        print(f"{name:26} {bare:9.2f} {ours:9.2f} {ours / bare:6.2f}{'  over' if ours > LIMIT * bare else ''}")
    print(f"over {LIMIT:g}x: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
