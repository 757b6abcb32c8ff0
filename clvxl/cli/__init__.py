"""DOOR command line: what a command says when it fails or is interrupted, and its exit code.

Nothing heavy is imported here: the commands, and the libraries they need, come in behind that guard.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import NoReturn

from clvxl.bugs import BUG, logged
from clvxl.errors import CallError, ClvError, SettingsError
from clvxl.words import LANGUAGES, Language, Text

LANGUAGE: ContextVar[Language] = ContextVar("language", default="en")
FINISHED: list[Path | str] = []  # what an interruption leaves behind

_PRIMARY, _GERMAN = 0x3FF, 0x07  # the part of a language's number on Windows that all its countries share
_STOPPED = Text("Stopped; nothing was written.", "Abgebrochen; nichts wurde geschrieben.")
_STOPPED_LATE = Text("Stopped; what was written by then: {places}", "Abgebrochen; bis dahin geschrieben: {places}")


def main() -> NoReturn:
    """Run a command and end the process with its exit code."""
    codes: list[int] = []
    atexit.register(_end, codes)  # comes last, after all that libraries have to put in order
    codes.append(run())
    raise SystemExit(*codes)


def run() -> int:
    """Run a command: exit code 0 done, 1 the input is at fault, 2 wrong usage, 3 a bug, 130 interrupted."""
    interruptions = _noted()
    gc.set_threshold(500_000)  # a command is short, and looking for circles in all the libraries it loads takes a tenth of its time
    LANGUAGE.set(_language(sys.argv[1:]))
    try:
        code = 0 if _calculated(sys.argv[1:]) else _parsed()
    except BaseException as error:  # whatever it is, the user is told in a sentence
        code = 130 if interruptions else _failed(error)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if interruptions:
        code = 130
        sentence = (_STOPPED_LATE if FINISHED else _STOPPED).say(LANGUAGE.get(), places=", ".join(map(str, FINISHED)))
        print(sentence, file=sys.stderr)
    return code


def _end(codes: list[int]) -> None:
    """End at once: to take apart all that was loaded, Python would need longer than to write a workbook."""
    with suppress(OSError, ValueError):  # nobody listens any more: Python says so its own way
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        for code in codes:  # none where it was interrupted once more at its end
            os._exit(code)


def _calculated(words: list[str]) -> bool:
    """A plain calculation is done at once: one number should not wait for the parser of all commands and options."""
    asked, words = _spoken(words)
    if words[:1] != ["calc"] or len(words) < 2 or any(word.startswith("--") for word in words) or asked not in (None, *LANGUAGES):
        return False
    from clvxl.calculator import calculate

    print(calculate(words[1], words[2:], LANGUAGE.get()))
    return True


def _parsed() -> int:
    from clvxl.cli.commands import app

    return app(prog_name="clvxl", standalone_mode=False) or 0


def _language(words: list[str]) -> Language:
    """The language asked for with --lang, else the system's; even the help texts are then in it."""
    asked, _ = _spoken(words)
    system = [os.environ[name][:2] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)] or [_of_windows()]
    return next((known for word in (asked or "", *system[:1]) for known in LANGUAGES if word.lower() == known), "en")


def _of_windows() -> str:
    """The language that Windows shows its own menus in, if this is Windows."""
    import ctypes

    windows = getattr(ctypes, "windll", None)
    return "de" if windows and windows.kernel32.GetUserDefaultUILanguage() & _PRIMARY == _GERMAN else ""


def _spoken(words: list[str]) -> tuple[str | None, list[str]]:
    """What was said last with --lang, and the words without it."""
    asked, others, following = None, [], iter(words)
    for word in following:
        if word == "--lang":
            asked = next(following, "")
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
        else:
            others.append(word)
    return asked, others


def _noted() -> list[int]:
    """The interruptions so far: whatever fails after one, fails because of it."""
    noted: list[int] = []

    def note(number: int, frame: object) -> None:
        noted.append(number)
        sys.unraisablehook = lambda _: None
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a background job may be set to ignore it
        signal.signal(signal.SIGINT, note)
    return noted


def _failed(error: BaseException) -> int:
    """Say what went wrong, and give the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    from clvxl.cli.usage import explained

    known = error if isinstance(error, ClvError) else explained(error)
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(error)
    print(known.say(LANGUAGE.get()) if known else BUG.say(LANGUAGE.get(), log=logged(error)), file=sys.stderr)
    return (2 if isinstance(known, CallError | SettingsError) else 1) if known else 3
