"""A workbook that exists, without Excel: its tables and settings read, its result pages written anew, everything else as it was."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.workbook import Workbook
from openpyxl.worksheet import _reader
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from clvxl.errors import ClvError, OutputError, SourceError
from clvxl.excel import archive, clean, storage
from clvxl.excel.anchors import CELLS, TABLES, name_of
from clvxl.excel.aside import Aside, set_aside
from clvxl.excel.brought import NOT_OURS, USE_TEMPLATE, Brought, Formula, Results
from clvxl.excel.file import FORCE, fill
from clvxl.excel.losses import losses, results
from clvxl.excel.page import Area, Book
from clvxl.excel.parts import Computed, computed, has_marked_up_texts
from clvxl.excel.placing import Inventory, is_dead, placed
from clvxl.excel.renaming import rename
from clvxl.excel.stale import Places, outdated
from clvxl.ledger import Opened, opened
from clvxl.ledger.pages import RESULT, page_of
from clvxl.ledger.safety import check_workbook
from clvxl.ledger.sources import locate
from clvxl.report.model import Value
from clvxl.words import LANGUAGES, Text, enumeration

ENDINGS = (".xlsx", ".xlsm")
_KIND = Text("{file} is no workbook that can be refreshed.", "{file} ist keine Mappe, die sich aktualisieren lässt.")
_SAVE_AS = Text("Open it in Excel and save it as .xlsx or .xlsm.", "In Excel öffnen und als .xlsx oder .xlsm speichern.")
_BROKEN = Text("{file} cannot be read as a workbook ({why}).", "{file} ist nicht als Arbeitsmappe lesbar ({why}).")
_LOST = Text("{file} holds what would be lost without Excel: {what_en}.", "{file} enthält, was ohne Excel verloren ginge: {what_de}.")
_ELSEWHERE = Text("Refresh it in Excel, name another file with -o, or accept the loss with --allow-loss.",
                  "In Excel aktualisieren, mit -o eine andere Datei nennen oder den Verlust mit --allow-loss hinnehmen.")
_EXISTS = Text("{path} exists already.", "{path} gibt es schon.")
_NO_VALUE = Text("In {file} the formula in {cell} has no value yet.", "In {file} hat die Formel in {cell} noch keinen Wert.")
_OPEN_ONCE = Text("Open the workbook in Excel once and save it.", "Die Mappe einmal in Excel öffnen und speichern.")
_MACROS = Text("{path} has another ending than {file}, so Excel would not open it.",
               "{path} endet anders als {file}, Excel würde die Datei nicht öffnen.")
_SAME_ENDING = Text("Please give it the same ending.", "Bitte dieselbe Endung verwenden.")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workbook in memory, what its formulas computed when it was saved, long tables apart, and what will be lost when it is written."""

    path: Path
    workbook: Workbook
    computed: Computed
    asides: Mapping[str, Aside]
    lost: tuple[Text, ...]


def load(path: Path, target: Path, *, allow_loss: bool = False, force: bool = False) -> Loaded:
    """A workbook that will be written to the target: in its own place only if nothing is lost, over another file only by force.

    Raises: SourceError, OutputError.
    """
    if path.suffix.lower() not in ENDINGS and path.exists():
        raise SourceError(_KIND, _SAVE_AS, file=path.name)
    locate([str(path)])
    if path.suffix.lower() != target.suffix.lower():
        raise OutputError(_MACROS, _SAME_ENDING, file=path.name, path=target)
    storage.check(target, path.suffix.lower())
    in_place = target.exists() and target.samefile(path)
    if target.exists() and not in_place and not force:
        raise OutputError(_EXISTS, FORCE, path=target)
    with _explained(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what will be lost, we know more
        check_workbook(path)
        lost = losses(path)
        if lost and in_place and not allow_loss:
            what = {language: enumeration([each.say(language) for each in lost], language) for language in LANGUAGES}
            raise OutputError(_LOST, _ELSEWHERE, file=path.name, what_en=what["en"], what_de=what["de"])
        with ZipFile(path) as parts, _read_quickly():
            slim, asides = set_aside(parts, {sheet.title for sheet in results(parts)})
            workbook: Any = load_workbook(slim, keep_vba=path.suffix.lower() == ".xlsm", rich_text=has_marked_up_texts(parts))
            if workbook.vba_archive:
                workbook.vba_archive = ZipFile(BytesIO(path.read_bytes()))  # openpyxl leaves its own open for writing
            return Loaded(path, workbook, computed(parts), asides, tuple(lost))


@contextmanager
def _read_quickly() -> Iterator[None]:
    """Lets openpyxl read sheets with the parser that is written in C: :func:`check_workbook` found no entities that could grow."""
    reader: Any = _reader
    careful, reader.iterparse = reader.iterparse, ElementTree.iterparse
    try:
        yield
    finally:
        reader.iterparse = careful


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Whatever a library has to say about a broken file, the user reads in a sentence."""
    try:
        yield
    except (ClvError, MemoryError):
        raise
    except Exception as error:  # on a broken file openpyxl raises anything
        why = str(error).splitlines()[0].strip(" .") if str(error) else type(error).__name__
        raise SourceError(_BROKEN, _SAVE_AS, file=path.name, why=why) from error


# --- reading


def read(loaded: Loaded) -> Brought:
    """The tables and the cells of the settings, found by their names.

    Raises: SourceError.
    """
    tables = {table.name: (sheet, table) for sheet in loaded.workbook.worksheets for table in sheet.tables.values()}
    found = tuple(_table(loaded, kind, *tables[name]) for kind, name in TABLES.items() if name in tables)
    cells = {key: _value(loaded, *place) for key in CELLS if (place := _place(loaded.workbook, name_of(key)))}
    if not found and not cells:
        raise SourceError(NOT_OURS, USE_TEMPLATE, book=loaded.path.name)
    return Brought(loaded.path.name, str(loaded.path.parent), found, cells)


def _table(loaded: Loaded, kind: Any, sheet: Worksheet, table: Table) -> Opened:
    area = _area(table.ref)
    columns, last = range(area.left, area.right + 1), area.bottom - (table.totalsRowCount or 0)
    aside = loaded.asides.get(sheet.title, Aside())
    apart = aside.values(loaded.workbook, area.top, last)
    rows = ([apart.get((row, column)) if row in aside.rows else _value(loaded, sheet, row, column) for column in columns]
            for row in range(area.top, last + 1))
    return opened(f"{loaded.path.name}#{sheet.title}", kind, area.top, rows)


def _value(loaded: Loaded, sheet: Worksheet, row: int, column: int) -> object:
    """What a cell shows; of a formula, what it computed."""
    aside = loaded.asides.get(sheet.title)
    if aside and row in aside.rows:
        return aside.values(loaded.workbook, row, row).get((row, column))
    cell: Any = sheet._cells.get((row, column))
    if cell is None or cell.data_type == "e":
        return None
    if cell.data_type != "f":
        return cell.value
    kept = loaded.computed.get(sheet.title, {}).get((row, column))
    if kept is None:
        raise SourceError(_NO_VALUE, _OPEN_ONCE, file=loaded.path.name, cell=f"{sheet.title}!{cell.coordinate}")
    is_day = isinstance(kept.value, float) and is_date_format(cell.number_format)
    return from_excel(kept.value, loaded.workbook.epoch) if is_day else kept.value


def _place(workbook: Workbook, name: str) -> tuple[Worksheet, int, int] | None:
    """The first cell that a defined name stands for."""
    found = workbook.defined_names.get(name)
    for title, address in found.destinations if found is not None else ():
        sheet = workbook[title] if title in workbook.sheetnames else None
        if isinstance(sheet, Worksheet):
            return sheet, _area(address).top, _area(address).left
    return None


def _area(address: str) -> Area:
    left, top, right, bottom = (each or 1 for each in range_boundaries(address))
    return Area(top, left, bottom, right)


# --- writing


def write(made: Results, loaded: Loaded, target: Path) -> Path:
    """Puts the results in, and the file in its place as a whole.

    Raises: OutputError.
    """
    storage.replace(target, pack(made, loaded))
    return target


def pack(made: Results, loaded: Loaded, *, sealed: bool = False) -> bytes:
    """The workbook with the results, as the bytes of a file; with a seal if all of it is ours."""
    workbook = loaded.workbook
    old = _results(workbook)
    book = placed(made, _inventory(workbook, old))
    sheets = _make_room(workbook, book, old)
    values: dict[str, archive.Values] = {**loaded.computed, **fill(workbook, book, sheets)}
    changed = _put(workbook, made.cells)
    for title, places in outdated(workbook, [*old.values(), *(sheet.title for sheet in sheets)], changed).items():
        values[title] = {place: value for place, value in values.get(title, {}).items() if place not in places}
    workbook.calculation.fullCalcOnLoad = True
    asides = {title: replace(aside, renewed=changed.get(title, ())) for title, aside in loaded.asides.items()}
    return archive.pack(workbook, values, asides, sealed=sealed)


def _results(workbook: Workbook) -> dict[str, str]:
    """Key of a page -> the sheet that holds it."""
    marked = ((sheet.title, sheet.defined_names[RESULT].attr_text) for sheet in workbook.worksheets if RESULT in sheet.defined_names)
    return {key: title for title, text in marked if (key := page_of(text or "", title))}


def _inventory(workbook: Workbook, old: Mapping[str, str]) -> Inventory:
    ours = set(old.values())
    others = [sheet for sheet in workbook.worksheets if sheet.title not in ours]
    tables = {name for sheet in others for name in sheet.tables}
    names = {name for name, found in workbook.defined_names.items() if not is_dead(found.attr_text or "")
             and not any(title in ours for title, _ in found.destinations)}
    return Inventory(old, frozenset(set(workbook.sheetnames) - ours), frozenset(tables | names))


def _make_room(workbook: Workbook, book: Book, old: Mapping[str, str]) -> list[Worksheet]:
    """An empty sheet for each page: where the old one was, or else behind the page before it."""
    order: list[Any] = list(workbook._sheets)  # type: ignore[attr-defined]  # the order of all kinds of sheets
    before = {key: workbook[title] for key, title in old.items()}
    rename(workbook, {old[page.key]: page.name for page in book.pages if old.get(page.key, page.name) != page.name})
    active, last = workbook.active, order[-1]
    for sheet in before.values():
        workbook.remove(sheet)
    made = []
    for page in book.pages:
        sheet = workbook.create_sheet(page.name)
        if page.key in before:
            _take_over(sheet, before[page.key])
            order[order.index(before[page.key])] = sheet
            active = sheet if active is before[page.key] else active
        else:
            order.insert(order.index(last) + 1, sheet)
        made.append(sheet)
        last = sheet
    workbook._sheets = order  # type: ignore[attr-defined]  # openpyxl has no other way to move one
    workbook.active = order.index(active)
    for sheet in made:
        sheet.sheet_view.tabSelected = sheet is active
    return made


def _take_over(sheet: Worksheet, before: Worksheet) -> None:
    """What belongs to the place rather than to the page: whether it is shown, its colour, and the name by which macros know it."""
    sheet.sheet_state = before.sheet_state
    sheet.sheet_properties.tabColor, sheet.sheet_properties.codeName = before.sheet_properties.tabColor, before.sheet_properties.codeName
    sheet.sheet_view.zoomScale = before.sheet_view.zoomScale
    for name, found in before.defined_names.items():
        if name != RESULT:
            sheet.defined_names[name] = found


def _put(workbook: Workbook, cells: Mapping[str, tuple[Value | Formula, ...]]) -> dict[str, Places]:
    """Writes the cells that have a name and those below them; gives back where they are."""
    changed: dict[str, Places] = {}
    for name, values in cells.items():
        place = _place(workbook, name)
        for down, value in enumerate(values if place else ()):
            sheet, row, column = place  # type: ignore[misc]  # it is there
            cell: Any = sheet.cell(row + down, column)
            stored = value.text if isinstance(value, Formula) else clean.stored(value)
            cell.value = None
            if isinstance(value, Formula):
                cell.value = value.text
            elif isinstance(stored, str):
                cell._value, cell.data_type, cell.quotePrefix = clean.escaped(stored), "s", clean.is_doubtful(stored)
            else:
                cell._value = stored
            changed.setdefault(sheet.title, set()).add((row + down, column))
    return changed
