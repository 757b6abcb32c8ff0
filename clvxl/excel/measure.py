"""How much room a text or a number needs, without asking a printer: widths in digits of the standard font, as Excel counts columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from clvxl.excel.look import BODY, LINE
from clvxl.report.model import Value
from clvxl.words import Language, number

TALLEST = 409.0  # points a row may have
STANDARD = 11.0  # points of the font whose digits columns are counted in

# Advance widths of Calibri in digits; other characters are about as wide as a digit.
_WIDTHS = {character: width for width, characters in {
    0.46: "ijl ' \u00a0\u202f",
    0.52: "I.,·:;",
    0.62: "f()[]{}-tJ!°",
    0.72: "rs/",
    0.84: "czxLS\"",
    0.91: "kvyFZ?|",
    0.95: "agETYä",
    1.06: "bdhnopquBCKRöüßV",
    1.15: "AÄ",
    1.25: "DGHNUÜOÖ",
    1.40: "wQ&…%",
    1.60: "m",
    1.78: "MW@—▲■▼◆",
}.items() for character in characters}
_BOLD, _WIDE = 1.03, 2.0
_SLACK = 0.8  # what a cell keeps free at its edges, and screens round up


def width(text: str, *, bold: bool = False, size: float = BODY) -> float:
    """Room for one line of text."""
    units = sum(_WIDTHS.get(character, 1.0 if character < "\u2e80" else _WIDE) for character in text)
    return units * size / STANDARD * (_BOLD if bold else 1.0)


def widest(texts: Iterable[str], *, bold: bool = False) -> float:
    """Room for the widest of many texts; only the long ones are looked at closely."""
    found = set(texts)
    longest = max(map(len, found), default=0)
    return max((width(text, bold=bold) for text in found if len(text) >= 0.7 * longest), default=0.0)


def lines(text: str, room: float, *, bold: bool = False, size: float = BODY) -> list[float]:
    """The widths of the lines that a text takes when words are kept whole."""
    space, found = width(" ", bold=bold, size=size), []
    for paragraph in text.split("\n"):
        line = 0.0
        for word in re.findall(r"\s*(?:[^\s-]+-?|-)", paragraph):
            need = width(word.strip(), bold=bold, size=size)
            gap = space if word[0].isspace() and line else 0.0
            if line and line + gap + need > room:
                found.append(line)
                line = gap = 0.0
            line += gap + need
            while line > room:
                found.append(room)
                line -= room
        found.append(line)
    return found


def inside(room: float) -> float:
    """What a column of this width leaves for its text."""
    return max(room * 0.98 - _SLACK, 1.0)


def height(text: str, room: float, *, bold: bool = False, size: float = BODY) -> float:
    """Points that a wrapped text needs in columns of this width."""
    return min(len(lines(text, inside(room), bold=bold, size=size)) * LINE * size / BODY + 3.6, TALLEST)


def shown(value: Value, format: str = "General", language: Language = "en") -> str:
    """A value roughly as the cell shows it: good for its width and for texts about it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if format == "General":
        return f"{value:.10g}"
    section = format.partition(";")[0]
    literal = "".join(re.findall(r'"([^"]*)"', section)) + "".join(re.findall(r"\[\$([^\]-]*)[^\]]*\]", section))
    pattern = re.sub(r'"[^"]*"|\[[^\]]*\]', "", section)
    decimals = re.search(r"\.([0#]+)", pattern)
    share = "%" in pattern
    text = number(float(value) * (100 if share else 1), language, len(decimals[1]) if decimals else 0)
    if "," not in pattern:
        text = text.replace("." if language == "de" else ",", "")
    return ("+" if pattern.startswith("+") and value > 0 else "") + text + ("%" if share else "") + literal
