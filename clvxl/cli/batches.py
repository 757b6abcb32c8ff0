"""The command batch: many workbooks, one per value of a column or per row of a list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from clvxl.bugs import kept
from clvxl.cli import FINISHED, LANGUAGE
from clvxl.cli.help import Command, said
from clvxl.cli.options import (
    AsOf,
    Columns,
    Currency,
    Customers,
    Dates,
    Discount,
    Force,
    Horizon,
    Inputs,
    Json,
    Lang,
    Margin,
    Memory,
    Model,
    Orders,
    Quiet,
    Retention,
    SettingsFile,
    Spend,
    Title,
    choose_settings,
)
from clvxl.cli.progress import progress
from clvxl.errors import OutputError, SettingsError
from clvxl.words import Text, counted, number

if TYPE_CHECKING:
    from clvxl.batch.manifest import Entry
    from clvxl.batch.run import Outcome

app = typer.Typer(rich_markup_mode=None)
_LISTED = 10  # failures and files that are printed; all are in the manifest
_MANY = 5_000  # workbooks from which on it may be a mistake
_SO_MANY = Text("{count} workbooks will be written; if that is a mistake, press Ctrl+C.",
                "{count} Mappen werden geschrieben; falls das ein Irrtum ist: Strg+C.")
_RESULT = Text("Workbooks written: {written}; already there: {before}", "Mappen geschrieben: {written}; schon da: {before}")
_STALE = Text("{count} files are of values that are no longer in the data and were left as they were: {names}",
              "{count} Dateien gehören zu Werten, die nicht mehr in den Daten stehen, und blieben, wie sie waren: {names}")
_STALE_ONE = Text("1 file is of a value that is no longer in the data and was left as it was: {names}",
                  "1 Datei gehört zu einem Wert, der nicht mehr in den Daten steht, und blieb, wie sie war: {names}")
_MORE = Text("… and {count} more; all are in the manifest.", "… und {count} weitere; alle stehen im Manifest.")
_BUGS = Text("The details of the bug are in {log}", "Einzelheiten des Fehlers stehen in {log}")
_SUMMARY = Text("Summary: {place}", "Zusammenfassung: {place}")


Folder = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar=said("DIR", "ORDNER"),
        help=said("Folder to write to; also an address such as s3://bucket/folder.", "Zielordner; auch als Adresse wie s3://bucket/ordner."),
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar=said("COLUMN", "SPALTE"),
        help=said(
            "Heading, or a term such as segment: a workbook per value.", "Überschrift oder Begriff wie segment: eine Mappe je Wert."
        ),
    ),
]
Listed = Annotated[
    str | None,
    typer.Option(
        "--list",
        metavar=said("LIST", "LISTE"),
        help=said(
            "Table with a row per workbook: input, output, and settings.",
            "Tabelle mit einer Zeile je Mappe: Eingabe, Ausgabe, Einstellungen.",
        ),
    ),
]
FromTemplate = Annotated[
    bool,
    typer.Option(
        "--template",
        help=said(
            "Write .xlsm from the template: macros, buttons, and the tables inside.",
            ".xlsm aus der Vorlage schreiben: Makros, Schaltflächen und die Tabellen darin.",
        ),
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        metavar="N",
        show_default=False,
        help=said("Processes; else as many as there are processors.", "Prozesse; sonst so viele wie Prozessoren."),
    ),
]
Backend = Annotated[
    str,
    typer.Option(
        metavar="loky|threading|dask|ray|spark",
        help=said(
            "Where they run; Dask's cluster is at DASK_SCHEDULER_ADDRESS.", "Wo sie laufen; Dasks Cluster nennt DASK_SCHEDULER_ADDRESS."
        ),
    ),
]


@app.command(
    cls=Command,
    help=said(
        "Write many workbooks. One per value of a column (--by) or per row of a list (--list); each shows its own part of the data and"
        " nothing of the others; only the as-of date is that of all data. The same command again makes what is missing or has changed.",
        "Viele Mappen schreiben. Eine je Wert einer Spalte (--by) oder je Zeile einer Liste (--list); jede zeigt nur ihren Teil der Daten"
        " und nichts von den anderen; nur der Stichtag ist der aller Daten. Derselbe Befehl ergänzt später, was fehlt oder sich änderte.",
    ),
)
def batch(
    context: typer.Context,
    inputs: Inputs = None,
    output: Folder = None,
    by: By = None,
    listed: Listed = None,
    template: FromTemplate = False,
    jobs: Jobs = -1,
    backend: Backend = "loky",
    customers: Customers = None,
    orders: Orders = None,
    spend: Spend = None,
    lang: Lang = None,
    as_of: AsOf = None,
    discount: Discount = None,
    horizon: Horizon = None,
    currency: Currency = None,
    margin: Margin = None,
    retention: Retention = None,
    model: Model = None,
    memory: Memory = None,
    dates: Dates = None,
    title: Title = None,
    column: Columns = None,
    settings_file: SettingsFile = None,
    json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """From tables to many workbooks."""
    chosen = choose_settings(settings_file, context.params)
    tables = {"customers": customers or [], "orders": orders or [], "spend": spend or []}
    everything = [*(inputs or []), *(name for names in tables.values() for name in names)]
    _check_usage(everything, by, listed, output, jobs)
    from clvxl.batch.crew import Crew
    from clvxl.batch.folder import open_folder
    from clvxl.batch.listed import by_list
    from clvxl.batch.manifest import MANIFEST
    from clvxl.batch.plan import by_column
    from clvxl.batch.run import run

    with progress(quiet or json) as now:
        now(said("Reading the tables …", "Tabellen werden gelesen …"))
        if listed:
            plan = by_list(listed, chosen, template=template)
        else:
            plan = by_column(by or "", inputs or [], tables, chosen, template=template)
    folder = open_folder(output or "")
    if not quiet and len(plan.jobs) > _MANY:
        typer.echo(_SO_MANY.say(chosen.language, count=number(len(plan.jobs), chosen.language)), err=True)
    with _bar(quiet or json) as (begun, told):
        outcome = run(plan, folder, Crew(jobs, backend), force=force, begun=begun, told=_noting(folder.shown, told))
    if json:
        typer.echo(folder.read(MANIFEST).decode())
    elif not quiet:
        _print(outcome, folder.shown)
    _fail(outcome)


def _check_usage(inputs: list[str], by: str | None, listed: str | None, output: str | None, jobs: int) -> None:
    wrong = None
    if bool(by) == bool(listed):
        wrong = Text("Either --by COLUMN or --list LIST must say what the workbooks are.",
                     "Entweder --by SPALTE oder --list LISTE muss sagen, welche Mappen es werden.")
    elif listed and inputs:
        wrong = Text("With --list the list names the tables.", "Bei --list nennt die Liste die Tabellen.")
    elif not listed and not inputs:
        wrong = Text("No table was named.", "Es ist keine Tabelle genannt.")
    elif not output:
        wrong = Text("No folder was named.", "Es ist kein Ordner genannt.")
    elif jobs == 0 or jobs < -1:
        wrong = Text("--jobs must be at least 1.", "--jobs muss mindestens 1 sein.")
    if wrong:
        raise SettingsError(
            wrong,
            Text("Write, for example, clvxl batch customers.xlsx --by Branch -o reports",
                 "Zum Beispiel: clvxl batch kunden.xlsx --by Filiale -o berichte"),
        )


@contextmanager
def _bar(quiet: bool) -> Iterator[tuple[Callable[[int, int], None], Callable[[Entry], None]]]:
    """A bar with the time that is left, for somebody who waits at a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda todo, count: None, lambda entry: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(said("Workbooks", "Mappen"), total=None)
        yield lambda todo, count: bar.update(task, total=count, completed=count - todo), lambda entry: bar.advance(task)


def _noting(place: str, told: Callable[[Entry], None]) -> Callable[[Entry], None]:
    """What an interruption leaves behind is said from the first workbook on."""

    def note(entry: Entry) -> None:
        if not FINISHED:
            FINISHED.append(place)
        told(entry)

    return note


def _print(outcome: Outcome, place: str) -> None:
    """How many, what is left over, and where the summary is."""
    from clvxl.batch.summary import SUMMARY

    language, stale = LANGUAGE.get(), outcome.of("stale")
    before = len(outcome.of("done")) - outcome.written
    typer.echo(_RESULT.say(language, written=number(outcome.written, language), before=number(before, language)))
    if stale:
        names = ", ".join(each.file for each in stale[:_LISTED]) + (", …" if len(stale) > _LISTED else "")
        typer.echo(counted(len(stale), _STALE_ONE, _STALE).say(language, count=number(len(stale), language), names=names))
    typer.echo(_SUMMARY.say(language, place=f"{place.rstrip('/')}/{SUMMARY}"))


def _fail(outcome: Outcome) -> None:
    """Say which workbooks could not be made, and why.

    Raises: OutputError, if there are any.
    """
    language, failed = LANGUAGE.get(), outcome.of("failed")
    if not failed:
        return
    for each in failed[:_LISTED]:
        typer.echo(f"{each.value or '–'}: {each.reason}", err=True)
    if len(failed) > _LISTED:
        typer.echo(_MORE.say(language, count=number(len(failed) - _LISTED, language)), err=True)
    if outcome.bugs:
        typer.echo(_BUGS.say(language, log=kept("\n".join(dict.fromkeys(outcome.bugs)))), err=True)
    count = sum(each.status != "stale" for each in outcome.entries)
    raise OutputError(
        counted(len(failed), Text("1 of {count} workbooks could not be made.", "1 von {count} Mappen konnte nicht geschrieben werden."),
                Text("{failed} of {count} workbooks could not be made.", "{failed} von {count} Mappen konnten nicht geschrieben werden.")),
        Text("The same command tries them again and leaves the others as they are.",
             "Derselbe Befehl versucht sie noch einmal und lässt die anderen, wie sie sind."),
        failed=len(failed),
        count=count,
    )
