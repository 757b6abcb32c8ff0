"""A chart as its part of a file says it, taken apart for an Excel that is told each thing by itself: nothing about charts is said twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from clvxl.excel.charts import drawing
from clvxl.excel.page import Picture

_C, _A = "{http://schemas.openxmlformats.org/drawingml/2006/chart}", "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_EMU = 12_700  # per point


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: colour, points, and the pattern of its dashes."""

    colour: str
    points: float
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """Values at the bars, or the name and value at the end of a line; ``at`` is the point, None for all."""

    format: str
    position: str
    colour: str
    at: int | None = None
    name: bool = False


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """One row of bars or one line; a pattern has the fill as its ink."""

    name: str
    categories: str
    values: str
    fill: str
    pattern: str
    stroke: Stroke | None
    labels: Labels | None


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two axes."""

    hidden: bool
    format: str
    reverse: bool
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whole chart."""

    kind: str
    title: str
    gap: int | None
    overlap: int | None
    series: tuple[DrawnSeries, ...]
    category_axis: Axis
    value_axis: Axis
    legend: bool


def drawn(picture: Picture) -> Drawn:
    """What the file would say of a picture."""
    chart = ElementTree.fromstring(drawing(picture)).find(f"{_C}chart")  # noqa: S314 - we wrote it
    assert chart is not None  # noqa: S101 - and we wrote one
    plot = next(each for each in chart.find(f"{_C}plotArea") if each.tag.endswith("Chart"))  # type: ignore[union-attr]  # so too here
    kinds = {"lineChart": "line", "areaChart": "area"}
    direction = {"bar": "bar_clustered", "col": "column_clustered"}.get(_text(plot, "barDir"), "")
    return Drawn(
        kind=kinds.get(plot.tag.removeprefix(_C), direction),
        title="".join(each.text or "" for each in chart.iterfind(f"{_C}title//{_A}t")),
        gap=_whole(plot, "gapWidth"),
        overlap=_whole(plot, "overlap"),
        series=tuple(_series(each) for each in plot.iterfind(f"{_C}ser")),
        category_axis=_axis(chart.find(f"{_C}plotArea/{_C}catAx")),
        value_axis=_axis(chart.find(f"{_C}plotArea/{_C}valAx")),
        legend=chart.find(f"{_C}legend") is not None,
    )


def _series(element: Any) -> DrawnSeries:
    look = element.find(f"{_C}spPr")
    pattern = look.find(f"{_A}pattFill")
    fill = look.find(f"{_A}pattFill/{_A}fgClr/{_A}srgbClr" if pattern is not None else f"{_A}solidFill/{_A}srgbClr")
    return DrawnSeries(
        name=element.findtext(f"{_C}tx/{_C}v", ""),
        categories=_reference(element, "cat"),
        values=_reference(element, "val"),
        fill="" if fill is None else fill.get("val"),
        pattern="" if pattern is None else pattern.get("prst"),
        stroke=_stroke(look.find(f"{_A}ln")),
        labels=_labels(element.find(f"{_C}dLbls")),
    )


def _reference(element: Any, part: str) -> str:
    return next((each.text for each in element.iterfind(f"{_C}{part}//{_C}f")), "")


def _stroke(element: Any) -> Stroke | None:
    if element is None or element.find(f"{_A}solidFill") is None:
        return None
    dash = element.find(f"{_A}prstDash")
    points = int(element.get("w", _EMU)) / _EMU
    return Stroke(element.find(f"{_A}solidFill/{_A}srgbClr").get("val"), points, "" if dash is None else dash.get("val"))


def _labels(element: Any) -> Labels | None:
    if element is None:
        return None
    point = element.find(f"{_C}dLbl")
    said = element if point is None else point
    shown = said.find(f"{_C}numFmt")
    if shown is None:
        return None
    colour = said.find(f"{_C}txPr//{_A}srgbClr")
    return Labels(shown.get("formatCode"), _text(said, "dLblPos"), "" if colour is None else colour.get("val"),
                  None if point is None else _whole(point, "idx"), _text(said, "showSerName") == "1")


def _axis(element: Any) -> Axis:
    low, high = (element.find(f"{_C}scaling/{_C}{end}") for end in ("min", "max"))
    shown = element.find(f"{_C}numFmt")
    return Axis(
        hidden=_text(element, "delete") == "1",
        format="General" if shown is None else shown.get("formatCode"),
        reverse=_text(element.find(f"{_C}scaling"), "orientation") == "maxMin",
        low=None if low is None else float(low.get("val")),
        high=None if high is None else float(high.get("val")),
    )


def _text(element: Any, part: str) -> str:
    found = element.find(f"{_C}{part}")
    return "" if found is None else found.get("val", "")


def _whole(element: Any, part: str) -> int | None:
    text = _text(element, part)
    return int(text) if text else None
