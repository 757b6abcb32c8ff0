"""A batch that goes on: only what is missing or has changed is made, and what somebody else has put there is left alone."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from batches import CITIES, HEADINGS, PLAIN, contents, make, rows_of, table, texts, times, written_since

from clvxl import __version__
from clvxl.batch.folder import open_folder
from clvxl.batch.journal import journal
from clvxl.errors import OutputError

pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("once")
    rows = [row for city in CITIES for row in rows_of(city, 5)]
    make(table(folder / "all.csv", rows), folder / "out")
    return rows, folder


@pytest.fixture
def made(once, tmp_path):
    """Three workbooks that are made, and the table they come from."""
    rows, folder = once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return rows, str(tmp_path / "all.csv"), tmp_path / "out"


def test_the_manifest_tells_what_is_there(made):
    rows, _, folder = made
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["made_with"] == f"clvxl {__version__}"
    assert manifest["by"] == "Branch"
    assert manifest["settings"]["as_of"] == "2025-06-30"
    assert [each["value"] for each in manifest["workbooks"]] == list(CITIES)
    for each in manifest["workbooks"]:
        data = (folder / each["file"]).read_bytes()
        assert each["status"] == "done"
        assert each["checksum"] == hashlib.sha256(data).hexdigest()
        assert each["rows"] == sum(row[0] == each["value"] for row in rows)
        assert each["seconds"] > 0
        assert each["figures"]["customers"] == each["rows"]
    assert {each.name for each in folder.iterdir()} == {*(f"{city}.xlsx" for city in CITIES), "manifest.json", "summary.xlsx"}


def test_the_same_again_writes_nothing(made):
    _, source, folder = made
    before = times(folder)
    assert make(source, folder).written == 0
    assert written_since(folder, before) == set()


def test_the_same_again_writes_nothing_where_some_are_of_no_city(tmp_path):
    rows = [row for city in (*CITIES[:1], "") for row in rows_of(city, 5)]
    source = table(tmp_path / "all.csv", rows)
    assert make(source, tmp_path / "out").written == 2
    assert make(source, tmp_path / "out").written == 0


def test_a_changed_row_makes_only_its_workbook_anew(made):
    rows, source, folder = made
    before = times(folder)
    changed = [(*row[:3], 31, *row[4:]) if row[1] == "Bonn 3" else row for row in rows]
    assert make(table(Path(source), changed), folder).written == 1
    assert written_since(folder, before) == {"Bonn.xlsx", "summary.xlsx", "manifest.json"}


def test_a_row_more_elsewhere_and_a_column_nobody_reads_change_nothing(made):
    rows, source, folder = made
    before = times(folder)
    more = [("Dorum", "D 1", "A", 10, "2020-01-01", "", 0.3, 5, "?"), *((*row, "note") for row in rows)]
    make(table(Path(source), more, (*HEADINGS, "Remark")), folder)
    assert written_since(folder, before) == {"Dorum.xlsx", "summary.xlsx", "manifest.json"}


def test_the_rows_in_another_order_change_nothing(made):
    rows, source, folder = made
    before = times(folder)
    assert make(table(Path(source), rows[::-1]), folder).written == 0
    assert written_since(folder, before) == set()


@pytest.mark.parametrize("change", [{"discount": 0.07}, {"title": "Firm"}, {"as_of": date(2025, 7, 1)}, {"language": "de"}])
def test_other_settings_make_all_workbooks_anew(made, change):
    _, source, folder = made
    assert make(source, folder, settings=replace(PLAIN, **change)).written == 3


def test_the_memory_that_may_be_used_changes_no_workbook(made):
    _, source, folder = made
    assert make(source, folder, settings=replace(PLAIN, memory=900_000_000)).written == 0


def test_a_workbook_that_is_gone_is_made_again_with_the_same_bytes(made):
    _, source, folder = made
    before = contents(folder)
    (folder / "Celle.xlsx").unlink()
    assert make(source, folder).written == 1
    assert contents(folder) == before


def test_a_workbook_that_somebody_changed_is_left_alone_and_the_others_are_made(made):
    _, source, folder = made
    book = openpyxl.load_workbook(folder / "Bonn.xlsx")
    book.active["A1"] = "mine"
    book.save(folder / "Bonn.xlsx")
    (folder / "Celle.xlsx").write_bytes(b"PK, but no workbook")
    (folder / "Aachen.xlsx").unlink()
    theirs = {name: contents(folder)[name] for name in ("Bonn.xlsx", "Celle.xlsx")}
    outcome = make(source, folder)
    assert {each.value: each.reason.partition(".xlsx ")[2][:20] for each in outcome.of("failed")} == {
        "Bonn": "was changed since it", "Celle": "exists already and i"}
    assert outcome.written == 1
    assert theirs.items() <= contents(folder).items()
    assert make(source, folder, force=True).written == 2


def test_what_belongs_to_a_value_that_is_gone_is_said_and_left(made):
    rows, source, folder = made
    before = contents(folder)["Celle.xlsx"]
    for _ in range(2):
        outcome = make(table(Path(source), rows[:10]), folder)
        assert [each.file for each in outcome.of("stale")] == ["Celle.xlsx"]
        assert contents(folder)["Celle.xlsx"] == before
    assert "No longer in the data" in texts(folder / "summary.xlsx")
    (folder / "Celle.xlsx").unlink()
    assert make(table(Path(source), rows[:10]), folder).of("stale") == []


def test_a_bad_client_is_told_and_the_others_are_made(made):
    rows, source, folder = made
    bad = [(*row[:1], "", *row[2:]) if row[0] == "Bonn" and row[1] < "Bonn 3" else row for row in rows]
    outcome = make(table(Path(source), [*bad, *rows_of("Dorum", 2)]), folder)
    assert {each.value: each.status for each in outcome.entries} == {"Aachen": "done", "Bonn": "failed", "Celle": "done", "Dorum": "done"}
    assert outcome.of("failed")[0].reason.startswith("Of 5 rows in all.csv only 2 can be used (3 × No customer is named).")
    entry = json.loads((folder / "manifest.json").read_bytes())["workbooks"][1]
    assert (entry["status"], entry["reason"]) == ("failed", outcome.of("failed")[0].reason)
    assert make(table(Path(source), rows), folder).of("failed") == []


def test_lines_that_an_interruption_cut_short_cost_no_more_than_their_workbook(made):
    _, source, folder = made
    whole = contents(folder)
    workbooks = json.loads(whole["manifest.json"])["workbooks"]
    (folder / "manifest.json").unlink()
    (folder / ".Bonn.xlsx.0123abcd.tmp").write_bytes(b"half")
    (folder / ".theirs.tmp").write_bytes(b"not ours")
    (folder / "manifest.jsonl").write_text("\n".join(json.dumps(each) for each in workbooks)[:-30], encoding="utf-8")
    assert make(source, folder).written == 1
    (folder / ".theirs.tmp").unlink()
    assert contents(folder) == whole


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"made_with": "other"}', '{"made_with": "clvxl 1", "workbooks": 7}', "[" * 100_000,
                                      "\x00\xff"])
def test_another_manifest_is_not_written_over(made, manifest):
    _, source, folder = made
    (folder / "manifest.json").write_text(manifest, encoding="latin-1")
    before = contents_of_workbooks(folder)
    with pytest.raises(OutputError, match=r"manifest\.json in .* not of clvxl"):
        make(source, folder)
    assert (folder / "manifest.json").read_text(encoding="latin-1") == manifest
    assert contents_of_workbooks(folder) == before


def test_force_replaces_another_manifest(made):
    _, source, folder = made
    before = contents(folder)
    (folder / "manifest.json").write_text("[]")
    assert make(source, folder, force=True).written == 3
    assert contents(folder) == before


def contents_of_workbooks(folder):
    return {each.name: each.read_bytes() for each in folder.glob("*.xlsx")}


@pytest.mark.parametrize("entry", [7, None, {}, {"file": "../../all.csv", "status": "done"}, {"value": 3, "file": "Bonn.xlsx", "rows": "x"},
                                   {"value": "Bonn", "file": "Bonn.xlsx", "status": "done", "rows": 1, "figures": [1]},
                                   {"value": "Bonn", "file": "Bonn.xlsx", "status": "gone", "rows": 1, "seconds": "long"}])
def test_an_entry_that_makes_no_sense_is_no_entry(made, entry):
    _, source, folder = made
    before = contents(folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["workbooks"][1] = entry
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert make(source, folder).written == 1
    assert contents(folder) == before


def test_two_batches_do_not_write_to_one_folder_at_a_time(made):
    _, source, folder = made
    before = contents(folder)
    first = journal(open_folder(str(folder)))
    with pytest.raises(OutputError, match="Another batch is writing"):
        make(source, folder)
    first.close(done=False)
    assert contents(folder) == before
    assert make(source, folder).written == 0


def test_a_table_that_is_read_is_never_written_over(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    rows = [row for city in CITIES for row in rows_of(city, 3)]
    source = table(folder / "Bonn.csv", rows)
    theirs = folder / "Bonn.xlsx"
    pd.DataFrame(rows, columns=list(HEADINGS)).to_excel(theirs, index=False)
    before = theirs.read_bytes()
    assert [each.reason.partition(".xlsx ")[2] for each in make(str(theirs), folder, force=True).of("failed")] == [
        "is one of the tables to read. Please choose another folder."]
    assert theirs.read_bytes() == before
    assert Path(source).exists()


@pytest.mark.exhaustive
def test_customers_too_many_for_a_page_lie_beside_their_workbook(tmp_path):
    rows = [("Big", f"K{number}", "A", number + 1) for number in range(100_001)] + [("Small", "k", "A", 5)]
    source, out = table(tmp_path / "all.csv", rows, HEADINGS[:4]), tmp_path / "out"
    settings = replace(PLAIN, margin=0.5, retention=0.8)
    assert make(source, out, settings=settings).written == 2
    assert {each.name for each in out.iterdir()} == {"Big.xlsx", "Big-customers.parquet", "Small.xlsx", "manifest.json", "summary.xlsx"}
    everyone = pd.read_parquet(out / "Big-customers.parquet")
    assert (len(everyone), everyone["revenue"].sum()) == (100_001, 100_001 * 100_002 / 2)
    assert "Big-customers.parquet" in texts(out / "Big.xlsx")
    entry = json.loads((out / "manifest.json").read_bytes())["workbooks"][0]
    assert entry["beside_checksum"] == hashlib.sha256((out / entry["beside"]).read_bytes()).hexdigest()
    before = contents(out)
    assert make(source, out, settings=settings).written == 0
    (out / "Big-customers.parquet").unlink()
    assert make(source, out, settings=settings).written == 1
    assert contents(out) == before
    (out / "Big-customers.parquet").write_bytes(b"somebody else's")
    assert [each.value for each in make(source, out, settings=settings).of("failed")] == ["Big"]
