"""Many workbooks from one command: each as it would be alone, with nothing of the others, under a name that every system takes."""

import re
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from batches import CITIES, HEADINGS, PLAIN, alone, make, rows_of, table, texts
from hypothesis import given
from hypothesis import strategies as st

from clvxl.batch.crew import Crew
from clvxl.batch.folder import open_folder
from clvxl.batch.names import file_names
from clvxl.batch.plan import by_column
from clvxl.batch.run import run
from clvxl.errors import ClvError, HeadingError
from clvxl.ledger import read
from clvxl.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars
SOLD = (("Ann", "k1", "2024-01-01", 5), ("Bob", "k1", "2024-02-01", 6), ("Bob", "k2", "2024-03-01", 7))
SHOP, ORDERS = ("City", "Customer", "Segment", "Acquisition cost"), ("Customer", "Date", "Amount")


def shop(folder: Path) -> tuple[str, str, list[list[object]], list[list[object]]]:
    """Customers and orders of three cities, every city numbering its customers alike in neither table."""
    customers = [[city, f"{city[0]}{number}", "XY"[number % 2], 300 + number] for city in CITIES for number in range(8)]
    orders = [
        [f"{city[0]}{number}", date(2024 + month // 12, 1 + month % 12, 1 + number).isoformat(), 50 + 7 * number + month]
        for city in CITIES for number in range(8) for month in range(0, 23, 1 + number)
    ]
    return (table(folder / "customers.csv", customers, SHOP),
            table(folder / "orders.csv", orders, ORDERS), customers, orders)


def test_customers_without_any_date(tmp_path):
    outcome = make(table(tmp_path / "all.csv", [(city, f"{city}1", 1000) for city in CITIES], ("Branch", "Customer", "Revenue")),
                   tmp_path / "out")
    assert [each.status for each in outcome.entries] == ["done"] * len(CITIES)


@pytest.mark.parametrize("settings", [PLAIN, pytest.param(Settings(), marks=pytest.mark.exhaustive, id="models")])
def test_each_workbook_has_the_bytes_of_a_report_of_its_customers_alone(tmp_path, settings):
    source, orders, customer_rows, order_rows = shop(tmp_path)
    make(source, tmp_path / "out", by="City", orders=[orders], settings=settings)
    latest = max(date.fromisoformat(row[1]) for row in order_rows)
    for city in CITIES:
        own = tmp_path / city
        own.mkdir()
        here = table(own / "customers.csv", [row for row in customer_rows if row[0] == city], SHOP)
        theirs = table(own / "orders.csv", [row for row in order_rows if row[0][0] == city[0]], ORDERS)
        expected = alone(here, [theirs], replace(settings, as_of=latest, title=city), own / "alone.xlsx")
        assert (tmp_path / "out" / f"{city}.xlsx").read_bytes() == expected


def test_rules_about_one_row_find_in_each_part_what_they_find_in_a_table_of_its_own(tmp_path):
    rows = [row for city in CITIES for row in rows_of(city, 6)]
    rows[1] = (*rows[1][:3], "much", *rows[1][4:])
    rows[7] = (*rows[7][:6], "30", *rows[7][7:])
    rows[8] = ("Bonn", "", *rows[8][2:])
    rows[14] = rows[13]
    plan = by_column("Branch", [table(tmp_path / "all.csv", rows)], {}, PLAIN)
    for job in plan.jobs:
        here = [(number, row) for number, row in enumerate(rows, 2) if row[0] == job.value]
        numbers = {own: number for own, (number, _) in enumerate(here, 2)}  # of the row in the whole table
        ledger = read([table(tmp_path / "own.csv", [row for _, row in here])], PLAIN)
        part = job.source().ledger()
        said = [(numbers[each.row], each.column, each.value, each.rule) for each in ledger.findings]
        assert sorted(said) == sorted((each.row, each.column, each.value, each.rule) for each in part.findings)
        assert said, "each of the three has its own"
        assert part.customers.equals(ledger.customers)
        assert [each.rows_in for each in part.sources] == [len(here)] == [job.rows]


def test_a_workbook_shows_nothing_of_the_others(tmp_path):
    """Names, segments, amounts, dates and what could not be read of the others: each has a word that is nowhere else."""
    rows = []
    for city in CITIES:
        secret = f"secret{city}"
        own = [[city, f"{secret}{number}", f"{secret}seg", 100 + number, "2020-01-01", "", 0.3, 10] for number in range(6)]
        own[0][3] = f"{secret}amount"
        own[1][4] = f"{secret}date"
        own[2][1] = own[3][1]  # twice in its city
        rows += own
    rows.append(["", "secretNobody", "secretNobody", 5, "", "", 0.1, 1])
    make(table(tmp_path / "all.csv", rows), tmp_path / "out")
    found = {path.stem: texts(path) for path in (tmp_path / "out").glob("*.xlsx") if path.stem != "summary"}
    assert set(found) == {*CITIES, "empty-e3b0c442"}
    for name, text in found.items():
        words = {word.removeprefix("secret") for word in re.findall(r"secret[A-Z][a-z]+?(?=seg|amount|date|\d|[^a-z])", text)}
        assert words == {"Nobody" if name.startswith("empty") else name}


def test_two_branches_may_number_their_customers_alike(tmp_path):
    rows = [(city, number, "A", 100, "2020-01-01", "", 0.3, 5) for city in CITIES for number in range(7)]
    plan = by_column("branch", [table(tmp_path / "all.csv", rows)], {}, PLAIN)
    assert [len(job.source().ledger().customers) for job in plan.jobs] == [7, 7, 7]


def test_every_row_is_in_a_workbook_or_said_to_be_in_none(tmp_path):
    rows = [row for city in CITIES for row in rows_of(city, 5)]
    rows += [("", "C 9", "A", 1, "", "", 0.2, 1), ("", "", "A", 7, "", "", "", ""), ("Total", "", "", 99, "", "", "", "")]
    plan = by_column("Branch", [table(tmp_path / "all.csv", rows)], {}, PLAIN)
    assert {job.value for job in plan.jobs} == {*CITIES, ""}
    assert sum(job.rows for job in plan.jobs) + plan.unplaced == len(rows)
    assert plan.unplaced == 1, "the totals row; the row without branch and customer is left out of the workbook without branch"


def test_orders_follow_their_customers_and_where_they_could_follow_two_both_have_failed(tmp_path):
    customers = [("Bonn", "b1", 1), ("Bonn", "both", 1), ("Celle", "c1", 1), ("Celle", "both", 1), ("Aachen", "a1", 1), ("", "a1", 1)]
    source = table(tmp_path / "customers.csv", customers, ("Branch", "Customer", "Acquisition cost"))
    orders = table(tmp_path / "orders.csv", [(name, "2024-05-0" + day, 10) for _, name, _ in customers[:5] for day in "123"], ORDERS)
    outcome = make(source, tmp_path / "out", orders=[orders])
    assert [each.value for each in outcome.of("done")] == ["Aachen", ""], "the orders of a1 are Aachen's"
    assert [each.value for each in outcome.of("failed")] == ["Bonn", "Celle"]
    for each in outcome.of("failed"):
        assert "customer both" in each.reason
        assert "“Bonn” and under “Celle”" in each.reason
        assert "Add the column Branch" in each.reason


def test_customers_follow_their_orders(tmp_path):
    people = table(tmp_path / "people.csv", [("k1", "X"), ("k2", "Y"), ("idle", "Z")], ("Customer", "Segment"))
    orders = table(tmp_path / "orders.csv", SOLD, ("Sales person", *ORDERS))
    plan = by_column("sales person", [people, orders], {}, PLAIN)
    listed = {job.value: sorted(job.source().ledger().customers["customer"]) for job in plan.jobs}
    assert listed == {"Ann": ["k1"], "Bob": ["k1", "k2"], "": ["idle"]}


def test_orders_alone_are_enough(tmp_path):
    outcome = make(table(tmp_path / "o.csv", SOLD, ("Sales person", *ORDERS)), tmp_path / "out", by="Sales person")
    assert [(each.value, each.rows, each.figures["customers"]) for each in outcome.entries] == [("Ann", 1, 1), ("Bob", 2, 2)]


def test_spend_that_names_no_branch_is_in_no_workbook_and_that_is_said(tmp_path):
    source = table(tmp_path / "all.csv", [row for city in CITIES for row in rows_of(city, 5)])
    spend = table(tmp_path / "spend.csv", [("Search", 777123)], ("Channel", "Spend"))
    plan = by_column("Branch", [source, spend], {}, PLAIN)
    assert plan.aside == ("spend.csv",)
    run(plan, open_folder(str(tmp_path / "out")), Crew(1), begun=lambda *_: None, told=lambda _: None)
    assert "spend.csv: no column “Branch”" in texts(tmp_path / "out" / "summary.xlsx")
    assert not any("777123" in texts(tmp_path / "out" / f"{city}.xlsx") for city in CITIES)


@pytest.mark.parametrize("by", ["Segment", "segment", "SEGMENT (all)"])
def test_a_column_is_named_by_its_heading_or_its_term(tmp_path, by):
    source = table(tmp_path / "all.csv", [row for city in CITIES for row in rows_of(city, 4)])
    plan = by_column(by, [source], {}, PLAIN)
    assert ([job.value for job in plan.jobs], plan.column) == (["A", "B"], "Segment")


def test_a_term_finds_its_column_whatever_its_heading(tmp_path):
    source = table(tmp_path / "k.csv", [("Handel", 1, 10), ("Bau", 2, 20)], ("Branche", "Kunde", "Umsatz"))
    assert [job.value for job in by_column("segment", [source], {}, PLAIN).jobs] == ["Bau", "Handel"]


def test_a_column_that_is_not_there_is_answered_with_the_closest(tmp_path):
    source = table(tmp_path / "all.csv", rows_of("Bonn", 3))
    with pytest.raises(HeadingError, match=r"no|Neither customers nor orders have a column “Brunch”.*Closest: “Branch”"):
        by_column("Brunch", [source], {}, PLAIN)
    with pytest.raises(HeadingError, match="Weder Kunden noch Aufträge haben eine Spalte „Quux“"):
        raise_in_german(lambda: by_column("Quux", [source], {}, PLAIN))


def raise_in_german(work):
    try:
        work()
    except ClvError as error:
        raise type(error)(error.message._replace(en=error.message.de), error.action, **error.values) from error


SIGNS = st.characters(codec="utf-8") | st.sampled_from("\\/:*?\"<>|.~$ \u202e\u200d#%[]aAßﬁé\u0301😀-0")
NASTY = st.text(SIGNS, max_size=60) | st.sampled_from(
    ["", "CON", "con.txt", "LPT1", "nul.", "../../etc/passwd", "..", ".hidden", "summary", "Manifest", "~$lock", "x" * 300, "😀" * 99,
     "مرحبا", "a\u202egpj.exe", "A_B", "A/B", "A_B-998d3ed8", "ß", "ss", "STRASSE", "straße"])
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{kind}{digit}" for kind in ("COM", "LPT") for digit in "0123456789¹²³")}


@given(st.sets(NASTY, max_size=8))
def test_names_are_safe_on_every_system_and_no_two_alike(values):
    names = file_names(values, ".xlsx")
    assert set(names) == values
    told = {unicodedata.normalize(form, name).casefold() for form in ("NFC", "NFD") for name in names.values()}
    assert len({unicodedata.normalize("NFC", each) for each in told}) == len(values), "a system without case and accents tells them apart"
    for name in names.values():
        stem = name.removesuffix(".xlsx")
        assert name == unicodedata.normalize("NFC", name)
        assert not set(name) & set('\\/:*?"<>|#%[]'), "Windows, links and Excel"
        assert stem.strip(" .") == stem != ""
        assert not stem.startswith("~$")
        assert stem.partition(".")[0].upper() not in DEVICES
        assert not any(unicodedata.category(sign)[0] == "C" for sign in name), "control signs, and those that turn the direction of reading"
        assert len(name.encode()) <= 180
        assert name.casefold() not in ("summary.xlsx", "manifest.json")


@given(st.sets(NASTY, max_size=6), NASTY)
def test_a_name_does_not_change_because_of_another_value_unless_their_case_alone_differs(values, more):
    before, after = file_names(values, ".xlsx"), file_names(values | {more}, ".xlsx")
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", more).casefold())
    alike = {each for each in values if unicodedata.normalize("NFKD", unicodedata.normalize("NFC", each).casefold()) == folded}
    assert all(before[each] == after[each] for each in values - alike)


def test_plain_values_are_plain_names():
    assert file_names(["Müller & Söhne", "Nord-West", "12"], ".xlsx") == {
        "Müller & Söhne": "Müller & Söhne.xlsx", "Nord-West": "Nord-West.xlsx", "12": "12.xlsx"}


def test_nasty_values_stay_in_the_folder_and_the_summary_leads_to_each(tmp_path):
    values = ["../../etc", "CON", "a#1 50%", "North", "north", "=1+1", "", "😀 مرحبا", "[x]", "a'b&c", "x" * 200]
    rows = [(value, f"k{number}", "A", 5) for number, value in enumerate(values)]
    make(table(tmp_path / "all.csv", rows, HEADINGS[:4]), tmp_path / "out")
    assert {each.name for each in tmp_path.iterdir()} == {"all.csv", "out"}
    sheet = openpyxl.load_workbook(tmp_path / "out" / "summary.xlsx").active
    links = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) == len(values)
    assert {unquote(link) for link in links} == {path.name for path in (tmp_path / "out").glob("*.xlsx")} - {"summary.xlsx"}
    assert any(cell.value == "=1+1" and cell.data_type == "s" for row in sheet.iter_rows() for cell in row), "a value is never a formula"
