"""What a batch is to make: a workbook per value of a column, each under its name and with the fingerprint of all that goes into it.

Every workbook shows its own part alone. Retention, margins and whatever else stands in where a segment says too little come from the
part; only the as-of date is that of all data, so that the reports of all clients are of the same day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from clvxl import __version__
from clvxl.batch.names import file_names
from clvxl.batch.work import Source, Task
from clvxl.customers import latest_day
from clvxl.errors import ClvError
from clvxl.ledger.sources import locate
from clvxl.ledger.split import Parts, split
from clvxl.settings import Settings
from clvxl.words import Text

_WITHOUT = Text("Without {column}", "Ohne {column}")
_ENDINGS = {False: ".xlsx", True: ".xlsm"}


@dataclass(frozen=True, slots=True)
class Job:
    """A workbook to be made: its value and file, how many rows are about it, and what it is made from."""

    value: str
    file: str
    rows: int
    fingerprint: str
    settings: Settings
    source: Callable[[], Source]
    template: bool = False
    doubt: ClvError | None = None  # why it cannot be made

    def task(self) -> Task:
        """The task with its data, for a worker."""
        return Task(self.file, self.source(), self.settings, self.template)


@dataclass(frozen=True, slots=True)
class Plan:
    """All workbooks to be made, by a column or by a list that has none, and the files that are read.

    ``aside`` are tables and ``unplaced`` rows that go into no workbook.
    """

    settings: Settings
    column: str
    jobs: tuple[Job, ...]
    reads: frozenset[Path] = frozenset()
    aside: tuple[str, ...] = ()
    unplaced: int = 0

    @property
    def fingerprint(self) -> str:
        """Of all data and settings."""
        return hashlib.sha256("".join(job.file + job.fingerprint for job in self.jobs).encode()).hexdigest()


def by_column(column: str, inputs: list[str], said: dict[str, list[str]], settings: Settings, *, template: bool = False) -> Plan:
    """A workbook per value of a column, from the template if asked for; the tables are read and checked here, once.

    Raises: ClvError.
    """
    parts = split(inputs, settings, column, **said)
    as_of = settings.as_of or latest_day(parts.dates())
    files = file_names(parts.codes, ending(template=template))
    settings = replace(settings, as_of=as_of)
    own = {value: replace(settings, title=_title(value, parts.heading, settings)) for value in files}
    jobs = tuple(_job(parts, value, file, own[value], template) for value, file in files.items())
    reads = files_of([*inputs, *(each for names in said.values() for each in names)])
    return Plan(settings, parts.heading, jobs, reads, parts.aside, parts.rows_unplaced)


def files_of(inputs: Iterable[str]) -> frozenset[Path]:
    """The files that the inputs name."""
    return frozenset(path.resolve() for place in locate(inputs) for path in place.paths)


def _title(value: str, column: str, settings: Settings) -> str:
    name = value or _WITHOUT.say(settings.language, column=column)
    return f"{settings.title} · {name}" if settings.title else name


def _job(parts: Parts, value: str, file: str, settings: Settings, template: bool) -> Job:
    fingerprint = fingerprinted(parts.fingerprint(value), settings, file)
    return Job(value, file, parts.rows(value), fingerprint, settings, lambda: parts.part(value), template, parts.doubt(value))


def ending(*, template: bool) -> str:
    """What the names of the files end in."""
    return _ENDINGS[template]


def fingerprinted(data: str, settings: Settings, file: str) -> str:
    """SHA-256 over data, settings but the memory, version and the kind of file: where it is the same, so is the workbook."""
    what = [__version__, data, plain(settings) | {"memory": None}, file.rpartition(".")[2]]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def plain(settings: Settings) -> dict[str, object]:
    """Settings as JSON writes them."""
    return {name: value if value is None or isinstance(value, str | int | float | dict | tuple) else str(value)
            for name, value in asdict(settings).items()}
