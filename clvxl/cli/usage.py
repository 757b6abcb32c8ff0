"""Wrong usage in the user's language. Typer raises Click's exceptions or its own copies of them: only their names tell what they are."""

from __future__ import annotations

import sys
from typing import Any

from clvxl.errors import CallError
from clvxl.words import Text

_HELP = Text("Help: {command} --help", "Hilfe: {command} --help")
_CLOSE = Text("Did you mean {close}?", "Gemeint: {close}?")
_NO_VALUE = Text("{what} takes no value.", "{what} hat keinen Wert.")
_NEEDS_VALUE = Text("{what} needs a value.", "{what} braucht einen Wert.")
_TOO_MANY = Text("There are more arguments than {command} takes.", "Das sind mehr Angaben, als {command} braucht.")
_OTHER = Text("That does not fit {command}.", "Das passt nicht zu {command}.")


def explained(error: Any) -> CallError | None:
    """What an exception of the command line's parser says; None for any other exception."""
    if getattr(error, "exit_code", None) != 2 or not hasattr(error, "format_message"):
        return None
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return CallError(Text(error.format_message(), error.format_message()), Text("", ""))
    names = error.ctx.command.list_commands(error.ctx) if hasattr(error.ctx and error.ctx.command, "list_commands") else ()
    values: dict[str, object] = {"command": error.ctx.command_path if error.ctx else "clvxl"}
    close: list[str] = []
    if kind == "NoSuchOption":
        message = Text("There is no option {what}.", "Die Option {what} gibt es nicht.")
        what, close = error.option_name, sorted(error.possibilities or ())
    elif kind == "BadOptionUsage":
        what = error.option_name
        message = _NO_VALUE if any(word.startswith(f"{what}=") for word in sys.argv) else _NEEDS_VALUE
    elif names:
        from difflib import get_close_matches

        what = error.message.partition("'")[2].partition("'")[0]
        message, close = Text("There is no command {what}.", "Den Befehl {what} gibt es nicht."), get_close_matches(what, names)
    else:
        message, what = (_TOO_MANY if kind == "UsageError" else _OTHER), ""
    return CallError(message, _CLOSE if close else _HELP, what=what, close=", ".join(close), **values)
