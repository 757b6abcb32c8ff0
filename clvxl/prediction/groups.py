"""Four groups of customers, by how likely they stay and by what they bring if they do: what to do with each follows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clvxl.arguments import Array

KEEP, GROW, WIN_BACK, LET_GO = GROUPS = ("keep", "grow", "win back", "let go")
LIKELY = 0.5


def group(stays: Array, potential: Array) -> npt.NDArray[np.object_]:
    """Keep who is likely to stay and brings more than the average, grow who brings less; win back or let go who is likely gone."""
    known = ~np.isnan(stays + potential)
    average = float(potential[known].mean()) if known.any() else 0.0
    likely, more = stays >= LIKELY, potential > average
    found: npt.NDArray[np.object_] = np.select([likely & more, likely, more], GROUPS[:3], LET_GO).astype(object)
    found[~known] = None
    return found
