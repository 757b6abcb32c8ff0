"""The VBA sources, as text: what would stop a whole project from compiling in Excel, and what a user reads."""

import re
from collections import Counter
from importlib.resources import files
from inspect import signature

import pytest
from vba_readers import READERS

from clvxl import CATALOG, macros
from clvxl.excel.bridge import bridge
from clvxl.excel.vba import modules
from clvxl.excel.vba.project import compiled

ADDIN, BOOK = bridge("addin"), bridge("workbook")
PROJECTS = {
    "template": modules.of_template(),
    "standalone": modules.of_standalone(BOOK.xlwings, BOOK.dictionary),
    "addin": modules.of_addin(ADDIN.xlwings, ADDIN.dictionary),
}
every_project = pytest.mark.parametrize("parts", PROJECTS.values(), ids=PROJECTS)
PROCEDURE = re.compile(r"^(Public |Private |)(?:Static )?(?:Sub|Function) (\w+)", re.MULTILINE)
OPENING = re.compile(r"^\s*(?:Public |Private |)(Sub|Function|With|Select|If|For|Do)\b(?!.*\bThen\b[ \t]*\S)", re.MULTILINE)
CLOSING = {"Sub": "End Sub", "Function": "End Function", "With": "End With", "Select": "End Select", "If": "End If", "For": "Next",
           "Do": "Loop"}
OURS = {part.name: part.source for parts in PROJECTS.values() for part in parts if part.name not in ("xlwings", "Dictionary")}


@every_project
@pytest.mark.parametrize("read", READERS)
def test_a_project_with_the_true_xlwings_module_can_be_read(parts, read):
    assert read(compiled("clvxl", parts)).keys() == {part.name for part in parts}


@every_project
def test_no_name_is_ambiguous(parts):
    """Two public procedures of one name, or one with the name of a module, do not compile."""
    names = Counter(part.name.lower() for part in parts)
    for part in parts:
        if part.kind == "standard":  # the xlwings module has some twice, between #If and #Else
            names.update({name.lower() for scope, name in PROCEDURE.findall(part.source) if scope != "Private "})
    assert not [name for name, count in names.items() if count > 1]


@every_project
def test_what_is_called_is_there(parts):
    """Our macros and entry points are in the project that calls them."""
    there = {name for part in parts for _, name in PROCEDURE.findall(part.source)}
    assert {"AskPython", "RunMacro", "Answer", "Language", "Said", "DescribeAll", "DescribeFunctions"} <= there
    assert CATALOG.keys() <= there


def test_every_button_has_its_macro_in_python():
    ribbon = files("clvxl.excel").joinpath("ribbon.xml").read_text(encoding="utf-8")
    called = {*re.findall(r'RunMacro "(\w+)"', OURS["Buttons"]), *re.findall(r'<button id="(\w+)"', ribbon)}
    assert len(called) == 8
    assert called <= vars(macros).keys()
    assert not [name for name in called if signature(getattr(macros, name)).parameters]  # called with empty brackets


@pytest.mark.parametrize("name", OURS)
def test_what_is_opened_is_closed(name):
    lines = [re.sub(r'"[^"]*"', '""', line).partition("'")[0] for line in OURS[name].splitlines()]
    text = "\n".join(lines)
    opened = Counter(OPENING.findall(text))
    closed = {word: len(re.findall(rf"^\s*{end}\b", text, re.MULTILINE)) for word, end in CLOSING.items()}
    assert {word: count for word, count in closed.items() if count} == opened


@pytest.mark.parametrize("name", OURS)
def test_variables_are_declared_and_cells_are_read_raw(name):
    assert "Option Explicit" in OURS[name].splitlines()[:2]
    assert not re.search(r"\.Value\b", OURS[name])  # which cuts money to four places


def test_everything_is_said_in_both_languages():
    said = [pair for source in OURS.values() for pair in re.findall(r'Said\("((?:[^"]|"")+)",\s*(?:_\s*)?"((?:[^"]|"")+)"\)', source)]
    assert len(said) == sum(source.count("Said(") for source in OURS.values()) - 1  # without its own definition
    assert not [english for english, german in said if english == german]


def test_nothing_refers_to_the_addin_before_it_is_called():
    """A template without the add-in opens and compiles: the add-in is a text in it."""
    texts = [part.source for part in modules.of_template()]
    assert sum(source.count("clvxl.xlam") for source in texts) == 2
    assert all("Application.Run" in line for source in texts for line in source.splitlines() if "clvxl.xlam" in line)
    assert not [source for source in texts if re.search(r"\b(XLPy|RunPython)\b", source)]
