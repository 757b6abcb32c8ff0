"""Rows pass through the rules one after the other; each that stays behind is kept with its reason, and none is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from clvxl.ledger.cells import Flags
from clvxl.ledger.rules import Findings

Values = Callable[[int], object]  # what stands in a row, asked for only where it is shown


class Sieve:
    """The rows of one table. ``sources`` says which source each row is from, ``rows`` its number there.

    A column is named by its term; ``headings`` say, for each source, what the user calls it.
    """

    def __init__(self, names: list[str], headings: Sequence[Mapping[str, str]], sources: npt.NDArray[np.int64],
                 rows: npt.NDArray[np.int64], findings: Findings) -> None:
        self.names, self.headings, self.sources, self.rows, self.findings = names, headings, sources, rows, findings
        self.kept: Flags = np.ones(len(rows), dtype=bool)

    def leave_out(self, where: Flags, rule: str, term: str = "", values: Values | None = None) -> None:
        """The rows that are still there and match are left out."""
        where = where & self.kept
        self._say(where, rule, term, values)
        self.kept &= ~where

    def mark(self, where: Flags, rule: str, term: str = "", values: Values | None = None) -> None:
        """The rows that are still there and match are noted; changing their value is the caller's."""
        self._say(where & self.kept, rule, term, values)

    def _say(self, where: Flags, rule: str, term: str, values: Values | None) -> None:
        places = np.flatnonzero(where)
        if not len(places):
            return
        for source in np.unique(self.sources[places]).tolist():
            here = places[self.sources[places] == source]
            self.findings.add_rows(self.names[source], rule, self.headings[source].get(term, ""), here, lambda place: (
                int(self.rows[place]), values(place) if values else None))
