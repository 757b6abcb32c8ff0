"""Puts the add-in where Excel loads it and tells it which Python to use; and takes all of that out again."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from clvxl.errors import OutputError
from clvxl.excel import addin, configuration, storage
from clvxl.excel.bridge import SCRIPT, Bridge
from clvxl.excel.machine import Machine
from clvxl.words import Language, Text


class Said(NamedTuple):
    """One line about what was done or found."""

    text: Text
    path: Path | str = ""

    def say(self, language: Language) -> str:
        return self.text.say(language, path=self.path) if self.path else self.text.say(language)


_PLACED = Text("Add-in put in place: {path}", "Add-in eingesetzt: {path}")
_RENEWED = Text("Add-in renewed: {path}", "Add-in erneuert: {path}")
_AS_IT_WAS = Text("Add-in is up to date: {path}", "Add-in ist aktuell: {path}")
_MOVED = Text("A file of that name that is not from clvxl was kept as: {path}",
              "Eine Datei dieses Namens, die nicht von clvxl ist, wurde aufbewahrt: {path}")
_CONFIGURED = Text("Python for Excel is set in: {path}", "Python für Excel ist eingetragen in: {path}")
_SCRIPTED = Text("Script through which Excel starts Python: {path}", "Skript, über das Excel Python startet: {path}")
_RESTART = Text("Close Excel completely and start it again: the tab CLV is then in the ribbon.",
                "Excel ganz schließen und neu starten: Im Menüband steht dann die Registerkarte CLV.")
_NO_EXCEL = Text("Excel was not found on this machine. “clvxl doctor” says more.",
                 "Auf diesem Rechner wurde kein Excel gefunden. „clvxl doctor“ sagt mehr.")
_REMOVED = Text("Removed: {path}", "Entfernt: {path}")
_LEFT = Text("Left alone, since it is not from clvxl: {path}", "Nicht angerührt, weil nicht von clvxl: {path}")
_SHORTENED = Text("Our lines taken out, yours kept: {path}", "Unsere Zeilen entfernt, Ihre behalten: {path}")
_NOTHING = Text("clvxl was not installed in Excel; there was nothing to remove.",
                "clvxl war in Excel nicht installiert; es gab nichts zu entfernen.")

ELSEWHERE = Text("Excel runs on Windows and on the Mac; there is nothing to install here.",
                 "Excel läuft unter Windows und auf dem Mac; hier gibt es nichts zu installieren.")
WITHOUT_EXCEL = Text("“clvxl report” and “clvxl refresh” write the same pages without Excel.",
                     "„clvxl report“ und „clvxl refresh“ schreiben dieselben Seiten ohne Excel.")
STORE_PYTHON = Text("This Python is from the Microsoft Store. Windows keeps what it writes to itself, so Excel would never see the add-in.",
                    "Dieses Python stammt aus dem Microsoft Store. Was es schreibt, behält Windows für sich; Excel sähe das Add-in nie.")
OTHER_PYTHON = Text("Install Python from python.org, then run pip install clvxl and clvxl install with it.",
                    "Python von python.org installieren und damit pip install clvxl und clvxl install ausführen.")
_START_ONCE = Text("Excel has not been started on this Mac yet: {path} is missing.",
                   "Excel wurde auf diesem Mac noch nie gestartet: {path} fehlt.")
_THEN_AGAIN = Text("Start Excel once, close it, and run clvxl install again.",
                   "Excel einmal starten, schließen und clvxl install noch einmal ausführen.")
_FOREIGN = Text("{path} is there already and is not from clvxl.", "{path} gibt es schon, und die Datei ist nicht von clvxl.")
_SAY_FORCE = Text("Move it away, or say --force: it is then kept in {kept}.",
                  "Bitte verschieben oder --force angeben: Sie wird dann in {kept} aufbewahrt.")
_LETTERS = Text("Excel cannot read the path of this Python: {path}", "Excel kann den Pfad dieses Python nicht lesen: {path}")
_PLAIN_FOLDER = Text("Install Python and clvxl in a folder with plain letters, such as C:\\Python.",
                     "Python und clvxl in einen Ordner mit einfachen Buchstaben installieren, etwa C:\\Python.")


def install(machine: Machine, bridge: Bridge, version: str, *, force: bool = False) -> list[Said]:
    """Everything that Excel needs to find clvxl; a second time changes nothing.

    Raises: OutputError.
    """
    _suitable(machine)
    lines = _written_configuration(machine)
    done = _put(machine.addin, addin.build(bridge, version), machine, (_PLACED, _RENEWED, _AS_IT_WAS), force=force)
    _write(machine.configuration, lines)
    done.append(Said(_CONFIGURED, machine.configuration))
    if machine.script:
        done += _put(machine.script, script(), machine, (_SCRIPTED, _SCRIPTED, _SCRIPTED), force=force)
    return [*done, Said(_RESTART) if machine.excel else Said(_NO_EXCEL)]


def uninstall(machine: Machine) -> list[Said]:
    """Takes out what :func:`install` put in, and nothing else.

    Raises: OutputError.
    """
    if machine.system == "other":
        raise OutputError(ELSEWHERE, WITHOUT_EXCEL)
    done = []
    for path in filter(None, (machine.addin, machine.script)):
        if path.is_file():
            done.append(Said(_REMOVED if is_ours(path) else _LEFT, path))
            if is_ours(path):
                _remove(path)
    done += _cleared(machine)
    return done or [Said(_NOTHING)]


def is_ours(path: Path) -> bool:
    """Whether a file was put there by clvxl."""
    if path.suffix == ".applescript":
        return b"clvxl" in path.read_bytes().partition(b"\n")[0]
    return addin.versions_of(path) is not None


def script() -> bytes:
    """What Excel on a Mac runs."""
    return files(__package__).joinpath(SCRIPT).read_bytes()


def interpreter_for(machine: Machine) -> str:
    """The absolute interpreter; through the home folder's variable where its path is not plain."""
    path = str(machine.interpreter)
    home = str(machine.home)
    if not path.isascii() and path.startswith(home):
        return ("$HOME" if machine.system == "mac" else "%USERPROFILE%") + path[len(home) :]
    return path


def _suitable(machine: Machine) -> None:
    if machine.system == "other":
        raise OutputError(ELSEWHERE, WITHOUT_EXCEL)
    if machine.store_python:
        raise OutputError(STORE_PYTHON, OTHER_PYTHON)
    if machine.system == "mac":
        for folder in (machine.office, machine.configuration.parent):
            if not folder.is_dir():
                raise OutputError(_START_ONCE, _THEN_AGAIN, path=folder)


def _written_configuration(machine: Machine) -> bytes:
    ours = configuration.configuration(interpreter_for(machine), machine.system)
    try:
        "".join(ours.values()).encode(machine.charset)
    except UnicodeEncodeError:
        raise OutputError(_LETTERS, _PLAIN_FOLDER, path=machine.interpreter) from None
    return _encoded(configuration.merged(_text(machine), ours), machine)


def _text(machine: Machine) -> str:
    """The configuration so far; every byte of it survives."""
    try:
        return machine.configuration.read_bytes().decode(machine.charset, "surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise storage.said(error, machine.configuration) from error


def _encoded(text: str, machine: Machine) -> bytes:
    return text.encode(machine.charset, "surrogateescape")


def _put(path: Path, data: bytes, machine: Machine, words: tuple[Text, Text, Text], *, force: bool) -> list[Said]:
    """Writes a file of ours, and says whether it is new, renewed or as it was."""
    placed, renewed, same = words
    if not path.exists():
        _write(path, data)
        return [Said(placed, path)]
    if path.is_file() and path.read_bytes() == data:
        return [Said(same, path)]
    moved = [] if path.is_file() and is_ours(path) else [Said(_MOVED, _moved(path, machine, force=force))]
    _write(path, data)
    return [*moved, Said(placed if moved else renewed, path)]


def _moved(path: Path, machine: Machine, *, force: bool) -> Path:
    if not force:
        raise OutputError(_FOREIGN, _SAY_FORCE, path=path, kept=machine.kept)
    number = 1
    while (place := machine.kept / f"{path.stem} {number}{path.suffix}").exists():
        number += 1
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
    except OSError as error:
        raise storage.said(error, path) from error
    return place


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage.said(error, path.parent) from error
    storage.replace(path, data)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise storage.said(error, path) from error


def _cleared(machine: Machine) -> list[Said]:
    """Our lines out of the configuration; without others, the file and our folder with it."""
    path = machine.configuration
    if not path.is_file():
        return []
    text = _text(machine)
    rest = configuration.without(text)
    if rest:
        if rest == text:
            return []
        storage.replace(path, _encoded(rest, machine))
        return [Said(_SHORTENED, path)]
    _remove(path)
    if machine.system == "windows" and not any(path.parent.iterdir()):
        path.parent.rmdir()
    return [Said(_REMOVED, path)]
