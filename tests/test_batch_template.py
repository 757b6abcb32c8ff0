"""Workbooks of a batch that come from the template: the same pages, the tables of their own client inside, ready to be refreshed."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from batches import CITIES, PLAIN, contents, make, rows_of, table, texts
from proof import complaints
from vba_readers import READERS

from clvxl import __version__
from clvxl.excel import refill
from clvxl.excel.anchors import chosen
from clvxl.ledger import read
from clvxl.refresh import refreshed
from clvxl.words import LANGUAGES

pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting|Data Validation) extension")
OWN = ("Checks", "Prüfung")  # a page that says where the rows come from


def pages(path: Path, but: tuple[str, ...] = ()) -> dict[str, list[list[object]]]:
    """The values on each result page."""
    book = openpyxl.load_workbook(path)
    first = {"Overview", "Überblick"} & set(book.sheetnames)
    names = book.sheetnames[book.sheetnames.index(first.pop()):]
    return {name: [[cell.value for cell in row] for row in book[name].iter_rows()] for name in names if name not in but}


def rows_of_shop(city: str) -> list[tuple[object, ...]]:
    return [(city, f"{city}{number}", f"202{4 + month // 12}-{1 + month % 12:02}-1{number % 9}", 50 + 7 * number + month)
            for number in range(6) for month in range(0, 20, 1 + number)]


def listed(given: list[list[object]], plain: list[list[object]]) -> bool:
    """Whether two pages on the method are the same but for the functions, which are those of clvxl, or those that are built in."""
    end = next(index for index, row in enumerate(plain) if row[1] in ("Functions in this workbook", "Funktionen in dieser Mappe"))
    named = [{str(row[1]).partition("(")[0] for row in page[end + 3:] if row[1]} for page in (given, plain)]
    return given[: end + 1] == plain[: end + 1] and given[end + 1] != plain[end + 1] and named[0] > named[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_the_pages_of_the_plain_workbook_and_the_tables_of_its_client_alone(tmp_path, language):
    source = table(tmp_path / "all.csv", [row for city in CITIES[:2] for row in rows_of(city, 5)])
    settings = replace(PLAIN, language=language, discount=0.08)
    make(source, tmp_path / "plain", settings=settings)
    make(source, tmp_path / "out", settings=settings, template=True)
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"Aachen.xlsm", "Bonn.xlsm", "manifest.json", "summary.xlsx"}
    for city, other in (CITIES[:2], CITIES[1::-1]):
        filled = tmp_path / "out" / f"{city}.xlsm"
        given, plain = pages(filled), pages(tmp_path / "plain" / f"{city}.xlsx")
        assert listed(*(book.pop("Method" if language == "en" else "Methode") for book in (given, plain)))
        assert given == plain
        assert other not in texts(filled)
        assert read([str(filled)], settings).customers["customer"].tolist() == [f"{city} {number}" for number in range(5)]
        brought = refill.read(refill.load(filled, tmp_path / "again.xlsm"))
        assert chosen(brought.cells).settings == replace(settings, title=city, as_of=chosen(brought.cells).settings.as_of)
        assert str(chosen(brought.cells).settings.as_of) == "2025-06-30"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_what_the_template_has_no_column_for(tmp_path, language):
    people = [("Bonn", 100 + number, f"Firm {number}", 1000 + number, 0.3) for number in range(4)]
    orders = [("Bonn", 100 + number % 4, f"2024-0{1 + number}-15", 50 + number, (20 + number) / 100) for number in range(8)]
    make(table(tmp_path / "all.csv", people, ("Branch", "Customer no", "Customer name", "Revenue", "Margin")), tmp_path / "out",
         orders=[table(tmp_path / "orders.csv", orders, ("Branch", "Customer no", "Date", "Amount", "Margin"))],
         settings=replace(PLAIN, language=language), template=True)
    filled = tmp_path / "out" / "Bonn.xlsm"
    ledger = read([str(filled)], PLAIN)
    assert ledger.customers[["customer", "name"]].to_numpy().tolist() == [[str(number), name] for _, number, name, *_ in people]
    assert sorted(ledger.orders.execute()["margin"]) == pytest.approx([each[-1] for each in orders])
    assert complaints(filled) == []


def test_excel_is_expected_to_open_it(tmp_path):
    make(table(tmp_path / "all.csv", rows_of("Bonn", 4)), tmp_path / "out", template=True)
    filled, = (tmp_path / "out").glob("*.xlsm")
    assert complaints(filled) == []
    with ZipFile(filled) as archive:
        project = archive.read("xl/vbaProject.bin")
    assert all("Buttons" in reader(project) for reader in READERS)


def test_it_is_made_once_and_left_alone_where_somebody_used_it(tmp_path):
    source = table(tmp_path / "all.csv", [row for city in CITIES[:2] for row in rows_of(city, 4)])
    make(source, tmp_path / "out", template=True)
    before = contents(tmp_path / "out")
    (tmp_path / "out" / "manifest.json").unlink()
    make(source, tmp_path / "out", template=True)
    assert contents(tmp_path / "out") == before, "written again with the same bytes, known by its seal"
    book = openpyxl.load_workbook(tmp_path / "out" / "Bonn.xlsm", keep_vba=True)
    book["Settings"]["A1"] = "mine"
    book.save(tmp_path / "out" / "Bonn.xlsm")
    book.vba_archive.close()  # else it complains when it is collected
    assert [each.value for each in make(source, tmp_path / "out", template=True).of("failed")] == ["Bonn"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("more", [(), ("Margin",), ("Margin", "Cost", "Order number")])
def test_refreshing_it_changes_nothing_but_where_the_rows_come_from(tmp_path, more):
    values = {"Margin": 0.3, "Cost": 41.5, "Order number": "S-7"}
    orders = [(*row, *map(values.get, more)) for city in CITIES[:2] for row in rows_of_shop(city)]
    make(table(tmp_path / "orders.csv", orders, ("City", "Customer", "Date", "Amount", *more)), tmp_path / "out", by="City", template=True,
         settings=replace(PLAIN, model="auto"))
    for city in CITIES[:2]:
        filled, again = tmp_path / "out" / f"{city}.xlsm", tmp_path / f"{city}.xlsm"
        loaded = refill.load(filled, again)
        refill.write(refreshed(refill.read(loaded), __version__), loaded, again)
        assert without_fingerprint(pages(again, OWN)) == without_fingerprint(pages(filled, OWN))


def without_fingerprint(found):
    """The template has columns that the client has not; they are empty, and still part of the fingerprint."""
    return {name: [row for row in rows if "Fingerprint of the data" not in row] for name, rows in found.items()}
