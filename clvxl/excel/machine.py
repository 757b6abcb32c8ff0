"""The machine as a value: its system, its folders, its registry, its Python; and where Excel looks for what is ours."""

from __future__ import annotations

import plistlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from clvxl.excel.addin import NAME
from clvxl.excel.bridge import PROJECT, SCRIPT
from clvxl.excel.configuration import System

Registry = Callable[[str], Mapping[str, object]]  # a key -> its values by name; nothing where there is no such key

_OFFICE = r"SOFTWARE\Microsoft\Office"
_EXCEL_PATHS = tuple(rf"{hive}\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe" for hive in ("HKLM", "HKCU"))
_CLICK_TO_RUN, _OUTLOOK = rf"HKLM\{_OFFICE}\ClickToRun\Configuration", rf"HKLM\{_OFFICE}\16.0\Outlook"
_BITS = {"x64": 64, "x86": 32}
_APPLICATIONS = "Applications/Microsoft Excel.app"


class Excel(NamedTuple):
    """The Excel of a machine; what cannot be told is empty."""

    path: str
    version: str = ""
    bits: int | None = None
    store: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """What installing and examining need to know; the command line fills it in from the real one."""

    system: System
    home: Path
    interpreter: Path
    base: Path  # where the interpreter's own Python lies, if that is an environment
    environment: Mapping[str, str]
    registry: Registry = lambda key: {}
    root: Path = Path("/")
    charset: str = "cp1252"  # in which Excel reads text files

    @property
    def startup(self) -> Path:
        """The folder whose add-ins Excel opens when it starts."""
        if self.system == "mac":
            return self.office / "User Content.localized/Startup.localized/Excel"
        roaming = self.environment.get("APPDATA")
        return (Path(roaming) if roaming else self.home / "AppData/Roaming") / "Microsoft/Excel/XLSTART"

    @property
    def office(self) -> Path:
        """On a Mac the folder that Excel makes when it first starts."""
        return self.home / "Library/Group Containers/UBF8T346G9.Office"

    @property
    def addin(self) -> Path:
        return self.startup / NAME

    @property
    def configuration(self) -> Path:
        if self.system == "mac":
            return self.home / f"Library/Containers/com.microsoft.Excel/Data/{PROJECT}.conf"
        return self.home / f".{PROJECT}/{PROJECT}.conf"

    @property
    def script(self) -> Path | None:
        """On a Mac the script through which Excel may start programs."""
        return self.home / f"Library/Application Scripts/com.microsoft.Excel/{SCRIPT}" if self.system == "mac" else None

    @property
    def kept(self) -> Path:
        """Where files go that have to make room."""
        return self.home / (f"Library/Application Support/{PROJECT}/kept" if self.system == "mac" else f".{PROJECT}/kept")

    @property
    def store_python(self) -> bool:
        """Whether Python comes from the Microsoft Store, which keeps what it writes to itself."""
        return self.system == "windows" and any(map(_of_store, (str(self.interpreter), str(self.base))))

    @property
    def excel(self) -> Excel | None:
        if self.system == "mac":
            return self._mac_excel()
        return self._windows_excel() if self.system == "windows" else None

    def _windows_excel(self) -> Excel | None:
        path = next((str(found) for key in _EXCEL_PATHS if (found := self.registry(key).get(""))), "")
        office = self.registry(_CLICK_TO_RUN)
        if not path and not office:
            return None
        platform = office.get("Platform") or self.registry(_OUTLOOK).get("Bitness")
        return Excel(path, str(office.get("VersionToReport", "")), _BITS.get(str(platform)), _of_store(path))

    def _mac_excel(self) -> Excel | None:
        for place in (self.root, self.home):
            if (place / _APPLICATIONS).is_dir():
                try:
                    version = plistlib.loads((place / _APPLICATIONS / "Contents/Info.plist").read_bytes())["CFBundleShortVersionString"]
                except (OSError, ValueError, KeyError, TypeError, plistlib.InvalidFileException):
                    version = ""
                return Excel(str(place / _APPLICATIONS), str(version), 64)
        return None


def _of_store(path: str) -> bool:
    return "windowsapps" in (part.casefold() for part in PureWindowsPath(path).parts)
