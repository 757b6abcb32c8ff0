"""The functions as a page to read, in Markdown: each with its arguments, an example that is computed, and its source.

The example is the one in the function's docstring. Its lists and days stand in cells, as they do in Excel.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from doctest import DocTestParser, DocTestRunner
from itertools import zip_longest
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from clvxl.catalog import Argument, Formula
from clvxl.errors import error_name
from clvxl.spill import Cell, fields, heading, spilled
from clvxl.words import Language, Text, day, exact

_TITLE = Text("Functions", "Funktionen")
_OPENING = Text(
    """Every function of clvxl, in groups. In a command window `clvxl functions CLV` shows one of them, and
`clvxl calc CLV 0.3 12000 5` computes it.

* **Rates and margins** are fractions: write `0.3` or `30%`. A bare `30` gives an error.
* **Money** is per year, unless a function says otherwise.
* **Ranges** work in place of single numbers. The results then fill the cells below.
* **Square brackets** mark what may be left out.
* **Separators** are those of your Excel: a comma here, a semicolon where the comma separates decimals.

| a cell shows | because |
|---|---|
| `#VALUE!` | an argument is text, or is missing |
| `#NUM!` | a number is out of its range, or the numbers do not go together |
| `#DIV/0!` | the number to divide by is zero |
| `#N/A` | it never happens, or there is too little data to say |
| `#NAME?` | Excel does not know the function: [what to do](excel.md#excel-shows-name) |

**Without Python** says that the function also works in every workbook that clvxl wrote, in Excel 2024 or 365. All others need the
[add-in](excel.md). Results below are rounded to four places; Excel has all of them.
""",
    """Alle Funktionen von clvxl, nach Gruppen. Im Befehlsfenster zeigt `clvxl functions CLV --lang de` eine davon, und
`clvxl calc CLV 0,3 12000 5 --lang de` berechnet sie.

* **Raten und Margen** sind Anteile: `0,3` oder `30%` schreiben. Eine bloße `30` ergibt einen Fehler.
* **Geld** gilt pro Jahr, wenn die Funktion nichts anderes sagt.
* **Bereiche** gehen anstelle einzelner Zahlen. Die Ergebnisse füllen dann die Zellen darunter.
* **Eckige Klammern** zeigen, was fehlen darf.
* **Die Namen der Angaben** sind englisch; so zeigt sie auch der Funktionsassistent.

| eine Zelle zeigt | weil |
|---|---|
| `#WERT!` | eine Angabe Text ist oder fehlt |
| `#ZAHL!` | eine Zahl außerhalb ihrer Grenzen liegt oder die Zahlen nicht zusammenpassen |
| `#DIV/0!` | durch null geteilt würde |
| `#NV` | es nie eintritt oder die Daten nicht reichen |
| `#NAME?` | Excel die Funktion nicht kennt: [was tun](excel.de.md#excel-zeigt-name) |

**Ohne Python** heißt: Die Funktion rechnet auch in jeder Mappe, die clvxl geschrieben hat, in Excel 2024 oder 365. Alle anderen brauchen
das [Add-in](excel.de.md). Ergebnisse sind hier auf vier Stellen gerundet; Excel hat alle.
""",
)
GROUPS = (
    (("value",), Text("What a customer is worth", "Was ein Kunde wert ist")),
    (("acquisition",), Text("What winning customers costs", "Was neue Kunden kosten")),
    (("retention", "survival"), Text("Who stays, and how long", "Wer bleibt, und wie lange")),
    (("growth",), Text("How revenue grows", "Wie der Umsatz wächst")),
    (("loyalty",), Text("Who recommends you", "Wer Sie weiterempfiehlt")),
    (("concentration",), Text("How much rests on a few", "Wie viel an wenigen hängt")),
    (("cohorts", "rfm"), Text("What orders say", "Was Aufträge sagen")),
    (("mbgnbd",), Text("Who will order again: MBG/NBD, the usual model", "Wer wieder bestellt: MBG/NBD, das übliche Modell")),
    (("bgnbd",), Text("Who will order again: BG/NBD", "Wer wieder bestellt: BG/NBD")),
    (("pareto_nbd",), Text("Who will order again: Pareto/NBD", "Wer wieder bestellt: Pareto/NBD")),
    (("gamma_gamma", "residual"), Text("What the orders to come are worth", "Was kommende Aufträge wert sind")),
    (("sbg",), Text("Customers under contract (sBG)", "Kunden mit Vertrag (sBG)")),
)
_FEW_CUSTOMERS = Text(
    """Up to 300 customers, the parameters of MBG/NBD, BG/NBD and Pareto/NBD are drawn towards usual ones, which fades out until 1,000
customers. The log-likelihood is the highest that the model reaches on the data, and so may be a little above that of the parameters
beside it.""",
    """Bis 300 Kunden werden die Parameter von MBG/NBD, BG/NBD und Pareto/NBD zu üblichen hin gezogen; das verliert sich bis 1.000 Kunden.
Die Log-Likelihood ist die höchste, die das Modell auf den Daten erreicht, und kann darum etwas über der der Parameter daneben liegen.""",
)
_FUNCTION, _WHAT, _ARGUMENT = Text("function", "Funktion"), Text("what it is", "was es ist"), Text("argument", "Angabe")
_ALLOWED, _WITHOUT = Text("allowed", "erlaubt"), Text("without Python", "ohne Python")
_YES, _DEFAULT = Text("yes", "ja"), Text("May be left out, then {value}.", "Darf fehlen, dann {value}.")
_MAY_BE_LEFT_OUT = Text("May be left out.", "Darf fehlen.")
_COMPUTES, _EXAMPLE = Text("Computes", "Rechnet"), Text("Example", "Beispiel")
_WITH, _GIVES = Text("with these cells", "mit diesen Zellen"), Text("gives", "ergibt")
_RESULT, _CELL, _HOLDS = Text("result", "Ergebnis"), Text("cell of the row", "Zelle der Zeile"), Text("holds", "enthält")
_SOURCE = Text("Source", "Quelle")
_PLACES = 4
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar
_PLAIN_ARITHMETIC = re.compile(r"[a-z_0-9 ()+*/^-]+")  # without functions of Excel


class _Example(NamedTuple):
    """A call as it is typed into a cell, the columns it points to, each with a heading, and what it gives: one text or rows of them."""

    written: str
    columns: list[list[str]]
    result: str | list[list[str]]


def reference(formulas: Iterable[Formula], language: Language) -> str:
    """All of these functions on one page."""
    listed = list(formulas)
    lines = [f"# {_TITLE.say(language)}", "", _OPENING.say(language)]
    groups = [(title, [each for each in listed if _home(each) in homes]) for homes, title in GROUPS]
    for title, members in groups:
        if members:
            lines += [f"**{title.say(language)}**", "", *_overview(members, language), ""]
    for title, members in groups:
        if members:
            lines += [f"## {title.say(language)}", ""]
            lines += [_FEW_CUSTOMERS.say(language), ""] if _home(members[0]) == "mbgnbd" else []
            lines += [line for each in members for line in described(each, language)]
    return "\n".join(lines).rstrip() + "\n"


def described(formula: Formula, language: Language) -> Iterator[str]:
    """One function: how it is written, its arguments, an example and the source."""
    yield from (f"### {formula.name}", "", f"**{formula.label.say(language)}.** {formula.summary.say(language)}", "")
    yield from ("```", _call(formula, [f"[{a.name}]" if a.optional else a.name for a in formula.arguments], language), "```", "")
    rows = [(f"`{each.name}`", _help(each, language), each.term.range(language)) for each in formula.arguments]
    yield from _table([(_ARGUMENT.say(language), _WHAT.say(language), _ALLOWED.say(language)), *rows])
    yield ""
    if _PLAIN_ARITHMETIC.fullmatch(formula.native):
        yield from (f"{_COMPUTES.say(language)}: `{formula.native}`", "")
    yield from _shown(_example(formula, language), language)
    yield from (f"{_SOURCE.say(language)}: {formula.source}", "") if formula.source else ()


def _home(formula: Formula) -> str:
    """The module of the mathematics that a function is from."""
    return formula.function.__module__.rpartition(".")[2]


def _overview(formulas: Sequence[Formula], language: Language) -> list[str]:
    head = (_FUNCTION.say(language), _WHAT.say(language), _WITHOUT.say(language))
    return _table([head, *((f"[{each.name}](#{each.name.lower()})", each.label.say(language), _YES.say(language) if each.native else "")
                           for each in formulas)])


def _help(argument: Argument, language: Language) -> str:
    default = argument.default
    said = argument.term.help.say(language)
    if not argument.optional:
        return said
    if default is None:
        return f"{said} {_MAY_BE_LEFT_OUT.say(language)}"
    value = exact(default, language) if isinstance(default, int | float) else default
    return f"{said} {_DEFAULT.say(language, value=value)}"


def _example(formula: Formula, language: Language) -> _Example:
    """The docstring's example with its lists and days in cells, computed as a cell computes it."""
    values = _given(formula)
    columns: list[list[str]] = []
    written = []
    for argument, value in zip(formula.arguments, values, strict=False):
        if argument.term.unit != "row" and np.ndim(value) == 0 and argument.term.unit != "date":
            written.append(f'"{value}"' if isinstance(value, str) else _number(value, language))
            continue
        cells = [_cell(argument, each, language) for each in np.atleast_1d(np.asarray(value)).tolist()]
        first = _letter(len(columns))
        if argument.term.unit == "row":
            columns += [[argument.name if place == 0 else "", each] for place, each in enumerate(cells)]
            written.append(f"{first}2:{_letter(len(columns) - 1)}2")
        else:
            columns.append([argument.name, *cells])
            written.append(f"{first}2:{first}{len(cells) + 1}" if len(cells) > 1 else f"{first}2")
    return _Example(_call(formula, written, language), columns, _result(formula(*values), language))


def _result(result: object, language: Language) -> str | list[list[str]]:
    """One value, a table with its headings, or a parameter row with the name of each of its cells."""
    cells, found = spilled(result, language), fields(result)
    if not isinstance(cells, list):
        return _plain(cells, language)
    rows = [[_plain(each, language) for each in row] for row in cells]
    if found is None:
        return [[_RESULT.say(language)], *rows]
    if found.table:
        return rows
    names = [heading(name, language) for name in found.names]
    return [[_CELL.say(language), _HOLDS.say(language)], *([name, value] for name, value in zip(names, rows[0], strict=True))]


def _given(formula: Formula) -> tuple[Any, ...]:
    """What the function is given in the first call of its docstring's example."""
    calls: list[tuple[Any, ...]] = []

    def noted(*values: object) -> object:
        calls.append(values)
        return formula.function(*values)

    known = {**formula.function.__globals__, formula.function.__name__: noted}
    test = DocTestParser().get_doctest(inspect.getdoc(formula.function) or "", known, formula.name, None, None)
    DocTestRunner(verbose=False).run(test, out=lambda said: None)
    return calls[0]


def _shown(example: _Example, language: Language) -> Iterator[str]:
    """The cells that the example points to, how it is written and what comes out."""
    result = example.result
    written = f"`{example.written}` {_GIVES.say(language)}{':' if isinstance(result, list) else f' `{result}`'}"
    if example.columns:
        letters = ["", *map(_letter, range(len(example.columns)))]
        cells = ([str(row), *each] for row, each in enumerate(zip_longest(*example.columns, fillvalue=""), 1))
        yield from (f"{_EXAMPLE.say(language)}, {_WITH.say(language)}:", "", *_table([letters, *cells]), "", written, "")
    else:
        yield from (f"{_EXAMPLE.say(language)}: {written}", "")
    if isinstance(result, list):
        yield from (*_table(result), "")


def _call(formula: Formula, arguments: Sequence[str], language: Language) -> str:
    """A call, separated as each country's Excel does."""
    return f"={formula.name}({('; ' if language == 'de' else ', ').join(arguments)})"


def _cell(argument: Argument, value: object, language: Language) -> str:
    """What stands in a cell; a day as a day, whether it came as one or as Excel's number of it."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if argument.term.unit == "date":
        return day(value if isinstance(value, date) else _EPOCH + timedelta(days=float(str(value))), language)
    return value if isinstance(value, str) else _number(value, language)


def _number(value: object, language: Language) -> str:
    return exact(float(f"{float(str(value)):.9g}"), language)


def _plain(cell: Cell, language: Language) -> str:
    """A result as text: rounded, an error by its name, a blank as nothing."""
    if isinstance(cell, str):
        return cell
    return error_name(cell) or "" if isnan(cell) else exact(round(cell, _PLACES) + 0.0, language)


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of text as a table of which the first is the heading."""
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return [head, "|" + "---|" * (head.count(" | ") + 1), *body]
