"""The results into an open workbook: result sheets are filled again where they are, and if anything fails they are as they were."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from clvxl.errors import OutputError
from clvxl.excel.brought import Results
from clvxl.excel.live import desktop
from clvxl.excel.live.quiet import quiet
from clvxl.excel.live.reading import workbook_names
from clvxl.excel.live.refilling import SPARE, Refilling, Say, Written
from clvxl.excel.placing import Inventory, is_dead, placed
from clvxl.excel.references import quoted
from clvxl.ledger.pages import RESULT, page_of
from clvxl.words import Text

if TYPE_CHECKING:
    import xlwings as xw

_LOCKED = Text("The structure of {book} is protected, so no sheet can be added.",
               "Die Struktur von {book} ist geschützt, deshalb lässt sich kein Blatt anfügen.")
_UNLOCK = Text("Please lift the protection (Review, Protect Workbook) and refresh again.",
               "Bitte den Schutz aufheben (Überprüfen, Arbeitsmappe schützen) und erneut aktualisieren.")


def write(results: Results, book: xw.Book, say: Say = lambda _: None, passing_over: Collection[str] = ()) -> Written:
    """Puts the results into the workbook, but for result sheets that are passed over; the old ones stay if that fails.

    Raises: OutputError.
    """
    if desktop.structure_is_protected(book):
        raise OutputError(_LOCKED, _UNLOCK, book=book.name)
    texts = _texts(book)
    inventory = _inventory(book, texts, passing_over)
    laid_out = placed(results, inventory)
    left_over = [title for title, _ in _marked(texts, SPARE)]
    with quiet(book), desktop.no_guessing(book):
        return Refilling(book, laid_out, inventory.results, texts, left_over).run(results.cells, say)


def result_sheets(book: xw.Book) -> dict[str, str]:
    """Key of a page -> the sheet that holds it."""
    return _results(_texts(book))


def _texts(book: xw.Book) -> dict[str, str]:
    """What all names stand for."""
    return {name: each.refers_to or "" for name, each in workbook_names(book).items()}


def _results(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: title for title, text in _marked(texts, RESULT) if (key := page_of(text, title))}


def _inventory(book: xw.Book, texts: Mapping[str, str], passing_over: Collection[str]) -> Inventory:
    results = {key: title for key, title in _results(texts).items() if title not in passing_over}
    ours = set(results.values())
    others = [sheet for sheet in book.sheets if sheet.name not in ours]
    tables = {table.name for sheet in others for table in sheet.tables}
    names = {name for name, text in texts.items() if "!" not in name and not is_dead(text)
             and not any(_leads_to(text, title) for title in ours)}
    return Inventory(results, frozenset(sheet.name for sheet in others), frozenset(tables | names))


def _marked(texts: Mapping[str, str], mark: str) -> Iterator[tuple[str, str]]:
    """The sheets that have a name of their own, and what it says."""
    for name, text in texts.items():
        title, _, local = name.rpartition("!")
        if title and local == mark:
            yield title.strip("'").replace("''", "'"), text


def _leads_to(text: str, title: str) -> bool:
    return text.startswith((f"={title}!", f"={quoted(title)}!"))
