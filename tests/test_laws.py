"""What must hold for any input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clvxl import CATALOG
from clvxl.arguments import is_blank
from clvxl.catalog import BLOCK
from clvxl.errors import BLANK, error_name, error_value
from clvxl.formulas.acquisition import allocate, response_elasticity

TIMINGS = ("begin", "end", "existing", "renewal")
timing = st.sampled_from(TIMINGS)
retention = st.floats(0, 0.99)
discount = st.floats(0, 0.5)
money = st.floats(1, 1e6)
margin = st.floats(-1, 1)
values = st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=30).filter(any)
ELEMENTWISE = [name for name, formula in CATALOG.items() if formula.native and not formula.columns]


def value(name: str, *arguments: object) -> float:
    return float(CATALOG[name](*arguments))


def any_numbers(name: str, rows: int, seed: int) -> list[object]:
    """For each argument numbers in and out of its bounds, with zeros, blanks, errors and infinities among them; for a choice one word."""
    random = np.random.default_rng(seed)
    odd = np.array([0, 1, -1, BLANK, error_value("#N/A"), error_value("#DIV/0!"), math.inf, 1e308])
    found: list[object] = []
    for argument in CATALOG[name].arguments:
        if argument.term.choices:
            found.append(str(random.choice(argument.term.choices)))
        else:
            usual = random.uniform(0.05, 0.95, rows) if argument.term.unit == "fraction" else random.uniform(0, 1e3, rows)
            found.append(np.where(random.random(rows) < 0.1, random.choice(odd, rows), usual))
    return found


def same(left: object, right: object) -> bool:
    """Equal to the bit, errors and all."""
    return np.array_equal(np.asarray(left, dtype=float).view(np.uint64), np.asarray(right, dtype=float).view(np.uint64))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_range_gives_what_its_cells_give_one_by_one(name: str) -> None:
    given_values = any_numbers(name, 300, seed=1)
    together = CATALOG[name](*given_values)
    alone = [CATALOG[name](*(v if isinstance(v, str) else float(v[row]) for v in given_values)) for row in range(300)]  # type: ignore[index]
    together = np.asarray(together)
    wrong = np.isnan(together)
    assert not np.isinf(together).any()
    assert all(error_name(v) for v in together[wrong])
    assert [error_name(v) for v in together[wrong]] == [error_name(float(v)) for v in np.asarray(alone)[wrong]]
    # A vector unit and a scalar unit may round a power or a logarithm differently in the last place.
    np.testing.assert_allclose(np.asarray(alone)[~wrong], together[~wrong], rtol=1e-13)
    assert np.isfinite(together[~wrong]).all()
    assert not is_blank(together).any()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_order_of_rows_and_the_length_of_pieces_do_not_matter(name: str) -> None:
    rows = BLOCK + 37
    given_values = any_numbers(name, rows, seed=2)
    order = np.random.default_rng(3).permutation(rows)
    whole = np.asarray(CATALOG[name](*given_values))
    mixed = np.asarray(CATALOG[name](*(v if isinstance(v, str) else v[order] for v in given_values)))  # type: ignore[index]
    np.testing.assert_allclose(mixed, whole[order], rtol=1e-13)
    names = [error_name(float(v)) for v in whole[order][:2000]]
    assert names == [error_name(float(v)) for v in mixed[:2000]]
    table = CATALOG[name](*(v if isinstance(v, str) else v[:12].reshape(3, 4) for v in given_values))  # type: ignore[index]
    assert same(np.asarray(table).ravel(), CATALOG[name](*(v if isinstance(v, str) else v[:12] for v in given_values)))  # type: ignore[index]


@given(margin, money, retention, timing)
def test_without_discount_the_value_is_the_limit_of_small_discounts(margin: float, revenue: float, retention: float, timing: str) -> None:
    none = value("CLV_RETENTION", margin, revenue, retention, 0, timing)
    small = value("CLV_RETENTION", margin, revenue, retention, 1e-12, timing)
    assert small == pytest.approx(none, rel=2e-10)  # the slope at 0 is at most 1 / (1 - 0.99) = 100 per unit of discount


@given(margin, money, retention, discount, st.integers(0, 40), timing)
def test_the_unlimited_value_is_some_years_and_what_comes_after(
    margin: float, revenue: float, retention: float, discount: float, years: int, timing: str,
) -> None:
    whole = value("CLV_RETENTION", margin, revenue, retention, discount, timing)
    first = value("CLV_HORIZON", margin, revenue, retention, discount, years, timing)
    later = (retention / (1 + discount)) ** years * whole
    assert first + later == pytest.approx(whole, rel=1e-9, abs=1e-12)


@given(money, st.floats(0.5, 1), st.floats(-0.05, 0.05), st.floats(1, 50))
def test_the_value_over_some_years_has_no_seam_where_retention_meets_the_discount(
    revenue: float, retention: float, gap: float, years: float,
) -> None:
    for tiny in (0.0, 1e-15, 1e-9, gap * 1e-3):
        found = value("CLV_HORIZON", 1, revenue, retention, retention - 1 + tiny, years)
        # 1 + (N−1)/2·δ is the sum to first order; δ ≤ 1e-4 and N ≤ 50 leave N²δ² / 6 < 5e-6.
        drop = -tiny / (retention + tiny)
        assert found == pytest.approx(revenue * years * (1 + (years - 1) / 2 * drop), rel=5e-6)


@given(margin, money, retention, discount, timing)
def test_begin_end_existing_and_renewal_differ_by_one_discount_and_one_renewal(
    margin: float, revenue: float, retention: float, discount: float, timing: str,
) -> None:
    begin, end, existing, renewal = (value("CLV_RETENTION", margin, revenue, retention, discount, t) for t in TIMINGS)
    assert begin == pytest.approx(end * (1 + discount), rel=1e-12)
    assert existing == pytest.approx(end * retention, rel=1e-12)
    assert renewal == pytest.approx(begin * retention, rel=1e-12)


@given(st.floats(0.01, 1), money, st.floats(0.2, 0.99), discount, st.floats(0.01, 0.99))
def test_at_the_break_even_retention_the_value_is_the_cost(
    margin: float, revenue: float, retention: float, discount: float, part: float,
) -> None:
    cost = value("CLV_RETENTION", margin, revenue, retention, discount)
    assert value("CLV_BREAKEVEN_RETENTION", margin, revenue, cost, discount) == pytest.approx(retention, rel=1e-9)


@given(st.floats(1, 1e4), st.floats(0.01, 1), money, st.floats(0.3, 1), discount)
def test_after_the_payback_months_the_cost_is_paid_back(
    cost: float, margin: float, revenue: float, retention: float, discount: float,
) -> None:
    months = value("CLV_PAYBACK_MONTHS", cost, margin, revenue, retention, discount)
    kept = (retention / (1 + discount)) ** (1 / 12)
    month = margin * revenue / 12
    assume(abs(1 - kept) > 1e-4)  # nearer to 1 this plain formula for the sum itself is not exact
    if math.isnan(months):
        assert month / (1 - kept) <= cost * (1 + 1e-9)
    else:
        assert month * -math.expm1(months * math.log(kept)) / (1 - kept) == pytest.approx(cost, rel=1e-9)


@given(st.floats(0.001, 0.999), st.floats(0.5, 60), st.floats(0.5, 60), st.sampled_from(["retention", "churn", "discount"]))
def test_a_rate_converted_and_back_is_the_rate(rate: float, first: float, second: float, kind: str) -> None:
    there = value("CLV_RATE_CONVERT", rate, first, second, kind)
    assume(1e-6 < there < 1 - 1e-6 or kind == "discount")  # at the ends the digits are gone
    assume(there < 1e6)
    assert value("CLV_RATE_CONVERT", there, second, first, kind) == pytest.approx(rate, rel=1e-8)  # powers of up to 120 lose digits


@given(st.floats(0, 1), st.floats(0.5, 60), st.floats(0.5, 60))
def test_churn_and_retention_convert_alike(rate: float, first: float, second: float) -> None:
    kept = value("CLV_RATE_CONVERT", 1 - rate, first, second, "retention")
    assert value("CLV_RATE_CONVERT", rate, first, second, "churn") == pytest.approx(1 - kept, abs=1e-12)


@given(values, st.randoms())
def test_concentration_does_not_depend_on_order_nor_on_currency(value_list: list[float], random: object) -> None:
    shuffled = value_list.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for found, again in (
        (value("CLV_GINI", value_list), value("CLV_GINI", [7 * v for v in shuffled] + [None])),
        (value("CLV_TOP_SHARE", value_list, 0.3), value("CLV_TOP_SHARE", [7 * v for v in shuffled] + [None], 0.3)),
    ):
        assert again == pytest.approx(found, rel=1e-12, abs=1e-14)


@given(values)
def test_gini_lies_between_equal_and_all_on_one(value_list: list[float]) -> None:
    size = len(value_list)
    assert -1e-12 <= value("CLV_GINI", value_list) <= 1 - 1 / size + 1e-12
    assert value("CLV_GINI", [5.0] * size) == pytest.approx(0, abs=1e-12)
    assert value("CLV_GINI", [0.0] * (size - 1) + [5.0]) == pytest.approx(1 - 1 / size, rel=1e-12, abs=1e-12)


@given(values, st.floats(0, 1), st.floats(0, 1))
def test_the_best_hold_at_least_their_share_and_more_hold_more(value_list: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert value("CLV_TOP_SHARE", value_list, low) >= low - 1e-12
    assert value("CLV_TOP_SHARE", value_list, low) <= value("CLV_TOP_SHARE", value_list, high) + 1e-12
    assert value("CLV_TOP_SHARE", value_list, 1) == pytest.approx(1, rel=1e-12)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=40))
def test_nps_lies_between_minus_and_plus_100_and_turns_with_its_answers(score: list[int]) -> None:
    assert -100 <= value("CLV_NPS", score) <= 100
    assert 0 <= value("CLV_NPS_ERROR", score) <= 100
    assert value("CLV_NPS_ERROR", score * 4) == pytest.approx(value("CLV_NPS_ERROR", score) / 2, rel=1e-9, abs=1e-6)


# --- the budget

budgets = st.integers(2, 6).flatmap(lambda size: st.tuples(*(
    st.lists(st.floats(low, high), min_size=size, max_size=size).map(np.array) for low, high in ((100, 1e4), (1, 500), (10, 1e4))
)))


def won(split: np.ndarray, spend: np.ndarray, new: np.ndarray, worth: np.ndarray, elasticity: float) -> float:
    return float(np.sum(worth * new * (split / spend) ** elasticity))


@given(budgets, st.floats(0.1, 0.9), st.floats(100, 1e6), st.integers(0, 99))
@settings(max_examples=60)
def test_the_split_of_a_budget_cannot_be_bettered(
    budget: tuple[np.ndarray, np.ndarray, np.ndarray], elasticity: float, total: float, seed: int,
) -> None:
    spend, new, worth = budget
    split = allocate(total, spend, new, worth, elasticity)
    assert split.sum() == pytest.approx(total, rel=1e-12)
    # The last euro brings the same everywhere.
    funded = split > total * 1e-12
    last = (elasticity * worth * new * split ** (elasticity - 1) / spend**elasticity)[funded]
    np.testing.assert_allclose(last, last[0], rtol=1e-9)
    best = won(split, spend, new, worth, elasticity)
    for other in np.random.default_rng(seed).dirichlet(np.ones(len(spend)), 50):
        assert won(other * total, spend, new, worth, elasticity) <= best * (1 + 1e-12)


def test_a_channel_without_value_or_response_gets_nothing() -> None:
    ones = np.ones(4)
    split = allocate(90, np.array([1.0, 1, 1, 0]), np.array([1.0, 0, 1, 1]), np.array([1.0, 1, -1, 1]), 0.5)
    assert split.tolist() == [90, 0, 0, 0]
    assert allocate(90, ones, ones, -ones, 0.5).tolist() == [0, 0, 0, 0]


@given(st.floats(0.1, 1.2), st.integers(2, 5), st.integers(3, 8), st.integers(0, 99))
def test_the_elasticity_that_made_the_data_is_found_whatever_the_channels_level(b: float, channels: int, periods: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    channel = np.repeat([f"channel {i}" for i in range(channels)], periods)
    spend = random.uniform(100, 1000, channel.size)
    level = np.repeat(random.uniform(0.01, 100, channels), periods)
    idle = np.zeros(2)
    found = response_elasticity(np.append(spend, idle), np.append(level * spend**b, idle), [*channel, "idle", "idle"])
    assert found == pytest.approx(b, rel=1e-9)


def test_no_elasticity_from_few_rows_or_from_a_constant_spend() -> None:
    six = np.array([1.0, 2, 3, 4, 5, 6])
    assert math.isnan(response_elasticity(six[:5], six[:5], list("aaaaa")))
    assert math.isnan(response_elasticity(np.full(6, 9.0), six, list("aaabbb")))
    assert math.isnan(response_elasticity(six, six, list("abcdef")))  # one period each: nothing varies within a channel
    assert response_elasticity(six, six**0.5, list("aaaaaa")) == pytest.approx(0.5, rel=1e-12)
