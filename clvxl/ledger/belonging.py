"""Which rows of the tables belong to which value of a column: by the column itself, or where a table lacks it by its customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from clvxl.errors import ClvError, DataError
from clvxl.ledger.cells import Body
from clvxl.ledger.headings import no_column
from clvxl.ledger.labels import labels
from clvxl.ledger.recognise import Recognised, plain
from clvxl.terms import TERMS
from clvxl.words import Text

Whole = npt.NDArray[np.int64]

_IN_SEVERAL = Text(
    "{source} does not say where the orders of customer {customer} belong, who stands under “{first}” and under “{second}”.",
    "{source} sagt nicht, wohin die Aufträge von Kunde {customer} gehören, der unter „{first}“ und unter „{second}“ steht.",
)
_SAY_WHERE = Text("Add the column {column} to the orders.", "Die Spalte {column} bei den Aufträgen ergänzen.")


class Cells(NamedTuple):
    """A recognised table with all its cells."""

    name: str
    found: Recognised
    body: Body


@dataclass(frozen=True, slots=True)
class Belonging:
    """The rows of a table, by their numbers in the source, and the code of the value that each belongs to; a row may belong to several."""

    rows: Whole
    codes: Whole

    def of(self, row: int) -> list[int]:
        """The codes of one row."""
        first, last = np.searchsorted(self.rows, [row, row + 1])
        return [int(code) for code in self.codes[first:last]]


NOWHERE = Belonging(np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Belongings:
    """The values in the order of their names, an empty one last; for each table its rows, unless it concerns nobody in particular.

    ``heading`` is that of the column, ``doubts`` are the codes of values for which it cannot be told what belongs to them.
    """

    heading: str
    values: tuple[str, ...]
    tables: tuple[Belonging | None, ...]
    doubts: dict[int, ClvError]


def belongings(by: str, tables: Sequence[Cells]) -> Belongings:
    """Where the rows of the tables belong, by a column that customers or orders have: a heading, or a term such as segment.

    Raises: HeadingError.
    """
    places = [_place(by, each.found) for each in tables]
    if not any(place is not None and each.found.table != "spend" for place, each in zip(places, tables, strict=True)):
        raise no_column(by, ((each.name, each.found) for each in tables))
    heading = next(each.found.headings[place] for place, each in zip(places, tables, strict=True) if place is not None)
    words = [None if place is None else _texts(each, place) for place, each in zip(places, tables, strict=True)]
    values = _values(each for each in words if each is not None)
    own = [None if each is None else Belonging(table.body.rows, _codes(each, values)) for each, table in zip(words, tables, strict=True)]
    following = _Following(by, values, pd.concat([_pairs(table, each) for table, each in zip(tables, own, strict=True)]))
    found = tuple(each or following.rows(table) for each, table in zip(own, tables, strict=True))
    return Belongings(heading, values, found, following.doubts)


def _place(by: str, found: Recognised) -> int | None:
    """The column that is meant by a heading, or by a term or its label; None where there is none."""
    exact = [place for place, heading in enumerate(found.headings) if heading == by]
    alike = [place for place, heading in enumerate(found.headings) if plain(heading) and plain(heading) == plain(by)]
    named = [place for term, place in found.places.items() if plain(by) in {plain(word) for word in (term, *TERMS[term].label)}]
    return next(iter(exact + alike + named), None)


def _texts(table: Cells, place: int) -> pd.Categorical:
    return pd.Categorical(labels(table.body.columns[place]).values.to_pandas())


def _values(words: Iterable[pd.Categorical]) -> tuple[str, ...]:
    found = {str(word) for each in words for word in each.categories}
    return (*sorted(found, key=lambda word: (word.casefold(), word)), "")


def _codes(words: pd.Categorical, values: tuple[str, ...]) -> Whole:
    """The code of each text; where there is none, that of the empty one."""
    codes = words.set_categories(values).codes.astype(np.int64)
    return np.where(codes < 0, len(values) - 1, codes)


def _pairs(table: Cells, own: Belonging | None) -> pd.DataFrame:
    """The customers of a table with the code they stand under."""
    if own is None or "customer" not in table.found.places:
        return pd.DataFrame({"customer": pd.Series(dtype=str), "code": pd.Series(dtype=np.int64)})
    pairs = pd.DataFrame({"customer": _texts(table, table.found.places["customer"]), "code": own.codes})
    return pairs.dropna().drop_duplicates().astype({"customer": str})


class _Following:
    """Tables without the column follow their customers, who stand elsewhere under ``homes``."""

    def __init__(self, by: str, values: tuple[str, ...], pairs: pd.DataFrame) -> None:
        self.by, self.values = by, values
        self.empty = len(values) - 1
        pairs = pairs.drop_duplicates()
        placed = pairs[pairs["code"] != self.empty]
        self.homes = pd.concat([placed, pairs[~pairs["customer"].isin(placed["customer"])]], ignore_index=True)
        self.doubts: dict[int, ClvError] = {}

    def rows(self, table: Cells) -> Belonging | None:
        """The rows of customers, under each value their customer stands under; of orders, under the only one; of other tables none."""
        if "customer" not in table.found.places:
            return None
        rows = pd.DataFrame({"customer": _texts(table, table.found.places["customer"]).astype(object), "row": table.body.rows})
        if table.found.table == "orders":
            several = self.homes[self.homes["customer"].duplicated(keep=False) & self.homes["customer"].isin(rows["customer"])]
            self._doubt(several, table.name)
            rows = rows[~rows["customer"].isin(several["customer"])]
        placed = rows.merge(self.homes, on="customer", how="left")
        codes = placed["code"].fillna(self.empty).to_numpy(np.int64)
        return Belonging(placed["row"].to_numpy(np.int64), codes)

    def _doubt(self, several: pd.DataFrame, source: str) -> None:
        for customer, codes in several.sort_values("code").groupby("customer", sort=True)["code"]:
            first, second, *_ = (self.values[code] for code in codes)
            error = DataError(_IN_SEVERAL, _SAY_WHERE, source=source, customer=customer, first=first, second=second, column=self.by)
            for code in codes:
                self.doubts.setdefault(int(code), error)
