"""Segments: which groups of customers are worth what, and what a new one may cost."""

from __future__ import annotations

from clvxl.analysis import Analysis
from clvxl.report.columns import TOTAL, column, rating, rating_tones
from clvxl.report.model import Block, Column, Heading, Note, Sheet, Table
from clvxl.report.page import sheet
from clvxl.words import Text, enumeration, number, percent

_VALUE = (
    "equity",
    "equity_share",
    "active",
    "revenue_total",
    "revenue_average",
    "margin",
    "retention",
    "lifetime",
    "clv_average",
    "clv",
    "cac",
    "ratio",
    "payback",
    "max_cac",
)
_MOVES = ("customers", "active", "new", "lost", "revenue_share", "revenue_growth", "nrr", "nps", "nps_error")
_BARS = {"equity_share", "revenue_share"}
_RESULTS = {"equity", "clv", "ratio"}

WHAT = Text("Customer value by segment, in {currency}", "Kundenwert je Segment, in {currency}")
_MESSAGE = Text(
    "{name} holds {share} of customer equity; a new customer is worth {clv} {currency} there.",
    "{name} hält {share} vom Wert des Kundenstamms; ein neuer Kunde ist dort {clv} {currency} wert.",
)
_NO_VALUE = Text("Customer values cannot be computed yet: {reasons}.", "Kundenwerte lassen sich noch nicht berechnen: {reasons}.")
_WORTH = Text("Value and acquisition", "Wert und Gewinnung")
_MOVEMENT = Text("Movement and recommendation", "Bewegung und Weiterempfehlung")
_WORTH_LIST = Text("SegmentValue", "Segmentwert")
_MOVES_LIST = Text("SegmentMoves", "Segmentbewegung")
_VERDICTS = Text(
    "Verdict: CLV:CAC under {low} loses money, up to {middle} is thin, up to {high} healthy, above there is room to invest.",
    "Urteil: CLV:CAC unter {low} verliert Geld, bis {middle} ist knapp, bis {high} gesund, darüber lohnt mehr Einsatz.",
)
_EMPTY = Text("Empty cells have too little data", "Leeren Zellen fehlen Daten")


def segments(analysis: Analysis) -> Sheet:
    """The page."""
    language = analysis.settings.language
    low, middle, high = (number(each, language, 0 if each == int(each) else 1) for each in analysis.settings.thresholds)
    verdicts = _VERDICTS.say(language, low=low, middle=middle, high=high)
    blocks: list[Block | None] = [
        Heading(_WORTH.say(language)),
        Table("value", _value_columns(analysis), _WORTH_LIST.say(language), total=True),
        Note(verdicts),
        Heading(_MOVEMENT.say(language)),
        Table("moves", (_names(analysis), *_figures(analysis, _MOVES)), _MOVES_LIST.say(language), total=True),
        *_missing(analysis),
    ]
    return sheet(analysis, "segments", _message(analysis), WHAT, blocks)


def _message(analysis: Analysis) -> str:
    language, best = analysis.settings.language, analysis.segments[0] if analysis.segments else analysis.total
    if not best["equity"] > 0:
        return _NO_VALUE.say(language, reasons=enumeration(list(analysis.total.reasons), language))
    return _MESSAGE.say(
        language,
        name=best.name,
        share=percent(best["equity_share"], language),
        clv=number(best["clv"], language),
        currency=analysis.settings.currency,
    )


def _names(analysis: Analysis) -> Column:
    total = TOTAL.say(analysis.settings.language)
    return column("segment", [each.name for each in analysis.segments], analysis.settings, total)


def _figures(analysis: Analysis, keys: tuple[str, ...]) -> list[Column]:
    return [
        column(
            key, [each[key] for each in analysis.segments], analysis.settings, analysis.total[key], bar=key in _BARS, result=key in _RESULTS
        )
        for key in keys
    ]


def _value_columns(analysis: Analysis) -> tuple[Column, ...]:
    settings = analysis.settings
    words = [rating(each["ratio"], settings) for each in analysis.segments]
    verdict = column("rating", words, settings, rating(analysis.total["ratio"], settings), tones=rating_tones(settings))
    columns = [_names(analysis), *_figures(analysis, _VALUE)]
    place = 2 + _VALUE.index("ratio")
    return (*columns[:place], verdict, *columns[place:])


def _missing(analysis: Analysis) -> list[Block | None]:
    """Why cells are empty: each reason once, with the segments it holds for."""
    language = analysis.settings.language
    where: dict[str, list[str]] = {}
    for each in (*analysis.segments, analysis.total):
        for reason in each.reasons:
            where.setdefault(reason, []).append(each.name or TOTAL.say(language))
    notes: list[Block | None] = [
        Note(f"{reason[0].upper()}{reason[1:]} ({enumeration(names, language)}).") for reason, names in where.items()
    ]
    return [Heading(_EMPTY.say(language)), *notes] if notes else []
