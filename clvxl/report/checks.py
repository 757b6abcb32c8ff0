"""Checks: what was read, how the headings were understood, and every row that was left out or changed, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from clvxl.analysis import Analysis
from clvxl.ledger import RULES, Finding, Ledger, written
from clvxl.report.model import Block, Column, Heading, Sheet, Table
from clvxl.report.page import sheet
from clvxl.terms import FORMATS, TERMS
from clvxl.words import Text, counted, number

_WHAT = Text("What was read, left out or changed", "Was gelesen, weggelassen oder geändert wurde")
_CLEAN = Text("All {rows} rows were used.", "Alle {rows} Zeilen wurden verwendet.")
_CLEAN_ONE = Text("The only row was used.", "Die einzige Zeile wurde verwendet.")
_LEFT_OUT = Text(
    "{left} of {rows} rows were left out; each is listed with its reason.",
    "{left} von {rows} Zeilen wurden weggelassen; jede steht hier mit ihrem Grund.",
)
_LEFT_OUT_ONE = Text(
    "1 of {rows} rows was left out; it is listed with its reason.",
    "1 von {rows} Zeilen wurde weggelassen; sie steht hier mit ihrem Grund.",
)
_LEFT_OUT_MANY = Text(
    "{left} of {rows} rows were left out; the first of each kind are listed with their reason.",
    "{left} von {rows} Zeilen wurden weggelassen; die ersten jeder Art stehen hier mit ihrem Grund.",
)
_CHANGED = Text("{rows}; {changed} cells were changed or count as empty.",
                "{rows}; {changed} Zellen wurden geändert oder gelten als leer.")
_CHANGED_ONE = Text("{rows}; 1 cell was changed or counts as empty.", "{rows}; 1 Zelle wurde geändert oder gilt als leer.")
_MORE = Text("and {count} more of this kind", "und {count} weitere dieser Art")
_ONE_MORE = Text("and 1 more of this kind", "und 1 weiterer Fall dieser Art")
_SOURCES = Text("Tables", "Tabellen")
_HEADINGS = Text("Headings", "Überschriften")
_ROWS = Text("Rows and cells", "Zeilen und Zellen")
_TABLES = {
    "customers": Text("customers", "Kunden"),
    "orders": Text("orders", "Aufträge"),
    "spend": Text("marketing spend", "Marketingausgaben"),
}
_OUTCOMES = {"left out": Text("left out", "weggelassen"), "changed": Text("changed", "geändert"), "noted": Text("noted", "vermerkt")}
_LABELS = {
    "source": Text("Source", "Quelle"),
    "table": Text("Read as", "Gelesen als"),
    "rows_in": Text("Rows", "Zeilen"),
    "rows_used": Text("Used", "Verwendet"),
    "rows_left_out": Text("Left out", "Weggelassen"),
    "heading": Text("Heading in the data", "Überschrift in den Daten"),
    "meaning": Text("Understood as", "Verstanden als"),
    "row": Text("Row", "Zeile"),
    "column": Text("Column", "Spalte"),
    "value": Text("Value", "Wert"),
    "reason": Text("What is wrong", "Was nicht stimmt"),
    "outcome": Text("What happened", "Was geschah"),
    "action": Text("What to do", "Was zu tun ist"),
}
_UNUSED = Text("not understood; part of no figure", "nicht verstanden; geht in keine Zahl ein")
_LIST = Text("CheckList", "Prüfliste")


def checks(analysis: Analysis) -> Sheet:
    """The page."""
    language, findings = analysis.settings.language, analysis.ledger.findings
    blocks: list[Block | None] = [
        Heading(_SOURCES.say(language)),
        _sources(analysis),
        Heading(_HEADINGS.say(language)),
        _headings(analysis),
        Heading(_ROWS.say(language)) if findings else None,
        _findings(analysis) if findings else None,
    ]
    return sheet(analysis, "checks", _message(analysis), _WHAT, blocks)


def _message(analysis: Analysis) -> str:
    language, changed = analysis.settings.language, analysis.ledger.cells_changed
    rows = _rows(analysis)
    if not changed:
        return rows
    return counted(changed, _CHANGED_ONE, _CHANGED).say(language, rows=rows.removesuffix("."), changed=number(changed, language))


def _rows(analysis: Analysis) -> str:
    language, ledger = analysis.settings.language, analysis.ledger
    rows, left = sum(each.rows_in for each in ledger.sources), sum(each.rows_left_out for each in ledger.sources)
    if not left:
        return (_CLEAN_ONE if rows == 1 else _CLEAN).say(language, rows=number(rows, language))
    hidden = any(RULES[rule].outcome == "left out" for _, rule in _unlisted(ledger))
    text = _LEFT_OUT_ONE if left == 1 else _LEFT_OUT_MANY if hidden else _LEFT_OUT
    return text.say(language, rows=number(rows, language), left=number(left, language))


def _label(key: str, analysis: Analysis) -> str:
    return _LABELS[key].say(analysis.settings.language)


def _sources(analysis: Analysis) -> Table:
    language, sources = analysis.settings.language, analysis.ledger.sources
    counts = tuple(
        Column(key, _label(key, analysis), tuple(getattr(each, key) for each in sources), FORMATS["count"])
        for key in ("rows_in", "rows_used", "rows_left_out")
    )
    return Table(
        "sources",
        (
            Column("source", _label("source", analysis), tuple(each.name for each in sources)),
            Column("table", _label("table", analysis), tuple(_TABLES[each.table].say(language) for each in sources)),
            *counts,
        ),
    )


def _headings(analysis: Analysis) -> Table:
    """What each heading was understood as; below, the headings that were not understood."""
    language, sources = analysis.settings.language, analysis.ledger.sources
    understood = [(each.name, heading, TERMS[term].label.say(language)) for each in sources for heading, term in each.columns.items()]
    rows = understood + [(each.name, heading, _UNUSED.say(language)) for each in sources for heading in each.unused]
    return Table(
        "headings",
        tuple(
            Column(key, _label(key, analysis), tuple(row[place] for row in rows))
            for place, key in enumerate(("source", "heading", "meaning"))
        ),
    )


def _unlisted(ledger: Ledger) -> Counter[tuple[str, str]]:
    """(source, rule) -> how often it spoke beyond the findings that are kept."""
    return Counter(ledger.counts) - Counter((each.source, each.rule) for each in ledger.findings)


def _in_order(ledger: Ledger) -> list[Finding]:
    """What weighs most first: left out, changed, noted; then as the tables and their rows stand."""
    outcomes, sources = list(_OUTCOMES), [each.name for each in ledger.sources]

    def place(each: Finding) -> tuple[int, int, str, int]:
        source = sources.index(each.source) if each.source in sources else len(sources)
        return outcomes.index(each.outcome), source, each.source, each.row or 0

    return sorted(ledger.findings, key=place)


def _lines(analysis: Analysis) -> Iterator[tuple[str, int | None, str | None, str | None, str]]:
    """Source, row, column, value and rule of each finding; after the last of a kind that is not listed to its end, how many more."""
    language, unlisted = analysis.settings.language, _unlisted(analysis.ledger)
    findings = _in_order(analysis.ledger)
    last = {(each.source, each.rule): place for place, each in enumerate(findings)}
    for place, each in enumerate(findings):
        yield each.source, each.row, each.column or None, written(each.value, language) or None, each.rule
        more, kind = unlisted[each.source, each.rule], (each.source, each.rule)
        if more and last[kind] == place:
            text = _ONE_MORE if more == 1 else _MORE
            yield each.source, None, None, text.say(language, count=number(more, language)), each.rule


def _findings(analysis: Analysis) -> Table:
    language = analysis.settings.language
    sources, rows, columns, values, keys = zip(*_lines(analysis), strict=True)
    rules = [RULES[key] for key in keys]
    return Table(
        "findings",
        (
            Column("source", _label("source", analysis), sources),
            Column("row", _label("row", analysis), rows, "0"),
            Column("column", _label("column", analysis), columns),
            Column("value", _label("value", analysis), values, wide=True),
            Column("reason", _label("reason", analysis), tuple(rule.reason.say(language) for rule in rules), wide=True),
            Column("outcome", _label("outcome", analysis), tuple(_OUTCOMES[rule.outcome].say(language) for rule in rules)),
            Column("action", _label("action", analysis), tuple(rule.action.say(language) for rule in rules), wide=True),
        ),
        _LIST.say(language),
    )
