"""A report in the template: its pages with buttons and live cells, the customer's own tables on its sheets, ready to be refreshed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from clvxl.analysis import Analysis
from clvxl.errors import DataError
from clvxl.excel import refill
from clvxl.excel.anchors import CHOICES, SETTINGS, Kind, name_of
from clvxl.excel.brought import Formula, Results
from clvxl.excel.template.book import around
from clvxl.excel.template.tables import COLUMNS
from clvxl.ledger.asking import fetched
from clvxl.ledger.recognise import COLUMNS as READ
from clvxl.refresh import first_sheet
from clvxl.report.model import Report, Value
from clvxl.sample import ANSWERS
from clvxl.settings import Settings
from clvxl.terms import TERMS
from clvxl.words import Language, Text, number

ENDING = ".xlsm"
MOST_ROWS = 1_000_000  # of a sheet, with room for its headings
_TOO_MANY = Text("The template has no room for {count} rows.", "Die Vorlage hat keinen Platz für {count} Zeilen.")
_WITHOUT = Text("Leave --template out.", "--template weglassen.")


def handout(analysis: Analysis, pages: Report) -> bytes:
    """The workbook, as the bytes of a file; the same analysis gives the same bytes.

    Raises: DataError.
    """
    data = around(_tables(analysis), analysis.settings.language)
    cells = {**_settings(analysis.settings), **first_sheet(analysis)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"template{ENDING}"
        path.write_bytes(data)
        loaded = refill.load(path, path.with_name(f"filled{ENDING}"))
        return refill.pack(Results(pages, cells), loaded, sealed=True)


def _tables(analysis: Analysis) -> dict[Kind, pd.DataFrame]:
    """The clean tables of the ledger, under the headings of the template."""
    ledger, language = analysis.ledger, analysis.settings.language
    orders = None if ledger.orders is None else fetched(ledger.orders.limit(MOST_ROWS + 1))
    given: dict[Kind, pd.DataFrame | None] = {"customers": ledger.customers, "orders": orders, "spend": ledger.spend}
    return {kind: _headed(kind, frame, language) for kind, frame in given.items() if frame is not None}


def _headed(kind: Kind, frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    if len(frame) > MOST_ROWS:
        raise DataError(_TOO_MANY, _WITHOUT, count=number(len(frame), language))
    filled = frame.dropna(axis="columns", how="all").columns
    known = frame.reindex(columns=[*COLUMNS[kind], *filled.difference(list(COLUMNS[kind]), sort=False)])
    if known.get("contract") is not None:
        words = {False: ANSWERS[0].say(language), True: ANSWERS[1].say(language)}
        known["contract"] = known["contract"].astype(object).map(words)
    return known.rename(columns={key: TERMS[key].label.say(language) for key in READ[kind]})


def _settings(settings: Settings) -> dict[str, tuple[Value | Formula, ...]]:
    """The cells of the settings, as a user would fill them in."""
    def shown(key: str) -> Value:
        value: Value = getattr(settings, key)
        return CHOICES[key][str(value)].say(settings.language) if key in CHOICES and value else value

    return {name_of(key): (shown(key),) for key in SETTINGS}
