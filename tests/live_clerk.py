"""Who counts what an engine is asked to do, and refuses the one thing that it was told to."""

from __future__ import annotations


class RefusedError(Exception):
    """What Excel answers to what it will not do."""


class Clerk:
    """Counts calls from outside; what one call asks of the engine itself is not counted again."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.refuse: int | None = None
        self.never: str | None = None
        self.depth = 0

    def start(self, refuse: int | None = None, never: str | None = None) -> None:
        """Counts from one; the call of this number is refused, once, and one kind of call always."""
        self.calls, self.refuse, self.never, self.depth = [], refuse, never, 0

    def enter(self, what: str) -> None:
        self.depth += 1
        if self.depth == 1:
            self.calls.append(what)
            if len(self.calls) == self.refuse or what == self.never:
                raise RefusedError(f"{what} was refused")

    def leave(self) -> None:
        self.depth -= 1

    def once(self, what: str) -> None:
        """A call that asks for nothing else."""
        try:
            self.enter(what)
        finally:
            self.leave()


CLERK = Clerk()
