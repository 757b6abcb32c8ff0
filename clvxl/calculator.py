"""One function of the catalog with arguments written as text, and its explanation."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from math import isnan
from typing import cast

import numpy as np

from clvxl import CATALOG
from clvxl.catalog import Argument, Formula
from clvxl.errors import CallError, DataError, error_name
from clvxl.spill import Cell, fields, heading, spilled
from clvxl.words import LANGUAGES, Language, Text, exact, read_day, read_number

_WHY = {
    "#VALUE!": Text("an argument is text or missing", "ein Argument ist Text oder fehlt"),
    "#NUM!": Text("the arguments do not go together", "die Argumente passen nicht zusammen"),
    "#DIV/0!": Text("the denominator is zero", "der Nenner ist null"),
    "#N/A": Text("it never happens, or there is too little data to say", "es tritt nie ein, oder die Daten reichen nicht"),
}
_OTHER_LANGUAGE = Text(", a number in German only; say --lang de or write a decimal point", ", eine Zahl nur im Englischen (--lang en)")
_LIST = Text("; a list is written '1;2;3'", "; eine Liste schreibt man '1;2;3'")


def find(name: str) -> Formula:
    """The function of that name, in any case; an error names the closest ones."""
    formula = CATALOG.get(name.strip().upper())
    if formula is None:
        close = ", ".join(get_close_matches(name.upper(), CATALOG, 3)) or "CLV"
        raise CallError(
            Text("There is no function {name}.", "Die Funktion {name} gibt es nicht.")
            if name.strip()
            else Text("No function was named.", "Es ist keine Funktion genannt."),
            Text("Did you mean {close}? All: clvxl functions", "Gemeint: {close}? Alle: clvxl functions"),
            name=name,
            close=close,
        )
    return formula


def calculate(name: str, values: list[str], language: Language) -> str:
    """The result as text; several results under each other."""
    formula = find(name)
    written = _with_semicolons(formula, values) if language == "en" else _all_german(values)
    given = [_given(*pair, language) for pair in zip(formula.arguments, written, strict=False)]
    result = formula(*given, *values[len(given) :])
    if found := fields(result):
        rows = cast("list[list[Cell]]", spilled(result, language))
        headings: list[Cell] = [heading(name, language) for name in found.names]
        return _aligned(rows, language) if found.table else _aligned([list(pair) for pair in zip(headings, rows[0], strict=True)], language)
    results = np.ravel(result).tolist()
    for place, result in enumerate(results):
        if isnan(result):
            where = Text(f" in result {place + 1}", f" im Ergebnis {place + 1}") if len(results) > 1 else Text("", "")
            raise _out_of_bounds(formula, given, place) or _no_result(formula, error_name(result) or "#NUM!", where)
    return "\n".join(exact(result, language) for result in results)


def _aligned(rows: list[list[Cell]], language: Language) -> str:
    """Rows of cells as columns of text; an error by its name, a blank as nothing."""
    texts = [[_shown(cell, language) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in texts)


def _shown(cell: Cell, language: Language) -> str:
    if isinstance(cell, str):
        return cell
    return (error_name(cell) or "") if isnan(cell) else exact(cell, language)


def _with_semicolons(formula: Formula, values: list[str]) -> list[str]:
    """English arguments with semicolons in place of the commas that stand between the numbers of a list, not between thousands.

    Those do in a column, and where all arguments are lists of one length and cannot be decimal commas.
    """
    commas = {value.count(",") for value in values}
    sure = "." in "".join(values) or max(commas, default=0) > 1
    lists = len(commas) == 1 and sure and all(read_number(value, "en") is None for value in values)
    pairs = zip(formula.arguments, values, strict=False)
    columns = [value for each, value in pairs if each.term.unit == "row" or (each.name in formula.columns and each.term.unit != "text")]
    for value in columns:
        if "," in value and read_number(value, "en") is not None:
            raise _unclear(value)
    return [value.replace(",", ";") if (lists or value in columns) and ";" not in value else value for value in values]


def _all_german(values: list[str]) -> list[str]:
    """German arguments as they are, unless 12,000 stands among numbers with a decimal point, as in English."""
    ways = [(value, read_number(value, "en"), read_number(value, "de")) for value in values]
    points = any("." in value and english == german is not None for value, english, german in ways)
    for value, english, german in ways:
        if points and "," in value and english is not None and english != german:
            raise _unclear(value)
    return values


def _unclear(value: str) -> DataError:
    return DataError(
        Text("{given} can be read in two ways.", "{given} lässt sich auf zwei Weisen lesen."),
        Text(
            "Write thousands as 12000, and lists with semicolons: '1;2;3'.",
            "Tausender bitte als 12000 schreiben und Listen mit Semikolon: '1;2;3'.",
        ),
        given=repr(value),
    )


def _given(argument: Argument, text: str, language: Language) -> object:
    """What an argument says: a number, a day, a word, or a column of these with semicolons between them."""
    parts = [_value(argument, part.strip(), language) for part in text.split(";")]
    if argument.term.unit == "row":
        return parts
    if parts == [None] and not argument.optional:
        raise _wrong(argument, Text("is empty", "ist leer"))
    return parts if len(parts) > 1 else parts[0]


def _value(argument: Argument, text: str, language: Language) -> float | str | date | None:
    """One value; None for a blank."""
    if not text:
        return None
    if argument.term.unit == "text":
        return text
    if argument.term.unit == "date" and (day := read_day(text)):
        return day
    value = read_number(text, language)
    if value is None and argument.term.unit in ("choice", "row"):
        return text
    if value is None:
        hint = _OTHER_LANGUAGE if any(read_number(text, each) is not None for each in LANGUAGES) else _LIST if "," in text else Text("", "")
        raise _wrong(argument, Text(f"is {text!r}{hint.en}", f"ist {text!r}{hint.de}"))
    return value


def _wrong(argument: Argument, what: Text) -> DataError:
    expected = argument.term.expected
    return DataError(
        Text("{name} {what_en}.", "{name} {what_de}."),
        Text("Expected: {expected_en}.", "Erwartet: {expected_de}."),
        name=argument.name,
        what_en=what.en,
        what_de=what.de,
        expected_en=expected.en,
        expected_de=expected.de,
    )


def _out_of_bounds(formula: Formula, given: list[object], place: int) -> DataError | None:
    """The first argument of a result that is empty, or lies outside its bounds."""
    for argument, value in zip(formula.arguments, given, strict=False):
        parts = value if isinstance(value, list) else [value]
        if argument.term.unit in ("row", "text"):
            continue
        for part in parts if argument.name in formula.columns or len(parts) == 1 else [parts[place]]:
            if part is None and not (argument.optional or formula.columns):
                return _wrong(argument, Text("is empty", "ist leer"))
            if isinstance(part, float) and not argument.term.admits(part):
                return _wrong(argument, Text("is " + exact(part, "en"), "ist " + exact(part, "de")))
    return None


def _no_result(formula: Formula, code: str, where: Text) -> DataError:
    why = _WHY[code]
    return DataError(
        Text("{name} gives {code}{where_en}: {why_en}.", "{name} ergibt {code}{where_de}: {why_de}."),
        Text("Write {syntax}.", "Richtig ist {syntax}."),
        name=formula.name,
        code=code,
        where_en=where.en,
        where_de=where.de,
        why_en=why.en,
        why_de=why.de,
        syntax=formula.syntax,
    )


def explain(formula: Formula, language: Language) -> str:
    """Name, help, arguments, the formula as Excel has it, and the source."""
    lines = [formula.syntax, formula.summary.say(language), ""]
    width = max(len(argument.name) for argument in formula.arguments)
    for argument in formula.arguments:
        limits = "" if argument.term.choices else argument.term.range(language)
        lines.append(f"  {argument.name:<{width}}  {argument.term.help.say(language)}" + (f" ({limits})" if limits else ""))
    if formula.results:
        names = ", ".join(heading(name, language) for name in formula.results)
        lines += ["", Text("Result: ", "Ergebnis: ").say(language) + names]
    if formula.native:
        lines += ["", Text("In Excel without Python: ", "In Excel ohne Python: ").say(language) + f"={formula.native}"]
    if formula.source:
        lines += ["", Text("Source: ", "Quelle: ").say(language) + formula.source]
    return "\n".join(lines)
