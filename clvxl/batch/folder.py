"""Where the workbooks go: a folder on this machine, or one in an object store that fsspec reaches. A file is there whole or not at all."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from clvxl.errors import OutputError
from clvxl.excel import storage
from clvxl.ledger.address import expanded
from clvxl.words import Text

_MANY = 64  # files read at a time
_LEFTOVER = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{8}\.tmp")
_IS_FILE = Text("{folder} is a file, not a folder.", "{folder} ist eine Datei, kein Ordner.")
_NOT_MADE = Text("The folder {folder} cannot be made ({reason}).", "Der Ordner {folder} lässt sich nicht anlegen ({reason}).")
_OTHER = Text("Please choose another folder.", "Bitte einen anderen Ordner wählen.")
_NO_DRIVER = Text("Writing to {folder} needs one more library.", "Um nach {folder} zu schreiben, fehlt eine Bibliothek.")
_INSTALL = Text("Install it with pip install {library}", "Zu installieren mit pip install {library}")
_UNKNOWN = Text("What {folder} begins with is no kind of storage.", "Womit {folder} beginnt, ist keine Art von Speicher.")
_SUCH_AS = Text("Write a folder, or an address such as s3://bucket/folder", "Einen Ordner angeben oder eine Adresse wie s3://bucket/ordner")
_UNREACHABLE = Text("{folder} cannot be reached ({reason}).", "{folder} ist nicht erreichbar ({reason}).")
_ACCESS = Text("Please check address, access rights and connection.", "Bitte Adresse, Zugangsrechte und Verbindung prüfen.")


class Folder(ABC):
    """Files by name."""

    shown: str  # its address, without what is secret in it
    appends = False  # whether a file can grow at no more cost than what is added

    @abstractmethod
    def names(self) -> set[str]:
        """What is there."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A file that is there."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """A file, new or in place of another; on any failure the old one is as it was.

        Raises: OutputError.
        """

    @abstractmethod
    def remove(self, name: str) -> None:
        """A file that is ours."""

    @abstractmethod
    def check(self, name: str) -> None:
        """Whether a workbook may be written, as far as can be told beforehand.

        Raises: OutputError.
        """

    def holds(self, name: str, paths: frozenset[Path]) -> bool:
        """Whether a file of the folder is one of these."""
        return False

    @abstractmethod
    def sweep(self, names: Iterable[str]) -> None:
        """Remove what an interrupted writing of these files left behind."""

    def checksums(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """SHA-256 of files that are there."""
        for name in names:
            yield name, hashlib.sha256(self.read(name)).hexdigest()


class LocalFolder(Folder):
    """A folder on this machine, or on a drive that looks like it."""

    appends = True

    def __init__(self, path: Path) -> None:
        self.path, self.shown = path, str(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError(_IS_FILE, _OTHER, folder=path) from error
        except OSError as error:
            raise OutputError(_NOT_MADE, _OTHER, folder=path, reason=error.strerror) from error

    def names(self) -> set[str]:
        return {each.name for each in self.path.iterdir()}

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        storage.replace(self.path / name, data)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def check(self, name: str) -> None:
        storage.check(self.path / name, Path(name).suffix)

    def holds(self, name: str, paths: frozenset[Path]) -> bool:
        return (self.path / name).resolve() in paths

    def sweep(self, names: Iterable[str]) -> None:
        ours = {name[: storage.LONGEST] for name in names}
        for each in self.path.iterdir():
            left = _LEFTOVER.fullmatch(each.name)
            if left and left["name"] in ours:
                each.unlink(missing_ok=True)


class RemoteFolder(Folder):
    """A folder in an object store, which shows a file only when all of it has arrived."""

    def __init__(self, files: Any, path: str, given: str) -> None:
        self.files, self.path, self.given, self.shown = files, path.rstrip("/"), given, without_secrets(given)

    def _place(self, name: str) -> str:
        return f"{self.path}/{name}"

    def _asked(self, ask: Any, *what: Any, **how: Any) -> Any:
        """What the store answers; what it has to complain about is said without any secret."""
        try:
            return ask(*what, **how)
        except FileNotFoundError:
            raise
        except Exception as error:  # each driver has errors of its own
            raise OutputError(_UNREACHABLE, _ACCESS, folder=self.shown, reason=_scrubbed(error, self.given)) from None

    def names(self) -> set[str]:
        try:
            self.files.invalidate_cache()
            return {place.rstrip("/").rpartition("/")[2] for place in self._asked(self.files.ls, self.path, detail=False)}
        except FileNotFoundError:
            return set()

    def read(self, name: str) -> bytes:
        data: bytes = self._asked(self.files.cat_file, self._place(name))
        return data

    def write(self, name: str, data: bytes) -> None:
        try:
            self._asked(self.files.pipe_file, self._place(name), data)
        except FileNotFoundError:
            self._asked(self.files.makedirs, self.path, exist_ok=True)
            self._asked(self.files.pipe_file, self._place(name), data)

    def remove(self, name: str) -> None:
        self._asked(self.files.rm_file, self._place(name))

    def check(self, name: str) -> None:
        """A store tells only when it is written to."""

    def sweep(self, names: Iterable[str]) -> None:
        """A store keeps nothing that is unfinished."""

    def checksums(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        wanted = list(names)
        for first in range(0, len(wanted), _MANY):
            places = {self._place(name): name for name in wanted[first : first + _MANY]}
            for place, data in self._asked(self.files.cat, list(places)).items():
                yield places[place], hashlib.sha256(data).hexdigest()


def open_folder(given: str) -> Folder:
    """The folder that a path or an address names; made if need be.

    Raises: OutputError.
    """
    from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it carries no types
    from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]  # as above

    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:", given):
        return LocalFolder(expanded(given))
    shown = without_secrets(given)
    try:
        files, path = url_to_fs(given)
    except ImportError as error:
        raise OutputError(_NO_DRIVER, _INSTALL, folder=shown, library=_missing(error)) from None
    except ValueError:
        raise OutputError(_UNKNOWN, _SUCH_AS, folder=shown) from None
    except Exception as error:  # each driver has errors of its own
        raise OutputError(_UNREACHABLE, _ACCESS, folder=shown, reason=_scrubbed(error, given)) from None
    return LocalFolder(Path(path)) if isinstance(files, LocalFileSystem) else RemoteFolder(files, path, given)


def _missing(error: ImportError) -> str:
    """The library that an error asks for, else the module that was not found."""
    said = re.search(r"[Ii]nstall (?:the )?([\w-]+)", str(error))
    return said[1] if said else getattr(error.__cause__, "name", None) or "fsspec"


def without_secrets(address: str) -> str:
    """An address without user, password and signature."""
    return re.sub(r"\?.*", "", re.sub(r"://.*@", "://", address))


def _scrubbed(error: Exception, given: str) -> str:
    """What an error says, without what is secret in the address."""
    said = (str(error).splitlines() or [""])[0].strip(" .")[:200] or type(error).__name__
    inside = re.search(r"://(.*)@", given)
    secrets = re.split(r"[:&=]", (inside[1] if inside else "") + "&" + given.partition("?")[2])
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        said = said.replace(secret, "…")
    return said
