"""Method: how each figure is defined, computed and where it comes from; with the settings and a fingerprint of the data."""

from __future__ import annotations

from collections.abc import Sequence

from clvxl import CATALOG
from clvxl.analysis import Analysis
from clvxl.catalog import Formula
from clvxl.report.columns import label
from clvxl.report.model import Block, Column, Heading, Note, Sheet, Table
from clvxl.report.models import model_blocks, model_figures, model_setting
from clvxl.report.page import sheet
from clvxl.terms import TERMS
from clvxl.words import Language, Text, day, number, percent

# Which function of the catalog gives which figure of the report.
FIGURES = {
    "equity": "CLV_EQUITY",
    "retention": "CLV_RETENTION_RATE",
    "lifetime": "CLV_LIFETIME_OBSERVED",
    "clv_average": "CLV",
    "clv": "CLV_RETENTION",
    "cac": "CLV_CAC",
    "ratio": "CLV_CAC_RATIO",
    "payback": "CLV_PAYBACK_MONTHS",
    "max_cac": "CLV_MAX_CAC",
    "revenue_growth": "CLV_GROWTH_RATE",
    "nrr": "CLV_NRR",
    "nps": "CLV_NPS",
    "nps_error": "CLV_NPS_ERROR",
}

_WHAT = Text("Definitions, formulas, sources and settings", "Definitionen, Formeln, Quellen und Einstellungen")
_MESSAGE = Text(
    "Every figure of this report can be computed again with these functions.",
    "Jede Zahl dieses Berichts lässt sich mit diesen Funktionen nachrechnen.",
)
_HOW = Text("How the figures are made", "Wie die Zahlen entstehen")
_RULES = (
    Text(
        "A customer listed with dates is active from the first day to the last. Without dates: who ordered in the last 12 months.",
        "Ein Kunde mit Datumsangaben ist vom ersten bis zum letzten Tag aktiv. Ohne sie: wer in den letzten 12 Monaten bestellt hat.",
    ),
    Text(
        "Retention is the share of the customers of a year ago who are still active. With orders alone, ordering again is staying.",
        "Die Bindungsrate ist der Anteil der Kunden von vor einem Jahr, die noch aktiv sind. Bei Aufträgen gilt Wiederkauf als Bleiben.",
    ),
    Text(
        "Margins are weighted by revenue. CLV counts the first payment at once, customer equity from the next payment on.",
        "Margen sind nach Umsatz gewichtet. Der CLV zählt die erste Zahlung sofort, der Wert des Kundenstamms ab der nächsten.",
    ),
    Text(
        "Acquisition cost is that of the new customers of 12 months, of all customers where fewer than {least} are new; "
        "where they carry none, the spend per new customer.",
        "Akquisekosten sind die der Neukunden von 12 Monaten, bei weniger als {least} Neukunden die aller Kunden; "
        "fehlen sie, die Ausgaben je Neukunde.",
    ),
)
_DEFINITIONS = Text("Definitions", "Definitionen")
_FUNCTIONS = Text("Functions in this workbook", "Funktionen in dieser Mappe")
_FUNCTIONS_NOTE = Text(
    "They are built into this file and need Excel 2024 or 365, and nothing else. Type them into any cell.",
    "Sie stecken in dieser Datei und brauchen Excel 2024 oder 365, sonst nichts. In jede Zelle schreiben.",
)
_THROUGH_CLVXL = Text(
    "They compute through clvxl, in Excel on Windows. Type them into any cell.",
    "Sie rechnen über clvxl, in Excel unter Windows. In jede Zelle schreiben.",
)
_SETTINGS = Text("Settings and data", "Einstellungen und Daten")
_LABELS = {
    "figure": Text("Figure", "Zahl"),
    "meaning": Text("What it says", "Was sie sagt"),
    "function": Text("Function", "Funktion"),
    "source": Text("Source", "Quelle"),
    "setting": Text("Setting", "Einstellung"),
    "value": Text("Value", "Wert"),
}
_SET = {
    "as_of": Text("As of", "Stichtag"),
    "discount": Text("Discount rate per year", "Abzinsung pro Jahr"),
    "horizon": Text("Years of payments that count", "Jahre, deren Zahlungen zählen"),
    "target": Text("Target CLV:CAC", "Ziel CLV:CAC"),
    "currency": Text("Currency", "Währung"),
    "margin": Text("Margin where the data has none", "Marge, wo die Daten keine haben"),
    "retention": Text("Retention where the data has none", "Bindungsrate, wo die Daten keine haben"),
    "model": Text("Model of who stays and what they buy", "Modell, wer bleibt und was er kauft"),
    "least": Text("Fewest customers for a rate", "Wenigste Kunden für eine Rate"),
    "fingerprint": Text("Fingerprint of the data", "Fingerabdruck der Daten"),
    "version": Text("Made with", "Erstellt mit"),
}
_ALL = Text("all", "alle")
_UNKNOWN = Text("not known", "nicht bekannt")
_NOT_SET = Text("not set", "nicht gesetzt")


def method(analysis: Analysis, version: str, *, built_in: bool = True) -> Sheet:
    """The page; in a workbook that has no functions of its own built in, they are those of the add-in."""
    language = analysis.settings.language
    blocks: list[Block | None] = [
        *model_blocks(analysis),
        Heading(_HOW.say(language)),
        *(Note(rule.say(language, least=analysis.settings.least_customers)) for rule in _RULES),
        Heading(_DEFINITIONS.say(language)),
        _definitions(analysis),
        Heading(_SETTINGS.say(language)),
        _settings(analysis, version),
        Heading(_FUNCTIONS.say(language)),
        Note((_FUNCTIONS_NOTE if built_in else _THROUGH_CLVXL).say(language)),
        _functions(language, built_in=built_in),
    ]
    return sheet(analysis, "method", _MESSAGE.say(language), _WHAT, blocks)


def typed(formula: Formula, language: Language) -> str:
    """The function as it is typed: =CLV(margin, revenue, years), in German with the German words and semicolons."""
    names = [argument.term.label.de if language == "de" else argument.name for argument in formula.arguments]
    given = [f"[{name}]" if argument.optional else name for name, argument in zip(names, formula.arguments, strict=True)]
    return f"={formula.name}({('; ' if language == 'de' else ', ').join(given)})"


def _table(key: str, labels: tuple[str, ...], rows: Sequence[tuple[str, ...]], language: Language) -> Table:
    return Table(
        key,
        tuple(
            Column(each, _LABELS[each].say(language), tuple(row[place] or None for row in rows), wide=place > 0)
            for place, each in enumerate(labels)
        ),
    )


def _definitions(analysis: Analysis) -> Table:
    language = analysis.settings.language
    rows = [
        (label(key, analysis.settings), TERMS[key].help.say(language), typed(CATALOG[name], language), CATALOG[name].source)
        for key, name in (FIGURES | model_figures(analysis)).items()
    ]
    return _table("definitions", ("figure", "meaning", "function", "source"), rows, language)


def _functions(language: Language, *, built_in: bool) -> Table:
    listed = [each for _, each in sorted(CATALOG.items()) if each.native or not built_in]
    rows = [(typed(each, language), each.summary.say(language)) for each in listed]
    return _table("functions", ("function", "meaning"), rows, language)


def _settings(analysis: Analysis, version: str) -> Table:
    settings, language = analysis.settings, analysis.settings.language

    def rate(value: float | None) -> str:
        return _NOT_SET.say(language) if value is None else percent(value, language, 1)

    values = {
        "as_of": day(analysis.as_of, language) if analysis.as_of else _UNKNOWN.say(language),
        "discount": rate(settings.discount),
        "horizon": _ALL.say(language) if settings.horizon is None else number(settings.horizon, language, 1),
        "target": number(settings.target_ratio, language, 1),
        "currency": settings.currency,
        "margin": rate(settings.margin),
        "retention": rate(settings.retention),
        "model": model_setting(settings),
        "least": number(settings.least_customers, language),
        "fingerprint": analysis.ledger.fingerprint[:16],
        "version": f"clvxl {version}",
    }
    return _table("settings", ("setting", "value"), [(_SET[key].say(language), value) for key, value in values.items()], language)
