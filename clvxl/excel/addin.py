"""The add-in clvxl.xlam as bytes: functions for every workbook, the tab CLV in the ribbon, and the xlwings module that reaches Python."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import ElementTree
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it carries no types

from clvxl.excel.bridge import PROJECT, Bridge
from clvxl.excel.seal import sealed
from clvxl.excel.vba import modules
from clvxl.excel.vba.project import Module, compiled

NAME = f"{PROJECT}.xlam"
_SHEET = "AddInSheet"
_BOOK_KIND, _ADDIN_KIND = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml", b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
_RIBBON = "customUI/customUI.xml"
_RELATION = (f'<Relationship Id="{PROJECT}" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility" '
             f'Target="{_RIBBON}"/></Relationships>').encode()
_PROPERTIES = "docProps/custom.xml"


class Versions(NamedTuple):
    """Which clvxl and which xlwings an add-in was built with."""

    clvxl: str
    xlwings: str


@cache
def build(bridge: Bridge, version: str) -> bytes:
    """The add-in, the same bytes for the same versions."""
    buffer = BytesIO()
    ours = (*modules.of_addin(bridge.xlwings, bridge.dictionary), Module(_SHEET, "Option Explicit\n", "sheet"))
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": "CLV", "author": PROJECT, "created": datetime(2000, 1, 1)})
        for name, value in Versions(version, bridge.version)._asdict().items():
            book.set_custom_property(name, value, "text")
        book.set_vba_name("ThisWorkbook")
        book.add_vba_project(BytesIO(compiled(PROJECT, ours)), is_stream=True)
        book.add_worksheet(PROJECT).set_vba_name(_SHEET)
    ribbon = files(__package__).joinpath("ribbon.xml").read_bytes()
    return sealed(buffer.getvalue(), {
        "[Content_Types].xml": lambda part: part.replace(_BOOK_KIND, _ADDIN_KIND),
        "_rels/.rels": lambda part: part.replace(b"</Relationships>", _RELATION),
    }, {_RIBBON: ribbon})


def versions_of(path: Path) -> Versions | None:
    """What an add-in says of itself; None where the file is not one of ours."""
    try:
        with ZipFile(path) as archive:
            properties = ElementTree.fromstring(archive.read(_PROPERTIES))
    except (OSError, BadZipFile, KeyError, ParseError, ValueError, NotImplementedError, RuntimeError):
        return None
    said = {each.get("name"): "".join(each.itertext()).strip() for each in properties}
    return Versions(said["clvxl"], said["xlwings"]) if {"clvxl", "xlwings"} <= said.keys() else None
