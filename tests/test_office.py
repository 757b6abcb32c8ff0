"""Our VBA, run by LibreOffice: cells reach Python and come back, buttons call their macros, and what is broken is noticed."""

import re
import time
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from office import STUB, STUB_CLASS, Office, adapted
from vba_readers import by_olefile, kinds

from clvxl import CATALOG
from clvxl.excel import refill
from clvxl.excel.addin import build
from clvxl.excel.bridge import bridge
from clvxl.excel.vba import modules
from clvxl.excel.vba.project import Module, compiled
from clvxl.excel.vba.wrappers import help_of
from clvxl.refresh import refreshed
from clvxl.words import LANGUAGES

BUTTONS = {"Refresh": "refresh", "CheckData": "check_data", "ClearResults": "clear_results", "SaveReport": "save_report",
           "ShowHelp": "show_help"}
TEMPLATE = Path(__file__).parent.parent / "workbook" / "CLV_Template.xlsm"
STUBS = (Module("xlwings", STUB), Module("PythonStub", STUB_CLASS, "class"))
NUM, VALUE = "Error 2036", "Error 2015"  # how LibreOffice shows CVErr

# Margins and revenues; what is typed in where, and what is shown.
DATA = {"B2": 0.1, "B3": 0.2, "B4": 3, "C2": 1000, "C3": 2000, "C4": 3000, "B6": 0.1, "C6": 0.2, "D6": 0.3}
CELLS = {
    "E1": ("=CLV(0.3,12000,5)", "18000"),
    "E2": ("=CLV(30,12000,5)", NUM),
    "E3": ('=CLV("much",12000,5)', VALUE),
    "E4": ("=CLV(B2,C2,5)", "500"),
    "E5": ("=CLV_MAX_CAC(18000)", "6000"),
    "E6": ("=CLV_MAX_CAC(18000,4)", "4500"),
    "E7": ("=ROUND(CLV_RETENTION(0.1,1000,0.8,0.1),4)", "366.6667"),
    "E8": ('=ROUND(CLV_RETENTION(0.1,1000,0.8,0.1,"end"),4)', "333.3333"),
    "E9": ("=CLV_PAYBACK_MONTHS(100,0.3,1000)", "4"),
    "E10": ("=CLV_EQUITY(C2:C1048576)", "6000.2"),
}
SPILLS = {
    "G1:G3": ("{=CLV(B2:B4,C2:C4,5)}", ["500", "2000", NUM]),
    "H1:H3": ("{=CLV(B:B,C:C,5)}", [VALUE, "500", "2000"]),
    "I1:K1": ("{=CLV(B6:D6,1000,5)}", ["500", "1000", "1500"]),
}


def made(folder: Path, name: str, parts: Iterable[Module], buttons: Iterable[str] = BUTTONS, language: str = "English") -> Path:
    """A workbook with cells and buttons of ours, or an add-in; where the xlwings module is to be in it, a stub stands for it."""
    addin = name.endswith(".xlam")
    project = compiled("clvxl" if addin else "CLVBook", [*ready(parts), Module("Sheet1", "", "sheet")])
    (folder / "vbaProject.bin").write_bytes(project)
    with xlsxwriter.Workbook(folder / "book.xlsm") as book:
        book.set_vba_name("ThisWorkbook")
        book.add_vba_project(str(folder / "vbaProject.bin"))
        sheet = book.add_worksheet("Start")
        sheet.set_vba_name("Sheet1")
        if not addin:
            fill(sheet, buttons)
            sheet.write("A1", language)
            book.define_name("clvxl_language", "=Start!$A$1")
    return (folder / "book.xlsm").rename(folder / name)


def ready(parts: Iterable[Module]) -> list[Module]:
    """The modules as LibreOffice can run them, with stubs in place of xlwings, unless the parts bring their own."""
    ours = [part for part in parts if part.name not in ("xlwings", "Dictionary", "PythonStub")]
    stubs = {part.name: part for part in (*STUBS, *(part for part in parts if "Asked()" in part.source))}
    return [*(replace(part, source=adapted(part.source)) for part in ours), *stubs.values()]


def fill(sheet: xlsxwriter.worksheet.Worksheet, buttons: Iterable[str]) -> None:
    for place, value in DATA.items():
        sheet.write(place, value)
    for place, (formula, _) in CELLS.items():
        sheet.write_formula(place, formula)
    for place, (formula, _) in SPILLS.items():
        sheet.write_array_formula(place, formula)
    for row, macro in enumerate(buttons):
        sheet.insert_button(row + 10, 12, {"macro": macro, "caption": macro})


def shortcomings(office: Office, path: Path) -> list[str]:
    """What a user would find wrong in a workbook: cells that show something else, buttons that do not call their macro."""
    with office.opened(path):
        return wrong_cells(office, path, "Start") + wrong_buttons(office, path)


def wrong_cells(office: Office, path: Path, sheet: str) -> list[str]:
    found = []
    for place, (formula, expected) in [*CELLS.items(), *SPILLS.items()]:
        cells = shown(office, path, place, sheet)
        if cells != (expected if isinstance(expected, list) else [expected]):
            found.append(f"{place} {formula} shows {cells}")
    return found


def wrong_buttons(office: Office, path: Path) -> list[str]:
    found = []
    scripts = {re.search(r"(\w+)\?", script)[1]: script for script in office.do("buttons", book=path.name)}
    for name, macro in BUTTONS.items():
        office.noted("RunPython")
        answer = office.do("run", book=path.name, script=scripts[name]) if name in scripts else "no button calls it"
        if (run := office.noted("RunPython")) != [[f"import clvxl.macros; clvxl.macros.{macro}()"]]:
            found.append(f"{name} runs {run}: {answer}")
    return found


def shown(office: Office, path: Path, place: str, sheet: str = "Start") -> list[str]:
    return [cell for row in office.do("cells", book=path.name, sheet=sheet, range=place) for cell in row]


def test_cells_and_buttons_of_a_workbook_that_stands_alone(office, tmp_path):
    assert shortcomings(office, made(tmp_path, "book.xlsm", modules.of_standalone("", ""))) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(("language", "said"), [
    ("English", "The add-in clvxl is not loaded."), ("Deutsch", "Das Add-in clvxl ist nicht geladen."),
])
def test_a_missing_addin_is_a_sentence(office, tmp_path, language, said):
    path = made(tmp_path, "book.xlsm", modules.of_template(), language=language)
    with office.opened(path):
        assert all(cell.startswith(said) for place in ("E1", "E2", "E6", *SPILLS) for cell in shown(office, path, place))
        for script in office.do("buttons", book=path.name):
            office.do("run", book=path.name, script=script)
            [[sentence]] = office.noted("MsgBox")
            assert sentence.startswith(said)


def as_for_office(template: Path, folder: Path) -> Path:
    """A workbook whose modules are read out of it and compiled anew, as LibreOffice can run them; else it only learns to open an add-in."""
    with zipfile.ZipFile(template) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    project = parts["xl/vbaProject.bin"]
    sources, documents = by_olefile(project), {name for name, kind in kinds(project).items() if kind == "Document"}
    read = [Module(name, text, "standard" if name not in documents else "workbook" if name == "ThisWorkbook" else "sheet")
            for name, text in sources.items()]
    parts["xl/vbaProject.bin"] = compiled("clvxl", ready(read))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"ms-excel.addin.", b"ms-excel.sheet.")
    path = folder / template.name
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def addin(tmp_path) -> Path:
    """The add-in as it is installed, but for the module of xlwings."""
    path = tmp_path / "built" / "clvxl.xlam"
    path.parent.mkdir()
    path.write_bytes(build(bridge("addin"), "0.1.0"))
    return as_for_office(path, tmp_path)


def after_refresh(folder: Path) -> Path:
    """The template after a refresh without Excel."""
    path = folder / "refreshed" / TEMPLATE.name
    path.parent.mkdir()
    loaded = refill.load(TEMPLATE, path)
    return refill.write(refreshed(refill.read(loaded), "1"), loaded, path)


@pytest.mark.parametrize("is_refreshed", [False, pytest.param(True, marks=pytest.mark.exhaustive)])
def test_the_template_itself(office, tmp_path, addin, is_refreshed):
    path = as_for_office(after_refresh(tmp_path) if is_refreshed else TEMPLATE, tmp_path)
    entries = {place: formula.replace(",", ";") for place, (formula, _) in (CELLS | SPILLS).items()}
    with office.opened(addin), office.opened(path):
        office.do("enter", book=path.name, sheet="Probe", cells=DATA | entries)
        assert wrong_cells(office, path, "Probe") == []
        assert wrong_buttons(office, path) == []
        inputs = {cell: office.do("numbers", book=path.name, sheet="Start", range=cell)[0][0] for cell in ("C21", "C22", "C23")}
        for margin in (inputs["C21"], 0.5):
            office.do("enter", book=path.name, sheet="Start", cells={"C21": margin})
            [[value]] = office.do("numbers", book=path.name, sheet="Start", range="F21")
            assert value == pytest.approx(margin * inputs["C22"] * inputs["C23"])


def stubbed(old: str, new: str) -> list[Module]:
    """The modules of a workbook that stands alone, with a Python that fails."""
    stubs = tuple(replace(stub, source=stub.source.replace(old, new)) for stub in STUBS)
    assert stubs != STUBS
    return [*modules.of_standalone("", ""), *stubs]


@pytest.mark.exhaustive
def test_a_server_that_has_ended_is_started_anew(office, tmp_path):
    ended = stubbed("    Calls = Calls + 1", "    Calls = Calls + 1\n    If Calls = 4 Then Err.Raise 462")
    path = made(tmp_path, "book.xlsm", ended)
    with office.opened(path):
        assert wrong_cells(office, path, "Start") == []
        assert len(office.noted("XLPy")) == 2


@pytest.mark.exhaustive
def test_a_python_that_does_not_start_is_waited_for_once(office, tmp_path):
    path = made(tmp_path, "book.xlsm", stubbed("    Set XLPy = New PythonStub", "    Err.Raise 1000"))
    with office.opened(path):
        assert [shown(office, path, place)[0] for place in ("E1", "E4", "E5")] == [VALUE] * 3
        assert len(office.noted("XLPy")) == 1


@pytest.mark.exhaustive
def test_a_python_that_does_not_answer_a_button_is_a_sentence(office, tmp_path):
    path = made(tmp_path, "book.xlsm", stubbed("    Asked().RunPython command", '    Err.Raise 1000, "xlwings", "Not there"'))
    with office.opened(path):
        office.do("run", book=path.name, script="CLVBook.Buttons.Refresh")
        [[sentence]] = office.noted("MsgBox")
        assert sentence.startswith('Python did not answer. "clvxl doctor" says why.')
        assert "Not there" in sentence


@pytest.mark.exhaustive
def test_on_a_mac_cells_say_so_and_buttons_work(office, tmp_path):
    parts = [replace(part, source=adapted(part.source, mac=True)) for part in modules.of_standalone("", "")]
    path = made(tmp_path, "book.xlsm", parts)
    with office.opened(path):
        assert shown(office, path, "E1") == ["On a Mac clvxl computes by its buttons, not in cells."]
        assert wrong_buttons(office, path) == []
        assert office.noted("XLPy") == []


def broken(module: str, old: str, new: str) -> Iterable[Module]:
    """The modules of a workbook that stands alone, with a mistake in one of them."""
    for part in modules.of_standalone("", ""):
        assert part.name != module or part.source.count(old) >= 1
        yield replace(part, source=part.source.replace(old, new, 1)) if part.name == module else part


@pytest.mark.exhaustive
@pytest.mark.parametrize(("module", "old", "new", "noticed"), [
    ("Answers", "    End If\n", "", "CLV"),
    ("Functions", "    If IsMissing(timing) Then timing = Empty", "    If IsMissing(timing) Then\n    timing = Empty", "CLV"),
    ("Bridge", "    RunPython ", "    If True Then\n    RunPython ", "Refresh runs"),
    ("Buttons", 'RunMacro "check_data"', 'RunMarco "check_data"', "CheckData runs"),
    ("Buttons", 'RunMacro "check_data"', 'RunMacro "chek_data"', "CheckData runs"),
    ("Buttons", "Sub SaveReport", "Sub SaveReports", "SaveReport runs"),
    ("Bridge", '"clvxl.udfs"', '"clvxl.udf"', "E1 =CLV(0.3,12000,5)"),
    ("Bridge", "clvxl.macros.", "clvxl.macro.", "Refresh runs"),
    ("Functions", "Function CLV(", "Function CLW(", "E1 =CLV(0.3,12000,5)"),
    ("Answers", "CVErr(xlErrNum)", '"#NUM!"', "E2 =CLV(30,12000,5)"),
    ("Answers", "lastRow - block.Row + 1", "2", "E10 =CLV_EQUITY"),
    ("Speech", "Public Function Language()", "Public Function Languag()", "CLV"),
])
def test_each_mistake_is_noticed(office, tmp_path, module, old, new, noticed):
    found = shortcomings(office, made(tmp_path, "book.xlsm", broken(module, old, new)))
    assert any(noticed in each for each in found)


@pytest.mark.exhaustive
@pytest.mark.parametrize("module", ["Bridge", "Buttons"])
def test_a_missing_module_is_noticed(office, tmp_path, module):
    parts = [part for part in modules.of_standalone("", "") if part.name != module]
    assert shortcomings(office, made(tmp_path, "book.xlsm", parts))


@pytest.mark.exhaustive
def test_a_button_with_a_misspelt_macro_is_noticed(office, tmp_path):
    path = made(tmp_path, "book.xlsm", modules.of_standalone("", ""), ["Refersh", *list(BUTTONS)[1:]])
    assert [each for each in shortcomings(office, path) if each.startswith("Refresh runs []")]


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wizard_is_told_what_the_catalog_says(office, tmp_path, language):
    answers = {"en": 'ExcelLanguage() = "de"', "de": "True"}  # as in a German Excel
    parts = [replace(part, source=part.source.replace(answers["en"], answers[language])) for part in modules.of_addin("", "")]
    path = made(tmp_path, "clvxl.xlam", parts)
    expected = {f"'clvxl.xlam'!{name}": [formula.summary.say(language), [help_of(each).say(language) for each in formula.arguments]]
                for name, formula in CATALOG.items()}

    told: dict[str, list[object]] = {}

    def differing() -> set[str]:
        told.update({name: rest for name, *rest in office.noted("MacroOptions")})
        return {name for name in told.keys() | expected if told.get(name) != expected.get(name)}

    with office.opened(path):
        assert any(time.sleep(0.2) or not differing() for _ in range(50))  # soon after the workbook has been opened
        office.do("run", book=path.name, script="clvxl.xlwings.Hide")  # from now on it is refused, as for a hidden workbook
        told.clear()
        office.do("run", book=path.name, script="clvxl.Help.DescribeFunctions")
        assert differing() == set()


def test_the_ribbon_calls_the_macros(office, addin):
    with zipfile.ZipFile(addin) as archive:
        buttons = re.findall(r'<button id="(\w+)"', archive.read("customUI/customUI.xml").decode())
    assert set(buttons) == {"refresh", "new_from_template", "insert_function", "open_settings", "show_help"}
    with office.opened(addin):
        for macro in buttons:
            office.do("run", book=addin.name, script="clvxl.Ribbon.RibbonPress", arguments=[{"control": macro}])
            assert office.noted("RunPython") == [[f"import clvxl.macros; clvxl.macros.{macro}()"]]
        for callback in ("RibbonLabel", "RibbonTip"):
            said = [office.do("run", book=addin.name, script=f"clvxl.Ribbon.{callback}", arguments=[{"control": macro}, ""])[1]
                    for macro in buttons]
            assert len(set(said) - {"CLV", ""}) == len(buttons)
