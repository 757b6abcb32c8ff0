"""All customers in a file of their own beside the workbook, where they are too many for a page that people read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clvxl.analysis import Analysis
from clvxl.errors import OutputError
from clvxl.excel import storage
from clvxl.excel.file import FORCE, FOREIGN
from clvxl.ledger.parquet import is_listing, marked
from clvxl.ledger.sources import LISTINGS
from clvxl.report.customers import MOST_ROWS
from clvxl.words import LANGUAGES

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 250_000  # that are turned at a time


def place(analysis: Analysis, book: Path) -> Path | None:
    """Where all customers go; None where the workbook has room for them."""
    ending = LISTINGS[LANGUAGES.index(analysis.settings.language)]
    return book.with_name(f"{book.stem}{ending}.parquet") if len(analysis.customers) > MOST_ROWS else None


def write(analysis: Analysis, path: Path, *, force: bool = False) -> Path:
    """Writes every customer with everything that is known and forecast, the best first; an earlier list is replaced as a whole.

    Raises: OutputError.
    """
    import pyarrow.parquet as pq

    if path.exists() and not force and not is_listing(path):
        raise OutputError(FOREIGN, FORCE, path=path)
    frame = analysis.customers
    pieces = (frame.iloc[start : start + _ROWS] for start in range(0, len(frame), _ROWS))
    schema = _schema(analysis)

    def fill(beside: Path) -> None:
        import pyarrow as pa

        with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
            for piece in pieces:
                writer.write_table(pa.Table.from_pandas(piece, schema=schema, preserve_index=False))

    return storage.filled(path, fill)


def _schema(analysis: Analysis) -> pa.Schema:
    """The columns in which anything stands."""
    import pyarrow as pa

    frame = analysis.customers
    return marked(pa.Schema.from_pandas(frame[[name for name in frame if frame[name].notna().any()]], preserve_index=False))
