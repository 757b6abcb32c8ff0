"""Which model holds for which customers, and what it says of each: contracts by their renewals, everybody else by their orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
import pandas as pd

from clvxl.arguments import Array
from clvxl.customers import EARLIER, HISTORY, dated
from clvxl.errors import SettingsError
from clvxl.ledger import Ledger, fetched, parts
from clvxl.prediction import buying, contracts
from clvxl.prediction.buying import WEEK, Buying, Histories, Money, Outlook
from clvxl.prediction.certainty import between
from clvxl.prediction.cohorts import Cohorts, interval, purchases, staying
from clvxl.prediction.cohorts import buying as by_orders
from clvxl.prediction.contracts import Contracts, Renewals, Where
from clvxl.prediction.groups import group
from clvxl.prediction.holdout import Holdout, cut, held_out
from clvxl.prediction.pace import Pace, Tracking, pace, tracking
from clvxl.settings import BuyingModel, Settings
from clvxl.words import Text

if TYPE_CHECKING:
    import ibis

LEAST = 100  # customers; of fewer a model says something of all together, but not of each
YEARS = 3.0  # that count where no horizon is set
LONGEST = 100.0
DEFAULT: BuyingModel = "mbgnbd"


_NO_CONTRACTS = Text(
    "The model sbg is one of contracts, and the data name no customers with the days on which they came and left.",
    "Das Modell sbg ist eines für Verträge, und in den Daten steht bei keinem Kunden, wann er kam und ging.",
)
_OTHER_MODEL = Text(
    "Add columns Customer since and Left on, or choose --model auto.",
    "Spalten Kunde seit und Gekündigt am ergänzen oder --model auto wählen.",
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The models that were fitted, and what was seen that they can be held against.

    ``single`` tells whether any model rests on enough customers to tell one from another; ``together`` how sure the residual value of each
    segment is, by its name.
    """

    years: float
    buying: Buying | None
    contracts: Contracts | None
    single: bool
    together: Mapping[str, Array]
    cohorts: Cohorts | None = None
    pace: Pace | None = None
    holdout: Holdout | None = None
    tracking: Tracking | None = None
    renewals: Renewals | None = None

    def range_of(self, value: float, segments: Iterable[str]) -> tuple[float, float]:
        """The range in which the residual value of the customers of some segments lies."""
        changes = sum((self.together[each] for each in segments), np.zeros(1))
        low, high = between(np.array(value), np.sqrt((changes**2).sum()))
        return float(low), float(high)


def predict(ledger: Ledger, frame: pd.DataFrame, as_of: date | None, settings: Settings) -> tuple[Prediction, pd.DataFrame] | None:
    """Fit the models that the data allow and score every customer; None where there are neither contracts nor orders of which some repeat.

    The frame has a row per customer: alive, orders_expected, again, spend_expected, potential, residual, residual_low, residual_high and
    group; blank where no model speaks of the customer, and the group where a model rests on too few to tell one from another.
    """
    if as_of is None or settings.model == "none":
        return None
    bound = _under_contract(frame, as_of, settings)
    if settings.model == "sbg" and not bound.any():
        raise SettingsError(_NO_CONTRACTS, _OTHER_MODEL)
    free = _with_orders(frame, ~bound, settings)
    if not (bound.any() or free.any()):
        return None
    years = min(YEARS if settings.horizon is None else settings.horizon, LONGEST)
    names, money = _money(frame, as_of)
    scored: list[tuple[Where, Outlook]] = []
    sold = agreed = None
    if free.any():
        sold = buying.fit(chosen(settings), histories_of(frame, free))
    seen = _seen(ledger, frame, free, sold, as_of) | _renewed(frame[bound], as_of)  # first, while there is little else in memory
    if sold is not None:
        histories = histories_of(frame, free)
        scored.append((free, buying.outlook(sold, histories, _of(money, free), years, settings.discount)))
        del histories
    if bound.any():
        dates = frame.loc[bound, "start"], frame.loc[bound, "end"], as_of
        terms, agreed = contracts.terms(*dates), contracts.fit(*dates)
        revenue = frame.loc[bound, "revenue"].to_numpy(float)
        scored.append((bound, contracts.outlook(agreed, terms, revenue, _of(money, bound), years, settings.discount)))
    customers, single = _together(scored, money.margin)
    customers.index = frame.index
    certain = dict(zip(names, np.hstack([found.together for _, found in scored]), strict=True))
    return Prediction(years, sold, agreed, bool(single.any()), certain, **seen), customers


def _money(frame: pd.DataFrame, as_of: date) -> tuple[list[str], Money]:
    segment, names = pd.factorize(frame["segment"])
    stays = np.where(frame["end"] <= pd.Timestamp(as_of), 0.0, 1.0)
    return [str(each) for each in names], Money(frame["margin"].to_numpy(float), segment, stays, len(names))


def _of(money: Money, rows: Where) -> Money:
    return Money(money.margin[rows], money.segment[rows], money.stays[rows], money.segments)


def _seen(ledger: Ledger, frame: pd.DataFrame, free: Where, sold: Buying | None, as_of: date) -> dict[str, Any]:
    """What became of the cohorts, and how far a forecast made earlier would have been off."""
    seen: dict[str, Any] = {}
    if dated(ledger):
        kind = interval(frame["start"].min().date(), as_of)
        seen["cohorts"] = staying(frame["start"], frame["end"], as_of, kind)
    if sold is None or ledger.orders is None:
        return seen
    histories = frame.loc[free, ["frequency", "age", *EARLIER]]
    days = np.datetime64(as_of, "D") - histories["age"].to_numpy().astype("m8[D]")
    begin = days.min().item()
    kind, day = interval(begin, as_of), cut(begin, as_of)
    orders = parts(_without(ledger.orders, frame.loc[~free, "customer"]))
    found = pd.concat([fetched(purchases(part, as_of, kind, day or as_of)) for part in orders])
    counts = found.groupby(["cohort", "month", "early"], as_index=False).sum()
    seen["pace"] = pace(counts, days, as_of, kind, sold.model, sold.parameters)
    seen.setdefault("cohorts", by_orders(counts, as_of, kind))
    if day is not None and (held := held_out(sold.model, histories, day, as_of)):
        seen["holdout"] = held
        seen["tracking"] = tracking(counts, days[days <= np.datetime64(day)], as_of, kind, held.model, held.parameters)
    return seen


def _renewed(bound: pd.DataFrame, as_of: date) -> dict[str, Any]:
    """How far a forecast of renewals made a year ago would have been off."""
    day = None if bound.empty else cut(bound["start"].min().date(), as_of)
    return {} if day is None else {"renewals": contracts.held_out(bound["start"], bound["end"], day, as_of)}


def _without(orders: ibis.Table, customers: pd.Series) -> ibis.Table:
    """The orders of all but some customers, named in the question: nothing is brought into somebody's database."""
    import ibis

    if customers.empty:
        return orders
    named = orders.mutate(customer=orders.customer.cast(str))
    if orders.get_backend().name == "duckdb":  # which looks at our own table where it is
        return named.anti_join(ibis.memtable(pd.DataFrame({"customer": customers.astype(str)})), "customer")
    return named.filter(~named.customer.isin(customers.astype(str).tolist()))


def chosen(settings: Settings) -> BuyingModel:
    """The model of customers without a contract: what was asked for, else MBG/NBD."""
    return cast("BuyingModel", settings.model) if settings.model in get_args(BuyingModel) else DEFAULT


def histories_of(frame: pd.DataFrame, some: Where) -> Histories:
    """The purchase histories of some customers, in weeks."""
    x, t_x, T, spend, first = (frame.loc[some, key].to_numpy(float) for key in HISTORY)
    return Histories(x, t_x / WEEK, T / WEEK, spend, first)


def _with_orders(frame: pd.DataFrame, free: Where, settings: Settings) -> Where:
    """Whose orders tell whether they stay: of those without a contract, if any bought again. A model would call all others active."""
    if settings.model == "sbg" or "frequency" not in frame or not (frame.loc[free, "frequency"] > 0).any():
        return np.zeros(len(frame), dtype=bool)
    return free & frame["frequency"].notna().to_numpy(bool)


def _under_contract(frame: pd.DataFrame, as_of: date, settings: Settings) -> Where:
    """Whose renewals are known: a contract, when it began, and of some when it ended. With the model sbg all with dates are."""
    dated = (frame["start"] <= pd.Timestamp(as_of)).to_numpy(bool)
    if "end" not in frame or frame["end"].isna().all():
        return np.zeros(len(frame), dtype=bool)
    if settings.model == "sbg":
        return dated
    return dated & (frame["contract"].eq(True).to_numpy(bool, na_value=False) if "contract" in frame else False)


def _together(scored: list[tuple[Where, Outlook]], margin: Array) -> tuple[pd.DataFrame, Where]:
    """One row per customer, whichever model speaks of it; and of which customers there are enough to tell one from another."""
    keys = ("alive", "orders", "again", "spend", "potential", "value", "deviation")
    single = np.zeros(margin.size, dtype=bool)
    for rows, _ in scored:
        single |= rows & (rows.sum() >= LEAST)
    if len(scored) == 1 and scored[0][0].all():
        columns = {key: getattr(scored[0][1], key) for key in keys}
    else:
        columns = {key: np.full(margin.size, np.nan) for key in keys}
        for key, column in columns.items():
            for rows, found in scored:
                column[rows] = getattr(found, key)
    low, high = between(columns["value"], columns["deviation"])
    stays = np.where(np.isnan(columns["orders"]), columns["again"], columns["alive"])  # of contracts: whether they are renewed
    potential = columns["potential"] * (1.0 if np.isnan(margin).all() else margin)
    return pd.DataFrame({
        "alive": columns["alive"], "orders_expected": columns["orders"], "again": columns["again"], "spend_expected": columns["spend"],
        "potential": potential, "residual": columns["value"], "residual_low": low, "residual_high": high,
        "group": group(np.where(single, stays, np.nan), potential),
    }, copy=False), single
