"""What works between Excel and clvxl on a machine, what does not, and what to do about it; in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from clvxl.excel import addin, configuration
from clvxl.excel.addin import Versions
from clvxl.excel.install import ELSEWHERE, OTHER_PYTHON, STORE_PYTHON, WITHOUT_EXCEL, script
from clvxl.excel.look import SIGNS
from clvxl.excel.machine import Excel, Machine
from clvxl.report.model import Tone
from clvxl.words import Language, Text

_ZONE = ":Zone.Identifier"  # where Windows notes that a file came from elsewhere
_TEMPLATES = "CLV_Template*.xlsm"
_SECURITY = tuple(rf"HKCU\SOFTWARE\{branch}Microsoft\Office\16.0\Excel\Security" for branch in ("Policies\\", ""))
_DISABLED = r"HKCU\SOFTWARE\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
_NO_MACROS = 4


class Finding(NamedTuple):
    """One thing that was looked at: how good it is, what was found, and what to do."""

    tone: Tone
    text: Text
    action: Text = Text("", "")
    values: tuple[tuple[str, object], ...] = ()

    def say(self, language: Language) -> str:
        said = [text.say(language, **dict(self.values)) for text in (self.text, self.action) if text.en]
        return f"{SIGNS[self.tone]} {' '.join(said)}"


INSTALL = Text("Close Excel and run: clvxl install", "Excel schließen und ausführen: clvxl install")
_EXCEL = Text("Excel{version} was found: {path}", "Excel{version} ist da: {path}")
_EXCEL_OF = Text("Excel{version}, {bits} bit, was found: {path}", "Excel{version}, {bits} Bit, ist da: {path}")
_NO_EXCEL = Text("There is no Excel on this machine, or it cannot be found.",
                 "Auf diesem Rechner ist kein Excel, oder es ist nicht zu finden.")
_GET_EXCEL = Text("Install the desktop version of Excel; Excel in the browser runs neither the add-in nor buttons.",
                  "Die Desktop-Version von Excel installieren; Excel im Browser führt weder Add-in noch Schaltflächen aus.")
_STORE_EXCEL = Text("This Excel is from the Microsoft Store and may not see the add-in.",
                    "Dieses Excel stammt aus dem Microsoft Store und sieht das Add-in womöglich nicht.")
_DESKTOP_EXCEL = Text("Uninstall it and install Office from office.com.", "Deinstallieren und Office von office.com installieren.")
_PYTHON = Text("This command runs in the Python {path}", "Dieser Befehl läuft im Python {path}")
_PLACED = Text("The add-in is in Excel's start-up folder: {path}", "Das Add-in liegt im Startordner von Excel: {path}")
_NOT_PLACED = Text("The add-in is not in Excel's start-up folder, so Excel does not load it: {path}",
                   "Das Add-in liegt nicht im Startordner von Excel, also lädt Excel es nicht: {path}")
_FOREIGN = Text("{path} is not the add-in of clvxl.", "{path} ist nicht das Add-in von clvxl.")
_MOVE = Text("Move that file elsewhere and run: clvxl install", "Diese Datei verschieben und ausführen: clvxl install")
_DRIFT = Text("The add-in was built with {name} {then}, but {now} is installed now; the two must be the same.",
              "Das Add-in wurde mit {name} {then} gebaut, installiert ist jetzt {now}; beide müssen gleich sein.")
_SWITCHED_OFF = Text("Excel has put the add-in on its list of disabled items.",
                     "Excel hat das Add-in auf die Liste deaktivierter Elemente gesetzt.")
_SWITCH_ON = Text("In Excel: File, Options, Add-ins, Manage: Disabled Items, Go, select clvxl, Enable; then restart Excel.",
                  "In Excel: Datei, Optionen, Add-Ins, Verwalten: Deaktivierte Elemente, Los, clvxl wählen, Aktivieren; Excel neu starten.")
_MACROS_OFF = Text("Macros are switched off in Excel, so the template's buttons do nothing.",
                   "Makros sind in Excel abgeschaltet, also tun die Schaltflächen der Vorlage nichts.")
_MACROS_ON = Text("In Excel: File, Options, Trust Center, Settings, Macro Settings: Disable with notification.",
                  "In Excel: Datei, Optionen, Trust Center, Einstellungen, Makroeinstellungen: Mit Benachrichtigung deaktivieren.")
_ASK = Text("Your IT department has set this; ask it to allow macros, or use “clvxl report”.",
            "Das hat Ihre IT-Abteilung so festgelegt; bitte sie, Makros zu erlauben, oder „clvxl report“ benutzen.")
_UNTRUSTED = Text("Excel's trusted locations are switched off, so it may block the add-in.",
                  "Die vertrauenswürdigen Speicherorte von Excel sind abgeschaltet; es blockiert das Add-in womöglich.")
_TRUST = Text("In Excel: File, Options, Trust Center, Settings, Trusted Locations: clear “Disable all trusted locations”.",
              "In Excel: Datei, Optionen, Trust Center, Einstellungen, Vertrauenswürdige Speicherorte: „Alle deaktivieren“ ausschalten.")
_NOT_CONFIGURED = Text("Excel does not know which Python to use: {path} is missing or says nothing of it.",
                       "Excel weiß nicht, welches Python es benutzen soll: {path} fehlt oder sagt nichts dazu.")
_CONFIGURED = Text("Excel uses the Python {path}", "Excel benutzt das Python {path}")
_MOVED = Text("Excel is set to a Python that is no longer there: {path}",
              "Excel ist auf ein Python eingestellt, das nicht mehr da ist: {path}")
_ANOTHER = Text("Excel uses another Python than this command: {path}", "Excel benutzt ein anderes Python als dieser Befehl: {path}")
_IF_WRONG = Text("If that is not meant, run: clvxl install", "Wenn das nicht so gemeint ist: clvxl install ausführen")
_LIBRARY = Text("The library of xlwings for {bits}-bit Excel is there: {path}",
                "Die Bibliothek von xlwings für {bits}-Bit-Excel ist da: {path}")
_NO_LIBRARY = Text("Excel has {bits} bits, but {path} is not beside its Python.",
                   "Excel hat {bits} Bit, aber {path} liegt nicht bei seinem Python.")
_FRESH = Text("Make a fresh environment (python -m venv), without --user, and in it: pip install clvxl, clvxl install",
              "Eine frische Umgebung anlegen (python -m venv), ohne --user, und darin: pip install clvxl, clvxl install")
_SCRIPTED = Text("The script through which Excel starts Python is in place.", "Das Skript, über das Excel Python startet, ist da.")
_NOT_SCRIPTED = Text("The script through which Excel starts Python is missing or old: {path}",
                     "Das Skript, über das Excel Python startet, fehlt oder ist alt: {path}")
_BLOCKED = Text("Windows blocks the macros in {path}, since the file was downloaded.",
                "Windows blockiert die Makros in {path}, weil die Datei heruntergeladen wurde.")
_UNBLOCK = Text("Close it in Excel, right-click it in Explorer, Properties, tick Unblock, OK.",
                "In Excel schließen, im Explorer mit rechts anklicken, Eigenschaften, Zulassen ankreuzen, OK.")
_NO_FILE = Text("There is no file {path}.", "Die Datei {path} gibt es nicht.")
_FREE = Text("Windows does not block {path}.", "Windows blockiert {path} nicht.")


def examine(machine: Machine, now: Versions, files: Iterable[Path] = ()) -> list[Finding]:
    """Everything that was looked at; ``now`` is what is installed, ``files`` are workbooks whose macros do not run."""
    files = list(files)
    absent = [_found("poor", _NO_FILE, path=path) for path in files if not path.is_file()]
    if machine.system == "other":
        return [Finding("fair", ELSEWHERE, WITHOUT_EXCEL), *absent]
    checks = (_excel(machine), _python(machine), _addin(machine, now), _configuration(machine, now))
    found = [each for check in checks for each in check]
    return [*found, *absent, *(_script(machine) if machine.system == "mac" else _windows(machine, files))]


def _found(tone: Tone, text: Text, action: Text = Text("", ""), **values: object) -> Finding:  # noqa: B008 - a Text never changes
    return Finding(tone, text, action, tuple(values.items()))


def _excel(machine: Machine) -> Iterator[Finding]:
    excel = machine.excel
    if excel is None:
        yield _found("poor", _NO_EXCEL, _GET_EXCEL)
        return
    text, version = _EXCEL_OF if excel.bits else _EXCEL, f" {excel.version}" if excel.version else ""
    yield _found("good", text, version=version, bits=excel.bits, path=excel.path)
    if excel.store:
        yield _found("poor", _STORE_EXCEL, _DESKTOP_EXCEL)


def _python(machine: Machine) -> Iterator[Finding]:
    if machine.store_python:
        yield _found("poor", STORE_PYTHON, OTHER_PYTHON)
    else:
        yield _found("good", _PYTHON, path=machine.interpreter)


def _addin(machine: Machine, now: Versions) -> Iterator[Finding]:
    path = machine.addin
    if not path.is_file():
        yield _found("poor", _NOT_PLACED, INSTALL, path=path)
        return
    then = addin.versions_of(path)
    if then is None:
        yield _found("poor", _FOREIGN, _MOVE, path=path)
        return
    yield _found("good", _PLACED, path=path)
    for name, old, new in zip(Versions._fields, then, now, strict=True):
        if old != new:
            yield _found("poor", _DRIFT, INSTALL, name=name, then=old, now=new)


def _configuration(machine: Machine, now: Versions) -> Iterator[Finding]:
    """Which Python Excel is told to use, and whether it is there with what belongs to it."""
    path = machine.configuration
    text = path.read_bytes().decode(machine.charset, "replace") if path.is_file() else ""
    said = configuration.parsed(text).get(configuration.INTERPRETER[machine.system], "")
    if not said:
        yield _found("poor", _NOT_CONFIGURED, INSTALL, path=path)
        return
    interpreter = Path(said.replace("%USERPROFILE%", str(machine.home)).replace("$HOME", str(machine.home)))
    if not interpreter.exists():
        yield _found("poor", _MOVED, INSTALL, path=interpreter)
        return
    same = interpreter == machine.interpreter
    yield _found("good", _CONFIGURED, path=interpreter) if same else _found("fair", _ANOTHER, _IF_WRONG, path=interpreter)
    if machine.system == "windows" and machine.excel:
        yield _library(machine.excel, interpreter, now)


def _library(excel: Excel, interpreter: Path, now: Versions) -> Finding:
    """The library that Excel loads lies beside its Python, or above it where that is an environment."""
    bits = excel.bits or 64
    name = f"xlwings{bits}-{now.xlwings}.dll"
    place = next((folder / name for folder in interpreter.parents[:2] if (folder / name).is_file()), None)
    return _found("good", _LIBRARY, bits=bits, path=place) if place else _found("poor", _NO_LIBRARY, _FRESH, bits=bits, path=name)


def _script(machine: Machine) -> Iterator[Finding]:
    path = machine.script
    if path and path.is_file() and path.read_bytes() == script():
        yield _found("good", _SCRIPTED)
    else:
        yield _found("poor", _NOT_SCRIPTED, INSTALL, path=path)


def _windows(machine: Machine, files: list[Path]) -> Iterator[Finding]:
    """What Excel and Windows may have switched off or blocked."""
    disabled = [bytes(value) for value in machine.registry(_DISABLED).values() if isinstance(value, bytes)]
    if any(addin.NAME in value.decode("utf-16-le", "replace").casefold() for value in disabled):
        yield _found("poor", _SWITCHED_OFF, _SWITCH_ON)
    policy, own = (machine.registry(key) for key in _SECURITY)
    if _NO_MACROS in (policy.get("VBAWarnings"), own.get("VBAWarnings")):
        yield _found("poor", _MACROS_OFF, _ASK if policy.get("VBAWarnings") == _NO_MACROS else _MACROS_ON)
    if any(machine.registry(rf"{key}\Trusted Locations").get("AllLocationsDisabled") == 1 for key in _SECURITY):
        yield _found("poor", _UNTRUSTED, _TRUST)
    yield from _blocked(machine, files)


def _blocked(machine: Machine, files: list[Path]) -> Iterator[Finding]:
    """The files that were named, the add-in, and templates where downloads usually lie."""
    for path in files:
        if path.is_file() and not is_blocked(path):
            yield _found("good", _FREE, path=path)
    usual = [each for folder in ("Downloads", "Desktop", "Documents") for each in sorted((machine.home / folder).glob(_TEMPLATES))]
    for path in dict.fromkeys([*files, machine.addin, *usual]):
        if path.is_file() and is_blocked(path):
            yield _found("poor", _BLOCKED, _UNBLOCK, path=path)


def is_blocked(path: Path) -> bool:
    """Whether Windows noted that a file came from the internet or from a place it does not trust."""
    try:
        note = Path(f"{path}{_ZONE}").read_bytes()
    except OSError:
        return False
    return any(line.strip().upper() in (b"ZONEID=3", b"ZONEID=4") for line in note.splitlines())
