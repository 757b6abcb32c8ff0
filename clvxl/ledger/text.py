"""Text files with separators: UTF-8, UTF-16 or cp1252; comma, semicolon or tab, found out from the head."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from clvxl.errors import SourceError
from clvxl.ledger.cells import HEAD_ROWS, Body, Column, Sheet
from clvxl.words import Text

_DELIMITERS = ";\t,|"
_LONGEST_LINE = 1 << 20  # bytes in which a first line must end
_HEAD = 1 << 18


def sheet(path: Path) -> Sheet:
    """The table of a text file."""
    content = _utf8(path)
    head_text = content[:_HEAD].decode("utf-8", errors="ignore")
    delimiter = _delimiter(head_text)
    lines = _records(head_text, delimiter)
    return Sheet(path.name, [fields for fields, _ in lines], lambda row: _body(path, content, delimiter, *lines[row]),
                 decimal_comma=True if delimiter == ";" else None)


def _utf8(path: Path) -> bytes:
    """The file's bytes, as UTF-8 without a mark, with a line break at the end."""
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw = raw.decode("utf-16", errors="replace").encode()
    elif raw[1:200:2].count(0) * 2 > len(raw[1:200:2]):
        raw = raw.decode("utf-16-le", errors="replace").encode()
    if b"\0" in raw:
        raise _refuse(path, "is no text: it contains NUL bytes.", "ist kein Text: Die Datei enthält NUL-Bytes.")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raw = raw.decode("cp1252", errors="replace").encode()
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if len(raw) > _LONGEST_LINE and b"\n" not in raw[:_LONGEST_LINE]:
        raise _refuse(path, "is no table: its first line does not end within a million characters.",
                      "ist keine Tabelle: Die erste Zeile endet nicht innerhalb einer Million Zeichen.")
    return raw if raw.endswith(b"\n") else raw + b"\n"


def _refuse(path: Path, en: str, de: str) -> SourceError:
    return SourceError(Text("{file} " + en, "{file} " + de),
                       Text("Export it again as CSV (UTF-8).", "Erneut als CSV (UTF-8) exportieren."), file=path.name)


def _delimiter(head: str) -> str:
    """The separator that splits the most lines into the same number of fields, beyond one."""
    def fit(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(fields) for fields, _ in _records(head, delimiter) if len(fields) > 1)
        width, lines = widths.most_common(1)[0] if widths else (1, 0)
        return lines, width
    return max(_DELIMITERS, key=fit)


def _records(head: str, delimiter: str) -> list[tuple[list[str], int]]:
    """The first records, each with the number of the line it ends in."""
    csv.field_size_limit(2 * _LONGEST_LINE)
    reader = csv.reader(io.StringIO(head), delimiter=delimiter)
    records: list[tuple[list[str], int]] = []
    try:
        for fields in reader:
            records.append(([field.strip() for field in fields], reader.line_num))
            if len(records) == HEAD_ROWS:
                break
    except csv.Error:  # an open quotation mark: what was read so far must do
        pass
    return records


def _body(path: Path, content: bytes, delimiter: str, headings: list[str], line: int) -> Body:
    """All columns below the headings as text; lines with another number of fields are kept apart."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    start = _after_line(content, line)
    misfits: list[tuple[int, str]] = []
    names = [str(place) for place in range(len(headings))]

    def keep(row: Any) -> str:
        misfits.append((row.number, row.text))
        return "skip"

    if start >= len(content):
        return Body([Column(pa.array([], pa.string())) for _ in names], np.zeros(0, dtype=np.int64))
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(start)),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 24),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=b'"' in content, ignore_empty_lines=False,
                                                 invalid_row_handler=keep),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False))
    except pa.ArrowInvalid as error:
        raise _refuse(path, "cannot be read: a line is too long or a quotation mark stays open.",
                      "ist nicht lesbar: Eine Zeile ist zu lang, oder ein Anführungszeichen bleibt offen.") from error
    columns = [Column(table.column(place).combine_chunks()) for place in range(table.num_columns)]
    return _numbered(columns, misfits, line, table.num_rows)


def _numbered(columns: list[Column], misfits: list[tuple[int, str]], line: int, count: int) -> Body:
    """Row numbers count the records below the headings, misfits among them; empty lines are no misfits."""
    everything = np.arange(1, count + len(misfits) + 1)
    rows = np.setdiff1d(everything, np.array([number for number, _ in misfits], dtype=np.int64), assume_unique=True)
    ragged = tuple((line + number, text) for number, text in misfits if re.search(r"\S", text))
    return Body(columns, rows + line, ragged)


def _after_line(content: bytes, line: int) -> int:
    place = 0
    for _ in range(line):
        place = content.index(b"\n", place) + 1
    return place
