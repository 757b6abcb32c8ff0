"""The user's tables, read and checked once and split by the values of a column: a small ledger for each value.

Rules that look at one row (numbers, dates, headings) see the whole table. Rules that look at several rows of a customer (duplicates,
returns) see the part alone: two branches may number their customers alike. Marketing spend without the column is left aside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from clvxl.errors import ClvError
from clvxl.ledger.belonging import NOWHERE, Belonging, Cells, Whole, belongings
from clvxl.ledger.check import Checked, check
from clvxl.ledger.reading import Ledger, ReadTable, find, together
from clvxl.ledger.recognise import Recognised
from clvxl.ledger.rules import TOTAL, Findings
from clvxl.settings import Settings

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # an odd number: no two row numbers give the same product


@dataclass(frozen=True, slots=True)
class Part:
    """What the tables hold of one value: it can travel, and becomes a ledger where it arrives."""

    tables: tuple[ReadTable, ...]
    findings: Findings

    def ledger(self) -> Ledger:
        """The ledger of this part alone.

        Raises: DataError.
        """
        return together(list(self.tables), _together([self.findings]))


class _Sorting(Findings):
    """Findings laid to the values that their row belongs to; those of rows that belong nowhere, and those about a table, apart."""

    def __init__(self) -> None:
        super().__init__()
        self.belonging, self.numbered = NOWHERE, True
        self.by_code: dict[int, Findings] = {}
        self.of_table: dict[str, Findings] = {}

    def add_rows(self, source: str, rule: str, column: str, places: Iterable[int],
                 what: Callable[[int], tuple[int | None, object]], count: int | None = None) -> None:
        """Each finding goes to where its row belongs, so each must be there: none may only be counted."""
        assert count is None  # noqa: S101 - a promise
        for place in places:
            row, value = what(place)
            codes = [] if row is None else self.belonging.of(row)
            homes = [self.of_table.setdefault(source, Findings())] if row is None else [
                self.by_code.setdefault(code, Findings()) for code in codes]
            for home in homes:
                home.add(source, rule, column, row if self.numbered else None, value)
            if not homes:
                super().add_rows(source, rule, column, [place], lambda _, found=(row, value): found)  # type: ignore[misc]  # bound here

    def left_out_of(self, code: int, source: str) -> int:
        return self.by_code[code].left_out(source) if code in self.by_code else 0


@dataclass(frozen=True, slots=True)
class _Cut:
    """A checked table, its rows sorted by the value they belong to; those of value ``i`` begin at ``starts[i]``."""

    name: str
    found: Recognised
    checked: Checked
    numbered: bool  # whether its rows have numbers: those of a file that is read in pieces, or of a database, come in any order
    order: Whole
    starts: Whole
    rows_in: Whole  # of each value, before any check
    marks: npt.NDArray[np.uint64]  # a hash of each row, in ``order``

    def span(self, code: int) -> slice:
        return slice(int(self.starts[code]), int(self.starts[code + 1]))

    def table(self, code: int) -> ReadTable:
        rows, rows_in = self.order[self.span(code)], int(self.rows_in[code])
        frame = self.checked.frame.take(rows).reset_index(drop=True)
        numbers = self.checked.rows[rows] if self.numbered else np.arange(1, len(rows) + 1)
        return ReadTable(self.name, self.found, rows_in, replace(self.checked, frame=frame, rows=numbers, rows_in=rows_in))

    def mark(self, code: int) -> bytes:
        """The same for the same rows under the same headings."""
        headings = sorted((term, self.found.headings[place]) for term, place in self.found.places.items())
        return repr((self.name, self.found.table, self.found.row, headings)).encode() + np.sort(self.marks[self.span(code)]).tobytes()


@dataclass(frozen=True, slots=True)
class Parts:
    """The tables by value, in the order of the values' names. ``aside`` are tables and ``unplaced`` rows that belong to no value."""

    heading: str  # of the column
    codes: Mapping[str, int]  # value -> its place in the tables by value
    aside: tuple[str, ...]
    unplaced: Findings
    _cuts: tuple[_Cut, ...]
    _findings: Mapping[int, Findings]
    _of_table: Mapping[str, Findings]
    _doubts: Mapping[int, ClvError]

    def rows(self, value: str) -> int:
        """How many rows of the tables are about a value."""
        return sum(int(cut.rows_in[self.codes[value]]) for cut in self._cuts)

    def fingerprint(self, value: str) -> str:
        """SHA-256 over what is known of a value: the same as long as nothing of it changes, whatever happens to other values."""
        code = self.codes[value]
        found = self._found(code)
        digest = hashlib.sha256(repr((found.kept, sorted(found.counts.items()))).encode())
        for cut in self._about(code):
            digest.update(cut.mark(code))
        return digest.hexdigest()

    def part(self, value: str) -> Part:
        """All that concerns a value."""
        code = self.codes[value]
        return Part(tuple(cut.table(code) for cut in self._about(code)), self._found(code))

    def doubt(self, value: str) -> ClvError | None:
        """Why it cannot be told what concerns a value; None where it can."""
        return self._doubts.get(self.codes[value])

    @property
    def rows_unplaced(self) -> int:
        """How many rows belong to no value."""
        return sum(self.unplaced.left_out(source) for source in {source for source, _ in self.unplaced.counts})

    def dates(self) -> Ledger:
        """The days of all parts as a ledger that holds nothing else: the latest of them is the as-of date of all."""
        def of(table: str, *columns: str) -> pd.DataFrame | None:
            frames = [cut.checked.frame.filter(columns) for cut in self._cuts if cut.found.table == table]
            return pd.concat(frames, ignore_index=True) if frames else None

        orders = of("orders", "date")
        latest = None if orders is None else pd.Timestamp(orders["date"].max())
        return Ledger(of("customers", "start", "end"), None, None, (), (), "", {}, latest)

    def _about(self, code: int) -> list[_Cut]:
        return [cut for cut in self._cuts if cut.rows_in[code]]

    def _found(self, code: int) -> Findings:
        of_tables = [self._of_table[cut.name] for cut in self._about(code) if cut.name in self._of_table]
        return _together([*of_tables, *([self._findings[code]] if code in self._findings else [])])


def split(inputs: Iterable[str], settings: Settings, by: str, *, customers: Iterable[str] = (), orders: Iterable[str] = (),
          spend: Iterable[str] = ()) -> Parts:
    """The tables by the values of a column: a heading, or a term such as segment.

    Raises: ClvError.
    """
    unplaced, sorting = Findings(), _Sorting()
    _, found = find(inputs, settings, unplaced, customers=customers, orders=orders, spend=spend)
    tables = [(sheet, Cells(sheet.name, recognised, sheet.body(recognised.row))) for sheet, recognised in found]
    where = belongings(by, [cells for _, cells in tables])
    cuts = []
    for (sheet, cells), belonging in zip(tables, where.tables, strict=True):
        if belonging is not None:
            sorting.belonging, sorting.numbered = belonging, sheet.table is None
            checked = check(replace(sheet, body=lambda _, body=cells.body: body), cells.found, settings, sorting)  # type: ignore[misc]  # bound
            cuts.append(_cut(cells, checked, belonging, sorting, len(where.values)))
    aside = tuple(cells.name for (_, cells), belonging in zip(tables, where.tables, strict=True) if belonging is None)
    nobody = [code for code, value in enumerate(where.values) if _is_nobody(value) and not any(_used(cut, code) for cut in cuts)]
    codes = {value: code for code, value in enumerate(where.values) if code not in nobody}
    lost = [sorting.by_code[code] for code in nobody if code in sorting.by_code]
    unplaced = _together([unplaced, sorting, *lost])
    return Parts(where.heading, codes, aside, unplaced, tuple(cuts), sorting.by_code, sorting.of_table, where.doubts)


def _is_nobody(value: str) -> bool:
    """Whether a value may be none, but that of a totals row or of rows that say nothing."""
    return not value or re.search(TOTAL, value) is not None


def _used(cut: _Cut, code: int) -> int:
    return int(cut.starts[code + 1] - cut.starts[code])


def _cut(cells: Cells, checked: Checked, belonging: Belonging, sorting: _Sorting, count: int) -> _Cut:
    """The rows that are left of a table, by value; among those of a value as they stand, or as their hashes rise."""
    places = np.searchsorted(checked.rows, belonging.rows)
    kept = places < len(checked.rows)
    kept[kept] = checked.rows[places[kept]] == belonging.rows[kept]
    codes, places = belonging.codes[kept], places[kept]
    marks = _marks(checked, codes, places, numbered=sorting.numbered)
    order = np.argsort(codes, kind="stable") if sorting.numbered else np.lexsort((marks, codes))
    used = np.bincount(codes, minlength=count)
    rows_in = np.bincount(belonging.codes, minlength=count)
    rows_in[count - 1] = used[count - 1] + sorting.left_out_of(count - 1, cells.name)  # empty rows are no rows
    starts = np.concatenate([[0], np.cumsum(used)])
    return _Cut(cells.name, cells.found, checked, sorting.numbered, places[order], starts, rows_in, marks[order])


def _marks(checked: Checked, codes: Whole, places: Whole, *, numbered: bool) -> npt.NDArray[np.uint64]:
    """A hash of each row; with its number in the source where a rule about several rows may yet name it."""
    frame = checked.frame
    marks: npt.NDArray[Any] = pd.util.hash_pandas_object(frame, index=False).to_numpy(np.uint64)[places]
    if not numbered:
        return marks
    if "amount" in frame:
        named = (frame["amount"] < 0).to_numpy()[places]
    else:
        named = pd.DataFrame({"customer": frame["customer"].to_numpy()[places], "code": codes}).duplicated(keep=False).to_numpy()
    return np.where(named, marks + checked.rows[places].astype(np.uint64) * _SPREAD, marks)


def _together(several: Iterable[Findings]) -> Findings:
    """All findings in one."""
    found = Findings()
    for each in several:
        found.kept += each.kept
        found.counts += each.counts
    return found
