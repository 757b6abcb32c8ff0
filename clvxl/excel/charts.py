"""Native charts as DrawingML: dark bars for what is, lighter for what was, hatched for what may come, values instead of grids."""

from __future__ import annotations

from html import escape as _xml
from math import nan

from clvxl.excel.look import ACCENT, BODY, GREY, HAIR, INK, RULE, SERIES, WHITE
from clvxl.excel.measure import shown, widest, width
from clvxl.excel.page import Line, Picture, Points

_SPACES = ('xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
           'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"')
LABELS = 24  # more bars than this have an axis instead of values
CATEGORY, VALUE = "111", "222"
_CLOSE = 0.08  # of the axis: about a line of text


def drawing(picture: Picture) -> str:
    """The chart part of a picture."""
    return (
        f'<c:chartSpace {_SPACES}><c:roundedCorners val="0"/><c:chart>{_title(picture.title)}<c:autoTitleDeleted val="0"/>'
        f"<c:plotArea>{_layout(picture)}{_plot(picture)}{_axes(picture)}<c:spPr>{_NOTHING}</c:spPr></c:plotArea>"
        f'{_legend(picture)}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr>{_NOTHING}<a:ln><a:noFill/></a:ln></c:spPr>{_text(GREY)}</c:chartSpace>")


_NOTHING = "<a:noFill/>"


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _stroke(colour: str, points: float, dash: str = "") -> str:
    pattern = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * 12700)}" cap="rnd">{_solid(colour)}{pattern}<a:round/></a:ln>'


def _text(colour: str, *, bold: bool = False) -> str:
    properties = f'sz="{round(BODY * 100)}" b="{int(bold)}"'
    return f"<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr {properties}>{_solid(colour)}</a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>"


def _title(text: str) -> str:
    properties = f'sz="{round(BODY * 100)}" b="1"'
    return (
        f'<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr algn="l"><a:defRPr {properties}>{_solid(INK)}</a:defRPr></a:pPr>'
        f"<a:r><a:rPr {properties}>{_solid(INK)}</a:rPr><a:t>{_xml(text)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0.0"/><c:y val="0.01"/></c:manualLayout></c:layout>'
        '<c:overlay val="0"/></c:title>')


def _layout(picture: Picture) -> str:
    """A line chart leaves room at its right end for the names of its lines."""
    if picture.kind != "line":
        return "<c:layout/>"
    right = min((max(width(_end_name(line, picture)) for line in picture.lines) + 4) / picture.width, 0.45)
    left = min((_axis_width(picture) + 2.5) / picture.width, 0.3)
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.3f}"/><c:y val="0.17"/><c:w val="{1 - left - right:.3f}"/><c:h val="0.68"/></c:manualLayout></c:layout>')


def _axis_width(picture: Picture) -> float:
    return widest(shown(value, picture.format) for line in picture.lines for value in line.points.values)


def _end_name(line: Line, picture: Picture) -> str:
    last = next((value for value in reversed(line.points.values) if value is not None), None)
    return (f"{line.label} " if len(picture.lines) > 1 else "") + shown(last, picture.format)


def _plot(picture: Picture) -> str:
    series = "".join(_series(picture, line, index) for index, line in enumerate(picture.lines))
    axes = f'<c:axId val="{CATEGORY}"/><c:axId val="{VALUE}"/>'
    if picture.kind == "line":
        return f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>{axes}</c:lineChart>'
    direction = "bar" if picture.kind == "bar" else "col"
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="50"/><c:overlap val="{100 if _over_each_other(picture) else 0}"/>{axes}</c:barChart>')


def _over_each_other(picture: Picture) -> bool:
    """Bars share one place where only one of them has a value, and where a target frames another."""
    if any(line.role == "target" for line in picture.lines):
        return True
    rows = zip(*(line.points.values for line in picture.lines), strict=False)
    return all(sum(value is not None for value in row) < 2 for row in rows)


def _series(picture: Picture, line: Line, index: int) -> str:
    flat = picture.kind == "line"
    return (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:v>{_xml(line.label)}</c:v></c:tx>'
        f"<c:spPr>{_line_look(line.role) if flat else _bar_look(line.role)}</c:spPr>"
        + ('<c:marker><c:symbol val="none"/></c:marker>' if flat else '<c:invertIfNegative val="0"/>')
        + (_end_label(picture, line) if flat else _bar_labels(picture, line))
        + f"<c:cat>{_cached(picture.categories)}</c:cat><c:val>{_numbers(line.points)}</c:val>"
        + ('<c:smooth val="0"/>' if flat else "") + "</c:ser>")


def _bar_look(role: str) -> str:
    colour = SERIES[role]
    if role == "projection":
        return (f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{colour}"/></a:fgClr><a:bgClr><a:srgbClr val="{WHITE}"/></a:bgClr>'
                f"</a:pattFill>{_stroke(colour, 0.75)}")
    return _NOTHING + _stroke(colour, 1.25) if role == "target" else _solid(colour)


def _line_look(role: str) -> str:
    points, dash = {"projection": (1.75, "sysDash"), "target": (1.0, "sysDot"), "previous": (1.5, "")}.get(role, (2.25, ""))
    return _stroke(SERIES[role], points, dash)


def _bar_labels(picture: Picture, line: Line) -> str:
    if not _labelled(picture) or line.role == "target":
        return ""
    colour = ACCENT if line.role == "accent" else INK
    return f"<c:dLbls>{_label(picture, colour, 'outEnd')}</c:dLbls>"


def _labelled(picture: Picture) -> bool:
    """Whether values stand at the bars; there must be room for them."""
    bars = sum(value is not None for line in picture.lines for value in line.points.values if line.role != "target")
    return bars <= (LABELS if picture.kind == "bar" else max(int(picture.width / (_axis_width(picture) + 1.5)), 4))


def _label(picture: Picture, colour: str, position: str, *, name: bool = False) -> str:
    separator = "<c:separator> </c:separator>" if name else ""
    return (
        f'<c:numFmt formatCode="{_xml(picture.format)}" sourceLinked="0"/><c:spPr>{_NOTHING}</c:spPr>{_text(colour)}'
        f'<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        f'<c:showSerName val="{int(name)}"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>{separator}')


def _end_label(picture: Picture, line: Line) -> str:
    """The line's name and last value, where the line ends."""
    known = [index for index, value in enumerate(line.points.values) if value is not None]
    if not known:
        return ""
    colour = SERIES[line.role] if line.role != "previous" else GREY
    label = _label(picture, colour, _end_side(picture, line, known[-1]), name=len(picture.lines) > 1)
    silent = "".join(f'<c:show{what} val="0"/>' for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"))
    return f'<c:dLbls><c:dLbl><c:idx val="{known[-1]}"/>{label}</c:dLbl>{silent}</c:dLbls>'


def _end_side(picture: Picture, line: Line, end: int) -> str:
    """Where a line's name has room: behind its end, above or below it where another ends close; before a steep line's early end."""
    own = _number(line, end)
    others = [_number(other, end) for other in picture.lines if other is not line]
    if end == len(line.points.values) - 1:
        close = [own - other for other in others if abs(own - other) < _CLOSE * _highest(picture)]
        return "r" if not close else "t" if min(close) >= 0 else "b"
    step = max(round(0.15 * len(line.points.values)), 1)  # about the room of a name
    if end >= step and abs(own - _number(line, end - step)) > _CLOSE * _highest(picture):
        return "l"
    return "b" if any(other > own for other in others) else "t"


def _number(line: Line, place: int) -> float:
    value = line.points.values[place]
    return float(value) if isinstance(value, int | float) else nan


def _highest(picture: Picture) -> float:
    return max(map(abs, _values(picture)), default=0.0)


def _axes(picture: Picture) -> str:
    flat, sideways = picture.kind == "line", picture.kind == "bar"
    values = _values(picture)
    start = '<c:min val="0"/>' if min(values) >= 0 else ""
    start = '<c:max val="1"/>' + start if "%" in picture.format and 0.8 < max(values) <= 1 else start
    hidden = int(not flat and _labelled(picture))
    return (
        f'<c:catAx><c:axId val="{CATEGORY}"/><c:scaling><c:orientation val="{"maxMin" if sideways else "minMax"}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if sideways else "b"}"/>{_format(picture.categories.format)}'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'<c:spPr>{_stroke(RULE, 0.75)}</c:spPr>{_text(INK)}<c:crossAx val="{VALUE}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="50"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{VALUE}"/><c:scaling><c:orientation val="minMax"/>{start}</c:scaling><c:delete val="{hidden}"/>'
        f'<c:axPos val="{"t" if sideways else "l"}"/>{_format(picture.format)}<c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr>{_stroke(HAIR, 0.75)}</c:spPr>{_text(GREY)}'
        f'<c:crossAx val="{CATEGORY}"/><c:crosses val="autoZero"/><c:crossBetween val="{"midCat" if flat else "between"}"/></c:valAx>')


def _values(picture: Picture) -> list[float]:
    return [value for line in picture.lines for value in line.points.values if isinstance(value, int | float)]


def _format(code: str) -> str:
    return f'<c:numFmt formatCode="{_xml(code)}" sourceLinked="0"/>'


def _legend(picture: Picture) -> str:
    if picture.kind == "line" or len(picture.lines) < 2:
        return ""
    return f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_text(GREY)}</c:legend>'


def _cached(points: Points) -> str:
    """Categories with what they say: words, or numbers in their format."""
    if all(isinstance(value, int | float) for value in points.values):
        return _numbers(points)
    texts = [shown(value, points.format) for value in points.values]
    cache = "".join(f'<c:pt idx="{index}"><c:v>{_xml(text)}</c:v></c:pt>' for index, text in enumerate(texts))
    return f'<c:strRef><c:f>{_xml(points.address)}</c:f><c:strCache><c:ptCount val="{len(texts)}"/>{cache}</c:strCache></c:strRef>'


def _numbers(points: Points) -> str:
    cache = "".join(f'<c:pt idx="{index}"><c:v>{value!r}</c:v></c:pt>' for index, value in enumerate(points.values)
                    if isinstance(value, int | float))
    return (f"<c:numRef><c:f>{_xml(points.address)}</c:f><c:numCache><c:formatCode>{_xml(points.format)}</c:formatCode>"
            f'<c:ptCount val="{len(points.values)}"/>{cache}</c:numCache></c:numRef>')
