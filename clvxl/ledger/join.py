"""The sources of one table under each other, and the rules that look at several rows at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clvxl.ledger.cells import Flags
from clvxl.ledger.check import Checked
from clvxl.ledger.recognise import Table
from clvxl.ledger.rules import Findings
from clvxl.ledger.sieve import Sieve


@dataclass(frozen=True, slots=True)
class Joined:
    """One frame of all sources of a table, and how many rows of each are in it."""

    frame: pd.DataFrame
    used: dict[str, int]


def join(table: Table, parts: list[tuple[str, Checked]], findings: Findings) -> Joined | None:
    """The clean rows of all sources; None without any."""
    if not parts:
        return None
    frame = parts[0][1].frame if len(parts) == 1 else pd.concat([each.frame for _, each in parts], ignore_index=True)
    sources = np.repeat(np.arange(len(parts)), [len(each.rows) for _, each in parts])
    sieve = Sieve([name for name, _ in parts], [each.headings for _, each in parts], sources,
                  np.concatenate([each.rows for _, each in parts]), findings)
    match table:
        case "customers":
            _one_row_each(frame, sieve)
        case "orders":
            _days_of_returns(frame, sieve)
    used = np.bincount(sources[sieve.kept], minlength=len(parts)).tolist()
    kept = frame if sieve.kept.all() else frame[sieve.kept].reset_index(drop=True)
    return Joined(kept, dict(zip(sieve.names, used, strict=True)))


def _one_row_each(frame: pd.DataFrame, sieve: Sieve) -> None:
    """One row per customer: the first."""
    again = frame["customer"].duplicated().to_numpy()
    if not again.any():
        return
    rows = frame[frame["customer"].duplicated(keep=False)]
    same = _at(frame, rows.index[_like_the_first(rows)])
    sieve.leave_out(again & same, "duplicate row", "customer", lambda place: frame["customer"].iat[place])
    sieve.leave_out(again, "duplicate customer", "customer", lambda place: frame["customer"].iat[place])


def _like_the_first(rows: pd.DataFrame) -> Flags:
    """Where a row says the same as the first of its customer."""
    codes = rows.apply(lambda column: pd.factorize(column)[0])
    firsts = codes.drop_duplicates("customer").set_index("customer").loc[codes["customer"]].reset_index()[codes.columns]
    same: Flags = (codes.to_numpy() == firsts.to_numpy()).all(axis=1)
    return same


def _days_of_returns(frame: pd.DataFrame, sieve: Sieve) -> None:
    """Days on which returns leave a customer nothing: said once for each, at its last return."""
    returns = frame[frame["amount"] < 0]
    if returns.empty:
        return
    keys = pd.MultiIndex.from_frame(frame[["customer", "date"]])
    days = frame[keys.isin(keys[returns.index])]
    net = days.groupby(["customer", "date"])["amount"].transform("sum")
    nothing = returns.loc[net.loc[returns.index] <= 0].drop_duplicates(["customer", "date"], keep="last")
    sieve.mark(_at(frame, nothing.index), "day of returns", "amount", lambda place: frame["amount"].iat[place])


def _at(frame: pd.DataFrame, index: pd.Index[int]) -> Flags:
    flags: Flags = np.zeros(len(frame), dtype=bool)
    flags[index] = True
    return flags
