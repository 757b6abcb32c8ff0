"""Native charts on an open sheet: what every Excel can do, and then what only Excel on the desktop can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from clvxl.excel.live.desktop import rgb
from clvxl.excel.live.drawn import Axis, Drawn, DrawnSeries, Labels, drawn
from clvxl.excel.look import BODY, GREY, INK, RULE, WHITE
from clvxl.excel.page import Picture, Spot

if TYPE_CHECKING:
    from xlwings import Book, Range, Sheet
    from xlwings.main import Chart

PREFIX = "clvxl "  # of the names by which our charts are told from the user's
_FLAT = {"line", "area"}

# Excel's own numbers
_POSITIONS = {"outEnd": 2, "r": -4152, "t": 0, "b": 1, "l": -4131, "ctr": -4108}
_PATTERNS = {"wdUpDiag": 23, "ltUpDiag": 22, "dkUpDiag": 16}
_DASHES = {"": 1, "sysDash": 10, "sysDot": 11, "dash": 4}
_CATEGORY, _VALUE, _NONE, _LOW, _GAPS, _MOVES = 1, 2, -4142, -4134, 1, 2


def add_chart(sheet: Sheet, picture: Picture, number: int) -> Chart:
    """The chart with its data, colours and axes, as any Excel draws it; it finds its place when the columns have their widths."""
    plan = drawn(picture)
    source = _together(sheet.book, [series.values for series in plan.series])
    chart = sheet.charts.add(chart_type=plan.kind, source=source, plot_by="columns", name=f"{PREFIX}{number}", style=None)
    chart.title = plan.title
    chart.set_x_axis_values(_range(sheet.book, plan.series[0].categories))
    for made, series in zip(chart.series, plan.series, strict=False):
        made.name = series.name
        if plan.kind in _FLAT and series.stroke:
            made.line_color = f"#{series.stroke.colour}"
        elif series.fill:
            made.fill_color = f"#{series.fill}"
    _axes(chart, plan)
    return chart


def _axes(chart: Chart, plan: Drawn) -> None:
    values = plan.value_axis
    chart.value_axis.number_format = values.format
    if values.low is not None:
        chart.value_axis.minimum_scale = values.low
    if values.high is not None:
        chart.value_axis.maximum_scale = values.high
    chart.value_axis.visible = not values.hidden
    chart.category_axis.set(number_format=plan.category_axis.format, reverse_order=plan.category_axis.reverse)
    chart.legend.visible = plan.legend
    if plan.legend:
        chart.legend.position = "top"


def put_in_place(sheet: Sheet, chart: Chart, picture: Picture) -> None:
    """Over the cells where the page has room for the chart."""
    (left, top), (right, bottom) = _point(sheet, picture.start), _point(sheet, picture.end)
    chart.left, chart.top, chart.width, chart.height = left, top, right - left, bottom - top


def _point(sheet: Sheet, spot: Spot) -> tuple[float, float]:
    """Where a spot of the page is, in points."""
    cell = sheet.range((spot.row, spot.column))
    return cell.left + spot.across * cell.width, cell.top + spot.down * cell.height


def _range(book: Book, address: str) -> Range:
    """The cells of ``'Sheet'!$A$1:$A$9``."""
    title, _, cells = address.rpartition("!")
    return book.sheets[title.strip("'").replace("''", "'")].range(cells.replace("$", ""))


def _together(book: Book, listed: list[str]) -> Range:
    """Columns of one sheet as one range of several areas."""
    title = listed[0].rpartition("!")[0]
    return _range(book, f"{title}!{','.join(each.rpartition('!')[2] for each in listed)}")


def polish(chart: Chart, picture: Picture) -> None:
    """What only the desktop can say: which cells exactly, values at the bars, patterns, no grid, no frame."""
    plan, (frame, native) = drawn(picture), chart.api
    frame.Placement = _MOVES
    listed = native.SeriesCollection()
    while listed.Count > len(plan.series):
        native.SeriesCollection(listed.Count).Delete()
    while listed.Count < len(plan.series):
        listed.NewSeries()
    for index, series in enumerate(plan.series, 1):
        _polish_series(native.SeriesCollection(index), series, flat=plan.kind in _FLAT)
    if plan.gap is not None:
        native.ChartGroups(1).GapWidth, native.ChartGroups(1).Overlap = plan.gap, plan.overlap or 0
    for number, axis in ((_CATEGORY, plan.category_axis), (_VALUE, plan.value_axis)):
        if not axis.hidden:
            _polish_axis(native.Axes(number), axis)
    _polish_frame(native)


def _polish_series(native: Any, series: DrawnSeries, *, flat: bool) -> None:
    native.Name, native.XValues, native.Values = series.name, f"={series.categories}", f"={series.values}"
    if flat:
        native.MarkerStyle, native.Smooth = _NONE, False
    else:
        native.InvertIfNegative = False
        native.Format.Fill.Visible = bool(series.fill)
        if series.pattern:
            native.Format.Fill.Patterned(_PATTERNS.get(series.pattern, 22))
            native.Format.Fill.ForeColor.RGB, native.Format.Fill.BackColor.RGB = rgb(series.fill), rgb(WHITE)
    if series.stroke:
        line = native.Format.Line
        line.Visible, line.ForeColor.RGB, line.Weight = True, rgb(series.stroke.colour), series.stroke.points
        line.DashStyle = _DASHES.get(series.stroke.dash, 1)
    if series.labels:
        _polish_labels(native, series.labels)


def _polish_labels(native: Any, labels: Labels) -> None:
    if labels.at is None:
        native.HasDataLabels = True
        label = native.DataLabels()
    else:
        point = native.Points(labels.at + 1)
        point.HasDataLabel = True
        label = point.DataLabel
    label.ShowValue, label.ShowSeriesName, label.NumberFormat = True, labels.name, labels.format
    if labels.name:
        label.Separator = " "
    if labels.position in _POSITIONS:
        label.Position = _POSITIONS[labels.position]
    label.Font.Color, label.Font.Size = rgb(labels.colour), BODY


def _polish_axis(native: Any, axis: Axis) -> None:
    native.HasMajorGridlines = False
    native.MajorTickMark = native.MinorTickMark = _NONE
    native.TickLabels.Font.Size, native.TickLabels.Font.Color = BODY, rgb(INK if axis.reverse else GREY)
    native.TickLabelPosition = _LOW
    native.Format.Line.ForeColor.RGB = rgb(RULE)


def _polish_frame(native: Any) -> None:
    native.DisplayBlanksAs = _GAPS
    native.ChartArea.Format.Line.Visible = native.ChartArea.Format.Fill.Visible = native.PlotArea.Format.Fill.Visible = False
    title = native.ChartTitle
    title.Font.Size, title.Font.Bold, title.Font.Color, title.Left = BODY, True, rgb(INK), 0
    with suppress(Exception):  # a chart has one only where there are several bars
        native.Legend.Font.Size, native.Legend.Font.Color = BODY, rgb(GREY)


def ours(sheet: Sheet) -> list[Chart]:
    """The charts of a sheet that we made."""
    return [chart for chart in sheet.charts if chart.name.startswith(PREFIX)]


def free_numbers(names: Iterable[str]) -> Iterator[int]:
    """Numbers that no chart has yet."""
    taken = set(names)
    return (number for number in count(1) if f"{PREFIX}{number}" not in taken)
