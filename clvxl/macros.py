"""DOOR buttons: one function for each. VBA calls them by name; nothing that goes wrong here leaves Excel changed or silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import xlwings as xw

from clvxl import CATALOG, __version__
from clvxl.bugs import BUG, logged
from clvxl.errors import ClvError, SourceError
from clvxl.excel import live
from clvxl.excel.anchors import chosen, name_of
from clvxl.excel.live.quiet import tell
from clvxl.excel.live.reading import target, workbook_names
from clvxl.words import Language, Text, number

_TITLE = "clvxl"
_AS_BEFORE = Text("The results are as they were.", "Die Ergebnisse sind, wie sie waren.")
_BUSY = Text("Excel is busy: please finish the cell that is being edited, or close the open dialog, and press again.",
             "Excel ist beschäftigt: bitte die Eingabe in der Zelle beenden oder den offenen Dialog schließen und erneut drücken.")
_REFUSED = Text("Excel refused. The details are in {log}", "Excel hat abgelehnt. Einzelheiten stehen in {log}")
_EXCEL = {"ExcelBusyError": _BUSY, "com_error": _REFUSED, "CommandError": _REFUSED}  # by name: each system has its own
_ALL_GOOD = Text("Everything can be used: {rows} rows.", "Alles ist brauchbar: {rows} Zeilen.")
_FOUND = Text("{used} of {rows} rows can be used. What stands out:", "{used} von {rows} Zeilen sind brauchbar. Was auffällt:")
_MORE = Text("After a refresh the page Checks lists every row.", "Nach dem Aktualisieren nennt die Seite Prüfung jede Zeile.")
_SURE = Text("Take the results out of this workbook? Your tables, settings and own sheets stay.",
             "Die Ergebnisse aus dieser Mappe nehmen? Ihre Tabellen, Einstellungen und eigenen Blätter bleiben.")
_EMPTIED = Text("These sheets were emptied but stay, because your formulas or charts lead there: {sheets}.",
                "Diese Blätter sind geleert, bleiben aber, weil Ihre Formeln oder Diagramme dorthin führen: {sheets}.")
_SAVED = Text("The report is in {path}.", "Der Bericht liegt in {path}.")
_STEM, _NEW = Text("clv-report", "kundenwert-bericht"), Text("customer-value", "kundenwert")
_FILTER = Text("Excel workbook", "Excel-Arbeitsmappe")
_NO_SETTINGS = Text("{book} has no settings.", "{book} hat keine Einstellungen.")
_MAKE_ONE = Text("New from template makes a workbook that has.", "Neu aus Vorlage legt eine Mappe an, die welche hat.")
_FUNCTIONS = Text("Type = and one of these names into a cell: {names}.", "In eine Zelle = und einen dieser Namen schreiben: {names}.")
_HELP = Text(
    "1. Paste your customers into Data; orders and marketing spend may join them.\n"
    "2. Check the Settings.\n"
    "3. Refresh: the result pages come behind your sheets. They are written anew each time, so keep notes on sheets of your own.\n\n"
    "Check data says what would be left out. Save report as … makes a workbook without macros for colleagues. "
    "Clear results takes the pages out again.\n\n"
    "Functions such as =CLV(margin, revenue, years) are in Excel's function wizard under CLV. "
    "If something does not work, run clvxl doctor in a terminal.",
    "1. Kunden in Daten einfügen; Aufträge und Marketingausgaben dürfen dazukommen.\n"
    "2. Einstellungen prüfen.\n"
    "3. Aktualisieren: Die Ergebnisseiten kommen hinter Ihre Blätter. Sie werden jedes Mal neu geschrieben, Notizen also auf eigenen "
    "Blättern machen.\n\n"
    "Daten prüfen sagt, was weggelassen würde. Bericht speichern als … macht eine Mappe ohne Makros für Kollegen. "
    "Ergebnisse löschen nimmt die Seiten wieder heraus.\n\n"
    "Funktionen wie =CLV(Marge; Umsatz; Jahre) stehen im Funktionsassistenten unter CLV. "
    "Wenn etwas nicht geht: clvxl doctor in einem Terminal.",
)
_FUNCTION_WIZARD, _GERMAN, _INTERFACE = 450, 7, 2  # Excel's own numbers
_MOST_REASONS = 8


class Press(NamedTuple):
    """A button that was pressed: in which workbook, and in which language to answer."""

    book: xw.Book
    language: Language

    def tell(self, doing: Text) -> None:
        """Says what is going on, at the bottom of the window."""
        tell(self.book, doing.say(self.language))


def refresh() -> None:
    """Computes the results anew and writes them into the workbook."""
    _answer(_refresh)


def check_data() -> None:
    """Says what could not be used, before anything is computed."""
    _answer(_check)


def clear_results() -> None:
    """Takes the results out of the workbook."""
    _answer(_clear)


def save_report() -> None:
    """Writes the report to a workbook of its own, without macros."""
    _answer(_save)


def show_help() -> None:
    """Says how it works."""
    _answer(lambda press: _HELP.say(press.language))


def new_from_template() -> None:
    """Opens a fresh template."""
    _answer(_new)


def open_settings() -> None:
    """Shows the settings of the workbook."""
    _answer(_settings)


def insert_function() -> None:
    """Opens Excel's function wizard."""
    _answer(_wizard)


def _answer(work: Callable[[Press], str | None]) -> None:
    """Does what a button is for; says what came of it, or what went wrong, in a sentence."""
    book = xw.Book.caller()
    press = Press(book, _language(book))
    try:
        said, mode = work(press), "info"
    except ClvError as error:
        said, mode = error.say(press.language), "critical"
    except Exception as error:  # a bug, or an Excel that refuses: what was written has been taken back, and the details are kept
        what = _EXCEL.get(type(error).__name__, BUG)
        log = None if what is _BUSY else logged(error)
        said, mode = "\n".join(text.say(press.language, log=log) for text in (what, _AS_BEFORE)), "critical"
    finally:
        tell(book, False)
    if said:
        book.app.alert(said, _TITLE, "ok", mode)


def _language(book: xw.Book) -> Language:
    """The language that the workbook is set to, else that of Excel itself."""
    with suppress(Exception):
        cell = target(workbook_names(book)[name_of("language")])
        return chosen({"language": None if cell is None else cell.value}).settings.language
    with suppress(Exception):
        return "de" if book.app.api.LanguageSettings.LanguageID(_INTERFACE) & 0x3FF == _GERMAN else "en"
    return "en"


def _refresh(press: Press) -> None:
    from clvxl.refresh import refreshed

    live.write(refreshed(live.read(press.book), __version__, press.tell), press.book, press.tell)


def _check(press: Press) -> str:
    from clvxl.refresh import READING, ledger_of

    press.tell(READING)
    brought = live.read(press.book)
    from clvxl.ledger import RULES

    ledger, language = ledger_of(brought, chosen(brought.cells)), press.language
    rows, used = sum(each.rows_in for each in ledger.sources), sum(each.rows_used for each in ledger.sources)
    if not ledger.counts:
        return _ALL_GOOD.say(language, rows=number(rows, language))
    reasons: Counter[str] = Counter()
    for (_, rule), count in ledger.counts.items():
        reasons[rule] += count
    lines = [f"{number(count, language)} × {RULES[rule].reason.say(language)}" for rule, count in reasons.most_common(_MOST_REASONS)]
    return "\n".join([_FOUND.say(language, used=number(used, language), rows=number(rows, language)), *lines, "", _MORE.say(language)])


def _clear(press: Press) -> str | None:
    if press.book.app.alert(_SURE.say(press.language), _TITLE, "yes_no", "info") == "no":
        return None
    emptied = live.clear(press.book, press.language).emptied
    return _EMPTIED.say(press.language, sheets=", ".join(emptied)) if emptied else None


def _save(press: Press) -> str | None:
    path = _place(press, _STEM.say(press.language), ".xlsx")
    if path is None:
        return None
    from clvxl.excel.file import write
    from clvxl.excel.lambdas import lambda_names
    from clvxl.refresh import analysed
    from clvxl.report import report

    write(replace(report(analysed(live.read(press.book), press.tell), __version__), names=lambda_names()), path)
    return _SAVED.say(press.language, path=path)


def _new(press: Press) -> None:
    path = _place(press, _NEW.say(press.language), ".xlsm")
    if path is not None:
        from clvxl.excel.template.book import write

        write(path, press.language)
        press.book.app.books.open(path)


def _place(press: Press, stem: str, ending: str) -> Path | None:
    """Where to write: as the user says; where nobody can be asked, beside the workbook under a name that is free."""
    folder = Path(press.book.fullname).parent
    folder = folder if "://" not in press.book.fullname and folder.is_dir() and folder.is_absolute() else Path.home()
    free = next(path for path in (folder / f"{stem}{number}{ending}" for number in ("", *range(2, 10_000))) if not path.exists())
    try:
        asked = press.book.app.api.GetSaveAsFilename(str(free), f"{_FILTER.say(press.language)} (*{ending}), *{ending}")
    except AttributeError:
        return free
    return Path(asked) if isinstance(asked, str) else None


def _settings(press: Press) -> None:
    names = workbook_names(press.book)
    cell = target(names[name_of("language")]) if name_of("language") in names else None
    if cell is None:
        raise SourceError(_NO_SETTINGS, _MAKE_ONE, book=press.book.name)
    cell.sheet.activate()


def _wizard(press: Press) -> str | None:
    with suppress(AttributeError):
        press.book.app.api.Dialogs(_FUNCTION_WIZARD).Show()
        return None
    return _FUNCTIONS.say(press.language, names=", ".join(CATALOG))
