"""LibreOffice as a test sees it: it opens workbooks, computes their cells with our VBA and Python, and says what they show."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from com_server import Excel

PATIENCE = 60  # seconds for one thing to do
PROGRAM = Path(__file__).with_name("in_office.py")

# The xlwings module, as far as a test needs it: what it is asked goes out to the test, by a service that exists only there. LibreOffice
# hands a block of values over as rows of rows, where Excel has a block.
STUB = '''
Public IsAddin As Boolean
Public Calls As Long

Public Function XLPy() As Object
    Asked().XLPy
    Set XLPy = New PythonStub
End Function

Public Function RunPython(ByVal command As String)
    Asked().RunPython command
End Function

Public Function Asked() As Object
    Set Asked = createUnoService("clvxl.test.Python")
End Function

Public Function AsBlock(ByVal rows As Variant) As Variant
    Dim block() As Variant, row As Long, column As Long
    AsBlock = rows
    If Not IsArray(rows) Then Exit Function
    If Not IsArray(rows(0)) Then Exit Function
    ReDim block(0 To UBound(rows), 0 To UBound(rows(0)))
    For row = 0 To UBound(rows)
        For column = 0 To UBound(rows(0))
            block(row, column) = rows(row)(column)
        Next column
    Next row
    AsBlock = block
End Function

Public Sub Told(ByVal message As String, Optional ByVal kind As Variant, Optional ByVal title As Variant)
    Asked().MsgBox message
End Sub

Public Sub Described(ByVal named As String, ByVal help As String, ByVal arguments As Variant)
    If IsAddin Then Err.Raise 1004
    Asked().MacroOptions named, help, arguments
End Sub

Public Sub Hide()
    IsAddin = True
End Sub
'''
STUB_CLASS = '''
Public Function CallUDF(ByVal script As String, ByVal formula As String, ByVal values As Variant) As Variant
    Calls = Calls + 1
    CallUDF = AsBlock(Asked().CallUDF(script, formula, values))
End Function
'''


_IF_MAC = re.compile(r"^#If (Not )?Mac Then\n(.*?)(?:^#Else\n(.*?))?^#End If\n", re.MULTILINE | re.DOTALL)


def adapted(source: str, mac: bool = False) -> str:
    """Our VBA without what LibreOffice lacks: Value2, MacroOptions, IsAddin, blocks from afar, #If. Messages go to the test."""
    source = source.replace(".Value2", ".Value").replace("MsgBox ", "Told ").replace("ThisWorkbook.IsAddin", "IsAddin")
    source = re.sub(r"= (Application\.Run\(.*\))", r"= AsBlock(\1)", source)
    source = re.sub("host.MacroOptions .*", "Described named, help, arguments", source)
    return _IF_MAC.sub(lambda found: found[2] if mac != bool(found[1]) else found[3] or "", source)


class Office:
    """A running LibreOffice; what its cells ask of Python is answered by xlwings' own server."""

    def __init__(self, python: str, office: str, profile: Path, excel: Excel) -> None:
        command = [python, str(PROGRAM), office, str(profile)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self._excel = excel

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    @contextmanager
    def opened(self, path: Path) -> Iterator[None]:
        """A workbook, from opening it to closing it."""
        self.do("noted")
        if isinstance(problem := self.do("open", path=str(path)), Exception):
            raise problem
        try:
            yield
        finally:
            self.do("close", book=path.name)

    def noted(self, kind: str) -> list[list[Any]]:
        """What macros said since they were last asked: RunPython, MsgBox, MacroOptions."""
        return [rest for said, *rest in self.do("noted") if said == kind]

    def do(self, what: str, **details: object) -> Any:
        """The answer of LibreOffice, or the error it reports."""
        watch = Timer(PATIENCE, os.killpg, (self._process.pid, signal.SIGKILL))  # LibreOffice with the program that runs it
        watch.start()
        self._write({"do": what, **details})
        while "ask" in (message := self._heard()):
            self._write({"answer": self._answer(*message["ask"])})
        watch.cancel()
        return message["answer"] if "answer" in message else RuntimeError(message["error"])

    def _heard(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        assert line, "LibreOffice ended, or took too long"
        return json.loads(line)

    def _write(self, message: dict[str, object]) -> None:
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def _answer(self, script: str, formula: str, values: list[Any]) -> Any:
        return self._excel.call(formula, *map(_tuples, values)) if script == "clvxl.udfs" else None


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value

