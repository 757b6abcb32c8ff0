"""What only Excel on the desktop can do: the one place that reaches below the public interface. Elsewhere all of it is left out.

Windows and Mac have their own names there. Without what is said in both a refresh could not be; the rest is for Windows alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from clvxl.excel import clean
from clvxl.excel.areas import addresses, alike, painted
from clvxl.excel.furniture import A4, FOOTER
from clvxl.excel.look import BAR, BAR_BELOW, LOOKS
from clvxl.excel.page import Area, Book, Check, Page

if TYPE_CHECKING:
    import xlwings as xw

_MAC_DAY_ZERO = date(1904, 1, 1)

# Excel's own numbers
NONE, NUMBER, SOLID = -4142, 0, 0
_LANDSCAPE, _PORTRAIT = 2, 1
_POINTS = 72  # per inch
_MARGINS = {"LeftMargin": 0.45, "RightMargin": 0.45, "TopMargin": 0.5, "BottomMargin": 0.6, "HeaderMargin": 0.25, "FooterMargin": 0.3}


def day_zero(book: xw.Book) -> date:
    """The day that is number 0 in the calendar of a workbook: old ones from a Mac begin in 1904."""
    return _MAC_DAY_ZERO if _holds(book.api, "Date1904", "date_1904") else clean.DAY_ZERO


def structure_is_protected(book: xw.Book) -> bool:
    """Whether sheets may neither come nor go."""
    return _holds(book.api, "ProtectStructure", "protect_structure")


def _holds(native: Any, windows: str, mac: str) -> bool:
    """Whether something is so, by its name on this system; not where it has none."""
    with suppress(AttributeError):
        return getattr(native, windows) is True
    with suppress(AttributeError):
        return getattr(native, mac).get() is True
    return False


def unprotect(sheet: xw.Sheet) -> bool:
    """Opens a page that is protected from a slip; says whether it was."""
    native = sheet.api
    if not _holds(native, "ProtectContents", "protect_contents"):
        return False
    if hasattr(native, "Unprotect"):
        native.Unprotect("")
    else:
        native.unprotect(password="")
    return True


def unlist(table: xw.main.Table) -> None:
    """Turns a table into plain cells."""
    native = table.api
    if hasattr(native, "Unlist"):
        native.Unlist()
    else:
        native.convert_to_range()


def indent(cells: xw.Range, steps: int) -> None:
    """Moves texts away from the edge of their cells."""
    native = cells.api
    if hasattr(native, "IndentLevel"):
        native.IndentLevel = steps
    elif hasattr(native, "indent_level"):
        native.indent_level.set(steps)


@contextmanager
def no_guessing(book: xw.Book) -> Iterator[None]:
    """Keeps tables from growing over what is written below them, and from filling their columns by themselves."""
    before = {}
    for name in ("AutoExpandListRange", "AutoFillFormulasInLists"):
        with suppress(Exception):
            habits = book.app.api.AutoCorrect
            before[name] = getattr(habits, name)
            setattr(habits, name, False)
    try:
        yield
    finally:
        for name, value in before.items():
            with suppress(Exception):
                setattr(book.app.api.AutoCorrect, name, value)


# --- after the results are in


def hide_name(sheet: xw.Sheet, name: str) -> None:
    """Keeps a name of a sheet out of the list that users see."""
    for each in sheet.names:
        if each.name.rpartition("!")[2] == name:
            each.api.Visible = False


def freeze(sheet: xw.Sheet, page: Page) -> None:
    """Rows and columns that stay while the rest scrolls; Excel does this for the sheet that is shown."""
    rows, columns = page.frozen or (0, 0)
    sheet.activate()
    window = sheet.book.api.Windows(1)
    window.FreezePanes = False
    window.ScrollRow = window.ScrollColumn = 1
    window.SplitRow, window.SplitColumn = rows, columns
    window.FreezePanes = bool(rows or columns)


def set_up_print(sheet: xw.Sheet, page: Page, book: Book) -> None:
    """Paper, margins, footer, and the rows that are printed again."""
    setup, app = sheet.api.PageSetup, sheet.book.app.api
    with suppress(Exception):  # without a printer there is nobody to talk to
        app.PrintCommunication = False
    try:
        with suppress(Exception):  # a printer may not have it
            setup.PaperSize = A4
        setup.Orientation = _PORTRAIT if page.portrait else _LANDSCAPE
        setup.Zoom = False
        setup.FitToPagesWide, setup.FitToPagesTall = 1, 1 if page.one_sheet else False
        for name, inches in _MARGINS.items():
            setattr(setup, name, inches * _POINTS)
        setup.CenterHorizontally = True
        setup.LeftFooter, setup.RightFooter = f"&8 {book.title.replace('&', '&&')}", f"&8 {FOOTER.say(book.language)}"
        setup.PrintTitleRows = f"${page.repeat[0]}:${page.repeat[1]}" if page.repeat else ""
    finally:
        with suppress(Exception):
            app.PrintCommunication = True


def explain_check(sheet: xw.Sheet, check: Check) -> None:
    """What the reader is told at an input, and when the input is wrong."""
    validation = sheet.range(check.cell.address).api.Validation
    validation.InputTitle, validation.InputMessage = check.title, check.prompt
    validation.ErrorTitle, validation.ErrorMessage = check.title, check.error[:225]
    validation.ShowInput = validation.ShowError = True


def plain_bar(sheet: xw.Sheet, area: Area) -> None:
    """A bar that starts at zero, in another colour below it."""
    bar = sheet.range(area.address).api.FormatConditions(1)
    bar.NegativeBarFormat.ColorType = bar.NegativeBarFormat.BorderColorType = NUMBER
    bar.NegativeBarFormat.Color.Color, bar.AxisColor.Color = rgb(BAR_BELOW), rgb(BAR)


def middle_at_zero(sheet: xw.Sheet, area: Area) -> None:
    """Shades on both sides of zero."""
    middle = sheet.range(area.address).api.FormatConditions(1).ColorScaleCriteria(2)
    middle.Type, middle.Value = NUMBER, 0


def protect(sheet: xw.Sheet, page: Page) -> None:
    """Inputs open, all else protected from a slip, without a password."""
    sheet.api.Cells.Locked = True
    for address in addresses(alike(painted(page), lambda style: LOOKS[style.role].open).get(True, [])):
        sheet.range(address).api.Locked = False
    shut(sheet)


def shut(sheet: xw.Sheet) -> None:
    """Protects a page from a slip, as the files of clvxl are."""
    native = sheet.api
    if hasattr(native, "Protect"):
        native.Protect(DrawingObjects=False, Contents=True, Scenarios=False, AllowFormattingColumns=True, AllowFormattingRows=True)
    else:
        native.protect_worksheet(drawing_objects=False, worksheet_contents=True, scenarios=False, allow_formatting_columns=True,
                                 allow_formatting_rows=True)


def no_links(sheet: xw.Sheet) -> None:
    """Takes away the links of an earlier page; what the cells look like stays."""
    with suppress(AttributeError):
        sheet.api.Cells.ClearHyperlinks()


def no_underline(cells: xw.Range) -> None:
    """A link that looks like its role and not like a link of Excel's own."""
    with suppress(AttributeError):
        cells.api.Font.Underline = NONE


def calculate(sheet: xw.Sheet) -> None:
    """Computes a page, also where the user computes by hand."""
    sheet.api.Calculate()


def rgb(colour: str) -> int:
    """A colour as Excel's objects count it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    return red + 256 * green + 65_536 * blue


