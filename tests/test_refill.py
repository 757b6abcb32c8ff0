"""Refresh without Excel: result pages written anew into a workbook that exists, everything else as it was, or nothing at all."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from book_for_refresh import OWN_NAMES, OWN_TABLE, everything, saved
from book_for_refresh import mine as with_own
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from proof import complaints, formulas, recomputed_wrong
from pyopenvba.integrity import check_file
from synthetic import report
from vba_readers import READERS

from clvxl import __version__
from clvxl.errors import ClvError, OutputError, SourceError
from clvxl.excel import archive, refill
from clvxl.excel.anchors import MESSAGE, TABLES, figure_name, name_of
from clvxl.excel.brought import Results
from clvxl.excel.template.book import build
from clvxl.ledger.pages import RESULT
from clvxl.refresh import refreshed
from clvxl.report.model import Column, Report, Sheet, Table

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning", "ignore:Unknown extension:UserWarning")

Edit = Callable[[bytes], bytes]


SMALL = Results(report("en", 3, 2), {MESSAGE: ("Sentence",)})


def refresh(path: Path, target: Path | None = None, results: Results | None = None, **how: bool) -> Path:
    """Presses the button; with results that are there already it is quicker."""
    loaded = refill.load(path, target or path, **how)
    brought = refill.read(loaded)
    return refill.write(results or refreshed(brought, __version__), loaded, target or path)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(path: Path, changes: dict[str, bytes | Edit | None]) -> Path:
    """The same package with some parts changed, added, or gone."""
    there = parts(path)
    for name, change in changes.items():
        if change is None:
            del there[name]
        else:
            there[name] = change(there[name]) if callable(change) else change
    with zipfile.ZipFile(path, "w") as package:
        for name, data in there.items():
            package.writestr(name, data)
    return path


@pytest.fixture(scope="module")
def as_delivered() -> bytes:
    return build("en")


@pytest.fixture
def delivered(tmp_path: Path, as_delivered: bytes) -> Path:
    """The template itself, with its macros and buttons."""
    path = tmp_path / "Template.xlsm"
    path.write_bytes(as_delivered)
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A template with things of a user's, without macros."""
    return with_own(tmp_path / "mine.xlsx")


# --- the template itself


@pytest.mark.parametrize("results", [SMALL, pytest.param(None, marks=pytest.mark.exhaustive)], ids=["small", "whole"])
def test_the_refreshed_template_is_whole(delivered: Path, results: Results | None) -> None:
    before = parts(delivered)
    refresh(delivered, results=results)
    after = parts(delivered)
    assert complaints(delivered) == []
    assert check_file(delivered).issues == ()
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert all({"Buttons", "ThisWorkbook"} <= set(reader(after["xl/vbaProject.bin"])) for reader in READERS)
    drawings = [name for name in before if name.endswith(".vml")]
    assert drawings
    assert {name: after[name] for name in drawings} == {name: before[name] for name in drawings}
    assert b'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"' in after["[Content_Types].xml"]


@pytest.mark.exhaustive
def test_another_engine_computes_the_results_in_the_template_to_the_same(delivered: Path) -> None:
    refresh(delivered)
    book = openpyxl.load_workbook(delivered)
    results = {index for index, sheet in enumerate(book.worksheets) if RESULT in sheet.defined_names}
    ours = {address for sheet, address, *_ in formulas(delivered) if sheet in results}
    assert len(ours) > 50
    assert [wrong for wrong in recomputed_wrong(delivered) if wrong[0] in ours and not str(wrong[1]).startswith("=CLV")] == []


def test_what_the_template_holds_is_there_after_two_refreshes(delivered: Path, as_delivered: bytes) -> None:
    own = ["Start", "Data", "Orders", "Spend", "Settings", "clvxl words"]
    original = openpyxl.load_workbook(BytesIO(as_delivered))
    refresh(delivered, results=SMALL)
    first = parts(delivered)
    refresh(delivered, results=SMALL)
    second = parts(delivered)
    refresh(delivered, results=SMALL)
    assert {name for name in first if first[name] != second[name]} <= {"xl/styles.xml"}  # lines of merged cells that were read
    assert parts(delivered) == second
    book = openpyxl.load_workbook(delivered)
    kept, expected = everything(book, own), everything(original, own)
    filled = {cell.coordinate for name in (MESSAGE, "clvxl_state") for cell in [cell_named(book, name)]}
    for sheets in (kept, expected):
        sheets["Start"] = ({place: cell for place, cell in sheets["Start"][0].items() if place not in filled and place[0] not in "BEHK"},
                           *sheets["Start"][1:])
    assert kept == expected
    assert all(book[title].protection.sheet == original[title].protection.sheet for title in own)
    assert {name: each.attr_text for name, each in original.defined_names.items()}.items() <= {
        name: each.attr_text for name, each in book.defined_names.items()}.items()
    assert book.active.title == original.active.title


def cell_named(book: openpyxl.Workbook, name: str) -> Any:
    (title, address), = book.defined_names[name].destinations
    return book[title][address.replace("$", "").partition(":")[0]]


def test_the_first_sheet_shows_the_key_figures(delivered: Path) -> None:
    loaded = refill.load(delivered, delivered)
    results = refreshed(refill.read(loaded), __version__)
    book = openpyxl.load_workbook(refill.write(results, loaded, delivered))
    assert cell_named(book, MESSAGE).value == results.cells[MESSAGE][0]
    for key in ("equity", "clv", "nps"):
        value, comment = results.cells[figure_name(key)]
        cell = cell_named(book, figure_name(key))
        assert (cell.value, cell.offset(1, 0).value) == (pytest.approx(value, rel=1e-12), comment)


# --- what is the user's


def test_own_sheets_stay_and_one_that_is_called_like_ours(mine: Path) -> None:
    own = ["My plan", "Segments", "Data", "Settings"]
    before = everything(openpyxl.load_workbook(mine), own)
    refresh(mine, allow_loss=True)
    book = openpyxl.load_workbook(mine)
    assert everything(book, own) == before
    assert book["Segments (2)"].defined_names[RESULT].hidden
    assert {book.defined_names[name].attr_text for name in ("my_total", *OWN_NAMES)} == {"'My plan'!$C$9"}
    assert {"higher_prices_2", "discount_rate_2"} <= set(book.defined_names)
    assert f"{OWN_TABLE}_2" in book["Segments (2)"].tables
    assert complaints(mine) == []
    wrong = {(address, text) for address, text, _ in recomputed_wrong(mine)}
    live = [(address, cell.value) for index, address, cell, _ in formulas(mine) if book.sheetnames[index] == "Scenarios"]
    assert live
    assert not wrong.intersection(live)


def test_formulas_go_on_pointing_to_sheets_that_were_written_anew(mine: Path) -> None:
    refresh(mine, results=SMALL, allow_loss=True)
    book = openpyxl.load_workbook(mine)
    book["My plan"]["D1"], book["My plan"]["D2"] = "=Customers!B3", "='Segments (2)'!C12"
    book.move_sheet("Customers", -5)
    book["Method"].sheet_state, book["Cohorts"].sheet_properties.tabColor = "hidden", "FF00FF00"
    book["Scenarios"].sheet_properties.codeName = "Sheet77"
    book.active = book["Overview"]
    order = book.sheetnames
    book.save(mine)
    refresh(mine, results=SMALL, allow_loss=True)
    again = openpyxl.load_workbook(mine)
    assert again.sheetnames == order
    assert [again["My plan"][place].value for place in ("D1", "D2")] == ["=Customers!B3", "='Segments (2)'!C12"]
    assert again["Customers"]["B3"].value
    assert (again["Method"].sheet_state, again["Cohorts"].sheet_properties.tabColor.rgb) == ("hidden", "FF00FF00")
    assert again["Scenarios"].sheet_properties.codeName == "Sheet77"
    assert again.active.title == "Overview"


def test_in_another_language_sheets_have_other_names_and_what_points_there_follows(mine: Path) -> None:
    refresh(mine, results=SMALL, allow_loss=True)
    book = openpyxl.load_workbook(mine)
    plan = book["My plan"]
    plan["D1"], plan["D2"], plan["D3"] = "=Customers!B3&\"Customers!B3\"", "=SUM('Segments (2)'!C12:C13)", "=MyCustomers!A1+Segments!A1"
    plan.conditional_formatting.add("A1:A9", CellIsRule("greaterThan", ["Customers!$C$9"], fill=PatternFill(bgColor="FFFF0000")))
    check = DataValidation("list", "Customers!$B$9:$B$11")
    check.add("D9")
    plan.add_data_validation(check)
    chart = BarChart()
    chart.add_data(Reference(book["Customers"], min_col=3, min_row=8, max_row=11))
    plan.add_chart(chart, "H2")
    book.create_sheet("MyCustomers")
    book.defined_names["my_best"] = DefinedName("my_best", attr_text="Customers!$B$9")
    book.save(mine)
    refresh(mine, results=Results(report("de", 3, 2), {}), allow_loss=True)
    book = openpyxl.load_workbook(mine)
    plan = book["My plan"]
    assert "Kunden" in book.sheetnames
    assert "Customers" not in book.sheetnames
    assert plan["D1"].value == "='Kunden'!B3&\"Customers!B3\""
    assert plan["D2"].value == "=SUM('Segmente'!C12:C13)"
    assert plan["D3"].value == "=MyCustomers!A1+Segments!A1"
    assert book.defined_names["my_best"].attr_text == "'Kunden'!$B$9"
    assert [rule.formula for ranges in plan.conditional_formatting for rule in ranges.rules] == [["'Kunden'!$C$9"]]
    assert [check.formula1 for check in plan.data_validations.dataValidation] == ["'Kunden'!$B$9:$B$11"]
    assert [series.val.numRef.f for series in plan._charts[0].series] == ["'Kunden'!$C$8:$C$11"]
    assert {title for name in book.defined_names.values() for title, _ in name.destinations} <= set(book.sheetnames)
    assert complaints(mine) == []


def test_comments_looks_and_marked_up_texts_stay(mine: Path) -> None:
    book = openpyxl.load_workbook(mine)
    sheet = book["My plan"]
    sheet["F1"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    sheet["F2"].fill, sheet["F2"].comment = PatternFill("solid", fgColor="FF123456"), Comment("why", "me")
    sheet.conditional_formatting.add("A1:A9", CellIsRule("greaterThan", ["5"], fill=PatternFill(bgColor="FFFF0000")))
    book.save(mine)
    refresh(mine, results=SMALL, allow_loss=True)
    sheet = openpyxl.load_workbook(mine, rich_text=True)["My plan"]
    assert isinstance(sheet["F1"].value, CellRichText)
    assert (sheet["F2"].fill.fgColor.rgb, sheet["F2"].comment.text) == ("FF123456", "why")
    assert len(sheet.conditional_formatting) == 1


def test_a_sheet_that_the_user_renamed_or_copied_is_the_users(mine: Path) -> None:
    refresh(mine, results=SMALL, allow_loss=True)
    book = openpyxl.load_workbook(mine)
    book["Overview"].title = "As of last month"
    book["As of last month"]["A1"] = "keep me"
    book.save(mine)
    refresh(mine, results=SMALL, allow_loss=True)
    book = openpyxl.load_workbook(mine)
    assert book["As of last month"]["A1"].value == "keep me"
    assert book["Overview"]["B3"].value


# --- values beside formulas


def with_values(path: Path, values: dict[str, dict[tuple[int, int], Any]], change: Callable[[openpyxl.Workbook], None]) -> Path:
    """A workbook in which the formulas carry what they compute, as Excel saves it."""
    book = openpyxl.load_workbook(path)
    change(book)
    path.write_bytes(archive.pack(book, values, sealed=False))
    return path


def test_values_that_still_hold_stay_and_those_that_may_not_go(mine: Path) -> None:
    refresh(mine, results=SMALL, allow_loss=True)
    lines = {"E1": "=C9*2", "E2": "=Customers!B3", "E3": "=E2&1", "E4": "=SUM(E1:E1)", "E5": "=Start!B3", "E6": "=LEN(E5)",
             "E7": '=INDIRECT("C9")', "E8": "=my_total", "E9": "=fewer_departures", "E10": "=SUM(Value[CLV])", "E11": "=nobody_knows",
             "E12": "=TRUE", "E13": '="="', "E14": "=1/0"}

    def change(book: openpyxl.Workbook) -> None:
        for place, formula in lines.items():
            book["My plan"][place] = formula

    values: dict[tuple[int, int], Any] = {(row, 5): 7.25 for row in range(1, 15)} | {(13, 5): "="}
    with_values(mine, {"My plan": values}, change)
    refresh(mine, results=SMALL, allow_loss=True)
    live, stored = openpyxl.load_workbook(mine)["My plan"], openpyxl.load_workbook(mine, data_only=True)["My plan"]
    assert {place: live[place].value for place in lines} == lines
    assert {place for place in lines if stored[place].value is not None} == {"E1", "E4", "E8", "E12", "E13", "E14"}
    assert (stored["E1"].value, stored["E13"].value) == (7.25, "=")
    assert openpyxl.load_workbook(mine).calculation.fullCalcOnLoad


def test_formulas_in_the_tables_count_with_what_they_compute(mine: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["Data"]["D9"], book["Data"]["G9"] = "=1000*2", "=DATE(2020,1,31)"

    with_values(mine, {"Data": {(9, 4): 2000.0, (9, 7): 43861.0}}, change)
    table = refill.read(refill.load(mine, mine, allow_loss=True)).tables[0]
    assert (table.cells[1][2], table.cells[1][5]) == (2000.0, datetime(2020, 1, 31))


def test_a_formula_in_a_table_that_was_never_computed_is_named(mine: Path) -> None:
    book = openpyxl.load_workbook(mine)
    book["Data"]["D12"] = "=A1"
    book.save(mine)
    with pytest.raises(SourceError) as error:
        refresh(mine, results=SMALL, allow_loss=True)
    assert all("Data!D12" in error.value.say(language) for language in ("en", "de"))


def test_days_are_right_in_a_calendar_that_begins_in_1904(mine: Path) -> None:
    book = openpyxl.load_workbook(mine)
    book.epoch = CALENDAR_MAC_1904
    book.save(mine)
    made = Report("t", "en", datetime(2020, 1, 1), (Sheet("p", "P", "m", (), (Table("t", (
        Column("d", "Day", (datetime(2024, 2, 29).date(),), "mm-dd-yy"),)),)),))
    loaded = refill.load(mine, mine, allow_loss=True)
    refill.write(Results(made, {}), loaded, mine)
    stored = openpyxl.load_workbook(mine)
    assert [cell.value for row in stored["P"].iter_rows() for cell in row if isinstance(cell.value, datetime)] == [datetime(2024, 2, 29)]


def test_texts_of_the_data_do_not_become_formulas(mine: Path) -> None:
    loaded = refill.load(mine, mine, allow_loss=True)
    made = replace(report("en", 3, 2), title="=1+1")
    refill.write(Results(made, {MESSAGE: ("=cmd|' /C calc'!A0",), figure_name("clv"): (1.0, "+1")}), loaded, mine)
    cell = cell_named(openpyxl.load_workbook(mine), MESSAGE)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)


# --- its place


def test_another_file_and_nothing_is_written_over(mine: Path, tmp_path: Path) -> None:
    before = mine.read_bytes()
    refresh(mine, tmp_path / "out.xlsx", SMALL)
    assert mine.read_bytes() == before
    for wrong in ("out.xlsx", "out.xlsm", "nowhere/out.xlsx"):
        with pytest.raises(OutputError):
            refresh(mine, tmp_path / wrong, SMALL)
    refresh(mine, tmp_path / "out.xlsx", SMALL, force=True)


def test_when_it_cannot_be_put_in_its_place_the_old_file_stays(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = mine.read_bytes()

    def locked(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(OutputError, match="open in Excel"):
        refresh(mine, results=SMALL, allow_loss=True)
    assert mine.read_bytes() == before
    assert [each.name for each in mine.parent.iterdir()] == ["mine.xlsx"]


# --- broken and hostile


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b""), ("a.xlsx", b"no workbook"), ("a.xlsm", b"PK\x03\x04"),
                                               ("a.csv", b"a;b\n1;2\n")])
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ClvError):
        refresh(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["a.csv", "a.docx", "no ending", "folder"])
def test_what_is_of_another_kind_is_to_be_saved_as_a_workbook(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir() if name == "folder" else path.write_bytes(b"a;b")
    with pytest.raises(SourceError) as error:
        refresh(path)
    assert "save it as .xlsx or .xlsm" in error.value.say("en")
    with pytest.raises(SourceError, match="There is no file"):
        refresh(tmp_path / "gone.csv")


def test_a_workbook_without_our_tables_is_refused(tmp_path: Path) -> None:
    path = saved(openpyxl.Workbook(), tmp_path / "theirs.xlsx")
    with pytest.raises(SourceError) as error:
        refresh(path)
    assert "theirs.xlsx" in str(error.value)


def test_missing_names_leave_the_defaults(mine: Path) -> None:
    book = openpyxl.load_workbook(mine)
    del book.defined_names[name_of("discount")], book.defined_names[MESSAGE], book.defined_names[figure_name("clv")]
    book.defined_names[name_of("title")].attr_text = "#REF!"
    book.save(mine)
    refresh(mine, results=SMALL, allow_loss=True)
    assert "Overview" in openpyxl.load_workbook(mine).sheetnames


def broken(data: bytes, how: str) -> bytes:
    return {"empty": b"", "cut": data[: len(data) // 2], "noise": bytes(reversed(data)), "other": b"<x/>"}[how]


def test_whatever_part_is_broken_it_is_a_sentence(mine: Path) -> None:
    for part in ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/worksheets/sheet2.xml", "xl/_rels/workbook.xml.rels"):
        attacked(mine, part, "cut")


@pytest.mark.exhaustive
@pytest.mark.parametrize("how", ["empty", "cut", "noise", "other", "gone"])
def test_any_part_may_be_broken_in_any_way(mine: Path, how: str) -> None:
    for part in parts(mine):
        attacked(mine, part, how)


def attacked(path: Path, part: str, how: str) -> None:
    """Either the workbook is refreshed all the same, or a sentence says why not and the file is as it was."""
    victim = path.with_name("victim.xlsx")
    victim.write_bytes(path.read_bytes())
    with_parts(victim, {part: None if how == "gone" else lambda data: broken(data, how)})
    before = victim.read_bytes()
    try:
        refresh(victim, results=SMALL, allow_loss=True)
    except ClvError:
        assert victim.read_bytes() == before
    victim.unlink()


def test_entities_are_not_followed(mine: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    with_parts(mine, {"xl/styles.xml": lambda data: bomb + data.partition(b"?>")[2]})
    with pytest.raises(SourceError, match="entities"):
        refresh(mine)


# --- the command


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "clvxl", "refresh", *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_command_refreshes_and_says_so(delivered: Path) -> None:
    done = command(delivered.name, cwd=delivered.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Refreshed: {delivered}\n"
    assert "Overview" in openpyxl.load_workbook(delivered).sheetnames


@pytest.mark.exhaustive
def test_the_command_names_what_would_be_lost(mine: Path) -> None:
    before = mine.read_bytes()
    refused = command("mine.xlsx", "--lang", "de", cwd=mine.parent)
    assert refused.returncode == 1
    assert "eigene Diagramme (ihr Aussehen kann sich ändern) auf Segments" in refused.stderr
    assert "--allow-loss" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert mine.read_bytes() == before
    told = command("mine.xlsx", "-o", "out.xlsx", cwd=mine.parent)
    assert (told.returncode, mine.read_bytes()) == (0, before)
    assert "charts of your own" in told.stderr
    assert command("mine.xlsx", "--allow-loss", "--quiet", cwd=mine.parent).returncode == 0
    assert mine.read_bytes() != before
    assert TABLES["customers"] in openpyxl.load_workbook(mine)["Data"].tables
