"""A recognised sheet -> a frame of clean columns: one rule after the other, every row and value accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from clvxl.errors import DataError
from clvxl.ledger.cells import Body, Column, Flags, Sheet
from clvxl.ledger.days import dates, far_after
from clvxl.ledger.labels import labels, truths
from clvxl.ledger.numerals import Floats, numbers, proofs
from clvxl.ledger.recognise import NEEDED, Recognised, in_percent, in_thousands
from clvxl.ledger.rules import LARGEST, MOMENT, REMARK, RULES, TOTAL, Findings, kept_value, written
from clvxl.ledger.sieve import Sieve
from clvxl.settings import Settings
from clvxl.terms import TERMS
from clvxl.words import Language, Text, enumeration, number

_NUMBERS = ("money", "count", "fraction", "score")


@dataclass(frozen=True, slots=True)
class Checked:
    """The clean rows of a source with their numbers there, how many there were, and what the user calls their columns."""

    frame: pd.DataFrame
    headings: Mapping[str, str]  # term -> heading
    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    rows_in: int


class _Checking:
    """One sheet under check: its columns by term, and the sieve its rows pass."""

    def __init__(self, sheet: Sheet, found: Recognised, body: Body, settings: Settings, findings: Findings) -> None:
        self.name, self.found, self.settings, self.findings = sheet.name, found, settings, findings
        self.columns = {term: body.columns[place] for term, place in found.places.items()}
        self.headings = {term: found.headings[place] for term, place in found.places.items()}
        self.sieve = Sieve([sheet.name], [self.headings], np.zeros(len(body.rows), dtype=np.int64), body.rows, findings)
        self.decimal = self._decimal(sheet.decimal_comma)
        self.needed = {term for group in NEEDED[found.table] if len(group) == 1 for term in group} - {"revenue"}

    def heading(self, term: str) -> str:
        return self.headings[term]

    def shown(self, term: str) -> Callable[[int], object]:
        return lambda place: _value(self.columns[term], place, TERMS[term].unit in _NUMBERS)

    def _decimal(self, comma: bool | None) -> dict[str, str]:
        """Term -> decimal sign: what its own column proves, else what the other columns prove, else what the source suggests."""
        proved = {term: proofs(column) for term, column in self.columns.items() if TERMS[term].unit in _NUMBERS}
        commas, points = (sum(counts) for counts in zip(*proved.values(), strict=True)) if proved else (0, 0)
        rest = "," if commas > points else "." if points > commas else "" if comma is None else "," if comma else "."
        return {term: "," if comma_proofs > point_proofs else "." if point_proofs > comma_proofs else rest
                for term, (comma_proofs, point_proofs) in proved.items()}

    def text(self, term: str) -> pd.Series:
        found = labels(self.columns[term])
        self.sieve.mark(found.cleaned, "control characters", term, self.shown(term))
        return pd.Series(found.values.to_pandas())

    def day(self, term: str) -> pd.Series:
        """A day; one that cannot be read costs the row if the column is needed, else the value."""
        where, shown = self.heading(term), self.shown(term)
        found = dates(self.columns[term], self.settings.dates, (self.name, where))
        if term in self.needed:
            self.sieve.leave_out(found.bad | found.endless, "unreadable row", term, shown)
            self.sieve.leave_out(np.isnat(found.values), f"no {term}", term)
        else:
            self.sieve.mark(found.bad, "unreadable value", term, shown)
            self.sieve.mark(found.endless, "endless", term, shown)
        if term != "period":
            self.sieve.mark(found.periods, "first day", term, shown)
        return pd.Series(found.values.astype("datetime64[s]"))

    def figure(self, term: str) -> pd.Series:
        """A number within its bounds; one that cannot be read or is out of bounds costs the row or the value, as for days."""
        where, shown = self.heading(term), self.shown(term)
        found = numbers(self.columns[term], self.decimal[term], (self.name, where))
        values = found.values + 0.0  # no minus before a zero, and a copy
        implausible = np.abs(values) > LARGEST
        if term in self.needed:
            self.sieve.leave_out(found.bad, "unreadable row", term, shown)
            self.sieve.leave_out(implausible, "implausible row", term, shown)
            self.sieve.leave_out(np.isnan(values), f"no {term}", term)
        else:
            self.sieve.mark(found.bad, "unreadable value", term, shown)
            self.sieve.mark(implausible, "implausible value", term, shown)
            values[implausible] = np.nan
        if in_thousands(where) and TERMS[term].unit == "money":
            self.findings.add(self.name, "thousands", where)
            values *= 1000
        if in_percent(where) and TERMS[term].unit == "fraction":
            values = self._shares(term, values)
        values[self._out_of_bounds(term, values)] = np.nan
        return pd.Series(values)

    def _shares(self, term: str, values: Floats) -> Floats:
        """The values as shares of 1, where most are none yet; one that is written with its own % is one."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self.columns[term].values
        signs = pc.fill_null(pc.match_substring(column, "%"), False) if pa.types.is_string(column.type) else None
        are: Flags = np.zeros(len(values), dtype=bool) if signs is None else signs.to_numpy(zero_copy_only=False)
        sizes = np.abs(values[~are])
        if not np.sum(sizes > 1) > np.sum((sizes > 0) & (sizes <= 1)):
            return values
        self.findings.add(self.name, "percent", self.heading(term))
        return np.where(are, values, values / 100)

    def _out_of_bounds(self, term: str, values: np.ndarray) -> Flags:
        shown = self.shown(term)
        out: Flags = np.zeros(len(values), dtype=bool)
        if term == "score":
            out = ~np.isnan(values) & ~((values >= 0) & (values <= 10) & (values % 1 == 0))
            self.sieve.mark(out, "score", term, shown)
        elif term == "margin":
            out = values > 1
            if out.any() and not (values[~out & ~np.isnan(values) & (values != 0)]).size:
                raise margins_as_percentages(self.name, self.heading(term), shown(int(np.flatnonzero(out)[0])))
            self.sieve.mark(out, "margin", term, shown)
        elif TERMS[term].low == 0 and (term, self.found.table) != ("cost", "orders"):  # what a return gives back is judged with its amount
            out = values < 0
            if term == "spend":
                self.sieve.leave_out(out, "unreadable row", term, shown)
            self.sieve.mark(out, "negative revenue" if term.startswith("revenue") else "negative cost", term, shown)
        return out

    def contract(self) -> pd.Series:
        values, bad = truths(self.columns["contract"])
        self.sieve.mark(bad, "contract", "contract", self.shown("contract"))
        return pd.Series(values, dtype="boolean")

    def column(self, term: str) -> pd.Series:
        if term == "contract":
            return self.contract()
        match TERMS[term].unit:
            case "text":
                return self.text(term)
            case "date":
                return self.day(term)
            case _:
                return self.figure(term)

    def strangers(self) -> None:
        """A totals row's first text says so: as the customer, or anywhere while no customer is named. A remark stands alone in its row."""
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = {term: column.values for term, column in self.columns.items() if pa.types.is_string(column.values.type)}
        lead = "customer" if "customer" in self.columns else "channel" if "channel" in self.columns else "segment"
        nameless = self.columns[lead].values.is_null().to_numpy(zero_copy_only=False)
        for term, values in texts.items():
            says = pc.fill_null(pc.match_substring_regex(values, TOTAL), False).to_numpy(zero_copy_only=False)
            self.sieve.leave_out(says if term == lead else says & nameless, "total", term, self.shown(term))
        if lead in texts:
            others = [column.values for term, column in self.columns.items() if term != lead]
            alone = np.logical_and.reduce([values.is_null().to_numpy(zero_copy_only=False) for values in others])
            says = pc.fill_null(pc.match_substring_regex(texts[lead], REMARK), False).to_numpy(zero_copy_only=False)
            self.sieve.leave_out(says & alone, "remark", lead, self.shown(lead))


def _value(column: Column, place: int, is_number: bool) -> object:
    """What stands in a cell; the number or the day that it was before texts in the same column made all of it text."""
    value = column.values[place].as_py()
    if isinstance(value, float):
        return value if is_number else f"{value:.15g}"
    if not isinstance(value, str):
        return value
    if is_number and column.numeric is not None and column.numeric[place]:
        return float(value)
    return date.fromisoformat(value[:10]) if re.fullmatch(MOMENT, value) else value


def margins_as_percentages(source: str, heading: str, example: object) -> DataError:
    """The error for a column of margins that are no shares of 1."""
    return DataError(
        Text("In {source} all margins of the column “{heading}” are above 1, such as {example_en}.",
             "In {source} liegen alle Margen der Spalte „{heading}“ über 1, zum Beispiel {example_de}."),
        Text("A margin is a share of revenue: write 0.3, or format the column as a percentage (30 %), or put % into its heading.",
             "Eine Marge ist ein Anteil am Umsatz: 0,3 schreiben oder die Spalte als Prozent formatieren (30 %) "
             "oder % in ihre Überschrift setzen."),
        source=source, heading=heading, example_en=written(kept_value(example), "en"), example_de=written(kept_value(example), "de"))


def _without_blanks(column: Column) -> tuple[Column, Flags]:
    """A column in which a cell of nothing but spaces is empty, and where it has a value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.values
    filled = values.is_valid()
    if pa.types.is_string(values.type):
        filled = pc.fill_null(pc.match_substring_regex(values, r"\S"), False)
        values = values if filled.equals(values.is_valid()) else pc.if_else(filled, values, pa.scalar(None, values.type))
    flags: Flags = filled.to_numpy(zero_copy_only=False)
    return Column(values, column.numeric), flags


def _without_empty_rows(body: Body) -> Body:
    import pyarrow as pa

    found = [_without_blanks(column) for column in body.columns]
    columns, filled = [column for column, _ in found], [flags for _, flags in found]
    kept: Flags = np.logical_or.reduce(filled)
    if not kept.all():
        mask = pa.array(kept)
        columns = [Column(column.values.filter(mask), None if column.numeric is None else column.numeric[kept]) for column in columns]
    return Body(columns, body.rows[kept], body.ragged)


def check(sheet: Sheet, found: Recognised, settings: Settings, findings: Findings) -> Checked:
    """The clean rows of a sheet; what was left out or changed is in ``findings``."""
    body = _without_empty_rows(sheet.body(found.row))
    for place in found.passed_over:
        findings.add(sheet.name, "other column", found.headings[place])
    if body.ragged:
        findings.add_rows(sheet.name, "ragged", "", range(len(body.ragged)), lambda place: body.ragged[place])
    checking = _Checking(sheet, found, body, settings, findings)
    checking.strangers()
    columns = {}
    for term in sorted(found.places, key=lambda term: (term not in ("customer", "channel", "segment"), found.places[term])):
        columns[term] = checking.column(term)
        if term == "customer":
            checking.sieve.leave_out(columns[term].isna().to_numpy(), "no customer", term)
    frame = pd.DataFrame(columns)
    _check_row(frame, checking)
    kept = checking.sieve.kept
    rows_in = len(body.rows) + len(body.ragged)
    return Checked(frame if kept.all() else frame[kept].reset_index(drop=True), checking.headings, body.rows[kept], rows_in)


def _check_row(frame: pd.DataFrame, checking: _Checking) -> None:
    """What concerns several columns of a row."""
    sieve = checking.sieve
    match checking.found.table:
        case "orders":
            _check_day_of_order(frame, checking)
            sieve.mark((frame["amount"] == 0).to_numpy(), "zero amount", "amount", checking.shown("amount"))
            sieve.mark((frame["amount"] < 0).to_numpy(), "return", "amount", checking.shown("amount"))
            if "cost" in frame:
                wrong = ((frame["cost"] < 0) & (frame["amount"] >= 0)).to_numpy()
                sieve.mark(wrong, "negative cost", "cost", checking.shown("cost"))
                frame.loc[wrong, "cost"] = np.nan
            if costs := [term for term in ("cost", "margin") if term in frame]:
                sieve.mark(~np.logical_or.reduce([_said(checking, term) for term in costs]), "no cost", costs[0])
        case "customers":
            _check_customer(frame, checking)
        case "spend":
            place = frame.reindex(columns=["channel", "segment"]).isna().all(axis=1).to_numpy()
            sieve.leave_out(place, "no place")


def _check_day_of_order(frame: pd.DataFrame, checking: _Checking) -> None:
    """No order after the as-of date; where none is set, none so late that it would move it for all the others."""
    as_of = checking.settings.as_of
    late = (frame["date"] > pd.Timestamp(as_of)).to_numpy() if as_of else far_after(frame["date"].to_numpy(), checking.sieve.kept)
    checking.sieve.leave_out(late, "future order" if as_of else "far order", "date", checking.shown("date"))


def _check_customer(frame: pd.DataFrame, checking: _Checking) -> None:
    sieve = checking.sieve
    if "revenue" in frame:
        sieve.mark(frame["revenue"].isna().to_numpy() & ~_said(checking, "revenue"), "no revenue", "revenue")
        gone = frame["end"].notna() if "end" in frame else pd.Series(False, index=frame.index)
        sieve.mark(((frame["revenue"] == 0) & ~gone).to_numpy(), "zero revenue", "revenue", checking.shown("revenue"))
    if "start" in frame:
        _check_start(frame, checking)
    if "end" in frame:
        as_of = pd.Timestamp(checking.settings.as_of or "2199-12-31")
        sieve.mark((frame["end"] > as_of).to_numpy(), "future end", "end", checking.shown("end"))
    if "start" in frame and "end" in frame:
        wrong = (frame["end"] < frame["start"]).to_numpy()
        sieve.mark(wrong, "end before start", "end", checking.shown("end"))
        frame.loc[wrong, "start"] = pd.NaT


def _check_start(frame: pd.DataFrame, checking: _Checking) -> None:
    """Nobody begins after the as-of date; where none is set, nobody so late that it would move it for all the others."""
    if checking.settings.as_of:
        late = (frame["start"] > pd.Timestamp(checking.settings.as_of)).to_numpy()
        checking.sieve.leave_out(late, "future customer", "start", checking.shown("start"))
        return
    far = far_after(frame["start"].to_numpy(), checking.sieve.kept)
    checking.sieve.mark(far, "far start", "start", checking.shown("start"))
    frame.loc[far, "start"] = pd.NaT


def _said(checking: _Checking, term: str) -> Flags:
    """Where a value stood that a rule has already spoken about."""
    said: Flags = checking.columns[term].values.is_valid().to_numpy(zero_copy_only=False)
    return said


def accept(name: str, rows_in: int, rows_used: int, findings: Findings) -> None:
    """Refuses a source of which more than half cannot be used, and says the commonest reasons; a later date than asked for is no fault."""
    later = findings.counts[name, "future order"] + findings.counts[name, "future customer"]
    if rows_used and rows_used * 2 >= rows_in - later:
        return
    reasons = [(count, RULES[rule]) for (source, rule), count in findings.counts.most_common()
               if source == name and RULES[rule].outcome == "left out"][:3]

    def said(language: Language) -> str:
        return enumeration([f"{number(count, language)} × {rule.reason.say(language).rstrip('.')}" for count, rule in reasons], language)

    raise DataError(
        _usable(rows_in, rows_used),
        reasons[0][1].action if reasons else Text("Check that this is the right sheet.", "Prüfen, ob es das richtige Blatt ist."),
        source=name, rows_en=number(rows_in, "en"), rows_de=number(rows_in, "de"), used_en=number(rows_used, "en"),
        used_de=number(rows_used, "de"), reasons_en=f" ({said('en')})" if reasons else "", reasons_de=f" ({said('de')})" if reasons else "")


def _usable(rows_in: int, rows_used: int) -> Text:
    match rows_in, rows_used:
        case 0, _:
            return Text("In {source} there are headings, but no rows.", "In {source} stehen Überschriften, aber keine Zeilen.")
        case 1, _:
            return Text("The only row of {source} cannot be used{reasons_en}.",
                        "Die einzige Zeile von {source} ist nicht verwendbar{reasons_de}.")
        case _, 1:
            return Text("Of {rows_en} rows in {source} only 1 can be used{reasons_en}.",
                        "Von {rows_de} Zeilen in {source} ist nur 1 verwendbar{reasons_de}.")
    return Text("Of {rows_en} rows in {source} only {used_en} can be used{reasons_en}.",
                "Von {rows_de} Zeilen in {source} sind nur {used_de} verwendbar{reasons_de}.")
