"""More customers than anybody reads on a page: the best in the workbook, all of them in a file beside it, and both say so."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from clvxl import cli
from clvxl.ledger import read
from clvxl.ledger.sources import locate
from clvxl.settings import Settings

COUNT = 100_001
pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Customers whose revenues are known one by one, and a report of them."""
    folder = tmp_path_factory.mktemp("many")
    revenue = np.random.default_rng(5).permutation(COUNT) + 1.0
    frame = pd.DataFrame({"customer": [f"K{number:06d}" for number in range(COUNT)], "revenue": revenue, "segment": "A"})
    frame.to_parquet(folder / "shop.parquet")
    return folder


def called(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["clvxl", "report", *words, "--margin", "0.5", "--retention", "0.8", "--lang", "en"])
    code = cli.run()
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_all_customers_lie_beside_the_workbook(
        folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    book, rest = folder / "shop.xlsx", folder / "shop-customers.parquet"
    code, out, _ = called(capsys, monkeypatch, str(folder / "shop.parquet"), "-o", str(book), "--json")
    assert code == 0
    result = json.loads(out)
    assert (result["report"], result["customers"]) == (str(book), str(rest))
    everyone = pd.read_parquet(rest)
    assert everyone["customer"].nunique() == len(everyone) == COUNT
    assert everyone["revenue"].is_monotonic_decreasing
    assert everyone["value"].sum() == pytest.approx(result["total"]["equity"], rel=1e-12)
    assert everyone["revenue"].sum() == COUNT * (COUNT + 1) / 2 == result["total"]["revenue_total"]
    page = openpyxl.load_workbook(book, read_only=True)["Customers"]
    cells = [value for row in page.iter_rows(values_only=True) for value in row if isinstance(value, str)]
    assert sum(bool(re.fullmatch(r"K\d{6}", each)) for each in cells) == 10_000
    assert [each for each in cells if "shop-customers.parquet" in each] == [
        "The 10,000 most valuable of 100,001 customers are listed; the sums on the other pages are of all. All of them are in "
        "shop-customers.parquet beside this workbook."]

    # A second time it replaces its own, and does not take it for one of the tables.
    assert len(read([str(folder)], Settings()).customers) == COUNT
    assert [path.name for place in locate([str(folder / "shop*.parquet")]) for path in place.paths] == ["shop.parquet"]
    code, out, _ = called(capsys, monkeypatch, str(folder / "shop*.parquet"), "-o", str(book))
    assert code == 0
    assert f"All customers: {rest}" in out
    pd.testing.assert_frame_equal(pd.read_parquet(rest), everyone)


def test_a_file_of_the_users_is_not_replaced(
        folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = folder / "mine-customers.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(theirs)
    before = theirs.read_bytes()
    code, out, err = called(capsys, monkeypatch, str(folder / "shop.parquet"), "-o", str(folder / "mine.xlsx"))
    assert (code, out) == (1, "")
    assert "mine-customers.parquet exists already and is not a report of clvxl" in err
    assert theirs.read_bytes() == before
    assert not (folder / "mine.xlsx").exists()


def test_few_customers_need_no_file(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "few.csv").write_text("customer,revenue\nA,1\nB,2\n", encoding="utf-8")
    code, out, _ = called(capsys, monkeypatch, str(folder / "few.csv"), "-o", str(folder / "few.xlsx"), "--json")
    assert (code, json.loads(out)["customers"]) == (0, None)
    assert not (folder / "few-customers.parquet").exists()
