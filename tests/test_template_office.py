"""The macros of the template's pages, run by LibreOffice: words change their language, and only simulated customers are taken out."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from office import Office, adapted
from test_office import ready

from clvxl.excel.template.book import build
from clvxl.excel.template.project import sheets
from clvxl.excel.vba import modules
from clvxl.excel.vba.project import Module, compiled
from clvxl.sample import CUSTOMER
from clvxl.words import LANGUAGES

PROBE = '''
Public Customers As String

Public Sub Choose(ByVal chosen As String)
    ThisWorkbook.Names("clvxl_language").RefersToRange.Value = chosen
End Sub

Public Sub Rename(ByVal sheet As String, ByVal named As String)
    ThisWorkbook.Worksheets(sheet).Name = named
End Sub

Public Sub Fill(ByVal sheet As String, ByVal address As String, ByVal value As Variant)
    ThisWorkbook.Worksheets(sheet).Range(address).Value = value
End Sub

Public Function Left(ByVal names As String) As String
    Customers = names
    RemoveSamples
    Left = Customers
End Function
'''

# Excel's table object, which LibreOffice does not have: its cells for the headings, a list of names for the removal of rows.
TABLE = '''
Public Property Get HeaderRowRange() As Object
    Set HeaderRowRange = ThisWorkbook.Worksheets(2).Range("B8:L8")
End Property

Public Property Get ListColumns() As Object
    Set ListColumns = HeaderRowRange.Columns
End Property

Public Property Get DataBodyRange() As Object
    Set DataBodyRange = Me
End Property

Public Property Get ListRows() As Object
    Set ListRows = Me
End Property

Public Property Get Count() As Long
    Count = UBound(Split(Customers, "|")) + 1
End Property

Public Function Cells(ByVal row As Long, ByVal column As Long) As Object
    Dim found As New CellStub
    found.Value = Split(Customers, "|")(row - 1)
    Set Cells = found
End Function

Public Function Rows(ByVal which As Variant) As Object
    Dim found As New CellStub
    found.Value = which
    Set Rows = found
End Function
'''
CELL = '''
Public Value As Variant

Public Sub Delete(ByVal shift As Long)
    Dim names As Variant, ends As Variant, place As Long, rest As String
    names = Split(Customers, "|")
    ends = Split(Value, ":")
    For place = 0 To UBound(names)
        If place + 1 < CLng(ends(0)) Or place + 1 > CLng(ends(1)) Then rest = rest & "|" & names(place)
    Next place
    Customers = Mid(rest, 2)
End Sub

Public Sub ClearContents()
    Dim names As Variant
    names = Split(Customers, "|")
    names(Value - 1) = "-"
    Customers = Join(names, "|")
End Sub
'''
LOOKED_UP = re.compile(r"Private Function TableNamed.*?End Function", re.DOTALL)
STANDS_IN = '''Private Function TableNamed(ByVal table As String) As Object
    If table = "clvxl_customers" Then Set TableNamed = New TableStub
End Function'''


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    """The template with its VBA as LibreOffice can run it."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "built.xlsm").write_bytes(build())
    codes = [sheet.sheet_properties.codeName for sheet in openpyxl.load_workbook(folder / "built.xlsm").worksheets]
    shared = [replace(part, source=LOOKED_UP.sub(STANDS_IN, part.source)) for part in ready(modules.of_standalone("", ""))]
    own = [replace(part, source=adapted(part.source)) for part in sheets(codes)]
    stubs = [Module("Probe", PROBE), Module("TableStub", TABLE, "class"), Module("CellStub", CELL, "class")]
    project = compiled("clvxl", [*shared, *own, *stubs])
    with zipfile.ZipFile(folder / "built.xlsm") as given, zipfile.ZipFile(folder / "template.xlsm", "w") as archive:
        for name in given.namelist():
            archive.writestr(name, project if name == "xl/vbaProject.bin" else given.read(name))
    return folder / "template.xlsm"


class Template:
    """The template while it is open."""

    def __init__(self, running: Office, path: Path) -> None:
        self.office, self.name = running, path.name

    def run(self, script: str, *arguments: object) -> object:
        answer = self.office.do("run", book=self.name, script=f"clvxl.{script}", arguments=arguments)
        assert isinstance(answer, list), answer
        return answer[0]

    def cells(self, sheet: str, area: str) -> list[str]:
        answer = self.office.do("cells", book=self.name, sheet=sheet, range=area)
        assert isinstance(answer, list), answer
        return [cell for row in answer for cell in row]


@pytest.fixture
def template(office, path) -> Iterator[Template]:
    with office.opened(path):
        yield Template(office, path)


def test_the_language_setting_changes_tabs_headings_and_picked_words(template):
    template.run("Probe.Rename", "Spend", "My campaigns")
    template.run("Probe.Fill", "Data", "D8", "Volume")
    template.run("Probe.Choose", "Deutsch")
    assert template.cells("Einstellungen", "B7:D7") == ["Sprache", "", "Deutsch"]
    assert template.cells("Einstellungen", "D18") == ["Automatisch"]
    assert template.cells("Daten", "B8:F8") == ["Kunde", "Segment", "Volume", "Umsatz im Vorjahr", "Marge"]
    assert template.cells("Aufträge", "B3") == ["Ihre Aufträge, wenn vorhanden"]
    assert template.cells("My campaigns", "B3") == ["Was Sie für neue Kunden ausgeben, wenn bekannt"]
    template.run("Probe.Choose", "English")
    assert template.cells("Settings", "D18") == ["Automatic"]
    assert template.cells("Data", "B8:F8") == ["Customer", "Segment", "Volume", "Revenue of the year before", "Margin"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_simulated_customers_are_taken_out(template, language):
    one, two = (CUSTOMER.say(language, number=number) for number in (1, 412))
    cases = {
        f"{one}|{two}": "-", f"{one}|{two}|Firm": "Firm", f"Firm|{one}|{two}": "Firm", f"{one}|Firm|{two}": "Firm", "Firm": "Firm",
        f"Firm|{one}|Other|{two}|{one}|Third": "Firm|Other|Third", "Simulated customers Ltd|Firm": "Simulated customers Ltd|Firm",
    }
    assert {names: template.run("Probe.Left", names) for names in cases} == cases
