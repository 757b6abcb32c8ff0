"""Tasks done in parallel by joblib: processes of this machine, threads, or a cluster, whichever back end is asked for.

A worker that dies takes all that was under way with it. What was is then done again, each task alone, so that only a task that brings
its worker down a second time is given up.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, nullcontext, suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any

from clvxl.batch.work import Made, Task, make
from clvxl.errors import CallError
from clvxl.words import Text

_ROUND, _SHORT = 512, 64  # tasks between two rests: so many results may wait at most; where they come only at the end, fewer
_LOST = 900.0  # seconds without any result after which Dask has given a task up: it does not say so to joblib
_GIVEN_UP = Text(
    "The process that was to make it ended twice ({kind}); it may need more memory than there is.",
    "Der Prozess, der sie schreiben sollte, endete zweimal ({kind}); vielleicht braucht sie mehr Arbeitsspeicher, als da ist.",
)
_NO_LIBRARY = Text("The back end {backend} needs a library that is not there.", "Dem Back-End {backend} fehlt eine Bibliothek.")
_INSTALL = Text("Install it with pip install '{package}'", "Zu installieren mit pip install '{package}'")
_UNKNOWN = Text("There is no back end {backend}.", "Das Back-End {backend} gibt es nicht.")
_POSSIBLE = Text("Possible: {known}.", "Möglich: {known}.")
_PACKAGES = {"dask": "dask[distributed]", "ray": "ray", "spark": "joblibspark"}


class _Waiting:
    """Tasks not yet begun, and those under way."""

    def __init__(self, tasks: Iterable[Task], most: int) -> None:
        self.tasks, self.most = iter(tasks), most
        self.under_way: dict[str, Task] = {}
        self.at_end = False
        self.fault: Exception | None = None

    def few(self) -> Iterator[Task]:
        """The tasks of a round; a fault in making one is kept, for a back end may ask in a thread where nobody would hear of it."""
        taken = 0
        try:
            for taken, task in enumerate(islice(self.tasks, self.most), 1):  # noqa: B007 - counted
                self.under_way[task.file] = task
                yield task
        except Exception as error:
            self.fault = error
        self.at_end = taken < self.most


@dataclass(frozen=True, slots=True)
class Crew:
    """How many work at a time (-1: as many as there are processors), and where."""

    jobs: int = -1
    backend: str = "loky"

    def work(self, tasks: Iterable[Task]) -> Iterator[Made]:
        """What became of each task, in the order in which they are done; only a few are asked for ahead of time.

        Raises: CallError.
        """
        with ExitStack() as stack:
            _prepare(self.backend, self.jobs, stack)
            waiting = _Waiting(tasks, _SHORT if self._parallel().return_as == "list" else _ROUND)
            while not waiting.at_end:
                yield from self._round(waiting)
                for task in list(waiting.under_way.values()):
                    yield self._alone(task)
                waiting.under_way.clear()

    def _round(self, waiting: _Waiting) -> Iterator[Made]:
        """Results, until the tasks of the round or a worker is at its end."""
        try:
            with closing(self._results(waiting.few())) as results:
                for made in results:
                    waiting.under_way.pop(made.file, None)
                    yield made
        except Exception:  # whatever a back end calls the death of its worker: what is under way tells the rest
            if not waiting.under_way:
                raise
        if waiting.fault:
            raise waiting.fault

    def _alone(self, task: Task) -> Made:
        try:
            return next(self._results([task]))
        except Exception as error:  # alone, too, it ends its worker, whatever the back end calls that
            return Made(task.file, reason=_GIVEN_UP.say(task.settings.language, kind=type(error).__name__))

    def _results(self, tasks: Iterable[Task]) -> Generator[Made]:
        """One call of joblib."""
        from joblib import delayed  # type: ignore[import-untyped]  # it carries no types

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about workers that stopped, and results that nobody waits for any more
            yield from self._parallel()(delayed(make)(task) for task in tasks)

    def _parallel(self) -> Any:
        from joblib import Parallel, parallel_config

        with parallel_config(backend=self.backend, n_jobs=self.jobs, max_nbytes=None):
            how: dict[str, Any] = {"batch_size": 1, "timeout": _LOST if self.backend == "dask" else None}
            try:
                return Parallel(return_as="generator_unordered", **how)
            except ValueError:  # a back end that gives all results at once
                return Parallel(**how)


def _prepare(backend: str, jobs: int, stack: ExitStack) -> None:
    """What a cluster's back end needs before joblib can use it.

    Raises: CallError.
    """
    from joblib.parallel import BACKENDS, EXTERNAL_BACKENDS  # type: ignore[import-untyped]  # it carries no types

    try:
        match backend:
            case "dask":
                stack.enter_context(_dask(jobs))
            case "ray":
                import_module("ray.util.joblib").register_ray()
            case "spark":
                import_module("joblibspark").register_spark()
    except ImportError:
        raise CallError(_NO_LIBRARY, _INSTALL, backend=backend, package=_PACKAGES[backend]) from None
    if backend not in {*BACKENDS, *EXTERNAL_BACKENDS}:
        raise CallError(_UNKNOWN, _POSSIBLE, backend=backend, known=", ".join(sorted({*BACKENDS, *_PACKAGES})))


def _dask(jobs: int) -> Any:
    """The cluster of the program that calls, or the one that Dask is configured for (DASK_SCHEDULER_ADDRESS), or one on this machine."""
    dask, distributed = import_module("dask"), import_module("distributed")
    with suppress(ValueError):
        return nullcontext(distributed.get_client())
    address = dask.config.get("scheduler-address", None)
    if address:
        return distributed.Client(address)
    return distributed.Client(n_workers=None if jobs < 1 else jobs, threads_per_worker=1, dashboard_address=None)
