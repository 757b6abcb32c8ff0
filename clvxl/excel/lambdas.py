"""The catalog as native LAMBDA names: ``=CLV(0.3, 12000, 5)`` in a plain workbook, without Python.

A name's text is its formula's body inside a guard for each argument. The guards come from the dictionary and give the same errors as
the catalog does; from left to right, so that of two bad arguments the first decides.
"""

from __future__ import annotations

import re
from math import isinf

from clvxl import CATALOG
from clvxl.catalog import Argument, Formula
from clvxl.terms import Term

# Functions newer than Excel 2007 are stored with a prefix; Excel shows them without.
_NEWER = {
    "LAMBDA": "_xlfn.", "LET": "_xlfn.", "ISOMITTED": "_xlfn.", "SWITCH": "_xlfn.", "SEQUENCE": "_xlfn.", "TOCOL": "_xlfn.",
    "SORT": "_xlfn._xlws.",
}
_PIECE = re.compile(r' +|"[^"]*"|#[A-Z0/]+[!?]?|\d[\d.]*|\[\w+\]|[A-Za-z_]\w*\(?')


def lambda_names() -> tuple[tuple[str, str], ...]:
    """Name and stored text of every formula that Excel can do by itself, for the defined names of a workbook."""
    return tuple((name, stored(typed(formula))) for name, formula in CATALOG.items() if formula.native)


def typed(formula: Formula) -> str:
    """The LAMBDA as one would type it into Excel's Name Manager."""
    text = formula.native
    for argument in reversed(formula.arguments):
        text = _guarded(argument, text, argument.name in formula.columns, argument.name in formula.columns[:1])
    names = ",".join(f"[{argument.name}]" if argument.optional else argument.name for argument in formula.arguments)
    taken = "|".join(argument.name for argument in formula.arguments if argument.name.upper() in CATALOG)
    text = f"LAMBDA({names},{text})"
    return re.sub(rf"\b({taken})\b", r"\1_", text) if taken else text  # clv is CLV to Excel, which is a name already


def stored(text: str) -> str:
    """A formula as Excel writes it into a file: prefixes for newer functions and for the names that LAMBDA and LET bind."""

    def piece(match: re.Match[str]) -> str:
        found = match[0].strip(" ")
        if not found:
            return ""
        if found[0] == "[":
            return f"_xlop.{found[1:-1]}"
        if found.endswith("("):
            return _NEWER.get(found[:-1], "") + found
        return f"_xlpm.{found}" if found[0].isalpha() else found

    return _PIECE.sub(piece, text)


def _guarded(argument: Argument, body: str, column: bool, required: bool) -> str:
    name, term = argument.name, argument.term
    if term.choices:
        body = f"IF(ISERROR({name}),{name},{body})"
        return f"LET({name},{_defaulted(argument, _word(term), column)},{body})"
    body = _column(term, body, required) if column else _number(term, body)
    return f"LET({name},{_defaulted(argument, name, column)},{body})" if argument.optional else body


def _number(term: Term, body: str) -> str:
    """A blank, text and a truth value become ``#VALUE!`` by the sum with a text, and an error stays what it is."""
    bounds = _bounds(term, term.key, term.key)
    inside = f"IF({'*'.join(f'({bound})' for bound in bounds)},{body},#NUM!)" if bounds else body
    return f'IF(ISNUMBER({term.key}),{inside},{term.key}+"x")'


def _column(term: Term, body: str, required: bool) -> str:
    """Every filled cell is a number; blanks are left to the formula."""
    name = term.key
    bounds = _bounds(term, f"MIN({name})", f"MAX({name})")
    inside = f"IF(AND({','.join(bounds)}),{body},#NUM!)" if bounds else body
    some = f"COUNT({name})>0," if required else ""
    # COUNT takes a single "5" and TRUE for numbers where they are not in a cell.
    return f'IF(AND({some}COUNT({name})=COUNTA({name}),NOT(OR(ISTEXT({name}),ISLOGICAL({name})))),{inside},SUM({name})+"x")'


def _bounds(term: Term, lowest: str, highest: str) -> list[str]:
    low = [] if isinf(term.low) else [f"{lowest}{'>' if term.low_open else '>='}{term.low:g}"]
    high = [] if isinf(term.high) else [f"{highest}{'<' if term.high_open else '<='}{term.high:g}"]
    return low + high


def _word(term: Term) -> str:
    """The word for a choice given as a word or by its number."""
    cases = ",".join(f'"{word}","{word}","{number}","{word}"' for number, word in enumerate(term.choices))
    return f"SWITCH(LOWER(TRIM({term.key})),{cases},#VALUE!)"


def _defaulted(argument: Argument, value: str, column: bool) -> str:
    """The default where an optional argument is left out, and where its cell is blank."""
    if not argument.optional:
        return value
    default = f'"{argument.default}"' if isinstance(argument.default, str) else f"{argument.default:g}"
    blank = f"COUNTA({argument.name})=0" if column else f"ISBLANK({argument.name})"
    return f"IF(ISOMITTED({argument.name}),{default},IF({blank},{default},{value}))"
