"""Cells -> texts and truth values: names kept as they are written, numbers of customers given back their own form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clvxl.ledger.cells import Column, Flags
from clvxl.ledger.numerals import encoded

CONTROL_SIGNS = "\x01-\x1f\x7f-\x9f\u200b\ufeff"  # as every engine writes them in a class; none but Arrow's has the sign 0
_CONTROL = r"[\p{Cc}\x{200B}\x{FEFF}\x{FFFE}\x{FFFF}]+"
_YES = frozenset(("yes", "y", "true", "1", "x", "ja", "j", "wahr", "✓", "✔", "active", "aktiv"))
_NO = frozenset(("no", "n", "false", "0", "nein", "falsch", "-", "–", "inactive", "inaktiv", "keiner", "none"))


@dataclass(frozen=True, slots=True)
class Labels:
    """The texts of a column as an Arrow array, null where there is none, and where control characters were removed."""

    values: Any
    cleaned: Flags


def _text_of_numbers(values: Any) -> Any:
    """Whole numbers without the .0 that a spreadsheet gives them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    whole = pc.all(pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 2.0**53))).as_py()
    if whole is not False:
        return pc.cast(pc.cast(values, pa.int64()), pa.string())
    texts = [None if value is None else str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
             for value in values.to_pylist()]
    return pa.array(texts, pa.string())


def labels(column: Column) -> Labels:
    """The texts of a column: trimmed, without control characters, empty ones as null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.values
    if pa.types.is_floating(values.type):
        values = _text_of_numbers(values)
    elif pa.types.is_timestamp(values.type):
        values = pc.cast(pc.cast(values, pa.date32(), safe=False), pa.string())
    elif not pa.types.is_string(values.type):
        values = pc.cast(values, pa.string())
    cleaned = np.zeros(len(values), dtype=bool)
    if pc.any(pc.match_substring_regex(values, _CONTROL)).as_py():
        cleaned = pc.fill_null(pc.match_substring_regex(values, _CONTROL), False).to_numpy(zero_copy_only=False)
        values = pc.replace_substring_regex(values, _CONTROL, " ")
        values = pc.replace_substring_regex(values, r" {2,}", " ")
    values = pc.utf8_trim_whitespace(values)
    return Labels(pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values), cleaned)


def truths(column: Column) -> tuple[npt.NDArray[np.object_], Flags]:
    """Yes as True, no as False, None where nothing stands; and where something stands that is neither."""
    import pyarrow as pa

    texts = column if pa.types.is_string(column.values.type) else Column(labels(column).values)
    codes, words = encoded(texts)
    table = np.full(len(words) + 1, None, dtype=object)
    bad = np.zeros(len(words) + 1, dtype=bool)
    for code, (word, _) in enumerate(words):
        known = word.strip().casefold()
        table[code] = True if known in _YES else False if known in _NO else None
        bad[code] = table[code] is None and known != ""
    return table[codes], bad[codes]
