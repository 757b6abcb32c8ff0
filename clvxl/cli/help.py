"""Help in the user's language: the pages that Typer lays out, with its own few words translated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from clvxl.cli import LANGUAGE
from clvxl.words import Text

_HEADINGS = {
    "Arguments": Text("Arguments", "Angaben"),
    "Options": Text("Options", "Optionen"),
    "Commands": Text("Commands", "Befehle"),
}
_REMARKS = {"[default: ": Text("[default: ", "[sonst: "), "[required]": Text("[required]", "[nötig]")}


def said(english: str, german: str) -> str:
    """A text in the language of this call."""
    return Text(english, german).say(LANGUAGE.get())


class _Page(typer.Context.formatter_class):  # type: ignore[misc, valid-type]  # known only at run time
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, said("Usage: ", "Aufruf: "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS[heading].say(LANGUAGE.get()) if heading in _HEADINGS else heading)

    def write_dl(self, rows: Sequence[tuple[str, str]], *widths: int) -> None:
        super().write_dl([(name, _remarked(text)) for name, text in rows], *widths)


def _remarked(text: str) -> str:
    """What is said of an option, its default among it, in the language of this call."""
    for typers, ours in _REMARKS.items():
        text = text.replace(typers, ours.say(LANGUAGE.get()))
    return text


class _Context(typer.Context):
    formatter_class = _Page


class _Translated:
    context_class: Any = _Context

    def collect_usage_pieces(self, context: Any) -> list[str]:
        pieces = super().collect_usage_pieces(context)  # type: ignore[misc]  # of the class this is mixed into
        return [said("[OPTIONS]", "[OPTIONEN]") if piece == "[OPTIONS]" else piece.strip("{}") for piece in pieces]

    def get_help_option(self, context: Any) -> Any:
        option = super().get_help_option(context)  # type: ignore[misc]  # of the class this is mixed into
        option.help = said("Show this help.", "Diese Hilfe zeigen.")
        return option


class Command(_Translated, TyperCommand):
    """A command with its help in the user's language."""


class Group(_Translated, TyperGroup):
    """All commands, with their help in the user's language."""
