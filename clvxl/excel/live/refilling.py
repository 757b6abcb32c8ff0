"""One refresh of an open workbook, step by step, with the way back.

Excel has no transactions. So everything is computed and laid out before the first cell is touched; each old page is copied to a hidden
sheet before its own is written; and whatever is changed is noted with what undoes it. Only when all pages, names and charts are in are
the copies thrown away, and the last touches done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from clvxl.errors import OutputError
from clvxl.excel.areas import extent
from clvxl.excel.brought import Formula
from clvxl.excel.live import charts, desktop
from clvxl.excel.live.cells import entered, write_cells
from clvxl.excel.live.finish import touches
from clvxl.excel.live.journal import Journal, Step, tried
from clvxl.excel.live.reading import target, workbook_names
from clvxl.excel.live.rules import write_rules
from clvxl.excel.live.snapshot import as_written, bare, put_back, taken
from clvxl.excel.live.tables import make_way, unfilter, write_tables
from clvxl.excel.page import Book, Page
from clvxl.ledger.pages import RESULT, mark
from clvxl.report.model import Value
from clvxl.words import Text

if TYPE_CHECKING:
    import xlwings as xw
    from xlwings.main import Chart

Say = Callable[[Text], None]
SPARE = "clvxl_before"  # a name of the hidden sheets that hold old pages while new ones are written
_WRITING = Text("Writing {page} …", "{page} wird geschrieben …")
_DAMAGED = Text("Excel refused the results, and then also to take the old ones back ({why}).",
                "Excel hat die Ergebnisse abgelehnt und dann auch die alten nicht zurückgenommen ({why}).")
_OPEN_AGAIN = Text("Please do not save {book}, but close it and open it again: the file is as it was.",
                   "Bitte {book} nicht speichern, sondern schließen und neu öffnen: Die Datei ist, wie sie war.")


class Written(NamedTuple):
    """The names of the result sheets, and the last touches that Excel refused."""

    sheets: tuple[str, ...]
    refused: tuple[str, ...]


class Refilling:
    """The sheets of the pages, what belongs to them, and the journal."""

    def __init__(self, book: xw.Book, laid_out: Book, results: Mapping[str, str], names: Mapping[str, str],
                 left_over: Sequence[str]) -> None:
        self.book, self.laid_out, self.names = book, laid_out, names
        self.journal, self.day_zero = Journal(), desktop.day_zero(book)
        self.before = {key: book.sheets[title] for key, title in results.items()}
        self.sheets: dict[str, xw.Sheet] = {}
        self.spares = [book.sheets[title] for title in left_over]  # where an earlier refresh was cut off
        self.charts: dict[str, list[Chart]] = {}
        self.old_charts: list[Chart] = []

    def run(self, cells: Mapping[str, tuple[Value | Formula, ...]], say: Say) -> Written:
        """Everything that counts, or nothing; then the last touches."""
        try:
            self._make_room()
            self._define_names()
            for page in self.laid_out.pages:
                say(Text(*(text.format(page=page.name) for text in _WRITING)))
                self._write(page)
            self._put(cells)
        except BaseException as error:
            self._take_back(error)
            raise
        return self._finish()

    # --- what counts

    def _make_room(self) -> None:
        """A sheet for each page, where the page was or behind the page before it, under its name and with its mark."""
        self._give_way()
        last = self.book.sheets[-1]
        for page in self.laid_out.pages:
            sheet = self.before.get(page.key)
            if sheet is None:
                sheet = self.book.sheets.add(after=last)
                self.journal.undo_by(sheet.delete)
            if sheet.name != page.name:
                self._rename(sheet, page.name)
            self._note(sheet, page)
            self.sheets[page.key] = last = sheet

    def _give_way(self) -> None:
        """Of pages that are called otherwise now, none may have the new name of another."""
        wanted = {page.key: page.name for page in self.laid_out.pages}
        taken_names = {sheet.name for sheet in self.before.values()}
        for key, sheet in self.before.items():
            if wanted[key] != sheet.name and wanted[key] in taken_names:
                self._rename(sheet, f"{SPARE} {key}"[:31])

    def _rename(self, sheet: xw.Sheet, name: str) -> None:
        before = sheet.name
        sheet.name = name
        self.journal.undo_by(lambda: setattr(sheet, "name", before))

    def _note(self, sheet: xw.Sheet, page: Page) -> None:
        """The mark by which the sheet is known next time."""
        before = next((name.refers_to for name in sheet.names if name.name.rpartition("!")[2] == RESULT), None)
        if before != mark(page.key, page.name):
            sheet.names.add(RESULT, mark(page.key, page.name))
            if before is not None:
                self.journal.undo_by(lambda: sheet.names.add(RESULT, before))

    def _define_names(self) -> None:
        """The names of the inputs, before any formula uses them."""
        for name, text in self.laid_out.all_names():
            refers_to, before = f"={text.removeprefix('=')}", self.names.get(name)
            if before != refers_to:
                self.book.names.add(name, refers_to)
                self.journal.undo_by(partial(self._undefine, name, before))

    def _undefine(self, name: str, before: str | None) -> None:
        if before is None:
            self.book.names[name].delete()
        else:
            self.book.names.add(name, before)

    def _write(self, page: Page) -> None:
        sheet, kept = self.sheets[page.key], []
        if page.key in self.before:
            self._save(sheet)
            sheet.cells.unmerge()  # Excel moves nothing into a part of merged cells, neither there nor back
            kept = make_way(sheet, page, self.journal)
            bare(sheet, extent(page))
        write_cells(sheet, page, self.day_zero)
        write_tables(sheet, page, kept, self.journal)
        self.journal.undo_by(sheet.cells.unmerge)
        write_rules(sheet, page)
        self._draw(sheet, page)

    def _save(self, sheet: xw.Sheet) -> None:
        """A copy of the old page on a sheet of its own, out of sight."""
        if desktop.unprotect(sheet):
            self.journal.undo_by(lambda: desktop.shut(sheet))
        unfilter(sheet, self.journal)
        spare = self.book.sheets.add(after=self.book.sheets[-1])
        self.spares.append(spare)
        spare.visible = False
        spare.names.add(SPARE, "=1")
        snapshot = taken(sheet, spare)
        self.journal.undo_by(lambda: put_back(snapshot))

    def _draw(self, sheet: xw.Sheet, page: Page) -> None:
        """The new charts beside the old ones, which go when all is well."""
        old = charts.ours(sheet) if page.key in self.before else []
        self.old_charts += old
        free = charts.free_numbers(chart.name for chart in old)
        made = self.charts[page.key] = []
        for picture in page.pictures:
            chart = charts.add_chart(sheet, picture, next(free))
            self.journal.undo_by(chart.delete)
            made.append(chart)

    def _put(self, cells: Mapping[str, tuple[Value | Formula, ...]]) -> None:
        """The cells that have a name, and those below them."""
        names = workbook_names(self.book)
        for name, values in cells.items():
            first = target(names[name]) if name in names else None
            if first is not None:
                block = first.resize(len(values), 1)
                before = as_written(block)
                block.value = [[value.text if isinstance(value, Formula) else entered(value, self.day_zero)] for value in values]
                self.journal.undo_by(partial(setattr, block, "formula", before))

    # --- how it ends

    def _take_back(self, error: BaseException) -> None:
        """The old results; their copies go only when they are back."""
        if refused := self.journal.undo():
            raise OutputError(_DAMAGED, _OPEN_AGAIN, why=str(refused[0]), book=self.book.name) from error
        for spare in self.spares:
            tried(spare.delete)

    def _finish(self) -> Written:
        """Away with copies and old charts; then what may fail without a loss."""
        away = [*(spare.delete for spare in self.spares), *(chart.delete for chart in self.old_charts)]
        steps: list[tuple[str, Step]] = [("old page", step) for step in away]
        steps += [(f"{page.name}, {what}", step) for page in self.laid_out.pages
                  for what, step in touches(self.sheets[page.key], page, self.laid_out, self.charts[page.key])]
        refused = tuple(f"{what}: {error}" for what, step in steps if (error := tried(step)))
        return Written(tuple(page.name for page in self.laid_out.pages), refused)
