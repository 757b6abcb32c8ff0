"""Long tables that are set aside while a workbook is refreshed: they come back to the byte, whatever stands in them."""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from proof import complaints
from synthetic import report

from clvxl.excel import aside, refill
from clvxl.excel.anchors import TABLES
from clvxl.excel.brought import Results

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")

SMALL = Results(report("en", 3, 2), {"my_cell": ("new",), "my_empty": (5.0,)})
HEADINGS = ("Customer", "Revenue", "Customer since", "Contract", "Segment", "Other")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook as Excel would save it: shared texts, marks, entities, merged cells, comments, links, rows that are hidden or tall."""
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Data")
        bold, day, money = (book.add_format(look) for look in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {"num_format": "#,##0.00 €"}))
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, 120):
            sheet.write_string(row, 0, f"Kunde {row} & <Söhne>")
            sheet.write_number(row, 1, 1000 / row, money)
            sheet.write_datetime(row, 2, datetime(2020, 1, 1 + row % 28), day)
            sheet.write_boolean(row, 3, row % 2 == 0)
            sheet.write_string(row, 4, ("  space ", "line\nbreak", "=1+1", "0012", "\u202eabc")[row % 5])
        sheet.add_table(0, 0, 119, 5, {"name": TABLES["customers"], "columns": [{"header": heading} for heading in HEADINGS]})
        sheet.write_rich_string(5, 5, "partly ", bold, "bold")
        sheet.write_formula(7, 5, "=1/0", None, "#DIV/0!")
        sheet.write_formula(8, 5, "=2*3", None, 6)
        sheet.write_comment(9, 5, "why")
        sheet.write_url(10, 5, "https://example.com", string="link")
        sheet.merge_range(130, 0, 131, 2, "merged", bold)
        sheet.set_row(140, 33)
        sheet.set_row(141, None, None, {"hidden": True})
        book.define_name("my_cell", "=Data!$G$3")
        book.define_name("my_empty", "=Data!$G$300")
        sheet.write(2, 6, "old", bold)
    return path


def seen(path: Path) -> dict[str, Any]:
    """All that openpyxl sees of the sheet."""
    sheet = openpyxl.load_workbook(path, rich_text=True)["Data"]
    stored = openpyxl.load_workbook(path, data_only=True)["Data"]
    return {
        "cells": {cell.coordinate: (cell.value, cell.data_type, cell.number_format, cell.font.b, stored[cell.coordinate].value)
                  for row in sheet.iter_rows() for cell in row if cell.value is not None},
        "merged": {area.coord for area in sheet.merged_cells.ranges},
        "rows": {number: (row.height, row.hidden) for number, row in sheet.row_dimensions.items() if row.height or row.hidden},
        "comments": {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment},
        "links": {cell.coordinate: cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink},
        "tables": {table.name: table.ref for table in sheet.tables.values()},
    }


def refreshed(path: Path, monkeypatch: pytest.MonkeyPatch, long: float) -> tuple[Any, Path]:
    """The tables that were read, and a refreshed copy; sheets of so many bytes are set aside."""
    monkeypatch.setattr(aside, "LONG", long)
    out = path.with_name(f"{long}.xlsx")
    loaded = refill.load(path, out)
    assert bool(loaded.asides) == (long == 0)
    return refill.read(loaded).tables, refill.write(SMALL, loaded, out)


def test_set_aside_or_taken_apart_the_workbook_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables, quick = refreshed(path, monkeypatch, 0)
    expected, slow = refreshed(path, monkeypatch, float("inf"))
    assert tables == expected
    assert (tables[0].cells[8][5], tables[0].cells[7][5]) == (6.0, None)
    assert seen(quick) == seen(slow)
    assert complaints(quick) == []


def test_what_was_there_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(path)
    _, quick = refreshed(path, monkeypatch, 0)
    after = seen(quick)
    assert after["cells"].pop("G3") == ("new", "s", "General", True, "new")
    assert after["cells"].pop("G300")[0] == 5
    del before["cells"]["G3"]
    assert after == before


def test_a_text_that_looks_written_out_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ("Customer", "Revenue"))
        sheet.write_row(1, 0, ("_x0041_", 1))
        sheet.add_table(0, 0, 1, 1, {"name": TABLES["customers"], "columns": [{"header": each} for each in ("Customer", "Revenue")]})
    tables, quick = refreshed(tmp_path / "x.xlsx", monkeypatch, 0)
    assert tables[0].cells[1] == ("_x0041_", 1.0)
    assert b"_x005F_x0041_" in zipfile.ZipFile(quick).read("xl/worksheets/sheet1.xml")


def test_numbers_keep_all_their_digits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def numbers(file: Path) -> list[bytes]:
        with zipfile.ZipFile(file) as package:
            return re.findall(rb'<c r="B\d+"(?: s="\d+")?(?: t="n")?><v>([^<]*)</v>', package.read("xl/worksheets/sheet1.xml"))

    _, quick = refreshed(path, monkeypatch, 0)
    assert numbers(quick) == numbers(path)


def test_a_second_refresh_finds_its_own_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "LONG", 0)
    for _ in range(2):
        refill.write(SMALL, refill.load(path, path), path)
    before = path.read_bytes()
    refill.write(SMALL, refill.load(path, path), path)
    assert path.read_bytes() == before


def changed(path: Path, change: Any) -> Path:
    with zipfile.ZipFile(path) as package:
        there = {name: package.read(name) for name in package.namelist()}
    there["xl/worksheets/sheet1.xml"] = change(there["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w") as package:
        for name, data in there.items():
            package.writestr(name, data)
    return path


@pytest.mark.parametrize("how", ["foreign attributes", "no addresses", "prefix", "spaces"])
def test_other_ways_to_write_a_sheet(path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    def change(data: bytes) -> bytes:
        match how:
            case "foreign attributes":
                declared = b'<worksheet xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
                return data.replace(b"<worksheet ", declared, 1).replace(b"<row ", b'<row x14ac:dyDescent="0.25" ')
            case "no addresses":
                return re.sub(rb'<c r="[A-F](5[0-9])"', b"<c", data)
            case "prefix":
                named = re.sub(rb"<(/?)(?!\?|/)(\w)", rb"<\1x:\2", data)
                return named.replace(b"xmlns=", b"xmlns:x=", 1)
        return data.replace(b"<sheetData>", b"<sheetData >").replace(b'<c r="', b'<c  r="')

    changed(path, change)
    before = seen(path)
    monkeypatch.setattr(aside, "LONG", 0)
    loaded = refill.load(path, path)
    refill.read(loaded)
    refill.write(Results(SMALL.report, {}), loaded, path)
    assert seen(path) == before
    assert [each for each in complaints(path) if "/rPr[" not in each[1]] == []  # openpyxl has an order of its own for marks in texts


def test_days_count_from_1904_where_the_workbook_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ("Customer", "Revenue", "Customer since"))
        for row in range(1, 5):
            sheet.write_row(row, 0, (f"A{row}", row))
            sheet.write_datetime(row, 2, date(2020, 2, 29), book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.add_table(0, 0, 4, 2, {"name": TABLES["customers"],
                                     "columns": [{"header": each} for each in ("Customer", "Revenue", "Customer since")]})
    (tmp_path / "mac.xlsx").write_bytes(buffer.getvalue())
    monkeypatch.setattr(aside, "LONG", 0)
    loaded = refill.load(tmp_path / "mac.xlsx", tmp_path / "mac.xlsx")
    assert loaded.asides
    assert {line[2] for line in refill.read(loaded).tables[0].cells[1:]} == {datetime(2020, 2, 29)}
