"""Workbooks to refresh: the template with sheets, formulas, names and a chart of a user in it."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from clvxl.excel.anchors import TABLES
from clvxl.excel.template.book import build
from clvxl.words import Language

OWN_TABLE = "SegmentValue"  # as a list of the report is called
OWN_NAMES = ("HIGHER_PRICES", "discount_rate")  # as inputs of the report are called


@cache
def _built(language: Language) -> bytes:
    return build(language)


def template(language: Language = "en", customers: int = 60) -> Workbook:
    """The template as it is delivered, without its macros, and with fewer customers."""
    workbook = load_workbook(BytesIO(_built(language)))
    sheet = next(sheet for sheet in workbook.worksheets if TABLES["customers"] in sheet.tables)
    table = sheet.tables[TABLES["customers"]]
    left, top, right, bottom = range_boundaries(table.ref)
    sheet.delete_rows(top + customers + 1, bottom)  # type: ignore[operator]  # a whole range
    table.ref = table.autoFilter.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{top + customers}"  # type: ignore[operator, arg-type]  # as above
    return workbook


def with_own_things(workbook: Workbook) -> Workbook:
    """A user's own sheets: one is called like a page of ours, one has a table like a list of ours; two names are those of our inputs."""
    mine = workbook.create_sheet("My plan", 1)
    mine["A1"], mine["A1"].font = "=1+1 is no formula here", Font(bold=True, color="FFFF0000")
    mine["A1"].data_type, mine["A1"].quotePrefix = "s", True
    mine["B2"], mine["C9"] = "=SUM(Data!D9:D20)", 12.5
    for line in (("Part", "Share"), ("one", 1), ("two", 2), ("three", 3), ("four", 4)):
        mine.append(line)
    mine.add_table(Table(name=OWN_TABLE, displayName=OWN_TABLE, ref="A10:B14"))
    own = workbook.create_sheet("Segments")
    own["A1"], own["B5"] = "my own segments", "=A1&'My plan'!C9"
    own.merge_cells("C1:D2")
    for name in ("my_total", *OWN_NAMES):
        workbook.defined_names[name] = DefinedName(name, attr_text="'My plan'!$C$9")
    chart = BarChart()
    chart.add_data(Reference(mine, min_col=2, min_row=10, max_row=14))
    own.add_chart(chart, "F2")
    return workbook


@cache
def _mine() -> bytes:
    buffer = BytesIO()
    with_own_things(template()).save(buffer)
    return buffer.getvalue()


def mine(path: Path) -> Path:
    """A file of the template with a user's own things."""
    path.write_bytes(_mine())
    return path


def saved(workbook: Workbook, path: Path) -> Path:
    """The workbook as a file."""
    workbook.save(path)
    return path


def everything(workbook: Workbook, titles: Any) -> dict[str, Any]:
    """What cannot be replaced: the cells of some sheets, their looks, tables and merged cells, and the names of the workbook."""
    sheets = {title: workbook[title] for title in titles}
    return {title: ({cell.coordinate: (cell.value, cell.data_type, cell.font.b, cell.number_format, bool(cell.quotePrefix))
                     for row in sheet.iter_rows() for cell in row if cell.value is not None},
                    {table.name: table.ref for table in sheet.tables.values()}, {area.coord for area in sheet.merged_cells.ranges},
                    len(sheet._charts), len(sheet.data_validations.dataValidation), sheet.sheet_state)
            for title, sheet in sheets.items()}
