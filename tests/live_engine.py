"""An engine for xlwings that keeps its workbooks in openpyxl, counts what it is asked to do, and can refuse any one thing once.

It knows the rules of Excel that writing into an open workbook meets: what it makes of a typed text, which names and sheets may not be,
what tables and merged cells forbid, and that a reference follows its sheet through a new name and dies with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import copy
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from live_clerk import CLERK, RefusedError
from live_com import NOTHING, com_app, com_book, com_chart, com_name, com_range, com_sheet, com_table, mac_book, mac_sheet, mac_table
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import ColorScale, DataBar, FormatObject, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.cell import get_column_letter, quote_sheetname, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation as Validation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table as ListObject
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import base_classes

LONGEST_ADDRESS, LONGEST_IN_BLOCK, LONGEST_NAME = 255, 8_203, 31
FIRST_WIDTH, FIRST_HEIGHT = 8.43, 15.0
EDGES = {"edge_top": "top", "edge_bottom": "bottom", "edge_left": "left", "edge_right": "right"}
STYLES = {("continuous", "hairline"): "hair", ("continuous", "thin"): "thin", ("continuous", "medium"): "medium",
          ("continuous", "thick"): "thick"}


def counted(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def inside(*args: Any, **kwargs: Any) -> Any:
        try:
            CLERK.enter(what)
            return function(*args, **kwargs)
        finally:
            CLERK.leave()

    return inside


class Counting(type):
    """Counts every public method and property of a class."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> type:
        for key, value in list(space.items()):
            if key.startswith("_") and key not in {"__call__", "__len__", "__contains__"}:
                continue
            if isinstance(value, property):
                get = value.fget and counted(f"{name}.{key}", value.fget)
                space[key] = property(get, value.fset and counted(f"{name}.{key} =", value.fset))
            elif callable(value) and not isinstance(value, staticmethod | type):
                space[key] = counted(f"{name}.{key}", value)
        return super().__new__(mcs, name, bases, space)


def hexed(colour: Any) -> str:
    """FFRRGGBB of a colour said as a text or as three numbers."""
    return f"FF{colour.lstrip('#').upper()}" if isinstance(colour, str) else "FF" + "".join(f"{part:02X}" for part in colour)


class Engine:
    name, type = "openpyxl", "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)
        self.desktop = True  # whether it is Excel for Windows; below the public interface, the one for the Mac has little

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        if value is None:
            return ""
        assert not isinstance(value, date | datetime), "Excel would choose a format of its own"
        return value

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool) -> Any:
        return [[empty_as if cell in ("", None) else cell for cell in row] for row in data]


class Apps:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.listed = engine, [App(engine)]

    def keys(self) -> list[int]:
        return [1]

    def __iter__(self) -> Iterator[App]:
        return iter(self.listed)

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        return self.listed[0]


class Kept:
    """A property of the application that can be read and set."""

    def __init__(self, start: Any) -> None:
        self.start = start

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, app: App, owner: type | None = None) -> Any:
        CLERK.once(f"App.{self.name}")
        return app.state.get(self.name, self.start)

    def __set__(self, app: App, value: Any) -> None:
        CLERK.once(f"App.{self.name} =")
        app.state[self.name] = value
        app.history.append((self.name, value))


class App(metaclass=Counting):
    screen_updating, enable_events, display_alerts, calculation = Kept(True), Kept(True), Kept(True), Kept("automatic")
    status_bar, cut_copy_mode, interactive, visible = Kept(False), Kept(False), Kept(True), Kept(True)

    def __init__(self, engine: Engine) -> None:
        self.engine, self.state, self.history, self.clipboard = engine, {}, [], None
        self.books = Books(self)
        self.pid, self.version, self.hwnd = 1, "16.0", 1
        self.alerts: list[tuple[str, str]] = []
        self.answer, self.place, self.asked, self.spoken = "ok", False, [], 1033
        self.com = com_app(self)

    @property
    def api(self) -> Any:
        return self.com if self.engine.desktop else NOTHING

    def activate(self, steal_focus: bool = False) -> None:
        pass

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Any) -> str:
        self.alerts.append((prompt, mode))
        return self.answer


class Books(metaclass=Counting):
    def __init__(self, app: App) -> None:
        self.app, self.listed = app, []

    def __call__(self, name_or_index: Any) -> Book:
        for index, book in enumerate(self.listed, 1):
            if name_or_index in (book.name, index):
                return book
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self.listed)

    def __iter__(self) -> Iterator[Book]:
        return iter(self.listed)

    @property
    def active(self) -> Book:
        return self.listed[-1]

    def open(self, fullname: Any, *_: Any) -> Book:
        path = Path(str(fullname))
        workbook = load_workbook(path, keep_vba=path.suffix == ".xlsm")
        if workbook.vba_archive:
            workbook.vba_archive = ZipFile(BytesIO(path.read_bytes()))  # openpyxl leaves its own open for writing
        book = Book(self.app, workbook, path)
        self.listed.append(book)
        return book


class Book(metaclass=Counting):
    def __init__(self, app: App, workbook: Workbook, path: Path) -> None:
        self.app, self.workbook, self.path = app, workbook, path
        self.sheets, self.names = Sheets(self), Names(self, None)
        self.com = com_book(self)
        self.charts: dict[int, list[Any]] = {}
        self.protected: dict[int, dict[str, Any]] = {}

    @property
    def api(self) -> Any:
        return self.com if self.app.engine.desktop else mac_book(self)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def fullname(self) -> str:
        return str(self.path)

    def activate(self) -> None:
        pass

    def save(self, path: Any = None, password: Any = None) -> None:
        self.workbook.save(path or self.path)

    def close(self) -> None:
        self.app.books.listed.remove(self)

    def of(self, sheet: Worksheet) -> Sheet:
        return Sheet(self, sheet)

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Changes all formulas and names, as Excel does when what they refer to is renamed or gone."""
        for sheet in self.workbook.worksheets:
            for cell in sheet._cells.values():
                if cell.data_type == "f" and isinstance(cell._value, str):
                    cell._value = change(cell._value)
            for found in sheet.defined_names.values():
                found.value = change(found.value)
        for found in self.workbook.defined_names.values():
            found.value = change(found.value)


def mentions(title: str) -> re.Pattern[str]:
    """References to a sheet in a formula, with and without quotation marks."""
    quoted = re.escape("'" + title.replace("'", "''") + "'!")
    return re.compile(rf"{quoted}|(?<![\w'.])" + re.escape(title) + "!")


class Sheets(metaclass=Counting):
    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def _listed(self) -> list[Worksheet]:
        return self.book.workbook.worksheets

    def __call__(self, name_or_index: Any) -> Sheet:
        for index, sheet in enumerate(self._listed, 1):
            if name_or_index == index or (isinstance(name_or_index, str) and sheet.title.casefold() == name_or_index.casefold()):
                return Sheet(self.book, sheet)
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[Sheet]:
        return iter([Sheet(self.book, sheet) for sheet in self._listed])

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.workbook.active)

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> Sheet:
        if self.book.com.state["ProtectStructure"]:
            raise RefusedError("the workbook is protected")
        workbook = self.book.workbook
        sheet = workbook.create_sheet(name or f"Sheet{len(self._listed) + 1}", workbook.worksheets.index(after.sheet) + 1 if after else 0)
        workbook.active = workbook.worksheets.index(sheet)
        return Sheet(self.book, sheet)


class Sheet(metaclass=Counting):
    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet = book, sheet
        self.names, self.tables, self.charts = Names(book, sheet), Tables(book, sheet), Charts(book, sheet)

    @property
    def api(self) -> Any:
        return com_sheet(self) if self.book.app.engine.desktop else mac_sheet(self)

    @property
    def name(self) -> str:
        return self.sheet.title

    @name.setter
    def name(self, value: str) -> None:
        old = self.sheet.title
        taken = {each.title.casefold() for each in self.book.workbook.worksheets if each is not self.sheet}
        if value.casefold() in taken or len(value) > LONGEST_NAME:
            raise RefusedError(f"no sheet can be called {value}")
        active, order = self.book.workbook.active, list(self.book.workbook._sheets)
        self.sheet.title = value
        assert self.book.workbook._sheets == order
        assert self.book.workbook.active is active
        found = mentions(old)
        called = value if re.fullmatch(r"[^\W\d]\w*", value) else quote_sheetname(value)
        self.book.rewrite(lambda formula: found.sub(lambda _: f"{called}!", formula))

    @property
    def index(self) -> int:
        return self.book.workbook.worksheets.index(self.sheet) + 1

    def range(self, first: Any, second: Any = None) -> Range:
        if isinstance(first, tuple) and len(first) == 4:
            row, column, rows, columns = first
            return Range(self, [(row, column, row + rows - 1, column + columns - 1)])
        if second is not None:
            (one,), (other,) = self._areas(first), self._areas(second)
            return Range(self, [(min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))])
        return Range(self, self._areas(first))

    def _areas(self, given: Any) -> list[tuple[int, int, int, int]]:
        if isinstance(given, Range):
            return given.areas
        if isinstance(given, tuple):
            return [(given[0], given[1], given[0], given[1])]
        if len(given) > LONGEST_ADDRESS:
            raise RefusedError("the address is too long")
        areas = []
        for part in given.replace("$", "").split(","):
            left, top, right, bottom = range_boundaries(part)
            areas.append((top or 1, left or 1, bottom or 1_048_576, right or 16_384))
        return areas

    @property
    def cells(self) -> Range:
        return Range(self, [(1, 1, 1_048_576, 16_384)])

    @property
    def used_range(self) -> Range:
        filled = [place for place, cell in self.sheet._cells.items() if cell._value is not None or cell.has_style]
        rows, columns = zip(*filled, strict=True) if filled else ((1,), (1,))
        return Range(self, [(min(rows), min(columns), max(rows), max(columns))])

    def activate(self) -> None:
        if self.sheet.sheet_state != "visible":
            raise RefusedError("a hidden sheet cannot be shown")
        self.book.workbook.active = self.book.workbook.worksheets.index(self.sheet)

    def delete(self) -> None:
        workbook = self.book.workbook
        active = workbook.active
        workbook.remove(self.sheet)
        workbook.active = workbook.worksheets.index(active) if active is not self.sheet else 0
        found = mentions(self.sheet.title)
        self.book.rewrite(lambda formula: re.sub(found.pattern + r"[$A-Z0-9:]+", "#REF!", formula))

    @property
    def visible(self) -> bool:
        return self.sheet.sheet_state == "visible"

    @visible.setter
    def visible(self, value: bool) -> None:
        self.sheet.sheet_state = "visible" if value else "hidden"
        shown = [each for each in self.book.workbook.worksheets if each.sheet_state == "visible"]
        if self.book.workbook.active is self.sheet and not value:
            self.book.workbook.active = self.book.workbook.worksheets.index(shown[-1])

    @property
    def show_gridlines(self) -> bool:
        return bool(self.sheet.sheet_view.showGridLines)

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        if not self.visible:
            raise RefusedError("hidden sheets can't be activated")
        self.sheet.sheet_view.showGridLines = value

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self.sheet)


class PageSetup(metaclass=Counting):
    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    @property
    def print_area(self) -> str:
        return self.sheet.print_area

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        self.sheet.print_area = value


def typed(cell: Cell, given: Any) -> None:
    """What Excel makes of what is entered into a cell."""
    cell.hyperlink = None if given in ("", None) else cell.hyperlink
    if given in ("", None):
        cell.value, cell.quotePrefix = None, False
        return
    text = given if isinstance(given, str) else ""
    cell.quotePrefix = text.startswith("'")
    if cell.quotePrefix:
        cell._value, cell.data_type = text[1:], "s"
    elif text.startswith(("=", "+", "-", "@")) and len(text) > 1:
        cell._value, cell.data_type = "=" + text.lstrip("=+"), "f"
    elif text:
        guessed = _guess(text)
        cell._value, cell.data_type = guessed, "s" if isinstance(guessed, str) else "n"
    else:
        cell._value, cell.data_type = given, "n"


@cache
def _guess(text: str) -> Any:
    bare = text.strip().replace(",", "").strip("$€ %()")
    try:
        return float(bare)
    except ValueError:
        pass
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%b-%y", "%b %Y", "%B %Y", "%b %d", "%H:%M"):
        try:
            return (datetime.strptime(text.strip(), form) - datetime(1899, 12, 30)).days
        except ValueError:
            continue
    return {"TRUE": True, "FALSE": False}.get(text.strip().upper(), text)


class Range(metaclass=Counting):
    def __init__(self, sheet: Sheet, areas: list[tuple[int, int, int, int]]) -> None:
        self.parent, self.areas, self.options = sheet, areas, {}
        self.ws = sheet.sheet

    max_cells_per_read, max_cells_per_write = base_classes.DEFAULT_MAX_CELLS_PER_READ, base_classes.DEFAULT_MAX_CELLS_PER_WRITE

    # --- where

    @property
    def sheet(self) -> Sheet:
        return self.parent

    @property
    def api(self) -> Any:
        return com_range(self)

    @property
    def row(self) -> int:
        return self.areas[0][0]

    @property
    def column(self) -> int:
        return self.areas[0][1]

    @property
    def shape(self) -> tuple[int, int]:
        top, left, bottom, right = self.areas[0]
        return bottom - top + 1, right - left + 1

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    def __call__(self, row: int, column: int | None = None) -> Range:
        top, left, _, right = self.areas[0]
        if column is None:
            row, column = divmod(row - 1, right - left + 1)
            row, column = row + 1, column + 1
        return Range(self.parent, [(top + row - 1, left + column - 1, top + row - 1, left + column - 1)])

    @property
    def address(self) -> str:
        return ",".join(f"${get_column_letter(left)}${top}" + ("" if (top, left) == (bottom, right) else
                        f":${get_column_letter(right)}${bottom}") for top, left, bottom, right in self.areas)

    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:
        return f"{quote_sheetname(self.parent.name)}!{self.address}" if external else self.address

    def _places(self) -> Iterator[tuple[int, int]]:
        for top, left, bottom, right in self.areas:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield row, column

    def _there(self) -> Iterator[Cell]:
        """The cells that are there already; large ranges hold few."""
        for top, left, bottom, right in self.areas:
            for (row, column), cell in list(self.ws._cells.items()):
                if top <= row <= bottom and left <= column <= right:
                    yield cell

    def _writable(self) -> None:
        if self.ws.protection.sheet and any(self.ws.cell(*place).protection.locked for place in self._places()):
            raise RefusedError("the sheet is protected")

    # --- contents

    @property
    def raw_value(self) -> Any:
        top, left, bottom, right = self.areas[0]
        rows = [[_shown(self.ws, row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._enter(data)

    @property
    def formula(self) -> Any:
        top, left, bottom, right = self.areas[0]
        rows = tuple(tuple(_written(self.ws, row, column) for column in range(left, right + 1)) for row in range(top, bottom + 1))
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    @formula.setter
    def formula(self, data: Any) -> None:
        self._enter(data)

    def _enter(self, data: Any) -> None:
        self._writable()
        assert len(self.areas) == 1
        top, left, bottom, right = self.areas[0]
        rows = data if isinstance(data, list | tuple) else [[data]]
        assert (len(rows), len(rows[0])) == (bottom - top + 1, right - left + 1), "Excel would fill the rest with #N/A"
        block = len(rows) * len(rows[0]) > 1
        hidden = {place for area in self.ws.merged_cells.ranges for place in list(area.cells)[1:]}
        heads = {(row, column) for table in self.ws.tables.values() for row, column in _cells_of(table, heads=True)}
        for row, line in enumerate(rows, top):
            for column, value in enumerate(line, left):
                if isinstance(value, str) and block and len(value) > LONGEST_IN_BLOCK:
                    raise RefusedError("a text in a block is too long")
                if (row, column) in hidden:
                    continue
                cell = self.ws._cells.get((row, column))
                if cell is None:
                    if value in ("", None):
                        continue
                    cell = self.ws.cell(row, column)
                typed(cell, value)
                if (row, column) in heads:
                    _head_changed(self.ws, row, column)

    def clear_contents(self) -> None:
        self._writable() if len(self.areas) == 1 and len(self) < 10**6 else None
        for cell in self._there():
            typed(cell, None)

    def clear_formats(self) -> None:
        for cell in self._there():
            cell._style = StyleArray()
        inside = self._holds
        kept = ConditionalFormattingList()
        for ranges in self.ws.conditional_formatting:
            if not all(inside(*part.bounds) for part in ranges.sqref.ranges):
                for rule in ranges.rules:
                    kept.add(str(ranges.sqref), rule)
        self.ws.conditional_formatting = kept

    def _holds(self, left: int, top: int, right: int, bottom: int) -> bool:
        return any(a <= top and b <= left and bottom <= c and right <= d for a, b, c, d in self.areas)

    def copy(self, destination: Any = None) -> None:
        if destination is None:
            self.parent.book.app.clipboard = self
            return
        target = destination.impl
        _transfer(self, target, {"values", "formats", "validation", "tables", "links"})

    def paste(self, paste: str | None, operation: Any, skip_blanks: bool, transpose: bool) -> None:
        if self.parent.book.app.clipboard is None:
            raise RefusedError("nothing to paste")
        _transfer(self.parent.book.app.clipboard, self, {paste})

    def move(self, destination: Any) -> None:
        rows, columns = destination.impl.row - self.row, destination.impl.column - self.column
        top, left, bottom, right = self.areas[0]
        tables = [table for table in self.ws.tables.values() if self._holds(*range_boundaries(table.ref))]
        there = (top + rows, left + columns, bottom + rows, right + columns)
        for table in self.ws.tables.values():
            if table not in tables and _overlap(there, _bounds(table.ref)):
                raise RefusedError("tables cannot overlap")
        if any(_overlap(each, area) and not _within(area, each) for area in _merged(self.ws) for each in (there, self.areas[0])):
            raise RefusedError("that cannot be done to merged cells")
        cells = {place: self.ws._cells.pop(place) for place in list(self._places()) if place in self.ws._cells}
        for row, column in [(r, c) for r in range(there[0], there[2] + 1) for c in range(there[1], there[3] + 1)]:
            self.ws._cells.pop((row, column), None)
        for (row, column), cell in cells.items():
            cell.row, cell.column = row + rows, column + columns
            self.ws._cells[cell.row, cell.column] = cell
        for table in tables:
            a, b, c, d = _bounds(table.ref)
            _set_ref(table, (a + rows, b + columns, c + rows, d + columns))

    # --- looks

    def _restyle(self, change: Callable[[Cell], None]) -> None:
        known: dict[bytes, StyleArray] = {}
        pattern = Cell(self.ws, 1, 1)
        for row, column in self._places():
            cell = self.ws._cells.get((row, column)) or self.ws.cell(row, column)
            before = cell._style or StyleArray()
            key = before.tobytes()
            if key not in known:
                pattern._style = copy(before)
                change(pattern)
                known[key] = copy(pattern._style)
            cell._style = known[key]

    def _align(self, **changes: Any) -> None:
        def change(cell: Cell) -> None:
            now = {name: getattr(cell.alignment, name) for name in ("horizontal", "vertical", "wrap_text", "indent")}
            cell.alignment = Alignment(**(now | changes))

        self._restyle(change)

    @property
    def font(self) -> CellFont:
        return CellFont(self)

    @property
    def borders(self) -> Borders:
        return Borders(self)

    @property
    def color(self) -> Any:
        return None

    @color.setter
    def color(self, value: Any) -> None:
        fill = PatternFill("solid", fgColor=hexed(value)) if value else PatternFill()
        self._restyle(lambda cell: setattr(cell, "fill", fill))

    @property
    def number_format(self) -> str:
        return self.ws.cell(self.row, self.column).number_format

    @number_format.setter
    def number_format(self, value: str) -> None:
        code = {"m/d/yyyy": "mm-dd-yy"}.get(value, value)
        self._restyle(lambda cell: setattr(cell, "number_format", code))

    @property
    def horizontal_alignment(self) -> Any:
        return None

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        self._align(horizontal=value)

    @property
    def vertical_alignment(self) -> Any:
        return None

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self._align(vertical=value)

    @property
    def wrap_text(self) -> Any:
        return None

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._align(wrap_text=value or None)

    # --- sizes

    @property
    def column_width(self) -> float:
        return _width(self.ws, self.column)

    @column_width.setter
    def column_width(self, value: float) -> None:
        for _, left, _, right in self.areas:
            if right - left > 1_000:
                self.ws.column_dimensions.clear()
                return
            for column in range(left, right + 1):
                self.ws.column_dimensions[get_column_letter(column)].width = round(value + 0.71, 2)

    @property
    def row_height(self) -> float:
        return _height(self.ws, self.row)

    @row_height.setter
    def row_height(self, value: float) -> None:
        for top, _, bottom, _ in self.areas:
            if bottom - top > 100_000:
                self.ws.sheet_format.defaultRowHeight, self.ws.sheet_format.customHeight = value, True
                self.ws.row_dimensions.clear()
            else:
                for row in range(top, bottom + 1):
                    self.ws.row_dimensions[row].height = value

    @property
    def left(self) -> float:
        return sum((_width(self.ws, column) * 7 + 5) * 0.75 for column in range(1, self.column))

    @property
    def top(self) -> float:
        return sum(_height(self.ws, row) for row in range(1, self.row))

    @property
    def width(self) -> float:
        return sum((_width(self.ws, column) * 7 + 5) * 0.75 for column in range(self.areas[0][1], self.areas[0][3] + 1))

    @property
    def height(self) -> float:
        return sum(_height(self.ws, row) for row in range(self.areas[0][0], self.areas[0][2] + 1))

    @property
    def column_hidden(self) -> bool:
        return bool(self.ws.column_dimensions[get_column_letter(self.column)].hidden)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        for column in range(self.areas[0][1], self.areas[0][3] + 1):
            self.ws.column_dimensions[get_column_letter(column)].hidden = value

    def autofit(self, axis: str | None = None) -> None:
        for row in range(self.areas[0][0], self.areas[0][2] + 1):
            self.ws.row_dimensions.pop(row, None)

    # --- rules

    def merge(self, across: bool) -> None:
        top, left, bottom, right = self.areas[0]
        parts = [(row, left, row, right) for row in range(top, bottom + 1)] if across else [self.areas[0]]
        for part in parts:
            if any(_overlap(part, _bounds(table.ref)) for table in self.ws.tables.values()):
                raise RefusedError("cells of a table cannot be merged")
            filled = [place for place in Range(self.parent, [part])._places() if _shown(self.ws, *place) is not None]
            assert len(filled) <= 1, "Excel would throw values away"
            self.ws.merged_cells.add(_address(part))

    def unmerge(self) -> None:
        for area in list(self.ws.merged_cells.ranges):
            if self._holds(*area.bounds):
                self.ws.merged_cells.ranges.remove(area)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)

    @property
    def data_validation(self) -> DataValidation:
        return DataValidation(self)

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        cell = self.ws.cell(self.row, self.column)
        typed(cell, "'" + text_to_display if cell.quotePrefix else text_to_display)
        where = {"location": address[1:]} if address.startswith("#") else {"target": address}
        cell._hyperlink = Hyperlink(cell.coordinate, display=text_to_display, tooltip=screen_tip, **where)
        self._restyle(lambda each: setattr(each, "font", Font(name="Calibri", sz=11, u="single", color="FF0563C1")))

    @property
    def table(self) -> Any:
        return None


def _shown(ws: Worksheet, row: int, column: int) -> Any:
    cell = ws._cells.get((row, column))
    if cell is None or cell._value is None or cell.data_type == "e":
        return None
    if cell.data_type == "f":
        return ws.parent.computed.get((ws, row, column)) if hasattr(ws.parent, "computed") else None
    return cell.value if not isinstance(cell.value, int) or isinstance(cell.value, bool) else float(cell.value)


def _written(ws: Worksheet, row: int, column: int) -> str:
    cell = ws._cells.get((row, column))
    return "" if cell is None or cell._value is None else str(cell._value)


def _width(ws: Worksheet, column: int) -> float:
    letter = get_column_letter(column)
    return ws.column_dimensions[letter].width - 0.71 if letter in ws.column_dimensions else FIRST_WIDTH


def _height(ws: Worksheet, row: int) -> float:
    own = ws.row_dimensions[row].height if row in ws.row_dimensions else None
    return own or ws.sheet_format.defaultRowHeight or FIRST_HEIGHT


def _bounds(ref: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(ref)
    return top, left, bottom, right


def _address(area: tuple[int, int, int, int]) -> str:
    top, left, bottom, right = area
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _within(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return other[0] <= one[0] and one[2] <= other[2] and other[1] <= one[1] and one[3] <= other[3]


def _merged(ws: Worksheet) -> list[tuple[int, int, int, int]]:
    return [(part.min_row, part.min_col, part.max_row, part.max_col) for part in ws.merged_cells.ranges]


def _transfer(source: Range, target: Range, what: set[str | None]) -> None:
    """Copies cells of one range to another place."""
    (top, left, _, _), (row, column, _, _) = source.areas[0], target.areas[0]
    down, aside = row - top, column - left
    for place in source._places():
        cell = source.ws._cells.get(place)
        at = (place[0] + down, place[1] + aside)
        if cell is not None or at in target.ws._cells:
            _transfer_cell(cell, target.ws._cells.get(at) or target.ws.cell(*at), what)
    if "formats" in what:
        for area in source.ws.merged_cells.ranges:
            if source._holds(*area.bounds):
                moved = (area.min_row + down, area.min_col + aside, area.max_row + down, area.max_col + aside)
                target.ws.merged_cells.add(_address(moved))
        for ranges in source.ws.conditional_formatting:
            for rule in ranges.rules if _inside(source, ranges.sqref) else ():
                target.ws.conditional_formatting.add(str(ranges.sqref), rule)
    if "validation" in what:
        for check in (check for check in source.ws.data_validations.dataValidation if _inside(source, check.sqref)):
            target.ws.data_validations.append(copy(check))
    if "tables" in what:
        for table in source.ws.tables.values():
            if source._holds(*range_boundaries(table.ref)):
                _add_table(target.ws, _bounds(table.ref), None)


def _inside(cells: Range, several: Any) -> bool:
    return all(cells._holds(*area.bounds) for area in several.ranges)


def _transfer_cell(cell: Cell | None, other: Cell, what: set[str | None]) -> None:
    if "values" in what:
        other._value, other.data_type = (cell._value, cell.data_type) if cell else (None, "n")
        if what == {"values"} and other.data_type == "f":
            other._value, other.data_type = None, "n"
    if "formats" in what:
        other._style = copy(cell._style or StyleArray()) if cell else StyleArray()
    if "links" in what:
        link = copy(cell.hyperlink) if cell else None
        other._hyperlink = link
        if link:
            link.ref = other.coordinate


class CellFont(metaclass=Counting):
    def __init__(self, cells: Range) -> None:
        self.cells = cells

    def _change(self, **changes: Any) -> None:
        def change(cell: Cell) -> None:
            now = cell.font
            kept = {"name": now.name, "family": now.family, "scheme": now.scheme, "sz": now.sz, "b": now.b, "color": now.color, "u": now.u}
            cell.font = Font(**(kept | changes))

        self.cells._restyle(change)

    @property
    def size(self) -> float:
        return 0

    @size.setter
    def size(self, value: float) -> None:
        self._change(sz=value)

    @property
    def bold(self) -> bool:
        return False

    @bold.setter
    def bold(self, value: bool) -> None:
        self._change(b=value)

    @property
    def color(self) -> Any:
        return None

    @color.setter
    def color(self, value: Any) -> None:
        self._change(color=hexed(value))


class Borders(metaclass=Counting):
    def __init__(self, cells: Range) -> None:
        self.cells = cells

    def set(self, which: list[str], *, line_style: Any = None, weight: Any = None, color: Any = None) -> None:
        line = Side(STYLES[line_style, weight], hexed(color))
        for side in which:
            for area in self.cells.areas:
                self._draw(side, area, line)

    def _draw(self, side: str, area: tuple[int, int, int, int], line: Side) -> None:
        top, left, bottom, right = area
        if (side == "inside_horizontal" and top == bottom) or (side == "inside_vertical" and left == right):
            raise RefusedError("there is nothing between")
        end = {"edge_top": (top, left, top, right), "edge_bottom": (bottom, left, bottom, right), "edge_left": (top, left, bottom, left),
               "edge_right": (top, right, bottom, right), "inside_horizontal": (top, left, bottom - 1, right),
               "inside_vertical": (top, left, bottom, right - 1)}[side]
        name = EDGES.get(side, "bottom" if side == "inside_horizontal" else "right")

        def change(cell: Cell) -> None:
            now = {each: getattr(cell.border, each) for each in ("top", "bottom", "left", "right")}
            cell.border = Border(**(now | {name: line}))

        Range(self.cells.parent, [end])._restyle(change)


class ConditionalFormats(metaclass=Counting):
    def __init__(self, cells: Range) -> None:
        self.cells = cells

    def _add(self, rule: Rule) -> ConditionalFormat:
        self.cells.ws.conditional_formatting.add(self.cells.address.replace("$", ""), rule)
        return ConditionalFormat(rule)

    def add_cell_value(self, spec: dict[str, Any]) -> ConditionalFormat:
        operator = {"equal_to": "equal"}[spec["operator"]]
        font = Font(color=hexed(spec["font_color"]), b=spec["font_bold"])
        look = DifferentialStyle(font=font, fill=PatternFill(bgColor=hexed(spec["fill_color"])))
        return self._add(Rule("cellIs", operator=operator, formula=[spec["formula1"].removeprefix("=")], dxf=look))

    def add_color_scale(self, spec: dict[str, Any]) -> ConditionalFormat:
        kinds = {"lowest_value": "min", "highest_value": "max", "percentile": "percentile", "number": "num"}
        ends = [FormatObject(kinds[kind], value) for kind, value in zip(spec["threshold_types"], spec["thresholds"], strict=True)]
        return self._add(Rule("colorScale", colorScale=ColorScale(cfvo=ends, color=[Color(hexed(each)) for each in spec["colors"]])))

    def add_data_bar(self, spec: dict[str, Any]) -> ConditionalFormat:
        assert spec["threshold_types"] == ("automatic", "automatic")
        assert not spec["gradient"]
        bar = DataBar(minLength=0, maxLength=100, cfvo=[FormatObject("min"), FormatObject("max")], color=Color(hexed(spec["bar_color"])))
        return self._add(Rule("dataBar", dataBar=bar))


class ConditionalFormat:
    def __init__(self, rule: Rule) -> None:
        self.rule = rule


class DataValidation(metaclass=Counting):
    def __init__(self, cells: Range) -> None:
        self.cells = cells

    def _add(self, check: Validation) -> None:
        check.add(self.cells.address.replace("$", ""))
        self.cells.ws.add_data_validation(check)

    def set_list(self, source: Range, in_cell_dropdown: bool) -> None:
        self._add(Validation("list", source.address))

    def set_rule(self, rule_type: str, operator: str, formula1: str, formula2: str | None) -> None:
        if any(formula and "." in formula for formula in (formula1, formula2)):
            raise RefusedError("a decimal point is none in this country")
        names = {"between": "between", "greater_than_or_equal": "greaterThanOrEqual", "less_than_or_equal": "lessThanOrEqual"}
        self._add(Validation(rule_type, formula1.removeprefix("="), formula2 and formula2.removeprefix("="), operator=names[operator]))

    def delete(self) -> None:
        checks = self.cells.ws.data_validations
        checks.dataValidation = [check for check in checks.dataValidation
                                 if not all(self.cells._holds(*part.bounds) for part in check.sqref.ranges)]


# --- names, tables, charts


class Names(metaclass=Counting):
    def __init__(self, book: Book, sheet: Worksheet | None) -> None:
        self.book, self.sheet = book, sheet

    def _listed(self) -> list[Name]:
        whole = [Name(self.book, None, found) for found in self.book.workbook.defined_names.values()] if self.sheet is None else []
        sheets = self.book.workbook.worksheets if self.sheet is None else [self.sheet]
        return whole + [Name(self.book, sheet, found) for sheet in sheets for found in sheet.defined_names.values()]

    def __call__(self, key: Any) -> Name:
        for index, name in enumerate(self._listed(), 1):
            if key in (index, name.name):
                return name
        raise KeyError(key)

    def contains(self, key: Any) -> bool:
        return any(key == name.name for name in self._listed())

    def __len__(self) -> int:
        return len(self._listed())

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self._listed()]

    def add(self, name: str, refers_to: str) -> Name:
        assert refers_to.startswith("=")
        if not re.fullmatch(r"[^\W\d][\w.]*", name) or re.fullmatch(r"[A-Za-z]{1,3}\d+|[rRcC]", name):
            raise RefusedError(f"{name} is no name")
        store = self.book.workbook.defined_names if self.sheet is None else self.sheet.defined_names
        before = store.get(name)
        store[name] = DefinedName(name, attr_text=refers_to[1:], hidden=before.hidden if before else None)
        return Name(self.book, self.sheet, store[name])


class Name(metaclass=Counting):
    def __init__(self, book: Book, sheet: Worksheet | None, found: DefinedName) -> None:
        self.book, self.sheet, self.found = book, sheet, found

    @property
    def api(self) -> Any:
        return com_name(self) if self.book.app.engine.desktop else NOTHING

    @property
    def name(self) -> str:
        return self.found.name if self.sheet is None else f"{quote_sheetname(self.sheet.title)}!{self.found.name}"

    @property
    def refers_to(self) -> str:
        return f"={self.found.attr_text}"

    @property
    def refers_to_range(self) -> Range:
        for title, address in self.found.destinations:
            if title in self.book.workbook.sheetnames:
                return Sheet(self.book, self.book.workbook[title]).range(address)
        raise RefusedError(f"{self.found.name} leads nowhere")

    def delete(self) -> None:
        del (self.book.workbook if self.sheet is None else self.sheet).defined_names[self.found.name]


def _cells_of(table: ListObject, *, heads: bool) -> Iterator[tuple[int, int]]:
    top, left, bottom, right = _bounds(table.ref)
    return ((row, column) for row in range(top, (top if heads else bottom) + 1) for column in range(left, right + 1))


def _head_changed(ws: Worksheet, row: int, column: int) -> None:
    for table in ws.tables.values():
        top, left, _, right = _bounds(table.ref)
        if row == top and left <= column <= right:
            taken = {each.name for place, each in enumerate(table.tableColumns) if place != column - left}
            name = str(ws.cell(row, column).value or f"Column{column - left + 1}")
            while name in taken:
                name += "2"
            table.tableColumns[column - left].name = name
            ws.cell(row, column).value = name


def _set_ref(table: ListObject, area: tuple[int, int, int, int]) -> None:
    table.ref = _address(area)
    if table.autoFilter:
        table.autoFilter.ref = table.ref


def _named(ws: Worksheet, area: tuple[int, int, int, int]) -> list[TableColumn]:
    top, left, _, right = area
    names: list[str] = []
    for column in range(left, right + 1):
        value = ws.cell(top, column).value
        assert isinstance(value, str), "Excel would make up a heading"
        assert value not in names, "Excel would change the heading"
        names.append(value)
    return [TableColumn(id=index, name=name) for index, name in enumerate(names, 1)]


def _add_table(ws: Worksheet, area: tuple[int, int, int, int], name: str | None) -> ListObject:
    taken = {table.name.casefold() for sheet in ws.parent.worksheets for table in sheet.tables.values()}
    names = {each.casefold() for each in ws.parent.defined_names}
    if name and name.casefold() in taken | names:
        raise RefusedError(f"there is a {name} already")
    if any(_overlap(area, _bounds(table.ref)) for table in ws.tables.values()):
        raise RefusedError("tables cannot overlap")
    if any(_overlap(area, merged) for merged in _merged(ws)):
        raise RefusedError("a table cannot hold merged cells")
    name = name or next(f"Table{number}" for number in range(1, 999) if f"table{number}" not in taken)
    made = ListObject(id=1, name=name, displayName=name, ref=_address(area))
    made.tableColumns = _named(ws, area)
    made.autoFilter = AutoFilter(made.ref)
    made.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    ws.add_table(made)
    return made


class Tables(metaclass=Counting):
    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet = book, sheet

    def __call__(self, key: Any) -> Table:
        for index, table in enumerate(self.sheet.tables.values(), 1):
            if key in (index, table.name):
                return Table(self.book, self.sheet, table)
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self.sheet.tables)

    def __iter__(self) -> Iterator[Table]:
        return iter([Table(self.book, self.sheet, table) for table in self.sheet.tables.values()])

    def add(self, source_type: Any, source: Any, link_source: Any, has_headers: bool, destination: Any, table_style_name: str,
            name: str | None) -> Table:
        return Table(self.book, self.sheet, _add_table(self.sheet, source.impl.areas[0], name))


class Table(metaclass=Counting):
    def __init__(self, book: Book, sheet: Worksheet, table: ListObject) -> None:
        self.book, self.sheet, self.table = book, sheet, table

    @property
    def api(self) -> Any:
        return com_table(self) if self.book.app.engine.desktop else mac_table(self)

    @property
    def name(self) -> str:
        return self.table.name

    @name.setter
    def name(self, value: str) -> None:
        old = self.table.name
        if any(value.casefold() == table.name.casefold() for sheet in self.book.workbook.worksheets for table in sheet.tables.values()
               if table is not self.table):
            raise RefusedError(f"there is a {value} already")
        del self.sheet.tables[old]
        self.table.name = self.table.displayName = value
        self.sheet.add_table(self.table)
        self.book.rewrite(lambda formula: re.sub(rf"\b{re.escape(old)}\[", f"{value}[", formula))

    @property
    def range(self) -> Range:
        return Range(Sheet(self.book, self.sheet), [_bounds(self.table.ref)])

    def resize(self, cells: Any) -> None:
        area, now = cells.impl.areas[0], _bounds(self.table.ref)
        if area[0] != now[0]:
            raise RefusedError("the headings must stay in their row")
        if not _overlap(area, now) or area[2] == area[0]:
            raise RefusedError("the table must overlap what it was, and hold a row")
        for table in self.sheet.tables.values():
            if table is not self.table and _overlap(area, _bounds(table.ref)):
                raise RefusedError("tables cannot overlap")
        if any(_overlap(area, merged) for merged in _merged(self.sheet)):
            raise RefusedError("a table cannot hold merged cells")
        self.table.tableColumns = _named(self.sheet, area)
        _set_ref(self.table, area)

    @property
    def show_autofilter(self) -> bool:
        return self.table.autoFilter is not None

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.table.autoFilter = AutoFilter(self.table.ref) if value else None

    @property
    def show_totals(self) -> bool:
        return bool(self.table.totalsRowCount)

    @property
    def table_style(self) -> str:
        return self.table.tableStyleInfo.name

    @table_style.setter
    def table_style(self, value: str) -> None:
        self.table.tableStyleInfo = TableStyleInfo(name=value or None, showRowStripes=bool(value))


class Charts(metaclass=Counting):
    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet = book, sheet

    @property
    def _listed(self) -> list[Chart]:
        return self.book.charts.setdefault(id(self.sheet), [])

    @property
    def parent(self) -> Sheet:
        return Sheet(self.book, self.sheet)

    def __call__(self, key: Any) -> Chart:
        return next(chart for index, chart in enumerate(self._listed, 1) if key in (index, chart.name))

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[Chart]:
        return iter(list(self._listed))

    def __contains__(self, key: Any) -> bool:
        return any(key == chart.name for chart in self._listed)

    def add(self, left: float, top: float, width: float, height: float, *, chart_type: str, source: Range, plot_by: str, name: str,
            anchor: Any, style: Any) -> Chart:
        chart = Chart(self, chart_type, source, name)
        chart.left, chart.top, chart.width, chart.height = left, top, width, height
        self._listed.append(chart)
        return chart


class Chart:
    """What was said of a chart, public and below."""

    def __init__(self, home: Charts, kind: str, source: Range, name: str) -> None:
        self.home, self.chart_type, self.name, self.title_text = home, kind, name, None
        columns = [(top, column, bottom, column) for top, left, bottom, right in source.areas for column in range(left, right + 1)]
        where = quote_sheetname(source.parent.name)
        self.listed = [Series(f"{where}!{Range(source.parent, [area]).address}") for area in columns]
        self.category_axis, self.value_axis, self.legend = ChartAxis(), ChartAxis(), Legend()
        self.com = com_chart(self)

    @property
    def api(self) -> Any:
        return self.com if self.home.book.app.engine.desktop else NOTHING

    @property
    def series(self) -> SeriesList:
        return SeriesList(self.listed)

    @property
    def title(self) -> str | None:
        return self.title_text

    @title.setter
    def title(self, value: str | None) -> None:
        CLERK.once("Chart.title =")
        self.title_text = value

    def set_x_axis_values(self, cells: Range) -> None:
        for series in self.listed:
            series.categories = cells.get_address(True, True, True)

    def delete(self) -> None:
        CLERK.once("Chart.delete")
        self.home._listed.remove(self)


class SeriesList(metaclass=Counting):
    def __init__(self, listed: list[Series]) -> None:
        self.listed = listed

    def __call__(self, key: int) -> Series:
        return self.listed[key - 1]

    def __len__(self) -> int:
        return len(self.listed)

    def __iter__(self) -> Iterator[Series]:
        return iter(self.listed)


class Series(metaclass=Counting):
    name = line_color = fill_color = None

    def __init__(self, values: str) -> None:
        self.values, self.categories = values, ""
        self.below: dict[str, Any] = {}

    def set(self, **changes: Any) -> None:
        said(self, changes)


def said(thing: Any, changes: dict[str, Any]) -> None:
    """Sets what was given."""
    for name, value in changes.items():
        if value is not base_classes._UNSET:
            setattr(thing, name, value)


class ChartAxis(metaclass=Counting):
    number_format, visible, reverse_order, minimum_scale, maximum_scale = "General", True, False, None, None

    def set(self, **changes: Any) -> None:
        said(self, changes)


class Legend:
    visible = position = None
