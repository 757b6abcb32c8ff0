"""The story of the ledger: places -> sheets -> recognised tables -> checked rows -> one frame per table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clvxl.errors import HeadingError
from clvxl.ledger import excel, parquet, text
from clvxl.ledger.cells import Sheet
from clvxl.ledger.check import Checked, accept, check
from clvxl.ledger.recognise import Recognised, Table, missing, recognise
from clvxl.ledger.rules import Finding, Findings
from clvxl.ledger.sieve import Sieve
from clvxl.ledger.sources import PARQUET, WORKBOOKS, Place, fingerprint, locate
from clvxl.settings import Settings
from clvxl.terms import TERMS

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, slots=True)
class Source:
    """One table that was read: where its headings stood, what they mean, and what became of its rows."""

    name: str
    table: Table
    heading_row: int
    columns: Mapping[str, str]  # heading -> term
    rows_in: int
    rows_used: int
    rows_left_out: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The user's tables, clean, and everything that was found on the way. ``counts`` says how often each rule spoke in each source."""

    customers: pd.DataFrame | None
    orders: ibis.Table | None
    spend: pd.DataFrame | None
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]
    fingerprint: str
    counts: Mapping[tuple[str, str], int]  # (source, rule) -> findings, beyond those that are kept


@dataclass(frozen=True, slots=True)
class _Offer:
    """A sheet and the table it was recognised as, if any."""

    sheet: Sheet
    found: Recognised | None
    said: Table | None

    @property
    def complete(self) -> bool:
        return self.found is not None and not self.found.missing


def read(inputs: Iterable[str], settings: Settings, *, customers: Iterable[str] = (), orders: Iterable[str] = (),
         spend: Iterable[str] = ()) -> Ledger:
    """The ledger of some files; ``customers``, ``orders`` and ``spend`` name inputs whose table is said, the others are recognised."""
    places = [*locate(inputs), *locate(customers, "customers"), *locate(orders, "orders"), *locate(spend, "spend")]
    findings = Findings()
    offers = [_Offer(sheet, recognise(sheet.name, sheet.head, settings.columns, place.table), place.table)
              for place in places for sheet in _sheets(place)]
    chosen = _chosen(offers, findings)
    checked = [(offer, check(offer.sheet, offer.found, settings, findings)) for offer in chosen if offer.found]
    frames = {table: _joined(table, checked, findings) for table in ("customers", "orders", "spend")}
    sources = tuple(_source(offer, each, frames, findings) for offer, each in checked)
    return Ledger(_plain(frames["customers"]), _engine(frames["orders"]), _plain(frames["spend"]),
                  tuple(findings.kept), sources, fingerprint(places), dict(findings.counts))


def _sheets(place: Place) -> Iterator[Sheet]:
    if place.ending in WORKBOOKS:
        yield from excel.sheets(place.paths[0], place.sheet)
    elif place.ending in PARQUET:
        yield parquet.sheet(place.name, place.paths)
    else:
        yield text.sheet(place.paths[0])


def _chosen(offers: list[_Offer], findings: Findings) -> list[_Offer]:
    """The sheets that are tables. Customers need no revenue where there are orders; a sheet nobody asked for may be no table."""
    with_orders = any(offer.complete and offer.found and offer.found.table == "orders" for offer in offers)
    with_revenue = any(offer.complete and offer.found and offer.found.table == "customers" for offer in offers)

    def usable(offer: _Offer) -> bool:
        if offer.complete or offer.found is None:
            return offer.complete
        enough = offer.found.table == "customers" and offer.found.missing == [("revenue",)] and with_orders
        return enough and (offer.said is not None or offer.sheet.alone or not with_revenue)

    chosen = [offer for offer in offers if usable(offer)]
    for offer in offers:
        if offer in chosen:
            continue
        if offer.sheet.alone or offer.said or not chosen:
            raise _wrong(offer, offers)
        findings.add(offer.sheet.name, "no table")
    return chosen


def _wrong(offer: _Offer, offers: list[_Offer]) -> HeadingError:
    """The error about the sheet that comes closest to a table, unless this very sheet was asked for."""
    if not offer.sheet.alone and not offer.said:
        offer = max(offers, key=lambda each: len(each.found.places) if each.found else 0)
    return missing(offer.sheet.name, offer.sheet.head, offer.found, offer.said)


def _joined(table: str, checked: list[tuple[_Offer, Checked]], findings: Findings) -> tuple[pd.DataFrame, Sieve] | None:
    """All sources of a table under each other, after the rules that look at several rows at once."""
    parts = [(offer.sheet.name, each) for offer, each in checked if offer.found and offer.found.table == table]
    if not parts:
        return None
    frame = parts[0][1].frame if len(parts) == 1 else pd.concat([each.frame for _, each in parts], ignore_index=True)
    sieve = Sieve([name for name, _ in parts], np.repeat(np.arange(len(parts)), [len(each.rows) for _, each in parts]),
                  np.concatenate([each.rows for _, each in parts]), findings)
    match table:
        case "customers":
            _unique(frame, sieve)
        case "orders":
            _days_of_returns(frame, sieve)
    return (frame if sieve.kept.all() else frame[sieve.kept].reset_index(drop=True)), sieve


def _unique(frame: pd.DataFrame, sieve: Sieve) -> None:
    """One row per customer: the first."""
    again = frame["customer"].duplicated().to_numpy()
    if again.any():
        rows = frame[frame["customer"].duplicated(keep=False)]
        same = np.zeros(len(frame), dtype=bool)
        same[rows.index[_like_the_first(rows)]] = True
        sieve.leave_out(again & same, "duplicate row", TERMS["customer"].key, lambda place: frame["customer"].iat[place])
        sieve.leave_out(again, "duplicate customer", TERMS["customer"].key, lambda place: frame["customer"].iat[place])


def _like_the_first(rows: pd.DataFrame) -> np.ndarray:
    """Where a row says the same as the first of its customer."""
    codes = rows.apply(lambda column: pd.factorize(column)[0])
    firsts = codes.groupby("customer").transform("first") if len(codes.columns) > 1 else codes[[]]
    same: np.ndarray = (codes[firsts.columns] == firsts).all(axis=1).to_numpy()
    return same


def _days_of_returns(frame: pd.DataFrame, sieve: Sieve) -> None:
    """Days on which returns leave a customer nothing: said once for each, at the return."""
    returns = (frame["amount"] < 0).to_numpy()
    if not returns.any():
        return
    keys = pd.MultiIndex.from_frame(frame[["customer", "date"]])
    affected = frame[keys.isin(keys[returns])]
    net = affected.groupby(["customer", "date"])["amount"].transform("sum")
    nothing = np.zeros(len(frame), dtype=bool)
    nothing[net.index[net.to_numpy() <= 0]] = True
    last = ~frame[returns & nothing].duplicated(["customer", "date"], keep="last")
    where = np.zeros(len(frame), dtype=bool)
    where[last.index[last]] = True
    sieve.mark(where, "day of returns", "amount", lambda place: frame["amount"].iat[place])


def _source(offer: _Offer, each: Checked, frames: Mapping[str, tuple[pd.DataFrame, Sieve] | None], findings: Findings) -> Source:
    found = offer.found
    joined = frames[found.table] if found else None
    assert found is not None and joined is not None  # noqa: S101, PT018 - only recognised sheets are checked
    sieve = joined[1]
    used = int(sieve.kept[sieve.sources == sieve.names.index(offer.sheet.name)].sum())
    left_out = findings.left_out(offer.sheet.name)
    assert each.rows_in == used + left_out  # noqa: S101 - every row is accounted for
    accept(offer.sheet.name, each.rows_in, used, findings)
    columns = {found.headings[place]: term for term, place in found.places.items()}
    return Source(offer.sheet.name, found.table, found.row + 1, columns, each.rows_in, used, left_out)


def _plain(joined: tuple[pd.DataFrame, Sieve] | None) -> pd.DataFrame | None:
    return joined[0] if joined else None


def _engine(joined: tuple[pd.DataFrame, Sieve] | None) -> ibis.Table | None:
    """The orders as a table of the data engine."""
    if joined is None:
        return None
    import ibis

    return ibis.memtable(joined[0]).mutate(date=lambda table: table.date.cast("date"))
