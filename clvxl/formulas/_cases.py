"""Special cases inside a formula, at no cost where there are none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clvxl.arguments import NOTICING, Array, Number
from clvxl.errors import DIV0


def replaced(value: Number, condition: npt.NDArray[np.bool_] | bool, by: float) -> Number:
    """A value, with another in its place where a condition holds."""
    return np.where(condition, by, value) if np.any(condition) else value


def where_below(limit: float, checked: Number, by: float, value: Number) -> Number:
    """A value, with another in its place where what is checked lies below a limit; looks at the lowest first, which is quick."""
    return value if np.min(checked, initial=limit) >= limit else replaced(value, checked < limit, by)


def where_above(limit: float, checked: Number, by: float, value: Number) -> Number:
    """A value, with another in its place where what is checked lies above a limit."""
    return value if np.max(checked, initial=limit) <= limit else replaced(value, checked > limit, by)


def quotient(numerator: Number, denominator: Number) -> Number:
    """One number by another as Excel divides: ``#DIV/0!`` where the denominator is zero."""
    try:
        with np.errstate(divide="raise", invalid="raise"):
            result = np.divide(numerator, denominator)
        if NOTICING:
            return result
    except FloatingPointError:
        result = np.divide(numerator, denominator)
    return replaced(result, denominator == 0, DIV0)


def filled(column: Array) -> Array:
    """A column without its blanks."""
    missing = np.isnan(column)
    return column[~missing] if missing.any() else column
