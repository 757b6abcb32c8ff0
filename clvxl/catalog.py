"""The catalog: what can be computed, under which Excel name, with its help, its source and its native Excel formula.

``@formula`` registers a function and returns it untouched. Calling the catalog's entry instead of the function adds
what Excel users rely on: arguments in Excel's order, bounds from the dictionary, and for each bad element the error
that Excel would show, as a NaN that carries it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from clvxl.arguments import Array, Number, choice, common_shape, is_blank, numbers, problems
from clvxl.errors import NUM, VALUE, CallError
from clvxl.terms import TERMS, Term
from clvxl.words import Text

Function = TypeVar("Function", bound=Callable[..., object])
Given = Number | str
REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a formula: the term it stands for, and its default where it may be left out."""

    term: Term
    default: object = REQUIRED

    @property
    def name(self) -> str:
        return self.term.key

    @property
    def optional(self) -> bool:
        return self.default is not REQUIRED


@dataclass(frozen=True)
class Formula:
    """A function under its Excel name.

    ``native`` is its body as an Excel formula, with the arguments' names; empty where only Python can do it.
    ``columns`` names the arguments that are a whole column of data, from which one number is made.
    """

    name: str
    function: Callable[..., object]
    label: Text
    german: str
    native: str = ""
    columns: tuple[str, ...] = ()

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        parameters = inspect.signature(self.function).parameters.values()
        return tuple(Argument(TERMS[parameter.name], parameter.default) for parameter in parameters)

    @cached_property
    def summary(self) -> Text:
        """The docstring's first sentence, which is the help in Excel's function wizard, and its German counterpart."""
        english = inspect.cleandoc(self.function.__doc__ or "").partition("\n\n")[0]
        return Text(" ".join(english.split()), self.german)

    @cached_property
    def source(self) -> str:
        """Where the formula comes from: the docstring's line ``Source:``."""
        _, found, rest = inspect.cleandoc(self.function.__doc__ or "").partition("Source: ")
        return " ".join(rest.partition("\n\n")[0].split()) if found else ""

    @property
    def syntax(self) -> str:
        """``CLV(margin, revenue, years)``, with optional arguments in square brackets."""
        return f"{self.name}({', '.join(f'[{a.name}]' if a.optional else a.name for a in self.arguments)})"

    def __call__(self, *values: object, **named: object) -> Number:
        """Compute for scalars or equally shaped ranges; an element that cannot be computed is a NaN with its error."""
        given = {argument.name: self._read(argument, value) for argument, value in self._bind(values, named)}
        shape = common_shape(self.syntax, given.values())
        bad = self._first_problem(given)
        if self.columns and bad is not None:
            return float(bad)
        with np.errstate(all="ignore"):
            result = np.asarray(self.function(**given), dtype=float)
            return self._finish(result if self.columns else np.broadcast_to(result, shape), bad)

    def _bind(self, values: tuple[object, ...], named: dict[str, object]) -> list[tuple[Argument, object]]:
        try:
            bound = inspect.signature(self.function).bind(*values, **named).arguments
        except TypeError:
            raise CallError(
                Text("{name} was given {count} arguments that do not fit.", "{name} passt nicht zu den {count} Argumenten."),
                Text("Write {syntax}.", "Richtig ist {syntax}."),
                name=self.name, count=len(values) + len(named), syntax=self.syntax,
            ) from None
        return [(argument, bound.get(argument.name)) for argument in self.arguments]

    def _read(self, argument: Argument, value: object) -> Given:
        if value is None and isinstance(argument.default, str | int | float):
            return argument.default
        if argument.term.choices:
            return choice(argument.term, value)
        array = np.asarray(numbers(value))
        if argument.name in self.columns:
            return array.ravel()
        if isinstance(argument.default, int | float):
            array = np.where(is_blank(array), argument.default, array)
        return float(array.ravel()[0]) if array.ndim == 0 or (self.columns and array.size == 1) else array

    def _first_problem(self, given: dict[str, Given]) -> Array | None:
        """The leftmost problem of each element, as in Excel; None where there is none.

        A formula of whole columns has one result, so it has one problem.
        """
        found: Array | None = None
        for argument in self.arguments:
            value = given[argument.name]
            new = None if isinstance(value, str) else problems(argument.term, value, 0.0 if argument.name in self.columns else VALUE)
            if new is not None and self.columns:
                new = new[np.isnan(new)][0] if np.isnan(new).any() else None
            if new is not None:
                found = new if found is None else np.where(np.isnan(found), found, new)
        return found

    @staticmethod
    def _finish(result: Array, bad: Array | None) -> Number:
        if result.size and not (np.isfinite(result.min()) and np.isfinite(result.max())):
            result = np.where(np.isinf(result) | is_blank(result), NUM, result)
        if bad is not None:
            result = np.where(np.isnan(bad), bad, result)
        return result if result.ndim else float(result)


CATALOG: dict[str, Formula] = {}


def formula(name: str, label: Text, german: str, native: str = "", columns: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Put a function into the catalog under its Excel name."""

    def register(function: Function) -> Function:
        CATALOG[name] = Formula(name, function, label, german, " ".join(native.split()), columns)
        return function

    return register
