"""Result pages in a workbook that holds other things as well: which sheet holds which page, and which names are left for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from clvxl.excel import clean
from clvxl.excel.brought import Results
from clvxl.excel.layout import lay_out
from clvxl.excel.page import Book
from clvxl.report.model import Sheet


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a workbook holds before its results are written."""

    results: Mapping[str, str]  # key of a page -> name of the sheet that holds it
    sheets: frozenset[str]  # the names of the other sheets
    names: frozenset[str]  # names of tables, cells and the like that are not ours


def placed(results: Results, inventory: Inventory) -> Book:
    """The report laid out for this workbook: on the sheets that hold its pages already, under no name that is the user's."""
    report = replace(results.report, sheets=(*results.report.sheets, *_gone(results, inventory.results)))
    return lay_out(report, _names(report.sheets, inventory), inventory.names)


def _gone(results: Results, there: Mapping[str, str]) -> Iterable[Sheet]:
    said, keys = results.gone.say(results.report.language), {sheet.key for sheet in results.report.sheets}
    return (Sheet(key, name, said, (), ()) for key, name in there.items() if key not in keys)


def _names(sheets: tuple[Sheet, ...], inventory: Inventory) -> list[str]:
    """A sheet keeps its name unless the page is now called otherwise, in another language."""
    plain = clean.sheet_names(sheet.name for sheet in sheets)
    known = [inventory.results.get(sheet.key, "") for sheet in sheets]
    kept = {place: name for place, (name, wanted) in enumerate(zip(known, plain, strict=True)) if _is_numbered(name, wanted)}
    rest = [name for place, name in enumerate(plain) if place not in kept]
    fresh = iter(clean.sheet_names(rest, (*inventory.sheets, *kept.values())))
    return [kept[place] if place in kept else next(fresh) for place in range(len(sheets))]


def _is_numbered(name: str, wanted: str) -> bool:
    """Whether a sheet has the name of its page, or that name with a number that kept it apart from another sheet."""
    stem = re.sub(r" \(\d+\)$", "", name)
    return bool(name) and (name == wanted or (stem != name and wanted.startswith(stem)))
