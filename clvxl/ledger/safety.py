"""Workbooks that must not be opened: none, damaged, protected, or made to fill the memory. Known before anything is unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import reduce
from pathlib import Path

from clvxl.errors import SourceError
from clvxl.words import Text

_COMPOUND, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
LARGEST_UNPACKED = 4 * 2**30  # bytes of all parts of a workbook together
LARGEST_RATIO = 200  # of unpacked to packed size; real sheets stay below 50
SMALL = 20 * 2**20  # bytes below which the ratio does not matter
LARGEST_GRID = 64_000_000  # cells between the first and the last that is filled: the parser keeps room for all of them
_CHUNK = 1 << 20
_DECLARATIONS = tuple(each.encode(code) for each in ("!DOCTYPE", "!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be"))
_WIDE = re.compile(rb'<c r="([A-Z]{2,3})[0-9]')
_TOP_CELL = re.compile(rb'<c r="[A-Z]{1,3}1"[^>]*[^/]><(?:v|is)>')
SAVE_AGAIN = Text("Open it in Excel and save it again as .xlsx.", "In Excel öffnen und erneut als .xlsx speichern.")


def _refuse(path: Path, en: str, de: str, action: Text = SAVE_AGAIN) -> SourceError:
    return SourceError(Text("{file} " + en, "{file} " + de), action, file=path.name)


def check_workbook(path: Path) -> bool:
    """Refuses what cannot or must not be opened; says whether every sheet is known to have a value in its first row."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_COMPOUND):
        _check_compound(path)
        return False
    if not start.startswith(_ZIP):
        pdf = start.startswith(b"%PDF")
        raise _refuse(path, "is no workbook, but a PDF." if pdf else "is no workbook.",
                      "ist keine Arbeitsmappe, sondern ein PDF." if pdf else "ist keine Arbeitsmappe.",
                      Text("Give the workbook itself, or save the table as .xlsx or .csv.",
                           "Die Arbeitsmappe selbst angeben oder die Tabelle als .xlsx oder .csv speichern."))
    return _check_zip(path)


def _check_compound(path: Path) -> None:
    """An old workbook (.xls) is a compound file; so is a new one under a password."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _refuse(path, "is protected by a password.", "ist mit einem Kennwort geschützt.",
                      Text("Open it in Excel, remove the password (File, Info, Protect Workbook) and save it.",
                           "In Excel öffnen, das Kennwort entfernen (Datei, Informationen, Arbeitsmappe schützen) und speichern."))


def _check_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(path, members)
            tops = [_check_member(path, archive, member) for member in members]
            return all(tops) and any(_is_sheet(member) for member in members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refuse(path, "is damaged or incomplete.", "ist beschädigt oder unvollständig.",
                      Text("Fetch it again, or open it in Excel and save it anew.",
                           "Noch einmal holen oder in Excel öffnen und neu speichern.")) from error


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > LARGEST_UNPACKED or (unpacked > SMALL and unpacked / packed > LARGEST_RATIO):
        raise _refuse(path, f"would unpack to {unpacked // 2**20:,} MB from {packed // 2**10:,} kB and was not opened.",
                      f"würde aus {packed // 2**10} kB auf {unpacked // 2**20} MB anwachsen und wurde nicht geöffnet.",
                      Text("Copy the table into a new workbook, or save it as .csv.",
                           "Die Tabelle in eine neue Arbeitsmappe kopieren oder als .csv speichern."))


def _check_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Reads a part in pieces, which proves its size and checksum; false for a sheet without a value in its first row."""
    sheet = _is_sheet(member)
    top, last_row, widest = not sheet, 1, 1
    markup = member.filename.endswith((".xml", ".rels", ".vml"))
    before = b""
    with archive.open(member) as part:
        while piece := part.read(_CHUNK):
            seen = before + piece
            if markup and b"!" in seen and any(declaration in seen for declaration in _DECLARATIONS):
                raise _refuse(path, "declares XML entities, which no spreadsheet program writes, and was not opened.",
                              "deklariert XML-Entitäten, was kein Tabellenprogramm tut, und wurde nicht geöffnet.")
            if sheet:
                top = top or (not before and bool(_TOP_CELL.search(piece)))
                last_row = max(last_row, _last_row(piece))
                widest = max(widest, max((_column_number(name) for name in set(_WIDE.findall(piece))), default=1))
            before = piece[-16:]
    if last_row * widest > LARGEST_GRID:
        raise _refuse(path, f"has a cell far away from the table, in row {last_row:,}, column {widest:,}.",
                      f"hat eine Zelle weit weg von der Tabelle, in Zeile {last_row}, Spalte {widest}.",
                      Text("Delete the rows and columns outside the table, or save the table as .csv.",
                           "Zeilen und Spalten außerhalb der Tabelle löschen oder die Tabelle als .csv speichern."))
    return top


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("xl/worksheets/sheet")


def _last_row(piece: bytes) -> int:
    place = piece.rfind(b'<row r="')
    digits = piece[place + 8 : place + 18].partition(b'"')[0]
    return int(digits) if place >= 0 and digits.isdigit() else 1


def _column_number(name: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    return reduce(lambda number, letter: number * 26 + letter - 64, name, 0)
