"""One row per customer on the as-of date, whether the user brought a list of customers, their orders, or both."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from clvxl.errors import DataError
from clvxl.history import a_year_before, histories
from clvxl.ledger import Ledger, far_after, fetched
from clvxl.settings import Settings
from clvxl.words import Text

ALL_CUSTOMERS = Text("All customers", "Alle Kunden")
NO_SEGMENT = Text("Without segment", "Ohne Segment")

HISTORY = ("frequency", "recency", "age", "spend", "first_spend")  # in days, and the amount of a day with purchases
EARLIER = ("frequency_earlier", "recency_earlier")  # as they were a year before
_LEAST_APART = 5  # customers in each table, of whom one at least should be the same
_STRANGERS = Text(
    "None of the {count} customers on the list has an order: there they are called “{listed}” and the like, in the orders “{ordered}”.",
    "Keiner der {count} Kunden der Liste hat einen Auftrag: Dort heißen sie etwa „{listed}“, in den Aufträgen „{ordered}“.",
)
_ALIKE = Text(
    "Write customers alike in both tables, leading zeros included, or say which column names them: --column \"Heading=customer\"",
    "Kunden in beiden Tabellen gleich schreiben, auch führende Nullen, oder die richtige Spalte nennen: --column \"Überschrift=customer\"",
)
_FROM_ORDERS = ("segment", "channel", "revenue", "revenue_previous", "margin")  # filled in where the list of customers has none


def latest_day(ledger: Ledger) -> date | None:
    """The latest day in the data, so that a report never depends on the day it is made.

    Orders are facts, ends may still be to come: they count only where there are no orders, and not far after all other days.
    """
    listed, days = ledger.customers, []
    if ledger.latest_order is not None:
        days.append(ledger.latest_order)
    elif ledger.orders is not None:
        days += fetched(ledger.orders.aggregate(day=ledger.orders.date.max()))["day"].tolist()
    if listed is not None:
        told = [listed[key] for key in ("start", "end")[: 1 if days else 2] if key in listed]
        dates = np.concatenate([np.empty(0, "M8[s]"), *(each.to_numpy().astype("M8[s]") for each in told)])
        days.append(pd.Series(dates[~far_after(dates, ~np.isnat(dates))]).max())
    known = [day for day in days if not pd.isna(day)]
    return max(known).date() if known else None


def customers(ledger: Ledger, as_of: date | None, settings: Settings) -> pd.DataFrame:
    """One row per customer: who, since when, active or not, and what a year with them brings.

    Columns: customer, segment, channel, start, end, active, before (active a year ago), new, lost, revenue, revenue_previous, margin,
    cac, score; with orders also what they say of how often, how lately and how much. What the data does not say is NaN.
    """
    listed = ledger.customers
    ordered = _ordered(ledger, as_of) if ledger.orders is not None and as_of is not None else None
    if listed is None:
        frame = ordered if ordered is not None else pd.DataFrame({"customer": pd.Series(dtype=str)})
    else:
        frame = _joined(listed, ordered) if ordered is not None else listed.copy()
    for column in ("revenue", "revenue_previous", "margin", "cac", "score"):
        frame[column] = frame[column].astype(float) if column in frame else np.nan
    if settings.margin is not None:
        frame["margin"] = frame["margin"].fillna(settings.margin)
    frame["segment"] = _segments(frame, settings)
    return _active_by_dates(frame, as_of, "end" in frame) if dated(ledger) else _active_by_orders(frame, as_of)


def dated(ledger: Ledger) -> bool:
    """Whether the data say who left and when; else who orders no more counts as gone."""
    listed = ledger.customers
    return listed is not None and ("end" in listed or ("start" in listed and ledger.orders is None))


def _ordered(ledger: Ledger, as_of: date) -> pd.DataFrame:
    """What the orders alone say of each customer."""
    frame = histories(ledger.orders, as_of, a_year_before(as_of))
    two_years_ago = pd.Timestamp(as_of) - pd.DateOffset(years=2)
    if "contribution" in frame:
        frame["margin"] = frame["contribution"] / frame["costed"].where(frame["costed"] > 0)
    # The year before is known only where the orders reach back that far (a month's slack for a slow January).
    if not frame.empty and pd.Timestamp(frame["first"].min()) > two_years_ago + pd.DateOffset(months=1):
        frame["revenue_previous"] = np.nan
    frame["revenue"] = frame["revenue"].clip(lower=0)
    frame["start"] = pd.to_datetime(frame["first"])
    frame["active"] = frame["days_last_year"] > 0
    frame["before"] = frame["days_year_before"] > 0
    frame["first_spend"] = frame["amount"].where(frame["frequency"] == 0)
    kept = ["customer", "start", "active", "before", *HISTORY, *EARLIER, *(column for column in _FROM_ORDERS if column in frame)]
    return frame[kept]


def _joined(listed: pd.DataFrame, ordered: pd.DataFrame) -> pd.DataFrame:
    """The list of customers, completed by their orders; who only ordered joins the list. Two years are never compared across the two."""
    frame = listed.merge(ordered, on="customer", how="outer", suffixes=("", " of orders"), indicator="listed")
    if min(len(listed), len(ordered)) >= _LEAST_APART and not (frame["listed"] == "both").any():
        raise DataError(_STRANGERS, _ALIKE, count=len(listed), ordered=ordered["customer"].iat[0], listed=listed["customer"].iat[0])
    frame["listed"] = frame["listed"] != "right_only"
    if "revenue" in listed and "revenue_previous" in ordered:
        previous = "revenue_previous of orders" if "revenue_previous" in listed else "revenue_previous"
        frame[previous] = frame[previous].mask(frame["revenue"].notna())
    for column in ("start", *_FROM_ORDERS):
        other = f"{column} of orders"
        if other in frame:
            frame[column] = frame[column].where(frame[column].notna(), frame[other])
    for column in ("active", "before"):
        frame[column] = frame[column].eq(True)  # never ordered: not active
    return frame[[column for column in frame if not str(column).endswith(" of orders")]]


def _segments(frame: pd.DataFrame, settings: Settings) -> pd.Series:
    """Each customer's segment; a word is kept once, however many customers it stands for."""
    if "segment" not in frame or frame["segment"].isna().all():
        return pd.Series(ALL_CUSTOMERS.say(settings.language), index=frame.index, dtype="category")
    segment = frame["segment"].astype("category")
    if segment.isna().any():
        rest = NO_SEGMENT.say(settings.language)
        segment = (segment if rest in segment.cat.categories else segment.cat.add_categories(rest)).fillna(rest)
    return segment.cat.reorder_categories(sorted(segment.cat.categories))


def _active_by_dates(frame: pd.DataFrame, as_of: date | None, ends_known: bool) -> pd.DataFrame:
    """Active from the day they came to the day they left; who has no first day has always been there.

    Of those who are known from their orders alone the orders tell.
    """
    nothing = pd.Series(pd.NaT, index=frame.index)
    start, end = (pd.to_datetime(frame.get(column, nothing)) for column in ("start", "end"))
    frame["start"], frame["end"] = start, end
    today = pd.Timestamp(as_of) if as_of else pd.Timestamp.max
    year_ago = today - pd.DateOffset(years=1)
    active, before = ~(start > today) & ~(end <= today), ~(start > year_ago) & ~(end <= year_ago) & ends_known
    told = frame.pop("listed") if "listed" in frame else pd.Series(True, index=frame.index)
    frame["active"], frame["before"] = (by_dates if told.all() else by_dates.where(told, frame[name])
                                        for name, by_dates in (("active", active), ("before", before)))
    frame["new"] = frame["active"] & (start > year_ago)
    frame["lost"] = frame["before"] & ~frame["active"] if ends_known else np.nan
    return frame


def _active_by_orders(frame: pd.DataFrame, as_of: date | None) -> pd.DataFrame:
    """Active who ordered in the last 12 months, and new who came in them; without orders or dates everyone on the list is there."""
    for column, otherwise in (("active", True), ("before", False)):
        if column not in frame:
            frame[column] = otherwise
    frame["start"] = pd.to_datetime(frame["start"]) if "start" in frame else pd.NaT
    frame["end"] = pd.NaT
    frame["new"] = frame["active"] & (frame["start"] > pd.Timestamp(as_of) - pd.DateOffset(years=1)) if as_of else False
    frame["lost"] = frame["before"] & ~frame["active"]
    return frame
