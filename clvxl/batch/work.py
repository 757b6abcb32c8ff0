"""One workbook, from its part of the tables to the bytes of its file: what a worker does, wherever it runs."""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass, field, replace
from functools import cache
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Protocol

from clvxl import __version__
from clvxl.errors import ClvError
from clvxl.ledger import Ledger, read
from clvxl.settings import Settings
from clvxl.words import Text

if TYPE_CHECKING:
    from clvxl.analysis import Analysis

FIGURES = ("customers", "active", "revenue_total", "retention", "clv", "cac", "ratio", "equity")  # of each workbook, for the summary
_ENGINE = Lock()  # threads share a data engine that answers one of them at a time
_LOOK = 1.0  # seconds between two looks after the parent
_BUG = Text("This is a bug in clvxl, not in your data: {kind}.", "Das ist ein Fehler in clvxl, nicht in Ihren Daten: {kind}.")
NO_MEMORY = Text("There was not enough memory.", "Der Arbeitsspeicher reichte nicht.")


class Source(Protocol):
    """What a ledger is made from."""

    def ledger(self) -> Ledger:
        """The ledger."""


@dataclass(frozen=True, slots=True)
class Files:
    """Inputs that the worker reads itself."""

    inputs: tuple[str, ...]
    settings: Settings
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)  # table -> the inputs that are known to hold it

    @property
    def all(self) -> list[str]:
        return [*self.inputs, *(each for names in self.said.values() for each in names)]

    def ledger(self) -> Ledger:
        """The ledger of the files.

        Raises: ClvError.
        """
        return read(self.inputs, self.settings, **self.said)


@dataclass(frozen=True, slots=True)
class Task:
    """A workbook to make."""

    file: str
    source: Source
    settings: Settings
    template: bool = False  # whether the workbook comes from the template, with its macros
    home: int = field(default_factory=os.getpid)  # the process that wants it


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook's bytes and key figures, or the reason why there is none."""

    file: str
    data: bytes = b""
    beside: str = ""  # a file of all customers, where the workbook has no room for them
    beside_data: bytes = b""
    rows: int = 0
    left_out: int = 0
    figures: dict[str, float | None] = field(default_factory=dict)
    seconds: float = 0.0
    reason: str = ""
    bug: str = ""


def make(task: Task) -> Made:
    """The workbook of a task; whatever goes wrong is told, so that the others go on."""
    begin, language = perf_counter(), task.settings.language
    if os.getppid() == task.home:
        _stay_with(task.home)
    try:
        made = _made(task)
    except Exception as error:  # a bug must not stop the others, and must look like one
        _renew_engine()
        match error:
            case ClvError():
                return Made(task.file, reason=error.say(language))
            case MemoryError():
                return Made(task.file, reason=NO_MEMORY.say(language))
        return Made(task.file, reason=_BUG.say(language, kind=type(error).__name__), bug=traceback.format_exc())
    return replace(made, seconds=round(perf_counter() - begin, 3))


def _renew_engine() -> None:
    """Another data engine for the tables to come: a question that broke off may have left the old one waiting for ever."""
    if "ibis" in sys.modules:
        import ibis

        with _ENGINE:
            ibis.set_backend(ibis.duckdb.connect())


def _made(task: Task) -> Made:
    from clvxl.analysis import analyse
    from clvxl.batch.handout import handout
    from clvxl.excel.file import pack
    from clvxl.excel.layout import lay_out
    from clvxl.report import report

    with _ENGINE:
        ledger = task.source.ledger()
        analysis = analyse(ledger, task.settings)
        beside, beside_data = _listing(analysis, task.file)
        pages = report(analysis, __version__, beside, built_in=not task.template)
        made = handout(analysis, pages) if task.template else replace(pages, names=_names())
    data = made if isinstance(made, bytes) else pack(lay_out(made))
    figures = {key: value if isfinite(value := analysis.total.figures[key]) else None for key in FIGURES}
    rows = [(each.rows_in, each.rows_left_out) for each in ledger.sources]
    return Made(task.file, data, beside, beside_data, sum(each for each, _ in rows), sum(left for _, left in rows), figures)


def _listing(analysis: Analysis, file: str) -> tuple[str, bytes]:
    """Name and bytes of the file of all customers; nothing where the workbook has room for them."""
    from clvxl import listing

    with TemporaryDirectory() as folder:
        place = listing.place(analysis, Path(folder) / file)
        return (place.name, listing.write(analysis, place).read_bytes()) if place else ("", b"")


@cache
def _stay_with(parent: int) -> None:
    """End with the process that all is made for, even where that was killed and could say nothing."""

    def watch() -> None:
        while os.getppid() == parent:
            sleep(_LOOK)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@cache
def _names() -> tuple[tuple[str, str], ...]:
    from clvxl.excel.lambdas import lambda_names

    return lambda_names()
