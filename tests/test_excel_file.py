"""Workbooks as files: well formed, the same twice, right when recalculated, safe, and written whole or not at all."""

import errno
import os
import resource
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import canonicalize

import openpyxl
import pandas as pd
import pytest
from proof import agree, complaints, formulas, recalculated_by, recomputed_wrong
from synthetic import report

from clvxl.errors import OutputError
from clvxl.excel import archive, clean
from clvxl.excel.file import write, write_tables
from clvxl.report.model import Chart, Charts, Column, Figure, Figures, Grid, Heading, Input, Inputs, Note, Report, Series, Sheet, Table

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl reads data bars of 2007 only

DAY = date(2025, 12, 31)
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "a\x00b\x07c", "x" * 40_000, "_x0041_", "'quoted", "\ud800", "line\nbreak",
           '<a href="x">&amp;</a>', "", " ", "\t", "{=1}", "日本語", "\u202eabc")


def page(*blocks: Any, key: str = "page", name: str = "Page", **look: Any) -> Sheet:
    return Sheet(key, name, "Message", ("Who", "What", "When"), blocks, **look)


def small(*sheets: Sheet) -> Report:
    return Report("Title", "en", DAY, sheets)


@pytest.fixture(params=["en", "de"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(report(request.param), tmp_path / "report.xlsx")


@pytest.mark.parametrize("size", [(400, 5), (3, 3), (1, 1)])
def test_an_independent_validator_finds_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write(report("de", *size), tmp_path / "report.xlsx")
    assert complaints(path) == []


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write(report("de"), tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second
    core = zipfile.ZipFile(tmp_path / "a.xlsx").read("docProps/core.xml").decode()
    assert core.count("2025-12-31T00:00:00Z") == 2


def test_every_formula_carries_its_value_and_another_engine_computes_the_same(book: Path) -> None:
    assert recomputed_wrong(book) == []
    assert len(list(formulas(book))) > 40


def test_libreoffice_computes_the_same_from_nothing(book: Path, convert: Callable[[Path, str], Path], tmp_path: Path) -> None:
    stored, found = recalculated_by(convert, book, tmp_path)
    assert {key: value for key, value in found.items() if not agree(value, stored[key])} == {}
    assert found.keys() == stored.keys()


def test_printed_pages_show_every_number_and_word(book: Path, convert: Callable[[Path, str], Path], text_of: Callable[[Path], str]) -> None:
    text = text_of(convert(book, "pdf"))
    assert "###" not in text
    assert "Err:" not in text
    assert "#NAME" not in text
    for name in ("Gesundheitswesen und soziale Dienste", "12,345,678", "Simulated firm"):
        assert name in text


def test_every_block_has_a_page_in_both_languages_and_sizes(tmp_path: Path) -> None:
    for language, customers, segments in (("en", 0, 1), ("de", 26, 5), ("en", 3, 2)):
        assert write(report(language, customers, segments), tmp_path / f"{language}{customers}.xlsx").exists()


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    table = Table("t", (Column("a", "=1+1", HOSTILE), Column("b", "=1+1", tuple(float("nan") for _ in HOSTILE))), "=evil name")
    sheets = tuple(page(Heading(text), Note(text), table, Figures((Figure(text, text, "General", text),)),
                        Inputs((Input(f"input_{number}", text, text, "General", text, choices=("=a,b", text)),)),
                        Charts((Chart(text, "bar", f"p{number}", "t", "a", (Series(text, "b"),)),)),
                        key=f"p{number}", name=text) for number, text in enumerate(HOSTILE))
    path = write(replace(small(*sheets), title="=T&\x00itle"), tmp_path / "hostile.xlsx")
    loaded = openpyxl.load_workbook(path)
    cells = [cell for sheet in loaded.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type not in {"s", "n"}]
    assert max(len(str(cell.value)) for cell in cells) == clean.LONGEST_TEXT
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))
    assert not any(word in part for part in parts(path).values() for word in (b">nan<", b">NaN<", b">inf<"))
    assert complaints(path) == []


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_rows_are_those_that_openpyxl_writes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    values = (1, -0.0, 1e300, 0.1, 2**60, True, None, "", "a", " b ", "<&>\"'", "line\nbreak", "carriage\rreturn", DAY, "=1+1")
    for row, value in enumerate(values, 1):
        cell = book.active.cell(row, 2, value)
        cell.font, cell.number_format = openpyxl.styles.Font(b=row % 2 == 0), "0.0"
    book.active.row_dimensions[3].height = 20.5
    book.save(tmp_path / "theirs.xlsx")
    (tmp_path / "ours.xlsx").write_bytes(archive.pack(book, {}))
    ours, theirs = (zipfile.ZipFile(tmp_path / name).read("xl/worksheets/sheet1.xml").decode() for name in ("ours.xlsx", "theirs.xlsx"))
    assert canonicalize(ours) == canonicalize(theirs)


def test_names_of_sheets_are_allowed_and_different() -> None:
    names = ["a" * 40, "A" * 40, "[x]:*?/\\", "", "History", "'q'", "Über uns", "\x01", "history"]
    found = clean.sheet_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") and name == name.strip("'") for name in found)
    assert "history" not in {name.casefold() for name in found}


@pytest.mark.parametrize("name", ["CLV1", "A1", "R1C1", "r", "my table", "1st", "", "Größe", "日本"])
def test_names_of_tables_are_allowed(name: str) -> None:
    taken = {"_clv1"}
    found = clean.table_name(name, taken)
    assert " " not in found
    assert found[0].isalpha() or found[0] == "_"
    assert found.casefold() in taken
    assert clean.table_name(name, taken) != found


def test_a_table_sorts_without_its_total_and_its_headings_are_its_columns(tmp_path: Path) -> None:
    numbers = Column("b", "Name", (1.0, 2.0), total=3.0, total_formula="SUM([t.b])")
    table = Table("t", (Column("a", "Name", ("x", "y"), total="Sum"), numbers), "List", total=True)
    sheet = openpyxl.load_workbook(write(small(page(table)), tmp_path / "t.xlsx")).active
    listed = sheet.tables["List"]
    first, last = listed.ref.split(":")
    assert [column.name for column in listed.tableColumns] == [sheet[first].value, sheet[first].offset(0, 1).value] == ["Name", "Name (2)"]
    assert sheet[last].value == 2
    assert sheet[last].offset(1, 0).value == f"=SUM({sheet[last].offset(-1, 0).coordinate.replace('C', '$C$')}:$C${sheet[last].row})"


def test_only_inputs_are_open_on_a_page_that_calculates(book: Path) -> None:
    loaded = openpyxl.load_workbook(book)
    sheet = loaded.worksheets[4]
    opened = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    named = {name.attr_text.rpartition("!")[2].replace("$", "") for name in loaded.defined_names.values()}
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert named <= opened
    assert {str(check.sqref) for check in sheet.data_validations.dataValidation} == named


def test_charts_know_their_numbers(book: Path) -> None:
    charts = [data.decode() for name, data in parts(book).items() if name.startswith("xl/charts/")]
    assert len(charts) == 5
    assert all("<c:numCache>" in chart and "Cache><c:ptCount" in chart.replace("</c:formatCode>", "Cache>") for chart in charts)
    assert not any("gradFill" in chart or "majorGridlines" in chart for chart in charts)


def test_lambda_names_reach_the_workbook(tmp_path: Path) -> None:
    path = write(replace(small(page(Note("x"))), names=(("CLV", "_xlfn.LAMBDA(_xlpm.a,_xlpm.a*2)"),)), tmp_path / "n.xlsx")
    assert openpyxl.load_workbook(path).defined_names["CLV"].attr_text == "_xlfn.LAMBDA(_xlpm.a,_xlpm.a*2)"


# --- taking its place


def text(error: pytest.ExceptionInfo[OutputError]) -> tuple[str, str]:
    return error.value.say("en"), error.value.say("de")


@pytest.fixture
def tiny() -> Report:
    return small(page(Note("x")))


def test_an_unchanged_report_is_replaced(tmp_path: Path, tiny: Report) -> None:
    path = write(report("en"), tmp_path / "r.xlsx")
    assert write(tiny, path).read_bytes() == write(tiny, tmp_path / "s.xlsx").read_bytes()


def test_work_of_the_user_is_not_replaced(tmp_path: Path, tiny: Report) -> None:
    path = write(tiny, tmp_path / "r.xlsx")
    loaded = openpyxl.load_workbook(path)
    loaded.active["H20"] = "mine"
    loaded.save(path)
    before = path.read_bytes()
    with pytest.raises(OutputError) as error:
        write(tiny, path)
    assert all("--force" in said for said in text(error))
    assert path.read_bytes() == before
    assert write(tiny, path, force=True).read_bytes() != before


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04"])
def test_a_foreign_file_is_not_replaced(tmp_path: Path, tiny: Report, content: bytes) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="--force"):
        write(tiny, path)
    assert path.read_bytes() == content


def test_places_that_cannot_be_written(tmp_path: Path, tiny: Report) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    for place, said in (("none/r.xlsx", "does not exist"), ("folder.xlsx", "is a folder"), ("r.xls", "end in .xlsx")):
        with pytest.raises(OutputError, match=said):
            write(tiny, tmp_path / place)
    protected = write(tiny, tmp_path / "protected.xlsx")
    protected.chmod(stat.S_IREAD)
    with pytest.raises(OutputError, match="write-protected"):
        write(tiny, protected, force=True)


def test_a_file_that_is_open_elsewhere(tmp_path: Path, tiny: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tiny, tmp_path / "r.xlsx")
    before = path.read_bytes()

    def locked(*_: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(OutputError, match="open in Excel"):
        write(report("en"), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["r.xlsx"]


@pytest.mark.parametrize("room", [0, 1, 1000, 20_000])
def test_a_disk_that_is_full(tmp_path: Path, tiny: Report, room: int) -> None:
    """The system itself refuses to let a file grow beyond this size."""
    path = write(tiny, tmp_path / "r.xlsx")
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(OutputError) as error:
            write(report("en"), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "disk is full" in text(error)[0]
    assert "Datenträger ist voll" in text(error)[1]
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["r.xlsx"]


def test_an_interruption_leaves_nothing(tmp_path: Path, tiny: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tiny, tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_plain_tables_come_back_as_they_were(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Kunde": ["=A", "Müller"], "seit": pd.to_datetime(["2020-02-29", None]), "Umsatz": [1234.5, float("nan")],
                          "Note": pd.array([9, None], dtype="Int64")})
    path = write_tables(tmp_path / "data.xlsx", {"Kunden": frame, "kunden": frame.head(0)}, title="Sample")
    back = pd.read_excel(path, sheet_name=None)
    assert list(back) == ["Kunden", "kunden (2)"]
    pd.testing.assert_frame_equal(back["Kunden"].convert_dtypes(), frame.convert_dtypes(), check_dtype=False)
    assert complaints(path) == []


def test_a_grid_without_formulas_is_still(tmp_path: Path) -> None:
    grid = Grid("g", "Year", "Age", (2020.0, 2021.0), (0.0, 1.0), ((1.0, 0.5), (1.0, float("nan"))), "", "0%", "0", "0")
    assert list(formulas(write(small(page(grid)), tmp_path / "g.xlsx"))) == []
