"""The add-in: well formed, its ribbon leads somewhere, and the xlwings inside is the installed one with no more changed than is said."""

import difflib
import re
import shutil
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import xlwings
from defusedxml import ElementTree
from proof import complaints
from pyopenvba.integrity import check_file
from vba_readers import READERS, by_olevba

from clvxl.errors import SourceError
from clvxl.excel.addin import Versions, build, versions_of
from clvxl.excel.bridge import bridge

XLWINGS = Path(xlwings.__file__).parent
RIBBON = "{http://schemas.microsoft.com/office/2006/01/customui}"


@pytest.fixture(scope="module")
def addin(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "clvxl.xlam"
    path.write_bytes(build(bridge("addin"), "9.8.7"))
    return path


def part(path: Path, name: str) -> bytes:
    return zipfile.ZipFile(path).read(name)


def test_nothing_is_wrong_with_the_file(addin):
    assert complaints(addin) == []
    assert check_file(addin).issues == ()
    assert addin.read_bytes() == build.__wrapped__(bridge("addin"), "9.8.7")


def test_it_says_what_it_was_built_with(addin):
    assert versions_of(addin) == Versions("9.8.7", version("xlwings"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no archive at all"])
def test_another_file_is_not_ours(tmp_path, content):
    path = tmp_path / "clvxl.xlam"
    path.write_bytes(content)
    assert versions_of(path) is None
    assert versions_of(tmp_path / "nowhere.xlam") is None
    assert versions_of(XLWINGS / "addin" / "xlwings.xlam") is None


def test_a_hostile_file_is_not_ours(tmp_path):
    path = tmp_path / "clvxl.xlam"
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Properties><property name="clvxl">&b;</property></Properties>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("docProps/custom.xml", bomb)
    assert versions_of(path) is None


@pytest.mark.parametrize("read", READERS)
def test_every_button_of_the_ribbon_has_its_words_and_its_macro(addin, read):
    modules = read(part(addin, "xl/vbaProject.bin"))
    public = {name for text in modules.values() for name in re.findall(r"^Public (?:Sub|Function) (\w+)\(", text, re.MULTILINE)}
    buttons = list(ElementTree.fromstring(part(addin, "customUI/customUI.xml")).iter(f"{RIBBON}button"))
    assert [button.get("id") for button in buttons] == ["refresh", "new_from_template", "insert_function", "open_settings", "show_help"]
    for button in buttons:
        assert {button.get("getLabel"), button.get("getSupertip"), button.get("onAction")} <= public
        assert modules["Ribbon"].count(f'Case "{button.get("id")}":') == 2  # a label and a tip


def test_excel_finds_the_ribbon_and_knows_an_add_in(addin):
    relations = ElementTree.fromstring(part(addin, "_rels/.rels"))
    kinds = {each.get("Target"): each.get("Type") for each in relations}
    assert kinds["customUI/customUI.xml"] == "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
    types = {each.get("PartName"): each.get("ContentType") for each in ElementTree.fromstring(part(addin, "[Content_Types].xml"))}
    assert types["/xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"


@pytest.mark.parametrize(("host", "file", "source"), [("addin", "xlwings_custom_addin.bas", "user"), ("workbook", "xlwings.bas", "sheet")])
def test_no_more_of_xlwings_is_changed_than_is_said(host, file, source):
    before, after = (XLWINGS / file).read_text("cp1252").splitlines(), bridge(host).xlwings.splitlines()
    changes = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert [line[2:].strip() for line in changes if line[0] == "+"] == [
        'Public Const PROJECT_NAME As String = "clvxl"',
        "uses_embedded_code = False",
        'ExitCode = AppleScriptTask("clvxl.applescript", "VbaHandler", ParameterString)',
        "MsgBox \"To enable RunPython, please run 'clvxl install' in a terminal once and try again.\", vbCritical",
        'Function GetConfig(configKey As String, Optional default As String = "", '
        f'Optional source As String = "{source}") As Variant',
    ]
    assert sum(line[0] == "-" for line in changes) == 5


def test_the_notices_of_its_authors_are_kept(addin):
    modules = by_olevba(part(addin, "xl/vbaProject.bin"))
    notice = [line for line in (XLWINGS / "xlwings.bas").read_text("cp1252").partition("#If VBA7")[0].splitlines() if line.startswith("'")]
    assert sum("Copyright (C)" in line or "Redistributions in binary form" in line for line in notice) == 2
    assert set(notice) <= set(modules["xlwings"].splitlines())
    dictionary = (XLWINGS / "addin" / "Dictionary.cls").read_text("cp1252").splitlines()
    notice = [line for line in dictionary if line.startswith("' ") and ("(c)" in line or "@license" in line)]
    assert len(notice) == 2
    assert set(notice) <= set(modules["Dictionary"].splitlines())


@pytest.fixture
def home(tmp_path) -> Path:
    """A copy of what is needed of xlwings."""
    shutil.copytree(XLWINGS / "addin", tmp_path / "addin")
    for name in ("xlwings.bas", "xlwings_custom_addin.bas"):
        shutil.copy(XLWINGS / name, tmp_path)
    return tmp_path


LINES = ("PROJECT_NAME As String", "Optional source As String", "uses_embedded_code = True", ".applescript", "'Version:")


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("twice", [False, True])
def test_an_xlwings_that_is_not_understood_is_refused(home, line, twice):
    file = home / "xlwings_custom_addin.bas"
    lines = file.read_text("cp1252").splitlines(keepends=True)
    keep = [each for each in lines for _ in range(1 if line not in each else 2 * twice)]
    assert keep != lines
    file.write_text("".join(keep), "cp1252")
    if twice and line == "'Version:":
        assert bridge("addin", home).version == version("xlwings")
        return
    with pytest.raises(SourceError, match="pip install"):
        bridge("addin", home)


def test_an_xlwings_that_is_not_whole_is_refused(home):
    (home / "addin" / "Dictionary.cls").unlink()
    with pytest.raises(SourceError, match="not whole"):
        bridge("addin", home)
