"""What a batch is to make by a list: a row for each workbook, with its inputs, its name, and settings of its own.

The columns are ``input``, ``customers``, ``orders``, ``spend`` (each may name several, with semicolons between), ``output`` and the names
of settings; in German too. A path is meant from where the list lies. An empty cell is what holds for the whole batch.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clvxl.batch.names import file_names
from clvxl.batch.plan import Job, Plan, ending, files_of, fingerprinted
from clvxl.batch.work import Files
from clvxl.errors import ClvError, SettingsError, SourceError
from clvxl.ledger.address import expanded
from clvxl.ledger.labels import labels
from clvxl.ledger.reading import all_sheets
from clvxl.ledger.sources import locate, stem
from clvxl.settings import Settings
from clvxl.words import Language, Text

_INPUTS = ("input", "customers", "orders", "spend")
_GERMAN = {
    "eingabe": "input", "kunden": "customers", "aufträge": "orders", "ausgaben": "spend", "ausgabe": "output", "titel": "title",
    "sprache": "language", "stichtag": "as_of", "abzinsung": "discount", "horizont": "horizon", "währung": "currency", "marge": "margin",
    "bindungsrate": "retention", "modell": "model",
}
_SETTINGS = tuple(each.name for each in fields(Settings))
_SEVERAL = {"columns", "thresholds"}
_ROW = Text("Row {row}", "Zeile {row}")
_NO_INPUT = Text("Row {row} of the list names no input.", "Zeile {row} der Liste nennt keine Eingabe.")
_ENTER = Text("Enter a file.", "Eine Datei eintragen.")
_UNKNOWN = Text("The list {name} has a column “{heading}”, which is neither an input nor a setting.",
                "Die Liste {name} hat eine Spalte „{heading}“, die weder Eingabe noch Einstellung ist.")
_POSSIBLE, _CLOSE = Text("Possible: {known}.", "Möglich: {known}."), Text("Did you mean {close}?", "Gemeint: {close}?")
_EMPTY = Text("The list {name} has no rows.", "Die Liste {name} hat keine Zeilen.")
_ONE_PER_ROW = Text("It needs a row for each workbook, and the column input.", "Sie braucht eine Zeile je Mappe und die Spalte Eingabe.")
_TWICE = Text("Rows {first} and {second} of the list have the same output {output}.",
              "Die Zeilen {first} und {second} der Liste haben dieselbe Ausgabe {output}.")
_DIFFERENT = Text("Give each its own.", "Jeder eine eigene geben.")


def by_list(given: str, settings: Settings, *, template: bool = False) -> Plan:
    """A workbook per row of a list, from the template if asked for.

    Raises: ClvError, where the list cannot be used; a row that cannot is a job that fails.
    """
    rows = _rows(given)
    home = expanded(given.partition("#")[0]).parent
    outputs = _outputs(rows, settings.language)
    files = file_names(outputs.values(), ending(template=template))
    jobs = tuple(replace(_job(number, row, outputs[number], files[outputs[number]], home, settings), template=template)
                 for number, row in rows.items())
    read = [part for row in rows.values() for each in _INPUTS for part in _parts(row.get(each, ""))]
    return Plan(settings, "", jobs, frozenset(_path(home, part) for part in read) | files_of([given]))


def _rows(given: str) -> dict[int, dict[str, str]]:
    """Number of the row -> what stands under each heading; rows without anything are none."""
    sheet, _ = next(all_sheets(locate([given])[:1], Settings()))
    headings = [_heading(each, sheet.name) for each in sheet.head[0]] if sheet.head else []
    body = sheet.body(0)
    texts = [labels(column).values.to_pylist() for column in body.columns]
    rows = {}
    for number, *cells in zip(body.rows.tolist(), *texts, strict=True):
        row = {heading: cell for heading, cell in zip(headings, cells, strict=True) if heading and cell is not None}
        if row:
            rows[number] = row
    if not rows:
        raise SourceError(_EMPTY, _ONE_PER_ROW, name=sheet.name)
    return rows


def _heading(said: str, name: str) -> str:
    key = said.strip().casefold().replace("-", "_").replace(" ", "_")
    key = _GERMAN.get(key, key)
    known = (*_INPUTS, "output", *_SETTINGS)
    if key and key not in known:
        close = get_close_matches(key, [*known, *_GERMAN], 1)
        raise SettingsError(_UNKNOWN, _CLOSE if close else _POSSIBLE, name=name, heading=said, close="".join(close), known=", ".join(known))
    return key


def _outputs(rows: Mapping[int, Mapping[str, str]], language: Language) -> dict[int, str]:
    """Number of the row -> the name of its workbook: what is said, else its title, else its first input."""
    found: dict[int, str] = {}
    for number, row in rows.items():
        output = re.sub(r"\.xls[xm]$", "", row.get("output", "")) or row.get("title", "") or _stem(row) or _ROW.say(language, row=number)
        if output in found.values():
            earlier = next(each for each, taken in found.items() if taken == output)
            raise SettingsError(_TWICE, _DIFFERENT, first=earlier, second=number, output=output)
        found[number] = output
    return found


def _stem(row: Mapping[str, str]) -> str:
    """What the workbook is called after where nothing else is said; nothing where the input cannot be understood, which is its doubt."""
    first = next((row[each] for each in _INPUTS if each in row), "").partition(";")[0]
    with suppress(ClvError):
        return stem(first.strip())
    return ""


def _job(number: int, row: Mapping[str, str], output: str, file: str, home: Path, settings: Settings) -> Job:
    own, source, data, doubt = settings, Files((), settings), "", None
    try:
        said: dict[str, Any] = {name: _parts(text) if name in _SEVERAL else text for name, text in row.items() if name in _SETTINGS}
        own = replace(settings, **said)
        source = _source(number, row, home, own)
        data = _data(source)
    except ClvError as error:
        doubt = error
    return Job(output, file, 0, fingerprinted(data, own, file) if data else "", own, lambda: source, doubt=doubt)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _source(number: int, row: Mapping[str, str], home: Path, settings: Settings) -> Files:
    inputs = {name: tuple(_from(home, part) for part in _parts(row.get(name, ""))) for name in _INPUTS}
    if not any(inputs.values()):
        raise SettingsError(_NO_INPUT, _ENTER, row=number)
    return Files(inputs.pop("input"), settings, inputs)


def _path(home: Path, given: str) -> Path:
    return Path(_from(home, given).partition("#")[0]).resolve()


def _from(home: Path, given: str) -> str:
    """A path as it is meant from the list's folder; an address as it is."""
    return given if "://" in given else str(home / expanded(given))


def _data(source: Files) -> str:
    """SHA-256 over the inputs and the bytes of their files; nothing where the data are on a server, and may have changed at any time.

    Raises: SourceError.
    """
    digest = hashlib.sha256(repr((source.inputs, sorted(source.said.items()))).encode())
    for place in locate(source.all):
        if not place.paths:
            return ""
        for path in place.paths:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
