"""The buttons: each does what it says, answers in the language of the workbook, and leaves Excel as it was."""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import live_engine
import openpyxl
import pytest
import xlwings as xw
from book_for_refresh import everything, mine, saved
from live_clerk import CLERK
from test_live import engine, now

__all__ = ["engine"]  # a fixture

from clvxl import CATALOG, macros
from clvxl.excel.anchors import FIGURE_KEYS, MESSAGE, STATE, figure_name, name_of
from clvxl.excel.archive import seal_of

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")


def pressed(path: Path) -> Any:
    """A workbook that calls the macros, and the Excel it is open in."""
    book = xw.Book(str(path))
    book.set_mock_caller()
    return book


@pytest.fixture
def book(tmp_path: Path, engine: live_engine.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[xw.Book]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield pressed(mine(tmp_path / "mine.xlsx"))
    del xw.Book._mock_caller


def said(book: xw.Book) -> list[tuple[str, str]]:
    return book.impl.app.alerts


def set_to(book: xw.Book, key: str, value: Any) -> None:
    """Fills in a cell of the settings."""
    book.names[name_of(key)].refers_to_range.value = value


def test_refresh_fills_the_workbook_and_says_at_the_bottom_what_it_does(book: xw.Book) -> None:
    macros.refresh()
    assert said(book) == []
    assert {"Overview", "Customers", "Segments (2)", "Method"} <= set(book.sheet_names)
    bar = [value for name, value in book.impl.app.history if name == "status_bar"]
    assert bar[0] == "Reading the tables …"
    assert "Writing Overview …" in bar
    assert bar[-1] is False
    assert book.sheets["Start"].range("B4").value.startswith("60 rows used, 0 left out.")
    assert functions_of(book.impl.workbook) == ("They compute through clvxl, in Excel on Windows. Type them into any cell.", set(CATALOG))


def functions_of(workbook: openpyxl.Workbook) -> tuple[str, set[str]]:
    """What the page on the method says of the functions in the workbook, and which they are."""
    texts = [str(cell.value) for row in workbook["Method"].iter_rows() for cell in row if cell.value]
    listed = texts[texts.index("Functions in this workbook") + 1:]
    return listed[0], {re.split(r"[=(]", text)[1] for text in listed if text.startswith("=CLV")}


def test_in_german_it_answers_in_german(book: xw.Book) -> None:
    set_to(book, "language", "Deutsch")
    macros.refresh()
    assert "Überblick" in book.sheet_names
    assert "Überblick wird geschrieben …" in [value for _, value in book.impl.app.history]
    macros.show_help()
    assert said(book)[-1][0].startswith("1. Kunden in Daten einfügen")


def test_wrong_input_is_a_sentence_and_nothing_changes(book: xw.Book) -> None:
    set_to(book, "discount", "much")
    before = now(book)
    macros.refresh()
    assert [(("discount" in text, "much" in text), mode) for text, mode in said(book)] == [((True, True), "critical")]
    assert "Traceback" not in said(book)[0][0]
    assert now(book) == before


def test_empty_tables_are_a_sentence(book: xw.Book) -> None:
    data = next(sheet for sheet in book.impl.workbook.worksheets if "clvxl_customers" in sheet.tables)
    data.delete_rows(9, 100)
    macros.refresh()
    assert said(book) == [("The tables of mine.xlsx are empty. Paste your customers below the headings of the sheet Data.", "critical")]


@pytest.mark.parametrize("source", ["file", "missing", "~nobody-of-this-name/gone.csv", "nothing said"])
def test_tables_may_come_from_a_file(book: xw.Book, tmp_path: Path, source: str) -> None:
    (tmp_path / "kunden.csv").write_text("Kunde;Umsatz;Marge\nA;1.000,50;0,3\nB;2.000,25;0,4\n", encoding="utf-8")
    set_to(book, "source", "Files")
    if source != "nothing said":
        set_to(book, "from_customers", {"file": "kunden.csv", "missing": "gone.csv"}.get(source, source))
    macros.refresh()
    if source == "file":
        assert said(book) == []
        assert book.sheets["Start"].range("B4").value.startswith("2 rows used, 0 left out.")
    else:
        assert ("do not say where" if source == "nothing said" else "gone.csv") in said(book)[0][0]


def test_tables_may_come_from_a_database_whose_address_shows_no_password(book: xw.Book, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("CREATE TABLE people (customer TEXT, revenue REAL, margin REAL)")
    connection.executemany("INSERT INTO people VALUES (?, ?, 0.3)", [("A", 1000.5), ("B", 2000.25), ("C", 10)])
    connection.commit()
    connection.close()
    set_to(book, "source", "Database")
    set_to(book, "from_customers", f"sqlite:///{tmp_path}/shop.db#people")
    macros.refresh()
    assert said(book) == []
    assert book.sheets["Start"].range("B4").value.startswith("3 rows used, 0 left out.")
    set_to(book, "from_customers", "postgresql://me:secret@127.0.0.1:1/shop#people")
    macros.refresh()
    (text, mode), = said(book)
    assert (mode, "secret" in text) == ("critical", False)
    assert not any("secret" in log.read_text(encoding="utf-8") for log in tmp_path.glob("clvxl-*.log"))


@pytest.mark.parametrize("language", ["Deutsch", pytest.param("English", marks=pytest.mark.exhaustive)])
def test_a_bug_is_a_short_message_and_a_log(book: xw.Book, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    set_to(book, "language", language)
    before = now(book)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr("clvxl.refresh.analyse", broken)
    macros.refresh()
    (text, mode), = said(book)
    log = Path(text.splitlines()[0].rpartition(" ")[2])
    assert mode == "critical"
    assert "a bug of ours" not in text
    assert ("as they were" in text, "wie sie waren" in text) == (language == "English", language == "Deutsch")
    assert "ZeroDivisionError: a bug of ours" in log.read_text(encoding="utf-8")
    assert list(log.parent.glob("clvxl-*.log")) == [log]
    assert now(book) == before


@pytest.mark.parametrize("refused", [330, *(pytest.param(number, marks=pytest.mark.exhaustive) for number in (500, 900))])
def test_when_excel_refuses_it_is_left_as_it_was(book: xw.Book, refused: int) -> None:
    before = now(book)
    CLERK.start(refuse=refused)
    macros.refresh()
    CLERK.start()
    assert "details are in" in said(book)[0][0]
    assert now(book) == before
    assert book.impl.app.state["status_bar"] is False


@pytest.mark.parametrize(("kind", "begins"), [("ExcelBusyError", "Excel is busy"), ("com_error", "Excel refused."),
                                              pytest.param("CommandError", "Excel refused.", marks=pytest.mark.exhaustive)])
def test_what_excel_itself_says_no_to_is_no_bug_of_ours(book: xw.Book, monkeypatch: pytest.MonkeyPatch, kind: str, begins: str) -> None:
    def refuse(*_: object) -> None:
        raise type(kind, (Exception,), {})("800a03ec")

    monkeypatch.setattr(live_engine.Range, "merge", refuse)
    before = now(book)
    macros.refresh()
    (text, mode), = said(book)
    assert (text.startswith(begins), "bug" in text, mode) == (True, False, "critical")
    assert [str(log) in text for log in Path(tempfile.gettempdir()).glob("clvxl-*.log")] == [True] * text.count("details are in")
    assert now(book) == before


def test_check_data_says_what_would_be_left_out(book: xw.Book) -> None:
    macros.check_data()
    assert said(book) == [("Everything can be used: 60 rows.", "info")]
    data = next(sheet for sheet in book.impl.workbook.worksheets if "clvxl_customers" in sheet.tables)
    data["B9"], data["B10"] = data["B11"].value, None
    before = now(book)
    macros.check_data()
    lines = said(book)[1][0].splitlines()
    assert lines[0] == "58 of 60 rows can be used. What stands out:"
    assert "1 × No customer is named." in lines
    assert len(lines) == 5
    assert now(book) == before


def test_clear_results_takes_them_out_and_leaves_what_is_pointed_to(book: xw.Book) -> None:
    before = everything(book.impl.workbook, ["My plan", "Data", "Settings"])
    start = book.sheets["Start"].range("B3").formula
    macros.refresh()
    book.impl.workbook["My plan"]["B7"] = "=Overview!B3"
    book.impl.app.answer = "yes"
    macros.clear_results()
    assert book.impl.workbook["My plan"]["B7"].value == "=Overview!B3"
    del book.impl.workbook["My plan"]["B7"]
    assert [text for text, _ in said(book)[1:]] == [
        "These sheets were emptied but stay, because your formulas or charts lead there: Overview."]
    assert set(book.sheet_names) == {"Start", "My plan", "Data", "Orders", "Spend", "Settings", "clvxl words", "Segments", "Overview"}
    assert everything(book.impl.workbook, ["My plan", "Data", "Settings"]) == before
    assert [value for row in book.sheets["Overview"].used_range.value for value in row if value] == ["Not refreshed yet."]
    assert book.sheets["Start"].range("B3").formula == start
    assert book.names[STATE].refers_to_range.formula.startswith("=IF(")
    assert [book.names[figure_name(key)].refers_to_range.value for key in FIGURE_KEYS] == [[None, None]] * len(FIGURE_KEYS)
    macros.refresh()
    assert book.names[MESSAGE].refers_to_range.value is not None
    assert "Customers" in book.sheet_names


@pytest.mark.exhaustive
def test_clear_results_asks_first(book: xw.Book) -> None:
    macros.refresh()
    before, book.impl.app.answer = now(book), "no"
    macros.clear_results()
    assert now(book) == before


def test_save_report_makes_a_workbook_without_macros(book: xw.Book, tmp_path: Path) -> None:
    book.impl.app.place = str(tmp_path / "for colleagues.xlsx")
    before = now(book)
    macros.save_report()
    assert said(book) == [(f"The report is in {tmp_path / 'for colleagues.xlsx'}.", "info")]
    assert seal_of(tmp_path / "for colleagues.xlsx") == "whole"
    made = openpyxl.load_workbook(tmp_path / "for colleagues.xlsx")
    assert made.sheetnames[0] == "Overview"
    note, names = functions_of(made)
    assert note.startswith("They are built into this file")
    assert "CLV" in names <= set(made.defined_names)
    assert now(book) == before
    assert Path(book.impl.app.asked[0][0]) == tmp_path / "clv-report.xlsx"


def test_save_report_can_be_called_off_and_overwrites_nothing(book: xw.Book, tmp_path: Path, engine: live_engine.Engine) -> None:
    macros.save_report()
    assert said(book) == []
    book.impl.app.place = str(saved(openpyxl.Workbook(), tmp_path / "theirs.xlsx"))
    before = (tmp_path / "theirs.xlsx").read_bytes()
    macros.save_report()
    assert "theirs.xlsx" in said(book)[0][0]
    assert (tmp_path / "theirs.xlsx").read_bytes() == before
    engine.desktop = False
    (tmp_path / "clv-report.xlsx").write_bytes(b"taken")
    macros.save_report()
    assert (tmp_path / "clv-report2.xlsx").exists()
    assert (tmp_path / "clv-report.xlsx").read_bytes() == b"taken"


def test_new_from_template_opens_one(book: xw.Book, tmp_path: Path) -> None:
    book.impl.app.place = str(tmp_path / "new.xlsm")
    macros.new_from_template()
    assert [each.name for each in book.app.books] == ["mine.xlsx", "new.xlsm"]
    assert "clvxl_customers" in {table.name for sheet in book.app.books["new.xlsm"].sheets for table in sheet.tables}


def test_open_settings_shows_them(book: xw.Book) -> None:
    macros.open_settings()
    assert book.sheets.active.name == "Settings"


def test_insert_function_opens_the_wizard_or_names_the_functions(book: xw.Book, engine: live_engine.Engine) -> None:
    macros.insert_function()
    assert book.impl.app.com.state["shown"] == [450]
    engine.desktop = False
    macros.insert_function()
    assert all(name in said(book)[0][0] for name in CATALOG)


@pytest.mark.parametrize(("spoken", "begins"), [(1033, "1. Paste"), (1031, "1. Kunden"), (3079, "1. Kunden")])
def test_in_a_workbook_of_somebody_else_excels_own_language_counts(tmp_path: Path, engine: live_engine.Engine, spoken: int,
                                                                  begins: str) -> None:
    book = pressed(saved(openpyxl.Workbook(), tmp_path / "other.xlsx"))
    book.impl.app.spoken = spoken
    macros.show_help()
    macros.refresh()
    macros.open_settings()
    assert said(book)[0][0].startswith(begins)
    assert all("other.xlsx" in text for text, _ in said(book)[1:])
    del xw.Book._mock_caller


def test_every_button_of_the_template_has_its_macro() -> None:
    called = set()
    for module in files("clvxl.excel.vba").iterdir():
        if module.name.endswith(".bas"):
            called |= set(re.findall(r'RunMacro "(\w+)"', module.read_text(encoding="utf-8")))
    ribbon = (files("clvxl.excel") / "ribbon.xml").read_text(encoding="utf-8")
    called |= set(re.findall(r'<button id="(\w+)"', ribbon))
    assert len(called) == 8
    assert all(callable(getattr(macros, name)) for name in called)
