"""SQLite: a column holds whatever was put there, so values are read as they are; where they are all of a kind they go into the engine."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from clvxl.ledger.cells import Body, Column

_ROWS = 50_000  # that travel at once
_WAL = slice(18, 20)  # what the head of a file says of its journal: 2 for one beside the file


class Reader:
    """A SQLite file that is only read, also where its folder cannot be written to."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            beside = file.read(20)[_WAL] == b"\2\2" and not Path(f"{path}-wal").exists()
        way = "immutable=1" if beside else "mode=ro"  # reading a journal would leave files beside it
        self.connection = sqlite3.connect(f"{path.resolve().as_uri()}?{way}", uri=True)
        weakref.finalize(self, self.connection.close)
        self.connection.text_factory = lambda text: text.decode("utf-8", errors="replace")

    def tables(self) -> dict[tuple[str, ...], list[str]]:
        """The headings of all tables and views."""
        names = [name for (name,) in self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")]
        return {(name,): [heading for (heading,) in self.connection.execute(
            "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", (name,))] for name in names}

    def body(self, table: str, headings: Sequence[str]) -> Body:
        """All rows of a table."""
        rows = list(self._rows(table, headings))
        columns = [_column([row[place] for row in rows]) for place in range(len(headings))]
        return Body(columns, np.arange(1, len(rows) + 1))

    def batches(self, table: str, headings: Sequence[str]) -> Any:
        """The rows in Arrow batches, each column of one type; None if a column holds values of several."""
        import pyarrow as pa

        types = [self._type(table, heading) for heading in headings]
        if None in types:
            return None
        schema = pa.schema(list(zip(headings, types, strict=True)))

        def pieces() -> Iterator[Any]:
            rows = self._rows(table, headings)
            while piece := list(islice(rows, _ROWS)):
                arrays = [pa.array(values, kind) for values, kind in zip(zip(*piece, strict=True), types, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

        return pa.RecordBatchReader.from_batches(schema, pieces())

    def _rows(self, table: str, headings: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        yield from self.connection.execute(f"SELECT {', '.join(map(_quoted, headings))} FROM {_quoted(table)}")  # noqa: S608 - quoted

    def _type(self, table: str, heading: str) -> Any:
        import pyarrow as pa

        kinds = {kind for (kind,) in self.connection.execute(f"SELECT DISTINCT typeof({_quoted(heading)}) FROM {_quoted(table)}")}  # noqa: S608 - quoted
        kinds -= {"null"}
        if kinds <= {"integer"}:
            return pa.int64()
        return pa.float64() if kinds <= {"integer", "real"} else pa.string() if kinds == {"text"} else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column(values: list[Any]) -> Column:
    """Values as an Arrow column: numbers, or text with a note where numbers stood; bytes are shown, never understood."""
    import pyarrow as pa

    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {int}:
        return Column(pa.array(values, pa.int64()))
    if kinds <= {int, float}:
        return Column(pa.array([None if value is None else float(value) for value in values], pa.float64()))
    texts = [None if value is None else repr(value) if isinstance(value, float | bytes) else str(value) for value in values]
    numeric = np.array([isinstance(value, int | float) for value in values])
    return Column(pa.array(texts, pa.string()), numeric if numeric.any() else None)
