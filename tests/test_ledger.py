"""Tables of all kinds become a ledger: recognised, read, cleaned, and every row accounted for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clvxl.analysis import analyse
from clvxl.errors import DataError, HeadingError
from clvxl.ledger import RULES, Ledger, read
from clvxl.ledger import written as as_written
from clvxl.ledger.rules import KEPT_FINDINGS
from clvxl.report.checks import checks
from clvxl.report.model import Sheet, Table
from clvxl.settings import Settings
from clvxl.words import Language

CDNOW = Path(__file__).parents[2] / "shared" / "data" / "cdnow_sample.csv"


def written(folder: Path, text: str, name: str = "table.csv", encoding: str = "utf-8") -> str:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def workbook(folder: Path, sheets: dict[str, list[list[object]]], name: str = "book.xlsx") -> str:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return str(folder / name)


def rules(ledger: Ledger) -> list[str]:
    return [finding.rule for finding in ledger.findings]


def customers(ledger: Ledger) -> pd.DataFrame:
    assert ledger.customers is not None
    return ledger.customers


def orders(ledger: Ledger) -> pd.DataFrame:
    assert ledger.orders is not None
    return ledger.orders.execute()


@pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not here")
def test_cdnow_is_recognised_as_orders_and_loses_no_row() -> None:
    ledger = read([str(CDNOW)], Settings())
    assert [(source.table, source.rows_in, source.rows_used) for source in ledger.sources] == [("orders", 6919, 6919)]
    assert ledger.counts == {("cdnow_sample.csv", "zero amount"): 8}
    assert orders(ledger)["customer"].iloc[0] == "0001"


def test_german_export_with_semicolons_title_and_totals(tmp_path: Path) -> None:
    text = ("Kundenliste 2024;;;;\n;;;;\nKd-Nr;Kundengruppe;Jahresumsatz (€);DB %;Kunde seit\n"
            "0001;Handel;1.234,56;30 %;01.02.2020\n0002;Industrie;12.000;25,5 %;2021\n;;;;\nSumme;;13.234,56;;\n")
    ledger = read([written(tmp_path, text, encoding="cp1252")], Settings())
    frame = customers(ledger)
    assert frame["customer"].tolist() == ["0001", "0002"]
    assert frame["revenue"].tolist() == [1234.56, 12000.0]
    assert frame["margin"].tolist() == pytest.approx([0.3, 0.255])
    assert frame["start"].tolist() == [pd.Timestamp(2020, 2, 1), pd.Timestamp(2021, 1, 1)]
    assert [(finding.rule, finding.row, finding.value) for finding in ledger.findings] == [("total", 7, "Summe"), ("first day", 5, "2021")]
    assert ledger.sources[0].heading_row == 3
    assert (ledger.sources[0].rows_in, ledger.sources[0].rows_used, ledger.sources[0].rows_left_out) == (3, 2, 1)


def test_a_workbook_offers_all_its_sheets_and_passes_over_what_is_no_table(tmp_path: Path) -> None:
    book = workbook(tmp_path, {
        "Kunden": [["Kunde", "Branche", "Umsatz"], ["A", "Handel", 100], ["B", "Bau", 50]],
        "Notizen": [["Bitte beachten"], ["nichts"]],
        "Aufträge": [["Kunde", "Rechnungsdatum", "Netto"], ["A", datetime(2024, 1, 5), 10.5]],
        "Werbung": [["Kanal", "Monat", "Ausgaben", "Neukunden"], ["Messe", "Mai 2024", 500, 2], ["Web", "2024-06", 300, None]],
    })
    ledger = read([book], Settings())
    assert [(source.name, source.table) for source in ledger.sources] == [
        ("book.xlsx#Kunden", "customers"), ("book.xlsx#Aufträge", "orders"), ("book.xlsx#Werbung", "spend")]
    assert [(finding.source, finding.rule) for finding in ledger.findings] == [("book.xlsx#Notizen", "no table")]
    assert ledger.spend is not None
    assert ledger.spend["period"].tolist() == [pd.Timestamp(2024, 5, 1), pd.Timestamp(2024, 6, 1)]
    assert orders(ledger)["date"].tolist() == [pd.Timestamp(2024, 1, 5)]


def test_one_sheet_by_name_and_a_table_said(tmp_path: Path) -> None:
    book = workbook(tmp_path, {"A": [["Kunde", "Umsatz"], ["x", 1]], "B": [["Kunde", "Umsatz"], ["y", 2]]})
    assert customers(read([book + "#B"], Settings()))["customer"].tolist() == ["y"]
    assert customers(read([], Settings(), customers=[book + "#A"]))["customer"].tolist() == ["x"]


def test_headings_below_a_title_and_to_the_right_keep_their_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cell, value in {"C3": "Report 2024", "C6": "Customer", "D6": "Revenue", "C7": "A", "D7": 5, "C9": "B", "D9": "many"}.items():
        book.active[cell] = value
    book.save(tmp_path / "off.xlsx")
    ledger = read([str(tmp_path / "off.xlsx")], Settings())
    assert ledger.sources[0].heading_row == 6
    assert customers(ledger)["customer"].tolist() == ["A", "B"]
    assert [(finding.rule, finding.row, finding.value) for finding in ledger.findings] == [("unreadable value", 9, "many")]


MIXED: list[list[object]] = [  # numbers, texts, dates, truth values, errors and blanks in the same columns
    ["Kunde", "Umsatz", "Kunde seit", "Vertrag", "Score", "Gekündigt am", "Notiz"],
    ["a", 1.5, datetime(2017, 9, 23), True, 9, None, timedelta(hours=30)],
    ["b", "1.500", "24.09.2018", "ja", "8", datetime(2024, 5, 6), "x"],
    ["c", "1.234,50", 43831, False, "#N/A", "7.8.2024", 5],
    ["d", 2000, datetime(2020, 1, 2), "x", 7, "#REF!", datetime(2020, 1, 1)],
    [12, "2.500", "2021", 1, True, 45000, None],
    ["0007", "#N/A", None, None, None, "soon", None],
    ["f", True, "x", "#N/A", "11", None, None],
    ["g", -5, datetime(2019, 4, 5, 13, 30), 0, 2.5, datetime(2024, 1, 1), None],
]
STRAIGHT = ["a", "b", "c", "d", "12", "0007", "f", "g"]


def placed(folder: Path, rows: list[list[object]], cell: str, title: str = "", name: str = "placed.xlsx") -> str:
    """A workbook with a table whose first heading stands in a cell."""
    book = openpyxl.Workbook()
    corner = book.active[cell]
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            target = book.active.cell(corner.row + down, corner.column + right, value)
            if isinstance(value, str) and value.startswith("#"):
                target.data_type = "e"
    if title:
        book.active[title] = "Kundenliste"
    book.save(folder / name)
    return str(folder / name)


def heard(ledger: Ledger) -> list[tuple[object, ...]]:
    """The findings with row numbers counted from the headings."""
    top = ledger.sources[0].heading_row
    return [(each.rule, each.row and each.row - top, each.column, each.value) for each in ledger.findings]


def test_mixed_cells_are_what_they_are(tmp_path: Path) -> None:
    frame = customers(read([placed(tmp_path, MIXED, "A1")], Settings()))
    assert frame["customer"].tolist() == STRAIGHT
    assert frame["revenue"].fillna(-1).tolist() == [1.5, 1500, 1234.5, 2000, 2500, -1, -1, -1]
    days = ["2017-09-23", "2018-09-24", "2020-01-01", "2020-01-02", "2021-01-01", None, None, None]
    assert frame["start"].tolist()[:5] == [pd.Timestamp(day) for day in days[:5]]
    assert frame["start"][5:7].isna().all()
    assert frame["end"].dropna().tolist() == [pd.Timestamp(day) for day in ("2024-05-06", "2024-08-07", "2023-03-15", "2024-01-01")]
    assert frame["contract"].tolist()[:5] == [True, True, False, True, True]
    assert frame["score"].fillna(-1).tolist() == [9, 8, -1, 7, -1, -1, -1, -1]


@pytest.mark.parametrize(("cell", "title"), [("B1", ""), ("B2", ""), ("A4", ""), ("C5", ""), ("C5", "A1"), ("C5", "C2"), ("B3", "B1"),
                                             ("D2", "A2")])
def test_a_table_says_the_same_wherever_it_stands(tmp_path: Path, cell: str, title: str) -> None:
    straight, moved = (read([placed(tmp_path, MIXED, *where)], Settings()) for where in (("A1", ""), (cell, title)))
    pd.testing.assert_frame_equal(customers(moved), customers(straight))
    assert heard(moved) == heard(straight)
    assert moved.sources[0].heading_row == int(cell[1:])


@pytest.mark.parametrize("ending", ["xls", "ods"])
@pytest.mark.parametrize("cell", ["A1", "C5"])
def test_other_workbooks_say_the_same(tmp_path: Path, convert, ending: str, cell: str) -> None:
    rows = [[None if isinstance(value, bool) else value for value in row[:6]] for row in MIXED]  # an .ods says 1 for true
    straight = read([placed(tmp_path, rows, "A1")], Settings())
    moved = read([str(convert(Path(placed(tmp_path, rows, cell)), ending))], Settings())
    pd.testing.assert_frame_equal(customers(moved), customers(straight))
    assert moved.sources[0].heading_row == int(cell[1:])
    assert [each[:3] for each in heard(moved)] == [each[:3] for each in heard(straight)]


def test_a_column_of_hours_and_texts_does_not_spoil_the_others(tmp_path: Path) -> None:
    rows = [["Kunde", "Umsatz", "Stunden"], ["a", 1.5, timedelta(hours=30)], ["b", 1.234, "x"], ["c", "1.234,00", 3]]
    for cell in ("A1", "B3"):
        assert customers(read([placed(tmp_path, rows, cell)], Settings()))["revenue"].tolist() == [1.5, 1.234, 1234.0]


def test_a_number_cell_among_texts_is_not_read_as_german(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Kunde", "Umsatz", "Marge"], ["a", 1.234, 0.3], ["b", "1.234,50", 0.3], ["c", "1.234", 0.3],
                                ["d", "n/a", 0.3], ["e", 5_000_000, 0.3]]
    ledger = read([workbook(tmp_path, {"S": rows})], Settings())
    assert customers(ledger)["revenue"].tolist() == pytest.approx([1.234, 1234.5, 1234.0, np.nan, 5e6], nan_ok=True)
    assert rules(ledger) == ["unreadable value"]


def test_whole_number_ids_come_back_without_decimals_and_texts_keep_their_zeros(tmp_path: Path) -> None:
    book = workbook(tmp_path, {"S": [["Kunde", "Umsatz"], [10001, 1], [10002, 2]], "T": [["Kunde", "Umsatz"], ["0007", 1], [8, 2]]})
    assert customers(read([book], Settings()))["customer"].tolist() == ["10001", "10002", "0007", "8"]


@pytest.mark.parametrize(("written_as", "value"), [
    ("1.234,56", 1234.56), ("1,234.56", 1234.56), ("1'234.56", 1234.56), ("1 234,56", 1234.56), ("1\u202f234,56 €", 1234.56),
    ("€ 99,90", 99.9), ("(12.50)", -12.5), ("12,50-", -12.5), ("\u221212.50", -12.5),
    ("1.234.567", 1234567.0), ("0.125", 0.125), ("12,-", 12.0),
])
def test_numbers_as_people_write_them(tmp_path: Path, written_as: str, value: float) -> None:
    text = f"customer\tdate\tamount\nA\t2024-01-01\t{written_as}\n"
    assert orders(read([written(tmp_path, text, "o.tsv")], Settings()))["amount"].tolist() == pytest.approx([value])


def test_undecided_thousands_are_decided_by_other_columns_or_refused(tmp_path: Path) -> None:
    decided = "customer,revenue,cac\nA,1.234,\"10,5\"\nB,2.345,\"11,5\"\n"
    assert customers(read([written(tmp_path, decided)], Settings()))["revenue"].tolist() == [1234.0, 2345.0]
    assert customers(read([written(tmp_path, "customer;revenue\nA;1.234\n")], Settings()))["revenue"].tolist() == [1234.0]
    with pytest.raises(DataError, match=r"“revenue”, 1\.234 may mean thousands or decimals"):
        read([written(tmp_path, "customer\trevenue\nA\t1.234\n", "t.tsv")], Settings())


@pytest.mark.parametrize(("written_as", "day"), [
    ("2024-03-01", date(2024, 3, 1)), ("2024-03-01T12:30:00", date(2024, 3, 1)), ("01.03.2024", date(2024, 3, 1)),
    ("1.3.24", date(2024, 3, 1)),
    ("25/03/2024", date(2024, 3, 25)), ("03/25/2024", date(2024, 3, 25)), ("20240301", date(2024, 3, 1)), ("45352", date(2024, 3, 1)),
    ("1. März 2024", date(2024, 3, 1)), ("March 1, 2024", date(2024, 3, 1)), ("Mai 2024", date(2024, 5, 1)), ("05/2024", date(2024, 5, 1)),
    ("2024-05", date(2024, 5, 1)), ("2024", date(2024, 1, 1)), ("Q2 2024", date(2024, 4, 1)), ("2. Quartal 2024", date(2024, 4, 1)),
])
def test_dates_as_people_write_them(tmp_path: Path, written_as: str, day: date) -> None:
    text = f'customer;date;amount\nA;"{written_as}";5\n'
    assert orders(read([written(tmp_path, text)], Settings()))["date"].dt.date.tolist() == [day]


def test_slashed_dates_take_the_order_that_is_said_or_proved(tmp_path: Path) -> None:
    undecided = written(tmp_path, "customer,date,amount\nA,01/02/2024,5\nB,03/04/2024,6\n")
    with pytest.raises(DataError, match="--dates dmy or --dates mdy"):
        read([undecided], Settings())
    assert orders(read([undecided], Settings(dates="mdy")))["date"].dt.month.tolist() == [1, 3]
    proved = written(tmp_path, "customer,date,amount\nA,01/02/2024,5\nB,13/04/2024,6\n", "p.csv")
    assert orders(read([proved], Settings()))["date"].dt.month.tolist() == [2, 4]


def test_encodings_and_delimiters(tmp_path: Path) -> None:
    text = "Kunde;Umsatz\nMüller;5\nJürgen & Söhne;6\n"
    expected = ["Müller", "Jürgen & Söhne"]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"):
        for delimiter in ";,\t":
            path = written(tmp_path, text.replace(";", delimiter), encoding=encoding)
            assert customers(read([path], Settings()))["customer"].tolist() == expected


def test_parquet_orders_stay_in_the_engine_and_pass_the_same_rules(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customer": ["A", "A", " ", "B", "B", "Total", "C", "C"],
                          "date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-02", None, "2024-02-01", "2024-02-01",
                                                  "2024-03-01", "2025-01-01"]),
                          "amount": [10.0, -10.0, 5.0, 1.0, 0.0, 99.0, 7.0, 8.0]})
    folder = tmp_path / "orders"
    folder.mkdir()
    frame.iloc[:4].to_parquet(folder / "1.parquet")
    frame.iloc[4:].to_parquet(folder / "2.parquet")
    frame.to_csv(tmp_path / "orders.csv", index=False)
    settings = Settings(as_of=date(2024, 12, 31))
    by_engine, by_frame = read([str(folder)], settings), read([str(tmp_path / "orders.csv")], settings)
    assert {rule: count for (_, rule), count in by_engine.counts.items()} == {rule: count for (_, rule), count in by_frame.counts.items()}
    columns = ["customer", "date", "amount"]
    pd.testing.assert_frame_equal(*(orders(each).astype({"date": str}).sort_values(columns, ignore_index=True)[columns]
                                    for each in (by_engine, by_frame)), check_dtype=False)
    assert by_engine.sources[0].rows_used == by_frame.sources[0].rows_used == 4


def test_orders_from_a_file_and_from_parquet_stand_together(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customer": [7], "date": pd.to_datetime(["2024-01-01"]), "amount": [10.0], "cost": [4.0]})
    frame.to_parquet(tmp_path / "a.parquet")
    path = written(tmp_path, "customer,date,amount,channel\n8,2024-02-01,5.00,Web\n")
    frame = orders(read([path, str(tmp_path / "a.parquet")], Settings())).sort_values("customer")
    assert frame["customer"].tolist() == ["7", "8"]
    assert frame["channel"].fillna("-").tolist() == ["-", "Web"]


def test_customers_need_no_revenue_where_there_are_orders(tmp_path: Path) -> None:
    listed = written(tmp_path, "customer,segment\nA,Retail\n", "c.csv")
    with pytest.raises(HeadingError, match="Revenue per year"):
        read([listed], Settings())
    ledger = read([listed, written(tmp_path, "customer,date,amount\nA,2024-01-31,5\n")], Settings())
    assert customers(ledger).columns.tolist() == ["customer", "segment"]


def test_duplicates_are_named_apart(tmp_path: Path) -> None:
    ledger = read([written(tmp_path, "customer,revenue\nA,1\nB,2\nA,1\nB,3\nC,4\nD,5\n")], Settings())
    found = [(finding.rule, finding.row, finding.value) for finding in ledger.findings]
    assert found == [("duplicate row", 4, "A"), ("duplicate customer", 5, "B")]
    assert customers(ledger)["revenue"].tolist() == [1.0, 2.0, 4.0, 5.0]


def test_every_rule_on_values(tmp_path: Path) -> None:
    text = ("customer;start;end;score;margin;revenue;contract\n"
            "A;2020-01-01;2019-01-01;11;0.3;100;ja\nB;2020-01-01;9999-12-31;9.5;30;-5;nein\n"
            "C;2030-01-01;;7;0.2;0;vielleicht\nD;;2030-01-01;;30 %;;x\n")
    ledger = read([written(tmp_path, text)], Settings(as_of=date(2024, 12, 31)))
    assert sorted(rules(ledger)) == sorted(["end before start", "endless", "score", "score", "margin", "negative revenue", "contract",
                                            "future customer", "future end", "no revenue", "zero revenue"])
    frame = customers(ledger).set_index("customer")
    assert frame["margin"].fillna(-1).to_dict() == {"A": 0.3, "B": -1.0, "D": 0.3}
    assert frame["contract"].tolist() == [True, False, True]


def test_an_end_before_the_start_is_still_an_end(tmp_path: Path) -> None:
    text = "customer;start;end;revenue\nA;2021-03-04;2020-01-01;1\nB;2020-01-01;2021-03-04;1\n"
    for settings in (Settings(), Settings(as_of=date(2024, 12, 31))):
        ledger = read([written(tmp_path, text)], settings)
        assert customers(ledger)["end"].tolist() == [pd.Timestamp(2020, 1, 1), pd.Timestamp(2021, 3, 4)]
        assert customers(ledger)["start"].isna().tolist() == [True, False]
        assert [(each.rule, each.row, each.column, each.value) for each in ledger.findings] == [
            ("end before start", 2, "end", "2020-01-01")]


DAYS = [f"2024-{month:02}-11" for month in range(1, 13)]


def test_a_date_far_after_all_others_does_not_move_the_as_of_date(tmp_path: Path) -> None:
    ordered = written(tmp_path, "customer,date,amount\n" + "".join(f"A,{day},5\n" for day in [*DAYS, "2031-05-01", "2042-05-01"]))
    ledger = read([ordered], Settings())
    assert orders(ledger)["date"].max() == pd.Timestamp(2024, 12, 11)
    assert [(each.rule, each.row, each.outcome) for each in ledger.findings] == [
        ("far order", 14, "left out"), ("far order", 15, "left out")]
    assert rules(read([ordered], Settings(as_of=date(2050, 1, 1)))) == []
    listed = written(tmp_path, "customer,start,revenue\n" + "".join(f"{row},{day},5\n" for row, day in enumerate([*DAYS, "2031-05-01"])))
    ledger = read([listed], Settings())
    assert customers(ledger)["start"].isna().tolist() == [False] * 12 + [True]
    assert [(each.rule, each.row, each.column, each.outcome) for each in ledger.findings] == [("far start", 14, "start", "changed")]


@pytest.mark.parametrize("days", [
    [*DAYS, "2026-01-10"],  # within 400 days
    ["2010-03-01", "2012-05-01", "2015-06-01", "2019-01-01", "2022-04-01", "2024-09-01"],  # they come rarely
    [*DAYS, *["2031-05-01"] * 5],  # not one, but many
    ["2024-01-01", "2031-05-01"],  # too few to say
    ["2024-01-01"] * 20, [""] * 3,
])
def test_a_late_date_among_its_like_stays(tmp_path: Path, days: list[str]) -> None:
    listed = written(tmp_path, "customer,start,revenue\n" + "".join(f"{row},{day},5\n" for row, day in enumerate(days)))
    assert read([listed], Settings()).findings == ()


def test_findings_know_the_heading_and_the_kind_of_a_value(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Kd-Nr", "Kunde seit", "Umsatz", "Marge"],
                                [10001, datetime(2020, 1, 2), 5, 1.4], [10001, "2.1.2020", -1200.5, 0.3],
                                [10002, datetime(2031, 5, 1), "viel", "x"], [10003, 2021, "-7", 0.1]]
    ledger = read([workbook(tmp_path, {"S": rows})], Settings(as_of=date(2024, 1, 1)))
    assert {(each.rule, each.column): each.value for each in ledger.findings} == {
        ("duplicate customer", "Kd-Nr"): "10001", ("future customer", "Kunde seit"): date(2031, 5, 1),
        ("negative revenue", "Umsatz"): "-7", ("unreadable value", "Umsatz"): "viel", ("unreadable value", "Marge"): "x",
        ("margin", "Marge"): 1.4, ("first day", "Kunde seit"): "2021"}
    assert [each.value for each in ledger.findings if each.rule == "negative revenue"] == [-1200.5, "-7"]


def test_values_are_written_as_the_reader_writes_them() -> None:
    values = (date(2031, 5, 1), -1200.5, 11.0, 1.4, 0.1 + 0.2, 1e20, float("inf"), "-1200.5")
    assert [as_written(value, "de") for value in values] == ["01.05.2031", "-1.200,5", "11", "1,4", "0,3", "1e+20", "inf", "-1200.5"]
    assert [as_written(value, "en") for value in values] == ["1 May 2031", "-1,200.5", "11", "1.4", "0.3", "1e+20", "inf", "-1200.5"]


def test_returns_are_noted_and_a_day_of_returns_is_said(tmp_path: Path) -> None:
    text = "customer,date,amount\nA,2024-01-31,5\nA,2024-01-31,-5\nA,2024-02-01,8\nA,2024-02-01,-2\n"
    ledger = read([written(tmp_path, text)], Settings())
    assert rules(ledger) == ["return", "return", "day of returns"]
    assert len(orders(ledger)) == 4


def test_the_same_file_twice_counts_once_and_same_names_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = written(tmp_path / "a", "customer,revenue\nA,1\n"), written(tmp_path / "b", "customer,revenue\nB,1\n")
    ledger = read([one, one, two], Settings())
    assert [source.name for source in ledger.sources] == ["table.csv", "table.csv (2)"]
    assert len(customers(ledger)) == 2


def test_the_fingerprint_knows_the_bytes_and_not_the_order(tmp_path: Path) -> None:
    one, two = written(tmp_path, "customer,revenue\nA,1\n", "1.csv"), written(tmp_path, "customer,revenue\nB,1\n", "2.csv")
    first = read([one, two], Settings()).fingerprint
    assert first == read([two, one], Settings()).fingerprint
    Path(two).write_text("customer,revenue\nB,2\n")
    assert first != read([one, two], Settings()).fingerprint


def test_findings_are_kept_up_to_a_limit_and_counted_beyond(tmp_path: Path) -> None:
    rows = [f"c{number},{'x' if number % 2 else 5}" for number in range(4 * KEPT_FINDINGS)]
    ledger = read([written(tmp_path, "customer,revenue\n" + "\n".join(rows))], Settings())
    assert len(ledger.findings) == KEPT_FINDINGS
    assert ledger.counts["table.csv", "unreadable value"] == 2 * KEPT_FINDINGS


def test_an_identifier_is_preferred_to_a_name_which_is_kept_to_be_shown(tmp_path: Path) -> None:
    ledger = read([written(tmp_path, "Kunde;Kundennummer;Umsatz\nMüller;17;5\n Meyer ;18;6\n;19;7\n")], Settings())
    assert customers(ledger)["customer"].tolist() == ["17", "18", "19"]
    assert customers(ledger)["name"].fillna("-").tolist() == ["Müller", "Meyer", "-"]
    assert ledger.findings == ()
    assert ledger.sources[0].columns == {"Kundennummer": "customer", "Umsatz": "revenue", "Kunde": "name"}


@pytest.mark.parametrize(("headings", "mapping", "name"), [
    ("Firma,Kundenname,Kd-Nr", {}, "b"), ("Firma,Kunde,Kd-Nr", {}, "b"), ("Firma,x,Kd-Nr", {}, "a"),
    ("x,Kunde,KEY", {"KEY": "customer"}, "b"),
    ("Firma,Kunde,Kd-Nr", {"Kunde": "segment"}, "a"), ("Firma,Name,Kd-Nr", {}, "b"),
])
def test_the_best_of_several_names_is_taken(tmp_path: Path, headings: str, mapping: dict[str, str], name: str) -> None:
    frame = customers(read([written(tmp_path, f"{headings},Umsatz\na,b,3,4\n")], Settings(columns=mapping)))
    assert (frame["customer"][0], frame["name"][0]) == ("3", name)


def test_a_name_without_a_number_is_the_customer_and_orders_keep_no_names(tmp_path: Path) -> None:
    one, two = (customers(read([written(tmp_path, text)], Settings(columns=columns))) for text, columns in (
        ("Name,Umsatz\nA,1\n", {}), ("Kunde,Kd-Nr,Umsatz\nA,7,1\n", {"Kunde": "customer"})))
    assert one.equals(two)
    assert one.columns.tolist() == ["customer", "revenue"]
    ledger = read([written(tmp_path, "Kunde,Kd-Nr,Datum,Betrag\nA,7,2024-01-31,1\n")], Settings())
    assert "name" not in orders(ledger)
    assert rules(ledger) == ["other column"]


def test_a_total_in_the_names_is_no_customer(tmp_path: Path) -> None:
    ledger = read([written(tmp_path, "Kd-Nr;Kundenname;Umsatz\n1;A;5\n2;B;6\n;Summe;11\n")], Settings())
    assert rules(ledger) == ["total"]


TOTALS = ["Summe Handel", "Zwischensumme: Bau", "Gesamtsumme Nord", "SUMME (2024)", "Subtotal Retail", "Sub-total trade", "Sum of Trade",
          "Total of all", "Total for 2024", "Grand total for Q1", "Summe", "Total:"]
NAMES = ["Total GmbH", "Summerland AG", "Totalenergie", "Summit of Joy", "Sum One Ltd", "Gesamt Bau KG", "Total Foruming", "Subtotals Ltd"]


def test_a_subtotal_that_says_of_what_is_no_customer(tmp_path: Path) -> None:
    rows = "".join(f"{name};{number}\n" for number, name in enumerate(NAMES + TOTALS))
    ledger = read([written(tmp_path, "Kunde;Umsatz\nA;5\nB;6\nC;7\nD;8\n" + rows)], Settings())
    assert customers(ledger)["customer"].tolist() == ["A", "B", "C", "D", *NAMES]
    assert [each.value for each in ledger.findings if each.rule == "total"] == TOTALS


def test_a_remark_below_the_table_is_no_customer(tmp_path: Path) -> None:
    rows = ["Stand: 31.12.2025;", "Seite 1 von 2;", "As of 12/31/2025;", "Note AG;", "Stand 7 GmbH;9", "Standard 1;"]
    ledger = read([written(tmp_path, "Kunde;Umsatz\nA;5\nB;6\n" + "\n".join(rows) + "\n")], Settings())
    assert customers(ledger)["customer"].tolist() == ["A", "B", "Note AG", "Stand 7 GmbH", "Standard 1"]
    left_out = [(each.row, each.value) for each in ledger.findings if each.rule == "remark"]
    assert left_out == [(4, "Stand: 31.12.2025"), (5, "Seite 1 von 2"), (6, "As of 12/31/2025")]


@pytest.mark.parametrize("amount", [
    "Umsatz netto", "Nettoumsatz", "Gesamt netto", "Zahlungsbetrag", "Rechnungsbetrag netto", "order_total", "total"])
@pytest.mark.parametrize("day", ["created_at", "order_date"])
def test_everyday_headings_of_orders(tmp_path: Path, amount: str, day: str) -> None:
    ledger = read([written(tmp_path, f"customer_id;{day};{amount}\nA;2024-01-31;5\n")], Settings())
    assert orders(ledger)["amount"].tolist() == [5.0]


@pytest.mark.parametrize("loose", ["total", "order_total", "Zahlungsbetrag"])
def test_a_loose_word_gives_way(tmp_path: Path, loose: str) -> None:
    ledger = read([written(tmp_path, f"Kunde;Datum;{loose};Nettobetrag\nA;2024-01-31;119;100\n")], Settings())
    assert orders(ledger)["amount"].tolist() == [100.0]
    assert [(each.rule, each.column) for each in ledger.findings] == [("other column", loose)]


@pytest.mark.parametrize(("columns", "now", "before"), [
    ("Umsatz 2024", 0, None), ("Revenue 2024", 0, None), ("Jahresumsatz 2024 (€)", 0, None), ("Umsatz netto", 0, None),
    ("Umsatz 2023;Umsatz 2024", 1, 0), ("Umsatz 2024;Umsatz 2023", 0, 1), ("Sales 2022;Sales 2024;Sales 2023", 1, 2),
    ("Umsatz 2022;Umsatz 2024", 1, None), ("Umsatz 2023;Umsatz;Umsatz 2024", 1, None), ("Umsatz 2024;Umsatz 2023;Vorjahresumsatz", 0, 2)])
def test_a_revenue_with_a_year_is_that_of_the_latest_year(tmp_path: Path, columns: str, now: int, before: int | None) -> None:
    values = ["11", "22", "33"][: columns.count(";") + 1]
    ledger = read([written(tmp_path, f"Kunde;{columns}\nA;{';'.join(values)}\n")], Settings())
    found = customers(ledger)
    assert found["revenue"].tolist() == [float(values[now])]
    assert ("revenue_previous" in found) == (before is not None)
    if before is not None:
        assert found["revenue_previous"].tolist() == [float(values[before])]


def test_a_mapping_says_which_year_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "Kunde;Umsatz 2022;Umsatz 2023;Umsatz 2024\nA;1;2;3\n")
    found = customers(read([path], Settings(columns={"Umsatz 2023": "revenue"})))
    assert (found["revenue"].tolist(), found["revenue_previous"].tolist()) == ([2.0], [1.0])


def test_a_year_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeadingError, match="“Umsatz 2024”, “Umsatz 2024”"):
        read([workbook(tmp_path, {"a": [["Kunde", "Umsatz 2024", "Umsatz 2024"], ["A", 1, 2]]})], Settings())


def test_a_mapping_beats_recognition(tmp_path: Path) -> None:
    path = written(tmp_path, "Kunde,Umsatz,Turnover,Wert X\nA,1,2,3\n")
    assert customers(read([path], Settings(columns={"Wert X": "revenue"})))["revenue"].tolist() == [3.0]
    assert customers(read([path], Settings(columns={"turnover": "revenue"})))["revenue"].tolist() == [2.0]


def test_money_in_thousands_is_multiplied_and_said(tmp_path: Path) -> None:
    ledger = read([written(tmp_path, "Kunde;Umsatz (T€)\nA;1,5\n")], Settings())
    assert customers(ledger)["revenue"].tolist() == [1500.0]
    assert rules(ledger) == ["thousands"]


@pytest.mark.parametrize("heading", ["Deckungsbeitrag in %", "Marge %", "DB %", "Margin %", "Marge (Prozent)", "margin percent"])
def test_a_heading_that_says_percent_settles_the_unit(tmp_path: Path, heading: str) -> None:
    plain, signed = ["39,4", "27,5", "-5", "0,8", "0", "150"], ["39,4 %", "27,5 %", "-5 %", "0,8 %", "0 %", "150 %"]
    found, expected = (read([written(tmp_path, f"Kunde;Umsatz;{heading}\n" + "".join(
        f"K{number};1;{margin}\n" for number, margin in enumerate(margins)))], Settings()) for margins in (plain, signed))
    np.testing.assert_allclose(customers(found)["margin"], customers(expected)["margin"], rtol=1e-15)
    assert sorted(rules(found)) == ["margin", "percent"]
    assert (rules(expected), found.cells_changed) == (["margin"], 1)


@pytest.mark.parametrize("table", [
    "Marge %\n0,3\n0,25\n", "Marge %\n30 %\n25 %\n", "Marge %\n0,3\n0,25\n40 %\n1,2\n", "Marge\n0,3\n30 %\n1,2\n"])
def test_shares_of_one_stay_what_they_are(tmp_path: Path, table: str) -> None:
    heading, *margins = table.split("\n")[:-1]
    ledger = read([written(tmp_path, f"Kunde;Umsatz;{heading}\n" + "".join(f"{each};1;{each}\n" for each in margins))], Settings())
    assert customers(ledger)["margin"].tolist()[:2] == [0.3, 0.25 if "0,25" in table or "25 %" in table else 0.3]
    assert "percent" not in rules(ledger)


def test_a_percentage_with_its_own_sign_is_divided_once(tmp_path: Path) -> None:
    ledger = read([written(tmp_path, "Kunde;Umsatz;Marge %\nA;1;39,4\nB;1;30 %\nC;1;25\n")], Settings())
    assert customers(ledger)["margin"].tolist() == [39.4 / 100, 0.3, 0.25]


def test_lines_that_do_not_fit_are_kept_with_their_number(tmp_path: Path) -> None:
    ledger = read([written(tmp_path, 'customer,revenue\nA,1\nB,2,3\n\n"C, D",4\nE\n')], Settings())
    assert customers(ledger)["customer"].tolist() == ["A", "C, D"]
    assert [(finding.rule, finding.row, finding.value) for finding in ledger.findings] == [("ragged", 3, "B,2,3"), ("ragged", 6, "E")]
    assert (ledger.sources[0].rows_in, ledger.sources[0].rows_used) == (4, 2)


def test_every_rule_is_said_in_both_languages() -> None:
    for key, rule in RULES.items():
        assert key == rule.key
        assert all(text.en.endswith(".") and text.de.endswith((".", "“")) and text.en != text.de for text in (rule.reason, rule.action))


# --- the page Checks

def page(folder: Path, text: str, language: Language) -> tuple[Sheet, dict[str, tuple[object, ...]]]:
    """The page, and the columns of its list."""
    settings = Settings(language=language, as_of=date(2024, 12, 31))
    sheet = checks(analyse(read([written(folder, text)], settings), settings))
    lists = [block for block in sheet.blocks if isinstance(block, Table) and block.key == "findings"]
    return sheet, {column.key: column.values for column in lists[0].columns} if lists else {}


def test_what_weighs_most_is_listed_first(tmp_path: Path) -> None:
    text = "Kunde;Umsatz;Kunde seit;Marge\nA;0;2020-01-01;3\nB;-5;2030-01-01;0,1\nC;x;2021;0,1\nD;-2;;0,1\nA;7;;0,1\n;8;;\nE;9;;5\n"
    _, listed = page(tmp_path, text, "de")
    assert list(zip(listed["outcome"], listed["row"], listed["column"], strict=True)) == [
        ("weggelassen", 3, "Kunde seit"), ("weggelassen", 6, "Kunde"), ("weggelassen", 7, "Kunde"),
        ("geändert", 2, "Marge"), ("geändert", 3, "Umsatz"), ("geändert", 4, "Umsatz"), ("geändert", 5, "Umsatz"), ("geändert", 8, "Marge"),
        ("vermerkt", 2, "Umsatz"), ("vermerkt", 4, "Kunde seit")]


def test_what_is_not_listed_is_counted(tmp_path: Path) -> None:
    for more, german, english in ((1, "und 1 weiterer Fall dieser Art", "and 1 more of this kind"),
                                  (1_345, "und 1.345 weitere dieser Art", "and 1,345 more of this kind")):
        lines = "".join(f"c{row};5\n;6\n" for row in range(KEPT_FINDINGS + more))
        for language, said in (("de", german), ("en", english)):
            sheet, listed = page(tmp_path, "customer;revenue\n" + lines, language)
            assert len(listed["row"]) == KEPT_FINDINGS + 1
            assert (listed["row"][-1], listed["value"][-1], listed["reason"][-1]) == (None, said, RULES["no customer"].reason.say(language))
            assert ("the first of each kind" if language == "en" else "die ersten jeder Art") in sheet.message


@pytest.mark.parametrize(("rows", "german", "english"), [
    ("A;1\n", "Die einzige Zeile wurde verwendet.", "The only row was used."),
    ("A;1\nB;2\n", "Alle 2 Zeilen wurden verwendet.", "All 2 rows were used."),
    ("A;1\nB;2\n;3\n", "1 von 3 Zeilen wurde weggelassen; sie", "1 of 3 rows was left out; it is"),
    ("A;1\nB;2\n;3\n;4\n", "2 von 4 Zeilen wurden weggelassen; jede", "2 of 4 rows were left out; each is"),
])
def test_one_row_is_not_rows(tmp_path: Path, rows: str, german: str, english: str) -> None:
    assert page(tmp_path, "customer;revenue\n" + rows, "de")[0].message.startswith(german)
    assert page(tmp_path, "customer;revenue\n" + rows, "en")[0].message.startswith(english)


@pytest.mark.parametrize(("rows", "german", "english"), [
    ("A;1;2\nB;2;0,1\n", "Alle 2 Zeilen wurden verwendet; 1 Zelle wurde geändert oder gilt als leer.",
     "All 2 rows were used; 1 cell was changed or counts as empty."),
    ("A;-1;2\nB;2;0,1\n;3;\n",
     "1 von 3 Zeilen wurde weggelassen; sie steht hier mit ihrem Grund; 2 Zellen wurden geändert oder gelten als leer.",
     "1 of 3 rows was left out; it is listed with its reason; 2 cells were changed or count as empty."),
    ("A;1;0,1\nB;0;0,1\n", "Alle 2 Zeilen wurden verwendet.", "All 2 rows were used."),
])
def test_changed_cells_are_announced(tmp_path: Path, rows: str, german: str, english: str) -> None:
    assert page(tmp_path, "Kunde;Umsatz (T€);Marge\n" + rows, "de")[0].message == german
    assert page(tmp_path, "Kunde;Umsatz (T€);Marge\n" + rows, "en")[0].message == english


def headings(folder: Path, text: str, language: Language = "de") -> list[tuple[object, ...]]:
    """The headings that the page lists, and what they were understood as."""
    listed = next(block for block in page(folder, text, language)[0].blocks if isinstance(block, Table) and block.key == "headings")
    return list(zip(listed.columns[1].values, listed.columns[2].values, strict=True))


def test_the_heading_of_the_names_is_among_the_headings(tmp_path: Path) -> None:
    assert headings(tmp_path, "Kd-Nr;Kundenname;Umsatz\n1;A;5\n") == [
        ("Kd-Nr", "Kunde"), ("Umsatz", "Umsatz pro Jahr"), ("Kundenname", "Name des Kunden")]


def test_headings_that_were_not_understood_are_listed_below_the_others(tmp_path: Path) -> None:
    text = "Berater;Kunde;;Umsatz;=1+1;" + 100 * "x" + "\nU;A;z;5;6;7\nU;B;z;5;6;7\n"
    assert headings(tmp_path, text) == [("Kunde", "Kunde"), ("Umsatz", "Umsatz pro Jahr"), *[
        (heading, "nicht verstanden; geht in keine Zahl ein") for heading in ("Berater", "=1+1", 79 * "x" + "…")]]
    assert headings(tmp_path, text, "en")[2] == ("Berater", "not understood; part of no figure")


def test_a_column_with_the_same_meaning_as_another_is_not_called_unknown(tmp_path: Path) -> None:
    assert [heading for heading, _ in headings(tmp_path, "Kunde,Umsatz pro Jahr,Turnover\nA,1,2\n")] == ["Kunde", "Umsatz pro Jahr"]


@pytest.mark.parametrize("heading", ["Ausgetreten", "ausgetreten am", "Ausgeschieden", "Austrittsdatum"])
def test_the_day_a_customer_left_has_many_names(tmp_path: Path, heading: str) -> None:
    ledger = read([written(tmp_path, f"Kunde;Umsatz;{heading}\nA;1;31.01.2024\nB;2;\n")], Settings())
    assert customers(ledger)["end"].tolist()[0] == pd.Timestamp("2024-01-31")


_CELLS = st.sampled_from(["", "5", "7.25", "x", "1e999", "-3", "nan"])


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "A", "B", "C", "D", "Total"]), _CELLS), min_size=1, max_size=30), st.randoms())
def test_rows_are_accounted_for_and_their_order_does_not_matter(tmp_path_factory: pytest.TempPathFactory, rows, random) -> None:
    folder = tmp_path_factory.mktemp("rows")

    def result(rows) -> tuple[set[str], int] | None:
        path = written(folder, "customer,revenue,segment\n" + "".join(f"{name},{value},s\n" for name, value in rows))
        try:
            ledger = read([path], Settings())
        except DataError:
            return None
        (source,) = ledger.sources
        assert source.rows_in == len(rows) == source.rows_used + source.rows_left_out
        assert source.rows_used == len(customers(ledger)) == customers(ledger)["customer"].nunique()
        return set(customers(ledger)["customer"]), source.rows_left_out

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert result(rows) == result(shuffled)
