"""Excel while a page is written: no flicker, no events, no questions; and afterwards again as the user had it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from clvxl.excel.live.journal import tried

if TYPE_CHECKING:
    from xlwings import App, Book, Sheet

_WHILE = {"screen_updating": False, "enable_events": False, "display_alerts": False, "calculation": "manual"}


@contextmanager
def quiet(book: Book) -> Iterator[None]:
    """Switches off what disturbs, and puts everything back, whatever happens in between: the sheet that was shown, too."""
    app, before = book.app, {}
    shown = book.sheets.active
    try:
        for name, value in _WHILE.items():
            before[name] = getattr(app, name)
            setattr(app, name, value)
        yield
    finally:
        tried(lambda: _show(book, shown))
        for name, value in reversed(before.items()):
            tried(_setting(app, name, value))


def _show(book: Book, sheet: Sheet) -> None:
    if book.sheets.active != sheet:
        sheet.activate()


def _setting(app: App, name: str, value: object):  # type: ignore[no-untyped-def]  # a step
    return lambda: setattr(app, name, value)


def tell(book: Book, text: str | bool) -> None:
    """Says what is going on, where Excel has a line for it."""
    with suppress(Exception):
        book.app.status_bar = text
