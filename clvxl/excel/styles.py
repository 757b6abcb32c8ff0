"""Roles of the visual language as cell styles of one workbook, each registered once."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from clvxl.excel.look import LOOKS, TONES, Edge, Look
from clvxl.excel.page import Style
from clvxl.report.model import Tone


class Styles:
    """The styles of a workbook; a cell that takes one shares it with all cells like it."""

    def __init__(self, sheet: Worksheet) -> None:
        self._pattern = Cell(sheet, 1, 1)
        self._found: dict[tuple[Style, bool], StyleArray] = {}

    def __getitem__(self, style: Style) -> StyleArray:
        return self._find(style, quoted=False)

    def quoted(self, style: Style) -> StyleArray:
        """For texts that would become formulas when somebody edits them."""
        return self._find(style, quoted=True)

    def _find(self, style: Style, *, quoted: bool) -> StyleArray:
        known = self._found.get((style, quoted))
        if known is None:
            known = self._found[style, quoted] = self._register(style, quoted=quoted)
        return known

    def _register(self, style: Style, *, quoted: bool) -> StyleArray:
        look = LOOKS[style.role]
        cell: Any = self._pattern
        cell._style = StyleArray()
        cell.font, cell.fill, cell.border = font(look), fill(look.fill), border(look)
        cell.alignment = Alignment(look.across, look.down, wrap_text=look.wrap or style.wrap or None, indent=look.indent)
        cell.protection = Protection(locked=not look.open)
        cell.number_format = style.format
        cell.quotePrefix = quoted
        return StyleArray(cell._style)


def font(look: Look) -> Font:
    """The workbook's theme font in the size, weight and colour of a role."""
    return Font(name="Calibri", family=2, scheme="minor", sz=look.size, b=look.bold, color=f"FF{look.ink}")


def fill(colour: str) -> PatternFill:
    """One colour, or nothing."""
    return PatternFill("solid", fgColor=f"FF{colour}") if colour else PatternFill()


def border(look: Look) -> Border:
    """The lines around a cell."""
    return Border(top=_side(look.top), bottom=_side(look.bottom), left=_side(look.left), right=_side(look.right))


def _side(edge: Edge) -> Side:
    return Side(edge[0], f"FF{edge[1]}") if edge else Side()


def light(tone: Tone) -> DifferentialStyle:
    """What a word of this tone looks like."""
    ink, ground = TONES[tone]
    return DifferentialStyle(font=Font(color=f"FF{ink}", b=tone != "fair"), fill=PatternFill(bgColor=f"FF{ground}"))
