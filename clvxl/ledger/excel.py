"""Sheets of Excel and OpenDocument workbooks, parsed once by calamine and handed on as typed Arrow columns."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clvxl.errors import SourceError
from clvxl.ledger.cells import HEAD_ROWS, Body, Column, Sheet
from clvxl.ledger.pages import tables
from clvxl.ledger.safety import check_workbook
from clvxl.words import Text

if TYPE_CHECKING:
    from fastexcel import ExcelReader

_UNHEARD = logging.NullHandler()  # takes what the parser has to say about columns, which is for us and not for a user


def sheets(path: Path, wanted: str | None) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one wanted."""
    starts_at_top = check_workbook(path)
    import fastexcel

    logging.getLogger("fastexcel").addHandler(_UNHEARD)

    reader = _guarded(path, lambda: fastexcel.read_excel(str(path)))
    names = reader.sheet_names
    if wanted is not None:
        if wanted not in names:
            raise SourceError(
                Text("{file} has no sheet “{sheet}”; it has {sheets}.", "{file} hat kein Blatt „{sheet}“; vorhanden: {sheets}."),
                Text("Name one of these after the #.", "Eines davon hinter dem # nennen."),
                file=path.name, sheet=wanted, sheets=", ".join(names))
        names = [wanted]
    elif not (names := tables(path, names)):
        raise SourceError(
            Text("{file} is a report of clvxl.", "{file} ist ein Bericht von clvxl."),
            Text("Give the tables it was made from.", "Bitte die Tabellen angeben, aus denen er entstand."), file=path.name)
    for name in names:
        yield _sheet(path, reader, name, starts_at_top, alone=len(names) == 1)


def _sheet(path: Path, reader: ExcelReader, name: str, starts_at_top: bool, alone: bool) -> Sheet:
    """A sheet parsed with its first row as headings, which nearly always holds; else the head is read, and the rest when it is known."""
    load = _Load(path, reader, name)
    head, first = load.with_first_row() if starts_at_top else (load.head(), None)

    def body(row: int) -> Body:
        return load.typed(first if row == 0 and first is not None else load.below(row + 1), row + 1)

    return Sheet(f"{path.name}#{name}", head, body, alone=alone)


def _guarded(path: Path, read: Any) -> Any:
    """What ``read`` gives; what the parser has to say about a broken file is said in our words."""
    try:
        return read()
    except BaseException as error:  # the parser is no Python: where it panics, that is not even an Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise SourceError(
            Text("{file} cannot be read as a workbook: {why}.", "{file} ist nicht als Arbeitsmappe lesbar: {why}."),
            Text("Open it in Excel and save it again as .xlsx.", "In Excel öffnen und erneut als .xlsx speichern."),
            file=path.name, why=str(error).splitlines()[0].strip(" .") or type(error).__name__) from error


class _Load:
    """Loading one sheet in the ways the parser offers."""

    def __init__(self, path: Path, reader: ExcelReader, name: str) -> None:
        self.path, self.reader, self.name = path, reader, name

    def _load(self, **how: Any) -> Any:
        return _guarded(self.path, lambda: self._parsed(**how))

    def _parsed(self, **how: Any) -> Any:
        """As the cells are typed; as texts where the parser has no type for what a column mixes, such as hours and dates."""
        import fastexcel

        try:
            return self.reader.load_sheet(self.name, **how)
        except fastexcel.UnsupportedColumnTypeCombinationError:
            return self.reader.load_sheet(self.name, **how | {"dtypes": "string"})

    def with_first_row(self) -> tuple[list[list[str]], Any]:
        """The head and the rows below the first, from a single parse."""
        sheet = self._load(header_row=0, schema_sample_rows=None)
        batch = _guarded(self.path, sheet.to_arrow)
        headings = [_original(column.name, column.column_name_from == "generated") for column in sheet.available_columns()]
        rows = zip(*(batch.column(place).slice(0, HEAD_ROWS).to_pylist() for place in range(batch.num_columns)), strict=True)
        return [_undoubled(headings), *([_text(cell) for cell in row] for row in rows)], batch

    def head(self) -> list[list[str]]:
        batch = self._load(header_row=None, skip_rows=0, n_rows=HEAD_ROWS, dtypes="string").to_arrow()
        columns = [batch.column(place).to_pylist() for place in range(batch.num_columns)]
        return [[_text(cell) for cell in row] for row in zip(*columns, strict=True)]

    def below(self, row: int, **how: Any) -> Any:
        return _guarded(self.path, self._load(header_row=None, skip_rows=row, **{"schema_sample_rows": None} | how).to_arrow)

    def typed(self, batch: Any, row: int) -> Body:
        """The columns of a batch; where numbers and text are mixed, which is which is asked of the parser a second time."""
        import pyarrow as pa
        import pyarrow.compute as pc

        digits = {place: pc.fill_null(pc.match_substring_regex(batch.column(place), r"^-?[0-9.]+$"), False)
                  for place in range(batch.num_columns) if pa.types.is_string(batch.column(place).type)}
        mixed = {place: where.to_numpy(zero_copy_only=False) for place, where in digits.items() if pc.any(where).as_py()}
        if mixed:
            truths = self._truths(row)
            assert len(truths) == batch.num_rows, f"{self.name}: {len(truths)} rows of {batch.num_rows}"  # noqa: S101 - ours, not the user's
            mixed = {place: where & truths.column(place).is_valid().to_numpy(zero_copy_only=False) for place, where in mixed.items()}
        columns = [Column(batch.column(place), mixed.get(place)) for place in range(batch.num_columns)]
        return Body(columns, np.arange(row + 1, row + 1 + batch.num_rows))

    def _truths(self, row: int) -> Any:
        """The cells as truth values, where numbers are true or false and texts and dates are empty.

        All columns are asked: the parser counts them from the sheet's first, and we from the first that is filled.
        """
        import pyarrow as pa

        truths = self.below(row, dtypes="boolean", schema_sample_rows=1)
        assert all(pa.types.is_boolean(kind) for kind in truths.schema.types), f"{self.name}: {truths.schema}"  # noqa: S101 - ours too
        return truths


def _original(name: str, generated: bool) -> str:
    return "" if generated else name.strip()


def _undoubled(headings: list[str]) -> list[str]:
    """The parser calls a second ``Revenue`` ``Revenue_1``; here it has its own name back."""
    return [match[1] if (match := re.fullmatch(r"(.+)_\d+", name)) and match[1] in headings[:place] else name
            for place, name in enumerate(headings)]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
