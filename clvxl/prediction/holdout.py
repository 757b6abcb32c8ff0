"""What a model would have forecast a while ago, against what has been counted since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from clvxl.arguments import Array
from clvxl.history import a_year_before
from clvxl.prediction.buying import MODELS, WEEK
from clvxl.settings import BuyingModel

YEARS = 2  # of orders that it takes to hold one out
_CLASSES = (0, 1, 2, 4, 8, 16)  # most repeat purchases of each class but the last


class FrequencyClass(NamedTuple):
    """Customers with about as many repeat purchases up to the cut; ``most`` is infinite for the last class."""

    least: int
    most: float
    customers: int
    counted: float
    forecast: float


@dataclass(frozen=True, slots=True)
class Holdout:
    """The model fitted to what was known on the day ``cut``, and its forecast of the repeat purchases from then on."""

    cut: date
    model: BuyingModel
    parameters: Array
    customers: int
    counted: float
    forecast: float
    classes: tuple[FrequencyClass, ...]


def cut(first: date, as_of: date) -> date | None:
    """The day a year ago, where the orders reach back far enough to fit a model to what was known then."""
    year_ago = a_year_before(as_of)
    return year_ago if first <= a_year_before(year_ago) else None


def held_out(model: BuyingModel, histories: pd.DataFrame, day: date, as_of: date) -> Holdout | None:
    """Fit to the histories as they were on a day, forecast to the as-of date, and count; None where nobody had come by then."""
    known = histories[histories["frequency_earlier"].notna()]
    if known.empty:
        return None
    days = (as_of - day).days
    x, t_x, T, now = (known[key].to_numpy(float) for key in ("frequency_earlier", "recency_earlier", "age", "frequency"))
    t_x, T = t_x / WEEK, (T - days) / WEEK
    paper = MODELS[model]
    fitted = paper.fit(x, t_x, T)
    forecast = paper.expected_purchases(days / WEEK, x, t_x, T, fitted)
    later = now - x
    classes = tuple(_classes(x, later, forecast))
    return Holdout(day, model, np.array(fitted[:4], dtype=float), len(known), float(later.sum()), float(forecast.sum()), classes)


def _classes(x: Array, later: Array, forecast: Array) -> list[FrequencyClass]:
    place = np.searchsorted(_CLASSES, x)
    highest = int(place.max())
    least, most = [0, *(each + 1 for each in _CLASSES)], [*_CLASSES[:highest], np.inf]
    return [
        FrequencyClass(least[each], most[each], int(rows.sum()), float(later[rows].sum()), float(forecast[rows].sum()))
        for each in range(highest + 1)
        if (rows := place == each).any()
    ]
