"""The text file by which Excel finds its Python: our keys in it, and whatever else a user wrote there."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Literal

System = Literal["windows", "mac", "other"]
INTERPRETER: dict[System, str] = {"windows": "INTERPRETER_WIN", "mac": "INTERPRETER_MAC", "other": "INTERPRETER_WIN"}

# One Python serves all cells and buttons, and what lies beside a workbook is never run.
_ALWAYS = {"UDF MODULES": "clvxl.udfs", "USE UDF SERVER": "True", "ADD_WORKBOOK_TO_PYTHONPATH": "False", "SHOW CONSOLE": "False"}


def configuration(interpreter: str, system: System = "windows") -> dict[str, str]:
    """What the xlwings module asks for, by its own keys."""
    return {INTERPRETER[system]: interpreter, **_ALWAYS}


def parsed(text: str) -> dict[str, str]:
    """The keys of a configuration file; a line that is none is passed over."""
    rows = csv.reader(StringIO(text.replace("\0", "")))
    return {row[0].strip().upper(): row[1] for row in rows if len(row) >= 2}


def merged(text: str, ours: Mapping[str, str]) -> str:
    """The file with our keys, and all other lines as they were."""
    return "".join([*_others(text), *(f'"{key}","{value}"\r\n' for key, value in ours.items())])


def without(text: str) -> str:
    """The file without our keys."""
    return "".join(_others(text))


def _others(text: str) -> list[str]:
    ours = {*INTERPRETER.values(), *_ALWAYS}
    return [f"{line}\r\n" for line in text.splitlines() if line.strip() and not parsed(line).keys() & ours]
