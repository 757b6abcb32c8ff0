"""Tables of an open workbook: whatever reads their cells, the ledger is the one that the same table in a file gives."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from clvxl.errors import DataError, HeadingError
from clvxl.excel.file import write_tables
from clvxl.ledger import Ledger, Opened, opened, read, read_opened
from clvxl.sample import sample
from clvxl.settings import Settings

SETTINGS = Settings()
MIXED = pd.DataFrame({
    "Customer": ["A-1", "A-2", "A-2", None, "A-5", "A-6", "A-7"],
    "Revenue": ["1.234,50", 12.0, "1.000.000,00", 5.0, "n/a", -3.0, "7,25 €"],
    "Customer since": ["2020-02-29", datetime(2021, 3, 1), None, None, "31.12.2022", 44927, datetime(2019, 1, 1)],
    "Contract": [True, "no", None, None, "x", False, "ja"],
    "Segment": ["=SUM(A1)", 7.0, "Ä" * 40, None, " ", "b", "c"],
})


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def same(found: Ledger, expected: Ledger) -> None:
    for table in ("customers", "spend"):
        one, other = getattr(found, table), getattr(expected, table)
        assert (one is None) == (other is None)
        if one is not None:
            pd.testing.assert_frame_equal(one, other)
    if expected.orders is not None:
        assert found.orders is not None
        frames = [each.orders.execute().sort_values(["customer", "date", "amount"], ignore_index=True) for each in (found, expected)]
        pd.testing.assert_frame_equal(*frames)
    assert [(each.row, each.column, each.rule) for each in found.findings] == [
        (each.row, each.column, each.rule) for each in expected.findings]
    assert [(each.rows_in, each.rows_used, each.columns) for each in found.sources] == [
        (each.rows_in, each.rows_used, each.columns) for each in expected.sources]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_sample_is_the_same_from_a_file_and_from_cells(tmp_path: Path, language: Any) -> None:
    tables = sample(language)._asdict()
    path = write_tables(tmp_path / "sample.xlsx", tables)
    found = read_opened([opened(kind, kind, 1, cells(path, kind)) for kind in tables], SETTINGS)
    same(found, read([str(path)], SETTINGS))


def test_what_is_mixed_and_dirty_is_read_alike(tmp_path: Path) -> None:
    path = write_tables(tmp_path / "mixed.xlsx", {"customers": MIXED})
    same(read_opened([opened("mixed", "customers", 1, cells(path, "customers"))], SETTINGS), read([str(path)], SETTINGS))


def test_rows_keep_their_numbers_below_other_things_and_empty_ones_do_not_count() -> None:
    lines = [["Customer", "Revenue"], ["A", 1], [None, None], ["", "  "], ["B", "much"], ["C", 3], ["D", 4], ["E", 5]]
    found = read_opened([opened("Book#Data", "customers", 12, lines)], SETTINGS)
    assert [(each.row, each.value) for each in found.findings] == [(16, "much")]
    assert found.sources[0].heading_row == 12
    assert found.sources[0].rows_in == 5


@pytest.mark.parametrize(("given", "expected"), [
    (3, 3.0), (Decimal("12.5"), 12.5), (True, True), (date(2024, 2, 29), datetime(2024, 2, 29)), ("", None), ("\n ", None), (" a", " a"),
])
def test_hosts_say_the_same_cell_in_their_own_ways(given: Any, expected: Any) -> None:
    table = opened("x", "customers", 1, [["a"], [given]])
    assert table.cells[1] == (expected,)
    assert type(table.cells[1][0]) is type(expected)
    assert table.is_filled == (expected is not None)


def test_the_fingerprint_knows_the_cells_and_not_the_host() -> None:
    def fingerprint(*tables: Opened) -> str:
        return read_opened(tables, SETTINGS).fingerprint

    one = opened("a", "customers", 1, [["Customer", "Revenue"], ["A", 1]])
    other = opened("b", "customers", 9, [("Customer", "Revenue"), ("A", Decimal(1))])
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint(opened("a", "customers", 1, [["Customer", "Revenue"], ["A", 2]]))


def test_a_missing_heading_and_unusable_rows_are_said() -> None:
    with pytest.raises(HeadingError, match="Revenue"):
        read_opened([opened("Book#Data", "customers", 5, [["Customer", "Size"], ["A", 1]])], SETTINGS)
    with pytest.raises(DataError):
        read_opened([opened("Book#Data", "customers", 5, [["Customer", "Revenue"], [None, 1], [None, 2], ["C", 3]])], SETTINGS)
