"""A file takes its place only as a whole, and never the place of somebody else's work."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from clvxl.errors import OutputError
from clvxl.words import Text

LONGEST = 80  # signs of a file's name that its unfinished copy beside it has
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

FOLDER = Text("The folder {folder} does not exist.", "Den Ordner {folder} gibt es nicht.")
MAKE_FOLDER = Text("Please create it or choose another one.", "Bitte anlegen oder einen anderen wählen.")
IS_FOLDER = Text("{path} is a folder.", "{path} ist ein Ordner.")
OTHER_NAME = Text("Please choose another name.", "Bitte einen anderen Namen wählen.")
SUFFIX = Text("{path} does not end in {ending}, so Excel would not open it.",
              "{path} endet nicht auf {ending}, Excel würde die Datei nicht öffnen.")
READ_ONLY = Text("{path} is write-protected.", "{path} ist schreibgeschützt.")
LOCKED = Text("{path} cannot be written: it is open in Excel, or writing there is not allowed.",
              "{path} lässt sich nicht schreiben: Die Datei ist in Excel geöffnet, oder dort darf nicht geschrieben werden.")
CLOSE_IT = Text("Please close it in Excel or choose another folder.", "Bitte in Excel schließen oder einen anderen Ordner wählen.")
FULL = Text("There is no room for {path}: the disk is full.", "Für {path} ist kein Platz: Der Datenträger ist voll.")
MAKE_ROOM = Text("Please make room or choose another folder; nothing was changed.",
                 "Bitte Platz schaffen oder einen anderen Ordner wählen; nichts wurde geändert.")
FAILED = Text("{path} cannot be written ({reason}).", "{path} lässt sich nicht schreiben ({reason}).")


def check(path: Path, ending: str = ".xlsx") -> None:
    """Whether a workbook may be written here, as far as can be told beforehand.

    Raises: OutputError.
    """
    if path.suffix.lower() != ending:
        raise OutputError(SUFFIX, OTHER_NAME, path=path, ending=ending)
    if not path.parent.is_dir():
        raise OutputError(FOLDER, MAKE_FOLDER, folder=path.parent)
    if path.is_dir():
        raise OutputError(IS_FOLDER, OTHER_NAME, path=path)
    if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
        raise OutputError(READ_ONLY, OTHER_NAME, path=path)


def replace(path: Path, data: bytes) -> None:
    """Writes the bytes beside the target and moves them into its place; on any failure the old file is as it was.

    Raises: OutputError.
    """

    def fill(beside: Path) -> None:
        with beside.open("xb") as file:
            file.write(data)

    filled(path, fill)


def filled(path: Path, fill: Callable[[Path], None]) -> Path:
    """Lets a file be filled beside the target and moves it into its place; on any failure the old file is as it was.

    Raises: OutputError.
    """
    beside = path.with_name(f".{path.name[:LONGEST]}.{token_hex(4)}.tmp")
    try:
        fill(beside)
        os.replace(beside, path)  # noqa: PTH105 - what the test injects failures into
    except OSError as error:
        raise said(error, path) from error
    finally:
        beside.unlink(missing_ok=True)
    return path


def said(error: OSError, path: Path) -> OutputError:
    """What a failure to write means to the user."""
    if error.errno in _FULL:
        return OutputError(FULL, MAKE_ROOM, path=path)
    if isinstance(error, PermissionError):
        return OutputError(LOCKED, CLOSE_IT, path=path)
    return OutputError(FAILED, OTHER_NAME, path=path, reason=error.strerror or type(error).__name__)
