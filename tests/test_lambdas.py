"""The native LAMBDA names give what the catalog gives: the same arguments through a spreadsheet engine and through Python."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import ironcalc
import numpy as np
import pytest
from openpyxl import Workbook
from openpyxl.utils import FORMULAE
from openpyxl.workbook.defined_name import DefinedName

from clvxl import CATALOG
from clvxl.catalog import Formula
from clvxl.errors import CallError, error_name, error_value
from clvxl.excel.lambdas import lambda_names, stored, typed

NATIVE = [name for name, formula in CATALOG.items() if formula.native]
OMITTED = object()
Given = tuple[Any, ...]  # per argument a number, text, an error's name, None for a blank cell, OMITTED, or a list of these for a column

# Usual values, so that most results are numbers; the dictionary's bounds are added as edges.
USUAL: dict[str, tuple[float, float]] = {
    "margin": (-0.2, 0.9), "retention": (0, 1), "discount": (-0.3, 0.5), "growth": (-0.1, 0.2), "years": (0, 30), "survival": (0, 1),
    "cac": (-10, 5000), "revenue": (0, 20000), "target_ratio": (0.5, 6), "customers_start": (80, 120), "customers_end": (60, 140),
    "customers_new": (0, 60), "customers_lost": (0, 130), "rate": (-0.2, 1.3), "from_months": (0.5, 24), "to_months": (0.5, 24),
    "share": (0, 1), "count": (0, 20), "begin_value": (1, 1000), "end_value": (0, 1000),
}
EDGES = (0, 1, -1, 0.5, 1e-9, 1e6, None, "many", "5", "", True, "#N/A", "#DIV/0!", "#VALUE!", "#NUM!")
OVERFLOW, POWERS = "#DIV/0!", ("CLV_CAGR", "CLV_RATE_CONVERT", "CLV_HORIZON")  # see test_a_power_that_overflows
ERRORS = ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!")


def edges(name: str, place: int) -> list[object]:
    argument = CATALOG[name].arguments[place]
    term = argument.term
    if term.choices:
        words = [spelled for word in term.choices for spelled in (word, f" {word.upper()} ")]
        return [*words, *range(len(term.choices)), len(term.choices), 0.5, "often", "1", None, True, "#N/A"]
    bounds = [edge for bound in (term.low, term.high) if math.isfinite(bound) for edge in (bound, bound - 0.01, bound + 0.01)]
    return [*EDGES, *bounds, *([OMITTED] if argument.optional else [])]


def usual(name: str, random: np.random.Generator) -> Given:
    """Arguments as they are most of the time; optional ones now and then left out, from the right."""
    formula = CATALOG[name]
    rows = int(random.integers(1, 9))
    values = [_usual(formula, place, rows, random) for place in range(len(formula.arguments))]
    required = sum(not argument.optional for argument in formula.arguments)
    return tuple(values[: int(random.integers(required, len(values) + 1))])


def _usual(formula: Formula, place: int, rows: int, random: np.random.Generator) -> Any:
    argument = formula.arguments[place]
    if argument.term.choices:
        return str(random.choice(argument.term.choices))
    if argument.name == "score":
        return [int(score) for score in random.integers(0, 11, rows)]
    low, high = USUAL.get(argument.name, (0, 1000))
    drawn = random.uniform(low, high, rows).round(3)  # rounded, so that ties and exact zeros occur
    if argument.name not in formula.columns:
        return float(drawn[0])
    column: list[float | None] = drawn.tolist()
    if rows > 2 and random.random() < 0.3:
        column[int(random.integers(0, rows))] = None
    return column


def cases(per_formula: int, seed: int) -> list[tuple[str, Given]]:
    """Random arguments, and every edge in every place beside otherwise usual arguments."""
    random = np.random.default_rng(seed)
    found: list[tuple[str, Given]] = []
    for name in NATIVE:
        found += [(name, usual(name, random)) for _ in range(per_formula)]
        for place, argument in enumerate(CATALOG[name].arguments):
            for edge in edges(name, place):
                values = list(usual(name, random))
                values += [OMITTED] * (place + 1 - len(values))
                if isinstance(values[place], list) and edge is not OMITTED:
                    at = int(random.integers(0, len(values[place])))
                    values[place] = [*values[place][:at], edge, *values[place][at + 1:]]
                else:
                    values[place] = [edge] if argument.name in CATALOG[name].columns and edge is not OMITTED else edge
                found.append((name, tuple(values)))
    return found


def python(name: str, values: Given) -> float | str:
    """The catalog's answer as a cell shows it."""
    def value(given: Any) -> Any:
        if isinstance(given, list):
            return [value(item) for item in given]
        return None if given is OMITTED else error_value(given) if given in ERRORS else given

    try:
        result = float(CATALOG[name](*map(value, values)))
    except CallError as error:
        return error.code
    return error_name(result) or result


def sheet(all_cases: list[tuple[str, Given]]) -> list[tuple[list[Any], str]]:
    """A row for each case: the cells, and the formula that refers to them in row {row}."""
    rows = []
    for name, values in all_cases:
        cells: list[Any] = []
        references = []
        for value in values:
            given = value if isinstance(value, list) else [value]
            first, last = (ironcalc.column_name_from_number(len(cells) + i) for i in (1, len(given)))
            cells += [None if item is OMITTED else item for item in given]
            references.append("" if value is OMITTED else f"{first}{{row}}:{last}{{row}}" if isinstance(value, list) else f"{first}{{row}}")
        while references and references[-1] == "":
            references.pop()
        rows.append((cells, f"{name}({','.join(references)})"))
    return rows


ANSWER = 30  # the column of the formulas


def by_name(all_cases: list[tuple[str, Given]]) -> list[float | str]:
    """IronCalc's answers, the names typed in as a user would."""
    model = ironcalc.create("test", "en", "UTC", "en")
    for name in NATIVE:
        model.new_defined_name(name, None, typed(CATALOG[name]))
    for row, (cells, formula) in enumerate(sheet(all_cases), 1):
        for column, value in enumerate(cells, 1):
            if isinstance(value, bool):
                model.update_cell_with_bool(0, row, column, value)
            elif isinstance(value, int | float):
                model.update_cell_with_number(0, row, column, float(value))
            elif value in ERRORS:
                model.set_user_input(0, row, column, value)
            elif value is not None:
                model.update_cell_with_text(0, row, column, value)
        model.set_user_input(0, row, ANSWER, "=" + formula.format(row=row))
    model.evaluate()
    return [model.get_cell_value(0, row, ANSWER) for row in range(1, len(all_cases) + 1)]


def agree(case: tuple[str, Given], found: object) -> bool:
    """The same error's name, or the same number to 1e-9.

    Excel has no log1p and no expm1, so a difference of near equals such as 1 − (1 − rate)^n may lose all digits below 1e-13 of its terms.
    """
    name, values = case
    expected = python(name, values)
    if isinstance(expected, str) or isinstance(found, str):
        return found == expected or (name in POWERS and (expected, found) == ("#NUM!", OVERFLOW))
    items = [item for value in values for item in (value if isinstance(value, list) else [value])]
    scale = max([1.0, *(abs(item) for item in items if isinstance(item, int | float))])
    return isinstance(found, float) and math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-13 * scale)


def disagreements(all_cases: list[tuple[str, Given]], answers: list[float | str] | None = None) -> list[str]:
    """The cases on which the two do not agree."""
    pairs = zip(all_cases, answers or by_name(all_cases), strict=True)
    return [f"{case[0]}{case[1]}: native {found}, Python {python(*case)}" for case, found in pairs if not agree(case, found)]


def test_native_and_python_agree_on_usual_arguments_and_on_every_edge() -> None:
    all_cases = cases(per_formula=25, seed=11)
    assert {name for name, _ in all_cases} == set(NATIVE)
    assert disagreements(all_cases) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(8))
def test_native_and_python_agree_on_a_large_grid(seed: int) -> None:
    assert disagreements(cases(per_formula=400, seed=seed)) == []


def test_the_comparison_sees_numbers_and_every_error() -> None:
    answers = [python(name, values) for name, values in cases(per_formula=25, seed=11)]
    assert {answer for answer in answers if isinstance(answer, str)} == {"#VALUE!", "#NUM!", "#DIV/0!", "#N/A"}
    assert sum(isinstance(answer, float) for answer in answers) > len(answers) / 3
    for name in NATIVE:
        some = [python(*case) for case in cases(per_formula=25, seed=11) if case[0] == name]
        assert sum(isinstance(answer, float) and answer != 0 for answer in some) >= 10, name


def test_near_the_seam_the_native_sums_keep_their_digits() -> None:
    gaps = [sign * 10.0**-digits for digits in range(1, 17) for sign in (1, -1)] + [0.0]
    sums = [("CLV_HORIZON", (0.1, 1000, 0.9, -0.1 + gap, years)) for gap in gaps for years in (0, 1, 2, 7.5, 100)]
    months = [("CLV_PAYBACK_MONTHS", (cost, 0.1, 1200, 0.9, -0.1 + gap)) for gap in gaps for cost in (1, 10, 95, 5000)]
    assert disagreements(sums + months) == []


def test_the_stored_form_in_a_file_gives_the_same(tmp_path: Path) -> None:
    """Every cell, and every name with the prefixes that Excel writes; loaded from the file and computed."""
    # openpyxl writes "" as a blank cell, so what an empty text does is not asked here.
    all_cases = [case for case in cases(per_formula=4, seed=12) if not any("" in v if isinstance(v, list) else v == "" for v in case[1])]
    book = Workbook()
    page = book.active
    assert page is not None
    for name, text in lambda_names():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    for row, (cells, formula) in enumerate(sheet(all_cases), 1):
        for column, value in enumerate(cells, 1):
            page.cell(row, column, value)
        page.cell(row, ANSWER, "=" + formula.format(row=row))
    book.save(tmp_path / "names.xlsx")
    model = ironcalc.load_from_xlsx(str(tmp_path / "names.xlsx"), "en", "UTC", "en")
    model.evaluate()
    assert disagreements(all_cases, [model.get_cell_value(0, row, ANSWER) for row in range(1, len(all_cases) + 1)]) == []


def test_names_are_stored_with_the_prefixes_of_a_file_saved_by_excel() -> None:
    # The pattern is that of files saved by Excel: see the function list of [MS-XLSX] 2.2.3 for _xlfn. and _xlfn._xlws.SORT.
    assert stored('LAMBDA(x,[y],LET(z,IF(ISOMITTED(y),1,y),x+z*2.5&"x (y"))') == (
        '_xlfn.LAMBDA(_xlpm.x,_xlop.y,_xlfn.LET(_xlpm.z,IF(_xlfn.ISOMITTED(_xlpm.y),1,_xlpm.y),_xlpm.x+_xlpm.z*2.5&"x (y"))'
    )
    assert stored("SORT(TOCOL(v,1))") == "_xlfn._xlws.SORT(_xlfn.TOCOL(_xlpm.v,1))"
    assert stored("IF(a>0,#DIV/0!,#N/A)") == "IF(_xlpm.a>0,#DIV/0!,#N/A)"


@pytest.mark.parametrize("name", NATIVE)
def test_a_text_fits_into_excel_and_uses_only_what_it_declares(name: str) -> None:
    text = dict(lambda_names())[name]
    assert not text.startswith("=")
    assert len(text) <= 8192
    assert text.count("(") == text.count(")")
    plain = re.sub(r'"[^"]*"', "", text)
    functions = set(re.findall(r"([A-Za-z_.]+)\(", plain))
    newer = {function for function in functions if function.startswith("_xlfn.")}
    assert functions - newer <= FORMULAE  # openpyxl's list of the functions that need no prefix
    assert newer <= {f"_xlfn.{f}" for f in ("LAMBDA", "LET", "ISOMITTED", "SWITCH", "SEQUENCE", "TOCOL", "_xlws.SORT")}
    used = set(re.findall(r"_xlpm\.(\w+)", plain))
    assert set(re.findall(r"_xlop\.(\w+)", plain)) == {argument.name for argument in CATALOG[name].arguments if argument.optional}
    assert not {each for each in used if each.lower() in ("r", "c") or re.fullmatch(r"[a-z]{1,3}\d+", each)}  # cells, to Excel
    assert not {each.upper() for each in used} & set(CATALOG)  # an argument called as another name


def test_a_power_that_overflows_is_another_error_in_the_engine() -> None:
    """Excel says #NUM! to =10^400, as it does to =EXP(1000); IronCalc 0.9 says #DIV/0! to the power only. Fails once it does not."""
    model = ironcalc.create("test", "en", "UTC", "en")
    for row, formula in enumerate(("=10^400", "=EXP(1000)"), 1):
        model.set_user_input(0, row, 1, formula)
    model.evaluate()
    assert [model.get_cell_value(0, row, 1) for row in (1, 2)] == [OVERFLOW, "#NUM!"]


def test_a_range_of_arguments_is_not_yet_computed_by_the_engine() -> None:
    """In Excel ``=CLV(A1:A2,B1:B2,C1:C2)`` spills; IronCalc 0.9 cannot, so spilling is not proved here. Fails once it can."""
    model = ironcalc.create("test", "en", "UTC", "en")
    model.new_defined_name("CLV", None, typed(CATALOG["CLV"]))
    for row, column in np.ndindex(2, 3):
        model.set_user_input(0, row + 1, column + 1, "0.5")
    model.set_user_input(0, 1, 5, "=SUM(CLV(A1:A2,B1:B2,C1:C2))")
    model.evaluate()
    assert model.get_cell_value(0, 1, 5) != 0.25


@pytest.mark.parametrize("name", [name for name in NATIVE if not CATALOG[name].columns])
def test_a_formula_that_spills_calls_nothing_that_would_melt_a_range_into_one_number(name: str) -> None:
    melting = {"AND", "OR", "MIN", "MAX", "SUM", "COUNT", "COUNTA", "SUMPRODUCT", "PRODUCT", "ROWS"}
    assert not melting & set(re.findall(r"([A-Z]+)\(", typed(CATALOG[name])))
