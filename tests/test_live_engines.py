"""What live writing asks of xlwings, held against the engines that drive Excel: a method that only the one of the tests has fails here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from book_for_refresh import mine, saved
from live_clerk import CLERK
from live_engine import Engine
from synthetic import report
from test_live import engine, small

__all__ = ["engine"]  # a fixture

from clvxl.excel import live
from clvxl.excel.anchors import MESSAGE
from clvxl.excel.brought import Formula, Results

SOURCES = Path(xw.__file__).parent
CALLED = {"CellFont": "Font", "Series": "ChartSeries", "SeriesList": "ChartSeriesCollection"}  # the engine of the tests -> xlwings
LATE = {"Name.api"}  # not on a Mac; only the last touches ask for it, and do without


@pytest.fixture
def asked(tmp_path: Path, engine: Engine) -> set[str]:
    """Every kind of call that reading, a first and a second refresh, another language, and clearing make through the public interface."""
    CLERK.start()
    book = xw.Book(str(mine(tmp_path / "mine.xlsx")))
    live.read(book)
    live.write(Results(report("en", 30, 3), {MESSAGE: ("Sentence",)}), book)
    live.write(Results(report("de", 40, 2), {MESSAGE: (Formula("=1"),)}), book)
    live.clear(book, "de")
    other = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "other.xlsx")))
    for made in (small(9), small(14, note=True), small(4, language="de")):
        live.write(Results(made, {}), other)
    return set(CLERK.calls)


def written(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse((SOURCES / f"{module}.py").read_text(encoding="utf-8"))
    return {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}


def members(kind: str, module: dict[str, ast.ClassDef], shared: dict[str, ast.ClassDef]) -> Iterator[str]:
    """What a class of an engine can do, what it has from others included; what it sets has an equals sign behind it."""
    found = module[kind]
    for base in found.bases:
        if isinstance(base, ast.Name) and base.id in module:
            yield from members(base.id, module, shared)
        if isinstance(base, ast.Attribute) and base.attr in shared:
            yield from members(base.attr, shared, {})
    for each in found.body:
        if isinstance(each, ast.FunctionDef) and not _refuses(each):
            yield f"{each.name} =" if any(getattr(mark, "attr", "") == "setter" for mark in each.decorator_list) else each.name
        targets = each.targets if isinstance(each, ast.Assign) else []
        yield from (target.id for target in targets if isinstance(target, ast.Name))
        yield from (name for node in ast.walk(each) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
                    for name in (node.attr, f"{node.attr} =") if getattr(each, "name", "") == "__init__")


def _refuses(function: ast.FunctionDef) -> bool:
    """Whether all that it does is to say that it cannot."""
    said = [each for each in function.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    return not said or isinstance(said[0], ast.Raise | ast.Pass)


@pytest.mark.parametrize("system", ["_xlwindows", "_xlmac"])
def test_what_is_asked_for_is_there(asked: set[str], system: str) -> None:
    module, shared = written(system), written("base_classes")
    public = [call for call in asked if not call.partition(".")[2][:1].isupper()]  # what lies below is named as in Excel
    assert len(public) > 80
    missing = {call for call in public for kind, _, member in [call.partition(".")]
               if member not in members(CALLED.get(kind, kind), module, shared)}
    assert missing - LATE == set()
