"""Whatever is put in: a message that says what, where and what to do, in both languages, and never a traceback."""

from __future__ import annotations

import csv
import io
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from clvxl import __version__
from clvxl.analysis import analyse
from clvxl.errors import ClvError, DataError, HeadingError, SourceError
from clvxl.excel.file import write
from clvxl.ledger import Ledger, read
from clvxl.ledger.sources import stem
from clvxl.report import report
from clvxl.settings import Settings

GOOD = "customer,revenue\nA,1\nB,2\nC,3\nD,4\n"


def refused(given: str, kind: type[ClvError], english: str, german: str, settings: Settings | None = None) -> None:
    with pytest.raises(kind) as caught:
        read([given], settings or Settings())
    assert english in caught.value.say("en")
    assert german in caught.value.say("de")
    assert caught.value.action.en
    assert caught.value.action.de
    assert "{" not in caught.value.say("en") + caught.value.say("de")


def put(folder: Path, content: str | bytes, name: str = "table.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def table(folder: Path, content: str) -> Ledger:
    return read([put(folder, content)], Settings())


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def replaced(book: bytes, member: str, content: bytes) -> bytes:
    """A workbook with another content in one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return buffer.getvalue()


# --- files

def test_no_such_file(tmp_path: Path) -> None:
    refused(str(tmp_path / "none.xlsx"), SourceError, "There is no file", "gibt es nicht")
    refused(str(tmp_path / "none.xlsx#Sheet"), SourceError, "There is no file", "gibt es nicht")


LOCK = "~$table.csv"  # what Excel keeps beside a file that is open in it


@pytest.mark.parametrize("given", [["*.csv"], [LOCK, "table.csv"], ["table.csv", LOCK]])
def test_what_excel_keeps_beside_an_open_file_is_passed_over(
        given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "Customer,Revenue\nA,1\nB,2\n")
    put(tmp_path, b"\x05Annabel".ljust(165), LOCK)
    monkeypatch.chdir(tmp_path)
    ledger = read(given, Settings())
    assert [each.name for each in ledger.sources] == ["table.csv"]
    assert len(ledger.customers) == 2


@pytest.mark.parametrize("given", [LOCK, f"./{LOCK}", "~$book.xlsx#Sheet"])
def test_what_excel_keeps_beside_an_open_file_is_no_table(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, b"\x05Annabel".ljust(165), LOCK)
    put(tmp_path, b"\x05Annabel".ljust(165), "~$book.xlsx")
    monkeypatch.chdir(tmp_path)
    refused(given, SourceError, "Excel keeps it beside a workbook that is open", "Excel legt sie neben eine geöffnete Mappe")
    assert stem(given) in ("table", "book")


def test_the_folder_of_a_user_who_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused("~nobody-of-this-name/table.csv", SourceError, "There is no file ~nobody", "~nobody-of-this-name/table.csv gibt es nicht")
    refused("sqlite://~nobody-of-this-name/shop.db", SourceError, "no database file ~nobody", "~nobody-of-this-name/shop.db gibt es nicht")
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "Customer,Revenue\nA,1\n", "~table.csv")
    assert len(read(["~table.csv"], Settings()).customers) == 1


@pytest.mark.parametrize("given", ["../../../../*/none*.parquet", "/etc/../../none/*", "**/none-*.csv", "", "\0.csv", "[.csv"])
def test_globs_and_names_without_a_match(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError):
        read([given], Settings())


def test_no_input_at_all() -> None:
    with pytest.raises(SourceError, match="No table was named"):
        read([], Settings())


@pytest.mark.parametrize("name", ["empty.csv", "empty.xlsx", "empty.parquet"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    refused(put(tmp_path, b"", name), SourceError, f"{name} is empty", f"{name} ist leer")


def test_a_pdf_called_xlsx(tmp_path: Path) -> None:
    refused(put(tmp_path, b"%PDF-1.7\n1 0 obj", "offer.xlsx"), SourceError, "is no workbook, but a PDF", "sondern ein PDF")


def test_text_called_xlsx_or_parquet(tmp_path: Path) -> None:
    refused(put(tmp_path, GOOD, "t.xlsx"), SourceError, "is no workbook", "ist keine Arbeitsmappe")
    refused(put(tmp_path, GOOD, "t.parquet"), SourceError, "cannot be read as Parquet", "nicht als Parquet lesbar")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook(tmp_path: Path, share: float) -> None:
    book = workbook([["customer", "revenue"], ["A", 1]])
    cut = put(tmp_path, book[: int(len(book) * share)], "cut.xlsx")
    refused(cut, SourceError, "damaged or incomplete", "beschädigt oder unvollständig")


def test_a_flipped_byte_in_a_workbook(tmp_path: Path) -> None:
    book = bytearray(workbook([["customer", "revenue"], *([f"c{row}", row] for row in range(500))]))
    with zipfile.ZipFile(io.BytesIO(bytes(book))) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    book[place + 200] ^= 0xFF
    refused(put(tmp_path, bytes(book), "flipped.xlsx"), SourceError, "damaged or incomplete", "beschädigt oder unvollständig")


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused(put(tmp_path, buffer.getvalue(), "z.xlsx"), SourceError, "cannot be read as a workbook", "nicht als Arbeitsmappe lesbar")


def test_a_workbook_under_a_password(tmp_path: Path) -> None:
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    refused(put(tmp_path, compound, "secret.xlsx"), SourceError, "protected by a password", "mit einem Kennwort geschützt")


def test_an_old_workbook_that_is_none(tmp_path: Path) -> None:
    old = put(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "old.xls")
    refused(old, SourceError, "cannot be read as a workbook", "nicht als Arbeitsmappe lesbar")


def test_an_unknown_kind_of_file_and_a_folder(tmp_path: Path) -> None:
    refused(put(tmp_path, "x", "letter.docx"), SourceError, "Readable: .xlsx", "Lesbar: .xlsx")
    (tmp_path / "folder").mkdir()
    refused(str(tmp_path / "folder"), SourceError, "folder without Parquet files", "Ordner ohne Parquet-Dateien")


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    book = put(tmp_path, workbook([["customer"]]), "b.xlsx")
    refused(f"{book}#Kunden", SourceError, "no sheet “Kunden”; it has Sheet", "kein Blatt „Kunden“")


# --- files that mean harm

BOMBS = {
    "zip": (b"<worksheet><sheetData>" + b"<row/>" * 50_000_000, "would unpack to"),
    "entities": (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                 b"<worksheet>&b;</worksheet>", "declares XML entities"),
}

MEASURED = """
import pathlib, sys
from clvxl.errors import SourceError
from clvxl.ledger import read
from clvxl.settings import Settings
try:
    read([sys.argv[1]], Settings())
except SourceError as error:
    print(error.say(sys.argv[2]))
    status = pathlib.Path("/proc/self/status")  # getrusage would remember the peak of the process that started this one
    print(int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024 if status.exists() else 0)
"""


def measured(path: str) -> tuple[str, int]:
    done = subprocess.run([sys.executable, "-c", MEASURED, path, "en"], capture_output=True, text=True, check=True)
    message, peak = done.stdout.splitlines()
    return message, int(peak)


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_before_they_fill_the_memory(tmp_path: Path, kind: str) -> None:
    content, said = BOMBS[kind]
    message, peak = measured(put(tmp_path, replaced(workbook([["customer"]]), "xl/worksheets/sheet1.xml", content), "bomb.xlsx"))
    assert said in message
    assert peak < 500


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    book = bytearray(replaced(workbook([["customer"]]), "xl/worksheets/sheet1.xml", BOMBS["zip"][0]))
    central = book.rindex(b"PK\x01\x02", 0, book.rindex(b"xl/worksheets/sheet1.xml"))
    local = book.index(b"xl/worksheets/sheet1.xml") - 30
    struct.pack_into("<I", book, central + 24, 1000)
    struct.pack_into("<I", book, local + 22, 1000)
    message, peak = measured(put(tmp_path, bytes(book), "liar.xlsx"))
    assert "damaged or incomplete" in message
    assert peak < 500


def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["XFD1048576"] = "customer", "revenue", "x"
    book.save(tmp_path / "far.xlsx")
    message, peak = measured(str(tmp_path / "far.xlsx"))
    assert "far away" in message
    assert peak < 500


# --- headings

def test_no_recognisable_heading_names_the_closest(tmp_path: Path) -> None:
    with pytest.raises(HeadingError) as caught:
        table(tmp_path, "Kunnde,Umsazt,Farbe\nA,1,rot\n")
    message = caught.value.say("en")
    assert "“Kunnde” ≈ “Kunde” (customer)" in message
    assert "“Umsazt” ≈ “Umsatz” (revenue)" in message
    assert "needed columns are missing" in message
    assert "Am nächsten" in caught.value.say("de")


@pytest.mark.parametrize(("headings", "command"), [
    ("Kunde,PLZ,Umsaz", "Umsaz=revenue"), ("Umsazt,Kunde,PLZ,Umsaz", "Umsaz=revenue"), ("Kunnde,Umsatz,Farbe", "Kunnde=customer"),
    ("Bestellnummer,Bestelldatum,Kunden-ID,E-Mail,Warenwetr,Kanal", "Warenwetr=amount"),
    ("Kunde,PLZ", "<Überschrift>=revenue"), ("Kunde,Kundennummer,Branche", "<Überschrift>=revenue"),
    ("Kanal,Jänner,Feber", "<Überschrift>=spend"), ("Kunde,Datum,Menge,Farbe", "<Überschrift>=amount")])
def test_a_command_is_suggested_for_the_closest_heading_alone(tmp_path: Path, headings: str, command: str) -> None:
    with pytest.raises(HeadingError) as caught:
        table(tmp_path, headings + "\n")
    assert f'--column "{command}".' in caught.value.say("de")
    assert f'--column "{command.replace("<Überschrift>", "<heading>")}".' in caught.value.say("en")


def test_only_headings_without_a_meaning_come_close(tmp_path: Path) -> None:
    path = put(tmp_path, "Zeitstempel,Kundennummer,Kommentar\n1,2,3\n")
    refused(path, HeadingError, "Not understood: “Zeitstempel”, “Kommentar”. Rename", "Nicht verstanden: „Zeitstempel“, „Kommentar“. Die")


@pytest.mark.parametrize("months", [
    "Jan;Feb;Mrz;Apr;Mai;Jun", "Jan 24;Feb 24;Mär 24;Apr 24;Mai 24;Jun 24", "July;August;September;October;November;Dec",
    "Januar;Februar;März;April;Juli;Dezember"])
def test_months_side_by_side_are_to_be_added_up(tmp_path: Path, months: str) -> None:
    refused(put(tmp_path, f"Kunde;Branche;{months};Gesamt\n"), HeadingError,
            "Add up the months to a yearly figure in one column “Revenue per year”",
            "Die Monate zu einem Jahreswert in einer Spalte „Umsatz pro Jahr“ addieren; steht er schon da: "
            '--column "<Überschrift>=revenue".')
    refused(put(tmp_path, f"Kanal;{months}\n"), HeadingError, "in one column “Spend”", "in einer Spalte „Ausgaben“")
    refused(put(tmp_path, f"Kunde;Branche;{months.rpartition(';')[0]}\n"), HeadingError, "Rename the heading", "umbenennen")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    refused(put(tmp_path, "Kunde,Datum,Branche\nA,2024-01-01,x\n"), HeadingError, "(orders: Amount)", "(Aufträge: Betrag)")


def test_two_columns_that_both_look_like_revenue(tmp_path: Path) -> None:
    refused(put(tmp_path, "customer,sales,turnover\nA,1,2\n"), HeadingError,
            '“sales”, “turnover”. Say which one counts: --column "sales=revenue"', "mehrere Spalten als „Umsatz pro Jahr“")


def test_the_same_heading_twice(tmp_path: Path) -> None:
    twice = put(tmp_path, workbook([["Kunde", "Umsatz", "Umsatz"], ["A", 1, 2]]), "twice.xlsx")
    refused(twice, HeadingError, "“Umsatz”, “Umsatz”", "mehrere Spalten")


def test_a_mapping_of_a_heading_that_no_table_has(tmp_path: Path) -> None:
    path = put(tmp_path, "Kunde,Umsatz,Erlöse 2\nA,1,2\n")
    refused(path, HeadingError, "No table has the heading “Erlös2e”, which was to mean “Revenue per year”. "
            "Found: table.csv: “Kunde”, “Umsatz”, “Erlöse 2”. Write the heading as it stands in the table: --column \"Erlöse 2=revenue\".",
            "Keine Tabelle hat die Überschrift „Erlös2e“, die „Umsatz pro Jahr“ bedeuten sollte. Gefunden: table.csv: „Kunde“",
            Settings(columns={"Erlös2e": "revenue"}))
    refused(path, HeadingError, "“Erlöse 2”. Write the heading as it stands in the table.", "wie sie in der Tabelle steht.",
            Settings(columns={"Foo": "revenue"}))
    assert len(read([path], Settings(columns={"erlose 2": "revenue"})).findings) == 0


def test_a_mapping_that_its_table_has_no_use_for(tmp_path: Path) -> None:
    refused(put(tmp_path, "Kunde,Datum,Betrag,Wert\nA,2024-01-31,1,2\n"), HeadingError,
            "In table.csv, which was read as orders, “Wert” cannot be “Revenue per year”. Possible: customer, date, amount",
            "In table.csv, gelesen als Aufträge, kann „Wert“ nicht „Umsatz pro Jahr“ sein.", Settings(columns={"Wert": "revenue"}))


def test_orders_that_lack_a_column_are_named_beside_the_customers(tmp_path: Path) -> None:
    listed = put(tmp_path, "Mandant;Klasse;Kunde seit\nM1;C;27.08.2021\n", "kunden.csv")
    ordered = put(tmp_path, "Mandant,Datum,Volumen,Kosten\nM1,2021-08-27,824.75,440.6\n", "orders.csv")
    spent = put(tmp_path, workbook([["Kanal", "Ausgaben"], ["Messe", 5]]), "spend.xlsx")
    with pytest.raises(HeadingError) as caught:
        read([listed, ordered, spent], Settings())
    assert caught.value.say("de") == (
        "In orders.csv fehlen nötige Spalten (Aufträge: Betrag). Gefunden: „Mandant“, „Datum“, „Volumen“, „Kosten“. "
        "Nicht verstanden: „Volumen“. In kunden.csv fehlen nötige Spalten (Kunden: Umsatz pro Jahr). "
        "Gefunden: „Mandant“, „Klasse“, „Kunde seit“. Nicht verstanden: „Klasse“. "
        'Die Überschrift, die das bedeutet, umbenennen oder angeben mit --column "<Überschrift>=amount".')
    assert "In orders.csv needed columns are missing (orders: Amount). " in caught.value.say("en")
    assert read([listed, ordered, spent], Settings(columns={"Volumen": "amount"})).orders is not None


def test_orders_in_a_book_are_named_beside_the_customers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Mandant", "Klasse"])
    book.create_sheet("Orders").append(["Mandant", "Datum", "Volumen"])
    book.save(tmp_path / "b.xlsx")
    listed = put(tmp_path, "Mandant;Kunde seit\nM1;27.08.2021\n", "kunden.csv")
    with pytest.raises(HeadingError, match=r"In b\.xlsx#Orders .*In kunden\.csv "):
        read([listed, str(tmp_path / "b.xlsx")], Settings())


@pytest.mark.parametrize("text", ["Kunnde,Umsazt\nA,1\n", "customer,sales,turnover\nA,1,2\n", "Kunde,Datum,Menge\nA,2024-01-01,x\n"])
def test_quotation_marks_are_those_of_the_language(tmp_path: Path, text: str) -> None:
    with pytest.raises(HeadingError) as caught:
        table(tmp_path, text)
    german = caught.value.say("de")
    assert german.count("„") == german.count("“") > 0
    assert "”" not in german
    assert "„" not in caught.value.say("en")


def test_marketing_spend_alone_makes_no_report(tmp_path: Path) -> None:
    spent = put(tmp_path, "Kanal;Ausgaben\nGoogle;100,00\nMesse;200,00\n", "spend.csv")
    refused(spent, DataError, "spend.csv: marketing spend alone tells nothing of customers. Name a table of customers or orders as well.",
            "spend.csv: Marketingausgaben allein sagen nichts über Kunden. Dazu eine Tabelle mit Kunden oder Aufträgen angeben.")
    assert read([spent, put(tmp_path, GOOD)], Settings()).spend is not None


# --- values

def test_a_margin_of_30(tmp_path: Path) -> None:
    refused(put(tmp_path, "customer,revenue,margin\nA,1,30\nB,2,25\n"), DataError,
            "all margins of the column “margin” are above 1, such as 30", "0,3 schreiben oder die Spalte als Prozent formatieren")
    book = put(tmp_path, workbook([["customer", "revenue", "margin"], ["A", 1, 30], ["B", 2, 27.5]]), "m.xlsx")
    refused(book, DataError, "above 1, such as 30.", "über 1, zum Beispiel 30.")
    book = put(tmp_path, workbook([["customer", "revenue", "margin"], ["A", 1, 27.5]]), "m.xlsx")
    refused(book, DataError, "above 1, such as 27.5.", "über 1, zum Beispiel 27,5.")
    ledger = table(tmp_path, "customer,revenue,margin\nA,1,30\nB,2,0.25\nC,3,30 %\n")
    assert ledger.customers is not None
    assert ledger.customers["margin"].fillna(-1).tolist() == [-1, 0.25, 0.3]
    assert [(finding.rule, finding.row, finding.value) for finding in ledger.findings] == [("margin", 2, "30")]


def test_dates_in_undecided_order(tmp_path: Path) -> None:
    undecided = put(tmp_path, "customer,date,amount\nA,01/02/2024,1\n")
    refused(undecided, DataError, "dates such as 01/02/2024 leave open", "offen, ob Tag oder Monat")


def test_text_in_a_number_column_costs_that_row_alone(tmp_path: Path) -> None:
    ledger = table(tmp_path, "customer,date,amount\nA,2024-01-31,12.50\nB,2024-01-31,free\nC,soon,3.00\nD,2024-02-01,4.00\n")
    assert ledger.orders is not None
    assert ledger.orders.execute()["customer"].tolist() == ["A", "D"]
    assert [(finding.rule, finding.row, finding.column, finding.value) for finding in ledger.findings] == [
        ("unreadable row", 4, "date", "soon"), ("unreadable row", 3, "amount", "free")]


def test_all_rows_bad(tmp_path: Path) -> None:
    refused(put(tmp_path, "customer,date,amount\nA,x,1\nB,y,2\n,2024-01-31,3\n"), DataError,
            "Of 3 rows in table.csv only 0 can be used (2 × A needed value cannot be read and 1 × No customer is named)",
            "sind nur 0 verwendbar")
    refused(put(tmp_path, "customer,revenue\n"), DataError, "headings, but no rows", "aber keine Zeilen")


def test_one_row_is_not_rows(tmp_path: Path) -> None:
    refused(put(tmp_path, "customer,date,amount\nA,x,1\n"), DataError,
            "The only row of table.csv cannot be used (1 × A needed value cannot be read).",
            "Die einzige Zeile von table.csv ist nicht verwendbar")
    refused(put(tmp_path, "customer,date,amount\nA,x,1\nB,y,2\nC,2024-01-31,3\n"), DataError,
            "Of 3 rows in table.csv only 1 can be used", "Von 3 Zeilen in table.csv ist nur 1 verwendbar")
    refused(put(tmp_path, "customer,date,amount\n" + "A,x,1\n" * 1234), DataError, "Of 1,234 rows", "Von 1.234 Zeilen")


def test_infinite_and_absurd_numbers(tmp_path: Path) -> None:
    ledger = table(tmp_path, "customer,revenue\n" + "".join(f"c{place},{value}\n" for place, value in enumerate(
        ["1e308", "NaN", "infinity", "-0", "-inf", "1", "1e15", "2e15"])))
    assert ledger.customers is not None
    revenue = ledger.customers["revenue"]
    assert revenue.dropna().tolist() == [0.0, 1.0, 1e15]
    assert not np.signbit(revenue[3])
    assert ledger.counts["table.csv", "implausible value"] == 4
    assert ledger.counts["table.csv", "unreadable value"] == 1


@pytest.mark.parametrize("name", [
    '=HYPERLINK("http://example.com";"click")', "+1+1", "-2+3", "@SUM(A1)", "😀 GmbH", "Größe & Söhne", "שלום", "مرحبا", "a\u0301",
    "x" * 60, "[]:*?/\\",
    "O'Neill", "nan", "None", "NULL", "1e5", "00012", "TRUE", "1/2",
])
def test_names_stay_as_they_are(tmp_path: Path, name: str) -> None:
    rows: list[list[object]] = [["customer", "segment", "revenue"], ["plain", "plain", 1], [name, name, 2]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell in (book.active["A3"], book.active["B3"]):
        cell.data_type = "s"  # openpyxl would make a formula of what begins with =
    book.save(tmp_path / "names.xlsx")
    pd.DataFrame(rows[1:], columns=rows[0]).to_csv(tmp_path / "names.csv", index=False)
    for file in ("names.xlsx", "names.csv"):
        ledger = read([str(tmp_path / file)], Settings())
        assert ledger.customers is not None
        assert ledger.customers["customer"].tolist()[1] == name
        assert ledger.customers["segment"].tolist()[1] == name
        assert ledger.findings == ()


def test_control_characters_are_removed_and_said(tmp_path: Path) -> None:
    ledger = table(tmp_path, "customer,revenue\nA\x07B,1\nC\u200bD,2\nE,3\n")
    assert ledger.customers is not None
    assert ledger.customers["customer"].tolist() == ["A B", "C D", "E"]
    assert [(finding.rule, finding.row) for finding in ledger.findings] == [("control characters", 2), ("control characters", 3)]


# --- texts that are none

def test_nul_bytes_and_a_huge_line_and_binary(tmp_path: Path) -> None:
    refused(put(tmp_path, b"customer,revenue\nA,1\0\0\nB,2\n"), SourceError, "contains NUL bytes", "enthält NUL-Bytes")
    refused(put(tmp_path, b"x" * 3_000_000), SourceError, "does not end within a million characters", "innerhalb einer Million Zeichen")
    refused(put(tmp_path, "customer,revenue\nA," + "9" * 40_000_000), SourceError, "a line is too long", "Eine Zeile ist zu lang")
    with pytest.raises(ClvError):
        read([put(tmp_path, bytes(range(1, 256)) * 500)], Settings())


def test_an_open_quotation_mark(tmp_path: Path) -> None:
    with pytest.raises(ClvError):
        table(tmp_path, 'customer,revenue\n"A,1\n' + GOOD * 3)


# --- what clvxl itself wrote

@pytest.fixture
def own_report(tmp_path: Path) -> Path:
    return write(report(analyse(table(tmp_path, GOOD), Settings(margin=0.3, retention=0.8)), __version__), tmp_path / "own.xlsx")


OWN = ("own.xlsx is a report of clvxl. Give the tables it was made from.",
       "own.xlsx ist ein Bericht von clvxl. Bitte die Tabellen angeben, aus denen er entstand.")


@pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars
def test_a_report_is_no_table(own_report: Path) -> None:
    refused(str(own_report), SourceError, *OWN)
    refused(str(own_report.with_name("*.xlsx")), SourceError, *OWN)
    for inputs in ([str(own_report), str(own_report.with_name("table.csv"))], [str(own_report.with_name("table.csv")), str(own_report)]):
        with pytest.raises(SourceError, match=re.escape(OWN[0])):
            read(inputs, Settings())
    book = openpyxl.load_workbook(own_report)
    book.save(own_report)  # by another program, which knows nothing of the mark
    refused(str(own_report), SourceError, *OWN)


@pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars
def test_a_sheet_of_the_user_in_a_report_is_a_table(own_report: Path) -> None:
    book = openpyxl.load_workbook(own_report)
    mine = book.create_sheet("Mine")
    for row in csv.reader(GOOD.splitlines()):
        mine.append(row)
    book.save(own_report)
    assert read([str(own_report)], Settings()).customers["customer"].tolist() == list("ABCD")
