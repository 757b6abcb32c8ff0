"""Checks: what was read, how the headings were understood, and every row that was left out or changed, with the reason."""

from __future__ import annotations

from clvxl.analysis import Analysis
from clvxl.ledger import RULES, Finding
from clvxl.report.model import Block, Column, Heading, Sheet, Table
from clvxl.report.page import sheet
from clvxl.terms import FORMATS, TERMS
from clvxl.words import Text, number

_WHAT = Text("What was read, left out or changed", "Was gelesen, weggelassen oder geändert wurde")
_CLEAN = Text("All {rows} rows were used.", "Alle {rows} Zeilen wurden verwendet.")
_LEFT_OUT = Text(
    "{used} of {rows} rows were used, {left} were left out; each is listed with its reason.",
    "{used} von {rows} Zeilen wurden verwendet, {left} weggelassen; jede steht hier mit ihrem Grund.",
)
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
_LIST = Text("CheckList", "Prüfliste")


def checks(analysis: Analysis) -> Sheet:
    """The page."""
    language, sources = analysis.settings.language, analysis.ledger.sources
    rows, left = sum(each.rows_in for each in sources), sum(each.rows_left_out for each in sources)
    counts = {"rows": number(rows, language), "used": number(rows - left, language), "left": number(left, language)}
    findings = analysis.ledger.findings
    blocks: list[Block | None] = [
        Heading(_SOURCES.say(language)),
        _sources(analysis),
        Heading(_HEADINGS.say(language)),
        _headings(analysis),
        Heading(_ROWS.say(language)) if findings else None,
        _findings(analysis, findings) if findings else None,
    ]
    return sheet(analysis, "checks", (_LEFT_OUT if left else _CLEAN).say(language, **counts), _WHAT, blocks)


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
    language = analysis.settings.language
    rows = [
        (each.name, heading, TERMS[term].label.say(language)) for each in analysis.ledger.sources for heading, term in each.columns.items()
    ]
    return Table(
        "headings",
        tuple(
            Column(key, _label(key, analysis), tuple(row[place] for row in rows))
            for place, key in enumerate(("source", "heading", "meaning"))
        ),
    )


def _findings(analysis: Analysis, findings: tuple[Finding, ...]) -> Table:
    language = analysis.settings.language
    rules = [RULES[each.rule] for each in findings]
    return Table(
        "findings",
        (
            Column("source", _label("source", analysis), tuple(each.source for each in findings)),
            Column("row", _label("row", analysis), tuple(each.row for each in findings), "0"),
            Column("column", _label("column", analysis), tuple(each.column or None for each in findings)),
            Column("value", _label("value", analysis), tuple(each.value or None for each in findings), wide=True),
            Column("reason", _label("reason", analysis), tuple(rule.reason.say(language) for rule in rules), wide=True),
            Column("outcome", _label("outcome", analysis), tuple(_OUTCOMES[each.outcome].say(language) for each in findings)),
            Column("action", _label("action", analysis), tuple(rule.action.say(language) for rule in rules), wide=True),
        ),
        _LIST.say(language),
    )
