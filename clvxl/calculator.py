"""One function of the catalog with arguments written as text, and its explanation."""

from __future__ import annotations

from difflib import get_close_matches
from math import isnan

import numpy as np

from clvxl.catalog import CATALOG, Formula
from clvxl.errors import CallError, ClvError, DataError, error_name
from clvxl.terms import Term
from clvxl.words import Language, Text

_WHY = {
    "#VALUE!": Text("an argument is text or missing", "ein Argument ist Text oder fehlt"),
    "#NUM!": Text("the arguments do not go together", "die Argumente passen nicht zusammen"),
    "#DIV/0!": Text("the denominator is zero", "der Nenner ist null"),
    "#N/A": Text("it never happens, or there is too little data to say", "es tritt nie ein, oder die Daten reichen nicht"),
}
_FRACTION = Text("Write rates as fractions: 0.3 or 30%.", "Raten als Anteil schreiben: 0,3 oder 30%.")


def find(name: str) -> Formula:
    """The function of that name, in any case; an error names the closest ones."""
    formula = CATALOG.get(name.upper())
    if formula is None:
        close = ", ".join(get_close_matches(name.upper(), CATALOG, 3)) or "CLV"
        raise CallError(
            Text("There is no function {name}.", "Die Funktion {name} gibt es nicht."),
            Text("Did you mean {close}? All: clvxl functions", "Gemeint: {close}? Alle: clvxl functions"),
            name=name,
            close=close,
        )
    return formula


def _number(text: str, language: Language) -> float | str:
    plain = text.strip().removesuffix("%")
    if language == "de" and "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return float(plain) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        return text


def _argument(text: str, language: Language) -> object:
    """A number, a word, or a column of numbers: 9,10,7 in English, 9;10;7 in both languages."""
    separator = ";" if ";" in text or language == "de" else ","
    parts = text.split(separator)
    return _number(text, language) if len(parts) == 1 else [_number(part, language) if part.strip() else None for part in parts]


def calculate(name: str, values: list[str], language: Language) -> str:
    """The result as text; several results under each other."""
    formula = find(name)
    given = [_argument(value, language) if value else None for value in values]
    result = formula(*given)
    if isinstance(result, float) and isnan(result):
        raise _explained(formula, given, error_name(result) or "#NUM!")
    return "\n".join(error_name(each) or f"{each:.15g}" for each in np.ravel(result).tolist())


def _explained(formula: Formula, given: list[object], code: str) -> ClvError:
    """Why there is no number: the argument out of its bounds, if it is one."""
    for argument, value in zip(formula.arguments, given, strict=False):
        if isinstance(value, float) and not argument.term.admits(value):
            return DataError(
                Text(
                    "{name} gives {code}: {argument} is {value} and must lie in {bounds}.",
                    "{name} ergibt {code}: {argument} ist {value} und muss in {bounds} liegen.",
                ),
                _FRACTION if argument.term.unit == "fraction" else Text("", ""),
                name=formula.name,
                code=code,
                argument=argument.name,
                value=f"{value:g}",
                bounds=argument.term.bounds,
            )
    why = _WHY[code]
    return DataError(
        Text("{name} gives {code}: " + why.en + ".", "{name} ergibt {code}: " + why.de + "."),
        Text("Write {syntax}.", "Richtig ist {syntax}."),
        name=formula.name,
        code=code,
        syntax=formula.syntax,
    )


def explain(formula: Formula, language: Language) -> str:
    """Name, help, arguments, the formula as Excel has it, and the source."""
    lines = [formula.syntax, formula.summary.say(language), ""]
    width = max(len(argument.name) for argument in formula.arguments)
    lines += [f"  {argument.name:<{width}}  {argument.term.help.say(language)}{_limits(argument.term)}" for argument in formula.arguments]
    if formula.native:
        lines += ["", Text("In Excel without Python: ", "In Excel ohne Python: ").say(language) + f"={formula.native}"]
    if formula.source:
        lines += ["", Text("Source: ", "Quelle: ").say(language) + formula.source]
    return "\n".join(lines)


def _limits(term: Term) -> str:
    return "" if term.choices or term.bounds == "(-inf, inf)" else f" {term.bounds}"
