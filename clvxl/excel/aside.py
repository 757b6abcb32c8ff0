"""Long tables set aside while openpyxl is at work: rows without formulas are read as they are, and go back to the byte.

What openpyxl takes apart it also has to put together again, and for thousands of rows that nobody changes this costs most of the time.
The numbers of styles stay the same in a workbook that openpyxl saves, so a row fits again; only its shared texts are written out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import from_excel
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import ARC_SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, tostring

from clvxl.excel.parts import sheets

LONG = 100_000  # bytes of a sheet from which it pays
_MAIN = f"{{{SHEET_MAIN_NS}}}"
_CELL, _VALUE = f"{_MAIN}c", f"{_MAIN}v"
_DATA = re.compile(rb"<sheetData>(.*)</sheetData>", re.DOTALL)
_ROW = re.compile(rb"<row\b[^>]*/>|<row\b[^>]*[^/]>.*?</row>", re.DOTALL)
_NUMBER = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_FOREIGN = re.compile(rb'\s\w+:\w+="[^"]*"')  # attributes whose namespace is declared at the top of the sheet
_LIVE = re.compile(rb'<f[\s>/]|<extLst|\s[cv]m="|\s(?!xml:)\w+:\w+="')
_SHARED = re.compile(rb'<c ([^>]*?)t="s"([^>]*)><v>(\d+)</v></c>')
_TEXT = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
_WRITTEN_OUT = re.compile("_x([0-9A-Fa-f]{4})_")
_DIMENSION = re.compile(rb"<dimension [^>]*/>")


@dataclass(frozen=True)
class Texts:
    """The texts that the cells of a workbook share."""

    part: bytes = b""

    @cached_property
    def written(self) -> list[bytes]:
        """Each as a part of the file."""
        return [found[1] or b"" for found in _TEXT.finditer(self.part)]

    @cached_property
    def read(self) -> list[str]:
        """Each as a reader sees it."""
        return [_said(each) for each in fromstring(self.part)] if self.part else []


def _said(item: Any) -> str:
    """A text without its marks and without the way it is pronounced, its written-out characters read."""
    spoken = {id(text) for phonetic in item.iter(f"{_MAIN}rPh") for text in phonetic.iter(f"{_MAIN}t")}
    text = "".join(text.text or "" for text in item.iter(f"{_MAIN}t") if id(text) not in spoken)
    return _WRITTEN_OUT.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass(frozen=True)
class Aside:
    """The rows of a sheet that were set aside, by their numbers; ``renewed`` are cells in them that were written since."""

    rows: Mapping[int, bytes] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    dimension: bytes = b""
    renewed: Collection[tuple[int, int]] = ()

    def values(self, workbook: Workbook, first: int, last: int) -> dict[tuple[int, int], object]:
        """What stands in the rows from the first to the last, by row and column; errors and blanks are left out."""
        found = b"".join(row for number, row in self.rows.items() if first <= number <= last)
        data: Any = ElementTree.fromstring(b'<sheetData xmlns="%s">%s</sheetData>' % (SHEET_MAIN_NS.encode(), found))  # noqa: S314 - checked
        pairs = ((coordinate_to_tuple(cell.get("r")), self._value(cell, workbook)) for cell in data.iter(_CELL))
        return {place: value for place, value in pairs if value is not None}

    def _value(self, cell: Any, workbook: Any) -> object:
        kind, text = cell.get("t", "n"), next((part.text for part in cell if part.tag == _VALUE), None)
        if kind == "n" and text:
            return from_excel(float(text), workbook.epoch) if int(cell.get("s", 0)) in workbook._date_formats else float(text)
        if kind == "s" and text:
            return self.texts.read[int(text)]
        return _said(cell) if kind == "inlineStr" else None if kind == "e" else text == "1" if kind == "b" else text

    def joined(self, sheet: bytes) -> bytes:
        """The sheet as openpyxl wrote it, with the rows in their places again."""
        written = {_number(row): row for row in _ROW.findall(sheet)}
        kept = {number: _SHARED.sub(self._inline, row) for number, row in self.rows.items()}
        rows = {**written, **kept}
        for number in {row for row, _ in self.renewed} & kept.keys() & written.keys():
            rows[number] = _overlaid(written[number], kept[number], self.renewed)
        data = b"<sheetData>%s</sheetData>" % b"".join(rows[number] for number in sorted(rows))
        start, end = _ends(sheet)
        return _DIMENSION.sub(lambda _: self.dimension, sheet[:start], count=1) + data + sheet[end:]

    def _inline(self, cell: re.Match[bytes]) -> bytes:
        return b'<c %st="inlineStr"%s><is>%s</is></c>' % (cell[1], cell[2], self.texts.written[int(cell[3])])


def _ends(sheet: bytes) -> tuple[int, int]:
    empty = re.search(rb"<sheetData\s*/>", sheet)
    found = empty or _DATA.search(sheet)
    return (found.start(), found.end()) if found else (len(sheet), len(sheet))


def _number(row: bytes) -> int:
    found = _NUMBER.match(row)
    return int(found[1]) if found else 0


def _overlaid(new: bytes, old: bytes, renewed: Collection[tuple[int, int]]) -> bytes:
    """A row that was set aside with the cells that were written since, in the looks that they had."""
    space = b' xmlns="%s"' % SHEET_MAIN_NS.encode()
    rows: list[Any] = [fromstring(b"<row" + space + row.removeprefix(b"<row")) for row in (old, new)]
    cells = {cell.get("r"): cell for cell in rows[0]}
    for cell in rows[1]:
        if coordinate_to_tuple(cell.get("r")) in renewed:
            cell.set("s", cells[cell.get("r")].get("s", "0") if cell.get("r") in cells else cell.get("s", "0"))
            cells[cell.get("r")] = cell
    rows[0][:] = [cells[place] for place in sorted(cells, key=lambda place: coordinate_to_tuple(place)[1])]
    return bytes(tostring(rows[0])).replace(space, b"")


def set_aside(archive: ZipFile, results: Collection[str]) -> tuple[BytesIO, dict[str, Aside]]:
    """The workbook without the rows that nobody has to look into, and those rows by sheet; of results nothing is needed at all."""
    there = {name: archive.read(name) for name in archive.namelist()}
    texts, found = Texts(there.get(ARC_SHARED_STRINGS, b"")), dict[str, Aside]()
    for sheet in sheets(archive):
        data = there.get(sheet.part, b"")
        if len(data) >= LONG and (match := _DATA.search(data)):
            rows = {} if sheet.title in results else dict(_still(match[1]))
            kept = b"" if sheet.title in results else b"".join(row for row in _ROW.findall(match[1]) if _number(row) not in rows)
            if rows or sheet.title in results:
                there[sheet.part] = data[: match.start(1)] + kept + data[match.end(1):]
                found |= {sheet.title: Aside(rows, texts, _dimension(data))} if rows else {}
    return _packed(there), found


def _still(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The rows that hold nothing but numbers and texts, and say where they are."""
    for row in _ROW.findall(data):
        number, end = _number(row), row.index(b">")
        cells = row[end:]
        if number and not _LIVE.search(cells) and cells.count(b"<c") == cells.count(b'<c r="'):
            yield number, _FOREIGN.sub(b"", row[:end]) + cells


def _dimension(data: bytes) -> bytes:
    found = _DIMENSION.search(data)
    return found[0] if found else b""


def _packed(there: Mapping[str, bytes]) -> BytesIO:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, data in there.items():
            archive.writestr(name, data)
    buffer.seek(0)
    return buffer
