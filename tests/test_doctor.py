"""What the doctor finds: nothing on a healthy machine, and each illness by its own name."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from test_install import BRIDGE, machine_of

from clvxl.excel import doctor
from clvxl.excel.addin import Versions
from clvxl.excel.doctor import Finding, examine
from clvxl.excel.install import install
from clvxl.excel.machine import Machine
from clvxl.words import LANGUAGES

NOW = Versions("1.0", BRIDGE.version)
OFFICE = r"SOFTWARE\Microsoft\Office"
SECURITY = rf"{OFFICE}\16.0\Excel\Security"
PATHS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
HEALTHY = {
    PATHS: {"": r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"},
    rf"HKLM\{OFFICE}\ClickToRun\Configuration": {"Platform": "x64", "VersionToReport": "16.0.18025.20160"},
}
INFO = b'<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleShortVersionString</key><string>16.89</string></dict></plist>'


def with_registry(machine: Machine, more: dict[str, dict[str, object]]) -> Machine:
    keys = HEALTHY | more
    return replace(machine, registry=lambda key: keys.get(key, {}))


def healthy(system: str, home: Path) -> Machine:
    machine = machine_of(system, home)
    if system == "windows":
        machine = with_registry(machine, {})
        (machine.interpreter.parent / f"xlwings64-{BRIDGE.version}.dll").touch()
    else:
        info = machine.root / "Applications/Microsoft Excel.app/Contents/Info.plist"
        info.parent.mkdir(parents=True)
        info.write_bytes(INFO)
    install(machine, BRIDGE, NOW.clvxl)
    return machine


@pytest.fixture
def windows(tmp_path) -> Machine:
    return healthy("windows", tmp_path / "home")


@pytest.fixture
def mac(tmp_path) -> Machine:
    return healthy("mac", tmp_path / "home")


def ill(machine: Machine, files: list[Path] = ()) -> list[Finding]:
    return [each for each in examine(machine, NOW, files) if each.tone == "poor"]


@pytest.mark.parametrize("system", ["windows", "mac"])
def test_a_healthy_machine_has_nothing(request, system):
    machine = request.getfixturevalue(system)
    found = examine(machine, NOW)
    assert {each.tone for each in found} == {"good"}
    assert len(found) >= 5
    said = "\n".join(each.say("en") for each in found)
    assert {"windows": "16.0.18025.20160", "mac": "16.89"}[system] in said


@pytest.mark.parametrize(("language", "said"), [("en", "Excel 16.0.18025.20160, 64 bit, was found"),
                                                ("de", "Excel 16.0.18025.20160, 64 Bit, ist da")])
def test_excel_is_named_with_its_version(windows, language, said):
    assert any(said in finding.say(language) for finding in examine(windows, NOW))


def no_excel(machine: Machine) -> Machine:
    return replace(machine, registry=lambda key: {})


def store_excel(machine: Machine) -> Machine:
    path = r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16051_x86__8wekyb3d8bbwe\Office16\EXCEL.EXE"
    return with_registry(machine, {PATHS: {"": path}})


def store_python(machine: Machine) -> Machine:
    return replace(machine, base=Path(r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.10_x64__qbz5n2kfra8p0"))


def other_bits(machine: Machine) -> Machine:
    return with_registry(machine, {rf"HKLM\{OFFICE}\ClickToRun\Configuration": {"Platform": "x86"}})


def no_library(machine: Machine) -> Machine:
    (machine.interpreter.parent / f"xlwings64-{BRIDGE.version}.dll").unlink()
    return machine


def no_addin(machine: Machine) -> Machine:
    machine.addin.unlink()
    return machine


def foreign_addin(machine: Machine) -> Machine:
    machine.addin.write_bytes(b"something else")
    return machine


def old_addin(machine: Machine) -> Machine:
    install(machine, BRIDGE, "0.9")
    return machine


def other_xlwings(machine: Machine) -> Machine:
    install(machine, BRIDGE._replace(version="0.30.0"), NOW.clvxl)
    return machine


def disabled(machine: Machine) -> Machine:
    path = f"{machine.addin}\0".lower().encode("utf-16-le")
    value = (1).to_bytes(4, "little") + len(path).to_bytes(4, "little") + (2).to_bytes(4, "little") + path + b"\0\0"
    return with_registry(machine, {rf"HKCU\{OFFICE}\16.0\Excel\Resiliency\DisabledItems": {"5F0A": value, "Other": 3}})


def macros_off(machine: Machine) -> Machine:
    return with_registry(machine, {rf"HKCU\{SECURITY}": {"VBAWarnings": 4}})


def macros_off_by_policy(machine: Machine) -> Machine:
    return with_registry(machine, {rf"HKCU\{SECURITY}".replace("SOFTWARE\\", "SOFTWARE\\Policies\\"): {"VBAWarnings": 4}})


def nothing_trusted(machine: Machine) -> Machine:
    return with_registry(machine, {rf"HKCU\{SECURITY}\Trusted Locations": {"AllLocationsDisabled": 1}})


def no_configuration(machine: Machine) -> Machine:
    machine.configuration.unlink()
    return machine


def moved_interpreter(machine: Machine) -> Machine:
    moved = machine.home / "moved"
    machine.interpreter.parent.rename(moved)
    return replace(machine, interpreter=moved / "python.exe")


def no_script(machine: Machine) -> Machine:
    machine.script.unlink()
    return machine


def old_script(machine: Machine) -> Machine:
    machine.script.write_bytes(machine.script.read_bytes().replace(b"quoted form of", b""))
    return machine


def no_mac_excel(machine: Machine) -> Machine:
    shutil.rmtree(machine.root)
    return machine


ON_WINDOWS = [
    (no_excel, "no Excel"), (store_excel, "Excel is from the Microsoft Store"), (store_python, "Python is from the Microsoft Store"),
    (other_bits, "Excel has 32 bits"), (no_library, "xlwings64-"), (no_addin, "not in Excel's start-up folder"),
    (foreign_addin, "not the add-in of clvxl"), (old_addin, "built with clvxl 0.9"), (other_xlwings, "built with xlwings 0.30.0"),
    (disabled, "disabled items"), (macros_off, "Trust Center"), (macros_off_by_policy, "IT department"),
    (nothing_trusted, "trusted locations"), (no_configuration, "does not know which Python"), (moved_interpreter, "no longer there"),
]
ON_MAC = [
    (no_mac_excel, "no Excel"), (no_addin, "not in Excel's start-up folder"), (old_addin, "built with clvxl 0.9"),
    (no_configuration, "does not know which Python"), (moved_interpreter, "no longer there"), (no_script, "missing or old"),
    (old_script, "missing or old"),
]


@pytest.mark.parametrize(("break_it", "said"), ON_WINDOWS, ids=lambda each: getattr(each, "__name__", ""))
def test_each_illness_on_windows_has_its_name(windows, break_it: Callable[[Machine], Machine], said):
    (found,) = ill(break_it(windows))
    assert said in found.say("en")
    assert found.action.en
    assert found.say("de") != found.say("en")


@pytest.mark.parametrize(("break_it", "said"), ON_MAC, ids=lambda each: getattr(each, "__name__", ""))
def test_each_illness_on_a_mac_has_its_name(mac, break_it: Callable[[Machine], Machine], said):
    (found,) = ill(break_it(mac))
    assert said in found.say("en")
    assert found.action.en


def test_another_python_is_noted_without_alarm(windows):
    found = [each for each in examine(replace(windows, interpreter=Path("/usr/bin/python3")), NOW) if each.tone == "fair"]
    assert [str(windows.interpreter) in each.say("en") for each in found] == [True]


@pytest.mark.parametrize(("note", "blocked"), [
    (b"[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://example.org/\r\n", True),
    (b"[ZoneTransfer]\r\nZoneId=4\r\n", True),
    (b"[ZoneTransfer]\r\nZoneId=1\r\n", False),
    (b"\xff\xfe broken", False),
])
def test_a_downloaded_file_is_named_with_the_way_to_unblock_it(windows, tmp_path, note, blocked):
    """Windows keeps the note in a stream of the file; here it is a file beside it, which opens by the same name."""
    folder = windows.home / "Downloads"
    folder.mkdir()
    files = [folder / "CLV_Template (1).xlsm", tmp_path / "mine.xlsm", windows.addin]
    for path in files[:2]:
        path.touch()
    for path in files:
        Path(f"{path}:Zone.Identifier").write_bytes(note)
    found = ill(windows, [files[1]])
    named = [path for path in files if any(str(path) in each.say("en") for each in found)]
    assert named == (files if blocked else [])
    assert len(found) == len(named)
    assert all("Unblock" in each.say("en") and "Zulassen" in each.say("de") for each in found)


@pytest.mark.parametrize("system", ["windows", "mac", "other"])
def test_a_file_that_is_not_there_is_named(system, tmp_path):
    found = ill(machine_of(system, tmp_path / "home"), [tmp_path / "nowhere.xlsm"])
    assert len([each for each in found if "nowhere.xlsm" in each.say("en")]) == 1


def test_elsewhere_it_says_what_works_without_excel(tmp_path):
    (found,) = examine(machine_of("other", tmp_path / "home"), NOW)
    assert "clvxl report" in found.say("en")


def test_a_machine_where_nothing_was_installed_has_several_illnesses_and_no_crash(tmp_path):
    for system in ("windows", "mac"):
        found = ill(machine_of(system, tmp_path / system))
        assert len(found) >= 3
        assert all(each.say(language) for each in found for language in LANGUAGES)


def test_every_word_of_it_is_said_in_both_languages():
    texts = [value for value in vars(doctor).values() if type(value).__name__ == "Text"]
    assert len(texts) > 25
    assert all(text.en and text.de and text.en != text.de for text in texts)
