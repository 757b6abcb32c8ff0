"""Texts and names as Excel accepts them: nothing hostile, nothing too long, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from math import isfinite
from typing import Any

from clvxl.report.model import Value

LONGEST_TEXT = 32_767
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_AS_FORMULA = ("=", "+", "-", "@", "'", "#")
_AS_NUMBER = re.compile(r"(?=\D*\d)[^A-Za-zÀ-ž]*(?:[A-Za-zÀ-ž]{1,9}(?![A-Za-zÀ-ž])[^A-Za-zÀ-ž]*){0,2}")  # two words at most: Mai, PM, EUR
_AS_TRUTH = frozenset(("true", "false", "wahr", "falsch"))
DAY_ZERO, _FIRST_SAFE_DAY = date(1899, 12, 30), date(1900, 3, 1)  # Excel believes in a 29 February 1900
_ADDRESS = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*")


def text(value: str) -> str:
    """A text that a cell can hold: without control characters, and cut with a sign where Excel would refuse it."""
    value = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"


def escaped(value: str) -> str:
    """The same text for a file, where ``_x0041_`` would be read as a letter."""
    return _ESCAPED.sub("_x005F_", value) if "_x" in value else value


def is_doubtful(value: str) -> bool:
    """Whether Excel would make something else of this text when it is entered: a formula, a number, a day, a truth value, an error."""
    return value.startswith(_AS_FORMULA) or value.casefold() in _AS_TRUTH or (len(value) < 40 and bool(_AS_NUMBER.fullmatch(value)))


def stored(value: Value, day_zero: date = DAY_ZERO) -> float | int | str | None:
    """A value as a cell holds it: a date as the number of its day, by the calendar of the workbook."""
    kept = plain(value)
    if isinstance(kept, date):
        day = kept.date() if isinstance(kept, datetime) else kept
        return (day - day_zero).days if day >= max(_FIRST_SAFE_DAY, day_zero) else day.isoformat()
    return kept


def plain(value: Any) -> Value:
    """A value of another library as a number, a text, a date or nothing; not a number is nothing."""
    kind = type(value)
    if kind is float:
        return float(value) if isfinite(value) else None
    if kind is int:
        return int(value)
    return text(value) if kind is str else _foreign(value)


def _foreign(value: Any) -> Value:
    if value is None or type(value).__name__ in {"NaTType", "NAType"}:  # what pandas calls missing, without importing pandas
        return None
    if isinstance(value, str):
        return text(str(value))
    if isinstance(value, date):
        return value
    if hasattr(value, "item"):
        return plain(value.item())
    return plain(int(value) if isinstance(value, int) else float(value))


def _different(name: str, taken: set[str], longest: int, join: str) -> str:
    found, number = name[:longest], 1
    while found.casefold() in taken:
        number += 1
        end = join.format(number)
        found = name[: longest - len(end)] + end
    taken.add(found.casefold())
    return found


def sheet_names(names: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """Names for sheets: at most 31 characters, none that Excel forbids or keeps for itself, no two alike, none of the others."""
    taken = {"history", *(name.casefold() for name in others)}
    found = []
    for name in names:
        allowed = re.sub(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff\ud800-\udfff]", " ", name)
        short = re.sub(r"\s+", " ", allowed).strip(" ")[:31].strip(" '")
        found.append(_different(short or "Sheet", taken, 31, " ({})"))
    return found


def table_name(name: str, taken: set[str]) -> str:
    """A name for an Excel table: letters, digits and underscores, not like an address, no two alike in the workbook."""
    found = re.sub(r"\W", "_", name, flags=re.ASCII if name.isascii() else 0)[:200]
    if not found or not (found[0].isalpha() or found[0] == "_") or _ADDRESS.fullmatch(found):
        found = f"_{found}"
    return _different(found, taken, 255, "_{}")


def headings(labels: Iterable[str]) -> tuple[str, ...]:
    """Headings of an Excel table: texts in one line, none empty, no two alike."""
    taken: set[str] = set()
    return tuple(_different(re.sub(r"\s+", " ", text(label)).strip() or "·", taken, 255, " ({})") for label in labels)
