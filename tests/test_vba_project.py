"""The VBA compiler: what three readers that know nothing of each other find in its files, and what it refuses."""

import io
import random
import re
import zipfile
from pathlib import Path

import olefile
import pyopenvba
import pytest
import xlsxwriter
import xlwings
from hypothesis import given
from hypothesis import strategies as st
from pyopenvba import vba
from pyopenvba.cfb import CFB
from pyopenvba.integrity import check_file
from vba_readers import READERS, by_olefile, by_olevba, decompress_stream

from clvxl.errors import ClvError
from clvxl.excel.vba.compound import compound_file
from clvxl.excel.vba.compression import IncompressibleError, compressed
from clvxl.excel.vba.project import Module, _veiled, compiled

BOOK = Module("ThisWorkbook", "Option Explicit\n", "workbook")
LONG = "Public Function Answer()\n" + "".join(f"    Answer = Answer + {i}\n" for i in range(900)) + "End Function\n"
MODULES = (BOOK, Module("Sheet1", "", "sheet"), Module("Functions", "Public Function Größe()\nEnd Function\n"), Module("Long", LONG),
           Module("Thing", "Public Item\n", "class"))
XLWINGS = Path(xlwings.__file__).parent


def stored(project: bytes, name: str) -> str:
    return vba.decompress(olefile.OleFileIO(io.BytesIO(project)).openstream(f"VBA/{name}").read()).decode("cp1252")


def compiled_with(source: str, name: str = "Functions") -> bytes:
    return compiled("clvxl", [BOOK, Module(name, source)])


@pytest.mark.parametrize("read", READERS)
def test_three_readers_find_what_was_written(read):
    assert {name: text.strip() for name, text in read(compiled("clvxl", MODULES)).items()} == {
        module.name: module.source.strip() for module in MODULES}


def test_nothing_is_wrong_with_a_workbook_that_holds_it(tmp_path):
    (tmp_path / "vbaProject.bin").write_bytes(compiled("clvxl", MODULES))
    with xlsxwriter.Workbook(tmp_path / "book.xlsm") as book:
        book.set_vba_name("ThisWorkbook")
        book.add_worksheet().set_vba_name("Sheet1")
        book.add_vba_project(str(tmp_path / "vbaProject.bin"))
    assert check_file(tmp_path / "book.xlsm").issues == ()
    with pyopenvba.ExcelFile(tmp_path / "book.xlsm") as book:
        assert set(book.vba_modules()) == {module.name for module in MODULES}


def test_the_project_is_consistent():
    file = CFB.from_bytes(compiled("clvxl", MODULES))
    project = vba.parse_vba_project(file)
    assert project.validate(file) == []
    page = vba.parse_project_stream(file.get_stream("PROJECT"))
    assert page.name == "clvxl"
    assert vba.parse_projectwm(file.get_stream("PROJECTwm")) == [(module.name, module.name) for module in MODULES]


def test_the_bytes_are_always_the_same():
    assert compiled("clvxl", MODULES) == compiled("clvxl", MODULES)


@pytest.mark.parametrize(("key", "data"), [("CMG", bytes(4)), ("DPB", bytes(1)), ("GC", b"\xff")])
def test_the_veil_is_that_of_an_open_project_saved_by_excel(key, data):
    """xlwings' quickstart.xlsm: what it says of itself, with the seed and the filler that Excel happened to take."""
    project = zipfile.ZipFile(XLWINGS / "quickstart.xlsm").read("xl/vbaProject.bin")
    page = olefile.OleFileIO(io.BytesIO(project)).openstream("PROJECT").read().decode("cp1252")
    identity, veiled = (re.search(rf'{name}="(.*)"', page)[1] for name in ("ID", key))
    assert veiled in [_veiled(identity, data, int(veiled[:2], 16), filler) for filler in range(256)]
    assert veiled not in [_veiled(identity, data + b"x", int(veiled[:2], 16), filler) for filler in range(256)]


def test_a_source_keeps_its_own_attributes_and_loses_the_head_of_an_exported_class():
    exported = (XLWINGS / "addin" / "Dictionary.cls").read_text(encoding="utf-8")
    text = stored(compiled("clvxl", [BOOK, Module("Dictionary", exported, "class")]), "Dictionary")
    assert "VERSION 1.0" not in text
    assert text.count("Attribute VB_Name") == 1
    assert re.search(r"Attribute VB_Exposed = True", exported)
    assert re.search(r"Attribute VB_Exposed = True", text)


def test_large_modules_stand_in_large_sectors():
    project = compiled_with((XLWINGS / "xlwings_custom_addin.bas").read_text(encoding="utf-8"), "xlwings")
    source = (XLWINGS / "xlwings_custom_addin.bas").read_text(encoding="utf-8")
    assert by_olefile(project)["xlwings"].splitlines() == source.rstrip().splitlines()[1:]


@given(st.lists(st.sampled_from([b"ab", b"Dim x\r\n", b"End Function\r\n", b"q", b"\xe4\xf6"]), max_size=3000).map(b"".join))
def test_what_is_compressed_can_be_read(data):
    short = compressed(data)
    assert vba.decompress(short) == data
    assert bytes(decompress_stream(bytearray(short))) == data
    assert len(short) <= len(data) * 9 / 8 + 3 + 3 * (len(data) // 4096 + 1)


@given(st.dictionaries(st.text("abcXYZ_09", min_size=1, max_size=30), st.integers(0, 9000), max_size=40))
def test_a_compound_file_holds_every_stream(sizes):
    content = {name: (name.encode() * size)[:size] for name, size in {key.lower(): size for key, size in sizes.items()}.items()}
    written = compound_file({"top": b"1", "VBA": content})
    one, other = olefile.OleFileIO(io.BytesIO(written)), CFB.from_bytes(written)
    assert not one.parsing_issues
    assert other.list_streams_in_storage("VBA") == sorted(content, key=lambda name: (len(name), name.upper())) or set(
        other.list_streams_in_storage("VBA")) == set(content)
    for name, data in content.items():
        assert one.openstream(["VBA", name]).read() == data
        assert other.get_stream_in_storage("VBA", name) == data


def test_the_directory_is_a_balanced_tree():
    """Red nodes have black children, and every way down meets as many black ones: Excel looks streams up in it."""
    for count in range(40):
        file = olefile.OleFileIO(io.BytesIO(compound_file({f"s{n:02}": b"x" for n in range(count)})))
        entries = [file._load_direntry(number) or file.direntries[number] for number in range(count + 1)]
        assert _black_height(entries, entries[0].sid_child, red_above=True) >= 0


def _black_height(entries, place, *, red_above):
    if place == 0xFFFFFFFF:
        return 0
    entry = entries[place]
    red = entry.color == 0
    assert not (red and red_above)
    left, right = (_black_height(entries, each, red_above=red) for each in (entry.sid_left, entry.sid_right))
    assert left == right
    return left + (not red)


@pytest.mark.parametrize("name", ["", "1st", "with space", "Größe", "a" * 32, "dash-ed", "point.ed", "_first", "new\nline"])
def test_names_that_vba_does_not_allow(name):
    with pytest.raises(ClvError, match="VBA does not allow the name"):
        compiled_with("", name)
    with pytest.raises(ClvError, match="VBA does not allow the name"):
        compiled(name, [BOOK])


@pytest.mark.parametrize("name", ["thisworkbook", "CLVXL", "excel", "VBA"])
def test_two_things_of_one_name(name):
    with pytest.raises(ClvError, match=f"{name} is taken twice"):
        compiled_with("", name)


@pytest.mark.parametrize(("line", "said"), [
    ("' \u2260", r"'\\u2260'; write ChrW\(8800\)"),
    ("' \x00", r"'\\x00'"),
    ("' \x81", r"'\\x81'"),
    ("' \U0001f600", "ChrW"),
    ("x" * 1024, "1024 characters; VBA allows 1023"),
])
def test_lines_that_vba_cannot_store(line, said):
    with pytest.raises(ClvError, match=f"VBA module Functions, line 2: .*{said}"):
        compiled_with(f"Option Explicit\n{line}\n")


def test_a_statement_over_too_many_lines():
    statement = ["x = 1 _"] + ["+ 1 _"] * 23 + ["+ 1"]
    assert by_olevba(compiled_with("\n".join(statement)))
    with pytest.raises(ClvError, match="line 25: continued over more than 24 lines"):
        compiled_with("\n".join([statement[0], *statement]))


def test_a_module_under_a_false_name():
    with pytest.raises(ClvError, match='The VBA module Functions calls itself "Other"'):
        compiled_with('Attribute VB_Name = "Other"\n')


@pytest.mark.parametrize("modules", [[], [Module("Functions", "")], [BOOK, Module("Second", "", "workbook")]])
def test_a_project_belongs_to_one_workbook(modules):
    with pytest.raises(ClvError, match="exactly one module of the workbook"):
        compiled("clvxl", modules)


def test_noise_is_refused_rather_than_stored_raw():
    noise = bytes(random.Random(7).choices(range(32, 127), k=4096))
    with pytest.raises(IncompressibleError):
        compressed(noise)
    with pytest.raises(ClvError, match="does not repeat itself"):
        compiled_with("\n".join("'" + noise.decode()[start : start + 500] for start in range(0, 4096, 500)))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ends_as_in_vba(ending):
    project = compiled_with(ending.join(["\ufeffOption Explicit", "Sub A()", "End Sub"]))
    assert stored(project, "Functions") == 'Attribute VB_Name = "Functions"\r\nOption Explicit\r\nSub A()\r\nEnd Sub\r\n'
