"""Overview: how we stand, what stands out, and what to do."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Literal

from clvxl.analysis import Analysis, Segment
from clvxl.report.advice import advice, findings
from clvxl.report.columns import MOST_NAMES, label
from clvxl.report.forecast import horizon as horizon_of
from clvxl.report.forecast import worth
from clvxl.report.model import Block, Chart, Charts, Figure, Figures, Heading, Series, Sheet
from clvxl.report.page import sheet
from clvxl.report.segments import spread
from clvxl.settings import Settings
from clvxl.terms import TERMS
from clvxl.words import Text, counted, enumeration, number, percent

_WHAT = Text("Customer value at a glance, money in {currency}", "Kundenwert auf einen Blick, Geld in {currency}")
_ALL_EARN = Text(
    "Every segment with a known acquisition cost earns it back.", "Jedes Segment mit bekannten Akquisekosten verdient sie zurück."
)
_SOME_LOSE = Text(
    "{good} of {all} segments earn back what winning a customer costs. Not yet: {names}.",
    "{good} von {all} Segmenten verdienen zurück, was die Gewinnung eines Kunden kostet. Noch nicht: {names}.",
)
_BRING = Text(
    "{active} active customers bring {revenue} {currency} a year.", "{active} aktive Kunden bringen {revenue} {currency} im Jahr."
)
_ONE_BRINGS = Text("1 active customer brings {revenue} {currency} a year.", "1 aktiver Kunde bringt {revenue} {currency} im Jahr.")
_STANDS_OUT = Text("What stands out", "Was auffällt")
_TO_DO = Text("What to do", "Was zu tun ist")
_EQUITY_CHART = Text("Customer equity by segment, in {currency}", "Wert des Kundenstamms je Segment, in {currency}")
_SPREAD_CHART = Text(
    "Value of the customers from now on, in ten groups of the same size, in {currency}",
    "Wert der Kunden von jetzt an, in zehn gleich großen Gruppen, in {currency}",
)
_RATIO_CHART = Text("Value of a new customer against its cost, in {currency}", "Wert eines neuen Kunden und seine Kosten, in {currency}")

_COMMENTS = {
    "equity": Text("between {equity_low} and {equity_high}", "zwischen {equity_low} und {equity_high}"),
    "equity forecast": Text(
        "forecast for {years}, between {equity_low} and {equity_high}", "Vorhersage für {years}, zwischen {equity_low} und {equity_high}"
    ),
    "active": Text("{new} new, {lost} lost in 12 months", "{new} neu, {lost} verloren in 12 Monaten"),
    "revenue_total": Text("{revenue_growth} against the year before", "{revenue_growth} gegenüber dem Vorjahr"),
    "retention": Text("a customer stays {lifetime} years", "ein Kunde bleibt {lifetime} Jahre"),
    "ratio": Text("target {target}", "Ziel {target}"),
    "clv": Text("simple method: {clv_average}", "einfache Methode: {clv_average}"),
    "clv within a horizon": Text(
        "of {horizon} years; simple method: {clv_average}", "aus {horizon} Jahren; einfache Methode: {clv_average}"
    ),
    "nps": Text("± {nps_error}, {answers} answers", "± {nps_error}, {answers} Antworten"),
    "cac": Text("at most {max_cac}", "höchstens {max_cac}"),
}
_FIGURES = ("equity", "active", "revenue_total", "retention", "clv", "cac", "ratio", "nps")
_SAID = (
    "equity_low", "equity_high", "new", "lost", "revenue_growth", "lifetime", "clv_average", "nps_error", "answers", "max_cac",
)
_MOST_BARS = 12


def overview(analysis: Analysis) -> Sheet:
    """The page."""
    language = analysis.settings.language
    found, todo = findings(analysis), advice(analysis)
    blocks: list[Block | None] = [
        Figures(tuple(key_figures(analysis).values())),
        _charts(analysis),
        Heading(_STANDS_OUT.say(language)) if found else None,
        *found,
        Heading(_TO_DO.say(language)) if todo else None,
        *todo,
    ]
    return sheet(analysis, "overview", message(analysis), _WHAT, blocks)


def key_figures(analysis: Analysis) -> dict[str, Figure]:
    """The figures at the top, by term, of those that are known."""
    return {key: _figure(key, analysis) for key in _FIGURES if isfinite(analysis.total[key])}


def message(analysis: Analysis) -> str:
    """The one sentence a reader should remember."""
    language, total = analysis.settings.language, analysis.total
    rated = [each for each in analysis.segments if isfinite(each["ratio"])]
    losing = [each.name for each in rated if each["ratio"] < 1]
    if rated and losing:
        return _SOME_LOSE.say(language, good=len(rated) - len(losing), all=len(rated), names=enumeration(losing, language, most=MOST_NAMES))
    if len(rated) > 1:
        return _ALL_EARN.say(language)
    if total["equity"] > 0:
        return f"{worth(analysis)}."
    said = {"active": number(total["active"], language), "revenue": number(total["revenue_total"], language)}
    return counted(int(total["active"]), _ONE_BRINGS, _BRING).say(language, currency=analysis.settings.currency, **said)


def _figure(key: str, analysis: Analysis) -> Figure:
    return Figure(label(key, analysis.settings), analysis.total[key], TERMS[key].format, _comment(key, analysis))


def _comment(key: str, analysis: Analysis) -> str:
    """The line under a key figure, empty where one of its numbers is not known."""
    horizon = analysis.settings.horizon
    template = _COMMENTS.get(_kind(key, analysis))
    if template is None:
        return ""
    language, total = analysis.settings.language, analysis.total
    said = {name: _said(name, total, analysis) for name in _SAID}
    said["target"] = number(analysis.settings.target_ratio, language, 1)
    said["horizon"] = "" if horizon is None else number(horizon, language, 0 if horizon == int(horizon) else 1)
    said["years"] = horizon_of(analysis.prediction.years, language) if analysis.prediction else ""
    missing = [name for name, word in said.items() if not word and f"{{{name}}}" in template.en]
    return "" if missing else template.say(language, **said)


def _kind(key: str, analysis: Analysis) -> str:
    """Which comment a figure gets: some say more where a horizon is set or values are forecast."""
    if key == "clv" and analysis.settings.horizon is not None:
        return "clv within a horizon"
    return "equity forecast" if key == "equity" and analysis.forecast else key


def _said(name: str, total: Segment, analysis: Analysis) -> str:
    value, language = total[name], analysis.settings.language
    if isnan(value):
        return ""
    if name == "revenue_growth":
        return ("+" if value > 0 else "") + percent(value, language, 1)
    return number(value, language, 1 if name in ("lifetime", "nps_error") else 0)


def _charts(analysis: Analysis) -> Charts | None:
    """Segments against each other; where there is only one, how value is spread over its customers."""
    settings = analysis.settings
    charts = []
    if len(analysis.segments) > 1 and any(each["equity"] > 0 for each in analysis.segments):
        charts.append(_chart(_EQUITY_CHART, "bar", "value", "segment", ("equity",), settings))
    if spread(analysis) and not charts:
        charts.append(_chart(_SPREAD_CHART, "column", "tenths", "tenth", ("customer_value",), settings))
    if any(isfinite(each["ratio"]) for each in analysis.segments):
        charts.append(_chart(_RATIO_CHART, "bar", "value", "segment", ("clv", "cac"), settings))
    return Charts(tuple(charts)) if charts else None


def _chart(title: Text, kind: Literal["bar", "column"], table: str, names: str, keys: tuple[str, ...], settings: Settings) -> Chart:
    """A chart of columns of the page Segments; the second column is the accent."""
    roles: tuple[Literal["actual", "accent"], ...] = ("actual", "accent")
    series = tuple(Series(label(key, settings), key, role) for key, role in zip(keys, roles, strict=False))
    said = title.say(settings.language, currency=settings.currency)
    return Chart(said, kind, "segments", table, names, series, TERMS[keys[0]].format, _MOST_BARS)
