"""An analysis in short: for a person at a terminal, or for another program."""

from __future__ import annotations

import json
import sys
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from clvxl.analysis import Analysis
from clvxl.report.columns import TOTAL, label, rating
from clvxl.terms import TERMS, Unit
from clvxl.words import Language, Text, counted, number, percent

if TYPE_CHECKING:
    from rich.table import Table

_ONE_LEFT_OUT = Text("1 row was left out; the page Checks says why.", "1 Zeile wurde weggelassen; die Seite Prüfung sagt, warum.")
_LEFT_OUT = Text(
    "{count} rows were left out; the page Checks says why.", "{count} Zeilen wurden weggelassen; die Seite Prüfung sagt, warum."
)
_ONE_CHANGED = Text("1 cell was changed or counts as empty; the page Checks says why.",
                    "1 Zelle wurde geändert oder gilt als leer; die Seite Prüfung sagt, warum.")
_CHANGED = Text("{count} cells were changed or count as empty; the page Checks says why.",
                "{count} Zellen wurden geändert oder gelten als leer; die Seite Prüfung sagt, warum.")
_WRITTEN = Text("Report: {path}", "Bericht: {path}")
_REST = Text("All customers: {path}", "Alle Kunden: {path}")
_KEYS = ("active", "retention", "clv", "cac", "ratio", "equity")


def print_result(analysis: Analysis, out: Path, rest: Path | None = None) -> None:
    """On a terminal the segments; everywhere what was left out or changed, and where report and customers without room in it lie."""
    language = analysis.settings.language
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(_table(analysis))
    left = sum(source.rows_left_out for source in analysis.ledger.sources)
    for count, one, many in ((left, _ONE_LEFT_OUT, _LEFT_OUT), (analysis.ledger.cells_changed, _ONE_CHANGED, _CHANGED)):
        if count:
            print(counted(count, one, many).say(language, count=number(count, language)))
    print(_WRITTEN.say(language, path=out.resolve()))
    if rest is not None:
        print(_REST.say(language, path=rest.resolve()))


def _table(analysis: Analysis) -> Table:
    from rich.table import Table

    settings = analysis.settings
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in ("segment", *_KEYS, "rating"):
        table.add_column(label(key, settings), justify="left" if key in ("segment", "rating") else "right")
    for each in (*analysis.segments, analysis.total):
        figures = [_shown(each[key], TERMS[key].unit, settings.language) for key in _KEYS]
        name = each.name or TOTAL.say(settings.language)
        table.add_row(name, *figures, rating(each["ratio"], settings) or "", style="" if each.name else "bold")
    return table


def _shown(value: float, unit: Unit, language: Language) -> str:
    if isnan(value):
        return ""
    return percent(value, language, 1) if unit == "fraction" else number(value, language, 1 if unit == "ratio" else 0)


def as_json(analysis: Analysis, out: Path, rest: Path | None = None) -> str:
    """The figures of all segments; null where there is too little data."""

    def known(figures: dict[str, float]) -> dict[str, float | None]:
        return {key: None if isnan(value) else value for key, value in figures.items()}

    sources = [
        {"name": each.name, "table": each.table, "rows": each.rows_in, "left_out": each.rows_left_out} for each in analysis.ledger.sources
    ]
    result = {
        "report": str(out),
        "customers": rest and str(rest),
        "as_of": analysis.as_of and analysis.as_of.isoformat(),
        "currency": analysis.settings.currency,
        "sources": sources,
        "total": known(analysis.total.figures),
        "segments": [{"segment": each.name} | known(each.figures) for each in analysis.segments],
    }
    return json.dumps(result, ensure_ascii=False, indent=2)
