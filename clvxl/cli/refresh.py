"""The command refresh: the button of the template, pressed without Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clvxl import __version__
from clvxl.cli import FINISHED, LANGUAGE
from clvxl.cli.help import Command, said
from clvxl.cli.options import Force, Lang, Quiet
from clvxl.cli.progress import progress
from clvxl.words import enumeration

app = typer.Typer(rich_markup_mode=None)


@app.command(
    cls=Command,
    help=said(
        "Press the refresh button of a template without Excel.", "Schaltfläche Aktualisieren einer Vorlage ohne Excel drücken."
    ),
)
def refresh(
    book: Annotated[
        Path,
        typer.Argument(metavar=said("BOOK", "MAPPE"), help=said("A workbook made from the template.", "Eine Mappe aus der Vorlage.")),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar=said("OUT", "ZIEL"),
            help=said("File to write instead.", "Stattdessen zu schreibende Datei."),
        ),
    ] = None,
    allow_loss: Annotated[
        bool,
        typer.Option("--allow-loss", help=said("Accept that what only Excel keeps is lost.", "Hinnehmen, dass verloren geht, was nur Excel "
                                               "bewahrt.")),
    ] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """Tables and settings come from the workbook; its result pages are written anew."""
    target = output or book
    with progress(quiet) as now:
        now(said("Opening the workbook …", "Mappe wird geöffnet …"))
        from clvxl.excel import refill
        from clvxl.refresh import refreshed

        loaded = refill.load(book, target, allow_loss=allow_loss, force=force)
        results = refreshed(refill.read(loaded), __version__, lambda doing: now(doing.say(LANGUAGE.get())))
        now(said("Writing the workbook …", "Mappe wird geschrieben …"))
        refill.write(results, loaded, target)
    FINISHED.append(target)
    if quiet:
        return
    if loaded.lost:
        lost = enumeration([each.say(LANGUAGE.get()) for each in loaded.lost], LANGUAGE.get())
        typer.echo(said("Lost in the file that was written: {lost}.", "In der Datei verloren: {lost}.").format(lost=lost), err=True)
    typer.echo(said("Refreshed: {path}", "Aktualisiert: {path}").format(path=target.resolve()))
