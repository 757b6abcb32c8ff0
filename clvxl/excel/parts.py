"""The parts of a workbook file before any library has read it: which sheet is which part, and what belongs to it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from zipfile import ZipFile

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.constants import REL_NS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

WORKBOOK = "xl/workbook.xml"
_MAIN = f"{{{SHEET_MAIN_NS}}}"


class SheetPart(NamedTuple):
    """A sheet: its title, its part, and its place in the workbook."""

    title: str
    part: str
    place: int


def sheets(archive: ZipFile) -> list[SheetPart]:
    """The sheets of a workbook, in their order."""
    targets = relations(archive, WORKBOOK)
    listed = list(_read(archive, WORKBOOK).iterfind(f"{_MAIN}sheets/{_MAIN}sheet"))
    return [SheetPart(each.get("name"), targets[each.get(f"{{{REL_NS}}}id")], place) for place, each in enumerate(listed)
            if each.get(f"{{{REL_NS}}}id") in targets]


def relations(archive: ZipFile, part: str) -> dict[str, str]:
    """What a part refers to inside the file, by the name it has for it."""
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if listed not in archive.namelist():
        return {}
    return {each.get("Id"): _resolved(folder, each.get("Target")) for each in _read(archive, listed)
            if each.get("TargetMode") != "External"}


def _resolved(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def belongings(archive: ZipFile, part: str) -> set[str]:
    """All parts that a part leads to, itself included."""
    found, open_ends = set(), [part]
    while open_ends:
        here = open_ends.pop()
        if here not in found:
            found.add(here)
            open_ends += relations(archive, here).values() if here in archive.namelist() else []
    return found


def marks(archive: ZipFile, name: str) -> dict[int, str]:
    """What a name of single sheets refers to, by the place of the sheet."""
    listed = _read(archive, WORKBOOK).iterfind(f"{_MAIN}definedNames/{_MAIN}definedName")
    return {int(each.get("localSheetId")): each.text or "" for each in listed if each.get("name") == name and each.get("localSheetId")}


def _read(archive: ZipFile, part: str) -> Any:
    return fromstring(archive.read(part))


def has_marked_up_texts(archive: ZipFile) -> bool:
    """Whether a text of a cell is partly bold, coloured or the like."""
    holders = re.compile(r"xl/(sharedStrings|worksheets/[^/]*)\.xml")
    return any(b"rPr" in archive.read(part) for part in archive.namelist() if holders.fullmatch(part))


class Kept(NamedTuple):
    """What a formula computed when the workbook was saved: the type and the text that stand beside it."""

    kind: str
    text: str

    @property
    def value(self) -> float | str | bool | None:
        """The value itself; errors are none."""
        match self.kind:
            case "n":
                return float(self.text) if self.text else None
            case "b":
                return self.text == "1"
            case "e":
                return None
        return self.text


_BEGIN = re.compile(rb"<worksheet\b[^>]*>")
_ROW = re.compile(rb"<row\b[^>]*[^/]>.*?</row>", re.DOTALL)
_NOT_COMPUTED = Kept("n", "")  # as libraries write a formula
Computed = dict[str, dict[tuple[int, int], Kept]]  # sheet -> row and column -> what stands there


def computed(archive: ZipFile) -> Computed:
    """The values of all formulas that have one."""
    there = set(archive.namelist())
    return {sheet.title: dict(_formulas(archive.read(sheet.part))) for sheet in sheets(archive) if sheet.part in there}


def _formulas(data: bytes) -> Iterator[tuple[tuple[int, int], Kept]]:
    """The formulas of a sheet; of a long one only the rows that have some are looked at."""
    begin = _BEGIN.search(data)
    if begin and b"<row" in data:
        data = b"%s<sheetData>%s</sheetData></worksheet>" % (begin[0], b"".join(row for row in _ROW.findall(data) if b"<f" in row))
    cells: Any = fromstring(data).iter(f"{_MAIN}c")
    for cell in cells:
        kept = Kept(cell.get("t", "n"), cell.findtext(f"{_MAIN}v") or "")
        if cell.find(f"{_MAIN}f") is not None and cell.find(f"{_MAIN}v") is not None and cell.get("r") and kept != _NOT_COMPUTED:
            yield coordinate_to_tuple(cell.get("r")), kept
