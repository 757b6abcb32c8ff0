"""What a batch has made: a line per workbook while it runs, one file when it has ended, so that the same command can go on from there.

``manifest.json`` is for readers and other programs. While a batch runs, each finished workbook adds a line to ``manifest.jsonl``, which
costs the same for the first and the five thousandth; it is gone when all is in the manifest. In it all is the same for the same data
and settings but the ``seconds``, which are those of the run that made the workbook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from clvxl.batch.folder import Folder
from clvxl.errors import OutputError
from clvxl.words import Text

MANIFEST, JOURNAL = "manifest.json", "manifest.jsonl"
SEGMENT = "manifest-{:05}.jsonl"  # of a journal that cannot grow
_SEGMENT = re.compile(r"manifest-\d{5}\.jsonl")
_FOREIGN = Text(
    "There is a file manifest.json in {folder} that is not of clvxl.", "In {folder} liegt eine manifest.json, die nicht von clvxl ist."
)
_FORCE = Text("Please choose another folder, or say --force to replace it.", "Bitte einen anderen Ordner wählen oder mit --force ersetzen.")

Status = Literal["done", "failed", "stale"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One workbook: of which value, made from what, and what became of it."""

    value: str
    file: str
    status: Status
    rows: int
    left_out: int = 0
    checksum: str = ""
    beside: str = ""  # the file of all customers, where they are too many for the workbook
    beside_checksum: str = ""
    fingerprint: str = ""  # of data, settings and version
    seconds: float = 0.0
    reason: str = ""
    figures: Mapping[str, float | None] | None = None


def _entry(given: Any) -> Entry | None:
    """An entry as it was written; None for anything else."""
    with suppress(TypeError, ValueError, KeyError, AttributeError, OverflowError):
        found = Entry(**{each.name: given[each.name] for each in fields(Entry) if each.name in given})
        texts = all(isinstance(text, str) for text in (
            found.value, found.file, found.checksum, found.beside, found.beside_checksum, found.fingerprint, found.reason))
        if texts and found.status in get_args(Status) and _is_name(found.file) and (not found.beside or _is_name(found.beside)):
            figures = {str(key): None if value is None else float(value) for key, value in (found.figures or {}).items()}
            return replace(found, seconds=float(found.seconds), rows=int(found.rows), left_out=int(found.left_out), figures=figures or None)
    return None


def _is_name(file: str) -> bool:
    return bool(file) and not re.search(r"[/\\\0]|^\.", file)


def known(folder: Folder, *, force: bool) -> dict[str, Entry]:
    """What earlier runs have made, by file.

    Raises: OutputError, where another program's manifest is in the way.
    """
    names = folder.names()
    listed: list[Any] = []
    if MANIFEST in names:
        listed = _listed(folder, force=force)
    for name in journals(names):
        for line in folder.read(name).splitlines():
            with suppress(ValueError, RecursionError):  # a line that was cut short: its workbook is made again
                listed.append(json.loads(line))
    entries = (_entry(each) for each in listed)
    return {each.file: each for each in entries if each}


def journals(names: Iterable[str]) -> list[str]:
    """The files of an unfinished run, the earliest first."""
    return sorted(each for each in names if each == JOURNAL or _SEGMENT.fullmatch(each))


def _listed(folder: Folder, *, force: bool) -> list[Any]:
    try:
        given = json.loads(folder.read(MANIFEST))
        if str(given["made_with"]).startswith("clvxl "):
            return list(given["workbooks"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    if force:
        return []
    raise OutputError(_FOREIGN, _FORCE, folder=folder.shown)


def write(folder: Folder, head: Mapping[str, object], entries: Iterable[Entry]) -> None:
    """The manifest; not touched where it says the same already.

    Raises: OutputError.
    """
    text = json.dumps({**head, "workbooks": [_plain(each) for each in entries]}, ensure_ascii=False, indent=1)
    data = text.encode(errors="replace")
    if MANIFEST not in folder.names() or folder.read(MANIFEST) != data:
        folder.write(MANIFEST, data)


def _plain(entry: Entry) -> dict[str, object]:
    """An entry without what it does not say; a blank value is one."""
    return {key: value for key, value in asdict(entry).items() if key == "value" or value not in ("", None)}


def line(entry: Entry) -> bytes:
    """An entry as a line of the journal."""
    return json.dumps(_plain(entry), ensure_ascii=True).encode() + b"\n"
