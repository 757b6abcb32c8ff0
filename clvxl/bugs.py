"""What is said of a bug, and what it leaves for those who mend it."""

from __future__ import annotations

import sys
from pathlib import Path

from clvxl.words import Text

BUG = Text(
    "This is a bug in clvxl, not in your data. The details are in {log}",
    "Das ist ein Fehler in clvxl, nicht in Ihren Daten. Einzelheiten stehen in {log}",
)


def logged(error: BaseException) -> Path:
    """A file with the versions and the way to the error."""
    import traceback

    return kept("".join(traceback.format_exception(error)))


def kept(told: str) -> Path:
    """A file with the versions and what is told of a bug."""
    import tempfile

    from clvxl import __version__

    with tempfile.NamedTemporaryFile("w", prefix="clvxl-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"clvxl {__version__}, Python {sys.version}\n{told}")
    return Path(log.name)
