"""Whether customers would recommend us."""

from __future__ import annotations

from math import sqrt

import numpy as np

from clvxl.arguments import Array
from clvxl.catalog import formula
from clvxl.errors import NUM
from clvxl.formulas._cases import filled
from clvxl.words import Text

_WHOLE = "IF(SUMPRODUCT(ABS(score-INT(score)))>0, #NUM!, {})"
_PROMOTERS = "SUMPRODUCT(--(score>=9))/COUNT(score)"
_DETRACTORS = "(1-SUMPRODUCT(--(score>=7))/COUNT(score))"  # not score<=6, which is true of a blank


def shares(score: Array) -> tuple[float, float, int]:
    """Share of promoters (9 and 10), share of detractors (0 to 6), number of answers; no shares where one is no whole number."""
    known = filled(score)
    if (known != np.floor(known)).any():
        return NUM, NUM, known.size
    return float((known >= 9).mean()), float((known <= 6).mean()), known.size


@formula(
    "CLV_NPS",
    Text("Net promoter score", "Net Promoter Score"),
    "Net Promoter Score aus Antworten von 0 bis 10: Prozent der Promotoren (9 und 10) minus Prozent der Detraktoren (0 bis 6).",
    native=_WHOLE.format(f"100*({_PROMOTERS}-{_DETRACTORS})"),
    columns=("score",),
)
def clv_nps(score: Array) -> float:
    """Net promoter score from answers of 0 to 10: percentage of promoters (9 and 10) minus percentage of detractors (0 to 6).

    Shape: a range of answers; one number. Units: points from −100 to 100.
    Edges: blanks are left out; an answer that is no whole number from 0 to 10 is #NUM!.
    Source: Reichheld 2003.

    >>> clv_nps(np.array([10.0, 9.0, 8.0, 6.0]))
    25.0
    """
    promoters, detractors, _ = shares(score)
    return 100 * (promoters - detractors)


@formula(
    "CLV_NPS_ERROR",
    Text("Standard error of the NPS", "Standardfehler des NPS"),
    "Standardfehler des Net Promoter Score in Punkten; rund das Doppelte nach beiden Seiten ist der Bereich, in dem der wahre Wert liegt.",
    native=_WHOLE.format(
        f"LET(promoters, {_PROMOTERS}, detractors, {_DETRACTORS}, "
        "100*SQRT((promoters+detractors-(promoters-detractors)^2)/COUNT(score)))"
    ),
    columns=("score",),
)
def clv_nps_error(score: Array) -> float:
    """Standard error of the net promoter score in points; about twice of it to either side is where the true score lies.

    Shape: a range of answers; one number. Units: points.
    Edges: as for the score itself.
    Source: Reichheld 2003.

    >>> round(clv_nps_error(np.array([10.0, 9.0, 8.0, 6.0])), 4)
    41.4578
    """
    promoters, detractors, answers = shares(score)
    return 100 * sqrt((promoters + detractors - (promoters - detractors) ** 2) / answers)
