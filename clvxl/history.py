"""Orders -> the purchase history of each customer, as one expression that DuckDB, PostgreSQL and Spark compute alike.

Returns are netted per customer and day. A day is a purchase if something was left of it, or if nothing came back that day (an order of 0);
a day of nothing but returns is none, yet its amount counts. Everything is told from one pass over the orders of a customer in the order
of their days, which costs an engine less time and far less memory than to gather the days first.
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

_DAY_0 = date(1970, 1, 1)
_DIGITS = 6  # of money that count: engines add in different orders, and differ in the last of sixteen
_SMALL = dict.fromkeys(("frequency", "recency", "age", "orders", "days_last_year", "days_year_before"), "int32") | dict.fromkeys(
    ("first", "last"), "timestamp[s]")
_MONEY = ("amount", "revenue", "revenue_previous", "contribution")
_NAMED = ("segment", "channel")  # of these the latest word counts, and of several on one day the last in the alphabet


def a_year_before(day: date) -> date:
    """The same day one year earlier; 28 February where that year has no 29th."""
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def history(orders: ibis.Table, as_of: date, earlier: date | None = None) -> ibis.Table:
    """What each customer's orders up to ``as_of`` say: how often, how lately, how much; in the order of the customers.

    Columns: customer; first, last (days of purchase); frequency (days of repeat purchase); recency and age (days from the first purchase
    to the last and to ``as_of``); orders; spend (mean net amount of a repeat purchase day, blank without any); amount (net total);
    revenue and revenue_previous (net, in the 12 months up to ``as_of`` and in those before); days_last_year and days_year_before
    (days of purchase in them); contribution if there are costs or margins; segment and channel if the orders have them. With an
    ``earlier`` day also frequency_earlier and recency_earlier, as they were then; blank for who came later.
    """
    rows = told_by_day(orders.filter(orders.date <= as_of))
    year_ago = a_year_before(as_of)
    last_year = rows.date > year_ago
    year_before = (rows.date > a_year_before(year_ago)) & ~last_year
    purchase = rows.opens & rows.bought
    found = rows.group_by("customer").aggregate(
        first=rows["first"].min(),
        last=rows.date.max(where=rows.bought),
        purchases=rows.count(where=purchase),
        orders=rows.count(),
        repeats=rows.amount.sum(where=rows.bought & (rows.date > rows["first"])),
        amount=rows.amount.sum(),
        revenue=rows.amount.sum(where=last_year),
        revenue_previous=rows.amount.sum(where=year_before),
        days_last_year=rows.count(where=purchase & last_year),
        days_year_before=rows.count(where=purchase & year_before),
        **_extras(rows),
        **({} if earlier is None else _earlier(rows, purchase, earlier)),
    ).filter(lambda each: each.purchases > 0)
    return _shaped(found, as_of)


def told_by_day(orders: ibis.Table) -> ibis.Table:
    """Each order with what its day says: whether something was bought, whether it opens the day, and the day of the first purchase."""
    import ibis

    rows = orders.mutate(day=orders.date.delta(_DAY_0, unit="day"))
    by_day = ibis.window(group_by=rows.customer, order_by=rows.day)  # ordered alike, so that an engine sorts but once
    same_day = ibis.range_window(group_by=rows.customer, order_by=rows.day, preceding=0, following=0)
    rows = rows.mutate(net=rows.amount.sum().over(same_day), lowest=rows.amount.min().over(same_day), before=rows.day.lag().over(by_day))
    rows = rows.mutate(bought=(rows.net > NOTHING) | (rows.lowest >= 0), opens=rows.before.isnull() | (rows.before < rows.day))
    latest = {f"{name}_day": rows.date.max(where=rows[name].notnull()) for name in _NAMED if name in rows.columns}
    customer = ibis.window(group_by=rows.customer)
    return rows.mutate(**{name: day.over(customer) for name, day in ({"first": rows.date.min(where=rows.bought)} | latest).items()})


def _extras(rows: ibis.Table) -> dict[str, Any]:
    """What only some orders tell: the latest segment and channel, and what was left after costs or by the margin."""
    found: dict[str, Any] = {name: rows[name].max(where=rows.date == rows[f"{name}_day"]) for name in _NAMED if name in rows.columns}
    if "cost" in rows.columns:
        found["contribution"] = (rows.amount - rows.cost).sum()
    elif "margin" in rows.columns:
        found["contribution"] = (rows.amount * rows.margin).sum()
    return found


def _earlier(rows: ibis.Table, purchase: Any, day: date) -> dict[str, Any]:
    return {
        "purchases_earlier": rows.count(where=purchase & (rows.date <= day)),
        "last_earlier": rows.date.max(where=rows.bought & (rows.date <= day)),
    }


def _shaped(found: ibis.Table, as_of: date) -> ibis.Table:
    """The columns as they are told to the models: counts and days as whole numbers, money with 0 for nothing."""
    import ibis

    frequency = (found.purchases - 1).cast("int64")
    extras: dict[str, Any] = {name: found[name] for name in ("contribution", *_NAMED) if name in found.columns}
    if "last_earlier" in found.columns:
        extras["frequency_earlier"] = (found.purchases_earlier.nullif(0) - 1).cast("float64")
        extras["recency_earlier"] = found.last_earlier.delta(found["first"], unit="day").cast("float64")
    return found.select(
        found.customer.cast("string").name("customer"), "first", "last",
        frequency=frequency,
        recency=found["last"].delta(found["first"], unit="day").cast("int64"),
        age=ibis.literal(as_of).delta(found["first"], unit="day").cast("int64"),
        orders=found.orders.cast("int64"),
        spend=found.repeats / frequency.nullif(0).cast("float64"),
        amount=found.amount,
        revenue=found.revenue.fill_null(0.0),
        revenue_previous=found.revenue_previous.fill_null(0.0),
        days_last_year=found.days_last_year.cast("int64"),
        days_year_before=found.days_year_before.cast("int64"),
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
