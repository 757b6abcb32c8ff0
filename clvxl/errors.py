"""Everything that can go wrong, in two kinds.

A bad call, file or setting is an exception. Each says what is wrong, where, and what to do, in both languages::

    ClvError            the user can mend it
    ├── CallError       a formula called with arguments that do not fit together
    ├── SettingsError   an option or a line of the settings file
    ├── SourceError     a file, a sheet or a database that cannot be read
    ├── HeadingError    a needed column that is missing, or two that claim the same meaning
    ├── DataError       rows that cannot be used, and too many of them
    └── OutputError     a result that cannot be written

A bad element inside an array is a number: a NaN that carries the Excel error it stands for, so that one dirty row
never spoils the others and the cell shows the right error. A plain NaN is a blank.
"""

from __future__ import annotations

import struct
from math import isnan
from typing import ClassVar

from clvxl.words import Language, Text


class ClvError(Exception):
    """Something the user can mend: ``message`` says what and where, ``action`` what to do."""

    code: ClassVar[str] = "#VALUE!"

    def __init__(self, message: Text, action: Text, **values: object) -> None:
        super().__init__(message, action, values)
        self.message, self.action, self.values = message, action, values

    def say(self, language: Language = "en") -> str:
        return " ".join(text.say(language, **self.values) for text in (self.message, self.action) if text.en)

    def __str__(self) -> str:
        return self.say()


class CallError(ClvError):
    """A formula called with arguments that do not fit together."""


class SettingsError(ClvError):
    """An option or a line of the settings file that cannot be used."""


class SourceError(ClvError):
    """A file, a sheet or a database that cannot be read."""


class HeadingError(ClvError):
    """A needed column that is missing, or two that claim the same meaning."""


class DataError(ClvError):
    """Rows that cannot be used, and too many of them."""


class OutputError(ClvError):
    """A result that cannot be written."""


# Excel's own numbering (ERROR.TYPE) is what a NaN carries in its low bits.
EXCEL_ERRORS = {1: "#NULL!", 2: "#DIV/0!", 3: "#VALUE!", 4: "#REF!", 5: "#NAME?", 6: "#NUM!", 7: "#N/A"}
_QUIET_NAN = 0x7FF8_0000_0000_0000


def _nan(error_type: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | error_type))[0]
    return value


BLANK = _nan(0)
DIV0 = _nan(2)
VALUE = _nan(3)
NUM = _nan(6)
NA = _nan(7)


def error_value(name: str) -> float:
    """The NaN that stands for an Excel error; one that is newer than these counts as ``#VALUE!``."""
    return next((_nan(number) for number, known in EXCEL_ERRORS.items() if known == name), VALUE)


def error_name(value: float) -> str | None:
    """The Excel error that a NaN stands for; None for a number and for a blank."""
    if not isnan(value):
        return None
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return EXCEL_ERRORS.get(bits & 0xF)
