"""What openpyxl leaves undone when it saves: values beside formulas, plain data bars, fixed dates, and a mark that knows the file again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from openpyxl.cell._writer import write_cell
from openpyxl.chart._chart import ChartBase
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_CUSTOM, ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import Element, SubElement, fromstring, tostring

from clvxl.excel.aside import Aside
from clvxl.excel.look import BAR, BAR_BELOW
from clvxl.excel.parts import Kept
from clvxl.report.model import Value

Values = Mapping[tuple[int, int], Value | Kept]  # what the formula of a cell computes, or computed when the workbook was saved
MARK = "clvxl"
NO_ROWS: Mapping[str, Aside] = {}
_UNSEALED = "0" * 64
_MACROS = re.compile(r"xl/vbaProject\.bin$|customUI/|userCustomization/")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_XM = "http://schemas.microsoft.com/office/excel/2006/main"
_BARS_HERE, _BARS_THERE = "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}", "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"


class Native(ChartBase):
    """A chart whose part is written elsewhere."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part

    def _write(self) -> Any:
        return fromstring(self.part)


def pack(book: Workbook, values: Mapping[str, Values], asides: Mapping[str, Aside] = NO_ROWS, *, sealed: bool = True) -> bytes:
    """The file of a workbook, with a seal if all of it is ours; the same workbook gives the same bytes."""
    properties: Any = book
    if sealed:
        properties.custom_doc_props.append(StringProperty(name=MARK, value=_UNSEALED))
    buffer = BytesIO()
    with _Archive(buffer, "w", ZIP_DEFLATED) as archive:
        _Writer(book, archive, values, asides).write_data()
    return buffer.getvalue()


def seal_of(path: Path | IO[bytes]) -> Literal["whole", "changed", "none"]:
    """Whether a file is as :func:`pack` made it, was saved by something else since, or is not ours at all."""
    try:
        with ZipFile(path) as archive:
            mark = archive.read(ARC_CUSTOM).decode()
            if f'name="{MARK}"' not in mark:
                return "none"
            return "whole" if _seal(archive) in mark else "changed"
    except (BadZipFile, KeyError, UnicodeDecodeError):
        return "none"


def _seal(archive: ZipFile) -> str:
    parts = sorted(f"{part.filename} {part.CRC} {part.file_size}" for part in archive.infolist() if part.filename != ARC_CUSTOM)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class _Archive(ZipFile):
    """Parts without a clock; the custom properties come last, with the seal of all others."""

    _mark = b""

    def writestr(self, zinfo_or_arcname: Any, data: Any, compress_type: int | None = None, compresslevel: int | None = None) -> None:
        if zinfo_or_arcname == ARC_CUSTOM and not self._mark:
            self._mark = data
            return
        part = ZipInfo(zinfo_or_arcname, _EPOCH)
        part.external_attr = 0o600 << 16
        ordered = _fonts_in_order(data) if zinfo_or_arcname == ARC_STYLE else data
        super().writestr(part, ordered, ZIP_DEFLATED if compress_type is None else compress_type, compresslevel)

    def close(self) -> None:
        if self._mark and self.fp:
            mark, seal = self._mark, _seal(self).encode()
            self.writestr(ARC_CUSTOM, mark.replace(_UNSEALED.encode(), seal))
        super().close()


_FONT = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()  # noqa: SIM905 - a list of words


def _fonts_in_order(styles: bytes) -> Any:
    """The parts of each font in the order of Excel's own files."""
    tree = fromstring(styles)
    for font in tree.iter(f"{{{SHEET_MAIN_NS}}}font"):
        font[:] = sorted(font, key=lambda part: _FONT.index(part.tag.rpartition("}")[2]))
    return tostring(tree)


class _Writer(ExcelWriter):
    """Sheets are made in memory, by our own writer."""

    _archive: Any
    workbook: Any

    def __init__(self, book: Workbook, archive: ZipFile, values: Mapping[str, Values], asides: Mapping[str, Aside]) -> None:
        super().__init__(book, archive)
        self.values, self.asides = values, asides

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _SheetWriter(ws, self.values.get(ws.title, {}))
        writer.write()
        ws._rels = writer._rels
        written = writer.out.getvalue()
        self._archive.writestr(ws.path[1:], self.asides[ws.title].joined(written) if ws.title in self.asides else written)
        self.manifest.append(ws)

    def _merge_vba(self) -> None:
        """Macros, ribbon, and the drawings of buttons that a sheet still has."""
        if self.workbook.vba_archive:
            drawings = {sheet.legacy_drawing for sheet in self.workbook.worksheets if sheet.legacy_drawing}
            for name in self.workbook.vba_archive.namelist():
                if name not in self.vba_modified and (_MACROS.match(name) or name in drawings):
                    self._archive.writestr(name, self.workbook.vba_archive.read(name))


class _SheetWriter(WorksheetWriter):
    """Writes rows quickly, puts each formula's value beside it, and says of each data bar that it is plain and starts at zero."""

    ws: Any
    out: Any
    xf: Any
    _rels: Any

    def __init__(self, ws: Any, values: Values) -> None:
        super().__init__(ws, BytesIO())
        self.values = values
        self.bars: list[tuple[str, str]] = []  # identity and cells
        self.styles: dict[int, int] = {}  # identity of a style -> its number

    def write_row(self, xf: Any, row: Iterable[Any], row_idx: int) -> None:
        attributes = {"r": str(row_idx), **dict(self.ws.row_dimensions.get(row_idx, {}))}
        if all(map(_is_still, row)):
            said = "".join(f' {name}="{value}"' for name, value in attributes.items())
            xf.write(fromstring(f"<row{said}>{''.join(map(self._still, row))}</row>"))
        elif not any(cell.data_type == "f" for cell in row):
            super().write_row(xf, row, row_idx)
        else:
            with xf.element("row", attributes):
                for cell in row:
                    if cell._comment is not None:
                        self.ws._comments.append(CommentRecord.from_cell(cell))
                    if cell.data_type == "f" and (cell.row, cell.column) in self.values and isinstance(cell._value, str):
                        xf.write(self._live(cell))
                    else:
                        write_cell(xf, self.ws, cell, cell.has_style)

    def _still(self, cell: Any) -> str:
        """A number, a text or a day as openpyxl would write it, several times as fast."""
        if (style := self.styles.get(id(cell._style))) is None:
            style = self.styles[id(cell._style)] = cell.style_id
        begin, value = f'<c r="{cell.coordinate}" s="{style}" t="{"inlineStr" if cell.data_type == "s" else "n"}"', cell._value
        if value is None or value == "":
            return f"{begin}/>"
        if cell.data_type != "s":
            return f"{begin}><v>{safe_string(value if cell.data_type == 'n' else self._day(value))}</v></c>"
        space = "" if value == value.strip() else ' xml:space="preserve"'
        return f"{begin}><is><t{space}>{escape(value, quote=False)}</t></is></c>"

    def _day(self, value: datetime) -> float:
        number: float = to_excel(value, self.ws.parent.epoch)  # type: ignore[no-untyped-call]  # openpyxl carries no types
        return number

    def _live(self, cell: Any) -> Any:
        if cell.hyperlink:
            self.ws._hyperlinks.append(cell.hyperlink)
        kind, text = _beside(self.values[cell.row, cell.column])
        element = Element("c", {"r": cell.coordinate, "s": str(cell.style_id), **({} if kind == "n" else {"t": kind})})
        SubElement(element, "f").text = cell._value[1:]
        SubElement(element, "v").text = text
        return element

    def write_formatting(self) -> None:
        for rules in self.ws.conditional_formatting:
            tree = rules.to_tree()
            for rule, element in zip(rules.rules, tree, strict=True):
                if rule.dxf:
                    element.set("dxfId", str(self.ws.parent._differential_styles.add(rule.dxf)))
                if rule.type == "dataBar":
                    self.bars.append((f"{{00000000-0000-4000-8000-{len(self.bars):012d}}}", str(rules.sqref)))
                    _refer(element, self.bars[-1][0])
            self.xf.send(tree)

    def write_tables(self) -> None:
        super().write_tables()
        if self.bars:
            self.xf.send(_plain_bars(self.bars))


def _is_still(cell: Any) -> bool:
    kind, value = cell.data_type, cell._value
    plain = kind == "n" or (kind == "s" and type(value) is str and "\r" not in value) or (kind == "d" and type(value) is datetime)
    return plain and cell.has_style and not (cell.hyperlink or cell._comment)


def _beside(value: Value | Kept) -> Kept:
    """A value as it stands beside its formula."""
    if isinstance(value, Kept):
        return value
    return Kept("str", value or "") if value is None or isinstance(value, str) else Kept("n", repr(value))


def _refer(rule: Any, identity: str) -> None:
    extension = SubElement(SubElement(rule, "extLst"), "ext", {"uri": _BARS_HERE})
    SubElement(extension, f"{{{_X14}}}id").text = identity


def _plain_bars(bars: list[tuple[str, str]]) -> Any:
    """Data bars as Excel knows them since 2010: one colour without a gradient, from zero, another colour below zero."""
    rules = "".join(
        f'<x14:conditionalFormatting xmlns:xm="{_XM}"><x14:cfRule type="dataBar" id="{identity}">'
        '<x14:dataBar minLength="0" maxLength="100" gradient="0"><x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/>'
        f'<x14:negativeFillColor rgb="FF{BAR_BELOW}"/><x14:axisColor rgb="FF{BAR}"/></x14:dataBar></x14:cfRule>'
        f"<xm:sqref>{cells}</xm:sqref></x14:conditionalFormatting>" for identity, cells in bars)
    return fromstring(
        f'<extLst xmlns="{SHEET_MAIN_NS}"><ext uri="{_BARS_THERE}" xmlns:x14="{_X14}"><x14:conditionalFormattings>{rules}'
        "</x14:conditionalFormattings></ext></extLst>")
