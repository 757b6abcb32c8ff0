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
from math import isnan, prod
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np

from clvxl.arguments import (
    NOTICING,
    Array,
    Labels,
    Number,
    Row,
    all_finite,
    choice,
    column_problem,
    common_shape,
    is_blank,
    is_empty,
    label_problem,
    labels,
    numbers,
    problems,
    row,
    single,
)
from clvxl.errors import NUM, CallError
from clvxl.terms import TERMS, Term
from clvxl.words import Text

Function = TypeVar("Function", bound=Callable[..., object])
Given = Number | Labels | Row | str | None
REQUIRED = inspect.Parameter.empty
BLOCK = 2**17  # elements of a long range that are computed at a time


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
    ``columns`` names the arguments that are a whole column of data, from which one result is made. ``takes_errors`` says that the
    function itself tells what becomes of rows with errors; else the first error in a column is the result.
    """

    name: str
    function: Callable[..., object]
    label: Text
    german: str
    native: str = ""
    columns: tuple[str, ...] = ()
    takes_errors: bool = False

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

    @cached_property
    def results(self) -> tuple[str, ...]:
        """The fields of what comes out, where that is a parameter row or a table."""
        found = get_type_hints(self.function)["return"]
        kinds = (kind for kind in (found, *get_args(found)) if isinstance(kind, type) and issubclass(kind, tuple))
        return next((kind._fields for kind in kinds if hasattr(kind, "_fields")), ())

    @property
    def syntax(self) -> str:
        """``CLV(margin, revenue, years)``, with optional arguments in square brackets."""
        return f"{self.name}({', '.join(f'[{a.name}]' if a.optional else a.name for a in self.arguments)})"

    def __call__(self, *values: object, **named: object) -> Any:
        """Compute for scalars or equally shaped ranges; an element that cannot be computed is a NaN with its error.

        The result is a number, an array of the shape of the ranges, or a ``NamedTuple``: a parameter row, or a table of columns.
        """
        bound = self._bind(values, named)
        given = {argument.name: self._read(argument, bound.get(argument.name)) for argument in self.arguments}
        shape = common_shape(self.syntax, given.values())
        with np.errstate(all="ignore"):
            if self.columns:
                return self._of_columns(given, shape)
            ranges = sum(isinstance(value, np.ndarray) for value in given.values())
            # Of two ranges one result is made, with nothing in between to keep at hand; a model looks for equal customers among all.
            at_once = prod(shape) <= BLOCK or ranges < 3 or not self.native
            return self._of_elements(given) if at_once else self._in_blocks(given, shape)

    def _bind(self, values: tuple[object, ...], named: dict[str, object]) -> dict[str, object]:
        names = [argument.name for argument in self.arguments]
        bound = dict(zip(names, values, strict=False)) | named
        required = {argument.name for argument in self.arguments if not argument.optional}
        if len(bound) < len(values) + len(named) or not required <= bound.keys() <= set(names):
            raise CallError(
                Text("{name} was given {count} arguments that do not fit.", "{name} passt nicht zu den {count} Argumenten."),
                Text("Write {syntax}.", "Richtig ist {syntax}."),
                name=self.name, count=len(values) + len(named), syntax=self.syntax,
            )
        return bound

    def _read(self, argument: Argument, value: object) -> Given:
        default = argument.default
        if is_empty(value) and argument.optional:
            return np.float64(default) if isinstance(default, int | float) else default  # type: ignore[return-value]  # a text
        if argument.term.choices:
            return choice(argument.term, value)
        if argument.term.unit == "row":
            return row(value)
        if argument.term.unit == "text":
            return labels(value)
        number = numbers(value)
        if argument.name in self.columns:
            return _column(np.atleast_1d(number), default)
        if self.columns:
            number = single(argument.name, number)
        return np.float64(number) if isinstance(number, float) else number  # numpy's kind: a division by zero is no exception

    def _of_columns(self, given: dict[str, Given], shape: tuple[int, ...]) -> Any:
        """One result for whole columns, and so one problem: that of the leftmost argument which has one."""
        for argument in self.arguments:
            problem = self._problem(argument, given[argument.name])
            if problem is not None:
                return float(problem)
        flat = {name: value.ravel() if isinstance(value, np.ndarray) else value for name, value in given.items()}
        result = self.function(**flat)
        if isinstance(result, tuple):
            return result
        array = np.asarray(result, dtype=float)
        return array.reshape(shape) if array.ndim else _finished(array)

    def _problem(self, argument: Argument, value: Given) -> Number | None:
        """What is wrong with an argument as a whole."""
        if not isinstance(value, np.ndarray):
            return problems(argument.term, value) if isinstance(value, float) else None
        if self.takes_errors:
            return None
        if argument.term.unit == "text":
            return label_problem(value)
        return column_problem(argument.term, value, required=argument.name == self.columns[0])

    def _of_elements(self, given: dict[str, Given]) -> Number:
        checked = {argument.name: _checked(argument, given[argument.name]) for argument in self.arguments}
        result = self._computed({name: value for name, (value, _) in checked.items()})
        for _, problem in reversed(checked.values()):  # so that the leftmost problem has the last word, as in Excel
            if problem is not None:
                result = np.where(np.isnan(problem), problem, result)
        return result if isinstance(result, np.ndarray) and result.ndim else float(result)

    def _computed(self, given: dict[str, Given]) -> Number:
        """What the function gives; what Excel can do is arithmetic, in which the processor notices an overflow and a missing value."""
        noticed: list[str] = []
        with np.errstate(over="call", divide="call", invalid="call", call=lambda kind, _: noticed.append(kind)):
            result = np.asarray(self.function(**given), dtype=float)
        return result if NOTICING and self.native and not noticed else _finished(result)

    def _in_blocks(self, given: dict[str, Given], shape: tuple[int, ...]) -> Array:
        """A long range in pieces that stay in the processor's cache while they are checked and computed."""
        result = np.empty(prod(shape))
        flat = {name: value.reshape(-1) if isinstance(value, np.ndarray) else value for name, value in given.items()}
        for start in range(0, result.size, BLOCK):
            rows = slice(start, start + BLOCK)
            piece = {name: value[rows] if isinstance(value, np.ndarray) else value for name, value in flat.items()}
            result[rows] = self._of_elements(piece)
        return result.reshape(shape)


def _column(column: Array, default: object) -> Number | None:
    """A whole column; an optional one may be left empty, or be one value for all where a number stands for a column."""
    if default is REQUIRED:
        return column
    if column.size == 0 or (isnan(column.flat[0]) and is_blank(column).all()):
        return np.float64(default) if isinstance(default, int | float) else None
    if default is None:
        return column
    return np.float64(column.flat[0]) if column.size == 1 else column


def _checked(argument: Argument, value: Given) -> tuple[Given, Number | None]:
    """The elements of an argument, with its default for every blank, and what is wrong with them."""
    if not isinstance(value, float | np.ndarray):
        return value, None
    problem = problems(argument.term, value)
    if problem is not None and isinstance(value, np.ndarray) and isinstance(argument.default, int | float):
        value = np.where(is_blank(value), argument.default, value)
        problem = problems(argument.term, value)
    return value, problem


def _finished(result: Array) -> Number:
    """What overflowed, and what has no value and no better reason, is ``#NUM!``, as in Excel."""
    if not all_finite(result):
        result = np.where(np.isinf(result) | is_blank(result), NUM, result)
    return result if result.ndim else float(result)


CATALOG: dict[str, Formula] = {}


def formula(
    name: str, label: Text, german: str, native: str = "", columns: tuple[str, ...] = (), takes_errors: bool = False,
) -> Callable[[Function], Function]:
    """Put a function into the catalog under its Excel name."""

    def register(function: Function) -> Function:
        CATALOG[name] = Formula(name, function, label, german, " ".join(native.split()), columns, takes_errors)
        return function

    return register
