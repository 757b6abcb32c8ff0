"""The visual language: one family, two sizes, two weights, dark ink, greys, one accent; blue is good and orange needs attention."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

INK, GREY, PALE, HAIR, RULE = "262626", "6B6B6B", "F5F6F8", "DDDFE3", "595959"
ACCENT, TINT = "1B5E9E", "EEF4FA"
GOOD, GOOD_FILL = "1B5E9E", "DCE9F6"
FAIR, FAIR_FILL = "595959", "EDEDED"
POOR, POOR_FILL = "A6480B", "FBE5D6"
OPEN, OPEN_FILL, OPEN_LINE = "1F3FBF", "FFF8DC", "E3D8A8"
BAR, BAR_BELOW = "C7DBEF", "F6D3BA"
COLD, MIDDLE, WARM = "F4C7A6", "FFFFFF", "9CC1E4"
WHITE = "FFFFFF"

BODY, LARGE = 10.0, 16.0
TONES = {"good": (GOOD, GOOD_FILL), "fair": (FAIR, FAIR_FILL), "poor": (POOR, POOR_FILL)}
SIGNS = {"good": "▲", "fair": "■", "poor": "▼"}

# Widths in digits of the workbook's standard font, heights in points.
MARGIN = 2.3
NARROWEST, WIDEST, WIDEST_TEXT = 7.0, 46.0, 62.0
FILLER = 12.0
LANDSCAPE, PORTRAIT = 150.0, 96.0
READABLE = 118.0  # a paragraph is not wider than this
TILE = 40.0
ROW, GAP, LINE = 16.5, 9.0, 13.2
CHART_ROWS, LINE_ROWS, CHART_ROWS_MOST = 13, 12, 22
ON_ONE_SCREEN = 190.0  # what may stay frozen above a list


Edge = tuple[Literal["hair", "thin", "medium", "thick"], str] | None


@dataclass(frozen=True, slots=True)
class Look:
    """Fonts, fill, lines and alignment of a role."""

    size: float = BODY
    bold: bool = False
    ink: str = INK
    fill: str = ""
    top: Edge = None
    bottom: Edge = None
    left: Edge = None
    right: Edge = None
    across: Literal["left", "right", "center"] = "left"
    down: Literal["top", "center", "bottom"] = "center"
    indent: int = 0
    wrap: bool = False
    open: bool = False  # may be changed on a protected page


_HAIR: Edge = ("thin", HAIR)
_RULE: Edge = ("thin", RULE)

_TEXT = Look(bottom=_HAIR, down="center")
_NUMBER = replace(_TEXT, across="right")
_HEAD = Look(bold=True, ink=GREY, bottom=_RULE, down="bottom", wrap=True)
_TOTAL = Look(bold=True, top=_RULE)
_TILE = Look(fill=PALE, indent=1)
_INPUT = Look(ink=OPEN, fill=OPEN_FILL, top=("thin", OPEN_LINE), bottom=("thin", OPEN_LINE), left=("thin", OPEN_LINE),
              right=("thin", OPEN_LINE), across="right", open=True)

LOOKS: dict[str, Look] = {
    "plain": Look(),
    "band": Look(ink=GREY, bottom=_HAIR),
    "band.link": Look(ink=ACCENT, bottom=_HAIR),
    "band.here": Look(ink=INK, bold=True, bottom=_HAIR),
    "message": Look(size=LARGE, ink=ACCENT, wrap=True),
    "title": Look(ink=INK),
    "title.first": Look(ink=INK, bold=True),
    "heading": Look(bold=True, ink=INK, down="bottom"),
    "note": Look(wrap=True, down="top"),
    "sign.good": Look(ink=GOOD, across="center", down="top"),
    "sign.fair": Look(ink=FAIR, across="center", down="top"),
    "sign.poor": Look(ink=POOR, across="center", down="top"),
    "tile.label": replace(_TILE, ink=GREY, down="bottom"),
    "tile.value": replace(_TILE, size=LARGE, across="left"),
    "tile.comment": replace(_TILE, ink=GREY, down="top", wrap=True),
    "head.text": _HEAD,
    "head.number": replace(_HEAD, across="right"),
    "list.text": replace(_HEAD, down="top"),  # filter buttons stand below the words
    "list.number": replace(_HEAD, down="top", across="right"),
    "text": _TEXT,
    "number": _NUMBER,
    "text.link": replace(_TEXT, ink=ACCENT),
    "text.result": replace(_TEXT, bold=True, fill=TINT),
    "number.result": replace(_NUMBER, bold=True, fill=TINT),
    "text.total": _TOTAL,
    "number.total": replace(_TOTAL, across="right"),
    "grid.label": Look(ink=GREY, bold=True),
    "grid.corner": replace(_HEAD, across="right"),
    "grid.head": replace(_HEAD, across="center"),
    "grid.row": Look(bold=True, ink=GREY, across="right"),
    "grid.size": Look(ink=GREY, across="right", indent=1),
    "grid.value": Look(across="center", bottom=("thin", WHITE), right=("thin", WHITE)),
    "input.label": _TEXT,
    "input": _INPUT,
    "input.text": replace(_INPUT, across="left", wrap=True),
    "input.help": replace(_TEXT, ink=GREY, indent=1, wrap=True),
    "data.head": Look(bold=True, bottom=_RULE),
    "data": Look(),
}
# Words behind a column of numbers keep a distance from them.
LOOKS |= {f"{role}.next": replace(look, indent=1) for role, look in LOOKS.items()
          if role in {"text", "text.link", "text.result", "text.total", "head.text", "list.text"}}

# Parts of a chart: fill, and how it is drawn.
SERIES = {
    "actual": "404040",
    "accent": "1B5E9E",
    "previous": "B3B3B3",
    "projection": "404040",
    "target": "9A9A9A",
}
