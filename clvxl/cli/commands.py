"""All commands, each found by its name in a module of its own, which is loaded only when that command is asked for.

A new command is a function in a module of this package, registered with that module's ``app``, and a line in ``HOMES``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_group

from clvxl import __version__
from clvxl.cli.help import Group, said
from clvxl.cli.options import Lang

HOMES = {
    "report": "reports",
    "demo": "reports",
    "batch": "batches",
    "refresh": "refresh",
    "calc": "calculations",
    "functions": "calculations",
    "template": "excel",
    "install": "excel",
    "uninstall": "excel",
    "doctor": "excel",
}


class _Commands(Group):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(HOMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in HOMES:
            return None
        module = import_module(f"clvxl.cli.{HOMES[cmd_name]}")
        return get_group(module.app).commands[cmd_name]


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    subcommand_metavar=said("COMMAND …", "BEFEHL …"),
    help=said(
        "Customer lifetime value in Excel: reports from your tables, and every formula on the command line.",
        "Kundenwert in Excel: Berichte aus Ihren Tabellen, und jede Formel auf der Kommandozeile.",
    ),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clvxl {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=said("Show the version.", "Version zeigen."))
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help=said("Show tracebacks.", "Fehlerspuren zeigen."))] = False,
    lang: Lang = None,
) -> None:
    """Options of all commands; ``main`` reads --debug and --lang itself, since an error may come before they are parsed."""
