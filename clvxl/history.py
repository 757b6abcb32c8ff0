"""Orders -> the purchase history of each customer, as one expression that DuckDB, PostgreSQL and Spark compute alike.

Returns are netted per customer and day. A day is a purchase if something was left of it, or if nothing came back that day (an order of 0);
a day of nothing but returns is none, yet its amount counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from clvxl.formulas._purchases import NOTHING
from clvxl.ledger.asking import batches
from clvxl.ledger.local import parts

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    import pyarrow as pa

_DIGITS = 6  # of money that count: engines add in different orders, and differ in the last of sixteen
_SMALL = dict.fromkeys(("frequency", "recency", "age", "orders", "days_last_year", "days_year_before"), "int32") | dict.fromkeys(
    ("first", "last"), "timestamp[s]")
_EARNED = ("contribution", "costed")
_MONEY = ("amount", "revenue", "revenue_previous", *_EARNED)
_NAMED = ("segment", "channel")  # of these the latest word counts, and of several on one day the last in the alphabet


def a_year_before(day: date) -> date:
    """The same day one year earlier; 28 February where that year has no 29th."""
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def history(orders: ibis.Table, as_of: date, earlier: date | None = None) -> ibis.Table:
    """What each customer's orders up to ``as_of`` say: how often, how lately, how much; in the order of the customers.

    Columns: customer; first, last (days of purchase); frequency (days of repeat purchase); recency and age (days from the first purchase
    to the last and to ``as_of``); orders; spend (mean net amount of a repeat purchase day, blank without any); amount (net total);
    revenue and revenue_previous (net, in the 12 months up to ``as_of`` and in those before); days_last_year and days_year_before
    (days of purchase in them); contribution and costed (of the orders whose cost or margin is known: what was left, and their amount) if
    any may be known; segment and channel if the orders have them. With an
    ``earlier`` day also frequency_earlier and recency_earlier, as they were then; blank for who came later.
    """
    days = days_of_purchase(orders.filter(orders.date <= as_of))
    year_ago = a_year_before(as_of)
    last_year = days.date > year_ago
    year_before = (days.date > a_year_before(year_ago)) & ~last_year
    found = days.group_by("customer").aggregate(
        first=days.date.min(where=days.bought),
        last=days.date.max(where=days.bought),
        first_net=days.net.argmin(days.date, where=days.bought),
        bought_net=days.net.sum(where=days.bought),
        purchases=days.count(where=days.bought),
        orders=days.orders.sum(),
        amount=days.net.sum(),
        revenue=days.net.sum(where=last_year),
        revenue_previous=days.net.sum(where=year_before),
        days_last_year=days.count(where=days.bought & last_year),
        days_year_before=days.count(where=days.bought & year_before),
        **{name: days[name].argmax(days.date, where=days[name].notnull()) for name in _NAMED if name in days.columns},
        **{name: days[name].sum() for name in _EARNED if name in days.columns},
        **({} if earlier is None else _earlier(days, earlier)),
    ).filter(lambda each: each.purchases > 0)
    return _shaped(found, as_of)


def days_of_purchase(orders: ibis.Table) -> ibis.Table:
    """The orders netted per customer and day, and whether something was bought that day."""
    import ibis

    extras: dict[str, Any] = {name: orders[name].max() for name in _NAMED if name in orders.columns}
    earned = [orders.amount - orders.cost] if "cost" in orders.columns else []
    earned += [orders.amount * orders.margin] if "margin" in orders.columns else []
    if earned:
        left = ibis.coalesce(*earned)
        extras |= {"contribution": left.sum(), "costed": orders.amount.sum(where=left.notnull())}
    days = orders.group_by("customer", "date").aggregate(
        net=orders.amount.sum(), lowest=orders.amount.min(), orders=orders.count(), **extras)
    return days.mutate(bought=(days.net > NOTHING) | (days.lowest >= 0))


def _earlier(days: ibis.Table, day: date) -> dict[str, Any]:
    before = days.bought & (days.date <= day)
    return {"purchases_earlier": days.count(where=before), "last_earlier": days.date.max(where=before)}


def _shaped(found: ibis.Table, as_of: date) -> ibis.Table:
    """The columns as they are told to the models: counts and days as whole numbers, money with 0 for nothing."""
    import ibis

    frequency = (found.purchases - 1).cast(int)
    extras: dict[str, Any] = {name: found[name] for name in (*_EARNED, *_NAMED) if name in found.columns}
    if "last_earlier" in found.columns:
        extras["frequency_earlier"] = (found.purchases_earlier.nullif(0) - 1).cast(float)
        extras["recency_earlier"] = found.last_earlier.delta(found["first"], unit="day").cast(float)
    return found.select(
        found.customer.cast(str).name("customer"), "first", "last",
        frequency=frequency,
        recency=found["last"].delta(found["first"], unit="day").cast(int),
        age=ibis.literal(as_of).delta(found["first"], unit="day").cast(int),
        orders=found.orders.cast(int),
        spend=(found.bought_net - found.first_net) / frequency.nullif(0).cast(float),
        amount=found.amount,
        revenue=found.revenue.fill_null(0.0),
        revenue_previous=found.revenue_previous.fill_null(0.0),
        days_last_year=found.days_last_year.cast(int),
        days_year_before=found.days_year_before.cast(int),
        **extras,
    ).order_by("customer")


def _types(table: ibis.Table) -> Iterator[tuple[str, Any]]:
    arrow = table.schema().to_pyarrow()
    return zip(arrow.names, arrow.types, strict=True)


def _in_order(table: pa.Table) -> pd.DataFrame:
    """The rows in the order of the customers' letters, made column by column; words that stand again and again are kept once each."""
    import pandas as pd
    import pyarrow.compute as pc

    order = pc.sort_indices(table, sort_keys=[("customer", "ascending")])
    columns = {}
    for name in table.column_names:
        column = table.column(name).dictionary_encode() if name in _NAMED else table.column(name)
        columns[name] = column.combine_chunks().take(order).to_pandas()
        table = table.drop_columns([name])
    return pd.DataFrame(columns, copy=False)


def histories(orders: ibis.Table, as_of: date, earlier: date | None = None) -> pd.DataFrame:
    """The histories brought out, the same from every engine: in the order of the letters, money without the digits in which engines differ.

    Raises: SourceError.
    """
    import numpy as np
    import pyarrow as pa

    found = [history(part, as_of, earlier) for part in parts(orders)]
    schema = pa.schema([(name, pa.type_for_alias(_SMALL[name]) if name in _SMALL else kind) for name, kind in _types(found[0])])
    tables = [pa.Table.from_batches([batch]).cast(schema) for each in found for batch in batches(each)]
    frame = _in_order(pa.concat_tables([*tables, schema.empty_table()]))
    for name in _MONEY:
        if name in frame:
            frame[name] = frame[name].round(_DIGITS)
    repeats = frame["frequency"].to_numpy()
    total = (frame["spend"] * repeats).round(_DIGITS)
    frame["spend"] = np.divide(total, repeats, out=np.full(len(frame), np.nan), where=repeats > 0)
    return frame
