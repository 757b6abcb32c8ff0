"""Which modules a VBA project of ours is made of; a builder adds those of its sheets."""

from __future__ import annotations

from importlib.resources import files

from clvxl import CATALOG
from clvxl.excel.vba import wrappers
from clvxl.excel.vba.project import Module

_SHARED = ("Answers", "Speech", "Help")


def of_template() -> tuple[Module, ...]:
    """A workbook with functions and buttons, which reaches Python through the add-in."""
    return *_shared(), _source("Buttons"), _source("Pages"), _source("Bridge", "BridgeToAddIn.bas")


def of_standalone(xlwings: str, dictionary: str) -> tuple[Module, ...]:
    """The same with the xlwings module inside, given as text, for a machine without the add-in."""
    return *_shared(), _source("Buttons"), _source("Pages"), *_python(xlwings, dictionary)


def of_addin(xlwings: str, dictionary: str) -> tuple[Module, ...]:
    """Functions for every workbook, a ribbon, and the xlwings module, through which all others reach Python."""
    return *_shared(), _source("Ribbon"), *_python(xlwings, dictionary)


def _shared() -> tuple[Module, ...]:
    formulas = CATALOG.values()
    return (
        Module("ThisWorkbook", _text("ThisWorkbook.cls"), "workbook"),
        Module("Functions", wrappers.functions(formulas)),
        Module("HelpTexts", wrappers.help_texts(formulas)),
        *map(_source, _SHARED),
    )


def _python(xlwings: str, dictionary: str) -> tuple[Module, ...]:
    return _source("Bridge", "BridgeToPython.bas"), Module("xlwings", xlwings), Module("Dictionary", dictionary, "class")


def _source(name: str, file: str = "") -> Module:
    return Module(name, _text(file or f"{name}.bas"))


def _text(file: str) -> str:
    return files(__package__).joinpath(file).read_text(encoding="utf-8")
