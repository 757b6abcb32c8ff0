"""The parts of a workbook file before any library has read it: which sheet is which part, and what belongs to it."""

from __future__ import annotations

import posixpath
from typing import Any, NamedTuple
from zipfile import ZipFile

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
