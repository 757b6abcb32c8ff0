"""A sheet under another name, and everything that refers to it: what Excel does by itself, done to a workbook in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl.workbook import Workbook

from clvxl.excel.references import quoted

_REFERENCE = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')+\'!|(?<![\w.\'])[^\W\d][\w.]*!')  # a text is none, whatever it says


def renamed(formula: str, titles: Mapping[str, str]) -> str:
    """The formula with sheets under their new names."""

    def put(found: re.Match[str]) -> str:
        text = found[0]
        title = text[:-1].strip("'").replace("''", "'") if text.endswith("!") else ""
        return f"{quoted(titles[title])}!" if title in titles else text

    return _REFERENCE.sub(put, formula)


def rename(workbook: Workbook, titles: Mapping[str, str]) -> None:
    """Lets formulas, names, rules, checks and charts follow sheets to their new names."""
    if not titles:
        return

    def new(text: str) -> str:
        return renamed(text, titles)

    for thing, name in _holders(workbook):
        said = getattr(thing, name, None)
        if isinstance(said, str):
            setattr(thing, name, new(said))
        elif isinstance(said, list):
            setattr(thing, name, [new(each) if isinstance(each, str) else each for each in said])


def _holders(workbook: Workbook) -> Iterator[tuple[Any, str]]:
    """Everything that may say a formula, and under which name."""
    yield from ((found, "value") for found in workbook.defined_names.values())
    for sheet in workbook.worksheets:
        yield from ((found, "value") for found in sheet.defined_names.values())
        for cell in sheet._cells.values():
            if cell.data_type == "f":
                yield (cell, "_value") if isinstance(cell.value, str) else (cell.value, "text")
        yield from ((rule, "formula") for ranges in sheet.conditional_formatting for rule in ranges.rules)
        yield from ((check, name) for check in sheet.data_validations.dataValidation for name in ("formula1", "formula2"))
        yield from _in_charts(getattr(sheet, "_charts", ()))


def _in_charts(charts: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    for chart in charts:
        for series in getattr(chart, "series", ()):
            for part in ("val", "cat", "xVal", "yVal", "tx"):
                holder = getattr(series, part, None)
                yield from ((reference, "f") for kind in ("numRef", "strRef", "multiLvlStrRef")
                            if (reference := getattr(holder, kind, None)) is not None)
