"""How much room a text or a number needs, without asking a printer: widths in digits of the standard font, as Excel counts columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from math import ceil

from clvxl.excel.look import BODY, LINE
from clvxl.report.model import Value
from clvxl.words import Language, number

STANDARD = 11.0  # points of the font whose digits columns are counted in

_WIDTHS = {character: width for width, characters in {
    0.46: "ijlI|'.,:;! \u00a0\u202f",
    0.64: "frt()[]{}-/\\\"`°",
    0.86: "cszvxykJLäß?_ECFST€$",
    1.22: "ABDGHKNOPQRUVXYZÄÖÜ&=+<>×≥≤",
    1.62: "mwMW%@–—…▲■▼",
}.items() for character in characters}


def width(text: str, *, bold: bool = False, size: float = BODY) -> float:
    """Room for one line of text."""
    units = sum(_WIDTHS.get(character, 1.03 if character < "\u2e80" else 2.0) for character in text)
    return units * size / STANDARD * (1.06 if bold else 1.0)


def widest(texts: Iterable[str], *, bold: bool = False) -> float:
    """Room for the widest of many texts; only the long ones are looked at closely."""
    found = set(texts)
    longest = max(map(len, found), default=0)
    return max((width(text, bold=bold) for text in found if len(text) >= 0.7 * longest), default=0.0)


def lines(text: str, room: float, *, bold: bool = False, size: float = BODY) -> int:
    """How many lines a text takes when words are kept whole."""
    space = width(" ", bold=bold, size=size)
    count = 0
    for paragraph in text.split("\n"):
        count, left = count + 1, room
        for word in re.findall(r"[^\s-]+-?|-", paragraph):
            need = width(word, bold=bold, size=size)
            if need > left and left < room:
                count, left = count + 1, room
            count += max(0, ceil(need / room) - 1)
            left -= need % room + (0 if word.endswith("-") else space)
    return count


def height(text: str, room: float, *, bold: bool = False, size: float = BODY) -> float:
    """Points that a wrapped text needs."""
    return lines(text, room - 1.2, bold=bold, size=size) * LINE * size / BODY + 3.6


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
