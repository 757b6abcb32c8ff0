"""How sure the values of a segment are: ranges that hold nine cases in ten, as far as what was measured is uncertain.

By retention, two things are: the retention, for it comes from so many customers of whom so many stayed, and the average revenue, for it
comes from so many customers. Forecasts are as uncertain as the parameters of their models. What the future changes is in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from clvxl.prediction import Prediction
from clvxl.prediction.certainty import between

_NUDGE = 1e-5

Figures = dict[str, float]
Worth = Callable[[float, str], float]  # what a yearly contribution of 1 is worth at a retention, with a timing


def of_clv(figures: Figures, whole: Figures, frame: pd.DataFrame, worth: Worth) -> Figures:
    """The range of the value of a new customer of a group."""
    revenue = frame.loc[frame["active"], "revenue"].dropna()
    average = figures["revenue_average"]
    spread = float(revenue.std(ddof=1)) / np.sqrt(len(revenue)) / average if len(revenue) > 1 and average > 0 else np.nan
    certain = _slope(worth, figures["retention_used"], "begin") * _error(figures, whole)
    return _named("clv", figures["clv"], figures["clv"] * np.hypot(spread, certain))


def of_equity(groups: Iterable[Figures], whole: Figures, worth: Worth) -> tuple[list[Figures], Figures]:
    """The range of the equity of each group, and of all: what all groups take from the same retention, goes up and down together."""
    own = shared = 0.0
    found = []
    for each in groups:
        deviation = each["equity"] * _slope(worth, each["retention_used"], "existing") * _error(each, whole)
        found.append(_named("equity", each["equity"], deviation))
        known = 0.0 if np.isnan(deviation) else deviation
        own, shared = (own + known**2, shared) if not np.isnan(each["retention"]) else (own, shared + known)
    return found, _named("equity", whole["equity"], np.hypot(np.sqrt(own), shared))


def forecasts(prediction: Prediction, frame: pd.DataFrame, segments: Iterable[str]) -> Figures:
    """What is forecast for all customers of some segments, whose rows are in the frame."""
    residual = float(frame["residual"].sum(min_count=1))
    low, high = prediction.range_of(residual, segments)
    return {
        "predicted": float(frame["alive"].notna().sum()),
        "still": float(frame["alive"].sum(min_count=1)),
        "orders_expected": float(frame["orders_expected"].sum(min_count=1)),
        "residual": residual,
        "residual_low": low,
        "residual_high": high,
    }


def _named(key: str, value: float, deviation: float) -> Figures:
    low, high = between(np.array(value), np.array(deviation))
    return {f"{key}_low": float(low), f"{key}_high": float(high)}


def _error(figures: Figures, whole: Figures) -> float:
    """The standard error of the retention in use, with one departure and one who stayed added, so that none is never certain."""
    used = figures if not np.isnan(figures["retention"]) else whole
    if np.isnan(used["retention"]):
        return 0.0  # it was set
    before = used["before"]
    share = (before - used["lost"] + 1) / (before + 2)
    return float(np.sqrt(share * (1 - share) / (before + 3)))


def _slope(worth: Worth, retention: float, timing: str) -> float:
    """By what part the worth changes with the retention."""
    now = worth(retention, timing)
    if not now > 0:
        return np.nan
    low, high = max(retention - _NUDGE, 0.0), min(retention + _NUDGE, 1.0)
    return float((worth(high, timing) - worth(low, timing)) / (high - low) / now)
