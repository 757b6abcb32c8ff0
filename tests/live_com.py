"""Excel's own objects below the public interface, as far as clvxl uses them: a name that is not listed here does not exist.

The names are those of Excel's object model (Workbook, Window, Worksheet, PageSetup, Range, Validation, FormatCondition, ListObject, Name,
ChartObject, Chart, Series, Axis). What they set goes into the openpyxl workbook, so that it can be compared with a file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from live_clerk import CLERK, RefusedError
from openpyxl.formatting.rule import FormatObject
from openpyxl.styles import Alignment, Protection
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from xlwings import mac_dict


class Com:
    """An object with these members and no others; setting one may have an effect."""

    def __init__(self, what: str, members: dict[str, Any], effect: Callable[[str, Any], None] | None = None) -> None:
        object.__setattr__(self, "what", what)
        object.__setattr__(self, "state", members)
        object.__setattr__(self, "effect", effect)

    def __getattr__(self, name: str) -> Any:
        if name not in self.state:
            raise AttributeError(f"{self.what} has no {name}")
        value = self.state[name]
        if callable(value) and not isinstance(value, Com):
            return lambda *args, **kwargs: (CLERK.once(f"{self.what}.{name}()"), value(*args, **kwargs))[1]
        CLERK.once(f"{self.what}.{name}")
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.state:
            raise AttributeError(f"{self.what} has no {name}")
        CLERK.once(f"{self.what}.{name} =")
        if self.effect:
            self.effect(name, value)
        self.state[name] = value


NOTHING = Com("nothing", {})


def on_mac(what: str, members: dict[str, Any], **commands: Callable[..., Any]) -> Com:
    """An object under the names that it has on a Mac: what holds is asked for with ``get``."""
    values = {name: Com(name, {"get": partial(members.get, name)}) for name in members}
    assert members.keys() <= {name for name, _ in mac_dict.properties}
    assert commands.keys() <= {name for name, *_ in mac_dict.commands}
    return Com(what, {**values, **commands})


def com_app(app: Any) -> Com:
    habits = Com("AutoCorrect", {"AutoExpandListRange": True, "AutoFillFormulasInLists": True})
    shown: list[int] = []
    dialogs = lambda number: Com("Dialog", {"Show": lambda: shown.append(number) or True})  # noqa: E731 - an object of Excel
    return Com("Application", {"PrintCommunication": True, "AutoCorrect": habits, "Dialogs": dialogs, "shown": shown,
                               "GetSaveAsFilename": lambda name, kind: app.asked.append((name, kind)) or app.place,
                               "LanguageSettings": Com("LanguageSettings", {"LanguageID": lambda _: app.spoken})})


def com_book(book: Any) -> Com:
    def window(name: str, value: Any) -> None:
        state, sheet = frame.state, book.workbook.active
        if name == "FreezePanes":
            place = f"{get_column_letter(state['SplitColumn'] + 1)}{state['SplitRow'] + 1}"
            sheet.freeze_panes = place if value else None
            if not value:
                state["SplitRow"] = state["SplitColumn"] = 0

    frame = Com("Window", {"FreezePanes": False, "ScrollRow": 1, "ScrollColumn": 1, "SplitRow": 0, "SplitColumn": 0}, window)
    return Com("Workbook", {"Date1904": book.workbook.epoch == datetime(1904, 1, 1), "ProtectStructure": False, "Windows": lambda _: frame})


def mac_book(book: Any) -> Com:
    state = book.com.state
    return on_mac("workbook", {"date_1904": state["Date1904"], "protect_structure": state["ProtectStructure"]})


_ALLOWED = {"DrawingObjects", "Contents", "Scenarios", "AllowFormattingColumns", "AllowFormattingRows"}


def com_sheet(sheet: Any) -> Com:
    ws = sheet.sheet

    def protect(**how: bool) -> None:
        assert how.keys() <= _ALLOWED
        ws.protection.sheet = how["Contents"]
        ws.protection.objects, ws.protection.scenarios = how["DrawingObjects"], how["Scenarios"]
        ws.protection.formatColumns, ws.protection.formatRows = not how["AllowFormattingColumns"], not how["AllowFormattingRows"]

    def unprotect(password: str) -> None:
        if ws.protection.password:
            raise RefusedError("the password is wrong")
        ws.protection.sheet = False

    cells = Com("Cells", {"Locked": None, "ClearHyperlinks": lambda: [setattr(cell, "_hyperlink", None) for cell in ws._cells.values()]},
                lambda _, value: _lock(sheet.used_range, value))
    return Com("Worksheet", {"ProtectContents": bool(ws.protection.sheet), "Protect": protect, "Unprotect": unprotect,
                             "PageSetup": _page_setup(ws), "Cells": cells, "Calculate": lambda: None})


def mac_sheet(sheet: Any) -> Com:
    windows = com_sheet(sheet).state
    names = {"drawing_objects": "DrawingObjects", "worksheet_contents": "Contents", "scenarios": "Scenarios",
             "allow_formatting_columns": "AllowFormattingColumns", "allow_formatting_rows": "AllowFormattingRows"}
    allowed = {name for command, _, names in mac_dict.commands if command == "protect_worksheet" for name, _ in names}

    def protect(**how: bool) -> None:
        assert how.keys() <= allowed
        windows["Protect"](**{names[name]: value for name, value in how.items()})

    return on_mac("worksheet", {"protect_contents": windows["ProtectContents"]}, unprotect=windows["Unprotect"], protect_worksheet=protect)


def _lock(cells: Any, value: bool) -> None:
    cells._restyle(lambda cell: setattr(cell, "protection", Protection(locked=value)))


def _page_setup(ws: Any) -> Com:
    setup, points = ws.page_setup, {"LeftMargin": "left", "RightMargin": "right", "TopMargin": "top", "BottomMargin": "bottom",
                                    "HeaderMargin": "header", "FooterMargin": "footer"}

    def footer(part: Any, value: str) -> None:
        size, _, part.text = value.partition(" ")
        part.size = int(size.removeprefix("&"))

    def titles(value: str) -> None:
        ws.print_title_rows = value.replace("$", "") or None
        ws._print_rows = ws._print_rows if value else None

    effects: dict[str, Callable[[Any], None]] = {
        "PaperSize": lambda value: setattr(setup, "paperSize", value),
        "Orientation": lambda value: setattr(setup, "orientation", {1: "portrait", 2: "landscape"}[value]),
        "Zoom": lambda value: setattr(ws.sheet_properties, "pageSetUpPr", PageSetupProperties(fitToPage=value is False)),
        "FitToPagesWide": lambda value: setattr(setup, "fitToWidth", int(value)),
        "FitToPagesTall": lambda value: setattr(setup, "fitToHeight", int(value)),
        "CenterHorizontally": lambda value: setattr(ws.print_options, "horizontalCentered", value),
        "LeftFooter": lambda value: footer(ws.oddFooter.left, value), "RightFooter": lambda value: footer(ws.oddFooter.right, value),
        "PrintTitleRows": titles,
        **{name: lambda value, side=side: setattr(ws.page_margins, side, value / 72) for name, side in points.items()},
    }
    return Com("PageSetup", dict.fromkeys(effects), lambda name, value: effects[name](value))


def com_range(cells: Any) -> Com:
    def effect(name: str, value: Any) -> None:
        if name == "Locked":
            _lock(cells, value)
        if name == "IndentLevel":
            indent(value)

    def indent(steps: int) -> None:
        def change(cell: Any) -> None:
            now = {name: getattr(cell.alignment, name) for name in ("horizontal", "vertical", "wrap_text")}
            cell.alignment = Alignment(**now, indent=steps)

        cells._restyle(change)

    def underline(_: str, value: Any) -> None:
        def change(cell: Any) -> None:
            font = cell.font.__copy__()
            font.u = None if value == -4142 else "single"
            cell.font = font

        cells._restyle(change)

    if not cells.parent.book.app.engine.desktop:
        assert "indent_level" in {name for name, _ in mac_dict.properties}
        return Com("range", {"indent_level": Com("indent level", {"set": indent})})
    return Com("Range", {"Locked": True, "IndentLevel": 0,
                         "Font": Com("Font", {"Underline": None}, underline), "Validation": _validation(cells),
                         "FormatConditions": lambda index: _condition(cells, index)}, effect)


def _validation(cells: Any) -> Com:
    names = {"InputTitle": "promptTitle", "InputMessage": "prompt", "ErrorTitle": "errorTitle", "ErrorMessage": "error",
             "ShowInput": "showInputMessage", "ShowError": "showErrorMessage"}

    def effect(name: str, value: Any) -> None:
        here = cells.address.replace("$", "")
        check = next(check for check in cells.ws.data_validations.dataValidation if str(check.sqref) == here)
        setattr(check, names[name], value)

    return Com("Validation", dict.fromkeys(names), effect)


def _condition(cells: Any, index: int) -> Com:
    assert index == 1
    here = cells.address.replace("$", "")
    rule = [rule for ranges in cells.ws.conditional_formatting if str(ranges.sqref) == here for rule in ranges.rules][-1]
    colour = lambda: Com("FormatColor", {"Color": None})  # noqa: E731 - an object of Excel

    def middle(number: int) -> Com:
        return Com("ColorScaleCriterion", {"Type": None, "Value": None}, lambda name, value: _threshold(rule, number, name, value))

    if rule.type == "dataBar":
        below = Com("NegativeBarFormat", {"ColorType": None, "BorderColorType": None, "Color": colour()})
        return Com("Databar", {"NegativeBarFormat": below, "AxisColor": colour()})
    return Com("ColorScale", {"ColorScaleCriteria": middle})


def _threshold(rule: Any, number: int, name: str, value: Any) -> None:
    ends = list(rule.colorScale.cfvo)
    if name == "Type":
        ends[number - 1] = FormatObject({0: "num"}[value])
    else:
        ends[number - 1] = FormatObject(ends[number - 1].type, value)
    rule.colorScale.cfvo = ends


def com_table(table: Any) -> Com:
    def unlist() -> None:
        del table.sheet.tables[table.table.name]

    return Com("ListObject", {"Unlist": unlist})


def mac_table(table: Any) -> Com:
    return on_mac("list object", {}, convert_to_range=com_table(table).state["Unlist"])


def com_name(name: Any) -> Com:
    return Com("Name", {"Visible": not name.found.hidden}, lambda _, value: setattr(name.found, "hidden", not value or None))


# --- charts


def com_chart(chart: Any) -> tuple[Com, Com]:
    """The frame and the chart in it."""
    font = lambda: Com("Font", {"Size": None, "Color": None, "Bold": None})  # noqa: E731 - an object of Excel
    group = Com("ChartGroup", {"GapWidth": None, "Overlap": None})
    title = Com("ChartTitle", {"Font": font(), "Left": None})
    axes = {number: Com("Axis", {"HasMajorGridlines": True, "MajorTickMark": None, "MinorTickMark": None, "TickLabelPosition": None,
                                 "TickLabels": Com("TickLabels", {"Font": font()}), "Format": _format()}) for number in (1, 2)}

    def collection(index: int | None = None) -> Com:
        return _series(chart, index) if index else Com("SeriesCollection", {
            "Count": len(chart.listed), "NewSeries": lambda: chart.listed.append(type(chart.listed[0])(""))})

    return Com("ChartObject", {"Placement": None}), Com("Chart", {
        "SeriesCollection": collection, "ChartGroups": lambda _: group, "Axes": axes.__getitem__, "ChartTitle": title,
        "ChartArea": Com("ChartArea", {"Format": _format()}), "PlotArea": Com("PlotArea", {"Format": _format()}),
        "Legend": Com("Legend", {"Font": font()}), "DisplayBlanksAs": None})


def _format(patterned: Callable[[int], None] | None = None) -> Com:
    colour = lambda: Com("ColorFormat", {"RGB": None})  # noqa: E731 - an object of Excel
    line = Com("LineFormat", {"Visible": None, "ForeColor": colour(), "Weight": None, "DashStyle": None})
    fill = Com("FillFormat", {"Visible": None, "ForeColor": colour(), "BackColor": colour(), "Patterned": patterned or (lambda _: None)})
    return Com("ChartFormat", {"Line": line, "Fill": fill})


def _series(chart: Any, index: int) -> Com:
    series = chart.listed[index - 1]
    if "com" not in series.below:
        def effect(name: str, value: Any) -> None:
            match name:
                case "Name":
                    series.name = value
                case "XValues":
                    series.categories = value.removeprefix("=")
                case "Values":
                    series.values = value.removeprefix("=")

        label = lambda: Com("DataLabel", {"ShowValue": None, "ShowSeriesName": None, "NumberFormat": None, "Separator": None,  # noqa: E731 - an object of Excel
                                          "Position": None, "Font": Com("Font", {"Size": None, "Color": None})})
        labels, points = label(), {}

        def point(number: int) -> Com:
            return points.setdefault(number, Com("Point", {"HasDataLabel": False, "DataLabel": label()}))

        series.below.update(labels=labels, points=points, pattern=[])
        series.below["com"] = Com("Series", {
            "Name": None, "XValues": None, "Values": None, "MarkerStyle": None, "Smooth": None, "InvertIfNegative": None,
            "Format": _format(series.below["pattern"].append), "HasDataLabels": False, "DataLabels": lambda: labels, "Points": point,
            "Delete": lambda: chart.listed.remove(series)}, effect)
    return series.below["com"]
