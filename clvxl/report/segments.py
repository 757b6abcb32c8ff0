"""Segments: which groups of customers are worth what, and what a new one may cost."""

from __future__ import annotations

from math import isfinite, isnan

import numpy as np

from clvxl.analysis import Analysis
from clvxl.arguments import Array
from clvxl.report.columns import MOST_NAMES, TOTAL, column, known, rating, rating_tones, segment_names
from clvxl.report.forecast import range_blocks, segment_blocks, worth
from clvxl.report.model import Block, Column, Heading, Note, Sheet, Table
from clvxl.report.page import sheet
from clvxl.terms import FORMATS
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
_MESSAGE = Text("{name} holds {share} of customer equity", "{name} hält {share} vom Wert des Kundenstamms")
_NEW_THERE = Text("; a new customer is worth {clv} {currency} there", "; ein neuer Kunde ist dort {clv} {currency} wert")
_NEW = Text("; a new one is worth {clv} {currency}", "; ein neuer ist {clv} {currency} wert")
_NO_VALUE = Text(
    "Customer values cannot be computed yet; what is missing stands below.",
    "Kundenwerte lassen sich noch nicht berechnen; was fehlt, steht unten.",
)
_WORTH = Text("Value and acquisition", "Wert und Gewinnung")
_MOVEMENT = Text("Movement and recommendation", "Bewegung und Weiterempfehlung")
_WORTH_LIST = Text("SegmentValue", "Segmentwert")
_MOVES_LIST = Text("SegmentMoves", "Segmentbewegung")
_VERDICTS = Text(
    "Verdict: CLV:CAC under {low} loses money, up to {middle} is thin, up to {high} healthy, above there is room to invest.",
    "Urteil: CLV:CAC unter {low} verliert Geld, bis {middle} ist knapp, bis {high} gesund, darüber lohnt mehr Einsatz.",
)
_SPREAD = Text("How value is spread", "Wie sich der Wert verteilt")
_TENTH = Text("Tenth of the customers", "Zehntel der Kunden")
_NTH = Text("tenth {n}", "{n}. Zehntel")
_CUMULATIVE = Text("Share so far", "Anteil bis hier")
_LEAST_SPREAD = 30
_EMPTY = Text("Why cells are empty or estimated", "Warum Zellen leer oder geschätzt sind")


def segments(analysis: Analysis) -> Sheet:
    """The page."""
    language = analysis.settings.language
    low, middle, high = (number(each, language, 0 if each == int(each) else 1) for each in analysis.settings.thresholds)
    verdicts = _VERDICTS.say(language, low=low, middle=middle, high=high)
    moves = known((segment_names(analysis.segments, analysis.settings), *_figures(analysis, _MOVES)))
    blocks: list[Block | None] = [
        Heading(_WORTH.say(language)),
        Table("value", _value_columns(analysis), _WORTH_LIST.say(language), total=True),
        Note(verdicts) if isfinite(analysis.total["ratio"]) else None,
        *range_blocks(analysis),
        Heading(_MOVEMENT.say(language)),
        Table("moves", moves, _MOVES_LIST.say(language), total=True),
        *segment_blocks(analysis),
        *_tenths(analysis),
        *_missing(analysis),
    ]
    return sheet(analysis, "segments", _message(analysis), WHAT, blocks)


def _message(analysis: Analysis) -> str:
    language, total = analysis.settings.language, analysis.total
    if isnan(total["equity"]):
        return _NO_VALUE.say(language)
    apart = len(analysis.segments) > 1 and analysis.segments[0]["equity"] > 0
    best = analysis.segments[0] if apart else total
    said = {"name": best.name, "share": percent(best["equity_share"], language)}
    begin, new = (_MESSAGE.say(language, **said), _NEW_THERE) if apart else (worth(analysis), _NEW)
    clv = "" if isnan(best["clv"]) else new.say(language, clv=number(best["clv"], language), currency=analysis.settings.currency)
    return f"{begin}{clv}."


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
    columns = [segment_names(analysis.segments, analysis.settings), *_figures(analysis, _VALUE)]
    place = 2 + _VALUE.index("ratio")
    return known((*columns[:place], verdict, *columns[place:]))


def spread(analysis: Analysis) -> list[Array]:
    """The values that make up customer equity in ten groups of the same size, the most valuable first; none where they are few."""
    values = analysis.counted.to_numpy(float)
    return np.array_split(values, 10) if len(values) >= _LEAST_SPREAD and values.sum() > 0 else []


def _tenths(analysis: Analysis) -> list[Block | None]:
    language, settings, groups = analysis.settings.language, analysis.settings, spread(analysis)
    if not groups:
        return []
    sums = np.array([each.sum() for each in groups])
    columns = (
        Column("tenth", _TENTH.say(language), tuple(_NTH.say(language, n=place) for place in range(1, 11))),
        column("customers", [len(each) for each in groups], settings),
        column("customer_value", sums, settings, result=True),
        column("equity_share", sums / sums.sum(), settings, bar=True),
        Column("cumulative", _CUMULATIVE.say(language), tuple(map(float, np.cumsum(sums) / sums.sum())), FORMATS["fraction"]),
    )
    return [Heading(_SPREAD.say(language)), Table("tenths", columns)]


def _missing(analysis: Analysis) -> list[Block | None]:
    """Why cells are empty: each reason once, with the segments it holds for, if not for all."""
    language = analysis.settings.language
    where: dict[str, list[str]] = {}
    for each in analysis.segments:
        for reason in each.reasons:
            where.setdefault(reason, []).append(each.name)
    for reason in analysis.total.reasons:
        where.setdefault(reason, []).append(TOTAL.say(language))

    def said(reason: str, names: list[str]) -> Note:
        everywhere = len(names) > len(analysis.segments)
        return Note(reason[0].upper() + reason[1:] + ("." if everywhere else f" ({enumeration(names, language, most=MOST_NAMES)})."))

    notes: list[Block | None] = [said(reason, names) for reason, names in where.items()]
    return [Heading(_EMPTY.say(language)), *notes] if notes else []
