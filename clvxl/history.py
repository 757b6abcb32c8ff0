"""Orders -> the purchase history of each customer, as one expression that DuckDB, PostgreSQL and Spark compute alike.

Returns are netted per customer and day. A day is a purchase if something was left of it, or if nothing came back that day (an order of 0);
a day of nothing but returns is none, yet its amount counts.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

_NAMED = ("segment", "channel")  # of these the latest word counts, and of two on one day the last in the alphabet


def a_year_before(day: date) -> date:
    """The same day one year earlier; 28 February where that year has no 29th."""
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def history(orders: ibis.Table, as_of: date) -> ibis.Table:
    """What each customer's orders up to ``as_of`` say: how often, how lately, how much.

    Columns: customer; first, last (days of purchase); frequency (days of repeat purchase); recency and age (days from the first purchase
    to the last and to ``as_of``); orders; spend (mean net amount of a repeat purchase day, blank without any); amount (net total);
    revenue and revenue_previous (net, in the 12 months up to ``as_of`` and in those before); days_last_year and days_year_before
    (days of purchase in them); contribution if there are costs or margins; segment and channel if the orders have them.
    """
    days = _days(orders.filter(orders.date <= as_of))
    bought = (days.net > 0) | (days.lowest >= 0)
    year_ago = a_year_before(as_of)
    last_year = days.day > year_ago
    year_before = (days.day > a_year_before(year_ago)) & ~last_year
    found = days.group_by("customer").aggregate(
        first=days.day.min(where=bought),
        last=days.day.max(where=bought),
        purchases=days.count(where=bought),
        orders=days.orders.sum(),
        bought_net=days.net.sum(where=bought),
        amount=days.net.sum(),
        revenue=days.net.sum(where=last_year),
        revenue_previous=days.net.sum(where=year_before),
        days_last_year=days.count(where=bought & last_year),
        days_year_before=days.count(where=bought & year_before),
        **_extras(days),
    ).filter(lambda each: each.purchases > 0)
    return _shaped(found, _first_net(orders, found), as_of, [name for name in ("contribution", *_NAMED) if name in days.columns])


def _days(orders: ibis.Table) -> ibis.Table:
    """The orders netted per customer and day."""
    extras: dict[str, Any] = {name: orders[name].max() for name in _NAMED if name in orders.columns}
    if "cost" in orders.columns:
        extras["contribution"] = (orders.amount - orders.cost).sum()
    elif "margin" in orders.columns:
        extras["contribution"] = (orders.amount * orders.margin).sum()
    return orders.group_by("customer", day=orders.date).aggregate(
        net=orders.amount.sum(), lowest=orders.amount.min(), orders=orders.count(), **extras)


def _first_net(orders: ibis.Table, found: ibis.Table) -> ibis.Table:
    """The net amount of each customer's first day: looking it up in the orders costs less than carrying it through the counting."""
    first = orders.join(found.select("customer", day="first"), ["customer", ("date", "day")])
    return first.group_by("customer").aggregate(first_net=first.amount.sum())


def _extras(days: ibis.Table) -> dict[str, Any]:
    found: dict[str, Any] = {name: days[name].argmax(days.day, where=days[name].notnull()) for name in _NAMED if name in days.columns}
    if "contribution" in days.columns:
        found["contribution"] = days.contribution.sum()
    return found


def _shaped(found: ibis.Table, first: ibis.Table, as_of: date, extras: list[str]) -> ibis.Table:
    """The columns as they are told to the models: counts and days as whole numbers, money with 0 for nothing."""
    import ibis

    found = found.join(first, "customer").order_by("customer")
    frequency = (found.purchases - 1).cast("int64")
    return found.select(
        found.customer.cast("string").name("customer"), "first", "last",
        frequency=frequency,
        recency=found["last"].delta(found["first"], unit="day").cast("int64"),
        age=ibis.literal(as_of).delta(found["first"], unit="day").cast("int64"),
        orders=found.orders.cast("int64"),
        spend=((found.bought_net - found.first_net) / frequency.nullif(0).cast("float64")),
        amount=found.amount,
        revenue=found.revenue.fill_null(0.0),
        revenue_previous=found.revenue_previous.fill_null(0.0),
        days_last_year=found.days_last_year.fill_null(0).cast("int64"),
        days_year_before=found.days_year_before.fill_null(0).cast("int64"),
        **{name: found[name] for name in extras},
    )
