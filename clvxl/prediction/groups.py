"""Four groups of customers, by how likely they stay and by what they bring if they do: what to do with each follows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clvxl.arguments import Array

KEEP, GROW, WIN_BACK, LET_GO = GROUPS = ("keep", "grow", "win back", "let go")
LIKELY = 0.5


def group(stays: Array, potential: Array) -> pd.Categorical[str]:
    """Keep who is likely to stay and brings more than the average, grow who brings less; win back or let go who is likely gone."""
    known = ~np.isnan(stays + potential)
    average = float(potential[known].mean()) if known.any() else 0.0
    places = 2 * (stays < LIKELY).astype(np.int8) + (potential <= average)
    return pd.Categorical.from_codes(np.where(known, places, -1), pd.Index(GROUPS))
