"""Options that several commands share, and the settings that they make."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from clvxl.cli import LANGUAGE
from clvxl.cli.help import said
from clvxl.settings import Settings, load

if TYPE_CHECKING:
    from clvxl.words import Language


_OPTIONS = {"language": "lang", "columns": "column"}  # setting -> option, where it is not called like it


def choose_settings(path: Path | None, options: dict[str, Any]) -> Settings:
    """Options beat the file, the file beats what holds otherwise; what is said from now on is in the language chosen."""
    base = Settings(language=LANGUAGE.get())
    base = base if path is None else load(path, base)
    said = {each.name: options.get(_OPTIONS.get(each.name, each.name)) for each in fields(Settings)}
    chosen = replace(base, **{name: value for name, value in said.items() if value not in (None, (), [])})
    LANGUAGE.set(chosen.language)
    return chosen


def _known(language: str | None) -> str | None:
    """A language that there is; any other is refused as in a settings file."""
    return None if language is None else Settings(language=cast("Language", language)).language


_RATE, _FILE = said("RATE", "SATZ"), said("FILE", "DATEI")

Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=said("INPUT…", "EINGABE…"),
        help=said(
            "Files; Excel, CSV or Parquet; a sheet as file.xlsx#Sheet; a database as postgresql://host/database#table.",
            "Dateien; Excel, CSV oder Parquet; ein Blatt als datei.xlsx#Blatt; eine Datenbank als postgresql://host/datenbank#tabelle.",
        ),
    ),
]
Customers = Annotated[list[str] | None, typer.Option(metavar=_FILE, help=said("A table of customers.", "Eine Tabelle mit Kunden."))]
Orders = Annotated[list[str] | None, typer.Option(metavar=_FILE, help=said("A table of orders.", "Eine Tabelle mit Aufträgen."))]
Spend = Annotated[
    list[str] | None, typer.Option(metavar=_FILE, help=said("A table of marketing spend.", "Eine Tabelle mit Marketingausgaben."))
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="en|de", callback=_known, help=said("Language of report and messages.", "Sprache von Bericht und Meldungen.")
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar=said("YYYY-MM-DD", "TT.MM.JJJJ"),
        help=said(
            "Day up to which the data count; else the latest day in them.", "Tag, bis zu dem die Daten zählen; sonst der letzte Tag darin."
        ),
    ),
]
Discount = Annotated[
    str | None,
    typer.Option(metavar=_RATE, help=said("Discount rate per year, 0.1 for 10%.", "Abzinsung pro Jahr, 0,1 für 10\xa0%.")),
]
Horizon = Annotated[
    str | None,
    typer.Option(
        metavar=said("YEARS", "JAHRE"), help=said("Years of payments that count; else all.", "Jahre, deren Zahlungen zählen; sonst alle.")
    ),
]
Currency = Annotated[str | None, typer.Option(metavar="EUR", help=said("Currency shown in the headings.", "Währung in den Überschriften."))]
Margin = Annotated[
    str | None,
    typer.Option(
        metavar=_RATE, help=said("Margin where the data has none, 0.3 for 30%.", "Marge, wo die Daten keine haben, 0,3 für 30\xa0%.")
    ),
]
Retention = Annotated[
    str | None,
    typer.Option(
        metavar=_RATE,
        help=said("Retention per year where the data cannot tell.", "Bindungsrate pro Jahr, wo die Daten sie nicht hergeben."),
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="auto|mbgnbd|bgnbd|pareto|sbg|none",
        help=said(
            "Model of who stays and what they buy; auto follows the data.", "Modell, wer bleibt und was er kauft; auto folgt den Daten."
        ),
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        metavar="4GB",
        help=said(
            "Memory to get along with; what does not fit goes to disk.",
            "Speicher, der reichen soll; was nicht hineinpasst, geht auf die Platte.",
        ),
    ),
]
Dates = Annotated[
    str | None,
    typer.Option(
        metavar="dmy|mdy",
        help=said("Order of day and month where the data leaves it open.", "Reihenfolge von Tag und Monat, wo die Daten sie offen lassen."),
    ),
]
Title = Annotated[str | None, typer.Option(metavar="TEXT", help=said("Name at the top of the report.", "Name oben im Bericht."))]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar=said("HEADING=TERM", "ÜBERSCHRIFT=BEGRIFF"),
        help=said(
            "What a heading means, e.g. 'Volumen=revenue'. May repeat.",
            "Was eine Überschrift bedeutet, z. B. 'Volumen=revenue'. Mehrfach möglich.",
        ),
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", metavar=said("FILE.toml", "DATEI.toml"), help=said("Settings from a file.", "Einstellungen aus einer Datei.")
    ),
]
Json = Annotated[bool, typer.Option("--json", help=said("Print the result as JSON.", "Ergebnis als JSON ausgeben."))]
Quiet = Annotated[bool, typer.Option("--quiet", help=said("Print nothing but errors.", "Nur Fehler ausgeben."))]
Force = Annotated[
    bool, typer.Option("--force", help=said("Replace an existing file in any case.", "Eine vorhandene Datei in jedem Fall ersetzen."))
]
