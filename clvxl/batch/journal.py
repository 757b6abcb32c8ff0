"""The lines that a running batch adds for each finished workbook: on a disk at once, in an object store gathered into small files."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from time import monotonic
from typing import BinaryIO, Protocol

from clvxl.batch.folder import Folder, LocalFolder
from clvxl.batch.manifest import JOURNAL, SEGMENT, Entry, journals, line
from clvxl.errors import OutputError
from clvxl.excel import storage
from clvxl.words import Text

_SECONDS, _LINES = 20.0, 200  # after which a small file is written
_BUSY = Text("Another batch is writing to {folder}.", "In {folder} schreibt gerade eine andere Stapelverarbeitung.")
_WAIT = Text("Please wait for its end or choose another folder.", "Bitte deren Ende abwarten oder einen anderen Ordner wählen.")


class Journal(Protocol):
    """Where finished workbooks are noted."""

    def add(self, entry: Entry) -> None: ...

    def close(self, *, done: bool) -> None: ...


class _File:
    """One file that grows by a line; while it is open no other batch writes to the folder."""

    def __init__(self, folder: LocalFolder) -> None:
        self.folder, self.path = folder, folder.path / JOURNAL
        try:
            self.file: BinaryIO = self.path.open("ab", buffering=0)
        except OSError as error:
            raise storage.said(error, self.path) from error
        if not _alone(self.file):
            self.file.close()
            raise OutputError(_BUSY, _WAIT, folder=folder.shown)
        self.file.truncate(self.path.read_bytes().rfind(b"\n") + 1)  # a line that was cut short

    def _size(self) -> int:
        return os.fstat(self.file.fileno()).st_size

    def add(self, entry: Entry) -> None:
        size = self._size()
        try:
            self._write(line(entry))
        except OSError as error:
            with suppress(OSError):
                self.file.truncate(size)
            raise storage.said(error, self.path) from error

    def _write(self, data: bytes) -> None:
        if self.file.write(data) < len(data):  # what a nearly full disk takes is no error to it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self, *, done: bool) -> None:
        empty = not self._size()
        self.file.close()
        if done or empty:
            self.folder.remove(JOURNAL)


class _Files:
    """A small file from time to time: what a store's interruption costs is to make the workbooks of the last seconds again."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.lines: list[bytes] = []
        self.number = max((int(re.sub(r"\D", "", name) or 0) for name in journals(folder.names())), default=-1) + 1
        self.since = monotonic()

    def add(self, entry: Entry) -> None:
        self.lines.append(line(entry))
        if len(self.lines) >= _LINES or monotonic() - self.since > _SECONDS:
            self._flush()

    def _flush(self) -> None:
        if self.lines:
            self.folder.write(SEGMENT.format(self.number), b"".join(self.lines))
            self.lines.clear()
            self.number += 1
        self.since = monotonic()

    def close(self, *, done: bool) -> None:
        if not done:
            self._flush()
            return
        for name in journals(self.folder.names()):
            self.folder.remove(name)


def journal(folder: Folder) -> Journal:
    """The journal of a folder, with what an unfinished run has written there.

    Raises: OutputError.
    """
    return _File(folder) if isinstance(folder, LocalFolder) else _Files(folder)


def _alone(file: BinaryIO) -> bool:
    """Whether no other process holds the file; the hold ends with the process, however that ends."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(1 << 30)  # far behind the end: a locked part cannot be read, and what is added goes to the end anyway
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a drive without locks
        return os.name != "nt" or error.errno != 13
    return True
