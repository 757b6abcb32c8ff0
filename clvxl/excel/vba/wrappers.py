"""The functions of a workbook as VBA: one for each formula of the catalog, with its help in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clvxl.catalog import Argument, Formula
from clvxl.words import LANGUAGES, Language, Text, exact

CATEGORY = "CLV"
LANGUAGE = "Language()"  # the VBA that says which language a cell is to be answered in

# Words that VBA keeps for itself (MS-VBAL 3.3.5.2).
_WORDS = """
    abs addressof and any array as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec cint circle clng clnglng
    clngptr close const csng cstr currency cvar cverr date debug decimal declare defbool defbyte defcur defdate defdbl defint deflng defobj
    defsng defstr defvar dim do doevents double each else elseif empty end endif enum eqv erase event exit false fix for friend function
    get global gosub goto if imp implements in input inputb int integer is lbound len lenb let like lock long longlong longptr loop lset me
    mod new next not nothing null on open option optional or paramarray preserve print private pset public put raiseevent redim rem resume
    return rset scale seek select set sgn shared single spc static step stop string sub tab then time to true type typeof ubound unlock
    until variant wend while with withevents write xor
"""
_RESERVED = frozenset(_WORDS.split())
_FOREIGN = re.compile(r"([^\x20-\x7e\xa0-\xff]+)")


def named(argument: Argument) -> str:
    """What an argument is called in VBA, where some words are taken."""
    return f"{argument.name}_" if argument.name.lower() in _RESERVED else argument.name


def help_of(argument: Argument) -> Text:
    """What the function wizard says about an argument."""
    term, default = argument.term, argument.default
    if not argument.optional:
        return term.help
    if default is None:
        return Text(f"Optional. {term.help.en}", f"Optional. {term.help.de}")
    left_out = {language: exact(default, language) if isinstance(default, int | float) else str(default) for language in LANGUAGES}
    return Text(f"Optional, otherwise {left_out['en']}. {term.help.en}", f"Optional, sonst {left_out['de']}. {term.help.de}")


def functions(formulas: Iterable[Formula]) -> str:
    """The module with a function for each formula; what is left out arrives as empty."""
    return _text(line for formula in formulas for line in _function(formula))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(["Option Explicit", *lines, ""])


def _function(formula: Formula) -> Iterator[str]:
    names = {named(argument): argument.optional for argument in formula.arguments}
    given = ", ".join(f"{'Optional ' * optional}ByVal {name} As Variant" for name, optional in names.items())
    yield ""
    yield f"Public Function {formula.name}({given}) As Variant"
    yield from (f"    If IsMissing({name}) Then {name} = Empty" for name, optional in names.items() if optional)
    yield f"    {formula.name} = Answer({quoted(formula.name)}, Array({', '.join(names)}))"
    yield "End Function"


def help_texts(formulas: Iterable[Formula]) -> str:
    """The module with what the function wizard says of each formula; a procedure for each, as VBA limits their size."""
    described = list(formulas)
    calls = [f"    Describe_{formula.name} german" for formula in described]
    all_of_them = ["", "Public Sub DescribeAll(ByVal german As Boolean)", *calls, "End Sub"]
    return _text(["Option Private Module", *all_of_them, *(line for formula in described for line in _description(formula))])


def _description(formula: Formula) -> Iterator[str]:
    yield from ("", f"Private Sub Describe_{formula.name}(ByVal german As Boolean)", "    If german Then")
    yield from _call(formula, "de")
    yield "    Else"
    yield from _call(formula, "en")
    yield from ("    End If", "End Sub")


def _call(formula: Formula, language: Language) -> Iterator[str]:
    arguments = [quoted(help_of(argument).say(language)) for argument in formula.arguments]
    yield f"        Describe {quoted(formula.name)}, {quoted(formula.summary.say(language))}, Array( _"
    yield from (f"            {argument}, _" for argument in arguments[:-1])
    yield f"            {arguments[-1]})"


def quoted(text: str) -> str:
    """A text as a VBA expression; characters that the code page lacks are written by their numbers."""
    pieces = _FOREIGN.split(text)  # every second one is foreign
    literals = [_numbered(piece) if place % 2 else '"' + piece.replace('"', '""') + '"' for place, piece in enumerate(pieces) if piece]
    return " & ".join(literals) or '""'


def _numbered(text: str) -> str:
    """Characters by their numbers, two for each that lies beyond the first plane."""
    wide = text.encode("utf-16-le")
    return " & ".join(f"ChrW({int.from_bytes(wide[place : place + 2], 'little')})" for place in range(0, len(wide), 2))
