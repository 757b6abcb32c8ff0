"""Where a batch writes to, what a list asks for, and who works."""

import json
import sys
from pathlib import Path

import fsspec
import pytest
from batches import CITIES, PLAIN, alone, contents, make, rows_of, table, texts, times, written_since

from clvxl import cli
from clvxl.batch.crew import Crew
from clvxl.batch.folder import open_folder
from clvxl.batch.journal import journal
from clvxl.batch.listed import by_list
from clvxl.batch.manifest import known
from clvxl.batch.run import run
from clvxl.errors import CallError, ClvError, OutputError
from clvxl.settings import Settings


def test_a_folder_in_a_store_is_as_good_as_one_on_this_machine(tmp_path):
    rows = [row for city in CITIES for row in rows_of(city, 4)]
    source = table(tmp_path / "all.csv", rows)
    store, place = fsspec.filesystem("memory"), "memory://clients/reports"
    make(source, tmp_path / "here")
    assert make(source, place).written == 3
    there = {name.rpartition("/")[2]: store.cat_file(name) for name in store.ls("/clients/reports", detail=False)}
    here = contents(tmp_path / "here")
    assert {name: data for name, data in there.items() if name != "manifest.json"} == {
        name: data for name, data in here.items() if name != "manifest.json"}
    assert make(source, place).written == 0
    store.rm_file("/clients/reports/Bonn.xlsx")
    assert make(source, place).written == 1
    store.pipe_file("/clients/reports/Celle.xlsx", b"somebody else's")
    assert [each.value for each in make(source, place).of("failed")] == ["Celle"]
    store.rm("/clients", recursive=True)
    assert make(source, f"file://{tmp_path}/file").written == 3
    assert contents(tmp_path / "file") == here


def test_a_store_keeps_the_notes_of_an_interrupted_batch(tmp_path):
    store, folder = fsspec.filesystem("memory"), open_folder("memory://clients/stopped")
    make(table(tmp_path / "all.csv", rows_of("Bonn", 3)), "memory://clients/stopped")
    entries = known(folder, force=False)
    store.rm_file("/clients/stopped/manifest.json")
    for entry in entries.values():
        notes = journal(folder)
        notes.add(entry)
        notes.close(done=False)
    assert known(folder, force=False) == entries
    assert make(str(tmp_path / "all.csv"), "memory://clients/stopped").written == 0
    assert folder.names() == {"Bonn.xlsx", "manifest.json", "summary.xlsx"}
    store.rm("/clients", recursive=True)


@pytest.mark.parametrize(("address", "said"), [
    ("s3://KEYKEY:SECRET/WORD@bucket/dir", r"s3://bucket/dir needs one more library. Install it with pip install s3fs"),
    ("gs://bucket/dir", r"gs://bucket/dir needs one more library.*pip install gcsfs"),
    ("sftp://KEYKEY:SECRET@host/dir", r"sftp://host/dir needs one more library.*pip install paramiko"),
    ("nosuch://KEYKEY:SECRET@x/y?token=SECRET", "nosuch://x/y begins with is no kind of storage"),
    ("ftp://KEYKEY:SECRET@localhost:1/dir", r"ftp://localhost:1/dir cannot be reached"),
])
def test_an_address_that_cannot_be_used_is_said_without_what_is_secret_in_it(address, said):
    with pytest.raises(OutputError, match=said) as error:
        open_folder(address)
    for language in ("en", "de"):
        assert "SECRET" not in error.value.say(language)
        assert "KEYKEY" not in error.value.say(language)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    for place in ("file", "file/below"):
        with pytest.raises(OutputError, match="is a file, not a folder"):
            open_folder(str(tmp_path / place))


def test_a_list_names_inputs_outputs_and_settings(tmp_path):
    for city in CITIES:
        table(tmp_path / f"{city}.csv", rows_of(city, 4))
    listed = table(tmp_path / "jobs.csv", [
        ("Aachen.csv", "", "", "", ""),
        ("Bonn.csv", "Report for Bonn.xlsx", "Bonn & Co", "de", "0,08"),
        ("nowhere.csv", "", "", "", ""),
        ("Celle.csv", "", "Celle", "", "much"),
        ("", "none", "", "", ""),
    ], ("Input", "Output", "Title", "Language", "Discount"))
    plan = by_list(listed, PLAIN)
    outcome = run(plan, open_folder(str(tmp_path / "out")), Crew(1), begun=lambda *_: None, told=lambda _: None)
    assert {each.file: each.status for each in outcome.entries} == {
        "Aachen.xlsx": "done", "Report for Bonn.xlsx": "done", "nowhere.xlsx": "failed", "Celle.xlsx": "failed", "none.xlsx": "failed"}
    reasons = " ".join(each.reason for each in outcome.of("failed"))
    assert "There is no file" in reasons
    assert "The setting discount cannot be 'much'" in reasons
    assert "Row 6 of the list names no input" in reasons
    own = Settings(model="none", language="de", title="Bonn & Co", discount=0.08)
    assert (tmp_path / "out" / "Report for Bonn.xlsx").read_bytes() == alone(str(tmp_path / "Bonn.csv"), [], own, tmp_path / "alone.xlsx")
    before = times(tmp_path / "out")
    table(tmp_path / "Aachen.csv", rows_of("Aachen", 5))
    again = run(by_list(listed, PLAIN), open_folder(str(tmp_path / "out")), Crew(1), begun=lambda *_: None, told=lambda _: None)
    assert again.written == 1
    assert written_since(tmp_path / "out", before) == {"Aachen.xlsx", "summary.xlsx", "manifest.json"}


SECRET_PLACES = (
    "postgresql://joe:kx7zq9@127.0.0.1:1#orders", "postgresql://127.0.0.1:1/shop?user=joe&password=kx7zq9#orders",
    "postgresql://joe:kx7#zq9@127.0.0.1:1/north", "jdbc:postgresql://joe:kx7zq9@127.0.0.1:1#orders", "postgresql:/joe:kx7zq9@h#orders",
    "postgresql://joe:${NO_SUCH_VARIABLE_kx7zq9}@h/south#orders", "mysql://joe:kx7zq9@h/east")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_database_in_a_list_gives_its_secrets_to_no_name_and_no_file(tmp_path, monkeypatch, capfd, language):
    listed = table(tmp_path / "jobs.csv", [(each,) for each in SECRET_PLACES], ("Input",))
    monkeypatch.setattr(sys, "argv", ["clvxl", "--debug", "batch", "--list", listed, "-o", str(tmp_path / "out"), "--lang", language])
    assert cli.run() == 1
    printed = "".join(capfd.readouterr())
    written = {each.name: texts(each) if each.suffix == ".xlsx" else each.read_text("utf-8") for each in (tmp_path / "out").iterdir()}
    assert len(json.loads(written["manifest.json"])["workbooks"]) == len(SECRET_PLACES)
    everything = f"{printed}{written}".replace("NO_SUCH_VARIABLE_kx7zq9", "")
    assert not [secret for secret in ("joe", "kx7", "zq9") if secret in everything]


def test_the_folder_of_a_user_who_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    listed = table(tmp_path / "~jobs.csv", [("~$a.csv",), ("~nobody-of-this-name/b.csv",)], ("Input",))
    outcome = run(by_list(Path(listed).name, PLAIN), open_folder("~$out"), Crew(1), begun=lambda *_: None, told=lambda _: None)
    assert [each.status for each in outcome.entries] == ["failed", "failed"]
    assert "manifest.json" in {each.name for each in (tmp_path / "~$out").iterdir()}


@pytest.mark.parametrize(("rows", "headings", "said"), [
    ([("a.csv", "x")], ("input", "tittle"), "Did you mean title"),
    ([("a.csv", "x")], ("Eingabe", "Sprak"), "Did you mean sprache"),
    ([("a.csv", "x"), ("b.csv", "x")], ("input", "output"), "Rows 2 and 3 of the list have the same output x"),
    ([], ("input", "output"), "has no rows"),
])
def test_a_list_that_cannot_be_used_is_refused_as_a_whole(tmp_path, rows, headings, said):
    with pytest.raises(ClvError, match=said):
        by_list(table(tmp_path / "jobs.csv", rows, headings), PLAIN)


def test_a_back_end_that_is_not_there_is_said(tmp_path):
    source = table(tmp_path / "all.csv", rows_of("Bonn", 3))
    for backend, said in (("lok", "There is no back end lok. Possible: .*dask.*loky"), ("ray", "needs a library")):
        with pytest.raises(CallError, match=said):
            make(source, tmp_path / "out", crew=Crew(2, backend))
    assert {each.name for each in (tmp_path / "out").iterdir()} == set()
