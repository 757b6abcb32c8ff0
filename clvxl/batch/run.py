"""The story of a batch: what is there already, what is still to be made, and a note of each workbook as soon as it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import takewhile

from clvxl import __version__
from clvxl.batch.crew import Crew
from clvxl.batch.folder import Folder
from clvxl.batch.journal import Journal, journal
from clvxl.batch.manifest import MANIFEST, Entry, known, write
from clvxl.batch.plan import Job, Plan, plain
from clvxl.batch.summary import SUMMARY, summary
from clvxl.batch.work import Made
from clvxl.errors import ClvError, OutputError
from clvxl.excel import archive, storage
from clvxl.excel.file import CHANGED, FORCE, FOREIGN, pack
from clvxl.excel.layout import lay_out
from clvxl.ledger.parquet import is_listing
from clvxl.ledger.sources import LISTINGS
from clvxl.words import Text

_FULL = Text(
    "There is no room left in {folder}. {done} of {count} workbooks are finished and whole.",
    "In {folder} ist kein Platz mehr. {done} von {count} Mappen sind fertig und ganz.",
)
_MAKE_ROOM = Text(
    "Please make room; the same command then makes the rest.", "Bitte Platz schaffen; derselbe Befehl schreibt dann den Rest."
)
_IS_READ = Text("{path} is one of the tables to read.", "{path} ist eine der Tabellen, die gelesen werden.")
_OTHER_FOLDER = Text("Please choose another folder.", "Bitte einen anderen Ordner wählen.")
Told = Callable[[Entry], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All workbooks, how many of them this run wrote, and what bugs left for those who mend them."""

    entries: tuple[Entry, ...]
    written: int
    bugs: tuple[str, ...]

    def of(self, status: str) -> list[Entry]:
        """The workbooks of a status: done, failed or stale."""
        return [each for each in self.entries if each.status == status]


def run(plan: Plan, folder: Folder, crew: Crew, *, force: bool = False, begun: Callable[[int, int], None], told: Told) -> Outcome:
    """Make the workbooks that are missing or whose data or settings changed; ``begun`` hears how many of how many, ``told`` of each.

    Raises: ClvError; what is finished by then stays, and the same call goes on from there.
    """
    notes, done = journal(folder), False
    try:
        batch = _Batch(plan, folder, notes, force)
        todo = batch.todo()
        begun(len(todo), len(plan.jobs))
        try:
            batch.make(todo, crew, told)
            batch.finish()
        except OutputError as error:
            raise batch.explained(error) from error
        done = True
        return Outcome(tuple(batch.ordered()), batch.written, tuple(batch.bugs))
    finally:
        notes.close(done=done)


class _Batch:
    """A batch under way: the entries so far, by file."""

    def __init__(self, plan: Plan, folder: Folder, notes: Journal, force: bool) -> None:
        self.plan, self.folder, self.notes, self.force = plan, folder, notes, force
        self.earlier = known(folder, force=force)
        self.there = folder.names()
        self.jobs = {job.file: job for job in plan.jobs}
        self.entries: dict[str, Entry] = {}
        self.bugs: list[str] = []
        self.written = 0
        listings = {f"{file.rpartition('.')[0]}{ending}.parquet" for file in self.jobs for ending in LISTINGS}
        folder.sweep({*self.jobs, *self.earlier, *listings, SUMMARY, MANIFEST})

    def todo(self) -> list[Job]:
        """The jobs whose workbook is not there as it should be; those in whose place something else stands have failed.

        Raises: OutputError, where the summary's place is taken.
        """
        self._may_replace(SUMMARY)
        as_before = [job.file for job in self.plan.jobs if self._is_as_before(job)]
        wanted = {name: checksum for file in as_before for name, checksum in self._files(self.earlier[file]).items()}
        found = dict(self.folder.checksums(wanted))
        whole = {file for file in as_before if all(found[name] == wanted[name] for name in self._files(self.earlier[file]))}
        self.entries |= {file: self.earlier[file] for file in as_before if file in whole}
        todo = []
        for job in (job for job in self.plan.jobs if job.file not in whole):
            try:
                if job.doubt:
                    raise job.doubt
                self._may_replace(job.file)
                todo.append(job)
            except ClvError as error:
                self.entries[job.file] = self._failed(job, error)
        return todo

    def _is_as_before(self, job: Job) -> bool:
        """Whether an earlier run made the same; that nobody touched it since is for its checksum to say."""
        before = self.earlier.get(job.file)
        if before is None or before.status != "done" or before.fingerprint != job.fingerprint or job.doubt:
            return False
        return self._files(before).keys() <= self.there

    def _files(self, entry: Entry) -> dict[str, str]:
        """The names of what was written for an entry, with their checksums."""
        return {entry.file: entry.checksum} | ({entry.beside: entry.beside_checksum} if entry.beside else {})

    def _may_replace(self, file: str) -> None:
        self.folder.check(file)
        if self.folder.holds(file, self.plan.reads):
            raise OutputError(_IS_READ, _OTHER_FOLDER, path=file)
        if self.force or file not in self.there:
            return
        data = self.folder.read(file)
        if file in self.earlier and _checksum(data) == self.earlier[file].checksum:
            return
        mark = archive.seal_of(BytesIO(data))
        if mark != "whole":
            raise OutputError(CHANGED if mark == "changed" else FOREIGN, FORCE, path=file)

    def make(self, todo: Sequence[Job], crew: Crew, told: Told) -> None:
        """The workbooks of the jobs, each written and noted as soon as it is made.

        Raises: OutputError, where there is no room for any more; what is under way then is waited for, which ends the workers in peace.
        """
        full: list[OutputError] = []
        for made in crew.work(job.task() for job in takewhile(lambda _: not full, todo)):
            try:
                if not full:
                    self._keep(made, told)
            except OutputError as error:
                full.append(error)
        if full:
            raise full[0]

    def _keep(self, made: Made, told: Told) -> None:
        entry = self._written(made)
        if entry.status == "done":
            self.notes.add(entry)
            self.written += 1
        self.entries[made.file] = entry
        told(entry)

    def _written(self, made: Made) -> Entry:
        job = self.jobs[made.file]
        if made.bug:
            self.bugs.append(made.bug)
        if made.reason:
            return self._failed(job, made.reason)
        try:
            if made.beside:  # first, for the workbook tells of it
                self._write_beside(made.beside, made.beside_data)
            self.folder.write(made.file, made.data)
        except OutputError as error:
            if error.message == storage.FULL:
                raise
            return self._failed(job, error)
        beside_checksum = _checksum(made.beside_data) if made.beside else ""
        return Entry(job.value, made.file, "done", made.rows, made.left_out, _checksum(made.data), made.beside, beside_checksum,
                     job.fingerprint, made.seconds, figures=made.figures)

    def _write_beside(self, name: str, data: bytes) -> None:
        if self.folder.holds(name, self.plan.reads):
            raise OutputError(_IS_READ, _OTHER_FOLDER, path=name)
        if name in self.there and not self.force and not is_listing(BytesIO(self.folder.read(name))):
            raise OutputError(FOREIGN, FORCE, path=name)
        self.folder.write(name, data)

    def _failed(self, job: Job, reason: ClvError | str) -> Entry:
        said = reason if isinstance(reason, str) else reason.say(self.plan.settings.language)
        return Entry(job.value, job.file, "failed", job.rows, reason=said)

    def ordered(self) -> list[Entry]:
        """All entries as they are planned; behind them those whose value is no longer there and whose file is."""
        stale = [replace(each, status="stale") for file, each in sorted(self.earlier.items())
                 if file not in self.jobs and each.status != "failed" and file in self.there]
        return [*(self.entries[file] for file in self.jobs), *stale]

    def finish(self) -> None:
        """The summary and the manifest.

        Raises: OutputError.
        """
        entries = self.ordered()
        data = pack(lay_out(summary(self.plan, entries)))
        if SUMMARY not in self.there or self.folder.read(SUMMARY) != data:
            self.folder.write(SUMMARY, data)
        head = {"made_with": f"clvxl {__version__}", "by": self.plan.column, "fingerprint": self.plan.fingerprint,
                "settings": plain(self.plan.settings), "aside": self.plan.aside, "rows_unplaced": self.plan.unplaced}
        write(self.folder, head, entries)

    def explained(self, error: OutputError) -> OutputError:
        """A full disk as what it means for the batch."""
        if error.message != storage.FULL:
            return error
        done = sum(each.status == "done" for each in self.entries.values())
        return OutputError(_FULL, _MAKE_ROOM, folder=self.folder.shown, done=done, count=len(self.jobs))


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
