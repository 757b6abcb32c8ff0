"""Results taken out of an open workbook again: sheets that nothing leads to go, the others are emptied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clvxl.errors import OutputError
from clvxl.excel.anchors import FIGURE_KEYS, MESSAGE, NOT_YET, STATE, WELCOME, figure_name, switched
from clvxl.excel.brought import Formula, Results
from clvxl.excel.live.journal import tried
from clvxl.excel.live.quiet import quiet
from clvxl.excel.live.reading import workbook_names
from clvxl.excel.live.writing import result_sheets, write
from clvxl.excel.references import quoted
from clvxl.report.model import Report, Value
from clvxl.words import Language, Text

if TYPE_CHECKING:
    import xlwings as xw
    from xlwings.main import Chart

_STAYED = Text("Excel did not delete all of these sheets: {sheets} ({why}).",
               "Excel hat von diesen Blättern nicht alle gelöscht: {sheets} ({why}).")
_AGAIN = Text("Please press Clear results again.", "Bitte noch einmal auf Ergebnisse löschen klicken.")
_NO_DAY = date(2000, 1, 1)


class Cleared(NamedTuple):
    """The sheets that went, and those that were only emptied, because formulas, names or charts lead there."""

    deleted: tuple[str, ...]
    emptied: tuple[str, ...]


def clear(book: xw.Book, language: Language) -> Cleared:
    """Takes the results out, and says on the first sheet that there are none.

    Raises: OutputError.
    """
    titles = list(result_sheets(book).values())
    words = {title: _words(book, title) for title in titles}
    needed = [title for title in titles if any(_mentions(text, words[title]) for text in _references(book, titles))]
    rest = [title for title in titles if title not in needed]
    cells: dict[str, tuple[Value | Formula, ...]] = {figure_name(key): (None, None) for key in FIGURE_KEYS}
    cells |= {MESSAGE: (Formula(switched(WELCOME)),), STATE: (Formula(switched(NOT_YET)),)}
    write(Results(Report("", language, _NO_DAY, ()), cells, gone=NOT_YET), book, passing_over=rest)
    if error := tried(lambda: _delete(book, rest)):
        raise OutputError(_STAYED, _AGAIN, sheets=", ".join(rest), why=str(error)) from error
    return Cleared(tuple(rest), tuple(needed))


def _delete(book: xw.Book, titles: list[str]) -> None:
    with quiet(book):
        for sheet in [sheet for sheet in book.sheets if sheet.name in titles]:
            sheet.delete()


def _words(book: xw.Book, title: str) -> list[str]:
    """By what a formula leads to a sheet: its name, its tables, and names of its cells."""
    places = (f"={title}!", f"={quoted(title)}!")
    names = [name for name, each in workbook_names(book).items() if "!" not in name and (each.refers_to or "").startswith(places)]
    return [f"{title}!", f"{quoted(title)}!", *(f"{table.name}[" for table in book.sheets[title].tables), *names]


def _mentions(text: str, words: list[str]) -> bool:
    return any(re.search(rf"(?<![\w.]){re.escape(word)}" + (r"(?![\w.])" if word[-1].isalnum() else ""), text) for word in words)


def _references(book: xw.Book, results: list[str]) -> Iterator[str]:
    """All formulas of the user's sheets and what their charts show."""
    for sheet in book.sheets:
        if sheet.name not in results:
            lines = sheet.used_range.formula
            for line in lines if isinstance(lines, list | tuple) else [lines]:
                yield from (text for text in (line if isinstance(line, list | tuple) else [line]) if str(text).startswith("="))
            for chart in sheet.charts:
                yield from _shown(chart, results)


def _shown(chart: Chart, results: list[str]) -> Iterator[str]:
    """What a chart shows; where that cannot be asked, it may be anything."""
    with suppress(AttributeError):
        listed = chart.api[1].SeriesCollection()
        yield from [chart.api[1].SeriesCollection(index).Formula for index in range(1, listed.Count + 1)]
        return
    yield from (f"={quoted(title)}!A1" for title in results)
