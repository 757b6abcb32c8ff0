"""From a ledger to an analysis: what each customer and each segment is worth, and what winning one more may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from clvxl.acquisition import Channels, channels, segment_costs
from clvxl.arguments import serial
from clvxl.catalog import CATALOG
from clvxl.customers import customers, latest_day
from clvxl.ledger import Ledger
from clvxl.settings import Settings
from clvxl.words import Text

# Why a figure is missing: each reason once.
NO_MARGIN = Text("margin: none in the data", "Marge: nicht in den Daten")
NO_REVENUE = Text("revenue: no active customer with one", "Umsatz: kein aktiver Kunde mit Umsatz")
NO_DATES = Text("retention: the data does not say who left", "Bindungsrate: Die Daten sagen nicht, wer ging")
FEW_BEFORE = Text(
    "retention: fewer than {least} customers a year ago; that of all customers is used",
    "Bindungsrate: vor einem Jahr weniger als {least} Kunden; die aller Kunden gilt",
)
FEW_AT_ALL = Text("retention: fewer than {least} customers a year ago", "Bindungsrate: vor einem Jahr weniger als {least} Kunden")
NOBODY_LEFT = Text("lifetime: nobody has left yet", "Lebensdauer: Noch niemand ist gegangen")
NO_COST = Text("acquisition cost: not in the data", "Akquisekosten: nicht in den Daten")
NEVER_PAYS = Text("payback: never", "Amortisation: nie")
NO_PREVIOUS = Text("growth: the year before is not in the data", "Wachstum: Das Vorjahr ist nicht in den Daten")
NO_SCORES = Text("NPS: no answers", "NPS: keine Antworten")


@dataclass(frozen=True, slots=True)
class Segment:
    """The figures of one segment, or of all customers; NaN where ``reasons`` says why there is none."""

    name: str
    figures: dict[str, float]
    reasons: tuple[str, ...]

    def __getitem__(self, key: str) -> float:
        return self.figures[key]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything a report shows, and nothing of how it looks.

    ``customers`` has a row per customer with ``value``, the best first; ``segments`` are sorted by customer equity.
    """

    settings: Settings
    ledger: Ledger
    as_of: date | None
    customers: pd.DataFrame
    segments: tuple[Segment, ...]
    total: Segment
    channels: Channels


def analyse(ledger: Ledger, settings: Settings) -> Analysis:
    """Value every customer and every segment."""
    as_of = settings.as_of or latest_day(ledger)
    frame = customers(ledger, as_of, settings)
    costs = segment_costs(ledger.spend, frame, as_of)
    total = _segment("", frame, None, costs.get(None), as_of, settings)
    groups = [
        _segment(str(name), group, total["retention_used"], costs.get(str(name)), as_of, settings)
        for name, group in frame.groupby("segment", sort=True)
    ]
    frame = _valued(frame, groups, settings)
    groups, total = _with_equity(frame, groups, total)
    groups.sort(key=lambda each: (-np.nan_to_num(each["equity"], nan=-np.inf), each.name))
    clv = {each.name: each["clv"] for each in groups}
    return Analysis(settings, ledger, as_of, frame, tuple(groups), total, channels(ledger.spend, frame, clv, as_of))


def _segment(name: str, frame: pd.DataFrame, fallback: float | None, cost: float | None, as_of: date | None, settings: Settings) -> Segment:
    """One group of customers, step by step as a controller would: who, how much, how long, worth what, at which cost."""
    figures: dict[str, float] = {}
    reasons: list[str] = []

    def missing(reason: Text, **values: object) -> None:
        reasons.append(reason.say(settings.language, **values))

    figures |= _counts(frame)
    figures |= _money(frame, missing)
    figures |= _loyalty(frame, figures, fallback, as_of, settings, missing)
    figures |= _value(figures, settings)
    figures |= _acquisition(figures, np.nan if cost is None else cost, settings, missing)
    figures |= _growth(frame, missing)
    figures |= _recommendation(frame, missing)
    return Segment(name, figures, tuple(reasons))


def _counts(frame: pd.DataFrame) -> dict[str, float]:
    """How many there are, and who came and went; the latter only where the data say when anybody came or left."""
    counts = {"customers": float(len(frame)), "active": float(frame["active"].sum())}
    dated = frame["start"].notna().any() or frame["end"].notna().any()
    return counts | {key: float(frame[key].sum()) if dated else np.nan for key in ("new", "lost", "before")}


def _money(frame: pd.DataFrame, missing: Callable[..., None]) -> dict[str, float]:
    active = frame[frame["active"] & frame["revenue"].notna()]
    total = float(active["revenue"].sum())
    known = active[active["margin"].notna()]
    weight = known["revenue"].sum()
    margin = float((known["margin"] * known["revenue"]).sum() / weight) if weight > 0 else float(frame["margin"].mean())
    if active.empty:
        missing(NO_REVENUE)
    if np.isnan(margin):
        missing(NO_MARGIN)
    return {"revenue_total": total, "revenue_average": total / len(active) if len(active) else np.nan, "margin": margin}


def _loyalty(
    frame: pd.DataFrame,
    figures: dict[str, float],
    fallback: float | None,
    as_of: date | None,
    settings: Settings,
    missing: Callable[..., None],
) -> dict[str, float]:
    """Retention of the last 12 months, and the years a customer stays.

    ``retention_used`` is what values are computed with: the segment's own, else that of all customers, else the setting.
    """
    retention = np.nan
    if figures["before"] >= settings.least_customers:
        retention = float(CATALOG["CLV_RETENTION_RATE"](figures["before"], figures["before"] - figures["lost"], 0))
    elif settings.retention is None and not frame["before"].any() and frame["end"].isna().all() and not frame["new"].any():
        missing(NO_DATES)
    elif fallback is not None and not np.isnan(fallback):
        missing(FEW_BEFORE, least=settings.least_customers)
    else:
        missing(FEW_AT_ALL, least=settings.least_customers)
    given = np.nan if settings.retention is None else settings.retention
    used = next((rate for rate in (retention, fallback, given) if rate is not None and not np.isnan(rate)), np.nan)
    lifetime = _lifetime(frame, as_of) if frame["end"].notna().any() else np.nan
    if np.isnan(lifetime) and used < 1:
        lifetime = float(CATALOG["CLV_LIFETIME"](used))
    if np.isnan(lifetime) and not np.isnan(used):
        missing(NOBODY_LEFT)
    return {"retention": retention, "retention_used": used, "lifetime": lifetime}


def _lifetime(frame: pd.DataFrame, as_of: date | None) -> float:
    known = frame[frame["start"].notna()]
    if as_of is None or known.empty:
        return np.nan
    return float(CATALOG["CLV_LIFETIME_OBSERVED"](known["start"].to_numpy(), known["end"].to_numpy(), serial(as_of)))


def _value(figures: dict[str, float], settings: Settings) -> dict[str, float]:
    margin, revenue, retention = (figures[key] for key in ("margin", "revenue_average", "retention_used"))
    simple = CATALOG["CLV"](margin, revenue, figures["lifetime"])
    return {"clv_average": float(simple), "clv": lasting_value(margin, revenue, retention, settings, "begin")}


def lasting_value(margin: float, revenue: float, retention: float, settings: Settings, timing: str) -> float:
    """The value with retention and discount, within the horizon where one is set."""
    if settings.horizon is None:
        return float(CATALOG["CLV_RETENTION"](margin, revenue, retention, settings.discount, timing))
    return float(CATALOG["CLV_HORIZON"](margin, revenue, retention, settings.discount, settings.horizon, timing))


def _acquisition(figures: dict[str, float], cac: float, settings: Settings, missing: Callable[..., None]) -> dict[str, float]:
    if np.isnan(cac):
        missing(NO_COST)
    payback = float(
        CATALOG["CLV_PAYBACK_MONTHS"](cac, figures["margin"], figures["revenue_average"], figures["retention_used"], settings.discount)
    )
    if np.isnan(payback) and not np.isnan(cac) and not np.isnan(figures["clv"]):
        missing(NEVER_PAYS)
    return {
        "cac": cac,
        "ratio": float(CATALOG["CLV_CAC_RATIO"](figures["clv"], cac)),
        "payback": payback,
        "max_cac": float(np.maximum(0.0, CATALOG["CLV_MAX_CAC"](figures["clv"], settings.target_ratio))),
    }


def _growth(frame: pd.DataFrame, missing: Callable[..., None]) -> dict[str, float]:
    """Growth of all revenue, and of the revenue with the customers of a year ago."""
    base = frame[frame["before"] & frame["revenue_previous"].notna()]
    previous = float(base["revenue_previous"].sum())
    if not previous > 0:
        missing(NO_PREVIOUS)
        return {"revenue_growth": np.nan, "nrr": np.nan}
    current = float(frame.loc[frame["active"], "revenue"].sum())
    kept = base[base["active"]]
    change = kept["revenue"].fillna(0) - kept["revenue_previous"]
    churned = float(base.loc[~base["active"], "revenue_previous"].sum())
    nrr = CATALOG["CLV_NRR"](previous, float(change.clip(lower=0).sum()), float((-change).clip(lower=0).sum()), churned)
    return {"revenue_growth": float(CATALOG["CLV_GROWTH_RATE"](previous, current)), "nrr": float(nrr)}


def _recommendation(frame: pd.DataFrame, missing: Callable[..., None]) -> dict[str, float]:
    answers = frame.loc[frame["active"], "score"].dropna().to_numpy()
    if answers.size == 0:
        missing(NO_SCORES)
        return {"nps": np.nan, "nps_error": np.nan, "answers": 0.0}
    return {
        "nps": float(CATALOG["CLV_NPS"](answers)),
        "nps_error": float(CATALOG["CLV_NPS_ERROR"](answers)),
        "answers": float(answers.size),
    }


def _valued(frame: pd.DataFrame, groups: list[Segment], settings: Settings) -> pd.DataFrame:
    """Each customer's value from now on, a payment having just been received; who has left is worth nothing."""
    per_euro = {each.name: lasting_value(1.0, 1.0, each["retention_used"], settings, "existing") for each in groups}
    margins = {each.name: each["margin"] for each in groups}
    margin = frame["margin"].fillna(frame["segment"].map(margins))
    value = margin * frame["revenue"] * frame["segment"].map(per_euro)
    frame = frame.assign(margin=margin, value=value.where(frame["active"], 0.0))
    return frame.sort_values(["value", "revenue", "customer"], ascending=[False, False, True], na_position="last", ignore_index=True)


def _with_equity(frame: pd.DataFrame, groups: list[Segment], total: Segment) -> tuple[list[Segment], Segment]:
    """Add customer equity, and each segment's share of it and of revenue."""
    sums = frame[frame["active"]].groupby("segment")["value"].sum(min_count=1)
    equity = float(sums.sum(min_count=1))

    def completed(each: Segment, own: float) -> Segment:
        shares = {
            "equity": own,
            "equity_share": own / equity if equity > 0 else np.nan,
            "revenue_share": each["revenue_total"] / total["revenue_total"] if total["revenue_total"] else np.nan,
        }
        return Segment(each.name, each.figures | shares, each.reasons)

    return [completed(each, float(sums.get(each.name, np.nan))) for each in groups], completed(total, equity)
