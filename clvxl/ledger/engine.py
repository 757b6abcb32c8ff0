"""Orders that stay in a data engine: the same rules as for a frame, asked as one query, so that millions of rows never leave it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clvxl.ledger import iso, local
from clvxl.ledger.asking import batches, fetched
from clvxl.ledger.check import margins_as_percentages
from clvxl.ledger.days import far_days
from clvxl.ledger.labels import CONTROL_SIGNS
from clvxl.ledger.recognise import Recognised, in_percent, in_thousands
from clvxl.ledger.rules import KEPT_FINDINGS, LARGEST, TOTAL, Findings
from clvxl.settings import Settings
from clvxl.terms import TERMS

if TYPE_CHECKING:
    import ibis

_FIT = {"text": ("is_string", "is_integer"), "date": ("is_temporal", "is_string"), "money": ("is_numeric",), "fraction": ("is_numeric",)}
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)  # days that orders may have
_AT_LAST = ("zero amount", "return", "negative cost", "no cost")  # are noted of rows that stay; other notes come when their column is read
_FAR = date(9999, 12, 31)


def fits(table: ibis.Table, found: Recognised) -> bool:
    """Whether the columns have the types that need no reading: numbers are numbers, and dates are dates or texts such as 2024-01-31."""
    columns = {term: table[found.headings[place]] for term, place in found.places.items()}
    if found.table != "orders" or found.missing or not all(
            any(getattr(column.type(), kind)() for kind in _FIT[TERMS[term].unit]) for term, column in columns.items()):
        return False
    texts = [column for term, column in columns.items() if TERMS[term].unit == "date" and column.type().is_string()]
    return not texts or not fetched(table.aggregate(wrong=sum(iso.not_days(column) for column in texts)))["wrong"].iat[0]


def check_orders(name: str, table: ibis.Table, found: Recognised, settings: Settings, findings: Findings) -> tuple[ibis.Table, int]:
    """The clean orders, and how many rows there were; rows in an engine have no numbers, so findings name the value alone."""
    return _Checking(name, table, found, settings, findings).orders()


class _Checking:
    """One table under check. What is in it is counted by day first, and that is all that travels."""

    def __init__(self, name: str, table: ibis.Table, found: Recognised, settings: Settings, findings: Findings) -> None:
        import ibis

        self.name, self.found, self.settings, self.findings = name, found, settings, findings
        self.raw = table.select(**{term: _typed(table[found.headings[place]], term) for term, place in found.places.items()})
        self.whole = self._whole()
        self.reasons = self._reasons()
        cases = [(where.fill_null(False), place) for place, (_, _, where) in enumerate(self.reasons)]
        self.judged = self.raw.mutate(reason=ibis.cases(*cases))  # its place among the reasons
        self.notes = {rule: (term, where.fill_null(False)) for rule, (term, where) in self._notes().items()}

    def orders(self) -> tuple[ibis.Table, int]:
        by_day = self._by_day()
        self._refuse_percentages(by_day)
        for place in self.found.passed_over:
            self.findings.add(self.name, "other column", self.found.headings[place])
        kept, far = self._kept(by_day)
        for place, (rule, term, _) in enumerate(self.reasons):
            self._say(self.judged.filter(self.judged.reason == place), term, rule, by_day.loc[by_day["reason"] == place, "rows"])
        there, late = self.judged.filter(self.judged.reason.isnull()), by_day["date"] >= pd.Timestamp(far)
        self._say(there.filter(there.date >= far), "date", "far order", by_day.loc[late, "rows"])
        noted = []
        for rule, (term, where) in self.notes.items():
            at_last = rule in _AT_LAST
            later = [] if at_last else [place for place, (rule, _, _) in enumerate(self.reasons) if self._turn(rule) > self._turn(term)]
            counts = by_day.loc[by_day["reason"].isin(later) | (by_day["reason"].isna() & ~(late & at_last)), rule]
            if counts.any():
                noted.append(rule)
                left = self.judged.reason.isin(later) if later else False
                seen = self.judged.reason.isnull() & (self.judged.date < far) if at_last else self.judged.reason.isnull() | left
                self._say(self.judged.filter(seen & where), term, rule, counts)
        if "return" in noted:
            self._days_of_returns(kept)
        return self._clean(kept, noted), int(by_day["rows"].sum())

    def _reasons(self) -> list[tuple[str, str, Any]]:
        """Rules, their columns, and where they leave a row out; the first that matches is the reason, in the order of the columns."""
        raw = self.raw
        texts = [term for term in raw.columns if raw[term].type().is_string()]
        nothing = raw.customer.isnull()
        totals = {term: raw[term].re_search(TOTAL) for term in texts}
        reasons = [("total", term, says if term == "customer" else says & nothing) for term, says in totals.items()]
        if "customer" in texts:
            nothing |= ~raw.customer.re_search(rf"[^\s{CONTROL_SIGNS}]")
        reasons.append(("no customer", "customer", nothing))
        for term in sorted(("date", "amount"), key=self.found.places.__getitem__):
            if term == "date":
                reasons.append(("unreadable row", term, ~raw.date.between(_FIRST, _LAST)))
            else:
                reasons.append(("implausible row", term, raw.amount.abs() > LARGEST))
            reasons.append((f"no {term}", term, raw[term].isnull()))
        if self.settings.as_of:
            reasons.append(("future order", "date", raw.date > self.settings.as_of))
        return reasons

    def _whole(self) -> float:
        """What a margin of 1 is written as: 100 where its heading says percent and most values are no shares of 1."""
        if "margin" not in self.raw.columns or not in_percent(self._heading("margin")):
            return 1.0
        size = self.raw.margin.abs()
        shares, percentages = (where.fill_null(False).sum().fill_null(0) for where in ((size > 0) & (size <= 1), size > 1))
        more = fetched(self.raw.aggregate(more=percentages - shares))["more"].to_numpy(np.int64)
        return 100.0 if more[0] > 0 else 1.0

    def _notes(self) -> dict[str, tuple[str, Any]]:
        """Rule -> its column, and where it changes or notes a value of a row that stays."""
        raw = self.judged
        notes: dict[str, tuple[str, Any]] = {"zero amount": ("amount", raw.amount == 0), "return": ("amount", raw.amount < 0)}
        if "margin" in raw.columns:
            notes["margin"] = ("margin", raw.margin > self.whole)
        if "cost" in raw.columns:
            notes["negative cost"] = ("cost", _is_no_cost(raw))
            notes["implausible value"] = ("cost", raw.cost.abs() > LARGEST)
        if costs := [term for term in ("cost", "margin") if term in raw.columns]:
            notes["no cost"] = (costs[0], functools.reduce(operator.and_, (raw[term].isnull() for term in costs)))
        if raw.customer.type().is_string():
            notes["control characters"] = ("customer", raw.customer.re_search(f"[{CONTROL_SIGNS}]"))
        return notes

    def _by_day(self) -> pd.DataFrame:
        """How many rows there are of each day, by the reason that leaves them out, and how many of them each note is about."""
        import ibis

        judged = self.judged
        sums = {rule: where.sum() for rule, (_, where) in self.notes.items()}
        if "margin" in judged.columns:
            sums["plausible margin"] = ((judged.margin <= self.whole) & (judged.margin != 0)).fill_null(False).sum()
        days = judged.mutate(date=ibis.ifelse(judged.reason.isnull(), judged.date, ibis.null("date")))
        return fetched(days.group_by("reason", "date").aggregate(rows=days.count(), **sums)).sort_values("date", ignore_index=True)

    def _refuse_percentages(self, by_day: pd.DataFrame) -> None:
        if "margin" in self.notes and by_day["margin"].sum() and not by_day["plausible margin"].sum():
            examples = fetched(self.judged.filter(self.notes["margin"][1]).select("margin").limit(1))["margin"].tolist()
            raise margins_as_percentages(self.name, self._heading("margin"), examples[0])

    def _kept(self, by_day: pd.DataFrame) -> tuple[ibis.Table, date]:
        """The rows that no rule leaves out, and the first day that lies far after all others."""
        used = by_day[by_day["reason"].isna()]
        days = used["date"].to_numpy().astype("datetime64[D]")
        far = _FAR if self.settings.as_of else min((day.astype(object) for day in far_days(days, used["rows"].to_numpy())), default=_FAR)
        kept = self.judged.filter(self.judged.reason.isnull()).drop("reason") if by_day["reason"].notna().any() else self.raw
        return kept if far == _FAR else kept.filter(kept.date < far), far

    def _turn(self, term: str) -> float:
        """When a column is looked at, or a row is left out: as in a file, column by column behind the names, and dates ahead at last."""
        term = {"no date": "date", "unreadable row": "date", "no amount": "amount", "implausible row": "amount"}.get(term, term)
        turns = {"total": -1.0, "customer": 0.0, "segment": 0.0, "channel": 0.0, "no customer": 0.5, "future order": np.inf}
        return turns[term] if term in turns else 1.0 + self.found.places[term]

    def _heading(self, term: str) -> str:
        return self.found.headings[self.found.places[term]]

    def _say(self, rows: ibis.Table, term: str, rule: str, counts: pd.Series) -> None:
        """Some of the rows that a rule is about, always the same ones; ``counts`` add up to all of them. What is missing has no value."""
        if count := int(counts.sum()):
            order = [name for name in ("customer", "date", "amount") if name in rows.columns]
            some = rows.order_by(order).limit(KEPT_FINDINGS).select(value=rows[term])
            values = [None] * min(count, KEPT_FINDINGS) if rule.startswith("no ") else fetched(some)["value"].tolist()
            self.findings.add_rows(self.name, rule, self._heading(term), range(len(values)), lambda place: (None, values[place]), count)

    def _days_of_returns(self, orders: ibis.Table) -> None:
        """Days on which returns leave a customer nothing."""
        returns = orders.filter(orders.amount < 0).select("customer", "date").distinct()
        days = orders.semi_join(returns, ["customer", "date"]).group_by("customer", "date").aggregate(amount=lambda day: day.amount.sum())
        nothing = days.filter(days.amount <= 0)
        self._say(nothing, "amount", "day of returns", fetched(nothing.aggregate(rows=nothing.count()))["rows"])

    def _clean(self, orders: ibis.Table, noted: Sequence[str]) -> ibis.Table:
        """Values out of bounds made empty; money in thousands made whole; no minus before a zero."""
        import ibis

        clean: dict[str, Any] = {}
        if "control characters" in noted:
            clean["customer"] = orders.customer.re_replace(f"[{CONTROL_SIGNS}]+", " ").re_replace(" {2,}", " ").strip()
        if "zero amount" in noted:
            clean["amount"] = orders.amount + 0.0
        if "margin" in noted:
            clean["margin"] = ibis.ifelse(orders.margin > self.whole, ibis.null("float64"), orders.margin)
        if {"negative cost", "implausible value"} & set(noted):
            clean["cost"] = ibis.ifelse(_is_no_cost(orders) | (orders.cost.abs() > LARGEST), ibis.null("float64"), orders.cost)
        for term in orders.columns:
            if TERMS[term].unit == "money" and in_thousands(self._heading(term)):
                self.findings.add(self.name, "thousands", self._heading(term))
                clean[term] = clean.get(term, orders[term]) * 1000
        if self.whole != 1:
            self.findings.add(self.name, "percent", self._heading("margin"))
            clean["margin"] = clean.get("margin", orders.margin) / self.whole
        return orders.mutate(**clean) if clean else orders


def _is_no_cost(orders: ibis.Table) -> Any:
    """Where a cost is negative, and not of a return, which gives back what it cost."""
    return (orders.cost < 0) & (orders.cost >= -LARGEST) & (orders.amount >= 0)


def _typed(column: Any, term: str) -> Any:
    kind = column.type()
    match TERMS[term].unit:
        case "text" if kind.is_integer():  # stays one: the engine groups numbers faster
            return column
        case "text":
            return column.strip().nullif("")
        case "date":
            return iso.days(column) if kind.is_string() else column.cast(date)
        case _:
            number = column.cast(float)
            return number.nullif(float("nan")) if kind.is_floating() else number


def together(tables: list[ibis.Table]) -> ibis.Table | None:
    """All orders under each other, with empty values where a table lacks a column; those of different engines meet in this process."""
    import ibis

    if len(tables) < 2:
        return tables[0] if tables else None
    if not all(map(local.is_local, tables)):
        tables = _met(tables)
    kinds: dict[str, Any] = {}
    for table in tables:
        for name, kind in table.schema().items():
            kinds[name] = kind if kinds.get(name, kind) == kind else ibis.dtype("string" if TERMS[name].unit == "text" else "float64")
    alike = [table.select(**{name: table[name].cast(kind) if name in table.columns else ibis.null(kind) for name, kind in kinds.items()})
             for table in tables]
    return ibis.union(*alike)


def _met(tables: list[ibis.Table]) -> list[ibis.Table]:
    """The rows of other engines taken in, in pieces."""
    home = next((table.get_backend() for table in tables if local.is_local(table)), None) or local.connect()
    return [table if local.is_local(table) else local.taken_in(batches(table), table.schema().to_pyarrow(), home) for table in tables]


def by_day(orders: ibis.Table) -> pd.DataFrame:
    """What tells one table of orders from another: rows, cents and the ends of the customers' names of each day, in whole numbers.

    They come out the same from every engine, in whatever order it adds.
    """
    cents = (orders.amount * 100 + 0.5).floor().cast(int) % 1_000_000_007
    days = orders.group_by("date").aggregate(rows=orders.count(), cents=cents.sum(), names=_ends(orders.customer).sum())
    found = fetched(days).sort_values("date", ignore_index=True)
    return found.astype(dict.fromkeys(("rows", "cents", "names"), np.int64))


def _ends(customer: Any) -> Any:
    """The last three signs of a name or number, as one number."""
    import ibis

    if not customer.type().is_integer():
        return customer.right(1).ascii_str() + 131 * customer.right(2).ascii_str() + 17161 * customer.right(3).ascii_str()
    last, second, third = (customer.abs() // tens % 10 + 48 for tens in (1, 10, 100))
    second = ibis.ifelse(customer.abs() >= 10, second, last)
    return last + 131 * second + 17161 * ibis.ifelse(customer.abs() >= 100, third, second)
