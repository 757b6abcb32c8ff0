"""The story of the ledger: places -> sheets -> recognised tables -> checked rows -> one table of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from clvxl.errors import DataError, SourceError
from clvxl.ledger import database, engine, excel, local, parquet, text
from clvxl.ledger.cells import Sheet
from clvxl.ledger.check import Checked, accept, check
from clvxl.ledger.choose import Offer, check_mapping, choose
from clvxl.ledger.fingerprint import fingerprint
from clvxl.ledger.join import Joined, join
from clvxl.ledger.recognise import Recognised, Table, recognise
from clvxl.ledger.rules import RULES, Finding, Findings, kept_value
from clvxl.ledger.sources import PARQUET, WORKBOOKS, Place, locate
from clvxl.settings import Settings
from clvxl.words import Text, enumeration

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, slots=True)
class Source:
    """One table that was read: where its headings stood, what they mean, and what became of its rows."""

    name: str
    table: Table
    heading_row: int
    columns: Mapping[str, str]  # heading -> term
    unused: tuple[str, ...]  # headings without a meaning
    rows_in: int
    rows_used: int
    rows_left_out: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The user's tables, clean, and everything that was found on the way.

    The columns of ``customers`` and ``spend`` are terms. Where the customers have a number and a name, ``customer`` is the number,
    and one more column ``name`` of ``customers`` is the name: it joins nothing, and is there to be shown.
    """

    customers: pd.DataFrame | None
    orders: ibis.Table | None
    spend: pd.DataFrame | None
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]
    fingerprint: str
    counts: Mapping[tuple[str, str], int]  # (source, rule) -> how often it spoke, those included whose findings are not kept
    latest_order: pd.Timestamp | None = None  # where it is known already

    @property
    def cells_changed(self) -> int:
        """How many cells were changed or count as empty; those of columns that were converted as a whole are not counted."""
        return sum(count for (_, rule), count in self.counts.items() if RULES[rule].outcome == "changed" and not RULES[rule].of_column)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table that was read: as a frame of checked rows, or as a table that stays in its engine."""

    name: str
    found: Recognised
    rows_in: int
    checked: Checked | None = None
    table: ibis.Table | None = None


def read(inputs: Iterable[str], settings: Settings, *, customers: Iterable[str] = (), orders: Iterable[str] = (),
         spend: Iterable[str] = ()) -> Ledger:
    """The ledger of some files; ``customers``, ``orders`` and ``spend`` name inputs whose table is said, the others are recognised."""
    findings = Findings()
    _, tables = find(inputs, settings, findings, customers=customers, orders=orders, spend=spend)
    return together([read_table(sheet, found, settings, findings) for sheet, found in tables], findings)


def find(inputs: Iterable[str], settings: Settings, findings: Findings, *, customers: Iterable[str] = (), orders: Iterable[str] = (),
         spend: Iterable[str] = ()) -> tuple[list[Place], list[tuple[Sheet, Recognised]]]:
    """The places that the inputs name, and the tables found there."""
    said: tuple[tuple[Iterable[str], Table | None], ...] = ((customers, "customers"), (orders, "orders"), (spend, "spend"), (inputs, None))
    places = _each_once(place for names, table in said for place in locate(names, table))
    if not places:
        raise SourceError(Text("No table was named.", "Es wurde keine Tabelle genannt."),
                          Text("Name a file of customers or orders.", "Eine Datei mit Kunden oder Aufträgen angeben."))
    offers = [Offer(sheet, recognise(sheet.name, sheet.head, settings.columns, table), table)
              for sheet, table in all_sheets(places, settings)]
    check_mapping(settings.columns, offers)
    return places, choose(offers, findings)


def together(tables: list[ReadTable], findings: Findings, mark: str | None = None) -> Ledger:
    """The ledger of the tables that were read; ``mark`` is their fingerprint, where it is known."""
    joined = {table: join(table, [(each.name, each.checked) for each in tables if each.checked and each.found.table == table], findings)
              for table in ("customers", "orders", "spend")}
    sources = tuple(_source(each, joined[each.found.table], findings) for each in tables)
    if all(each.found.table == "spend" for each in tables):
        raise _only_spend([each.name for each in tables])
    customers, orders, spend = _frame(joined["customers"]), _orders(joined["orders"], tables), _frame(joined["spend"])
    days = None if orders is None or mark else engine.by_day(orders)
    return Ledger(customers, orders, spend, tuple(findings.kept), sources, mark or fingerprint(customers, days, spend),
                  dict(findings.counts), None if days is None else days["date"].max())


def _each_once(places: Iterable[Place]) -> list[Place]:
    """A place that two inputs name is read once, as the table it was said to be."""
    return list({(tuple(path.resolve() for path in place.paths), place.sheet, place.address): place
                 for place in reversed(list(places))}.values())[::-1]


def all_sheets(places: list[Place], settings: Settings) -> Iterator[tuple[Sheet, Table | None]]:
    """All sheets of all places, with a number behind a name that two of them have."""
    backend = cache(lambda: local.connect(settings.memory))
    names: dict[str, int] = {}
    for place in places:
        if place.address is not None:
            sheets = database.sheets(place.address, backend, settings.columns, place.table)
        elif place.ending in WORKBOOKS:
            sheets = excel.sheets(place.paths[0], place.sheet)
        elif place.ending in PARQUET:
            sheets = iter([parquet.sheet(place.name, place.paths, backend())])
        else:
            sheets = iter([text.sheet(place.paths[0])])
        for sheet in sheets:
            names[sheet.name] = number = names.get(sheet.name, 0) + 1
            yield (sheet if number == 1 else replace(sheet, name=f"{sheet.name} ({number})")), place.table


def read_table(sheet: Sheet, found: Recognised, settings: Settings, findings: Findings) -> ReadTable:
    """A recognised sheet, its rows checked."""
    rows = sheet.table([found.headings[place] for place in found.places.values()]) if sheet.table and found.table == "orders" else None
    if rows is not None and engine.fits(rows, found):
        table, rows_in = engine.check_orders(sheet.name, rows, found, settings, findings)
        return ReadTable(sheet.name, found, rows_in, table=local.view(table))
    checked = check(sheet, found, settings, findings)
    return ReadTable(sheet.name, found, checked.rows_in, checked)


def _source(each: ReadTable, joined: Joined | None, findings: Findings) -> Source:
    """What became of a source's rows: each is used or left out, and if most are left out the source is refused."""
    left_out = findings.left_out(each.name)
    used = joined.used[each.name] if joined and each.checked else each.rows_in - left_out
    assert each.rows_in == used + left_out, f"{each.name}: {each.rows_in} rows in, {used} used, {left_out} left out"  # noqa: S101 - a promise
    accept(each.name, each.rows_in, used, findings)
    columns = {each.found.headings[place]: term for term, place in each.found.places.items()}
    unused = tuple(str(kept_value(heading)) for heading in each.found.unknown)
    return Source(each.name, each.found.table, each.found.row + 1, columns, unused, each.rows_in, used, left_out)


def _only_spend(names: list[str]) -> DataError:
    return DataError(
        Text("{names_en}: marketing spend alone tells nothing of customers.",
             "{names_de}: Marketingausgaben allein sagen nichts über Kunden."),
        Text("Name a table of customers or orders as well.", "Dazu eine Tabelle mit Kunden oder Aufträgen angeben."),
        names_en=enumeration(names, "en"), names_de=enumeration(names, "de"))


def _frame(joined: Joined | None) -> pd.DataFrame | None:
    return joined.frame if joined else None


def _orders(joined: Joined | None, tables: list[ReadTable]) -> ibis.Table | None:
    """The orders of all sources as one table of the data engine."""
    found = [each.table for each in tables if each.table is not None]
    if joined:
        import ibis

        frame = ibis.memtable(joined.frame)
        found.append(frame.mutate(date=frame.date.cast(date)))
    return engine.together(found)
