"""Parquet files: their rows stay in the data engine, and only what is small is brought out."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from clvxl.errors import SourceError
from clvxl.ledger.cells import Body, Column, Sheet
from clvxl.words import Text

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

_MARK = b"clvxl"


def sheet(name: str, paths: tuple[Path, ...], backend: ibis.BaseBackend) -> Sheet:
    """The table of one or several Parquet files of the same columns."""
    import duckdb

    try:
        table = backend.read_parquet([str(path) for path in paths], union_by_name=True)
        headings = list(table.columns)
    except duckdb.Error as error:
        raise SourceError(Text("{file} cannot be read as Parquet: {why}.", "{file} ist nicht als Parquet lesbar: {why}."),
                          Text("Write it again.", "Die Datei neu schreiben."),
                          file=name, why=str(error).splitlines()[0].strip(" .")[:120]) from error
    return Sheet(name, [headings], lambda _: body(table), table=lambda wanted: table.select(*wanted))


def marked(schema: pa.Schema) -> pa.Schema:
    """The columns of a list that a report leaves beside it, marked as such."""
    return schema.with_metadata({_MARK: b"customers"})


def is_listing(path: Path | IO[bytes]) -> bool:
    """Whether a file is a list of customers that a report left there, and so nobody's table of orders."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return _MARK in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowInvalid):
        return False


def body(table: ibis.Table) -> Body:
    """All rows of a table, brought out."""
    arrow = table.to_pyarrow()
    columns = [_column(arrow.column(place)) for place in range(arrow.num_columns)]
    return Body(columns, np.arange(1, arrow.num_rows + 1))


def _column(values: object) -> Column:
    import pyarrow as pa

    array = values.combine_chunks()  # type: ignore[attr-defined]  # a column of a table: pyarrow has no stubs
    if pa.types.is_dictionary(array.type) or pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        array = array.cast(pa.string())
    return Column(array)
