"""Which model holds for which customers, and what it says of each: contracts by their renewals, everybody else by their orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
import pandas as pd

from clvxl.arguments import Array
from clvxl.customers import HISTORY, dated
from clvxl.ledger import Ledger
from clvxl.prediction import buying, contracts
from clvxl.prediction.buying import WEEK, Buying, Histories, Outlook
from clvxl.prediction.certainty import between
from clvxl.prediction.cohorts import Cohorts, interval, purchases, staying
from clvxl.prediction.cohorts import buying as by_orders
from clvxl.prediction.contracts import Contracts, Where
from clvxl.prediction.groups import group
from clvxl.prediction.holdout import Holdout, cut, held_out
from clvxl.prediction.pace import Pace, Tracking, pace, tracking
from clvxl.settings import BuyingModel, Settings

if TYPE_CHECKING:
    import ibis

LEAST = 100  # customers; of fewer a model says something of all together, but not of each
YEARS = 3.0  # that count where no horizon is set
LONGEST = 100.0
DEFAULT: BuyingModel = "mbgnbd"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The models that were fitted, what they say of each customer, and what was seen that they can be held against.

    ``customers`` has a row per customer: alive, orders_expected, again, spend_expected, potential, residual, residual_low, residual_high
    and group; blank where no model speaks of the customer. ``slopes`` tells how sure the residual value of each is, and of any together;
    ``single`` which customers may be told apart, because their model rests on enough of them.
    """

    years: float
    buying: Buying | None
    contracts: Contracts | None
    customers: pd.DataFrame
    slopes: Array
    single: Where
    cohorts: Cohorts | None = None
    pace: Pace | None = None
    holdout: Holdout | None = None
    tracking: Tracking | None = None

    def total(self, rows: Where) -> tuple[float, float, float]:
        """The residual value of some customers together, and the range it lies in."""
        residual = self.customers["residual"].to_numpy(float)
        known = rows & ~np.isnan(residual)
        if not known.any():
            return np.nan, np.nan, np.nan
        value = float(residual[known].sum())
        low, high = between(np.array(value), np.sqrt((self.slopes[known].sum(axis=0) ** 2).sum()))
        return value, float(low), float(high)


def predict(ledger: Ledger, frame: pd.DataFrame, as_of: date | None, settings: Settings) -> Prediction | None:
    """Fit the models that the data allow and score every customer; None where there are neither orders nor contracts."""
    if as_of is None or settings.model == "none":
        return None
    bound = _under_contract(frame, as_of, settings)
    free = _with_orders(frame) & ~bound & (settings.model != "sbg")
    if not (bound.any() or free.any()):
        return None
    years = min(YEARS if settings.horizon is None else settings.horizon, LONGEST)
    margins = frame["margin"].to_numpy(float)
    scored: list[tuple[Where, Outlook]] = []
    sold = agreed = None
    if free.any():
        histories = histories_of(frame[free])
        sold = buying.fit(chosen(settings), histories)
        left = (frame.loc[free, "end"] <= pd.Timestamp(as_of)).to_numpy(bool)
        scored.append((free, _ended(buying.outlook(sold, histories, margins[free], years, settings.discount), left)))
    if bound.any():
        terms = contracts.terms(frame.loc[bound, "start"], frame.loc[bound, "end"], as_of)
        agreed = contracts.fit(terms)
        revenue = frame.loc[bound, "revenue"].to_numpy(float)
        scored.append((bound, contracts.outlook(agreed, terms, revenue, margins[bound], years, settings.discount)))
    found = _together(years, sold, agreed, scored, np.ones(len(frame)) if np.isnan(margins).all() else margins)
    return replace(found, **_seen(ledger, frame, free, sold, as_of))


def _seen(ledger: Ledger, frame: pd.DataFrame, free: Where, sold: Buying | None, as_of: date) -> dict[str, Any]:
    """What became of the cohorts, and how far a forecast made earlier would have been off."""
    seen: dict[str, Any] = {}
    if dated(ledger):
        kind = interval(frame["start"].min().date(), as_of)
        seen["cohorts"] = staying(frame["start"], frame["end"], as_of, kind)
    if sold is None or ledger.orders is None:
        return seen
    histories = frame[free]
    days = np.datetime64(as_of, "D") - histories["age"].to_numpy().astype("m8[D]")
    begin = days.min().item()
    kind, day = interval(begin, as_of), cut(begin, as_of)
    counts = purchases(_without(ledger.orders, frame.loc[~free, "customer"]), as_of, kind, day or as_of)
    seen["pace"] = pace(counts, days, as_of, kind, sold.model, sold.parameters)
    seen.setdefault("cohorts", by_orders(counts, as_of, kind))
    if day is not None and (held := held_out(sold.model, histories, day, as_of)):
        seen["holdout"] = held
        seen["tracking"] = tracking(counts, days[days <= np.datetime64(day)], as_of, kind, held.model, held.parameters)
    return seen


def _without(orders: ibis.Table, customers: pd.Series) -> ibis.Table:
    """The orders of all but some customers."""
    import ibis

    if customers.empty:
        return orders
    others = ibis.memtable(pd.DataFrame({"customer": customers.astype(str)}))
    return orders.mutate(customer=orders.customer.cast("string")).anti_join(others, "customer")


def chosen(settings: Settings) -> BuyingModel:
    """The model of customers without a contract: what was asked for, else MBG/NBD."""
    return cast("BuyingModel", settings.model) if settings.model in get_args(BuyingModel) else DEFAULT


def histories_of(frame: pd.DataFrame) -> Histories:
    """The purchase histories of some customers, in weeks."""
    x, t_x, T, spend, first = (frame[key].to_numpy(float) for key in HISTORY)
    return Histories(x, t_x / WEEK, T / WEEK, spend, first)


def _with_orders(frame: pd.DataFrame) -> Where:
    return frame["frequency"].notna().to_numpy(bool) if "frequency" in frame else np.zeros(len(frame), dtype=bool)


def _under_contract(frame: pd.DataFrame, as_of: date, settings: Settings) -> Where:
    """Whose renewals are known: a contract, when it began, and of some when it ended. With the model sbg all with dates are."""
    dated = (frame["start"] <= pd.Timestamp(as_of)).to_numpy(bool)
    if "end" not in frame or frame["end"].isna().all():
        return np.zeros(len(frame), dtype=bool)
    if settings.model == "sbg":
        return dated
    return dated & (frame["contract"].eq(True).to_numpy(bool) if "contract" in frame else False)


def _ended(found: Outlook, left: Where) -> Outlook:
    """Who is known to have left buys nothing more, whatever the orders say."""
    stays = np.where(left, 0.0, 1.0)
    there = {key: getattr(found, key) * stays for key in ("alive", "orders", "again", "value")}
    return found._replace(**there, slopes=found.slopes * stays[:, None])


def _together(
    years: float, sold: Buying | None, agreed: Contracts | None, scored: list[tuple[Where, Outlook]], margin: Array
) -> Prediction:
    """One row per customer, whichever model speaks of it."""
    size = margin.size
    columns = {key: np.full(size, np.nan) for key in ("alive", "orders", "again", "spend", "potential", "value")}
    slopes = np.zeros((size, sum(found.slopes.shape[1] for _, found in scored)))
    single, place = np.zeros(size, dtype=bool), 0
    for rows, found in scored:
        for key, column in columns.items():
            column[rows] = getattr(found, key)
        slopes[rows, place : place + found.slopes.shape[1]] = found.slopes
        place += found.slopes.shape[1]
        single |= rows & (rows.sum() >= LEAST)
    low, high = between(columns["value"], np.sqrt((slopes**2).sum(axis=1)))
    stays = np.where(np.isnan(columns["orders"]), columns["again"], columns["alive"])  # of contracts: whether they are renewed
    frame = pd.DataFrame({
        "alive": columns["alive"], "orders_expected": columns["orders"], "again": columns["again"], "spend_expected": columns["spend"],
        "potential": columns["potential"] * margin, "residual": columns["value"], "residual_low": low, "residual_high": high,
        "group": group(np.where(single, stays, np.nan), columns["potential"] * margin),
    })
    return Prediction(years, sold, agreed, frame, slopes, single)
