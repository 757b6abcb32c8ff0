"""Cells: what Excel sends through xlwings' own server, what comes back, and that every function of the catalog is there."""

import inspect
import re
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pytest
from com_server import ERROR, MISSING, Excel
from hypothesis import given
from hypothesis import strategies as st

from clvxl import CATALOG, udfs
from clvxl.catalog import Formula
from clvxl.errors import BLANK, NA, NUM, error_name
from clvxl.excel.cells import received, shown
from clvxl.excel.vba import wrappers
from clvxl.words import Text

DIV0, VALUE, REF, NAME, NOT_AVAILABLE, NULL, SPILL, CALC = (ERROR + number for number in (2007, 2015, 2023, 2029, 2042, 2000, 2045, 2050))


@pytest.fixture(scope="module")
def excel():
    with Excel() as running:
        yield running


# --- through xlwings: what is sent, and what the cells show, by the arithmetic of =CLV

@pytest.mark.parametrize(("margin", "expected"), [
    (0.3, 18000.0),
    (Decimal("0.3"), 18000.0),  # a cell formatted as money
    (1, 60000.0),
    (True, "#VALUE!"),
    (None, "#VALUE!"),  # an empty cell
    ("", "#VALUE!"),
    ("0.3", "#VALUE!"),
    ("much", "#VALUE!"),
    (30.0, "#NUM!"),
    (MISSING, "#VALUE!"),
    (DIV0, "#DIV/0!"), (VALUE, "#VALUE!"), (REF, "#REF!"), (NAME, "#NAME?"), (NOT_AVAILABLE, "#N/A"), (NULL, "#NULL!"),
    (SPILL, "#VALUE!"), (CALC, "#VALUE!"),  # newer than the others
    (((0.3,),), 18000.0),
    (((0.3,), (0.5,)), [[18000.0], [30000.0]]),
    (((0.3, 0.5),), [18000.0, 30000.0]),
    ((0.3, 0.5), [18000.0, 30000.0]),  # an array of one dimension is a row
    (((0.3, 0.5), (0.1, 0.2)), [[18000.0, 30000.0], [6000.0, 12000.0]]),
    (((0.3,), (None,), (NOT_AVAILABLE,), ("x",), (Decimal("0.5"),), (2.0,), (True,), (CALC,)),
     [[18000.0], ["#VALUE!"], ["#N/A"], ["#VALUE!"], [30000.0], ["#NUM!"], ["#VALUE!"], ["#VALUE!"]]),
])
def test_every_kind_of_argument(excel, margin, expected):
    assert excel.call("CLV", "en", margin, 12000.0, 5.0) == expected


@pytest.mark.parametrize(("rest", "expected"), [
    ((), 6000.0), ((MISSING,), 6000.0), ((None,), 6000.0), ((4.0,), 4500.0), (("x",), "#VALUE!"), ((0.0,), "#NUM!"),
])
def test_an_argument_that_may_be_left_out(excel, rest, expected):
    assert excel.call("CLV_MAX_CAC", "en", 18000.0, *rest) == expected


def test_one_left_out_between_others(excel):
    payback = [excel.call("CLV_PAYBACK_MONTHS", "en", 100.0, 0.3, 1000.0, left_out, 0.0) for left_out in (MISSING, None, 1.0)]
    assert payback == [4.0, 4.0, 4.0]


@pytest.mark.parametrize(("timing", "expected"), [("end", 333.3333), ("END ", 333.3333), (1.0, 333.3333), (MISSING, 366.6667)])
def test_a_choice(excel, timing, expected):
    assert excel.call("CLV_RETENTION", "en", 0.1, 1000.0, 0.8, 0.1, timing) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("values", [(0.3,), (0.3, 12000.0, 5.0, 1.0), (((0.3,), (0.2,)), ((1.0,), (2.0,), (3.0,)), 5.0)])
def test_a_call_that_does_not_fit(excel, values):
    assert excel.call("CLV", "en", *values) == "#VALUE!"


@pytest.mark.parametrize("day", [45657.0, datetime(2024, 12, 31), datetime(2024, 12, 31, tzinfo=UTC), date(2024, 12, 31)])
def test_days_as_numbers_and_as_times(excel, day):
    """Two customers, one of whom left after a year: three years seen, one departure."""
    starts, ends = ((44927.0,), (datetime(2023, 1, 1),)), ((45292.0,), (None,))
    observed = excel.call("CLV_LIFETIME_OBSERVED", "en", starts, ends, day)
    assert observed == pytest.approx((365 + 730) / 365.25)


def test_a_table_spills_with_headings_in_the_language(excel):
    starts, ends = ((44927.0,), (44927.0,)), ((45292.0,), (None,))
    english, german = (excel.call("CLV_SURVIVAL", language, starts, ends, 45657.0) for language in ("en", "de"))
    assert english[0] != german[0]
    assert all(isinstance(heading, str) for heading in english[0] + german[0])
    assert english[1:] == german[1:]
    assert [row[3] for row in english[1:]] == [1.0, 0.5]  # share still there, by hand


def test_names_of_customers_go_through(excel):
    customers, days = (("Müller",), ("7",), ("Müller",), (None,)), ((45000.0,), (45000.0,), (45070.0,), (45080.0,))
    rows = excel.call("CLV_RFM", "en", customers, days, ((10.0,), (20.0,), (30.0,), (1.0,)), 45140.0)
    assert {row[0]: row[1:4] for row in rows[1:]} == {
        "Müller": [1.0, 10.0, 20.0], "7": [0.0, 0.0, 20.0], "#VALUE!": ["#VALUE!"] * 3}  # an order of nobody


def test_a_parameter_row_goes_back_in_as_it_came_out(excel):
    """sBG, Fader & Hardie 2007: what the fit shows in a row of cells is an argument of the other functions."""
    survivors = tuple((float(count),) for count in (1000, 631, 468, 382, 326, 289, 262, 241))
    rows = {language: excel.call("CLV_SBG_FIT", language, survivors) for language in ("en", "de")}
    assert rows["en"][:2] == pytest.approx([0.704077, 1.182043], abs=1e-4)
    assert [each for each in rows["en"] if isinstance(each, str)] != [each for each in rows["de"] if isinstance(each, str)]
    for row in rows.values():
        value = excel.call("CLV_SBG_DEL", "en", 0.1, (tuple(row),))
        assert value == excel.call("CLV_SBG_DEL", "en", 0.1, (tuple(row[:2]),))
        assert value == pytest.approx(3.69514741, abs=1e-3)  # from the published, rounded parameters


def test_an_unknown_language_is_english(excel):
    assert excel.call("CLV_SURVIVAL", "fr", ((44927.0,),), ((None,),), 45657.0)[0] == excel.call(
        "CLV_SURVIVAL", "en", ((44927.0,),), ((None,),), 45657.0)[0]


def test_a_mistake_of_ours_is_written_down_once(tmp_path, monkeypatch):
    def mistaken(margin: float) -> float:
        """A formula with a mistake."""
        raise ZeroDivisionError(margin)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    cell = udfs._answering(Formula("CLV_MISTAKEN", mistaken, Text("a", "b"), "b"))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            cell("en", 0.3)
    [written] = tmp_path.iterdir()
    assert "ZeroDivisionError" in written.read_text(encoding="utf-8")


# --- every function of the catalog

def test_every_formula_is_there_under_its_name():
    there = {name: each for name, each in vars(udfs).items() if name.startswith("CLV")}
    assert list(there) == list(CATALOG)
    for name, function in there.items():
        assert function.__name__ == name
        assert not function.__annotations__
        signature = inspect.signature(function).parameters
        assert list(signature) == ["language", *map(wrappers.named, CATALOG[name].arguments)]


def test_what_xlwings_knows_of_them(excel):
    known = excel.known()
    assert known.keys() == CATALOG.keys()
    for name, each in known.items():
        formula = CATALOG[name]
        assert (each["category"], each["ret"]["doc"]) == ("CLV", formula.summary.en)
        language, *arguments = each["args"]
        assert language["vba"]  # hidden from the user
        assert [argument["doc"] for argument in arguments] == [wrappers.help_of(argument).en for argument in formula.arguments]
        assert [("optional" in argument) for argument in arguments] == [argument.optional for argument in formula.arguments]


def test_xlwings_writes_the_same_signatures(excel):
    """What xlwings' own generator makes of our functions is called as our own VBA is."""
    pattern = re.compile(r"^(?:Public )?Function (\w+)\((.*?)\)", re.MULTILINE)
    theirs, ours = ({name: re.sub(r"ByVal | As Variant", "", arguments) for name, arguments in pattern.findall(text)}
                    for text in (excel.wrapper(), wrappers.functions(CATALOG.values())))
    assert theirs == ours
    assert ours.keys() == CATALOG.keys()


@pytest.mark.parametrize("name", [name for name, formula in CATALOG.items() if formula.native and not formula.columns])
def test_a_cell_computes_what_the_catalog_computes(excel, name):
    """A column of ordinary values, of blanks and of errors, for each closed form."""
    formula = CATALOG[name]
    column = ((0.25,), (None,), (NOT_AVAILABLE,), (0.5,))
    array = np.array([[0.25], [BLANK], [NA], [0.5]])
    choices = {argument.name: argument.term.choices[0] for argument in formula.arguments if argument.term.choices}
    sent = [choices.get(argument.name, column) for argument in formula.arguments]
    direct = formula(*(choices.get(argument.name, array) for argument in formula.arguments))
    expected = [[error_name(each) or each] for each in direct.ravel().tolist()]
    assert excel.call(name, "en", *sent) == expected


# --- what is received and shown, without xlwings

def test_arrays_keep_their_shape():
    assert received(((1.0, 2.0, 3.0),)).shape == (1, 3)
    assert received(((1.0,), (2.0,), (3.0,))).shape == (3, 1)
    assert received((("a", 2.0), (None, 4.0))).shape == (2, 2)
    assert received(((1.0,),)) == 1.0


def test_numbers_are_numbers_and_texts_stay_texts():
    assert received(((1.0,), (None,))).dtype == float
    mixed = received((("a",), (None,), (1,), (NOT_AVAILABLE,), (Decimal("2.5"),)))
    assert mixed.dtype == object
    assert mixed.ravel().tolist()[:3] == ["a", None, 1.0]
    assert error_name(mixed.ravel()[3]) == "#N/A"
    assert mixed.ravel()[4] == 2.5


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=2))
def test_whatever_numbers_come_are_received(cells):
    column = received(tuple((each,) for each in cells))
    assert [None if error_name(each) is None and each != each else each for each in column.ravel().tolist()] == cells  # noqa: PLR0124


def test_something_that_is_no_value_is_an_error():
    assert error_name(received(object())) == "#VALUE!"
    assert error_name(received(((object(),), (1.0,)))[0, 0]) == "#VALUE!"


class Status(NamedTuple):
    value: float
    words: Text


def test_what_is_shown():
    assert shown(18000.0, "en") == [[18000.0]]
    assert shown(NUM, "en") == [["#NUM!"]]
    assert shown(BLANK, "en") == [[""]]
    assert shown(np.array([[1.0, NA], [BLANK, np.inf]]), "en") == [[1.0, "#N/A"], ["", "#NUM!"]]
    assert shown(np.array([1.0, 2.0]), "en") == [[1.0], [2.0]]
    assert shown(Status(1.0, Text("yes", "ja")), "de") == [[1.0, "ja"]]


# --- the VBA that stands between

def test_words_that_vba_keeps_are_no_names():
    for formula in CATALOG.values():
        names = [wrappers.named(argument) for argument in formula.arguments]
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,254}", name) for name in names)
        assert not {name.lower() for name in names} & {"end", "date", "next", "type", "string", "loop", "me", "to"}
    assert "end_" in wrappers.functions([CATALOG["CLV_SURVIVAL"]])


@pytest.mark.parametrize(("text", "expression"), [
    ("plain", '"plain"'),
    ('say "x"', '"say ""x"""'),
    ("", '""'),
    ("größer ×", '"größer ×"'),
    ("a ≥ b", '"a " & ChrW(8805) & " b"'),
    ("one\ntwo", '"one" & ChrW(10) & "two"'),
    ("\U0001f600", "ChrW(55357) & ChrW(56832)"),
])
def test_texts_in_vba(text, expression):
    assert wrappers.quoted(text) == expression


def test_help_is_not_cut():
    said = [text for formula in CATALOG.values() for argument in formula.arguments for text in wrappers.help_of(argument)]
    assert not [text for text in said if not 0 < len(text) <= 255]
