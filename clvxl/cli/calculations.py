"""The commands calc and functions: one formula at a time."""

from __future__ import annotations

import shutil
import sys
from textwrap import fill
from typing import Annotated

import typer

from clvxl import CATALOG
from clvxl.cli import LANGUAGE
from clvxl.cli.help import Command, said
from clvxl.cli.options import Lang

app = typer.Typer(rich_markup_mode=None)


@app.command(
    cls=Command,
    help=said(
        "Compute one function: clvxl calc CLV 0.3 12000 5. A list of numbers is written '9;10;7'.",
        "Eine Funktion berechnen: clvxl calc CLV 0,3 12000 5. Eine Liste von Zahlen schreibt man '9;10;7'.",
    ),
    context_settings={"ignore_unknown_options": True},
)
def calc(
    name: Annotated[str, typer.Argument(metavar="NAME", help=said("The function.", "Die Funktion."))] = "",
    values: Annotated[
        list[str] | None, typer.Argument(metavar=said("ARG…", "ANGABE…"), help=said("What it computes with.", "Womit sie rechnet."))
    ] = None,
    lang: Lang = None,
) -> None:
    """Print what the function gives, as many digits as it has."""
    from clvxl.calculator import calculate

    typer.echo(calculate(name, values or [], LANGUAGE.get()))


@app.command(cls=Command, help=said("List the functions, or explain one.", "Die Funktionen auflisten oder eine erklären."))
def functions(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=said("The function to explain.", "Die zu erklärende Funktion."))
    ] = None,
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help=said("As a page in Markdown, with examples.", "Als Seite in Markdown, mit Beispielen.")),
    ] = False,
    lang: Lang = None,
) -> None:
    """All with their arguments, or one in full."""
    from clvxl.calculator import explain, find

    if markdown:
        from clvxl.reference import reference

        typer.echo(reference([find(name)] if name else CATALOG.values(), LANGUAGE.get()), nl=False)
        return
    if name is not None:
        typer.echo(explain(find(name), LANGUAGE.get()))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    for each in CATALOG.values():
        typer.echo(f"{typer.style(each.name, bold=True)}  {each.label.say(LANGUAGE.get())}")
        typer.echo(typer.style(fill(each.syntax, width, initial_indent="  ", subsequent_indent="      "), dim=True))
