"""Orders that stay in a data engine: the same rules as for a frame, asked as one query, so that millions of rows never leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clvxl.ledger.recognise import Recognised
from clvxl.ledger.rules import KEPT_FINDINGS, LARGEST, TOTAL, Findings
from clvxl.settings import Settings
from clvxl.terms import TERMS

if TYPE_CHECKING:
    import ibis

_FIT = {"text": ("is_string", "is_integer"), "date": ("is_temporal",), "money": ("is_numeric",), "fraction": ("is_numeric",)}


def fits(table: ibis.Table, found: Recognised) -> bool:
    """Whether the columns have the types that need no reading: numbers are numbers and dates are dates."""
    types = {term: table[found.headings[place]].type() for term, place in found.places.items()}
    return found.table == "orders" and not found.missing and all(
        any(getattr(types[term], kind)() for kind in _FIT[TERMS[term].unit]) for term in types)


def check_orders(name: str, table: ibis.Table, found: Recognised, settings: Settings, findings: Findings) -> tuple[ibis.Table, int]:
    """The clean orders, and how many rows there were; rows in an engine have no numbers, so findings name the value alone."""
    import ibis

    raw = table.select(**{term: _typed(table[found.headings[place]], term) for term, place in found.places.items()})
    reasons = _reasons(raw, settings)
    judged = raw.mutate(reason=ibis.cases(*((where.fill_null(False), rule) for rule, (_, where) in reasons.items())))
    notes = {rule: (term, where.fill_null(False)) for rule, (term, where) in _notes(judged).items()}
    sums = {rule: where.sum() for rule, (_, where) in notes.items()}
    counted = judged.group_by("reason").aggregate(rows=judged.count(), **sums).execute()
    for row in counted.to_dict("records"):
        if isinstance(row["reason"], str):
            term, _ = reasons[row["reason"]]
            _say(name, judged.filter(judged.reason == row["reason"]), term, row["reason"], int(row["rows"]), found, findings)
            continue
        for rule, (term, where) in notes.items():
            if row[rule]:
                _say(name, judged.filter(judged.reason.isnull() & where), term, rule, int(row[rule]), found, findings)
    kept = judged.filter(judged.reason.isnull()).drop("reason") if findings.left_out(name) else raw
    if findings.counts[name, "return"]:
        _days_of_returns(name, kept, found, findings)
    changed = any(findings.counts[name, rule] for rule in notes)
    return _clean(kept) if changed else kept, int(counted["rows"].sum())


def _typed(column: Any, term: str) -> Any:
    match TERMS[term].unit:
        case "text" if column.type().is_integer():  # stays one: the engine groups numbers faster
            return column
        case "text":
            return column.strip().nullif("")
        case "date":
            return column.cast("date")
        case _:
            return column.cast("float64")


def _reasons(raw: ibis.Table, settings: Settings) -> dict[str, tuple[str, Any]]:
    """Rule -> its column, and where it leaves a row out; the first that matches is the reason."""
    reasons: dict[str, tuple[str, Any]] = {
        "no customer": ("customer", raw.customer.isnull()),
        "no date": ("date", raw.date.isnull()),
        "no amount": ("amount", raw.amount.isnull() | raw.amount.isnan()),  # before the next: for an engine NaN is above all numbers
        "implausible row": ("amount", raw.amount.abs() > LARGEST),
    }
    if raw.customer.type().is_string():
        reasons["total"] = ("customer", raw.customer.re_search(TOTAL))
    if settings.as_of:
        reasons["future order"] = ("date", raw.date > settings.as_of)
    return reasons


def _notes(raw: ibis.Table) -> dict[str, tuple[str, Any]]:
    """Rule -> its column, and where it changes or notes a value of a row that stays."""
    notes: dict[str, tuple[str, Any]] = {"zero amount": ("amount", raw.amount == 0), "return": ("amount", raw.amount < 0)}
    if "margin" in raw.columns:
        notes["margin"] = ("margin", raw.margin > 1)
    if "cost" in raw.columns:
        notes["negative cost"] = ("cost", raw.cost < 0)
    return notes


def _say(name: str, rows: ibis.Table, term: str, rule: str, count: int, found: Recognised, findings: Findings) -> None:
    values = rows[term].name("value").as_table().limit(KEPT_FINDINGS).execute()["value"].tolist()
    findings.add_rows(name, rule, found.headings[found.places[term]], range(len(values)), lambda place: (None, values[place]), count)


def _days_of_returns(name: str, orders: ibis.Table, found: Recognised, findings: Findings) -> None:
    """Days on which returns leave a customer nothing."""
    returns = orders.filter(orders.amount < 0).select("customer", "date").distinct()
    days = orders.semi_join(returns, ["customer", "date"]).group_by("customer", "date").aggregate(amount=lambda day: day.amount.sum())
    nothing = days.filter(days.amount <= 0)
    count = int(nothing.count().execute())
    if count:
        _say(name, nothing, "amount", "day of returns", count, found, findings)


def _clean(orders: ibis.Table) -> ibis.Table:
    """Values out of bounds made empty; no minus before a zero."""
    import ibis

    clean: dict[str, Any] = {"amount": orders.amount + 0.0}
    if "margin" in orders.columns:
        clean["margin"] = ibis.ifelse(orders.margin > 1, ibis.null(), orders.margin)
    if "cost" in orders.columns:
        clean["cost"] = ibis.ifelse(orders.cost < 0, ibis.null(), orders.cost)
    return orders.mutate(**clean)


def together(tables: list[ibis.Table]) -> ibis.Table | None:
    """All orders under each other, with empty values where a table lacks a column."""
    import ibis

    if len(tables) < 2:
        return tables[0] if tables else None
    types = {name: kind for table in tables for name, kind in table.schema().items()}
    alike = [table.select(**{name: table[name].cast(kind) if name in table.columns else ibis.null(kind) for name, kind in types.items()})
             for table in tables]
    return ibis.union(*alike)
