"""What is said of one quantity: unit, bounds, number format, words, and the headings it answers to."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from clvxl.words import LANGUAGES, OR, Language, Text, enumeration, exact

Unit = Literal["fraction", "money", "years", "months", "time", "count", "ratio", "score", "points", "date", "text", "choice", "row"]

FORMATS: dict[Unit, str] = {
    "fraction": "0.0%",
    "money": "#,##0",
    "years": "0.0",
    "months": "0.0",
    "time": "0.0",
    "count": "#,##0",
    "ratio": "0.0",
    "score": "0",
    "points": "0",
    "date": "mm-dd-yy",  # Excel's built-in short date: shown in the reader's own order
    "text": "General",
    "choice": "General",
    "row": "General",
}

_A_NUMBER = Text("a number", "eine Zahl")
_KINDS: dict[Unit, Text] = {
    "fraction": Text("a fraction such as 0.3 or 30%", "ein Anteil wie 0,3 oder 30 %"),
    "date": Text("a day such as 2025-12-31", "ein Tag wie 31.12.2025"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One quantity. ``bounds`` is an interval such as ``[0, 1]`` or ``(-1, inf)``; a round bracket leaves the end out."""

    key: str
    unit: Unit
    label: Text
    help: Text
    bounds: str = "(-inf, inf)"
    symbol: str = ""
    headings: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def format(self) -> str:
        return FORMATS[self.unit]

    @property
    def low(self) -> float:
        return float(self.bounds[1:].partition(",")[0])

    @property
    def high(self) -> float:
        return float(self.bounds[:-1].partition(",")[2])

    def admits(self, value: float) -> bool:
        """Whether a number lies within the bounds."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def range(self, language: Language) -> str:
        """The bounds in words, such as ``at most 1`` or ``between 0 and 1``; empty where every number is allowed."""
        low, high = exact(self.low, language), exact(self.high, language)
        if isfinite(self.low) and isfinite(self.high) and not (self.low_open or self.high_open):
            return Text("between {low} and {high}", "zwischen {low} und {high}").say(language, low=low, high=high)
        least = Text("more than {low}", "größer als {low}") if self.low_open else Text("at least {low}", "mindestens {low}")
        most = Text("less than {high}", "kleiner als {high}") if self.high_open else Text("at most {high}", "höchstens {high}")
        ends = [least.say(language, low=low)] if isfinite(self.low) else []
        return enumeration(ends + ([most.say(language, high=high)] if isfinite(self.high) else []), language)

    @property
    def expected(self) -> Text:
        """What a person may write for it."""
        if self.choices:
            return Text(*(enumeration(list(self.choices), language, OR) for language in LANGUAGES))
        kind = _KINDS.get(self.unit, _A_NUMBER)
        return Text(*(", ".join(filter(None, (kind.say(language), self.range(language)))) for language in LANGUAGES))

    @property
    def low_open(self) -> bool:
        return self.bounds.startswith("(")

    @property
    def high_open(self) -> bool:
        return self.bounds.endswith(")")
