"""The commands report and demo: from tables to a workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clvxl import __version__
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
from clvxl.settings import Settings
from clvxl.words import Text

if TYPE_CHECKING:
    from clvxl.analysis import Analysis

app = typer.Typer(rich_markup_mode=None)


@app.command(
    cls=Command,
    help=said(
        "Write a report in Excel from your tables. They may hold customers, orders and marketing spend.",
        "Aus Ihren Tabellen einen Bericht in Excel schreiben. Sie können Kunden, Aufträge und Marketingausgaben enthalten.",
    ),
)
def report(
    context: typer.Context,
    inputs: Inputs = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar=said("OUT.xlsx", "ZIEL.xlsx"), help=said("File to write.", "Zieldatei."))
    ] = None,
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
    """From tables to a workbook."""
    chosen = choose_settings(settings_file, context.params)
    everything = [*(inputs or []), *(customers or []), *(orders or []), *(spend or [])]
    if not everything:
        raise SettingsError(
            Text("No table was named.", "Es ist keine Tabelle genannt."),
            Text("Write, for example, clvxl report customers.xlsx", "Zum Beispiel: clvxl report kunden.xlsx"),
        )
    from clvxl.ledger.sources import stem

    out = output or Path(f"{stem(everything[0]) or 'report'}-clv.xlsx")
    tables = {"customers": customers or [], "orders": orders or [], "spend": spend or []}
    from clvxl.summary import as_json, print_result

    analysis, rest = make(inputs or [], tables, chosen, out, force, quiet or json)
    if json:
        typer.echo(as_json(analysis, out, rest))
    elif not quiet:
        print_result(analysis, out, rest)


@app.command(
    cls=Command,
    help=said(
        "Write simulated sample data and a finished report from it.",
        "Simulierte Beispieldaten und einen Bericht daraus schreiben.",
    ),
)
def demo(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar=said("DIR", "ORDNER"), help=said("Folder to write to.", "Zielordner."))
    ] = Path("clvxl-demo"),
    lang: Lang = None,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """The first thing a new user runs."""
    from clvxl.demo import write_sample

    language = LANGUAGE.get()
    data = write_sample(output, language, force)
    FINISHED.append(output)
    from clvxl.summary import print_result

    title = said("Simulated IT service firm", "Simuliertes IT-Systemhaus")
    out = output / said("clv-report.xlsx", "kundenwert-bericht.xlsx")
    analysis, _ = make([str(data)], {}, Settings(language=language, title=title), out, force, quiet)
    if not quiet:
        typer.echo(said("Sample data, beside it as CSV: {path}", "Beispieldaten, daneben als CSV: {path}").format(path=data.resolve()))
        print_result(analysis, out)


def make(
    inputs: list[str], tables: dict[str, list[str]], settings: Settings, out: Path, force: bool, quiet: bool
) -> tuple[Analysis, Path | None]:
    """Read, analyse, write; gives back where all customers are, if the workbook has no room for them."""
    with progress(quiet) as now:
        now(said("Reading the tables …", "Tabellen werden gelesen …"))
        _keep_apart([*inputs, *(name for names in tables.values() for name in names)], out)
        from clvxl import listing
        from clvxl.analysis import analyse
        from clvxl.excel.file import write
        from clvxl.excel.lambdas import lambda_names
        from clvxl.ledger import read
        from clvxl.report import report as lay_out

        ledger = read(inputs, settings, **tables)
        now(said("Computing values …", "Werte werden berechnet …"))
        analysis = analyse(ledger, settings)
        now(said("Writing the workbook …", "Mappe wird geschrieben …"))
        rest = listing.place(analysis, out)
        if rest is not None:  # first, for the workbook tells of it
            FINISHED.append(listing.write(analysis, rest, force=force))
        write(replace(lay_out(analysis, __version__, rest.name if rest else ""), names=lambda_names()), out, force=force)
        FINISHED.append(out)
    return analysis, rest


def _keep_apart(inputs: list[str], out: Path) -> None:
    """Refuse to write over what is read, even with --force."""
    from clvxl.ledger.sources import locate

    if out.exists() and any(path.samefile(out) for place in locate(inputs) for path in place.paths):
        raise OutputError(
            Text("{path} is one of the tables to read.", "{path} ist eine der Tabellen, die gelesen werden."),
            Text("Choose another name for the report.", "Bitte einen anderen Namen für den Bericht wählen."),
            path=out,
        )
