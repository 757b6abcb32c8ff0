"""The VBA project of the template: the modules that all our projects share, and those of its sheets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from clvxl.excel.anchors import name_of
from clvxl.excel.bridge import PROJECT, Bridge
from clvxl.excel.template import setup
from clvxl.excel.vba import modules
from clvxl.excel.vba.project import Module, compiled

_SHEET = "Option Explicit\n"
_ON_CHANGE = f"""Option Explicit

Private Sub Worksheet_Change(ByVal Target As Range)
    If Not Intersect(Target, Me.Range("{name_of("language")}")) Is Nothing Then SwitchLanguage
End Sub
"""


@cache
def project(codes: tuple[str, ...], alone: Bridge | None = None) -> bytes:
    """The vbaProject.bin of a template with these sheets; ``alone`` is what it embeds to work without the add-in."""
    ours = modules.of_standalone(alone.xlwings, alone.dictionary) if alone else modules.of_template()
    return compiled(PROJECT, (*ours, *sheets(codes)))


def sheets(codes: Iterable[str]) -> tuple[Module, ...]:
    """The modules of sheets; the one of the settings exchanges the words when the language changes."""
    return tuple(Module(code, _ON_CHANGE if code == setup.CODE else _SHEET, "sheet") for code in codes)
