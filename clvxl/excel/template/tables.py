"""Data, Orders and Spend: the Excel tables that a user fills in, the first one with simulated customers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from clvxl.excel.anchors import TABLES, Kind, switched
from clvxl.excel.measure import shown, widest, width
from clvxl.excel.page import Area, Run, Style, letter
from clvxl.excel.template.form import BUTTON, LEFT, SAMPLES, TABS, Button, Form, Rows, opening, place_of
from clvxl.excel.template.prompts import quantity
from clvxl.ledger.recognise import COLUMNS as READ
from clvxl.report.columns import cell
from clvxl.sample import CUSTOMER
from clvxl.terms import TERMS, Term
from clvxl.words import Language, Text

CODES: dict[Kind, str] = {"customers": "DataSheet", "orders": "OrdersSheet", "spend": "SpendSheet"}
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "customers": ("customer", "segment", "revenue", "revenue_previous", "margin", "start", "end", "contract", "channel", "cac", "score"),
    "orders": ("customer", "date", "amount", "cost", "order", "segment", "channel"),
    "spend": ("channel", "segment", "period", "spend", "new_customers"),
}
NEEDED = {"customer", "revenue", "date", "amount", "spend"}

_MESSAGES: dict[Kind, Text] = {
    "customers": Text("Your customers, one row each", "Ihre Kunden, je eine Zeile"),
    "orders": Text("Your orders, if you have them", "Ihre Aufträge, wenn vorhanden"),
    "spend": Text("What you spend to win customers, if you know it", "Was Sie für neue Kunden ausgeben, wenn bekannt"),
}
_SUBTITLES: dict[Kind, Text] = {
    "customers": Text(
        "Customer and revenue are needed, the rest makes the report richer. Headings may be your own; columns may be missing or move.",
        "Nötig sind Kunde und Umsatz, der Rest bereichert den Bericht. Eigene Überschriften gehen; Spalten dürfen fehlen oder wandern.",
    ),
    "orders": Text(
        "With orders, the report says who is still active and what each customer will buy. Revenue in Data is then not needed.",
        "Mit Aufträgen sagt der Bericht, wer noch aktiv ist und was jeder Kunde kaufen wird. Umsatz in Daten ist dann nicht nötig.",
    ),
    "spend": Text(
        "Per channel or segment. With it, the report says where the next euro of marketing brings most.",
        "Je Kanal oder Segment. Damit sagt der Bericht, wo der nächste Marketing-Euro am meisten bringt.",
    ),
}
_REQUIRED, _OPTIONAL = Text("needed", "nötig"), Text("optional", "optional")
_REMOVE = Text("Remove sample data", "Beispieldaten entfernen")
_SIMULATED = Text(" of these rows are simulated customers.", " dieser Zeilen sind simulierte Kunden.")
_ONLY_REAL = Text("No simulated customers here.", "Keine simulierten Kunden.")
_HEAD = 8  # the row of the headings; above it stands what is needed
_WIDEST = 34.0


def table(kind: Kind, language: Language, frame: pd.DataFrame | None = None, *, samples: int = 0) -> Form:
    """The sheet of one table; without rows it holds one that is empty. ``samples`` of them are simulated."""
    form = Form(CODES[kind], TABS[kind], language)
    keys = _keys(kind, frame, language)
    rows = _rows(keys, frame, language)
    _widths(form, keys, rows)
    opening(form, _MESSAGES[kind], _SUBTITLES[kind], max(LEFT + len(keys) - 1, LEFT + 8))
    first, last, right = _HEAD + 1, _HEAD + max(len(rows[0]), 1), LEFT + len(keys) - 1
    for column, values in enumerate(rows, LEFT):
        _column(form, keys, column, values or (None,), Area(first, column, last, column))
    form.name(place_of(kind), _HEAD, LEFT)
    form.rows = Rows(kind, Area(_HEAD, LEFT, last, right), tuple(TERMS[key].label for key in keys),
                     tuple(_side(keys, column) for column in range(LEFT, right + 1)))
    form.page.frozen, form.page.repeat = (_HEAD, 0), (_HEAD, _HEAD)
    form.page.heights[_HEAD] = 31.5
    if kind == "customers":
        _samples(form, samples)
    return form


def _keys(kind: Kind, frame: pd.DataFrame | None, language: Language) -> tuple[str, ...]:
    """The columns of the template, and behind them what more somebody's own table has that can be read again."""
    headings = () if frame is None else tuple(frame)
    return (*COLUMNS[kind], *(key for key in READ[kind] if key not in COLUMNS[kind] and TERMS[key].label.say(language) in headings))


def _rows(keys: Sequence[str], frame: pd.DataFrame | None, language: Language) -> list[tuple[object, ...]]:
    if frame is None:
        return [() for _ in keys]
    known = frame.astype(object).where(frame.notna(), None)
    return [tuple(map(cell, known[TERMS[key].label.say(language)])) for key in keys]


def _widths(form: Form, keys: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Wide enough for the values, and for a heading of up to two lines with its button."""
    for column in range(LEFT, LEFT + 9):
        form.page.widths[column] = 13.0
    for column, (key, values) in enumerate(zip(keys, rows, strict=True), LEFT):
        term = TERMS[key]
        said = [width(word, bold=True) / (2 if " " in word else 1) + 3.5 for word in term.label]
        texts = widest(shown(value, term.format) for value in values)  # type: ignore[arg-type]  # cells hold plain values
        form.page.widths[column] = min(max(*said, texts + 2.5, 12.0 if term.unit != "text" else 15.0), _WIDEST)


def _column(form: Form, keys: Sequence[str], column: int, values: Sequence[object], area: Area) -> None:
    """What is needed, the values, and what is said to somebody who types."""
    term = TERMS[keys[column - LEFT]]
    role = _side(keys, column)
    form.live(_HEAD - 1, column, *_above(term, column, form.language), f"remark.{role}")
    form.page.runs.append(Run(area.top, column, values, Style(role, term.format)))  # type: ignore[arg-type]  # cells hold plain values
    form.prompts.append(quantity(term, area, strict=False))


def _side(keys: Sequence[str], column: int) -> str:
    """Numbers stand on the right; words behind them keep a distance."""
    words = [TERMS[key].unit in ("text", "choice") for key in keys]
    index = column - LEFT
    return "number" if not words[index] else "text" if index == 0 or words[index - 1] else "text.next"


def _above(term: Term, column: int, language: Language) -> tuple[str, str]:
    """Whether a column is needed; and what it holds, where its heading is in the other language."""
    need = _REQUIRED if term.key in NEEDED else _OPTIONAL
    here = f"{letter(column)}{_HEAD}"
    english, german = (switched(text).removeprefix("=") for text in (need, Text(*(f"{said}: " for said in need))))
    label = switched(term.label).removeprefix("=")
    return f"=IF({here}={label},{english},{german}&{label})", need.say(language)


def _samples(form: Form, count: int) -> None:
    """How many simulated customers are still there, and the button that takes them out."""
    simulated = switched(_SIMULATED).removeprefix("=")
    formula = f"=IF({SAMPLES}=0,{switched(_ONLY_REAL).removeprefix('=')},{SAMPLES}&{simulated})"
    said = f"{count}{_SIMULATED.say(form.language)}" if count else _ONLY_REAL.say(form.language)
    form.live(5, LEFT, formula, said, "sample")
    form.buttons.append(Button(_REMOVE, "RemoveSamples", 5, LEFT + 2, wide=220))
    form.page.heights |= {5: BUTTON + 2, 6: 6.0}


def samples_formula(language: Language) -> str:
    """Counts the simulated customers by their names; none where a user took their column out."""
    column = f"{TABLES['customers']}[{TERMS['customer'].label.say(language)}]"
    counts = "+".join(f'COUNTIF({column},"{said.partition("{")[0]}*")' for said in CUSTOMER)
    return f"=IFERROR({counts},0)"
