"""The door of the cells: for each formula of the catalog a function that xlwings calls under its Excel name.

Excel sends the arguments in their order, after the language of the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from pathlib import Path

import xlwings

from clvxl import CATALOG
from clvxl.bugs import logged
from clvxl.catalog import Formula
from clvxl.errors import ClvError
from clvxl.excel.cells import received, shown
from clvxl.excel.vba.wrappers import CATEGORY, LANGUAGE, help_of, named
from clvxl.spill import Cell
from clvxl.words import LANGUAGES

_POSITIONAL = Parameter.POSITIONAL_OR_KEYWORD


def _answering(formula: Formula) -> Callable[..., Sequence[Sequence[Cell]]]:
    """The function of a cell; it carries no annotations, which xlwings would take for its own."""

    written: list[Path] = []

    def answer(language, *values):  # type: ignore[no-untyped-def]  # see above
        try:
            return shown(formula(*map(received, values)), language if language in LANGUAGES else "en")
        except ClvError as error:
            return [[error.code]]
        except Exception as error:  # the cell will show no more than #VALUE!
            if not written:  # for a thousand cells once
                written.append(logged(error))
            raise

    answer.__name__ = answer.__qualname__ = formula.name
    answer.__doc__ = formula.summary.en
    arguments = (Parameter(named(each), _POSITIONAL, default=None if each.optional else Parameter.empty) for each in formula.arguments)
    answer.__signature__ = Signature([Parameter("language", _POSITIONAL), *arguments])  # type: ignore[attr-defined]  # which inspect reads
    return answer


def _registered(formula: Formula) -> Callable[..., Sequence[Sequence[Cell]]]:
    """The same, known to xlwings: values travel as they are, the language without the user."""
    function = xlwings.ret("raw")(xlwings.arg("language", "raw", vba=LANGUAGE)(_answering(formula)))
    for argument in formula.arguments:
        function = xlwings.arg(named(argument), "raw", doc=help_of(argument).en)(function)
    return xlwings.func(category=CATEGORY)(function)  # last, as it alone remembers the category


globals().update({name: _registered(formula) for name, formula in CATALOG.items()})
