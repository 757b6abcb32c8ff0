"""What stands on a sheet beside its cells: tables, rules, charts, checks of inputs, the view and the print set-up."""

from __future__ import annotations

from typing import Any

from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.formatting.rule import ColorScale, DataBar, FormatObject, Rule
from openpyxl.styles.colors import Color
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from clvxl.excel import clean
from clvxl.excel.archive import Native
from clvxl.excel.charts import drawing
from clvxl.excel.look import BAR, COLD, MIDDLE, ROW, WARM
from clvxl.excel.page import Book, Check, ListTable, Page, Picture, Spot, letter
from clvxl.excel.references import quoted
from clvxl.excel.styles import light
from clvxl.words import Text

FOOTER = Text("Page &P of &N", "Seite &P von &N")
A4 = 9
EMU = 12_700  # per point


def furnish(sheet: Worksheet, page: Page, book: Book) -> None:
    """Everything but the cells."""
    _measures(sheet, page)
    _rules(sheet, page)
    for table in page.tables:
        sheet.add_table(_table(table, len(sheet.tables) + 1))
    for check in page.checks:
        sheet.add_data_validation(_check(check))
    for link in page.links:
        cell: Any = sheet.cell(link.row, link.column)
        where = {"target": link.address} if link.address else {"location": f"{quoted(link.page)}!A1"}
        cell._hyperlink = Hyperlink(cell.coordinate, display=link.page, **where)
    for picture in page.pictures:
        chart = Native(drawing(picture))
        setattr(chart, "anchor", _anchor(picture, page))  # noqa: B010 - the stubs know only addresses
        sheet.add_chart(chart)
    _view(sheet, page)
    _print(sheet, page, book)


def _measures(sheet: Worksheet, page: Page) -> None:
    for column, width in page.widths.items():
        sheet.column_dimensions[letter(column)].width = round(width + 0.71, 2)
    for column in page.hidden:
        sheet.column_dimensions[letter(column)].hidden = True
    for row, height in page.heights.items():
        sheet.row_dimensions[row].height = round(height, 2)
    if page.quiet:
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW, True
    for area in page.merges:
        sheet.merged_cells.add(area.address)


def _rules(sheet: Worksheet, page: Page) -> None:
    rules = sheet.conditional_formatting
    for area in page.bars:
        ends = [FormatObject("min"), FormatObject("max")]
        rules.add(area.address, Rule("dataBar", dataBar=DataBar(minLength=0, maxLength=100, cfvo=ends, color=Color(f"FF{BAR}"))))
    for lit in page.lights:
        word = clean.text(lit.word).replace('"', '""')
        rules.add(lit.area.address, Rule("cellIs", operator="equal", formula=[f'"{word}"'], dxf=light(lit.tone)))
    for scale in page.scales:
        middle = FormatObject("num", 0) if scale.signed else FormatObject("percentile", 50)
        shades = [Color(f"FF{shade}") for shade in (COLD, MIDDLE, WARM)]
        ends = [FormatObject("min"), middle, FormatObject("max")]
        rules.add(scale.area.address, Rule("colorScale", colorScale=ColorScale(cfvo=ends, color=shades)))


def _table(table: ListTable, number: int) -> Table:
    made = Table(id=number, name=table.name, displayName=table.name, ref=table.area.address)
    made.tableColumns = [TableColumn(id=index, name=clean.escaped(heading)) for index, heading in enumerate(table.headings, 1)]
    made.autoFilter = AutoFilter(table.area.address) if table.buttons else None
    made.tableStyleInfo = TableStyleInfo(showRowStripes=False)
    return made


def _check(check: Check) -> DataValidation:
    if check.choices:
        made = DataValidation("list", check.choices)
    elif check.low is None or check.high is None:
        below, bound = check.low is None, check.high if check.low is None else check.low
        made = DataValidation("decimal", repr(bound), operator="lessThanOrEqual" if below else "greaterThanOrEqual")
    else:
        made = DataValidation("decimal", repr(check.low), repr(check.high), operator="between")
    made.promptTitle, made.prompt, made.errorTitle, made.error = check.title, check.prompt, check.title, check.error[:225]
    made.showInputMessage = made.showErrorMessage = True
    made.add(check.cell.address)
    return made


def _anchor(picture: Picture, page: Page) -> TwoCellAnchor:
    return TwoCellAnchor("oneCell", _from=_marker(picture.start, page), to=_marker(picture.end, page))


def _marker(spot: Spot, page: Page) -> AnchorMarker:
    across = spot.across * (page.widths.get(spot.column, 8.43) * 7 + 5) * 0.75
    down = spot.down * page.heights.get(spot.row, ROW)
    return AnchorMarker(spot.column - 1, int(across * EMU), spot.row - 1, int(down * EMU))


def _view(sheet: Worksheet, page: Page) -> None:
    view = sheet.sheet_view
    view.showGridLines, view.zoomScale = not page.quiet, 100
    if page.frozen:
        sheet.freeze_panes = f"{letter(page.frozen[1] + 1)}{page.frozen[0] + 1}"
    if page.protected:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        sheet.protection.objects = sheet.protection.scenarios = False


def _print(sheet: Worksheet, page: Page, book: Book) -> None:
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.paperSize, setup.orientation = A4, "portrait" if page.portrait else "landscape"
    setup.fitToWidth, setup.fitToHeight = 1, int(page.one_sheet)
    margins = sheet.page_margins
    margins.left = margins.right = 0.45
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.25, 0.3
    sheet.print_options.horizontalCentered = True
    footer: Any = sheet.oddFooter
    footer.left.text, footer.right.text = book.title.replace("&", "&&"), FOOTER.say(book.language)
    footer.left.size = footer.right.size = 8
    if page.printed:
        sheet.print_area = page.printed.address
    if page.repeat:
        sheet.print_title_rows = f"{page.repeat[0]}:{page.repeat[1]}"
