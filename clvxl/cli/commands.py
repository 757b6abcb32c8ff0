"""The commands: demo, report, calc and functions. What a command does not need it does not import."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from clvxl import CATALOG, __version__
from clvxl.cli import FINISHED, LANGUAGE
from clvxl.errors import OutputError, SettingsError
from clvxl.settings import Settings, load
from clvxl.words import Text

if TYPE_CHECKING:
    from clvxl.analysis import Analysis
    from clvxl.words import Language


def _t(english: str, german: str) -> str:
    return Text(english, german).say(LANGUAGE.get())


def _known(language: str | None) -> str | None:
    """A language that there is; any other is refused as in a settings file."""
    return None if language is None else Settings(language=cast("Language", language)).language


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_t(
        "Customer lifetime value in Excel: reports from your tables, and every formula on the command line.",
        "Kundenwert in Excel: Berichte aus Ihren Tabellen, und jede Formel auf der Kommandozeile.",
    ),
)

# --- options that repeat
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="en|de", callback=_known, help=_t("Language of report and messages.", "Sprache von Bericht und Meldungen.")
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar=_t("YYYY-MM-DD", "TT.MM.JJJJ"),
        help=_t(
            "Day up to which the data count; else the latest day in them.", "Tag, bis zu dem die Daten zählen; sonst der letzte Tag darin."
        ),
    ),
]
Discount = Annotated[str | None, typer.Option(help=_t("Discount rate per year, 0.1 for 10 %.", "Abzinsung pro Jahr, 0,1 für 10 %."))]
Horizon = Annotated[
    str | None, typer.Option(help=_t("Years of payments that count; else all.", "Jahre, deren Zahlungen zählen; sonst alle."))
]
Currency = Annotated[str | None, typer.Option(help=_t("Currency shown in the headings.", "Währung in den Überschriften."))]
Margin = Annotated[
    str | None, typer.Option(help=_t("Margin where the data has none, 0.3 for 30 %.", "Marge, wo die Daten keine haben, 0,3 für 30 %."))
]
Retention = Annotated[
    str | None,
    typer.Option(help=_t("Retention per year where the data cannot tell.", "Bindungsrate pro Jahr, wo die Daten sie nicht hergeben.")),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="auto|mbgnbd|bgnbd|pareto|sbg|none",
        help=_t("Model of who stays and what they buy; auto follows the data.", "Modell, wer bleibt und was er kauft; auto folgt den Daten."),
    ),
]
Dates = Annotated[
    str | None,
    typer.Option(
        metavar="dmy|mdy",
        help=_t("Order of day and month where the data leaves it open.", "Reihenfolge von Tag und Monat, wo die Daten sie offen lassen."),
    ),
]
Title = Annotated[str | None, typer.Option(help=_t("Name at the top of the report.", "Name oben im Bericht."))]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="HEADING=TERM",
        help=_t(
            "What a heading means, e.g. 'Volumen=revenue'. May repeat.",
            "Was eine Überschrift bedeutet, z. B. 'Volumen=revenue'. Mehrfach möglich.",
        ),
    ),
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE.toml", help=_t("Settings from a file.", "Einstellungen aus einer Datei."))
]
Json = Annotated[bool, typer.Option("--json", help=_t("Print the result as JSON.", "Ergebnis als JSON ausgeben."))]
Quiet = Annotated[bool, typer.Option("--quiet", help=_t("Print nothing but errors.", "Nur Fehler ausgeben."))]
Force = Annotated[
    bool, typer.Option("--force", help=_t("Replace an existing file in any case.", "Eine vorhandene Datei in jedem Fall ersetzen."))
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clvxl {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=_t("Show the version.", "Version zeigen."))
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help=_t("Show tracebacks.", "Fehlerspuren zeigen."))] = False,
) -> None:
    """Options of all commands; ``main`` reads --debug itself, since an error may come before it is parsed."""


@app.command(
    help=_t(
        "Compute one function: clvxl calc CLV 0.3 12000 5. A list of numbers is written '9;10;7'.",
        "Eine Funktion berechnen: clvxl calc CLV 0,3 12000 5. Eine Liste von Zahlen schreibt man '9;10;7'.",
    ),
    context_settings={"ignore_unknown_options": True},
)
def calc(
    name: Annotated[str, typer.Argument(metavar="NAME")] = "",
    values: Annotated[list[str] | None, typer.Argument(metavar="ARG…")] = None,
    lang: Lang = None,
) -> None:
    """Print what the function gives, as many digits as it has."""
    from clvxl.calculator import calculate

    typer.echo(calculate(name, values or [], LANGUAGE.get()))


@app.command(help=_t("List the functions, or explain one.", "Die Funktionen auflisten oder eine erklären."))
def functions(name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None, lang: Lang = None) -> None:
    """All with their arguments, or one in full."""
    from clvxl.calculator import explain, find

    if name is not None:
        typer.echo(explain(find(name), LANGUAGE.get()))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    for each in CATALOG.values():
        typer.echo(f"{typer.style(each.name, bold=True)}  {each.label.say(LANGUAGE.get())}")
        typer.echo(typer.style(fill(each.syntax, width, initial_indent="  ", subsequent_indent="      "), dim=True))


@app.command(
    help=_t(
        "Write a report in Excel from tables of customers, orders or marketing spend.",
        "Einen Bericht in Excel schreiben, aus Tabellen mit Kunden, Aufträgen oder Marketingausgaben.",
    )
)
def report(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT…",
            help=_t(
                "Files; Excel, CSV or Parquet; a sheet as file.xlsx#Sheet.",
                "Dateien; Excel, CSV oder Parquet; ein Blatt als datei.xlsx#Blatt.",
            ),
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.xlsx", help=_t("File to write.", "Zieldatei."))] = None,
    customers: Annotated[list[str] | None, typer.Option(help=_t("A table of customers.", "Eine Tabelle mit Kunden."))] = None,
    orders: Annotated[list[str] | None, typer.Option(help=_t("A table of orders.", "Eine Tabelle mit Aufträgen."))] = None,
    spend: Annotated[list[str] | None, typer.Option(help=_t("A table of marketing spend.", "Eine Tabelle mit Marketingausgaben."))] = None,
    lang: Lang = None,
    as_of: AsOf = None,
    discount: Discount = None,
    horizon: Horizon = None,
    currency: Currency = None,
    margin: Margin = None,
    retention: Retention = None,
    model: Model = None,
    dates: Dates = None,
    title: Title = None,
    column: Columns = None,
    settings: SettingsFile = None,
    json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """From tables to a workbook."""
    given = {
        "language": lang,
        "as_of": as_of,
        "discount": discount,
        "horizon": horizon,
        "currency": currency,
        "margin": margin,
        "retention": retention,
        "model": model,
        "dates": dates,
        "title": title,
        "columns": column or None,
    }
    chosen = _settings(settings, given)
    LANGUAGE.set(chosen.language)
    everything = [*(inputs or []), *(customers or []), *(orders or []), *(spend or [])]
    if not everything:
        raise SettingsError(
            Text("No table was named.", "Es ist keine Tabelle genannt."),
            Text("Write, for example, clvxl report customers.xlsx", "Zum Beispiel: clvxl report kunden.xlsx"),
        )
    out = output or Path(f"{Path(everything[0].partition('#')[0]).stem or 'report'}-clv.xlsx")
    tables = {"customers": customers or [], "orders": orders or [], "spend": spend or []}
    from clvxl.summary import as_json, print_result

    analysis = _make(inputs or [], tables, chosen, out, force, quiet or json)
    if json:
        typer.echo(as_json(analysis, out))
    elif not quiet:
        print_result(analysis, out)


@app.command(
    help=_t(
        "Write simulated sample data and a finished report from it.",
        "Simulierte Beispieldaten und einen fertigen Bericht daraus schreiben.",
    )
)
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help=_t("Folder to write to.", "Zielordner."))] = Path(
        "clvxl-demo"
    ),
    lang: Lang = None,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """The first thing a new user runs."""
    from clvxl.demo import write_sample

    FINISHED.append(output)
    language = LANGUAGE.get()
    data = write_sample(output, language, force)
    from clvxl.summary import print_result

    title = _t("Simulated IT service firm", "Simuliertes IT-Systemhaus")
    out = output / _t("clv-report.xlsx", "kundenwert-bericht.xlsx")
    analysis = _make([str(data)], {}, Settings(language=language, title=title), out, force, quiet)
    if not quiet:
        typer.echo(_t("Sample data, beside it as CSV: {path}", "Beispieldaten, daneben als CSV: {path}").format(path=data.resolve()))
        print_result(analysis, out)


def _settings(path: Path | None, given: dict[str, Any]) -> Settings:
    """Options beat the file, the file beats what holds otherwise."""
    base = Settings(language=LANGUAGE.get())
    base = base if path is None else load(path, base)
    return replace(base, **{name: value for name, value in given.items() if value is not None})


def _make(inputs: list[str], tables: dict[str, list[str]], settings: Settings, out: Path, force: bool, quiet: bool) -> Analysis:
    """Read, analyse, write; on a terminal with a word on what is going on."""
    from contextlib import nullcontext

    from rich.console import Console

    console = Console(stderr=True)
    with nullcontext() if quiet or not console.is_terminal else console.status("") as status:

        def now(doing: str) -> None:
            if status is not None:
                status.update(doing)

        now(_t("Reading the tables …", "Tabellen werden gelesen …"))
        _keep_apart([*inputs, *(name for names in tables.values() for name in names)], out)
        from clvxl.analysis import analyse
        from clvxl.excel.file import write
        from clvxl.excel.lambdas import lambda_names
        from clvxl.ledger import read
        from clvxl.report import report as lay_out

        ledger = read(inputs, settings, **tables)
        now(_t("Computing values …", "Werte werden berechnet …"))
        analysis = analyse(ledger, settings)
        now(_t("Writing the workbook …", "Mappe wird geschrieben …"))
        write(replace(lay_out(analysis, __version__), names=lambda_names()), out, force=force)
        FINISHED.append(out)
    return analysis


def _keep_apart(inputs: list[str], out: Path) -> None:
    """Refuse to write over what is read, even with --force."""
    from clvxl.ledger.sources import locate

    if out.exists() and any(path.samefile(out) for place in locate(inputs) for path in place.paths):
        raise OutputError(
            Text("{path} is one of the tables to read.", "{path} ist eine der Tabellen, die gelesen werden."),
            Text("Choose another name for the report.", "Bitte einen anderen Namen für den Bericht wählen."),
            path=out,
        )
