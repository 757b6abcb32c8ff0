"""The commands that bring clvxl into Excel: template, install, uninstall, doctor. They alone look at the real machine."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clvxl import __version__
from clvxl.cli import FINISHED, LANGUAGE
from clvxl.cli.help import Command, said
from clvxl.cli.options import Force, Lang, Quiet

if TYPE_CHECKING:
    from clvxl.excel.machine import Machine

app = typer.Typer(rich_markup_mode=None)


@app.command(
    cls=Command,
    help=said("Write a fresh template, with tables to fill in and buttons.",
              "Eine frische Vorlage schreiben, mit Tabellen und Schaltflächen."),
)
def template(
    output: Annotated[
        Path, typer.Argument(metavar=said("OUT.xlsm", "ZIEL.xlsm"), help=said("File to write.", "Zieldatei."))
    ] = Path("CLV_Template.xlsm"),
    standalone: Annotated[
        bool,
        typer.Option("--standalone", help=said("With all that the add-in holds inside, for a machine where none may be installed.",
                                               "Mit allem darin, was das Add-in enthält, falls keines installiert werden darf.")),
    ] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """The template as it lies in the repository, or with the xlwings module inside."""
    from clvxl.excel.bridge import bridge
    from clvxl.excel.template.book import write

    alone = bridge("workbook") if standalone else None
    write(output, LANGUAGE.get(), alone=alone, interpreter=sys.executable if standalone else "", force=force)
    FINISHED.append(output)
    if not quiet:
        typer.echo(said("Template: {path}", "Vorlage: {path}").format(path=output.resolve()))


@app.command(cls=Command, help=said("Put the add-in into Excel.", "Das Add-in in Excel einsetzen."))
def install(lang: Lang = None, force: Force = False) -> None:
    """Functions in every workbook, and the tab CLV; a second time changes nothing."""
    from clvxl.excel.bridge import bridge
    from clvxl.excel.install import install as put

    for line in put(this_machine(), bridge("addin"), __version__, force=force):
        typer.echo(line.say(LANGUAGE.get()))


@app.command(cls=Command, help=said("Take the add-in out of Excel again.", "Das Add-in wieder aus Excel entfernen."))
def uninstall(lang: Lang = None) -> None:
    """What install put in, and nothing else."""
    from clvxl.excel.install import uninstall as take_out

    for line in take_out(this_machine()):
        typer.echo(line.say(LANGUAGE.get()))


@app.command(
    cls=Command,
    help=said("Say what works between Excel and clvxl, and what to do.", "Sagen, was zwischen Excel und clvxl geht und was zu tun ist."),
)
def doctor(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar=said("FILE…", "DATEI…"), help=said("Workbooks whose macros do not run.", "Mappen, deren Makros nicht laufen.")
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """Exit code 1 where something needs attention."""
    from clvxl.excel.addin import Versions
    from clvxl.excel.doctor import examine

    found = examine(this_machine(), Versions(__version__, installed("xlwings")), files or [])
    for each in found:
        typer.echo(each.say(LANGUAGE.get()))
    if any(each.tone == "poor" for each in found):
        raise typer.Exit(1)


def this_machine() -> Machine:
    """The machine that this runs on."""
    from clvxl.excel.machine import Machine

    system = {"win32": "windows", "darwin": "mac"}.get(sys.platform, "other")
    charset = "mac_roman" if system == "mac" else locale.getencoding()
    return Machine(system, Path.home(), Path(sys.executable), Path(sys.base_prefix), dict(os.environ), _registry, charset=charset)  # type: ignore[arg-type]  # one of the three


def _registry(key: str) -> Mapping[str, object]:
    """All values of a key of the Windows registry."""
    if sys.platform == "win32":
        import winreg

        hive, _, path = key.partition("\\")
        root = winreg.HKEY_LOCAL_MACHINE if hive == "HKLM" else winreg.HKEY_CURRENT_USER
        try:
            with winreg.OpenKey(root, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                count = winreg.QueryInfoKey(opened)[1]
                return {name: value for name, value, _ in (winreg.EnumValue(opened, index) for index in range(count))}
        except OSError:
            return {}
    return {}
