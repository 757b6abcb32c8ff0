"""What may be typed into cells, and what is said about it: derived from the dictionary."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Literal, NamedTuple

from clvxl.excel.anchors import name_of
from clvxl.excel.page import Area
from clvxl.terms import Term
from clvxl.words import LANGUAGES, Text

Rule = Literal["any", "decimal", "date", "list"]
PLEASE = Text("Please enter {expected}.", "Bitte {expected} eingeben.")
PICK = Text("Please pick one from the list.", "Bitte einen Eintrag der Liste wählen.")
EARLIEST = date(1900, 1, 1)


class Prompt(NamedTuple):
    """What may be typed into cells, and what is said about it."""

    cells: Area
    title: Text
    help: Text
    error: Text = PICK
    rule: Rule = "any"
    low: float | date | None = None
    high: float | None = None
    open_ended: bool = False  # the lowest value itself is not allowed
    choices: str = ""  # name of the cells to pick from
    strict: bool = True  # anything else is refused, not only advised against


def quantity(term: Term, cells: Area, *, label: Text | None = None, help: Text | None = None, strict: bool = True) -> Prompt:
    """The prompt for a quantity of the dictionary, under its own words or others."""
    error = Text(*(PLEASE.say(language, expected=term.expected.say(language)) for language in LANGUAGES))
    plain = Prompt(cells, label or term.label, help or term.help, error, strict=strict)
    if term.choices:
        return plain._replace(error=PICK, rule="list", choices=list_name(term.key))
    if term.unit == "date":
        return plain._replace(rule="date", low=EARLIEST)
    if term.unit == "text":
        return plain
    low, high = (bound if isfinite(bound) else None for bound in (term.low, term.high))
    rule: Rule = "any" if low is None and high is None else "decimal"
    return plain._replace(rule=rule, low=low, high=high, open_ended=term.low_open and low is not None)


def list_name(key: str) -> str:
    """The defined name of the words that a cell is picked from."""
    return name_of(f"list_{key}")
