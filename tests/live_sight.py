"""What a user sees of a sheet, said the same of an open workbook and of a file, so that the two can be compared."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from live_engine import Book, _height, _width
from openpyxl.chart.series import Series as FileSeries
from openpyxl.worksheet.worksheet import Worksheet


def cells(ws: Worksheet) -> dict[str, Any]:
    """What stands in each cell."""
    return {cell.coordinate: (cell.data_type, cell.value) for cell in ws._cells.values() if cell._value not in (None, "")}


def looks(ws: Worksheet) -> dict[str, Any]:
    """How each cell looks; of two cells that share a line, the lower and the right one may say it as well."""
    lines: dict[tuple[str, int, int], Any] = {}
    found = {}
    covered = {place for area in ws.merged_cells.ranges for place in list(area.cells)[1:]}
    for (row, column), cell in sorted(ws._cells.items()):
        for side, key in (("bottom", ("-", row + 1, column)), ("right", ("|", row, column + 1)), ("top", ("-", row, column)),
                          ("left", ("|", row, column))):
            edge = getattr(cell.border, side) if cell.has_style else None
            if edge is not None and edge.style:
                lines[key] = (edge.style, edge.color.rgb)
        if cell.has_style and (row, column) not in covered:
            font, fill, across = cell.font, cell.fill, cell.alignment
            found[cell.coordinate] = (
                font.sz, bool(font.b), font.u, font.color.rgb if font.color else None, fill.fill_type and fill.fgColor.rgb,
                across.horizontal or "general", across.vertical or "bottom", bool(across.wrap_text), across.indent,
                cell.number_format, bool(cell.quotePrefix))
    return {"cells": found, "lines": lines}


def frame(ws: Worksheet, *, heights: bool = True) -> dict[str, Any]:
    """Everything about a sheet but its cells and charts."""
    columns = {key: (each.width, bool(each.hidden)) for key, each in ws.column_dimensions.items() if each.width or each.hidden}
    flat = {}
    for key, (width, hidden) in columns.items():
        low, high = ws.column_dimensions[key].min or 0, ws.column_dimensions[key].max or 0
        for number in range(low, high + 1) if high > low else (0,):
            flat[number or key] = (width, hidden)
    setup, margins = ws.page_setup, ws.page_margins
    covered = {cell for area in ws.merged_cells.ranges for cell in list(area.cells)[1:]}
    return {
        "widths": {_letter(key): value for key, value in flat.items()},
        "heights": {key: round(each.height, 2) for key, each in ws.row_dimensions.items() if each.height} if heights else {},
        "height": (ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight),
        "merged": {area.coord for area in ws.merged_cells.ranges},
        "tables": {table.name: (table.ref, [each.name for each in table.tableColumns], table.autoFilter is not None,
                                table.tableStyleInfo.name if table.tableStyleInfo else None) for table in ws.tables.values()},
        "rules": sorted((str(ranges.sqref), _rule(rule)) for ranges in ws.conditional_formatting for rule in ranges.rules),
        "checks": sorted(_check(check) for check in ws.data_validations.dataValidation),
        "links": {cell.coordinate: (cell.hyperlink.location, cell.hyperlink.target) for cell in ws._cells.values() if cell.hyperlink},
        "frozen": ws.freeze_panes, "grid": ws.sheet_view.showGridLines,
        "open": {cell.coordinate for place, cell in ws._cells.items()
                 if cell.has_style and not cell.protection.locked and place not in covered},
        "protected": (ws.protection.sheet, ws.protection.objects, ws.protection.formatColumns, ws.protection.password),
        "print": (ws.print_area, ws.print_title_rows, setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight,
                  *(round(getattr(margins, side), 6) for side in ("left", "right", "top", "bottom", "header", "footer")),
                  ws.print_options.horizontalCentered, ws.oddFooter.left.text, ws.oddFooter.right.text, ws.oddFooter.left.size),
        "names": {name: (found.attr_text, found.hidden) for name, found in ws.defined_names.items() if not name.startswith("Print_")},
    }


def _letter(key: Any) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(key) if isinstance(key, int) else key


def _rule(rule: Any) -> str:
    if rule.type == "colorScale":
        return str([(each.type, each.val) for each in rule.colorScale.cfvo] + [each.rgb for each in rule.colorScale.color])
    if rule.type == "dataBar":
        return str([each.type for each in rule.dataBar.cfvo] + [rule.dataBar.color.rgb])
    return str((rule.operator, rule.formula, rule.dxf.font.color.rgb, bool(rule.dxf.font.b), rule.dxf.fill.bgColor.rgb))


def _check(check: Any) -> tuple[Any, ...]:
    def bound(text: str | None) -> Any:
        return None if text is None else text.replace("$", "") if check.type == "list" else Fraction(text)

    operator = "" if check.type == "list" else check.operator or "between"
    return (str(check.sqref), check.type, operator, str(bound(check.formula1)), str(bound(check.formula2)), check.promptTitle,
            check.prompt, check.errorTitle, check.error, bool(check.showInputMessage), bool(check.showErrorMessage))


# --- charts


def live_charts(book: Book, ws: Worksheet) -> list[dict[str, Any]]:
    """The charts of an open sheet."""
    found = []
    for chart in book.charts.get(id(ws), []):
        series = [{"name": each.name, "values": each.values, "categories": each.categories,
                   "colour": _hex(each.line_color if chart.chart_type == "line" else each.fill_color)} for each in chart.listed]
        found.append({"kind": chart.chart_type, "title": chart.title_text, "series": series, "legend": bool(chart.legend.visible),
                      "reverse": bool(chart.category_axis.reverse_order), "hidden": not chart.value_axis.visible,
                      "low": chart.value_axis.minimum_scale, "format": chart.value_axis.number_format,
                      "place": [round(each, 1) for each in (chart.left, chart.top, chart.width, chart.height)]})
    return found


def below(book: Book, ws: Worksheet) -> list[dict[str, Any]]:
    """What only the desktop was told about the charts of an open sheet."""
    found = []
    for chart in book.charts.get(id(ws), []):
        native = chart.com[1].state
        labels = []
        for each in chart.listed:
            com = each.below["com"].state
            points = {number: point.state["DataLabel"].state for number, point in each.below["points"].items()}
            one = each.below["labels"].state if com["HasDataLabels"] else None
            labels.append({"all": one and one["NumberFormat"], "end": {number: (state["NumberFormat"], state["ShowSeriesName"])
                                                                        for number, state in points.items()},
                           "pattern": bool(each.below["pattern"])})
        group = native["ChartGroups"](1).state
        found.append({"labels": labels, "gap": group["GapWidth"], "overlap": group["Overlap"]})
    return found


def _hex(colour: Any) -> str | None:
    return None if colour is None else "".join(f"{part:02X}" for part in colour)


def file_charts(ws: Worksheet) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The charts of a sheet in a file as openpyxl reads them, and what their parts say beyond that."""
    public, deep = [], []
    for chart in ws._charts:
        flat = chart.tagname == "lineChart"
        start, end = chart.anchor._from, chart.anchor.to
        (left, top), (right, bottom) = (_spot(ws, marker) for marker in (start, end))
        title = "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r)
        public.append({
            "kind": "line" if flat else {"bar": "bar_clustered", "col": "column_clustered"}[chart.barDir], "title": title,
            "series": [_file_series(each, flat) for each in chart.series], "legend": chart.legend is not None,
            "reverse": chart.x_axis.scaling.orientation == "maxMin", "hidden": bool(chart.y_axis.delete),
            "low": chart.y_axis.scaling.min, "format": chart.y_axis.numFmt.formatCode,
            "place": [round(each, 1) for each in (left, top, right - left, bottom - top)]})
        labels = [{"all": each.dLbls and each.dLbls.numFmt, "end": {label.idx + 1: (label.numFmt, bool(label.showSerName))
                                                                    for label in (each.dLbls.dLbl if each.dLbls else ())},
                   "pattern": each.spPr.pattFill is not None} for each in chart.series]
        deep.append({"labels": labels, "gap": None if flat else chart.gapWidth, "overlap": None if flat else chart.overlap or 0})
    return public, deep


def _file_series(series: FileSeries, flat: bool) -> dict[str, Any]:
    look = series.spPr
    fill = look.ln.solidFill if flat else look.pattFill.fgClr if look.pattFill else look.solidFill
    categories = series.cat.strRef or series.cat.numRef
    return {"name": series.tx.v, "values": series.val.numRef.f, "categories": categories.f,
            "colour": None if fill is None else getattr(fill.srgbClr, "val", fill.srgbClr)}


def _spot(ws: Worksheet, marker: Any) -> tuple[float, float]:
    across = sum((_width(ws, column) * 7 + 5) * 0.75 for column in range(1, marker.col + 1)) + marker.colOff / 12_700
    return across, sum(_height(ws, row) for row in range(1, marker.row + 1)) + marker.rowOff / 12_700


