"""Result pages in a workbook that holds other things as well: which sheet holds which page, and which names are left for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count

from clvxl.excel import clean
from clvxl.excel.brought import Results
from clvxl.excel.layout import lay_out
from clvxl.excel.page import Book, Page
from clvxl.report.model import Sheet

_WORD = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'!|(?<![\w.$])[^\W\d][\w.]*(?![\w.(!])')  # texts and names of sheets count as one


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a workbook holds before its results are written."""

    results: Mapping[str, str]  # key of a page -> name of the sheet that holds it
    sheets: frozenset[str]  # the names of the other sheets
    names: frozenset[str]  # names of tables, cells and the like that are not ours


def placed(results: Results, inventory: Inventory) -> Book:
    """The report laid out for this workbook: on the sheets that hold its pages already, under no name that is the user's."""
    report = replace(results.report, sheets=(*results.report.sheets, *_gone(results, inventory.results)))
    return _renamed(lay_out(report, _names(report.sheets, inventory), inventory.names), inventory.names)


def _gone(results: Results, there: Mapping[str, str]) -> Iterable[Sheet]:
    said, keys = results.gone.say(results.report.language), {sheet.key for sheet in results.report.sheets}
    return (Sheet(key, name, said, (), ()) for key, name in there.items() if key not in keys)


def is_dead(refers_to: str) -> bool:
    """Whether a name leads nowhere, as those of pages do that were taken out."""
    return "#REF!" in refers_to


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


def _renamed(book: Book, taken: Iterable[str]) -> Book:
    """The names of inputs with a number where the user has given them to something else; the formulas of all pages follow."""
    there = {name.casefold() for name in taken}
    titles = {name: _free(name, there) for page in book.pages for name in page.names if name.casefold() in there}
    return replace(book, pages=tuple(_with_names(page, titles) for page in book.pages)) if titles else book


def _free(name: str, there: set[str]) -> str:
    return next(f"{name}_{number}" for number in count(2) if f"{name}_{number}".casefold() not in there)


def _with_names(page: Page, titles: Mapping[str, str]) -> Page:
    def follow(formula: str) -> str:
        return _WORD.sub(lambda found: titles.get(found[0], found[0]), formula)

    runs = [run._replace(formulas=[follow(each) for each in run.formulas]) for run in page.runs]
    return replace(page, runs=runs, names={titles.get(name, name): place for name, place in page.names.items()})
