"""From a ledger to an analysis: what each customer and each segment is worth, and what winning one more may cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from clvxl import CATALOG
from clvxl.acquisition import Channels, channels, is_old, segment_costs
from clvxl.arguments import serial
from clvxl.customers import customers, dated, latest_day
from clvxl.ledger import Ledger
from clvxl.prediction import Prediction, predict
from clvxl.ranges import forecasts, of_clv, of_equity
from clvxl.settings import Settings
from clvxl.words import Text, percent

# Why a figure is missing: each reason once.
NO_MARGIN = Text("margin: none in the data", "Marge: nicht in den Daten")
MARGIN_OF_ALL = Text("margin: none in this segment; that of all customers is used", "Marge: keine in diesem Segment; die aller Kunden gilt")
NO_REVENUE = Text("revenue: no active customer with one", "Umsatz: kein aktiver Kunde mit Umsatz")
NO_DATES = Text("retention: the data does not say who left", "Bindungsrate: Die Daten sagen nicht, wer ging")
FEW_BEFORE = Text(
    "retention: fewer than {least} customers a year ago; that of all customers is used",
    "Bindungsrate: vor einem Jahr weniger als {least} Kunden; die aller Kunden gilt",
)
FEW_AT_ALL = Text("retention: fewer than {least} customers a year ago", "Bindungsrate: vor einem Jahr weniger als {least} Kunden")
NOBODY_LEFT = Text(
    "retention: none of {count} customers left in 12 months; values are computed with {rate}",
    "Bindungsrate: Keiner von {count} Kunden ging in 12 Monaten; gerechnet wird mit {rate}",
)
FEW_LEFT = Text(
    "lifetime: fewer than {least} departures; told from the retention", "Lebensdauer: weniger als {least} Abgänge; aus der Bindungsrate"
)
NO_COST = Text("acquisition cost: not in the data", "Akquisekosten: nicht in den Daten")
OLD_COST = Text(
    "acquisition cost: of marketing spend there is none in the last 12 months; the latest before them counts",
    "Akquisekosten: keine Marketingausgaben in den letzten 12 Monaten; es gelten die letzten davor",
)
NEVER_PAYS = Text("payback: never", "Amortisation: nie")
NO_PREVIOUS = Text("growth: the year before is not in the data", "Wachstum: Das Vorjahr ist nicht in den Daten")
SOME_PREVIOUS = Text(
    "growth: without {count} customers whose year before is not in the data",
    "Wachstum: ohne {count} Kunden, deren Vorjahr nicht in den Daten ist",
)
NO_RANGE = Text("range: fewer than two customers with revenue", "Spanne: weniger als zwei Kunden mit Umsatz")
NO_RESIDUAL = Text("residual value: no repeat purchases to tell the spend from", "Restwert: keine Wiederkäufe, die den Betrag zeigen")
NOBODY_BACK = Text("forecast: nobody bought a second time", "Vorhersage: niemand kaufte ein zweites Mal")
NO_SCORES = Text("NPS: no answers", "NPS: keine Antworten")

_COUNTED = ("active", "new", "lost", "before", "start", "end", "revenue", "revenue_previous", "margin", "score")
_TOLD = ("active", "revenue", "alive", "orders_expected", "residual")  # of what segments are told together


@dataclass(frozen=True, slots=True)
class Segment:
    """The figures of one segment, or of all customers; NaN where ``reasons`` says why there is none."""

    name: str
    figures: dict[str, float]
    reasons: tuple[str, ...]

    def __getitem__(self, key: str) -> float:
        return self.figures[key]

    def completed(self, **figures: float) -> Segment:
        """The segment with more figures, or others in their place."""
        return replace(self, figures=self.figures | figures)


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything a report shows, and nothing of how it looks.

    ``customers`` has a row per customer with ``value``, the best first, and what the models predict; ``segments`` are sorted by customer
    equity. Values are ``forecast`` where only orders tell who stays, else they rest on the retention of each segment.
    """

    settings: Settings
    ledger: Ledger
    as_of: date | None
    customers: pd.DataFrame
    segments: tuple[Segment, ...]
    total: Segment
    channels: Channels
    prediction: Prediction | None = None
    forecast: bool = False

    @property
    def counted(self) -> pd.Series:
        """The values that make up customer equity, the best first: of the active, and of all for whom something is forecast."""
        return self.customers.loc[self.customers["active"] | (self.customers["value"] != 0), "value"].dropna()


def analyse(ledger: Ledger, settings: Settings) -> Analysis:
    """Value every customer and every segment."""
    as_of = settings.as_of or latest_day(ledger)
    frame = customers(ledger, as_of, settings)
    costs = segment_costs(ledger.spend, frame, as_of, settings.least_customers)
    total = _segment("", frame, None, costs.get(None), as_of, settings)
    if is_old(ledger.spend, as_of) and frame["cac"].isna().all():
        total = replace(total, reasons=(*total.reasons, OLD_COST.say(settings.language)))
    groups = [
        _segment(name, group, total, costs.get(name), as_of, settings)
        for name, group in _by_segment(frame)
    ]
    frame = _with_margins(frame, groups)
    prediction, told = predict(ledger, frame, as_of, settings) or (None, None)
    frame = frame if told is None else pd.concat([frame, told], axis=1)
    del told
    forecast = prediction is not None and not dated(ledger) and prediction.single and total["margin_used"] > -np.inf
    frame = _valued(frame, groups, forecast, settings)
    groups, total = _with_equity(frame, groups, total)
    groups, total = _with_ranges(frame, groups, total, prediction, forecast, settings)
    frame = _best_first(frame)
    groups.sort(key=lambda each: (-np.nan_to_num(each["equity"], nan=-np.inf), each.name))
    clv = {each.name: each["clv"] for each in groups}
    return Analysis(settings, ledger, as_of, frame, tuple(groups), total, channels(ledger.spend, frame, clv, as_of), prediction, forecast)


def _by_segment(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each segment's customers, with what its figures are made from: pandas itself would copy all columns of all customers at once."""
    rows = frame.groupby("segment", observed=True).indices
    for name in sorted(map(str, rows)):
        yield name, pd.DataFrame({key: frame[key].take(np.asarray(rows[name])) for key in _COUNTED if key in frame}, copy=False)


def _segment(name: str, frame: pd.DataFrame, whole: Segment | None, cost: float | None, as_of: date | None, settings: Settings) -> Segment:
    """One group of customers, step by step as a controller would: who, how much, how long, worth what, at which cost.

    Where the group says too little, ``whole`` (all customers) stands in, and the reasons say so.
    """
    figures: dict[str, float] = {}
    reasons: list[str] = []

    def missing(reason: Text, **values: object) -> None:
        reasons.append(reason.say(settings.language, **values))

    figures |= _counts(frame)
    figures |= _money(frame, whole, missing)
    figures |= _loyalty(frame, figures, whole, as_of, settings, missing)
    figures |= _value(figures, settings)
    figures |= _acquisition(figures, np.nan if cost is None else cost, settings, missing)
    figures |= _growth(frame, missing)
    figures |= _recommendation(frame, missing)
    return Segment(name, figures, tuple(reasons))


def _counts(frame: pd.DataFrame) -> dict[str, float]:
    """How many there are, and who came and went; the latter only where the data say when anybody came, or left."""
    counts = {"customers": float(len(frame)), "active": float(frame["active"].sum())}
    came = frame["start"].notna().any() or frame["end"].notna().any()
    return counts | {key: float(frame[key].sum(min_count=1)) if came else np.nan for key in ("new", "lost", "before")}


def _money(frame: pd.DataFrame, whole: Segment | None, missing: Callable[..., None]) -> dict[str, float]:
    active = frame.loc[frame["active"] & frame["revenue"].notna(), ["revenue", "margin"]]
    total = float(active["revenue"].sum())
    known = active[active["margin"].notna()]
    weight = known["revenue"].sum()
    margin = float((known["margin"] * known["revenue"]).sum() / weight) if weight > 0 else float(frame["margin"].mean())
    if active.empty:
        missing(NO_REVENUE)
    used = margin if whole is None or not np.isnan(margin) else whole["margin_used"]
    if np.isnan(margin):
        missing(NO_MARGIN if np.isnan(used) else MARGIN_OF_ALL)
    average = total / len(active) if len(active) else np.nan
    return {"revenue_total": total, "paying": float(len(active)), "revenue_average": average, "margin": margin, "margin_used": used}


def _loyalty(
    frame: pd.DataFrame,
    figures: dict[str, float],
    whole: Segment | None,
    as_of: date | None,
    settings: Settings,
    missing: Callable[..., None],
) -> dict[str, float]:
    """Retention of the last 12 months, and the years a customer stays.

    ``retention_used`` is what values are computed with: the group's own, else that of all customers, else the setting. If nobody left,
    it is one departure in as many customers and two more (the rule of succession): for ever is more than the data can say.
    """
    before, retention = figures["before"], np.nan
    if before >= settings.least_customers:
        retention = used = float(CATALOG["CLV_RETENTION_RATE"](before, before - figures["lost"], 0))
        if figures["lost"] == 0:
            used = (before + 1) / (before + 2)
            missing(NOBODY_LEFT, count=f"{before:.0f}", rate=percent(used, settings.language, 1))
    elif whole is not None and not np.isnan(whole["retention_used"]):
        used = whole["retention_used"]
        missing(FEW_BEFORE, least=settings.least_customers)
    elif settings.retention is not None:
        used = settings.retention
    else:
        used = np.nan
        missing(NO_DATES if np.isnan(figures["lost"]) else FEW_AT_ALL, least=settings.least_customers)
    ends = frame["end"].notna().sum()
    lifetime = _lifetime(frame, as_of) if ends >= settings.least_customers else np.nan
    if np.isnan(lifetime):
        if ends:
            missing(FEW_LEFT, least=settings.least_customers)
        lifetime = float(CATALOG["CLV_LIFETIME"](used))
    return {"retention": retention, "retention_used": used, "lifetime": lifetime}


def _lifetime(frame: pd.DataFrame, as_of: date | None) -> float:
    known = frame.loc[frame["start"].notna(), ["start", "end"]]
    if as_of is None or known.empty:
        return np.nan
    return float(CATALOG["CLV_LIFETIME_OBSERVED"](known["start"].to_numpy(), known["end"].to_numpy(), serial(as_of)))


def _value(figures: dict[str, float], settings: Settings) -> dict[str, float]:
    margin, revenue, retention = (figures[key] for key in ("margin_used", "revenue_average", "retention_used"))
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
        CATALOG["CLV_PAYBACK_MONTHS"](cac, figures["margin_used"], figures["revenue_average"], figures["retention_used"], settings.discount)
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
    """Growth of all revenue, and of the revenue with the customers of a year ago; without those whose year before is not known."""
    known = frame["revenue_previous"].notna()
    base = frame.loc[frame["before"] & known, ["active", "revenue", "revenue_previous"]]
    previous, unknown = float(base["revenue_previous"].sum()), frame["before"] & ~known & frame["active"] & frame["revenue"].notna()
    if not previous > 0:
        missing(NO_PREVIOUS)
        return {"revenue_growth": np.nan, "nrr": np.nan}
    if unknown.any():
        missing(SOME_PREVIOUS, count=int(unknown.sum()))
    current = float(frame.loc[frame["active"] & ~unknown, "revenue"].sum())
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


def _with_margins(frame: pd.DataFrame, groups: list[Segment]) -> pd.DataFrame:
    margins = {each.name: each["margin_used"] for each in groups}
    return frame.assign(margin=frame["margin"].fillna(frame["segment"].map(margins).astype(float)))


def _valued(frame: pd.DataFrame, groups: list[Segment], forecast: bool, settings: Settings) -> pd.DataFrame:
    """Each customer's value from now on: what is forecast, else with the segment's retention, a payment having just been received.

    By retention, who has left is worth nothing.
    """
    per_euro = {each.name: lasting_value(1.0, 1.0, each["retention_used"], settings, "existing") for each in groups}
    value = frame["margin"] * frame["revenue"] * frame["segment"].map(per_euro).astype(float)
    value = value.where(frame["active"], 0.0) if value[frame["active"]].notna().any() else value.where(frame["active"])
    if forecast:
        value = frame["residual"].where(frame["residual"].notna() | frame["active"], 0.0)
    return frame.assign(value=value)


def _best_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Customers by value, then revenue, then in the order of the letters; column by column, so that no second frame of them comes to be."""
    customer = frame["customer"]
    letters = np.arange(len(frame)) if customer.is_monotonic_increasing else customer.rank(method="first").to_numpy()
    best = np.lexsort((letters, -frame["revenue"].to_numpy(), -frame["value"].to_numpy()))
    return pd.DataFrame({name: frame.pop(name).take(best).reset_index(drop=True) for name in list(map(str, frame))}, copy=False)


def _with_equity(frame: pd.DataFrame, groups: list[Segment], total: Segment) -> tuple[list[Segment], Segment]:
    """Add customer equity, and each segment's share of it and of revenue."""
    counted = frame.loc[frame["active"] | (frame["value"] != 0), ["segment", "value"]]
    sums = counted.groupby("segment", observed=True)["value"].sum(min_count=1)
    equity = float(sums.sum(min_count=1))

    def completed(each: Segment, own: float) -> Segment:
        return each.completed(
            equity=own,
            equity_share=own / equity if equity > 0 else np.nan,
            revenue_share=each["revenue_total"] / total["revenue_total"] if total["revenue_total"] else np.nan,
        )

    return [completed(each, float(sums.get(each.name, np.nan))) for each in groups], completed(total, equity)


def _with_ranges(
    frame: pd.DataFrame, groups: list[Segment], total: Segment, prediction: Prediction | None, forecast: bool, settings: Settings
) -> tuple[list[Segment], Segment]:
    """Add how sure the values are, and what is forecast for the customers of each segment together."""

    def worth(retention: float, timing: str) -> float:
        return lasting_value(1.0, 1.0, retention, settings, timing)

    ranges, whole = of_equity([each.figures for each in groups], total.figures, worth)

    def completed(each: Segment, rows: pd.Series, equity: dict[str, float]) -> Segment:
        some = frame.loc[rows, [name for name in _TOLD if name in frame]]
        told = {} if prediction is None else forecasts(prediction, some, [each.name] if each.name else names)
        own = {"equity_low": told["residual_low"], "equity_high": told["residual_high"]} if forecast else equity
        sure = of_clv(each.figures, total.figures, some, worth)
        lacks = {
            NO_RANGE: each["clv"] > 0 and np.isnan(sure["clv_low"]),
            NO_RESIDUAL: told.get("predicted", 0) > 0 and np.isnan(told["residual"]) and not np.isnan(each["margin_used"]),
            NOBODY_BACK: nobody_back,
        }
        reasons = tuple(reason.say(settings.language) for reason, holds in lacks.items() if holds)
        return replace(each.completed(**sure, **own, **told), reasons=each.reasons + reasons)

    names = [each.name for each in groups]
    nobody_back = prediction is None and "frequency" in frame and settings.model != "none"
    completed_groups = [completed(each, frame["segment"] == each.name, own) for each, own in zip(groups, ranges, strict=True)]
    return completed_groups, completed(total, frame["segment"].notna(), whole)
