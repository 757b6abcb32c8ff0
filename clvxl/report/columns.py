"""Columns of a table, named and formatted by the dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from math import isfinite

import pandas as pd

from clvxl.analysis import Segment
from clvxl.report.model import Column, Tone, Value
from clvxl.settings import Settings
from clvxl.terms import FORMATS, TERMS
from clvxl.words import Text

TOTAL = Text("Total", "Gesamt")
MOST_NAMES = 8  # of segments in a sentence

# A change carries its sign.
SIGNED = {unit: f"+{FORMATS[unit]};-{FORMATS[unit]};{FORMATS[unit]}" for unit in FORMATS}

# What the ratio CLV:CAC says, from below the first threshold to above the last one.
RATINGS: tuple[tuple[Text, Tone], ...] = (
    (Text("▼ loses", "▼ verliert"), "poor"),
    (Text("◆ thin", "◆ knapp"), "fair"),
    (Text("▲ healthy", "▲ gesund"), "good"),
    (Text("▲▲ invest", "▲▲ ausbauen"), "good"),
)


def cell(value: object) -> Value:
    """A plain value for a cell: what is not known is empty."""
    if isinstance(value, pd.Timestamp):
        return value.date()
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, str | date):
        return value
    number = float(value)  # type: ignore[arg-type]  # numpy's and Python's numbers are all that is left
    return number if isfinite(number) else None


def label(key: str, settings: Settings) -> str:
    """The dictionary's word for a quantity; money says its currency."""
    term = TERMS[key]
    word = term.label.say(settings.language)
    return f"{word} ({settings.currency})" if term.unit == "money" else word


def column(key: str, values: Iterable[object], settings: Settings, total: object = None, **look: object) -> Column:
    """A column of the quantity ``key``; ``look`` sets what else a Column has."""
    plain = Column(key, label(key, settings), tuple(map(cell, values)), TERMS[key].format, total=cell(total))
    return replace(plain, **look)  # type: ignore[arg-type]  # the names are Column's own


def segment_names(segments: Iterable[Segment], settings: Settings) -> Column:
    """The first column of a table with a row per segment and a total."""
    return column("segment", [each.name for each in segments], settings, TOTAL.say(settings.language))


def known(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Without the columns in which nothing is known; why it is not, stands below."""
    return tuple(each for each in columns if any(value is not None for value in (*each.values, each.total)))


def rating(ratio: float, settings: Settings) -> str | None:
    """The word for a ratio of CLV to CAC."""
    if not isfinite(ratio):
        return None
    place = sum(ratio >= threshold for threshold in settings.thresholds)
    return RATINGS[place][0].say(settings.language)


def rating_tones(settings: Settings) -> tuple[tuple[str, Tone], ...]:
    """Each word of a rating with how good it is."""
    return tuple((word.say(settings.language), tone) for word, tone in RATINGS)
