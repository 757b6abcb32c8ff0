"""Installing and taking out again, on profiles of Windows and of the Mac; nothing of the user's is touched."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clvxl.errors import OutputError
from clvxl.excel import install as installing
from clvxl.excel.addin import Versions, versions_of
from clvxl.excel.bridge import bridge
from clvxl.excel.install import install, script, uninstall
from clvxl.excel.machine import Machine
from clvxl.words import LANGUAGES

BRIDGE = bridge("addin")
SYSTEMS = ("windows", "mac")
on_each_system = pytest.mark.parametrize("system", SYSTEMS)


def machine_of(system: str, home: Path) -> Machine:
    """A profile as each system lays it out, in which Excel has been started once."""
    python = home / "venv" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    machine = Machine(system, home, python, home / "venv", {"APPDATA": str(home / "AppData" / "Roaming")}, root=home / "root")
    if system == "mac":
        for folder in (machine.office, machine.configuration.parent):
            folder.mkdir(parents=True)
        return replace(machine, charset="mac_roman")
    return machine


@pytest.fixture
def machine(tmp_path, system) -> Machine:
    return machine_of(system, tmp_path / "home")


def files(machine: Machine) -> dict[str, bytes]:
    return {str(path.relative_to(machine.home)): path.read_bytes() for path in machine.home.rglob("*") if path.is_file()}


def put(machine: Machine, version: str = "1.0", **options: bool) -> str:
    return "\n".join(line.say("en") for line in install(machine, BRIDGE, version, **options))


def configured(machine: Machine) -> dict[str, str]:
    """The configuration as VBA's Input # reads it: two texts in quotes a line."""
    text = machine.configuration.read_bytes().decode(machine.charset)
    assert re.fullmatch(r'("[^"\r\n]*","[^"\r\n]*"\r\n)+', text)
    return dict(re.findall(r'"([^"]*)","([^"]*)"', text))


@on_each_system
def test_everything_is_where_excel_looks_for_it(machine, system):
    said = put(machine)
    places = {
        "windows": ["AppData/Roaming/Microsoft/Excel/XLSTART/clvxl.xlam", ".clvxl/clvxl.conf"],
        "mac": ["Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/clvxl.xlam",
                "Library/Containers/com.microsoft.Excel/Data/clvxl.conf",
                "Library/Application Scripts/com.microsoft.Excel/clvxl.applescript"],
    }[system]
    assert files(machine).keys() == {*places, "venv/python.exe"}
    assert all(str(machine.home / place) in said for place in places)
    assert versions_of(machine.addin) == Versions("1.0", BRIDGE.version)


@on_each_system
def test_excel_is_told_the_absolute_interpreter_and_to_run_nothing_beside_a_workbook(machine, system):
    put(machine)
    said = configured(machine)
    assert said[{"windows": "INTERPRETER_WIN", "mac": "INTERPRETER_MAC"}[system]] == str(machine.interpreter)
    assert said["UDF MODULES"] == "clvxl.udfs"
    assert said["USE UDF SERVER"] == "True"
    assert said["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"


@on_each_system
def test_a_second_time_changes_nothing(machine):
    put(machine)
    before = files(machine)
    assert "up to date" in put(machine)
    assert files(machine) == before


@on_each_system
def test_an_older_add_in_of_ours_is_renewed(machine):
    put(machine, "1.0")
    assert "renewed" in put(machine, "2.0")
    assert versions_of(machine.addin).clvxl == "2.0"


@on_each_system
def test_taking_out_leaves_the_profile_as_it_was(machine):
    before = files(machine)
    put(machine)
    said = [line.say("en") for line in uninstall(machine)]
    assert files(machine) == before
    assert all(line.startswith("Removed: ") for line in said)
    assert [line.say("en") for line in uninstall(machine)] == ["clvxl was not installed in Excel; there was nothing to remove."]


@on_each_system
def test_other_files_are_left_alone(machine):
    others = [machine.addin.with_name(name) for name in ("xlwings.xlam", "PERSONAL.XLSB")]
    others.append(machine.configuration.with_name("xlwings.conf"))
    if machine.script:
        others.append(machine.script.with_name("xlwings-0.37.8.applescript"))
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"of the user")
    before = files(machine)
    put(machine)
    uninstall(machine)
    assert files(machine) == before


@on_each_system
def test_a_file_of_our_name_that_is_not_ours_is_not_lost(machine):
    machine.addin.parent.mkdir(parents=True, exist_ok=True)
    machine.addin.write_bytes(b"somebody else's")
    before = files(machine)
    with pytest.raises(OutputError, match="not from clvxl") as error:
        put(machine)
    assert str(machine.kept) in error.value.say("de")
    assert files(machine) == before
    assert "not from clvxl" in "\n".join(line.say("en") for line in uninstall(machine))
    assert files(machine) == before
    said = put(machine, force=True)
    (kept,) = machine.kept.iterdir()
    assert kept.read_bytes() == b"somebody else's"
    assert str(kept) in said
    assert versions_of(machine.addin)


@on_each_system
def test_what_a_user_wrote_into_the_configuration_stays(machine):
    path = machine.configuration
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'"SHOW CONSOLE","True"\r\n"LICENSE_KEY","m\xfcde"\r\n"INTERPRETER_WIN","C:\\old"\n\n# a note')
    put(machine)
    lines = path.read_bytes().splitlines()
    assert lines[:2] == [b'"LICENSE_KEY","m\xfcde"', b"# a note"]
    assert b"old" not in path.read_bytes()
    put(machine)
    assert path.read_bytes().splitlines() == lines
    uninstall(machine)
    assert path.read_bytes().splitlines() == lines[:2]


@on_each_system
def test_the_home_folder_may_have_any_letters(tmp_path, system):
    machine = machine_of(system, tmp_path / "Łukasz Müller")
    put(machine)
    said = configured(machine)
    home = {"windows": "%USERPROFILE%", "mac": "$HOME"}[system]
    assert f"{home}/venv/python.exe" in said.values()


@on_each_system
def test_a_python_whose_path_excel_cannot_read_is_refused(machine):
    before = files(machine)
    with pytest.raises(OutputError, match="cannot read the path"):
        put(replace(machine, interpreter=Path("/opt/питон/python")))
    assert files(machine) == before


@on_each_system
def test_where_nothing_may_be_written_it_is_said_and_nothing_is_half_done(machine, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    put(machine)
    before = files(machine)
    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(OutputError, match="open in Excel"):
        put(machine, "2.0")
    assert files(machine) == before


@pytest.mark.parametrize("system", ["windows"])
@pytest.mark.parametrize("place", [
    r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.10_x64__qbz5n2kfra8p0",
    r"C:\Users\me\AppData\Local\Microsoft\WindowsApps\python.exe",
])
def test_python_from_the_store_is_refused(machine, place):
    before = files(machine)
    for changed in (replace(machine, base=Path(place)), replace(machine, interpreter=Path(place))):
        with pytest.raises(OutputError, match="Microsoft Store"):
            put(changed)
    assert files(machine) == before


@pytest.mark.parametrize("system", ["mac"])
@pytest.mark.parametrize("missing", ["office", "configuration"])
def test_on_a_mac_excel_must_have_been_started_once(machine, missing):
    folder = machine.office if missing == "office" else machine.configuration.parent
    folder.rmdir()
    before = files(machine)
    with pytest.raises(OutputError, match="Start Excel once"):
        put(machine)
    assert files(machine) == before


@pytest.mark.parametrize("system", ["other"])
def test_elsewhere_a_sentence_says_what_to_do(machine):
    for call in (lambda: put(machine), lambda: uninstall(machine)):
        with pytest.raises(OutputError) as error:
            call()
        assert "clvxl refresh" in error.value.say("en")
        assert "Hier" not in error.value.say("en")
        assert "gibt es nichts zu installieren" in error.value.say("de")


@on_each_system
def test_it_is_said_in_the_users_language(machine):
    english, german = ([line.say(language) for line in install(machine, BRIDGE, "1.0")] for language in LANGUAGES)
    assert not set(english) & set(german)


def test_the_script_of_the_mac_hands_python_what_it_needs():
    """The Python in it, run as the shell would run it, with names that a careless script would run as commands."""
    text = script().decode("ascii")
    program = re.search(r'set pythonProgram to "(.*)" & pythonCommand', text)[1]
    name = "it's $(touch owned) `touch owned` \"x\".xlsm"
    command = [sys.executable, "-B", "-u", "-W", "ignore", "-c", f"{program}import sys; print(sys.argv[1:])", f"False;/a/{name};/b;;;",
               f"--wb={name}", "--from_xl=1", "--app=/Applications/Microsoft Excel.app"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == repr([f"--wb={name}", "--from_xl=1", "--app=/Applications/Microsoft Excel.app"])
    parts = re.findall(r"quoted form of \(?(?:\"--\w+=\" & )?(\w+)", text)
    assert parts == ["interpreterPath", "pythonProgram", "searchPath", "workbookName", "excelPath", "logPath"]


def test_every_word_of_it_is_said_in_both_languages():
    texts = [value for name, value in vars(installing).items() if type(value).__name__ == "Text"]
    assert len(texts) > 15
    assert all(text.en and text.de and text.en != text.de for text in texts)
