"""xlwings' own COM server as Excel on Windows would call it: everything of xlwings runs, only the Windows modules beneath it are stubs.

It runs as a process of its own, since the stubs would change xlwings for every other test.
"""

import ctypes
import pickle
import subprocess
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

MISSING = -2147352572  # what COM sends for an argument that was left out
ERROR = -2146828288  # what COM sends for an error, less the error's number in VBA


class Excel:
    """The side that calls: what it is given it sends to the server, and what comes back it gives."""

    def __init__(self) -> None:
        self._server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> "Excel":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stdin.close()
        self._server.wait(20)
        self._server.stdout.close()

    def call(self, formula: str, *values: object) -> Any:
        """The answer to CallUDF, as VBA would get it; an exception where VBA would get an error."""
        return self._asked("call", formula, values)

    def wrapper(self) -> str:
        """The VBA that xlwings would write for the functions."""
        return self._asked("wrapper")

    def known(self) -> dict[str, dict[str, Any]]:
        """What xlwings has recorded of each function."""
        return self._asked("known")

    def _asked(self, *question: object) -> Any:
        pickle.dump(question, self._server.stdin)
        self._server.stdin.flush()
        answer = pickle.load(self._server.stdout)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _stubs() -> None:
    """The modules of pywin32, as far as xlwings looks into them for a call."""

    def module(name: str, **content: object) -> ModuleType:
        made = sys.modules[name] = ModuleType(name)
        vars(made).update(content)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, made)
        return made

    class ComError(Exception):
        pass

    class Dispatch:
        def __init__(self, obj: object = None, **_: object) -> None:
            self.obj = obj

    def unwrap(_: object) -> None:
        raise ComError

    module("pywintypes", TimeType=type("TimeType", (datetime,), {}), com_error=ComError, IID=str)
    module("pythoncom", __file__="", CoInitialize=lambda: None, IID_IDispatch=0, IID_IEnumVARIANT=1,
           TypeIIDs={0: type("PyIDispatch", (), {})})
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone", "win32com", "win32com.server"):
        module(name)
    module("win32com.client", Dispatch=Dispatch, DispatchEx=Dispatch, CDispatch=type("CDispatch", (), {}),
           CoClassBaseClass=type("CoClassBaseClass", (), {}), DispatchBaseClass=type("DispatchBaseClass", (), {}))
    for name in ("dispatcher", "policy"):
        module(f"win32com.server.{name}")
    module("win32com.server.util", unwrap=unwrap, wrap=lambda obj, **_: obj)
    ctypes.windll, ctypes.oledll, ctypes.PyDLL = MagicMock(), MagicMock(), MagicMock()


def _serve() -> None:
    _stubs()
    import xlwings
    from xlwings import _xlwindows, com_server, udfs

    xlwings.engines.add(xlwings.main.Engine(impl=_xlwindows.engine))
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    import clvxl.udfs

    excel = com_server.XLPython()

    def answered(what: str, *question: Any) -> object:
        if what == "call":
            return excel.CallUDF("clvxl.udfs", question[0], question[1])
        if what == "wrapper":
            written = StringIO()
            udfs.generate_vba_wrapper("clvxl.udfs", clvxl.udfs, written, SimpleNamespace(Name="clvxl.xlam"))
            return written.getvalue()
        return {name: each.__xlfunc__ for name, each in vars(clvxl.udfs).items() if hasattr(each, "__xlfunc__")}

    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    while True:
        try:
            question = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = answered(*question)
        except Exception as error:
            answer = RuntimeError(f"{type(error).__name__}: {error}")
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent)
    _serve()
