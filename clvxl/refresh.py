"""Refresh, in whichever host: what a workbook brings becomes a ledger, an analysis, a report, and the lines on its first sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from clvxl.analysis import Analysis, analyse
from clvxl.errors import SourceError
from clvxl.excel.anchors import FIGURE_KEYS, KINDS, MESSAGE, STATE, Chosen, chosen, figure_name
from clvxl.excel.brought import Brought, Formula, Results
from clvxl.ledger import Ledger, read, read_opened
from clvxl.ledger.address import expanded
from clvxl.report import report
from clvxl.report.model import Value
from clvxl.report.overview import key_figures, message
from clvxl.report.page import as_of
from clvxl.words import Text, number

Say = Callable[[Text], None]

READING = Text("Reading the tables …", "Tabellen werden gelesen …")
COMPUTING = Text("Computing values …", "Werte werden berechnet …")
_EMPTY = Text("The tables of {book} are empty.", "Die Tabellen von {book} sind leer.")
_FILL = Text("Paste your customers below the headings of the sheet Data.", "Die Kunden unter die Überschriften des Blatts Daten einfügen.")
_NO_PLACE = Text("The settings do not say where the tables are.", "Die Einstellungen sagen nicht, wo die Tabellen sind.")
_SAY_PLACE = Text("Write a file or a connection into the settings, or choose “This workbook” as the source.",
                  "In den Einstellungen eine Datei oder Verbindung angeben oder „Diese Arbeitsmappe“ als Quelle wählen.")
_STATE = Text("{used} rows used, {left} left out. {as_of}", "{used} Zeilen verwendet, {left} weggelassen. {as_of}")


def refreshed(brought: Brought, version: str, say: Say = lambda _: None) -> Results:
    """The pages for a workbook, and what its first sheet says about them.

    Raises: ClvError.
    """
    analysis = analysed(brought, say)
    return Results(report(analysis, version, built_in=False), first_sheet(analysis))


def analysed(brought: Brought, say: Say = lambda _: None) -> Analysis:
    """What the tables of a workbook say, under its settings.

    Raises: ClvError.
    """
    choice = chosen(brought.cells)
    say(READING)
    ledger = ledger_of(brought, choice)
    say(COMPUTING)
    return analyse(ledger, choice.settings)


def ledger_of(brought: Brought, choice: Chosen) -> Ledger:
    """The tables that the settings name: the workbook's own, or those of files and databases.

    Raises: ClvError.
    """
    if choice.source != "workbook":
        places = {kind: [_from(brought.folder, choice.inputs[kind])] if choice.inputs.get(kind) else [] for kind in KINDS}
        if not any(places.values()):
            raise SourceError(_NO_PLACE, _SAY_PLACE)
        return read([], choice.settings, **places)
    filled = [table for table in brought.tables if table.is_filled]
    if not filled:
        raise SourceError(_EMPTY, _FILL, book=brought.name)
    return read_opened(filled, choice.settings)


def _from(folder: str, place: str) -> str:
    """A file beside the workbook by its name alone; a connection as it is."""
    is_address = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", place)
    return place if is_address or not folder else str(Path(folder) / expanded(place))


def first_sheet(analysis: Analysis) -> dict[str, tuple[Value | Formula, ...]]:
    """What the first sheet of the template says of an analysis."""
    figures, sources = key_figures(analysis), analysis.ledger.sources
    language = analysis.settings.language
    used, left = (number(sum(counts), language) for counts in zip(*((each.rows_used, each.rows_left_out) for each in sources), strict=True))
    lines: dict[str, tuple[Value | Formula, ...]] = {
        MESSAGE: (message(analysis),), STATE: (_STATE.say(language, used=used, left=left, as_of=as_of(analysis)).strip(),)}
    for key in FIGURE_KEYS:
        figure = figures.get(key)
        lines[figure_name(key)] = (figure.value, figure.comment or None) if figure else (None, None)
    return lines
