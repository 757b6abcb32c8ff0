"""What was changed in an open workbook, so that it can be taken back: Excel has no transactions."""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[], object]


class Journal:
    """The way back: for every change, what undoes it."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def undo_by(self, step: Step) -> None:
        """Notes how the change that was just made is undone."""
        self._steps.append(step)

    def undo(self) -> list[Exception]:
        """Takes all changes back, the last one first; gives back what could not be."""
        refused = [error for step in reversed(self._steps) if (error := tried(step))]
        self._steps.clear()
        return refused


def tried(step: Step) -> Exception | None:
    """Does something and, where it fails, does it once more: Excel is sometimes busy for a moment. Gives back why it failed twice."""
    for last in (False, True):
        try:
            step()
        except Exception as error:  # whatever Excel refuses, the next step must have its turn
            if last:
                return error
        else:
            break
    return None
