"""Division as Excel does it."""

from __future__ import annotations

import numpy as np

from clvxl.arguments import Number
from clvxl.errors import DIV0


def quotient(numerator: Number, denominator: Number) -> Number:
    """One number by another; ``#DIV/0!`` where the denominator is zero."""
    if isinstance(denominator, float | int):
        return numerator / denominator if denominator else np.full(np.shape(numerator), DIV0)
    with np.errstate(all="ignore"):
        result: Number = numerator / denominator
    return result if denominator.all() else np.where(denominator == 0, DIV0, result)
