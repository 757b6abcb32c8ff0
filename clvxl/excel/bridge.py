"""The VBA module of the xlwings that is installed here, made ours: its notices kept, its configuration our own file."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from clvxl.errors import SourceError
from clvxl.words import Text

PROJECT = "clvxl"  # names the configuration: clvxl.conf
SCRIPT = f"{PROJECT}.applescript"  # what Excel on a Mac runs
Host = Literal["addin", "workbook"]

_FILES: dict[Host, str] = {"addin": "xlwings_custom_addin.bas", "workbook": "xlwings.bas"}
_DICTIONARY = "addin/Dictionary.cls"
_VERSION = re.compile(r"^'Version: (\S+)", re.MULTILINE)

# What is changed, with a pattern that must be found exactly once. A configuration that lies beside a workbook or inside one that somebody
# sent could name any program as the interpreter: the add-in reads the user's own file alone, a workbook that stands alone its own sheet.
_CHANGES = (
    (r'(Public Const PROJECT_NAME As String = )"\w+"', rf'\1"{PROJECT}"'),
    (r'(Optional default As String = "", Optional source As String = )""', r'\1"{source}"'),
    (r"uses_embedded_code = True(?=\r?\n)", "uses_embedded_code = False"),
    (r'"xlwings-" & XLWINGS_VERSION & "\.applescript"', f'"{SCRIPT}"'),
    (r"'xlwings runpython install'", f"'{PROJECT} install'"),
)
_SOURCES: dict[Host, str] = {"addin": "user", "workbook": "sheet"}


class Bridge(NamedTuple):
    """The two modules as text, and the version of xlwings that both sides must have."""

    xlwings: str
    dictionary: str
    version: str


def bridge(host: Host, folder: Path | None = None) -> Bridge:
    """What a project embeds; ``folder`` is where xlwings lies.

    Raises: SourceError.
    """
    home = folder or _home()
    text, dictionary = _read(home / _FILES[host]), _read(home / _DICTIONARY)
    version = _VERSION.search(text)
    for pattern, put in _CHANGES:
        text, count = re.subn(pattern, put.replace("{source}", _SOURCES[host]), text)
        if count != 1 or version is None:
            raise _unknown(home)
    return Bridge(text, dictionary, version[1] if version else "")


def _home() -> Path:
    found = find_spec("xlwings")  # without running it
    if found is None or found.origin is None:
        raise _unknown(Path("xlwings"))
    return Path(found.origin).parent


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="cp1252")
    except (OSError, UnicodeDecodeError):
        raise _unknown(path.parent) from None


def _unknown(home: Path) -> SourceError:
    return SourceError(
        Text("The xlwings in {folder} is not whole, or of a version that clvxl does not know.",
             "Das xlwings in {folder} ist unvollständig oder von einer Version, die clvxl nicht kennt."),
        Text("Run: python -m pip install --force-reinstall clvxl xlwings",
             "Bitte ausführen: python -m pip install --force-reinstall clvxl xlwings"),
        folder=home,
    )
