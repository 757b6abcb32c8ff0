"""The closed forms against what others published, against long sums, and at every edge."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from clvxl import CATALOG
from clvxl.errors import BLANK, EXCEL_ERRORS, CallError, error_name, error_value

GUPTA = "Gupta & Lehmann 2003, margin × revenue 100, retention 0.8, discount 0.1"


def cell(name: str, *values: object) -> float | str:
    """What the cell shows: a number or an error's name."""
    try:
        result = float(CATALOG[name](*values))
    except CallError as error:
        return error.code
    return error_name(result) or result


@pytest.mark.parametrize(
    ("authority", "name", "values", "expected"),
    [
        (GUPTA, "CLV_RETENTION", (0.1, 1000, 0.8, 0.1, "begin"), 366.6667),
        (GUPTA, "CLV_RETENTION", (0.1, 1000, 0.8, 0.1, "end"), 333.3333),
        (GUPTA, "CLV_RETENTION", (0.1, 1000, 0.8, 0.1, "existing"), 266.6667),
        (GUPTA, "CLV_RETENTION", (0.1, 1000, 0.8, 0.1, "renewal"), 293.3333),
        (GUPTA + ", five payments", "CLV_HORIZON", (0.1, 1000, 0.8, 0.1, 5), 292.0634),
        (GUPTA + ", growing 3 %", "CLV_GROWING", (0.1, 1000, 0.8, 0.1, 0.03), 398.5507),
        (GUPTA + ", elasticity", "CLV_RETENTION_ELASTICITY", (0.8, 0.1), 2.6667),
        (GUPTA + ", solved for retention", "CLV_BREAKEVEN_RETENTION", (0.1, 1000, 1100 / 3, 0.1), 0.8),
        ("the average method, by hand", "CLV", (0.3, 12000, 5), 18000),
        ("by hand", "CLV_NET", (18000, 5000), 13000),
        ("by hand", "CLV_CAC", (50000, 20), 2500),
        ("by hand", "CLV_CAC_RATIO", (18000, 6000), 3),
        ("by hand: 1200 at 200 a month", "CLV_PAYBACK_MONTHS", (1200, 0.3, 8000), 6),
        ("by hand", "CLV_MAX_CAC", (18000,), 6000),
        ("by hand", "CLV_MAX_CAC", (18000, 4), 4500),
        ("by hand", "CLV_ROMI", (10, 18000, 60000), 2),
        ("by hand: 160 of 200 stayed", "CLV_RETENTION_RATE", (200, 210, 50), 0.8),
        ("by hand", "CLV_CHURN_RATE", (200, 40), 0.2),
        ("mean of a geometric distribution", "CLV_LIFETIME", (0.8,), 5),
        ("1 % a month compounds to 12.6825 % a year", "CLV_RATE_CONVERT", (0.01, 1, 12, "discount"), 0.126825),
        ("half left in a year: 29.2893 % in half a year", "CLV_RATE_CONVERT", (0.5, 12, 6, "churn"), 0.292893),
        ("0.8 twice", "CLV_RATE_CONVERT", (0.8, 12, 24, "retention"), 0.64),
        ("by hand", "CLV_NRR", (100, 20, 5, 10), 1.05),
        ("by hand", "CLV_GRR", (100, 5, 10), 0.85),
        ("by hand", "CLV_GROWTH_RATE", (200, 230), 0.15),
        ("10 % twice", "CLV_CAGR", (100, 121, 2), 0.1),
        ("by hand", "CLV_ARPA", (50000, 20), 2500),
        ("by hand", "CLV_QUICK_RATIO", (30, 10, 4, 6), 4),
        ("by hand: 100 more a quarter, 400 spent", "CLV_MAGIC_NUMBER", (1000, 1100, 400), 1),
        ("Reichheld 2003: 50 % promoters less 25 % detractors", "CLV_NPS", ([10, 9, 8, 6],), 25),
        ("variance 1/2 + 1/4 − 1/16 over 4 answers", "CLV_NPS_ERROR", ([10, 9, 8, 6],), 41.457809879),
        ("by hand", "CLV_EQUITY", ([18000, 3000], [10, 200]), 780000),
        ("by hand", "CLV_EQUITY", ([18000, 3000],), 21000),
        ("the best of five has 60 of 100", "CLV_TOP_SHARE", ([10, 60, 20, 5, 5], 0.2), 0.6),
        ("the best and half of the second: 60 + 10 of 100", "CLV_TOP_SHARE", ([10, 60, 20, 5, 5], 0.3), 0.7),
        ("the textbook case 1 2 3 4", "CLV_GINI", ([1, 2, 3, 4],), 0.25),
        ("three years observed, one left", "CLV_LIFETIME_OBSERVED", ([0, 0], [365.25, None], 730.5), 3),
    ],
)
def test_a_published_or_hand_made_value(authority: str, name: str, values: tuple[object, ...], expected: float) -> None:
    digits = 4 if authority.startswith("Gupta") else 6
    assert cell(name, *values) == pytest.approx(expected, abs=0.6 * 10**-digits), authority


# --- long sums as the oracle

TIMINGS = {  # timing: period of the first payment, and how many renewals lie before it
    "begin": (0, 0), "end": (1, 0), "existing": (1, 1), "renewal": (0, 1),
}


def paid(timing: str, payments: int, retention: float, discount: float, growth: float = 0.0) -> float:
    period, renewals = TIMINGS[timing]
    kept = retention * (1 + growth)
    return kept**renewals / (1 + discount) ** period * math.fsum((kept / (1 + discount)) ** k for k in range(payments))


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize(("retention", "discount"), [(0.8, 0.1), (0.0, 0.1), (0.99, 0.0), (0.5, -0.2), (1.0, 0.05)])
def test_the_unlimited_value_is_a_very_long_sum(timing: str, retention: float, discount: float) -> None:
    expected = 100 * paid(timing, 6000, retention, discount)
    assert cell("CLV_RETENTION", 0.1, 1000, retention, discount, timing) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize("years", [0, 1, 2, 7, 60])
@pytest.mark.parametrize(("retention", "discount"), [
    (0.8, 0.1), (0.0, 0.1), (1.0, 0.0), (0.9, -0.1), (0.9, -0.3), (1.0, 1e-13), (1.0, -1e-13), (1.0, 3e-6), (0.999, 1e-7),
])
def test_the_value_over_some_years_is_their_sum(timing: str, years: int, retention: float, discount: float) -> None:
    expected = 100 * paid(timing, years, retention, discount)
    assert cell("CLV_HORIZON", 0.1, 1000, retention, discount, years, timing) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("timing", TIMINGS)
def test_the_value_of_a_growing_customer_is_a_long_sum(timing: str) -> None:
    expected = 100 * paid(timing, 3000, 0.8, 0.1, growth=0.03)
    assert cell("CLV_GROWING", 0.1, 1000, 0.8, 0.1, 0.03, timing) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("timing", TIMINGS)
def test_constant_cash_flows_give_the_value_over_some_years(timing: str) -> None:
    survival = [0.8 ** (year + TIMINGS[timing][1]) for year in range(5)]
    expected = cell("CLV_HORIZON", 0.1, 1000, 0.8, 0.1, 5, timing)
    assert cell("CLV_CASHFLOW", [100] * 5, survival, 0.1, timing) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("months", [1, 2, 5, 30])
@pytest.mark.parametrize(("retention", "discount"), [(1.0, 0.0), (0.8, 0.1), (1.0, 1e-13), (1.0, 1e-6), (0.9, -0.3)])
def test_payback_counts_the_monthly_payments_that_add_up_to_the_cost(months: int, retention: float, discount: float) -> None:
    kept = (retention / (1 + discount)) ** (1 / 12)
    cost = 50 * math.fsum(kept**month for month in range(months))
    assert cell("CLV_PAYBACK_MONTHS", cost, 0.3, 2000, retention, discount) == pytest.approx(months, rel=1e-11)


def test_the_average_method_is_retention_without_discount() -> None:
    for retention in (0.0, 0.5, 0.8, 0.99):
        lifetime = cell("CLV_LIFETIME", retention)
        assert cell("CLV", 0.3, 12000, lifetime) == pytest.approx(cell("CLV_RETENTION", 0.3, 12000, retention, 0), rel=1e-12)


def test_gini_is_half_the_relative_mean_difference() -> None:
    value = np.random.default_rng(3).lognormal(8, 1, 60)
    expected = np.abs(value[:, None] - value).mean() / (2 * value.mean())
    assert cell("CLV_GINI", value) == pytest.approx(expected, rel=1e-12)


def test_top_share_reads_the_lorenz_curve_between_its_points() -> None:
    value = np.random.default_rng(4).integers(1, 9, 40).astype(float)  # many ties
    curve = np.concatenate([[0], np.cumsum(np.sort(value)[::-1])]) / value.sum()
    for share in (0, 0.01, 0.2, 0.333, 0.5, 0.99, 1):
        assert cell("CLV_TOP_SHARE", value, share) == pytest.approx(np.interp(share, np.arange(41) / 40, curve), rel=1e-12, abs=1e-15)


def test_nps_error_is_what_resampling_shows() -> None:
    random = np.random.default_rng(5)
    score = random.integers(0, 11, 400).astype(float)
    drawn = [cell("CLV_NPS", random.choice(score, 400)) for _ in range(800)]
    # The spread of 800 resamples is itself uncertain by 1 / sqrt(1600) = 2.5 %; four of these are allowed.
    assert cell("CLV_NPS_ERROR", score) == pytest.approx(np.std(drawn), rel=0.1)


@pytest.mark.parametrize(("retention", "discount"), [(1.0, 1.2556e-12), (0.7, -0.3 + 1e-12), (0.999999, 1e-9), (1.0, 1e-17)])
def test_the_unlimited_value_keeps_its_digits_where_hardly_anything_is_lost(retention: float, discount: float) -> None:
    expected = float(Fraction(retention) / (1 + Fraction(discount) - Fraction(retention)))
    assert cell("CLV_RETENTION", -0.2, 1e-9, retention, discount, "existing") == pytest.approx(-2e-10 * expected, rel=1e-12, abs=0)
    assert cell("CLV_RETENTION_ELASTICITY", retention, discount) == pytest.approx(expected, rel=1e-12)


# --- the error of each kind, for each function

GOOD: dict[str, tuple[Any, ...]] = {
    "CLV": (0.3, 12000, 5), "CLV_RETENTION": (0.1, 1000, 0.8, 0.1), "CLV_HORIZON": (0.1, 1000, 0.8, 0.1, 5),
    "CLV_GROWING": (0.1, 1000, 0.8, 0.1, 0.03), "CLV_CASHFLOW": ([100, 100], [1, 0.8], 0.1), "CLV_NET": (18000, 5000),
    "CLV_EQUITY": ([18000, 3000], [10, 200]), "CLV_CAC": (50000, 20), "CLV_CAC_RATIO": (18000, 6000),
    "CLV_PAYBACK_MONTHS": (1200, 0.3, 8000, 0.8, 0.1), "CLV_MAX_CAC": (18000, 4), "CLV_BREAKEVEN_RETENTION": (0.1, 1000, 366, 0.1),
    "CLV_ROMI": (10, 18000, 60000), "CLV_RETENTION_RATE": (200, 210, 50), "CLV_CHURN_RATE": (200, 40), "CLV_LIFETIME": (0.8,),
    "CLV_LIFETIME_OBSERVED": ([0, 0], [365.25, None], 730.5), "CLV_RATE_CONVERT": (0.8, 12, 1, "retention"),
    "CLV_RETENTION_ELASTICITY": (0.8, 0.1), "CLV_NRR": (100, 20, 5, 10), "CLV_GRR": (100, 5, 10), "CLV_GROWTH_RATE": (200, 230),
    "CLV_CAGR": (100, 121, 2), "CLV_ARPA": (50000, 20), "CLV_QUICK_RATIO": (30, 10, 4, 6), "CLV_MAGIC_NUMBER": (1000, 1100, 400),
    "CLV_NPS": ([10, 9, 8, 6],), "CLV_NPS_ERROR": ([10, 9, 8, 6],), "CLV_TOP_SHARE": ([10, 60, 20, 5, 5], 0.2), "CLV_GINI": ([1, 2, 3, 4],),
}
PLACES = [(name, place) for name, values in GOOD.items() for place in range(len(values))]


def spoilt(name: str, place: int, bad: object) -> tuple[object, ...]:
    """Good arguments, with one replaced; in a whole column only its first cell."""
    values = list(GOOD[name])
    values[place] = [bad, *values[place][1:]] if isinstance(values[place], list) else bad
    return tuple(values)


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_text_and_truth_values_are_value_errors(name: str, place: int) -> None:
    for bad in ("many", "5", True):
        assert cell(name, *spoilt(name, place, bad)) == "#VALUE!"


@pytest.mark.parametrize(("name", "place"), PLACES)
@pytest.mark.parametrize("error", EXCEL_ERRORS.values())
def test_an_error_in_an_argument_comes_out_as_that_error(name: str, place: int, error: str) -> None:
    assert cell(name, *spoilt(name, place, error_value(error))) == error


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_an_empty_required_argument_is_a_value_error(name: str, place: int) -> None:
    argument = CATALOG[name].arguments[place]
    if argument.optional:
        left_out = cell(name, *GOOD[name][:place])
        assert cell(name, *GOOD[name][:place], None) == cell(name, *GOOD[name][:place], BLANK) == left_out
    elif argument.name in CATALOG[name].columns[1:]:
        blank = [None] * len(GOOD[name][place])
        assert cell(name, *GOOD[name][:place], blank, *GOOD[name][place + 1:]) != "#VALUE!"
    else:
        empty = [None, None] if isinstance(GOOD[name][place], list) else None
        values = [empty if i == place or (empty and isinstance(value, list)) else value for i, value in enumerate(GOOD[name])]
        assert cell(name, *values) == "#VALUE!"


def outside() -> list[tuple[str, int, float]]:
    found = []
    for name, place in PLACES:
        term = CATALOG[name].arguments[place].term
        if math.isfinite(term.low):
            found.append((name, place, term.low if term.low_open else term.low - 0.01))
        if math.isfinite(term.high):
            found.append((name, place, term.high if term.high_open else term.high + 0.01))
    return found


@pytest.mark.parametrize(("name", "place", "bad"), outside())
def test_a_number_beyond_a_bound_of_the_dictionary_is_a_num_error(name: str, place: int, bad: float) -> None:
    assert cell(name, *spoilt(name, place, bad)) == "#NUM!"
    assert cell(name, *spoilt(name, place, math.inf)) == "#NUM!"


@pytest.mark.parametrize(
    ("name", "values", "error"),
    [
        ("CLV_RETENTION", (0.1, 1000, 1.0, 0.0), "#NUM!"),
        ("CLV_RETENTION", (0.1, 1000, 0.9, -0.1), "#NUM!"),
        ("CLV_GROWING", (0.1, 1000, 0.8, 0.1, 0.375), "#NUM!"),
        ("CLV_RETENTION_ELASTICITY", (1.0, 0.0), "#NUM!"),
        ("CLV_CAC", (100, 0), "#DIV/0!"), ("CLV_CAC", (0, 0), "#DIV/0!"),
        ("CLV_CAC_RATIO", (100, 0), "#DIV/0!"), ("CLV_CAC_RATIO", (100, -1), "#NUM!"),
        ("CLV_PAYBACK_MONTHS", (100, 0, 1000), "#N/A"), ("CLV_PAYBACK_MONTHS", (100, -0.1, 1000), "#N/A"),
        ("CLV_PAYBACK_MONTHS", (5000, 0.1, 1200, 0.5), "#N/A"), ("CLV_PAYBACK_MONTHS", (-1, 0.1, 1200), "#NUM!"),
        ("CLV_PAYBACK_MONTHS", (0, 0, 0), 0.0), ("CLV_PAYBACK_MONTHS", (5, 0.1, 1200, 0), 0.0),
        ("CLV_PAYBACK_MONTHS", (50, 0.1, 1200, 0), "#N/A"),
        ("CLV_BREAKEVEN_RETENTION", (0.1, 1000, 0, 0.1), "#DIV/0!"), ("CLV_BREAKEVEN_RETENTION", (0.1, 1000, -5, 0.1), "#NUM!"),
        ("CLV_BREAKEVEN_RETENTION", (0.1, 1000, 2000, 0.1), "#N/A"), ("CLV_BREAKEVEN_RETENTION", (-0.1, 1000, 50, -0.9), "#N/A"),
        ("CLV_BREAKEVEN_RETENTION", (0.1, 1000, 50, 0.1), 0.0),
        ("CLV_ROMI", (1, 100, 0), "#DIV/0!"),
        ("CLV_RETENTION_RATE", (0, 1, 0), "#DIV/0!"), ("CLV_RETENTION_RATE", (10, 15, 0), "#NUM!"),
        ("CLV_RETENTION_RATE", (10, 5, 6), "#NUM!"),
        ("CLV_CHURN_RATE", (0, 0), "#DIV/0!"), ("CLV_CHURN_RATE", (10, 11), "#NUM!"),
        ("CLV_LIFETIME", (1.0,), "#DIV/0!"),
        ("CLV_LIFETIME_OBSERVED", ([0, 10], [None, None], 100), "#N/A"), ("CLV_LIFETIME_OBSERVED", ([50], [10], 100), "#NUM!"),
        ("CLV_RATE_CONVERT", (1.1, 12, 1, "retention"), "#NUM!"), ("CLV_RATE_CONVERT", (-0.1, 12, 1, "churn"), "#NUM!"),
        ("CLV_RATE_CONVERT", (1.1, 12, 1, "interest"), "#VALUE!"),
        ("CLV_NRR", (0, 1, 1, 1), "#DIV/0!"), ("CLV_GRR", (0, 1, 1), "#DIV/0!"),
        ("CLV_GROWTH_RATE", (0, 5), "#NUM!"), ("CLV_GROWTH_RATE", (-1, 5), "#NUM!"),
        ("CLV_CAGR", (1, 2, 0), "#DIV/0!"), ("CLV_CAGR", (1, 0, 3), -1.0), ("CLV_CAGR", (1e-300, 1e300, 0.1), "#NUM!"),
        ("CLV_ARPA", (1, 0), "#DIV/0!"), ("CLV_QUICK_RATIO", (1, 1, 0, 0), "#DIV/0!"), ("CLV_MAGIC_NUMBER", (1, 2, 0), "#DIV/0!"),
        ("CLV_NPS", ([9.5, 3],), "#NUM!"), ("CLV_NPS_ERROR", ([9.5, 3],), "#NUM!"), ("CLV_NPS", ([None, 10, 0, None],), 0.0),
        ("CLV_TOP_SHARE", ([0, 0], 0.2), "#DIV/0!"), ("CLV_TOP_SHARE", ([-5, 2], 0.2), "#NUM!"),
        ("CLV_TOP_SHARE", ([-2, 6, None], 0.5), 1.5),
        ("CLV_GINI", ([0, 0],), "#DIV/0!"), ("CLV_GINI", ([-1, 5],), "#NUM!"), ("CLV_GINI", ([7],), 0.0),
        ("CLV_CASHFLOW", ([1, 2], [1], 0.1), "#VALUE!"), ("CLV_CASHFLOW", ([1, None, 3], [1, 1, 1], 0, "begin"), 4.0),
        ("CLV_EQUITY", ([1, 2], [1, 2, 3]), "#VALUE!"), ("CLV_EQUITY", ([1, None, 3], [1, 1, None]), 1.0), ("CLV_EQUITY", ([1, 2], 3), 9.0),
        ("CLV_TOP_SHARE", ([1, 2], [0.1, 0.2]), "#VALUE!"), ("CLV_NPS", ([],), "#VALUE!"),
        ("CLV_RETENTION", (0.1, 1000, 0, 0, BLANK), 100.0),
    ],
)
def test_what_each_function_does_at_its_own_edges(name: str, values: tuple[object, ...], error: float | str) -> None:
    assert cell(name, *values) == error


def test_of_two_bad_arguments_the_leftmost_decides() -> None:
    assert cell("CLV", 2, "many", 5) == "#NUM!"
    assert cell("CLV", "many", -2, 5) == "#VALUE!"


def test_one_dirty_row_spoils_no_other() -> None:
    result = CATALOG["CLV"]([0.3, "x", 2, 0.1, error_value("#N/A")], 1000, [1, 1, 1, None, 1])
    assert isinstance(result, np.ndarray)
    assert result[0] == 300
    assert [error_name(float(value)) for value in result[1:]] == ["#VALUE!", "#NUM!", "#VALUE!", "#N/A"]


def test_a_blank_beside_a_number_takes_the_default_row_by_row() -> None:
    result = CATALOG["CLV_MAX_CAC"]([12, 12], [None, 4])
    assert np.asarray(result).tolist() == [4, 3]


def test_timing_may_be_a_word_in_any_case_or_a_number() -> None:
    for number, word in enumerate(TIMINGS):
        asked = {cell("CLV_RETENTION", 0.1, 1000, 0.8, 0.1, timing) for timing in (number, float(number), word, f" {word.upper()} ")}
        assert len(asked) == 1


def test_days_may_be_dates() -> None:
    days = ([date(2020, 1, 1), date(2020, 1, 1)], [date(2021, 1, 1), None], date(2022, 1, 1))
    assert cell("CLV_LIFETIME_OBSERVED", *days) == pytest.approx((366 + 731) / 365.25, rel=1e-15)


def test_customers_who_start_later_or_leave_later_count_as_of_the_day() -> None:
    assert cell("CLV_LIFETIME_OBSERVED", [0, 0, 200, None], [50, 150, None, 50], 100) == pytest.approx(150 / 365.25, rel=1e-15)
