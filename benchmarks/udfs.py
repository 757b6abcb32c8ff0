"""What a cell costs beyond its formula: 100,000 rows through ``clvxl.udfs`` against the bare NumPy expression of a careful person.

Both begin with rows of tuples, as COM hands them over, and end with rows of plain numbers, as COM takes them; for both they become an
array and back. Ours looks besides for texts, errors, decimals and dates, checks every argument, and names the errors.

Run ``python benchmarks/udfs.py``: processor time of interleaved runs, the median of each, and exit code 1 where a formula takes more
than four times as long. The last line has a blank and an error in every hundredth row, which the bare expression does not know.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np
from closed_forms import BARE, arguments

from clvxl import CATALOG, __version__, udfs

LIMIT = 4.0
BLANK, NOT_AVAILABLE = None, -2146826246  # as COM hands over an empty cell and #N/A

Cells = object


def column(values: object) -> Cells:
    """A column of cells, or the one value that it is."""
    return tuple(zip(values.tolist(), strict=True)) if isinstance(values, np.ndarray) else values


def dirty(cells: Cells) -> Cells:
    """The same with a blank and an error in every hundredth row."""
    if not isinstance(cells, tuple):
        return cells
    return tuple((BLANK if row % 100 == 0 else NOT_AVAILABLE if row % 100 == 50 else cell,) for row, (cell,) in enumerate(cells))


def bare(name: str) -> Callable[..., object]:
    flat = bool(CATALOG[name].columns)

    def answer(*cells: Cells) -> object:
        given = [np.array(each, dtype=float) if isinstance(each, tuple) else each for each in cells]
        with np.errstate(all="ignore"):
            return np.atleast_2d(BARE[name](*(np.ravel(each) if flat and np.ndim(each) else each for each in given))).tolist()

    return answer


def ours(name: str) -> Callable[..., object]:
    function = getattr(udfs, name)
    return lambda *cells: function("en", *cells)


def timed(runs: int, *rivals: Callable[[], object]) -> list[float]:
    """Median milliseconds of each, run by turns."""
    times: list[list[float]] = [[] for _ in rivals]
    for _ in range(runs):
        for rival, spent in zip(rivals, times, strict=True):
            begin = process_time()
            rival()
            spent.append(1e3 * (process_time() - begin))
    return [median(spent) for spent in times]


def compare(name: str, rows: int, runs: int) -> list[float]:
    cells = [column(each) for each in arguments(name, rows, np.random.default_rng(7))]
    expected, answer = bare(name)(*cells), ours(name)(*cells)
    pairs = [(one, other) for [one], [other] in zip(expected, answer, strict=True) if not isinstance(other, str)]
    if len(pairs) < 0.9 * len(expected) or not np.allclose(*zip(*pairs, strict=True), rtol=1e-9, atol=0):
        raise AssertionError(f"{name}: the two do not compute the same")
    return timed(runs, lambda: bare(name)(*cells), lambda: ours(name)(*cells))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    asked = parser.parse_args()
    print(f"clvxl {__version__} · numpy {np.__version__} · Python {platform.python_version()} · {asked.rows:,} rows · {asked.runs} runs")
    print(f"{'formula':26} {'bare ms':>9} {'cells ms':>9} {'ratio':>6}")
    slow = []
    for name in (name for name in BARE if name in CATALOG):
        plain, cell = compare(name, asked.rows, asked.runs)
        slow += [name] if cell > LIMIT * plain else []
        print(f"{name:26} {plain:9.2f} {cell:9.2f} {cell / plain:6.2f}{'  over' if cell > LIMIT * plain else ''}")
    cells = [dirty(column(each)) for each in arguments("CLV", asked.rows, np.random.default_rng(7))]
    [spoilt] = timed(asked.runs, lambda: ours("CLV")(*cells))
    print(f"{'CLV, 2 % blanks and errors':26} {'':9} {spoilt:9.2f}")
    print(f"over {LIMIT:g}x: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
