"""Customers: each one's value, rank and share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clvxl import CATALOG
from clvxl.analysis import Analysis
from clvxl.report.columns import column
from clvxl.report.forecast import customer_columns, customer_notes
from clvxl.report.model import Block, Note, Sheet, Table
from clvxl.report.page import sheet
from clvxl.words import Text, counted, number, percent

MOST_ROWS = 100_000  # that a page lists; of more customers only the best, since nobody reads on
_BEST = 10_000

_WHAT = Text("Value of each customer from now on, in {currency}", "Wert je Kunde von jetzt an, in {currency}")
_MESSAGE = Text(
    "The best {best} customers, one in five, hold {share} of customer equity.",
    "Die besten {best} Kunden, jeder fünfte, halten {share} vom Wert des Kundenstamms.",
)
_FEW = Text("{count} active customers.", "{count} aktive Kunden.")
_ONE = Text("1 active customer.", "1 aktiver Kunde.")
_CUT = Text(
    "The {shown} most valuable of {count} customers are listed; the sums on the other pages are of all.",
    "Gelistet sind die {shown} wertvollsten von {count} Kunden; die Summen der anderen Seiten gelten für alle.",
)
_REST = Text(" All of them are in {file} beside this workbook.", " Alle stehen in {file} neben dieser Mappe.")
_LIST = Text("CustomerList", "Kundenliste")
_STATUS = {
    "new": Text("new", "neu"),
    "active": Text("active", "aktiv"),
    "lost": Text("lost", "verloren"),
    "former": Text("former", "früher"),
}


def customers(analysis: Analysis, rest: str = "") -> Sheet:
    """The page; ``rest`` is the file in which all customers are, where they are too many for it."""
    language, frame = analysis.settings.language, analysis.customers
    shown = frame if len(frame) <= MOST_ROWS else frame.head(_BEST)
    cut = _CUT.say(language, shown=number(len(shown), language), count=number(len(frame), language))
    cut += _REST.say(language, file=rest) if rest else ""
    blocks: list[Block | None] = [
        Note(cut) if len(shown) < len(frame) else None,
        *customer_notes(analysis),
        _table(analysis, shown),
    ]
    return sheet(analysis, "customers", _message(analysis), _WHAT, blocks)


def _message(analysis: Analysis) -> str:
    language, frame = analysis.settings.language, analysis.customers
    values = analysis.counted
    if len(values) < 10 or not values.sum() > 0:
        count = int(frame["active"].sum())
        return counted(count, _ONE, _FEW).say(language, count=number(count, language))
    share = float(CATALOG["CLV_TOP_SHARE"](values.to_numpy(), 0.2))
    return _MESSAGE.say(language, best=number(round(len(values) / 5), language), share=percent(share, language))


def _table(analysis: Analysis, frame: pd.DataFrame) -> Table:
    settings, language = analysis.settings, analysis.settings.language
    status = np.select([frame["new"], frame["active"], frame["lost"].eq(True)], ["new", "active", "lost"], "former")
    equity = analysis.total["equity"]
    counted = frame["active"] | (frame["value"].fillna(0.0) != 0)
    ranks = [place if each else None for place, each in enumerate(counted, start=1)]
    models = customer_columns(analysis, frame)
    rest = ("revenue_previous", "margin", "cac", "score") if not models else ()  # there is room for either
    columns = [
        column("rank", ranks, settings),
        column("customer", frame["customer"], settings),
        column("name", frame["name"] if "name" in frame else [None] * len(frame), settings),
        column("segment", frame["segment"], settings),
        column("start", frame["start"], settings),
        column("status", [_STATUS[word].say(language) for word in status], settings),
        column("revenue", frame["revenue"], settings),
        *(column(key, frame[key], settings) for key in rest[:2]),
        *([] if analysis.forecast else [column("customer_value", frame["value"], settings, result=True)]),
        column("equity_share", frame["value"] / equity if equity > 0 else np.full(len(frame), np.nan), settings, bar=True),
        *models,
        *(column(key, frame[key], settings) for key in rest[2:]),
    ]
    known = tuple(
        each
        for each in columns
        if any(value is not None for value in each.values) and (each.key != "segment" or len(analysis.segments) > 1)
    )
    return Table("customers", known, _LIST.say(language))
